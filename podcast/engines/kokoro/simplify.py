"""Kokoro's widened graph -> one that makes the same sound in fewer passes over it.

As it was exported, the graph norms each channel, shifts it as the voice wants it, and bends it by
a sine, in thirteen passes over millions of numbers. Four do:

    (x - mean) / deviation * gain + shift    ->  InstanceNormalization
    y + sin(a y)^2 / a, and a convolution    ->  u + sin(u)^2 of u = a y, and the same convolution
                                                 with weights that are divided by a
    STFT of the voice's own vibration        ->  two convolutions with cosines and sines

What is not built as expected stays as it is. The results differ by rounding only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from podcast.engines.kokoro.graph import Graph
from podcast.engines.kokoro.links import Links, other
from podcast.engines.kokoro.wire import (
    Node,
    read_whole_numbers,
    tensor_bytes,
    whole_number,
    whole_numbers,
)

TIMES = 2  # the axis of a value that runs along the time; the first are batch and channel
TINY = 1e-20  # of a real part, so that its angle is never that of 0 / 0, which is no number
EPSILON = np.float32(1e-5)  # that InstanceNormalization adds to a variance
FLAT, ONE_CHANNEL, ADDED_AXIS = "simplified/flat", "simplified/one channel", "simplified/axis"


class OtherwiseBuilt(ValueError):
    """A part of the graph is not what it looked like, so it stays as it is."""


Made = dict[str, list[Node]]
Constants = Mapping[str, NDArray[np.generic]]


def simplified(graph: Graph) -> Graph:
    """The graph of fewer passes."""
    work = _Simplifying(graph.nodes, graph.values())
    nodes = tuple(work.nodes())
    return replace(graph, nodes=nodes, constants=(*graph.constants, *work.added)).pruned()


def in_planes(graph: Graph) -> Graph:
    """The graph whose convolutions along the time run along two axes, one of them of length 1.

    onnxruntime has its fast convolutions only for two axes.
    """
    nodes = tuple(each for node in graph.nodes for each in _along_two_axes(node))
    axis = tensor_bytes(ADDED_AXIS, np.array([TIMES], np.int64))
    return replace(graph, nodes=nodes, constants=(*graph.constants, axis))


class _Simplifying:
    """The nodes of a graph while some of them become one."""

    def __init__(self, nodes: Sequence[Node], constants: Constants) -> None:
        self.given = nodes
        self.constants = constants
        self.links = Links(nodes)
        self.made: Made = {}  # by the value that the last of them makes
        self.added = [
            tensor_bytes(FLAT, np.array([-1], np.int64)),
            tensor_bytes(ONE_CHANNEL, np.array([1, 1, -1], np.int64)),
        ]

    def nodes(self) -> list[Node]:
        """All nodes; those that nothing needs any more are still among them."""
        for node in self.given:
            for made in self._instead_of(node):
                self.made |= made
        return [each for node in self.given for each in self.made.get(node.outputs[0], [node])]

    def _instead_of(self, node: Node) -> Iterator[Made]:
        try:
            if node.op == "Div":
                yield from self._norms(node)
            elif node.op == "STFT":
                yield self._spectrum(node)
        except ValueError:  # it is built otherwise
            return

    def _constant(self, name: str) -> list[float]:
        """The values of a constant. Raises ValueError."""
        if name not in self.constants:
            raise OtherwiseBuilt
        return [float(value) for value in self.constants[name].ravel()]

    # Norms and sines ---------------------------------------------------------------------------

    def _norms(self, divided: Node) -> Iterator[Made]:
        """Each gain and shift of the channels that are normed by a division. Raises ValueError."""
        x = self._normed(divided)
        for product in self.links.users(divided.outputs[0]):
            gain = other(product, divided.outputs[0])
            shifted = self.links.only_user(product.outputs[0], "Add")
            shift = other(shifted, product.outputs[0])
            self._require_channels(gain)
            yield self._norm(x, gain, shift, shifted)

    def _normed(self, divided: Node) -> str:
        """The value that is normed along the time. Raises ValueError."""
        less, deviation = divided.inputs
        centred = self.links.maker(less, "Sub")
        x, mean = centred.inputs
        spread = self.links.maker(self.links.maker(deviation, "Sqrt").inputs[0], "Add")
        averaged = self.links.maker(mean, "ReduceMean")
        variance = self.links.maker(spread.inputs[0], "ReduceMean")
        squared = self.links.maker(variance.inputs[0], "Mul")
        axes = averaged.inputs[1]
        if (
            averaged.inputs[0] != x
            or squared.inputs != (less, less)
            or variance.inputs[1] != axes
            or self._constant(axes) != [TIMES]
            or self._constant(spread.inputs[1]) != [EPSILON]
        ):
            raise OtherwiseBuilt
        return x

    def _require_channels(self, gain: str) -> None:
        """Raise ValueError unless a gain is one number for each channel, the same at all times."""
        added = self.links.maker(gain, "Add")
        split = self.links.maker(added.inputs[0], "Split")
        if self._constant(self.links.maker(split.inputs[0], "Unsqueeze").inputs[1]) != [TIMES]:
            raise OtherwiseBuilt

    def _norm(self, x: str, gain: str, shift: str, shifted: Node) -> Made:
        y = shifted.outputs[0]
        try:
            bend = _Bend(self.links, self.constants, y)
        except ValueError:
            return {y: [*_flat(y, gain, shift), _normed(x, y)]}
        scaled, moved = f"{y} gain bent", f"{y} shift bent"
        before = [
            Node("Mul", (gain, bend.factor), (scaled,), scaled),
            Node("Mul", (shift, bend.factor), (moved,), moved),
        ]
        return {y: [*before, *_flat(y, scaled, moved), _normed(x, y)], **bend.made()}

    # The spectrum ------------------------------------------------------------------------------

    def _spectrum(self, node: Node) -> Made:
        """Real and imaginary parts of an STFT as convolutions. Raises ValueError."""
        signal, step, window, length = node.inputs
        turned = self.links.only_user(node.outputs[0], "Transpose")
        (stride,), (size,) = self._constant(step), self._constant(length)
        shape = np.array(self._constant(window))
        if whole_numbers("perm", (0, 2, 1, 3)) not in turned.attributes or len(shape) != size:
            raise OtherwiseBuilt
        at = np.arange(len(shape))
        angles = 2 * np.pi * np.outer(np.arange(len(shape) // 2 + 1), at) / len(shape)
        sines = -np.sin(angles)
        sines[np.abs(sines) < EPSILON] = 0  # the first and the last have no imaginary part at all
        made: Made = {}
        for part in self.links.users(turned.outputs[0]):
            if part.op != "Gather" or whole_number("axis", 3) not in part.attributes:
                raise OtherwiseBuilt
            (which,) = self._constant(part.inputs[1])
            kernel = ((sines if which else np.cos(angles)) * shape)[:, None]
            (out,) = part.outputs
            bias = np.full(len(kernel), 0 if which else TINY, np.float32)
            self.added.append(tensor_bytes(f"{out} kernel", kernel.astype(np.float32)))
            self.added.append(tensor_bytes(f"{out} bias", bias))
            settings = (
                whole_numbers("kernel_shape", [len(shape)]),
                whole_numbers("strides", [int(stride)]),
            )
            made[out] = [
                Node("Reshape", (signal, ONE_CHANNEL), (f"{out} signal",), f"{out} signal"),
                Node(
                    "Conv",
                    (f"{out} signal", f"{out} kernel", f"{out} bias"),
                    (out,),
                    out,
                    "",
                    settings,
                ),
            ]
        return made


class _Bend:
    """y + sin(a y)^2 / a, and the convolution of it."""

    def __init__(self, links: Links, constants: Constants, y: str) -> None:
        """Find it after the value `y`. Raises ValueError if something else is there."""
        users = {user.op: user for user in links.users(y)}
        if len(links.users(y)) != 2 or set(users) != {"Mul", "Add"}:
            raise OtherwiseBuilt
        self.y = y
        self.factor = other(users["Mul"], y)
        sine = links.only_user(users["Mul"].outputs[0], "Sin")
        squared = links.only_user(sine.outputs[0], "Pow")
        divided = links.only_user(squared.outputs[0], "Mul")
        self.share = other(divided, squared.outputs[0])
        self.sum = links.only_user(divided.outputs[0], "Add")
        self.convolution = links.only_user(self.sum.outputs[0], "Conv")
        held = [constants.get(name) for name in (self.factor, self.share, squared.inputs[1])]
        if (
            self.sum is not users["Add"]
            or self.convolution.inputs[0] != self.sum.outputs[0]
            or any(each is None for each in held)
        ):
            raise OtherwiseBuilt
        factor, share, power = (np.ravel(each).astype(np.float32) for each in held)  # type: ignore[arg-type]
        if power != 2 or not np.allclose(factor * share, 1):
            raise OtherwiseBuilt

    def made(self) -> Made:
        """The operations after u = a y, which is made under the name of `y`."""
        sine, square = f"{self.y} sine", f"{self.y} square"
        x, weights, *bias = self.convolution.inputs
        lighter = f"{weights} lighter"
        return {
            self.sum.outputs[0]: [
                Node("Sin", (self.y,), (sine,), sine),
                Node("Mul", (sine, sine), (square,), square),
                replace(self.sum, inputs=(self.y, square)),
            ],
            self.convolution.outputs[0]: [
                Node("Mul", (weights, self.share), (lighter,), lighter),
                replace(self.convolution, inputs=(x, lighter, *bias)),
            ],
        }


def _flat(y: str, gain: str, shift: str) -> list[Node]:
    """Gain and shift as lists, which a norm takes."""
    return [
        Node("Reshape", (name, FLAT), (f"{y} {what}",), f"{y} {what}")
        for name, what in ((gain, "gains"), (shift, "shifts"))
    ]


def _normed(x: str, y: str) -> Node:
    return Node("InstanceNormalization", (x, f"{y} gains", f"{y} shifts"), (y,), f"{y} normed")


def _along_two_axes(node: Node) -> list[Node]:
    """A convolution along one axis as one along two; every other operation as it is."""
    try:
        told = dict(map(read_whole_numbers, node.attributes if node.op == "Conv" else ()))
    except ValueError:
        return [node]
    if len(told.get("kernel_shape", ())) != 1:
        return [node]
    x, weights, *bias = node.inputs
    (out,) = node.outputs
    wide, kernel, long = (f"{out} {what}" for what in ("input", "kernel plane", "plane"))
    settings = tuple(map(_with_added_axis, node.attributes))
    return [
        Node("Unsqueeze", (x, ADDED_AXIS), (wide,), wide),
        Node("Unsqueeze", (weights, ADDED_AXIS), (kernel,), kernel),
        replace(node, inputs=(wide, kernel, *bias), outputs=(long,), attributes=settings),
        Node("Squeeze", (long, ADDED_AXIS), (out,), f"{out} line"),
    ]


def _with_added_axis(attribute: bytes) -> bytes:
    """A setting of a convolution along one axis, with nothing added along the axis before it."""
    name, numbers = read_whole_numbers(attribute)
    if name == "pads":
        return whole_numbers(name, [0, numbers[0], 0, numbers[1]])
    return whole_numbers(name, [1, *numbers]) if numbers else attribute
