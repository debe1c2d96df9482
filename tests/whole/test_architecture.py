"""docs/architecture.md says of the program what is so."""

from __future__ import annotations

import re

from places import ROOT, SEED

PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
MOST_WORDS = 25  # of the glossary, so that a newcomer can learn them


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def first_cells(text: str) -> list[str]:
    """The first column of a section's tables, without their heads."""
    return [row.split("|")[1].strip() for row in re.findall(r"^\| .*", text, re.M)[1:]]


def rooms() -> set[str]:
    """What lies in `podcast/`: its rooms, and the modules beside them."""
    found = {path.parent.name for path in ROOT.glob("podcast/*/__init__.py")}
    modules = {path.name for path in ROOT.glob("podcast/*.py")}
    return found | (modules - {"__init__.py", "__main__.py"})


def test_the_drawing_and_the_table_have_every_room() -> None:
    drawing = re.findall(r"[\w.]+", section("The rooms").split("```")[1])
    told = re.findall(r"`([\w.]+)`", " ".join(first_cells(section("The rooms"))))
    assert sorted(drawing) == sorted(told) == sorted(rooms())


def test_the_sentence_that_is_followed_is_in_the_seed() -> None:
    life = section("The life of one sentence")
    raw = life.split("```")[1].strip().splitlines()
    first, last = map(int, re.findall(r"numbers (\d+) to (\d+)", life)[0])
    lines = SEED.read_text("utf-8").splitlines()
    assert lines[first - 1 : last] == raw


def test_the_glossary_is_short_and_has_each_word_once() -> None:
    words = first_cells(section("Glossary"))
    assert len(words) == len(set(words)) <= MOST_WORDS
