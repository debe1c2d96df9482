"""Kokoro's graph with weights of 8 bits -> the same graph that calculates with 32.

The file is small because its weights have 8 bits. To calculate with these is slower on a usual
processor than to widen them once: convolutions first round their input to 8 bits, and so does each
LSTM. So the weights are widened, and the operations become the plain ones:

    DynamicQuantizeLinear, ConvInteger, Add, Cast, Mul  ->  Conv
    DynamicQuantizeLSTM                                 ->  LSTM

The bias of a convolution was rounded to whole numbers at every call; now it is added as it is.
Products of matrices stay as they are: they are as fast with 8 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from podcast.engines.kokoro.wire import (
    Fields,
    Node,
    Value,
    float_value,
    message,
    node_bytes,
    read_fields,
    read_node,
    whole_number,
    whole_numbers,
)

GRAPH = 7  # of a model
NODE, OUTPUT = 1, 12  # of a graph
DURATIONS = "/encoder/Clip_output_0"  # how long each token lasts, a value inside the graph


def unpacked(content: bytes) -> bytes:
    """The model that calculates with 32 bits, and also puts out the length of each token.

    Raises ValueError if the file is no graph of this kind.
    """
    return _edited(content, lambda nodes: _Unpacking(nodes).nodes())


def as_shipped(content: bytes) -> bytes:
    """The model as it is, which also puts out the length of each token. Raises ValueError."""
    return _edited(content, lambda nodes: nodes)


def _edited(content: bytes, edit: Callable[[list[Node]], list[Node]]) -> bytes:
    model = read_fields(memoryview(content))
    if not any(number == GRAPH for number, _ in model):
        raise ValueError("there is no graph in it")
    return message((number, _graph(value, edit)) if number == GRAPH else (number, value)
                   for number, value in model)  # fmt: skip


def _graph(content: Value, edit: Callable[[list[Node]], list[Node]]) -> bytes:
    assert isinstance(content, memoryview)
    fields = read_fields(content)
    nodes = [read_node(value) for number, value in fields if number == NODE]  # type: ignore[arg-type]
    others: Fields = [(number, value) for number, value in fields if number != NODE]
    if not any(DURATIONS in node.outputs for node in nodes):
        raise ValueError(f"the graph has no value {DURATIONS}")
    wanted = {_name(value) for number, value in others if number == OUTPUT} | {DURATIONS}
    kept = _needed(edit(nodes), wanted)
    outputs: Fields = [] if len(wanted) == 1 else [(OUTPUT, float_value(DURATIONS))]
    return message([*((NODE, node_bytes(node)) for node in kept), *others, *outputs])


def _name(value: Value) -> str:
    assert isinstance(value, memoryview)
    return next(str(name, "utf-8") for number, name in read_fields(value) if number == 1)  # type: ignore[arg-type]


def _needed(nodes: list[Node], wanted: set[str]) -> list[Node]:
    """The nodes that `wanted` values are made from, in order."""
    makers = {name: node for node in nodes for name in node.outputs}
    coming, needed = list(wanted), set[str]()
    while coming:
        node = makers.get(coming.pop())
        if node and node.outputs[0] not in needed:
            needed.add(node.outputs[0])
            coming += node.inputs
    return [node for node in nodes if node.outputs[0] in needed]


@dataclass
class _Unpacking:
    """The nodes of a graph while their 8 bits become 32."""

    given: list[Node]
    widened: dict[str, Node] = field(default_factory=dict)  # by the name of what each makes

    def __post_init__(self) -> None:
        self.makers = {name: node for node in self.given for name in node.outputs}
        self.users: dict[str, list[Node]] = {}
        for node in self.given:
            for name in node.inputs:
                self.users.setdefault(name, []).append(node)

    def nodes(self) -> list[Node]:
        """All nodes; those that nothing needs any more are still among them."""
        made = dict(self._plain())
        rest = [made.get(node.outputs[0], node) for node in self.given]
        return [*self.widened.values(), *rest]

    def _plain(self) -> Iterator[tuple[str, Node]]:
        """Each plain operation, and the name of the value that it makes from now on."""
        for node in self.given:
            if node.op == "ConvInteger":
                plain = self._convolution(node)
            elif node.op == "DynamicQuantizeLSTM":
                plain = self._lstm(node)
            else:
                continue
            yield plain.outputs[0], plain

    def _convolution(self, node: Node) -> Node:
        """ConvInteger(x, weights, zero of x, zero of weights), then its bias and its scale."""
        rounding = self._maker(node.inputs[0], "DynamicQuantizeLinear")
        following = self._only_user(node)
        bias: tuple[str, ...] = ()
        if following.op == "Add":
            bias = (self._bias(next(each for each in following.inputs if each != node.outputs[0])),)
            following = self._only_user(following)
        scaled = self._only_user(_require(following, "Cast"))
        factor = next(each for each in scaled.inputs if each != following.outputs[0])
        scales = self._maker(factor, "Mul").inputs
        scale = next(each for each in scales if each != rounding.outputs[1])
        weights = self._widened(node.inputs[1], scale, node.inputs[3])
        inputs = (rounding.inputs[0], weights, *bias)
        return replace(node, op="Conv", inputs=inputs, outputs=_require(scaled, "Mul").outputs)

    def _bias(self, rounded: str) -> str:
        """The bias before it was divided by the scale, rounded and reshaped."""
        cast = self._maker(self._maker(rounded, "Reshape").inputs[0], "Cast")
        floor = self._maker(cast.inputs[0], "Floor")
        return self._maker(floor.inputs[0], "Div").inputs[0]

    def _lstm(self, node: Node) -> Node:
        """DynamicQuantizeLSTM: its weights lie transposed, with a scale for each direction."""
        x, w, r, *others = node.inputs
        weights = [
            self._transposed(self._widened(each, scale, zero, whole_number("axis", 0)))
            for each, scale, zero in ((w, *others[5:7]), (r, *others[7:9]))
        ]
        return replace(node, op="LSTM", domain="", inputs=(x, *weights, *others[:5]))

    def _widened(self, weights: str, scale: str, zero: str, *attributes: bytes) -> str:
        wide = f"{weights} wide"
        inputs = (weights, scale, zero)
        self.widened[wide] = Node("DequantizeLinear", inputs, (wide,), wide, "", attributes)
        return wide

    def _transposed(self, name: str) -> str:
        turned = f"{name} turned"
        order = whole_numbers("perm", (0, 2, 1))
        self.widened[turned] = Node("Transpose", (name,), (turned,), turned, "", (order,))
        return turned

    def _maker(self, name: str, op: str) -> Node:
        if name not in self.makers:
            raise ValueError(f"no operation makes {name}")
        return _require(self.makers[name], op)

    def _only_user(self, node: Node) -> Node:
        users = self.users.get(node.outputs[0], [])
        if len(users) != 1:
            raise ValueError(f"{node.name} is used by {len(users)} operations, not by one")
        return users[0]


def _require(node: Node, op: str) -> Node:
    if node.op != op:
        raise ValueError(f"{node.name} is {node.op}, not {op}")
    return node
