"""Transcripts as programs and services export them come out as an editor expects.

`tests/data/cases/cases.toml` has a table for each file there. Of its keys, these are expectations
about the script's paragraphs, of which only hanzi, letters and digits are compared:

    text      all that is said; of a list, one will do
    contains  is said
    unsaid    is not said
    turns     who says what, in this order; a name besides host and guest is a third person

and these about the script as it stands: `marked` is in it with its marks, `absent` and
`titles_absent` are not in it. `refused` is what a refusal says; with `or_refused` one will do, too.
`chapters` is how many are asked for: so many there are, or a remark says why not. `says` has a text
without a file, and what an engine that needs everything spelt out is given for it.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import chain
from typing import Any

import pytest
from places import DATA

from podcast.errors import ReadError
from podcast.files import toml
from podcast.model import Recipe, Script
from podcast.pronounce import IN_FULL, pronounce
from podcast.text.draft import draft
from podcast.text.remarks import remarks

CASES = DATA / "cases"
TABLES: dict[str, dict[str, Any]] = toml.read(CASES / "cases.toml")


def plain(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).lower()))


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


READ = [name for name, table in TABLES.items() if "file" in table]
SAID = [name for name, table in TABLES.items() if "says" in table]


def test_every_case_is_run() -> None:
    assert len(READ) + len(SAID) == len(TABLES)


@pytest.mark.parametrize("name", SAID)
def test_a_case_of_what_is_said(name: str) -> None:
    says = TABLES[name]["says"]
    assert plain(pronounce(says["text"], IN_FULL).text) in map(plain, listed(says["said"]))


@pytest.mark.slow
@pytest.mark.parametrize("name", READ)
def test_a_case(name: str) -> None:
    table = TABLES[name]
    recipe = Recipe(chapters=asked(table))
    try:
        script = draft(CASES / table["file"], recipe)
    except ReadError as error:
        assert "refused" in table or table.get("or_refused"), error
        assert re.search(table.get("refused", ""), str(error))
        assert "\n" not in str(error)
        return
    assert "refused" not in table or table.get("or_refused")
    require_said(script, table)
    require_turns(script, table.get("turns", []))
    wanted = table.get("chapters", len(script.chapters))
    assert len(script.chapters) == wanted or any(
        "chapter" in one for one in remarks(script, recipe)
    )


def asked(table: dict[str, Any]) -> int:
    options = table.get("options", [])
    return int(options[1]) if options[:1] == ["--chapters"] else 0


def require_said(script: Script, table: dict[str, Any]) -> None:
    paragraphs = [paragraph.text for chapter in script.chapters for paragraph in chapter.paragraphs]
    titles = [script.title, *(chapter.title for chapter in script.chapters)]
    page = "\n".join(chain(titles, paragraphs))
    said = plain("".join(paragraphs))
    if "text" in table:
        assert said in map(plain, listed(table["text"]))
    assert all(plain(words) in said for words in table.get("contains", []))
    assert not any(plain(words) in said for words in table.get("unsaid", []))
    assert all(words in page for words in table.get("marked", []))
    assert not any(words in page for words in table.get("absent", []))
    assert not any(words in "\n".join(titles) for words in table.get("titles_absent", []))


def require_turns(script: Script, turns: list[list[str]]) -> None:
    said = [(one.voice, plain(one.text)) for part in script.chapters for one in part.paragraphs]
    roles = {"host": "host", "guest": "guest"}
    at = begin = 0
    for who, words in turns:
        while at < len(said) and plain(words) not in said[at][1][begin:]:
            at, begin = at + 1, 0
        assert at < len(said), words
        role = said[at][0]
        assert roles.setdefault(who, role) == role, (who, words)
        assert role not in [taken for name, taken in roles.items() if name != who]
        begin = said[at][1].index(plain(words), begin) + len(plain(words))
