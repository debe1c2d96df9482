"""Sentences -> Script: chapters where the talk turns, each with a title and paragraphs.

sentences --signposts, cohesion, pauses--> evidence --boundaries--> chapters
    --agenda--> parts, --titles--> titles, --paragraphs--> paragraphs
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from podcast.divide.agenda import Item, agenda
from podcast.divide.boundaries import boundaries
from podcast.divide.evidence import evidence
from podcast.divide.marks import Mark, places
from podcast.divide.paragraphs import paragraphs
from podcast.divide.titles import spaced, titles
from podcast.divide.words import SPEED, length
from podcast.model import Chapter, Script, Sentence

MINUTES = 3.0  # a chapter, if nothing else is asked for
SHORTEST = 30.0  # seconds: no platform takes less, unless the whole talk is shorter
LATITUDE = 1.3  # how much the evidence may change the number of chapters that length asks for
READINESS = 1.0  # added to all evidence: the likeliest set alone has too few chapters
MOST = 200  # chapters in one episode
FEW = 8  # chapters that need no parts
MOST_PARTS = 10
PART = 5  # chapters a part holds, where no agenda tells

Row = NDArray[np.float64]


def divide(
    sentences: Sequence[Sentence],
    title: str,
    *,
    count: int | None = None,
    minutes: float = MINUTES,
    marks: Sequence[Mark] = (),
    author: str = "",
    date: str = "",
) -> Script:
    """`sentences` in chapters of about `minutes`, or in `count` of them.

    With `marks` the chapters are those, and what comes before the first is one more.
    """
    said = tuple(sentence for sentence in sentences if sentence.text.strip())
    if not said:
        return Script(title, (), author, date)
    gain = evidence(said)
    if marks:
        made = places(said, marks)
        starts = sorted({0, *made})
        given = [made[at].title if at in made else "" for at in starts]
        parts = {at: mark.part for at, mark in made.items() if mark.part}
    else:
        items = agenda(said, gain)
        starts = _starts(said, gain, items, count, minutes)
        given = [""] * len(starts)
        parts = _parts(said, gain, starts, items)
    return Script(title, _chapters(said, gain, starts, given, parts), author, date)


def _starts(
    sentences: Sequence[Sentence],
    gain: Row,
    items: Sequence[Item],
    count: int | None,
    minutes: float,
) -> list[int]:
    """Where chapters start: of about `minutes`, more or fewer as the talk has it, or `count`."""
    lengths = [length(sentence.text) for sentence in sentences]
    wanted, shortest = max(minutes * 60, SHORTEST) * SPEED, SHORTEST * SPEED
    total = sum(lengths)
    fixed = _roomy([item.start for item in items], lengths, shortest)
    asked = count
    if asked is None:
        expected = min(max(1.0, total / wanted), MOST)
        found = boundaries(gain + READINESS, lengths, wanted, shortest, fixed=fixed)
        low, high = expected / LATITUDE, expected * LATITUDE
        if low - 0.5 <= len(found) <= high + 0.5:
            return found
        asked = round(low if len(found) < low else high)
    asked = max(1, min(asked, int(total / shortest)))
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


def _parts(
    sentences: Sequence[Sentence], gain: Row, starts: Sequence[int], items: Sequence[Item]
) -> dict[int, str]:
    """For each start that opens a part, the part's title; none in a talk of few chapters."""
    if len(starts) <= FEW:
        return {}
    lengths = [length(s.text) for s in sentences]
    opened = {item.start: spaced(item.text) for item in items if item.start in starts}
    if not opened:
        sizes = [sum(lengths[a:b]) for a, b in _spans(starts, len(sentences))]
        number = min(MOST_PARTS, max(2, round(len(starts) / PART)))
        found = boundaries(gain[list(starts)], sizes, sum(sizes) / number, 0.0, count=number)
        opened = {starts[at]: "" for at in found}
    opened.setdefault(0, "")
    firsts = sorted(opened)
    texts = [_text(sentences[a:b]) for a, b in _spans(firsts, len(sentences))]
    return dict(zip(firsts, titles(texts, [opened[at] for at in firsts]), strict=True))


def _chapters(
    sentences: Sequence[Sentence],
    gain: Row,
    starts: Sequence[int],
    given: Sequence[str],
    parts: dict[int, str],
) -> tuple[Chapter, ...]:
    """The chapters that begin at `starts`."""
    spans = _spans(starts, len(sentences))
    texts = [_text(sentences[a:b]) for a, b in spans]
    named = titles(texts, given)
    return tuple(
        Chapter(name, paragraphs(sentences[a:b], gain[a:b]), parts.get(a, ""))
        for name, (a, b) in zip(named, spans, strict=True)
    )


def _spans(starts: Sequence[int], end: int) -> list[tuple[int, int]]:
    """From each start to the next, the last to `end`."""
    return list(zip(starts, [*starts[1:], end], strict=True))


def _text(sentences: Sequence[Sentence]) -> str:
    return "".join(sentence.text for sentence in sentences)
