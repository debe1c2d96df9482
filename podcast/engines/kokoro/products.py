"""Convolutions along the time -> products of matrices of 8 bits, which some processors do fast.

A processor with VNNI multiplies numbers of 8 bits several times as fast as those of 32. onnxruntime
uses that for products of matrices whose weights are signed, but not for convolutions. So the input
is rounded to 8 bits, as in the model as shipped, and moved once for each place of the kernel; the
copies lie side by side, and one product does the rest:

    x [1, channels, time]  ->  rows [1, time, places x channels]  ->  [1, time, channels]

The weights are rounded for each channel alone, which loses less than the file's one scale for all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from podcast.engines.kokoro.graph import Graph
from podcast.engines.kokoro.wire import (
    Node,
    read_whole_numbers,
    tensor_bytes,
    whole_number,
    whole_numbers,
)

DECODER = "/decoder/"  # begins the names of what makes the sound, which takes nearly all the time
LEAST_CHANNELS = 64  # on either side, for which it is worth it
MICROSOFT = "com.microsoft"
FLOAT, SIGNED_BYTE = 1, 3  # kinds of numbers in ONNX
LARGEST = np.float32(127)


def in_products(graph: Graph) -> Graph:
    """The graph whose large convolutions are products of matrices of 8 bits."""
    work = _Multiplying(graph)
    nodes = tuple(each for node in graph.nodes for each in work.instead_of(node))
    added = tuple(tensor_bytes(name, values) for name, values in work.added.items())
    return replace(graph, nodes=nodes, constants=(*graph.constants, *added)).pruned()


@dataclass(frozen=True)
class _Kernel:
    """The places of a kernel: how many, how far apart, and how much silence is before and after."""

    places: int
    apart: int
    before: int
    after: int


class _Multiplying:
    """Convolutions while they become products, and the constants that these need."""

    def __init__(self, graph: Graph) -> None:
        self.makers = {name: node for node in graph.nodes for name in node.outputs}
        self.shapes = graph.shapes()
        self.added: dict[str, NDArray[np.generic]] = {}

    def instead_of(self, node: Node) -> list[Node]:
        """The product that a convolution becomes; every other operation as it is."""
        kernel = _kernel(node) if node.name.startswith(DECODER) else None
        shape = self._shape(node.inputs[1]) if kernel else ()
        if not kernel or len(shape) != 3 or min(shape[:2]) < LEAST_CHANNELS:
            return [node]
        return [*self._weights(node), *self._rows(node, kernel), *self._product(node)]

    def _shape(self, name: str) -> tuple[int, ...]:
        """The shape of weights, as that of the constant from which they are calculated."""
        while name not in self.shapes and name in self.makers:
            name = self.makers[name].inputs[0]
        return self.shapes.get(name, ())

    def _constant(self, what: str, values: NDArray[np.generic]) -> str:
        name = f"products/{what}"
        self.added[name] = values
        return name

    def _numbers(self, *numbers: int) -> str:
        return self._constant(" ".join(map(str, numbers)), np.array(numbers, np.int64))

    def _weights(self, node: Node) -> list[Node]:
        """Nodes: weights [out, in, places] -> bytes [places x in, out] and a scale for each out.

        All of it is calculated when the model is prepared.
        """
        weights, out = node.inputs[1], node.outputs[0]
        most = self._constant("127", LARGEST)
        tiny = self._constant("tiny", np.float32(1e-12))  # of a channel without any weight
        flat, last = self._numbers(-1), self._numbers(1, 2)
        steps = [
            Node("Abs", (weights,), (f"{out} abs",)),
            Node("ReduceMax", (f"{out} abs", last), (f"{out} high",)),
            Node("Max", (f"{out} high", tiny), (f"{out} top",)),
            Node("Div", (f"{out} top", most), (f"{out} scale",)),
            Node("Div", (weights, f"{out} scale"), (f"{out} wide",)),
            Node("Round", (f"{out} wide",), (f"{out} round",)),
            Node("Cast", (f"{out} round",), (f"{out} bytes",), attributes=_to(SIGNED_BYTE)),
            Node("Transpose", (f"{out} bytes",), (f"{out} turned",), attributes=_order(2, 1, 0)),
            Node("Shape", (f"{out} turned",), (f"{out} sizes",)),
            Node("Gather", (f"{out} sizes", self._numbers(2)), (f"{out} outs",)),
            Node("Concat", (flat, f"{out} outs"), (f"{out} plane",), attributes=_axis(0)),
            Node("Reshape", (f"{out} turned", f"{out} plane"), (f"{out} matrix",)),
            Node("Reshape", (f"{out} scale", flat), (f"{out} scales",)),
        ]
        return [replace(each, name=each.outputs[0]) for each in steps]

    def _rows(self, node: Node, kernel: _Kernel) -> list[Node]:
        """Nodes: the input -> its bytes, one copy beside the other for each place of the kernel."""
        x, out = node.inputs[0], node.outputs[0]
        zero, padded, along = f"{out} zero", f"{out} padded", self._numbers(1)
        pads = self._numbers(0, kernel.before, 0, 0, kernel.after, 0)
        copies = []
        for place in range(kernel.places):
            start = place * kernel.apart
            rest = (kernel.places - 1 - place) * kernel.apart
            end = self._numbers(-rest if rest else np.iinfo(np.int64).max)
            name = f"{out} copy {place}"
            copies.append(Node("Slice", (padded, self._numbers(start), end, along), (name,)))
        joined = tuple(copy.outputs[0] for copy in copies)
        steps = [
            Node("DynamicQuantizeLinear", (x,), (f"{out} small", f"{out} step", zero)),
            Node("Transpose", (f"{out} small",), (f"{out} times",), attributes=_order(0, 2, 1)),
            Node("Pad", (f"{out} times", pads, zero), (padded,)),
            *copies,
            Node("Concat", joined, (f"{out} rows",), attributes=_axis(2)),
        ]
        return [replace(each, name=each.outputs[0]) for each in steps]

    def _product(self, node: Node) -> list[Node]:
        out, bias = node.outputs[0], node.inputs[2:]
        inputs = (f"{out} rows", f"{out} matrix", f"{out} step", f"{out} scales", f"{out} zero", "")
        summed = f"{out} sums"
        kind = "MatMulIntegerToFloat"
        product = Node(kind, (*inputs, *bias), (summed,), f"{out} product", MICROSOFT)
        return [product, Node("Transpose", (summed,), (out,), out, "", _order(0, 2, 1))]


def _kernel(node: Node) -> _Kernel | None:
    """The kernel of a convolution along one axis, step by step; None if it is something else."""
    if node.op != "Conv":
        return None
    told = dict(map(read_whole_numbers, node.attributes))
    places, pads = told.get("kernel_shape", []), told.get("pads", [0, 0])
    one_group = whole_number("group", 1) in node.attributes or "group" not in told
    if len(places) != 1 or places == [1] or told.get("strides", [1]) != [1] or not one_group:
        return None
    return _Kernel(places[0], told.get("dilations", [1])[0], *pads)


def _to(kind: int) -> tuple[bytes, ...]:
    return (whole_number("to", kind),)


def _axis(axis: int) -> tuple[bytes, ...]:
    return (whole_number("axis", axis),)


def _order(*axes: int) -> tuple[bytes, ...]:
    return (whole_numbers("perm", axes),)
