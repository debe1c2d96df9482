"""The bytes of an ONNX file <-> its fields: as much of protobuf as it takes to edit a graph.

onnxruntime reads such files and cannot edit them; a package that can would have to be installed.
Source: protobuf.dev/programming-guides/encoding; the numbers of fields: onnx.proto of ONNX 1.17.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Value = int | bytes | memoryview
Fields = list[tuple[int, Value]]

VARINT, SIZED = 0, 2  # kinds of values; other ones stand in no graph
NODE_INPUT, NODE_OUTPUT, NODE_NAME, NODE_OP, NODE_ATTRIBUTE, NODE_DOMAIN = 1, 2, 3, 4, 5, 7


def read_fields(content: memoryview) -> Fields:
    """The fields of a message in order: numbers, and sized fields as views of `content`.

    Raises ValueError if the content is no such message.
    """
    found: Fields = []
    at = 0
    while at < len(content):
        key, at = _number(content, at)
        value, at = _number(content, at)
        if key & 7 == SIZED:
            if at + value > len(content):
                raise ValueError("a field is longer than its message")
            found.append((key >> 3, content[at : at + value]))
            at += value
        elif key & 7 == VARINT:
            found.append((key >> 3, value))
        else:
            raise ValueError(f"a field of kind {key & 7} is no graph's")
    return found


def _number(content: memoryview, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        if at >= len(content):
            raise ValueError("a message ends inside a number")
        byte = content[at]
        number |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return number, at
        shift += 7


def message(fields: Iterable[tuple[int, Value]]) -> bytes:
    """The bytes of a message.

    >>> read_fields(memoryview(message([(1, 300)])))
    [(1, 300)]
    """
    parts: list[bytes | memoryview] = []
    for number, value in fields:
        if isinstance(value, int):
            parts += [_varint(number << 3 | VARINT), _varint(value)]
        else:
            parts += [_varint(number << 3 | SIZED), _varint(len(value)), value]
    return b"".join(parts)


def _varint(number: int) -> bytes:
    said = bytearray()
    while number > 0x7F:
        said.append(number & 0x7F | 0x80)
        number >>= 7
    said.append(number)
    return bytes(said)


@dataclass(frozen=True)
class Node:
    """One operation of a graph: its kind, its inputs and its outputs.

    An input that is left out is empty. Attributes are as they lie in the file.
    """

    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    name: str = ""
    domain: str = ""
    attributes: tuple[bytes, ...] = ()


def read_node(content: memoryview) -> Node:
    """The node in a message. Raises ValueError."""
    fields = read_fields(content)

    def texts(wanted: int) -> tuple[str, ...]:
        return tuple(str(value, "utf-8") for number, value in fields if number == wanted)  # type: ignore[arg-type]

    return Node(
        "".join(texts(NODE_OP)),
        texts(NODE_INPUT),
        texts(NODE_OUTPUT),
        "".join(texts(NODE_NAME)),
        "".join(texts(NODE_DOMAIN)),
        tuple(bytes(value) for number, value in fields if number == NODE_ATTRIBUTE),
    )


def node_bytes(node: Node) -> bytes:
    """The message of a node."""
    return message(
        [
            *((NODE_INPUT, name.encode()) for name in node.inputs),
            *((NODE_OUTPUT, name.encode()) for name in node.outputs),
            (NODE_NAME, node.name.encode()),
            (NODE_OP, node.op.encode()),
            *((NODE_ATTRIBUTE, each) for each in node.attributes),
            (NODE_DOMAIN, node.domain.encode()),
        ]
    )


def whole_number(name: str, value: int) -> bytes:
    """An attribute that is a whole number."""
    return message([(1, name.encode()), (3, value), (20, 2)])


def whole_numbers(name: str, values: Iterable[int]) -> bytes:
    """An attribute that is a list of whole numbers."""
    return message([(1, name.encode()), *((8, value) for value in values), (20, 7)])


def float_value(name: str) -> bytes:
    """The description, in a graph, of a value of floating-point numbers of any shape."""
    return message([(1, name.encode()), (2, message([(1, message([(1, 1)]))]))])
