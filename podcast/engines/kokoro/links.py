"""The operations of a graph -> which of them makes a value, and which ones use it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from podcast.engines.kokoro.wire import Node


class Links:
    """From a value of a graph to its operations, and from one operation to the next."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        """Follow the names of values through `nodes`."""
        self._makers = {name: node for node in nodes for name in node.outputs}
        self._users: dict[str, list[Node]] = {}
        for node in nodes:
            for name in node.inputs:
                self._users.setdefault(name, []).append(node)

    def maker(self, name: str, op: str) -> Node:
        """The operation that makes a value. Raises ValueError if it is none of the kind `op`."""
        if name not in self._makers:
            raise ValueError(f"no operation makes {name}")
        return require_op(self._makers[name], op)

    def users(self, name: str) -> list[Node]:
        """The operations that use a value, in order."""
        return self._users.get(name, [])

    def only_user(self, name: str, op: str = "") -> Node:
        """The one operation that uses a value, of the kind `op` if given. Raises ValueError."""
        users = self.users(name)
        if len(users) != 1:
            raise ValueError(f"{name} is used by {len(users)} operations, not by one")
        return require_op(users[0], op) if op else users[0]


def require_op(node: Node, op: str) -> Node:
    """The node, if it is of the kind `op`. Raises ValueError."""
    if node.op != op:
        raise ValueError(f"{node.name} is {node.op}, not {op}")
    return node


def other(node: Node, name: str) -> str:
    """The input beside `name` of an operation with two inputs. Raises ValueError."""
    others = [each for each in node.inputs if each != name]
    if len(others) != 1:
        raise ValueError(f"{node.name} does not combine {name} with another value")
    return others[0]


def needed(
    nodes: Sequence[Node], wanted: Iterable[str], taken: Set[str] = frozenset()
) -> list[Node]:
    """The nodes that `wanted` values are made from, in order; values `taken` are there already."""
    makers = {name: node for node in nodes for name in node.outputs}
    coming, kept = list(wanted), set[str]()
    while coming:
        name = coming.pop()
        node = None if name in taken else makers.get(name)
        if node and node.outputs[0] not in kept:
            kept.add(node.outputs[0])
            coming += node.inputs
    return [node for node in nodes if node.outputs[0] in kept]
