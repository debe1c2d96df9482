"""A text and its sound -> Marks, for an engine that gives no word times.

The pauses in the sound can be measured. They are matched with the commas and stops of the text, so
the start of the first word after such a pause is known. The starts of the words between two
pauses are interpolated, as if all syllables had the same length.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from podcast.engines.checked import UNIT
from podcast.model import Audio, Mark

FRAME_MS = 10  # the sound is measured in steps of this length
PAUSE_MS = 70  # a shorter silence belongs to a consonant
QUIET = 0.04  # of the level of speech, -28 dB: softer frames are silence
LOUD_SHARE = 90  # percentile of the levels of all frames that is the level of speech
UNPAUSED = 0.5  # seconds by which a comma may miss a pause; beyond that it has no pause
LETTERS = 3  # letters of a Latin word for each syllable
BREAK = re.compile(r"[，。！？；：、…—,;!?:]")


class Place(NamedTuple):
    """A place in the text whose moment in the sound is known.

    It comes after `said` syllables. Speech before this place ends at sample `end`, and speech
    after it begins at sample `start`.
    """

    said: float
    end: int
    start: int


def estimate_marks(text: str, audio: Audio) -> tuple[Mark, ...]:
    """A mark for each hanzi, word and figure of `text`; both fields rise."""
    units = list(UNIT.finditer(text))
    weights = [syllables(unit[0]) for unit in units]
    before = [0, *accumulate(weights)]
    breaks = [
        before[number]
        for number, (unit, following) in enumerate(pairwise(units), 1)
        if BREAK.search(text, unit.end(), following.start())
    ]
    start, end, pauses = voiced(audio)
    places = tie(breaks, before[-1], Stretch(start, end), pauses, UNPAUSED * audio.rate)
    marks: list[Mark] = []
    for unit, count in zip(units, before, strict=False):
        mark = Mark(unit.start(), _sample(count, places))
        if mark.start < len(audio) and (not marks or mark.start > marks[-1].start):
            marks.append(mark)
    return tuple(marks)


def syllables(unit: str) -> int:
    """About how many syllables a hanzi, a Latin word or a figure has.

    >>> syllables("好"), syllables("DeepSeek"), syllables("GPT"), syllables("2025")
    (1, 3, 3, 4)
    """
    if unit.isdigit() or (unit.isascii() and unit.isupper()):
        return len(unit)
    return max(1, round(len(unit) / LETTERS)) if unit.isascii() else len(unit)


# The sound ---------------------------------------------------------------------------------


class Stretch(NamedTuple):
    """The samples from `start` up to `end`: a pause, or all of a speech."""

    start: int
    end: int


def voiced(audio: Audio) -> tuple[int, int, list[Stretch]]:
    """The samples at which the speech in a sound begins and ends, and its pauses."""
    frame = max(1, audio.rate * FRAME_MS // 1000)
    samples = np.frombuffer(audio.pcm, "<i2").astype(np.float64)
    count = len(samples) // frame
    levels = np.sqrt(np.mean(samples[: count * frame].reshape(count, frame) ** 2, axis=1))
    if not count or not levels.any():
        return 0, len(audio), []
    loud = np.flatnonzero(levels > QUIET * np.percentile(levels, LOUD_SHARE))
    pauses = [
        Stretch((int(last) + 1) * frame, int(following) * frame)
        for last, following in pairwise(loud)
        if (following - last - 1) * FRAME_MS >= PAUSE_MS
    ]
    return int(loud[0]) * frame, (int(loud[-1]) + 1) * frame, pauses


# Matching ----------------------------------------------------------------------------------


def tie(
    breaks: Sequence[int], total: int, speech: Stretch, pauses: Sequence[Stretch], most: float
) -> list[Place]:
    """The places of the text whose moments in the sound are known, from the first to the last.

    `breaks` are the commas and stops of the text: for each, how many of the `total` syllables come
    before it. They are matched with `pauses`, in order, so that they are off by the fewest samples
    in all; a comma that would be off by `most` samples or more has no pause.

    >>> tie([2], 4, Stretch(0, 500), [Stretch(210, 300)], 50)[1]
    Place(said=2, end=210, start=300)
    """
    silent = [0, *accumulate(pause.end - pause.start for pause in pauses)]
    pace = (speech.end - speech.start - silent[-1]) / max(1, total)  # samples a syllable
    spoken = [
        pause.start - speech.start - quiet for pause, quiet in zip(pauses, silent, strict=False)
    ]  # samples of speech before each pause
    tied = [
        Place(breaks[row], pauses[column].start, pauses[column].end)
        for row, column in matched([count * pace for count in breaks], spoken, most)
    ]
    ends = Place(0, speech.start, speech.start), Place(total, speech.end, speech.end)
    return [ends[0], *tied, ends[1]]


def matched(
    expected: Sequence[float], measured: Sequence[float], most: float
) -> list[tuple[int, int]]:
    """Pairs of indices into both lists, rising in both, whose values differ least in sum.

    A value of `expected` without a partner counts as a difference of `most`, one of `heard` as
    none.

    >>> matched([10, 20], [2, 11, 15, 22], 5)
    [(0, 1), (1, 3)]
    >>> matched([10, 20], [19], 5)
    [(1, 0)]
    """
    rows, columns = len(expected), len(measured)
    cost = np.zeros((rows + 1, columns + 1))
    cost[:, 0] = np.arange(rows + 1) * most
    for row in range(rows):
        for column in range(columns):
            pair = cost[row, column] + abs(expected[row] - measured[column])
            unpaired = min(cost[row, column + 1] + most, cost[row + 1, column])
            cost[row + 1, column + 1] = min(pair, unpaired)
    pairs, row, column = [], rows, columns
    while row and column:
        if cost[row, column] == cost[row, column - 1]:
            column -= 1
        elif cost[row, column] == cost[row - 1, column] + most:
            row -= 1
        else:
            row, column = row - 1, column - 1
            pairs.append((row, column))
    return pairs[::-1]


def _sample(syllables_before: float, places: Sequence[Place]) -> int:
    """The sample at which the speech after `said` syllables begins."""
    before = [place for place in places[:-1] if place.said <= syllables_before][-1]
    after = places[places.index(before) + 1]
    share = (syllables_before - before.said) / max(1e-9, after.said - before.said)
    return before.start + round((after.end - before.start) * share)
