"""The bytes of an ONNX file <-> its fields: as much of protobuf as it takes to edit a graph.

onnxruntime reads such files and cannot edit them; a package that can would have to be installed.
Source: protobuf.dev/programming-guides/encoding; the numbers of fields: onnx.proto of ONNX 1.17.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Value = int | bytes | memoryview
Fields = list[tuple[int, Value]]

VARINT, SIZED = 0, 2  # kinds of values; other ones stand in no graph
NODE_INPUT, NODE_OUTPUT, NODE_NAME, NODE_OP, NODE_ATTRIBUTE, NODE_DOMAIN = 1, 2, 3, 4, 5, 7
VALUE_NAME, VALUE_KIND = 1, 2  # of an input or output
TENSOR_SHAPE, TENSOR_KIND, TENSOR_NAME, TENSOR_RAW = 1, 2, 8, 9
KINDS: dict[int, np.dtype[np.generic]] = {  # of the values of a tensor
    1: np.dtype("<f4"),
    3: np.dtype("i1"),
    7: np.dtype("<i8"),
}
SMALL = 65_536  # bytes of values at most that an edit of the graph looks at


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


def read_whole_numbers(attribute: bytes) -> tuple[str, list[int]]:
    """The name of an attribute, and its list of whole numbers, which is empty if it has none.

    >>> read_whole_numbers(whole_numbers("pads", (5, 5)))
    ('pads', [5, 5])
    """
    return text_of(attribute, 1), _numbers(attribute, 8)


def float_value(name: str, shape: Iterable[int | None] | None = None) -> bytes:
    """The description, in a graph, of a value of floating-point numbers.

    None in a shape is any length; without a shape the value may have any.
    """
    sizes = [(1, b"" if size is None else message([(1, size)])) for size in shape or ()]
    told: Fields = [] if shape is None else [(2, message(sizes))]
    kind = message([(1, message([(1, 1), *told]))])
    return message([(VALUE_NAME, name.encode()), (VALUE_KIND, kind)])


def sized(value: Value) -> memoryview:
    """The content of a sized field. Raises ValueError if it is a number."""
    if isinstance(value, int):
        raise ValueError("a number stands where a message should")
    return memoryview(value)


def text_of(content: Value, wanted: int) -> str:
    """The text in the field `wanted` of a message; empty if there is none. Raises ValueError."""
    found = [value for number, value in read_fields(sized(content)) if number == wanted]
    return str(sized(found[0]), "utf-8") if found else ""


def _numbers(content: Value, wanted: int) -> list[int]:
    """The whole numbers in the fields `wanted` of a message."""
    fields = read_fields(sized(content))
    return [value for number, value in fields if number == wanted and isinstance(value, int)]


def read_small_tensors(contents: Iterable[Value]) -> dict[str, NDArray[np.generic]]:
    """The values in messages of constants, by the names of these.

    Left out are large ones, and those that are of other kinds or do not lie there as bytes.
    """
    return {name: values for content in contents for name, values in _small_tensor(content)}


def _small_tensor(content: Value) -> Iterable[tuple[str, NDArray[np.generic]]]:
    kind = next(iter(_numbers(content, TENSOR_KIND)), 0)
    raw = [sized(value) for number, value in read_fields(sized(content)) if number == TENSOR_RAW]
    if kind in KINDS and raw and len(raw[0]) <= SMALL:
        name, shape = tensor_shape(content)
        yield name, np.frombuffer(bytes(raw[0]), KINDS[kind]).reshape(shape)


def tensor_shape(content: Value) -> tuple[str, tuple[int, ...]]:
    """The name and the shape of a constant."""
    return text_of(content, TENSOR_NAME), tuple(_numbers(content, TENSOR_SHAPE))


def tensor_bytes(name: str, values: NDArray[np.generic]) -> bytes:
    """The message of a constant.

    >>> read_small_tensors([memoryview(tensor_bytes("a", np.array([1, -1])))])
    {'a': array([ 1, -1])}
    """
    kind = next(number for number, kind in KINDS.items() if kind == values.dtype)
    shape = [(TENSOR_SHAPE, size) for size in values.shape]
    content = values.astype(KINDS[kind]).tobytes()
    return message(
        [*shape, (TENSOR_KIND, kind), (TENSOR_NAME, name.encode()), (TENSOR_RAW, content)]
    )
