"""Track -> its paragraphs, with their sentences and the times of their words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from string import ascii_letters, digits

from podcast.model import Span, Track
from podcast.text.sentences import breaths

Words = tuple[Span, ...]

_LATIN = frozenset(ascii_letters + digits)


@dataclass(frozen=True, slots=True)
class Passage:
    """One spoken paragraph: the role that says it, and the words of each of its sentences."""

    voice: str
    sentences: tuple[Words, ...]


def passages(track: Track) -> tuple[Passage, ...]:
    """The paragraphs of a chapter, in order; every word of the chapter is in exactly one.

    A track without turns is one paragraph without a role.
    """
    words = track.words
    turns = track.turns or (Span(0, track.length, ""),)
    ends = [turn.start for turn in turns[1:]] + [max(track.length, turns[-1].end)]
    paragraphs, first = [], 0
    for number, (turn, end) in enumerate(zip(turns, ends, strict=True), 1):
        stop = first
        while stop < len(words) and (number == len(turns) or words[stop].start < end):
            stop += 1
        if stop > first:
            paragraphs.append(Passage(turn.text, tuple(_sentences(_whole(words[first:stop])))))
        first = stop
    return tuple(paragraphs)


def _whole(words: Words) -> Words:
    """The words; a number or Latin word that an engine marked in several pieces is one word.

    >>> [word.text for word in _whole((Span(0, 1, "20"), Span(1, 2, "25"), Span(2, 3, "年")))]
    ['2025', '年']
    >>> [word.text for word in _whole((Span(0, 1, "AI "), Span(1, 2, "GPT")))]
    ['AI ', 'GPT']
    """
    joined: list[Span] = []
    for word in words:
        before = joined[-1] if joined else None
        if before and before.end == word.start and _is_inside(before.text, word.text):
            joined[-1] = Span(before.start, word.end, before.text + word.text)
        else:
            joined.append(word)
    return tuple(joined)


def _is_inside(before: str, after: str) -> bool:
    """Whether a cut between two texts is inside a number or a Latin word."""
    return before[-1:] in _LATIN and after[:1] in _LATIN


def _sentences(words: Words) -> Iterator[Words]:
    """The words of a paragraph, grouped by sentences; a word in two sentences is in the first."""
    ends = accumulate(map(len, breaths("".join(word.text for word in words))))
    start = reached = 0
    end = next(ends, 0)
    for number, word in enumerate(words, 1):
        reached += len(word.text)
        if end and reached >= end:
            yield words[start:number]
            start = number
            end = next((later for later in ends if later > reached), 0)
    if start < len(words):
        yield words[start:]
