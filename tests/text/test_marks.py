"""The program's marks on the seed against those of a careful reader, set before any tuning."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cache

import pytest
from places import ROOT, SEED

from podcast.files.settings import read_settings
from podcast.model import Transcript
from podcast.text.draft import edited
from podcast.text.punctuate import punctuate
from podcast.text.read import read

pytestmark = [pytest.mark.slow]

REFERENCE = ROOT / "tests" / "data" / "seed_punctuated.txt"
STRETCHES = ((380, 462), (1100, 1200), (1880, 1979))  # lines, both ends included
KINDS = {**dict.fromkeys("，、；：", "comma"), **dict.fromkeys("。！…", "stop"), "？": "question"}


def marked(text: str) -> list[tuple[str, str]]:
    """Each letter, digit or hanzi and the kind of mark after it; {filler} is no text."""
    found: list[tuple[str, str]] = []
    for sign in re.sub(r"\{[^}]*\}", "", text):
        if sign.isalnum():
            found.append((sign.lower(), ""))
        elif sign in KINDS and found and not found[-1][1]:
            found[-1] = (found[-1][0], KINDS[sign])
    return found


@cache
def pairs() -> list[tuple[str, str]]:
    """The reader's mark and the program's after each character that both have."""
    heard = read(SEED)
    lines = edited(heard, read_settings(SEED), SEED).transcript.lines
    kept = [line for line in lines if any(a <= line.number <= b for a, b in STRETCHES)]
    said = "".join(s.text for s in punctuate(Transcript(tuple(kept)), heard=heard))
    reference = REFERENCE.read_text("utf-8").splitlines()
    gold = marked("".join(line for line in reference if not line.startswith("#")))
    mine = marked(said)
    left, right = ("".join(sign for sign, _ in text) for text in (gold, mine))
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    places = {a + k: b + k for a, b, size in blocks for k in range(size)}
    return [(mark_at(gold, at, places), mine[place][1]) for at, place in places.items()]


def mark_at(gold: list[tuple[str, str]], at: int, places: dict[int, int]) -> str:
    """The reader's mark after a character, or after those that are deleted behind it."""
    end = at + 1
    while end < len(gold) and end not in places:
        end += 1
    return max((mark for _, mark in gold[at:end]), key=("", "comma", "stop", "question").index)


@pytest.mark.parametrize(
    ("kinds", "least"),
    [({"comma", "stop", "question"}, 0.925), ({"comma"}, 0.74), ({"stop"}, 0.62)],
)
def test_the_seed_reads_as_a_careful_reader_set_it(kinds: set[str], least: float) -> None:
    both = sum(a in kinds and b in kinds for a, b in pairs())
    f1 = 2 * both / sum((a in kinds) + (b in kinds) for a, b in pairs())
    assert f1 >= least
    assert len(pairs()) > 3000
