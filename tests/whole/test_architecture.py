"""docs/architecture.md says of the program what is so."""

from __future__ import annotations

import re

from places import ROOT, SEED

PROJECT = (ROOT / "pyproject.toml").read_text("utf-8")
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
MOST_WORDS = 25  # of the glossary, so that a newcomer can learn them


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def first_cells(text: str) -> list[str]:
    """The first column of a section's tables, without their heads."""
    return [row.split("|")[1].strip() for row in re.findall(r"^\| .*", text, re.M)[1:]]


def floors() -> list[list[str]]:
    """The rooms of each floor, from the top, as import-linter holds them."""
    layers = re.findall(r"^layers = \[\n(.*?)^\]", PROJECT, re.S | re.M)[0]
    return [floor.split(" | ") for floor in re.findall(r'"(.+)"', layers)]


def test_the_drawing_has_the_floors_that_are_held() -> None:
    drawing = section("The rooms").split("```")[1].strip().splitlines()
    assert [re.findall(r"\w+", floor) for floor in drawing] == floors()


def test_the_table_has_every_room_in_the_same_order() -> None:
    told = [cell.strip("`") for cell in first_cells(section("The rooms"))]
    assert told == [room for floor in floors() for room in floor]


def test_the_modules_that_the_stages_name_are_there() -> None:
    stages = section("The stages").split("```")[1]
    modules = re.findall(r"\b[a-z]+/[a-z]+\b", stages)
    assert modules
    for module in modules:
        path = ROOT / "podcast" / module
        assert path.is_dir() or path.with_suffix(".py").is_file(), module


def test_the_sentence_that_is_followed_is_in_the_seed() -> None:
    life = section("The life of one sentence")
    raw = life.split("```")[1].strip().splitlines()
    first, last = map(int, re.findall(r"numbers (\d+) to (\d+)", life)[0])
    lines = SEED.read_text("utf-8").splitlines()
    assert lines[first - 1 : last] == raw


def test_the_glossary_is_short_and_has_each_word_once() -> None:
    words = first_cells(section("Glossary"))
    assert len(words) == len(set(words)) <= MOST_WORDS
