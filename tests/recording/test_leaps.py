"""Chapters that a recording does not have are left out, however long they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import pytest
from places import ROOT
from spoken import LINES, errors, found, taped

from podcast.recording.chain import syllables
from podcast.recording.leaps import Part, doubtful, said_lines
from podcast.recording.network import Scores
from podcast.recording.said import Said
from podcast.recording.units import STATES

SEED = (ROOT / "seeds/2025-02-indigo.txt").read_text("utf-8").splitlines()
UNIT = 4  # frames that each unit of sound lasts here


class Heard:
    """Scores in which lines are heard without any doubt."""

    def __init__(self, lines: Sequence[Sequence[Said]]) -> None:
        units = [unit for line in lines for each in line for unit in each.states]
        self.scores = np.full((UNIT * len(units), len(STATES)), -3.0, np.float32)
        self.scores[np.arange(len(self.scores)), np.repeat(units, UNIT)] = 0

    def blocks(self, start: int, end: int) -> Iterator[Scores]:
        yield self.scores[start:end]


@pytest.mark.parametrize("unsaid", [range(20, 100), range(80)])
def test_lines_that_are_said_are_kept_and_few_of_the_others(unsaid: range) -> None:
    heard = syllables(SEED[:120])
    said = [at for at in range(len(heard)) if at not in unsaid]
    sounds = Heard([heard[at] for at in said])
    kept = said_lines(sounds, heard, Part(0, len(heard), (0, len(sounds.scores))))
    assert set(said) <= set(kept)
    assert sum(len(SEED[at]) for at in kept if at in unsaid) < 300


def test_where_all_is_said_nothing_is_left_out() -> None:
    heard = syllables(SEED[:60])
    sounds = Heard(heard)
    part = Part(0, len(heard), (0, len(sounds.scores)))
    assert said_lines(sounds, heard, part) == list(range(60))


def test_a_part_is_doubtful_where_many_lines_are_and_there_is_sound_for_them() -> None:
    good = [True] * 10 + [False] * 30 + [True] * 10
    spans = [(at * 100, at * 100 + 90) for at in range(50)]
    sizes = [10] * 50
    assert list(doubtful(good, spans, sizes, 5000)) == [Part(8, 42, (790, 4200))]
    assert list(doubtful([True] * 50, spans, sizes, 5000)) == []
    assert list(doubtful(good, spans, [1] * 50, 5000)) == []
    close = [(at, at + 1) for at in range(50)]
    assert list(doubtful(good, close, sizes, 50)) == []


@pytest.mark.parametrize("between", range(1, 8))
def test_parts_with_few_good_lines_between_share_neither_lines_nor_sound(between: int) -> None:
    good = [True] * 5 + [False] * 30 + [True] * between + [False] * 30 + [True] * 5
    spans = [(at * 100, at * 100 + 90) for at in range(len(good))]
    found = list(doubtful(good, spans, [10] * len(good), 100 * len(good)))
    assert len(found) == (1 if between < 5 else 2)
    for one, other in pairwise(found):
        assert one.end < other.first and one.frames[1] < other.frames[0]


def test_a_line_that_nobody_can_say_makes_no_part_longer() -> None:
    good = [True] * 10 + [False] * 30 + [True] * 10
    spans: list[tuple[int, int] | None] = [(at * 100, at * 100 + 90) for at in range(50)]
    for at in (7, 42):
        good[at], spans[at] = False, None
    good[11] = good[38] = True  # so the lines that nobody can say are next to the part
    assert list(doubtful(good, spans, [10] * 50, 5000)) == [Part(8, 42, (690, 4300))]
    spans = [None] * 50
    assert list(doubtful(good, spans, [10] * 50, 5000)) == [Part(8, 42, (0, 5000))]


@pytest.mark.slow
def test_a_long_chapter_that_nobody_says_hides_no_line_behind_it() -> None:
    sound, starts = taped(*LINES)
    alignment = found(sound, (*LINES[:2], *SEED[:80], *LINES[2:]))
    told = alignment.lines
    assert all(line.start_ms is None for line in told[2:-6])
    assert max(errors(alignment, [*starts[:2], *[np.nan] * 80, *starts[2:]])[-6:]) < 0.3
