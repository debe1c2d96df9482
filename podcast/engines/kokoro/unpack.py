"""Kokoro's graph with weights of 8 bits -> the same graph that calculates with 32.

The file is small because its weights have 8 bits. To calculate with these is slower on a usual
processor than to widen them once: convolutions first round their input to 8 bits, and so does each
LSTM. So the weights are widened, and the operations become the plain ones:

    DynamicQuantizeLinear, ConvInteger, Add, Cast, Mul  ->  Conv
    DynamicQuantizeLSTM                                 ->  LSTM

The bias of a convolution was rounded to whole numbers at every call; now it is added as it is.
Products of matrices stay as they are: they are as fast with 8 bits. OpenVINO gets wide ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from podcast.engines.kokoro import parts
from podcast.engines.kokoro.graph import Graph, graph_bytes, read_graph
from podcast.engines.kokoro.links import Links, other, require_op
from podcast.engines.kokoro.products import in_products
from podcast.engines.kokoro.simplify import in_planes, simplified
from podcast.engines.kokoro.ways import Way
from podcast.engines.kokoro.wire import Node, whole_number, whole_numbers

GRAPH, CORE, TAIL = "graph", "core", "tail"  # the names of the graphs that are made
PLAIN, PRODUCTS = ("ConvInteger", "DynamicQuantizeLSTM"), ("MatMulInteger",)


def rebuilt(content: bytes, way: Way) -> dict[str, bytes]:
    """The graphs for a way of calculating; the first also puts out the length of each token.

    Raises ValueError if the file is no graph of this kind.
    """
    graph = _read(content)
    if way is Way.SHIPPED:
        return {GRAPH: graph_bytes(graph)}
    graph = simplified(_widened(graph, PLAIN))
    if way is Way.BYTES:
        graph = in_products(graph)
    if way is Way.OPENVINO:
        whole = _widened(parts.core(graph), PRODUCTS)
        return {
            GRAPH: graph_bytes(in_planes(parts.front(graph))),
            CORE: graph_bytes(parts.with_short_sines(whole)),
            TAIL: graph_bytes(in_planes(parts.tail(graph))),
        }
    return {GRAPH: graph_bytes(in_planes(graph))}


def _read(content: bytes) -> Graph:
    graph = read_graph(content)
    if not graph.makes(parts.DURATIONS):
        raise ValueError(f"the graph has no value {parts.DURATIONS}")
    return graph.with_output(parts.DURATIONS)


def _widened(graph: Graph, ops: tuple[str, ...]) -> Graph:
    return replace(graph, nodes=tuple(_Unpacking(graph.nodes, ops).nodes())).pruned()


@dataclass
class _Unpacking:
    """The nodes of a graph while their 8 bits become 32."""

    given: Sequence[Node]
    ops: tuple[str, ...]  # the kinds of operations that are widened
    widened: dict[str, Node] = field(default_factory=dict)  # by the name of what each makes

    def __post_init__(self) -> None:
        self.links = Links(self.given)

    def nodes(self) -> list[Node]:
        """All nodes; those that nothing needs any more are still among them."""
        made = dict(self._plain())
        rest = [made.get(node.outputs[0], node) for node in self.given]
        return [*self.widened.values(), *rest]

    def _plain(self) -> Iterator[tuple[str, Node]]:
        """Each plain operation, and the name of the value that it makes from now on."""
        makers = {
            "ConvInteger": self._convolution,
            "DynamicQuantizeLSTM": self._lstm,
            "MatMulInteger": self._product,
        }
        for node in self.given:
            if node.op in self.ops:
                plain = makers[node.op](node)
                yield plain.outputs[0], plain

    def _convolution(self, node: Node) -> Node:
        """ConvInteger(x, weights, zero of x, zero of weights), then its bias and its scale."""
        rounding = self.links.maker(node.inputs[0], "DynamicQuantizeLinear")
        following = self.links.only_user(node.outputs[0])
        bias: tuple[str, ...] = ()
        if following.op == "Add":
            bias = (self._bias(other(following, node.outputs[0])),)
            following = self.links.only_user(following.outputs[0])
        scaled = self.links.only_user(require_op(following, "Cast").outputs[0], "Mul")
        scales = self.links.maker(other(scaled, following.outputs[0]), "Mul")
        weights = self._widened(node.inputs[1], other(scales, rounding.outputs[1]), node.inputs[3])
        inputs = (rounding.inputs[0], weights, *bias)
        return replace(node, op="Conv", inputs=inputs, outputs=scaled.outputs)

    def _bias(self, rounded: str) -> str:
        """The bias before it was divided by the scale, rounded and reshaped."""
        reshaped = self.links.maker(rounded, "Reshape")
        floor = self.links.maker(self.links.maker(reshaped.inputs[0], "Cast").inputs[0], "Floor")
        return self.links.maker(floor.inputs[0], "Div").inputs[0]

    def _product(self, node: Node) -> Node:
        """MatMulInteger(x, weights, zero of x, zero of weights), then its scale."""
        rounding = self.links.maker(node.inputs[0], "DynamicQuantizeLinear")
        cast = self.links.only_user(node.outputs[0], "Cast")
        scaled = self.links.only_user(cast.outputs[0], "Mul")
        scale = other(self.links.maker(other(scaled, cast.outputs[0]), "Mul"), rounding.outputs[1])
        weights = self._widened(node.inputs[1], scale, node.inputs[3], whole_number("axis", 1))
        return replace(
            node, op="MatMul", inputs=(rounding.inputs[0], weights), outputs=scaled.outputs
        )

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
