"""Kokoro's graph -> three parts, so that another library can calculate the one that takes long.

    phonemes, voice --front--> times, pitch, the voice's own vibration --core--> spectrum
        --tail--> sound

Numbers of 16 bits are exact enough for the core. They are not for the front: it counts the frames
of each phoneme, and adds up the angle of a vibration over all of a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from podcast.engines.kokoro.graph import Graph, Shape
from podcast.engines.kokoro.links import Links
from podcast.engines.kokoro.wire import Node, tensor_bytes

DURATIONS = "/encoder/Clip_output_0"  # how long each token lasts, a value inside the graph
INNER: dict[str, Shape] = {  # from the front to the core: phonemes, pitch, loudness, voice, source
    "/encoder/MatMul_1_output_0": (1, 512, None),
    "/encoder/Reshape_output_0": (1, None),
    "/encoder/Reshape_1_output_0": (1, None),
    "/decoder/Slice_output_0": (1, 128),
    "/decoder/decoder/generator/Concat_3_output_0": (1, 22, None),
}
SPECTRUM: dict[str, Shape] = {"/decoder/decoder/generator/conv_post/Conv_output_0": (1, 22, None)}
DEGREE = 5  # of the polynomial for a sine's square, which is then right to 1e-6


def front(graph: Graph) -> Graph:
    """What makes the length of each token, and all that the core takes."""
    return graph.part({}, (DURATIONS, *INNER))


def core(graph: Graph) -> Graph:
    """What makes the spectrum."""
    return graph.part(INNER, SPECTRUM)


def tail(graph: Graph) -> Graph:
    """What makes the sound of a spectrum."""
    return graph.part(SPECTRUM, (name for name in graph.gives() if name != DURATIONS))


def with_short_sines(graph: Graph) -> Graph:
    """The graph that calculates each square of a sine as a polynomial.

    OpenVINO joins sums and products to one pass, and has no fast sine.
    """
    links = Links(graph.nodes)
    squares = {
        square.outputs[0]: sine.inputs[0]
        for sine in graph.nodes
        if sine.op == "Sin"
        for square in links.users(sine.outputs[0])
        if square.op == "Mul" and set(square.inputs) == set(sine.outputs)
    }
    nodes = tuple(
        each
        for node in graph.nodes
        for each in (
            _square(squares[node.outputs[0]], node.outputs[0])
            if node.outputs[0] in squares
            else [node]
        )
    )
    numbers = {f"sine/{i}": value for i, value in enumerate(_coefficients())}
    numbers |= {"sine/turns": 1 / np.pi, "sine/half": 0.5}
    added = (tensor_bytes(name, np.array(value, np.float32)) for name, value in numbers.items())
    return replace(graph, nodes=nodes, constants=(*graph.constants, *added)).pruned()


def _coefficients() -> Iterator[float]:
    """Those of p, the polynomial for which sin(pi r)^2 = t p(t) of t = r^2, |r| <= 1/2."""
    at = (1 - np.cos(np.linspace(0, np.pi, 2001)[1:])) / 8  # densest at both ends
    wanted = np.sin(np.pi * np.sqrt(at)) ** 2 / at
    yield from np.polynomial.Polynomial.fit(at, wanted, DEGREE).convert().coef


def _square(angle: str, out: str) -> list[Node]:
    """Nodes: an angle -> the square of its sine, a polynomial of how far it is off a half turn."""
    names = iter(f"{out} {step}" for step in range(100))
    nodes: list[Node] = []

    def made(op: str, *inputs: str) -> str:
        name = next(names)
        nodes.append(Node(op, inputs, (name,), name))
        return name

    turns = made("Mul", angle, "sine/turns")
    whole = made("Floor", made("Add", turns, "sine/half"))
    off = made("Sub", turns, whole)
    squared = made("Mul", off, off)
    total = f"sine/{DEGREE}"
    for power in reversed(range(DEGREE)):
        total = made("Add", made("Mul", total, squared), f"sine/{power}")
    nodes.append(Node("Mul", (total, squared), (out,), out))
    return nodes
