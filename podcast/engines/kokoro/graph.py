"""An ONNX file <-> a graph that can be edited: its operations, constants, inputs and outputs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from podcast.engines.kokoro.links import needed
from podcast.engines.kokoro.wire import (
    TENSOR_NAME,
    VALUE_NAME,
    Fields,
    Node,
    Value,
    float_value,
    message,
    node_bytes,
    read_fields,
    read_node,
    read_small_tensors,
    sized,
    tensor_shape,
    text_of,
)

GRAPH = 7  # of a model
NODE, CONSTANT, INPUT, OUTPUT, DESCRIPTION = 1, 5, 11, 12, 13  # of a graph

Shape = tuple[int | None, ...]


@dataclass(frozen=True)
class Graph:
    """An ONNX model. Constants, inputs and outputs are messages as they lie in the file.

    `others` are further fields of the graph, `around` the fields of the model before and after it.
    """

    nodes: tuple[Node, ...]
    constants: tuple[Value, ...]
    inputs: tuple[Value, ...]
    outputs: tuple[Value, ...]
    others: Fields
    around: Fields

    def values(self) -> dict[str, NDArray[np.generic]]:
        """The small constants by their names."""
        return read_small_tensors(self.constants)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each constant by its name."""
        return dict(map(tensor_shape, self.constants))

    def gives(self) -> tuple[str, ...]:
        """The names of the outputs."""
        return tuple(map(_value_name, self.outputs))

    def makes(self, name: str) -> bool:
        """Whether an operation makes a value with this name."""
        return any(name in node.outputs for node in self.nodes)

    def with_output(self, name: str) -> Graph:
        """The graph, which also puts out a value of floating-point numbers that it makes."""
        if name in self.gives():
            return self
        return replace(self, outputs=(*self.outputs, float_value(name)))

    def part(self, taken: dict[str, Shape], given: Iterable[str]) -> Graph:
        """The part that makes the values `given` from those `taken`; None is any length.

        If `taken` is empty, it takes what the graph takes. Raises ValueError if a value is missing.
        """
        given = tuple(given)
        for name in (*taken, *given):
            if not self.makes(name):
                raise ValueError(f"the graph has no value {name}")
        inputs = tuple(float_value(name, shape) for name, shape in taken.items())
        outputs = tuple(float_value(name) for name in given)
        return replace(self, inputs=inputs or self.inputs, outputs=outputs).pruned()

    def pruned(self) -> Graph:
        """The graph without operations and constants that its outputs are not made from."""
        nodes = needed(self.nodes, self.gives(), frozenset(map(_value_name, self.inputs)))
        used = {name for node in nodes for name in node.inputs}
        constants = (each for each in self.constants if text_of(each, TENSOR_NAME) in used)
        return replace(self, nodes=tuple(nodes), constants=tuple(constants))


def read_graph(content: bytes) -> Graph:
    """The graph in an ONNX file. Raises ValueError if it is no such file."""
    model = read_fields(memoryview(content))
    graphs = [value for number, value in model if number == GRAPH]
    if len(graphs) != 1:
        raise ValueError(f"there are {len(graphs)} graphs in it, not one")
    fields = read_fields(sized(graphs[0]))

    def messages(wanted: int) -> tuple[Value, ...]:
        return tuple(value for number, value in fields if number == wanted)

    known = (NODE, CONSTANT, INPUT, OUTPUT, DESCRIPTION)
    return Graph(
        tuple(read_node(sized(value)) for value in messages(NODE)),
        messages(CONSTANT),
        messages(INPUT),
        messages(OUTPUT),
        [(number, value) for number, value in fields if number not in known],
        [(number, value) for number, value in model if number != GRAPH],
    )


def graph_bytes(graph: Graph) -> bytes:
    """The ONNX file of a graph."""
    content = message(
        [
            *((NODE, node_bytes(node)) for node in graph.nodes),
            *((CONSTANT, value) for value in graph.constants),
            *((INPUT, value) for value in graph.inputs),
            *((OUTPUT, value) for value in graph.outputs),
            *graph.others,
        ]
    )
    return message([*graph.around, (GRAPH, content)])


def _value_name(value: Value) -> str:
    return text_of(value, VALUE_NAME)
