"""A text and its sound -> Marks, for a voice that tells no word times.

What can be heard is where it pauses. Each mark of the text that a pause belongs to ties text
and sound together, so the first word after one is marked where it is heard; the words between
two such places are interpolated, as if all syllables lasted alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from podcast.engines.checked import UNIT
from podcast.model import Audio, Mark

FRAME_MS = 10  # how finely a pause is heard
PAUSE_MS = 70  # what is shorter is a consonant
QUIET = 0.04  # of the level that speech reaches: -28 dB
LOUD_SHARE = 90  # percentile of the levels of all frames
UNPAUSED = 0.5  # seconds that a mark may be off its pause before it is taken to have none
LETTERS = 3  # of a Latin word's, for a syllable
BREAK = re.compile(r"[，。！？；：、…—,;!?:]")


class Place(NamedTuple):
    """A moment that text and sound share: after `said` syllables, from sample `start` on.

    What was said before it ended at sample `end`.
    """

    said: float
    end: int
    start: int


def estimate_marks(text: str, audio: Audio) -> tuple[Mark, ...]:
    """A mark for each hanzi, word and figure of `text`; both fields rise."""
    found = list(UNIT.finditer(text))
    weights = [syllables(unit[0]) for unit in found]
    before = [0, *accumulate(weights)]
    ends = [unit.end() for unit in found]
    breaks = [
        before[at + 1]
        for at, (end, following) in enumerate(pairwise([*ends, len(text)]))
        if at + 1 < len(found) and BREAK.search(text, end, found[at + 1].start())
    ]
    start, end, pauses = voiced(audio)
    places = tie(breaks, before[-1], Stretch(start, end), pauses, UNPAUSED * audio.rate)
    marks: list[Mark] = []
    for unit, said in zip(found, before, strict=False):
        mark = Mark(unit.start(), _sample(said, places))
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


# What is heard -----------------------------------------------------------------------------


class Stretch(NamedTuple):
    """From sample `start` up to `end`: a silence between two sounds, or all of a speech."""

    start: int
    end: int


def voiced(audio: Audio) -> tuple[int, int, list[Stretch]]:
    """Where the speech begins and ends, and its pauses."""
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


# What belongs together ---------------------------------------------------------------------


def tie(
    breaks: Sequence[int], total: int, speech: Stretch, pauses: Sequence[Stretch], most: float
) -> list[Place]:
    """The places that text and sound share, from the first to the last.

    `breaks` are the marks of the text, by the syllables before them, of `total`. Of all ways to
    give marks their pauses, in order, the one is taken where they are least off; a mark that
    would be `most` samples off has none.

    >>> tie([2], 4, Stretch(0, 500), [Stretch(210, 300)], 50)[1]
    Place(said=2, end=210, start=300)
    """
    silent = [0, *accumulate(pause.end - pause.start for pause in pauses)]
    pace = (speech.end - speech.start - silent[-1]) / max(1, total)  # samples a syllable
    heard = [
        pause.start - speech.start - quiet for pause, quiet in zip(pauses, silent, strict=False)
    ]  # samples of speech before each pause
    tied = [
        Place(breaks[at], pauses[to].start, pauses[to].end)
        for at, to in matched([at * pace for at in breaks], heard, most)
    ]
    ends = Place(0, speech.start, speech.start), Place(total, speech.end, speech.end)
    return [ends[0], *tied, ends[1]]


def matched(
    expected: Sequence[float], heard: Sequence[float], most: float
) -> list[tuple[int, int]]:
    """Pairs of indices, rising in both, that are least far apart in all.

    One of `expected` without a partner counts as `most` apart, one of `heard` not at all.

    >>> matched([10, 20], [2, 11, 15, 22], 5)
    [(0, 1), (1, 3)]
    >>> matched([10, 20], [19], 5)
    [(1, 0)]
    """
    rows, columns = len(expected), len(heard)
    cost = np.zeros((rows + 1, columns + 1))
    cost[:, 0] = np.arange(rows + 1) * most
    for at in range(rows):
        for to in range(columns):
            pair = cost[at, to] + abs(expected[at] - heard[to])
            cost[at + 1, to + 1] = min(pair, cost[at, to + 1] + most, cost[at + 1, to])
    pairs, at, to = [], rows, columns
    while at and to:
        if cost[at, to] == cost[at, to - 1]:
            to -= 1
        elif cost[at, to] == cost[at - 1, to] + most:
            at -= 1
        else:
            at, to = at - 1, to - 1
            pairs.append((at, to))
    return pairs[::-1]


def _sample(said: float, places: Sequence[Place]) -> int:
    """Where what follows `said` syllables begins."""
    before = [place for place in places[:-1] if place.said <= said][-1]
    after = places[places.index(before) + 1]
    share = (said - before.said) / max(1e-9, after.said - before.said)
    return before.start + round((after.end - before.start) * share)
