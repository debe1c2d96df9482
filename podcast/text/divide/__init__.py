"""Sentences -> Script: a chapter for each topic of the talk, with a title and paragraphs.

sentences --hearing, signposts, cohesion--> evidence --boundaries--> chapters
    --agenda--> parts, --topics, titles--> titles, --paragraphs--> paragraphs
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from podcast.model import Chapter, Opening, Recipe, Script, Sentence, Transcript
from podcast.text.divide.agenda import agenda
from podcast.text.divide.boundaries import boundaries
from podcast.text.divide.evidence import evidence
from podcast.text.divide.numbers import Numbers
from podcast.text.divide.openings import places
from podcast.text.divide.paragraphs import paragraphs
from podcast.text.divide.starts import chapter_starts
from podcast.text.divide.titles import frames, titles
from podcast.text.spacing import join_lines, spaced
from podcast.text.words import length

__all__ = ["divide"]

FEW = 8  # a script of so many chapters or fewer has no parts
MOST_PARTS = 10  # parts of a script without an agenda
PART = 5  # chapters of a part, on average, if there is no agenda


def divide(
    sentences: Sequence[Sentence],
    title: str,
    *,
    count: int | None = None,
    minutes: float = Recipe().chapter_minutes,
    openings: Sequence[Opening] = (),
    heard: Transcript | None = None,
    author: str = "",
    date: str = "",
) -> Script:
    """The script of `sentences`, in chapters of about `minutes`, or in `count` chapters.

    With `openings`, these are the chapters, and the sentences before the first are one more.
    `heard` is the transcript before cleaning: its 好吧 and OK are signs of a new topic. Raises
    ReadError if an opening has no place in the talk.
    """
    worded = tuple(sentence for sentence in sentences if sentence.text.strip())
    if not worded:
        return Script(title, (), author, date)
    gain = evidence(worded, heard)
    if openings:
        opened = places(worded, openings)
        starts = sorted({0, *opened})
        given = {place: opening.title for place, opening in opened.items()}
        heads: dict[int, str] = {}
        parts = {place: opening.part for place, opening in opened.items() if opening.part}
    else:
        items = agenda(worded, gain)
        starts = chapter_starts(worded, gain, items, count, minutes)
        given, heads = {}, {item.start: item.text for item in items}
        parts = _parts(worded, gain, starts, heads)
    chapters = _chapters(worded, gain, starts, given, heads, parts)
    return Script(title, chapters, author, date)


def _parts(
    sentences: Sequence[Sentence], gain: Numbers, starts: Sequence[int], heads: Mapping[int, str]
) -> dict[int, str]:
    """The title of each part, by the start that opens it; empty in a talk of few chapters."""
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
    gain: Numbers,
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
    """The spans from each start to the next; the last one ends at `end`."""
    return list(zip(starts, [*starts[1:], end], strict=True))


def _text(sentences: Sequence[Sentence]) -> str:
    return join_lines(sentence.text for sentence in sentences)
