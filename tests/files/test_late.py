"""A pattern that is compiled late is like one that is compiled at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module

import pytest
from places import ROOT

from podcast.files.late import _Late, late

IMPORT = "from podcast.files.late import late\n"
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted((ROOT / "podcast").rglob("*.py"))
    if IMPORT in path.read_text("utf-8")
]


def waiting(value: object) -> Iterator[_Late]:
    """The patterns in a value: itself, or in tuples and dictionaries."""
    if isinstance(value, _Late):
        yield value
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from waiting(each)
    elif isinstance(value, dict):
        yield from waiting(list(value.values()))


@pytest.mark.parametrize("name", MODULES)
def test_every_pattern_can_be_compiled(name: str) -> None:
    found = list(waiting(dict(vars(import_module(name)))))
    assert found
    for each in found:
        assert re.compile(each.pattern, each._flags).pattern == each.pattern


def test_it_is_compiled_once_and_offers_all_that_a_pattern_does() -> None:
    word, compiled = late("(?P<word>[a-z]+)", re.IGNORECASE), re.compile("(?P<word>[a-z]+)", re.I)
    assert word.pattern == compiled.pattern and "match" not in vars(word)
    assert word.sub("x", "Ab 1") == compiled.sub("x", "Ab 1") == "x 1"
    assert (word.flags, word.groupindex) == (compiled.flags, compiled.groupindex)
    assert vars(word)["match"] is word.match
    with pytest.raises(AttributeError):
        word.other  # type: ignore[attr-defined] # noqa: B018
    with pytest.raises(re.error):
        late("(").match("")
