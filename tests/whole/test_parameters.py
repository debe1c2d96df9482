"""A call is understood where it stands: beyond five arguments it says which is which."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import podcast

PROGRAM = Path(str(podcast.__file__)).parent
MOST = 5  # parameters that a caller may give by position


def public_functions(body: list[ast.stmt], inside: str = "") -> Iterator[tuple[str, ast.arguments]]:
    """Each function and method that a module offers, with its parameters but `self`."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node.body, f"{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and is_offered(node.name):
            if inside:
                del (node.args.posonlyargs or node.args.args)[:1]
            yield f"{inside}{node.name}", node.args


def is_offered(name: str) -> bool:
    return not name.startswith("_") or name == "__init__"


def test_no_function_takes_more_than_five_arguments_by_position() -> None:
    found = {
        f"{path.relative_to(PROGRAM)}: {name}": len(given.posonlyargs) + len(given.args)
        for path in sorted(PROGRAM.rglob("*.py"))
        for name, given in public_functions(ast.parse(path.read_text("utf-8")).body)
    }
    assert len(found) > 500
    assert {name: count for name, count in found.items() if count > MOST} == {}


def test_a_function_with_too_many_would_be_seen() -> None:
    code = "class A:\n    def b(self, c, d, e, f, g, h): ...\n    def _i(self, j): ...\n"
    ((name, given),) = public_functions(ast.parse(code).body)
    assert (name, len(given.args)) == ("A.b", 6)
