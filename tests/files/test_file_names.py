"""The files of an episode are named in one module; no other writes such a name down."""

from __future__ import annotations

import ast
from pathlib import Path

import podcast
from podcast.files import names

PROGRAM = Path(str(podcast.__file__)).parent
# `chapters` is a folder's name, and in many modules a key of a table, too.
NAMES = {
    value
    for name, value in vars(names).items()
    if name.isupper() and isinstance(value, str) and value != names.CHAPTER_FILES
}


def literals(path: Path) -> set[str]:
    """The whole strings that a module writes down, if a file's name may be among them."""
    text = path.read_text("utf-8")
    if not any(name in text for name in NAMES):  # to parse every module takes over a second
        return set()
    tree = ast.parse(text)
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_a_files_name_is_written_down_once() -> None:
    elsewhere = {
        path.relative_to(PROGRAM).as_posix(): sorted(found)
        for path in PROGRAM.rglob("*.py")
        if path != Path(str(names.__file__)) and (found := literals(path) & NAMES)
    }
    assert elsewhere == {}
