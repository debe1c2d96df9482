"""Sentences -> Script: chapters where the talk turns, each with a title and paragraphs.

sentences --signposts, cohesion, pauses--> evidence --boundaries--> chapters
    --agenda--> parts, --titles--> titles, --paragraphs--> paragraphs
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from podcast.divide.agenda import Item, agenda
from podcast.divide.boundaries import boundaries
from podcast.divide.evidence import evidence
from podcast.divide.hearing import heard_in
from podcast.divide.marks import Mark, places
from podcast.divide.paragraphs import paragraphs
from podcast.divide.titles import frames, spaced, titles
from podcast.divide.words import SPEED, length
from podcast.model import Chapter, Script, Sentence, Transcript

__all__ = ["Mark", "divide"]

MINUTES = 3.0  # a chapter, if nothing else is asked for
SHORTEST = 30.0  # seconds: no platform takes less, unless the whole talk is shorter
LATITUDE = 1.2  # how much the evidence may change the number of chapters that length asks for
READINESS = 2.5  # added to all evidence: the likeliest set alone has too few chapters
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
    heard: Transcript | None = None,
    author: str = "",
    date: str = "",
) -> Script:
    """`sentences` in chapters of about `minutes`, or in `count` of them.

    With `marks` the chapters are those, and what comes before the first is one more.
    `heard` is the transcript before cleaning, whose 好吧 and OK tell where the talk turns.
    """
    said = tuple(sentence for sentence in sentences if sentence.text.strip())
    if not said:
        return Script(title, (), author, date)
    gain = evidence(said, heard_in(said, heard) if heard else said)
    if marks:
        made = places(said, marks)
        starts = sorted({0, *made})
        given = {at: mark.title for at, mark in made.items()}
        heads: dict[int, str] = {}
        parts = {at: mark.part for at, mark in made.items() if mark.part}
    else:
        items = agenda(said, gain)
        starts = _starts(said, gain, items, count, minutes)
        given, heads = {}, {item.start: item.text for item in items}
        parts = _parts(said, gain, starts, heads)
    chapters = _chapters(said, gain, starts, given, heads, parts)
    return Script(title, chapters, author, date)


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
    sentences: Sequence[Sentence], gain: Row, starts: Sequence[int], heads: Mapping[int, str]
) -> dict[int, str]:
    """For each start that opens a part, the part's title; none in a talk of few chapters."""
    if len(starts) <= FEW:
        return {}
    opened = {0, *(at for at in starts if at in heads)}
    if len(opened) == 1:
        sizes = [length(_text(sentences[a:b])) for a, b in _spans(starts, len(sentences))]
        number = min(MOST_PARTS, max(2, round(len(starts) / PART)))
        first = boundaries(gain[list(starts)], sizes, sum(sizes) / number, 0.0, count=number)
        opened = {starts[at] for at in first}
    firsts = sorted(opened)
    texts = [_text(sentences[a:b]) for a, b in _spans(firsts, len(sentences))]
    given = {n: spaced(heads[at]) for n, at in enumerate(firsts) if at in heads}
    if firsts[0] not in heads and heads and frames(texts).get(0):
        given[0] = frames(texts)[0]
    return dict(zip(firsts, titles(texts, given), strict=True))


def _chapters(
    sentences: Sequence[Sentence],
    gain: Row,
    starts: Sequence[int],
    given: Mapping[int, str],
    heads: Mapping[int, str],
    parts: Mapping[int, str],
) -> tuple[Chapter, ...]:
    """The chapters that begin at `starts`."""
    spans = _spans(starts, len(sentences))
    texts = [_text(sentences[a:b]) for a, b in spans]
    named = titles(
        texts,
        {n: given[at] for n, at in enumerate(starts) if at in given},
        {**frames(texts), **{n: heads[at] for n, at in enumerate(starts) if at in heads}},
    )
    return tuple(
        Chapter(name, paragraphs(sentences[a:b], gain[a:b]), parts.get(a, ""))
        for name, (a, b) in zip(named, spans, strict=True)
    )


def _spans(starts: Sequence[int], end: int) -> list[tuple[int, int]]:
    """From each start to the next, the last to `end`."""
    return list(zip(starts, [*starts[1:], end], strict=True))


def _text(sentences: Sequence[Sentence]) -> str:
    return "".join(sentence.text for sentence in sentences)
