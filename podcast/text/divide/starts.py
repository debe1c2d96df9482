"""Evidence, an agenda and what is asked for -> the sentences that chapters start with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from podcast.model import Recipe, Sentence
from podcast.text.divide.agenda import Announced
from podcast.text.divide.boundaries import boundaries
from podcast.text.divide.numbers import Numbers
from podcast.text.words import SPEED, length

SHORTEST_SECONDS = 30.0  # seconds: no shorter one is made unasked
SHORTEST_ASKED_SECONDS = 5.0  # seconds, where a person asks for so many: what Bilibili takes
LATITUDE = 1.2  # how much the evidence may change the number of chapters that length asks for
READINESS = 2.5  # added to all evidence: the likeliest set alone has too few chapters
MOST_CHAPTERS = 200  # chapters in one episode


def chapter_starts(
    sentences: Sequence[Sentence],
    gain: Numbers,
    items: Sequence[Announced],
    count: int | None = None,
    minutes: float = Recipe().chapter_minutes,
) -> list[int]:
    """Where chapters start: of about `minutes`, more or fewer as the talk has it, or `count`.

    Those that are counted may be as short as the count wants, down to five seconds.
    """
    lengths = [length(sentence.text) for sentence in sentences]
    wanted, shortest = max(minutes * 60, SHORTEST_SECONDS) * SPEED, SHORTEST_SECONDS * SPEED
    total = sum(lengths)
    if count:
        shortest = min(shortest, max(SHORTEST_ASKED_SECONDS * SPEED, total / count / 2))
    fixed = _roomy([item.start for item in items], lengths, shortest)
    asked = count
    if asked is None:
        expected = min(max(1.0, total / wanted), MOST_CHAPTERS)
        found = boundaries(gain + READINESS, lengths, wanted, shortest, fixed=fixed)
        low, high = expected / LATITUDE, expected * LATITUDE
        if low - 0.5 <= len(found) <= high + 0.5:
            return found
        asked = round(low if len(found) < low else high)
    asked = max(1, min(asked, int(total / shortest)))
    if len(fixed) == asked:
        fixed = fixed[1:]  # the opening and the first thing are one chapter
    fixed = fixed if len(fixed) < asked else []
    return boundaries(gain, lengths, wanted, shortest, count=asked, fixed=fixed)


def _roomy(starts: Sequence[int], lengths: Sequence[float], shortest: float) -> list[int]:
    """Those of `starts` that leave every chapter between them long enough."""
    before = np.concatenate(([0.0], np.cumsum(lengths)))
    kept: list[int] = []
    last = 0.0
    for start in starts:
        if before[start] - last >= shortest and before[-1] - before[start] >= shortest:
            kept.append(start)
            last = before[start]
    return kept
