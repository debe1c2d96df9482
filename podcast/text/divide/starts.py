"""Evidence, an agenda, a wanted length or number -> the sentences with which chapters start."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from podcast.model import Recipe, Sentence
from podcast.text.divide.agenda import Announced
from podcast.text.divide.boundaries import boundaries
from podcast.text.divide.numbers import Numbers
from podcast.text.words import SPEED, length

SHORTEST_SECONDS = 30.0  # of a chapter, unless a person asks for more or the talk is shorter
SHORTEST_ASKED_SECONDS = 5.0  # of a chapter if a person asks for so many; Bilibili's least
LATITUDE = 1.2  # factor by which the evidence may change the number of chapters from the length
READINESS = 2.5  # added to all evidence, since the likeliest set alone has too few chapters
MOST_CHAPTERS = 200  # chapters in one episode


def chapter_starts(
    sentences: Sequence[Sentence],
    gain: Numbers,
    items: Sequence[Announced],
    count: int | None = None,
    minutes: float = Recipe().chapter_minutes,
) -> list[int]:
    """The indices of the sentences with which chapters start.

    The chapters last about `minutes`, and the evidence may change their number a little; with
    `count`, there are so many chapters if they fit, each of five seconds or more. `gain` is of
    shape (sentences,).
    """
    lengths = [length(sentence.text) for sentence in sentences]
    wanted, shortest = max(minutes * 60, SHORTEST_SECONDS) * SPEED, SHORTEST_SECONDS * SPEED
    total = sum(lengths)
    if count:
        shortest = min(shortest, max(SHORTEST_ASKED_SECONDS * SPEED, total / count / 2))
    fixed = _roomy([item.start for item in items], lengths, shortest)
    number = count
    if number is None:
        expected = min(max(1.0, total / wanted), MOST_CHAPTERS)
        likeliest = boundaries(gain + READINESS, lengths, wanted, shortest, fixed=fixed)
        low, high = expected / LATITUDE, expected * LATITUDE
        if low - 0.5 <= len(likeliest) <= high + 0.5:
            return likeliest
        number = round(low if len(likeliest) < low else high)
    number = max(1, min(number, int(total / shortest)))
    if len(fixed) == number:
        fixed = fixed[1:]  # the opening and the first thing are one chapter
    fixed = fixed if len(fixed) < number else []
    return boundaries(gain, lengths, wanted, shortest, count=number, fixed=fixed)


def _roomy(starts: Sequence[int], lengths: Sequence[float], shortest: float) -> list[int]:
    """Those of `starts` between which every chapter is at least `shortest` long."""
    before = np.concatenate(([0.0], np.cumsum(lengths)))
    kept: list[int] = []
    last = 0.0
    for start in starts:
        if before[start] - last >= shortest and before[-1] - before[start] >= shortest:
            kept.append(start)
            last = before[start]
    return kept
