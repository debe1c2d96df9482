"""Transcript -> Transcript without hesitations: words said while a speaker looks for the next one.

    words       the words of a talk, their classes, and the boundaries between them
    stretches   words that may be hesitations, and what is known about each
    judge       how likely each stretch is a hesitation: learnt weights
    allowed     words that are never deleted: numbers, names, negations, quotes
    fits        whether what is left is a sentence that a person could say
    levels      how sure the judge must be
    contract    这是 for 这个是

Most of these words have a meaning elsewhere: 这个 points at something, 然后 says what came next.
So no list decides, but weights that were learnt from edited talks into which such words were put.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import exp
from operator import attrgetter

from podcast.model import EDITS, Line, Transcript
from podcast.text.clean.characters import join_marks
from podcast.text.deletions import Deletion, Edited
from podcast.text.spacing import spaced
from podcast.text.trim.allowed import Protected, any_of
from podcast.text.trim.contract import WHY, needless
from podcast.text.trim.fits import fits
from podcast.text.trim.judge import judge
from podcast.text.trim.levels import least
from podcast.text.trim.stretches import RESTART, Stretch, View, stretches
from podcast.text.trim.words import Word, read_words

__all__ = ["trim"]

_HABIT = 3  # times that a talk has a word, from which it may be a habit
_PASSES = 8  # a word that stands beside a deleted one is judged again, at most so many times


def trim(transcript: Transcript, level: str, names: Iterable[str] = ()) -> Edited:
    """Delete hesitations at one of the levels `model.EDITS`; the first one deletes nothing.

    Lines keep their number, times and voice; a line without words is dropped, but not all lines
    that one speaker says in a row. Nothing inside one of `names` is deleted.
    """
    if level == EDITS[0]:
        return Edited(transcript)
    lines = transcript.lines
    deletions: list[Deletion] = []
    guarded = any_of(names)
    for _ in range(_PASSES):
        words = read_words(lines)
        protected = Protected.of([line.text for line in lines], guarded)
        found = _surest(_hesitations(words, level, protected), _turns(lines, words))
        gone = [word for one, _ in found for word in words[one.first : one.last]]
        deletions += [_deletion(lines, words, stretch, odds) for stretch, odds in found]
        if not found:
            gone = list(needless(words, protected))
            deletions += [Deletion(lines[word.line].number, word.text, WHY) for word in gone]
        if not gone:
            break
        lines = _without(lines, gone)
    return Edited(Transcript(lines), tuple(sorted(deletions, key=attrgetter("line"))))


def _turns(lines: Sequence[Line], words: Sequence[Word]) -> list[range]:
    """The words that one speaker says in a row, for each such turn."""
    voices = [lines[word.line].voice for word in words]
    starts = [at for at in range(len(words)) if not at or voices[at] != voices[at - 1]]
    return [range(*pair) for pair in pairwise([*starts, len(words)])]


def _hesitations(
    words: Sequence[Word], level: str, protected: Protected
) -> list[tuple[Stretch, float]]:
    """The stretches that are hesitations at this level, each with its log odds."""
    view = View.of(words)
    possible = [
        stretch
        for stretch in stretches(words)
        if _is_habit(view, stretch)
        and protected.allows(words[stretch.first : stretch.last])
        and fits(words, stretch)
    ]
    odds = judge().log_odds(view, possible)
    return [
        (stretch, value)
        for stretch, value in zip(possible, odds, strict=True)
        if value >= least(level, stretch.kind)
    ]


def _is_habit(view: View, stretch: Stretch) -> bool:
    """Whether the talk has a filler so often that it may be a habit; one or two have a meaning."""
    return stretch.kind == RESTART or len(view.places[stretch.kind]) >= _HABIT


def _surest(
    found: Iterable[tuple[Stretch, float]], turns: Iterable[range]
) -> list[tuple[Stretch, float]]:
    """Of stretches that touch each other, the likeliest; none of a turn that would be empty."""
    taken: set[int] = set()
    kept = []
    for stretch, odds in sorted(found, key=lambda pair: -pair[1]):
        if taken.isdisjoint(range(stretch.first - 1, stretch.last + 1)):
            taken.update(range(stretch.first, stretch.last))
            kept.append((stretch, odds))
    empty = {at for turn in turns if taken.issuperset(turn) for at in turn}
    return sorted(pair for pair in kept if pair[0].first not in empty)


def _deletion(
    lines: tuple[Line, ...], words: Sequence[Word], stretch: Stretch, odds: float
) -> Deletion:
    inside = words[stretch.first : stretch.last]
    text = "".join(word.text for word in inside)
    return Deletion(lines[inside[0].line].number, text, stretch.kind, chance_of(odds))


def chance_of(odds: float) -> float:
    """The chance, from 0 to 1, of which `odds` are the natural log odds.

    >>> chance_of(0.0), chance_of(-800.0)
    (0.5, 0.0)
    """
    return round(1 / (1 + exp(-max(-50.0, min(50.0, odds)))), 3)


def _without(lines: tuple[Line, ...], gone: Iterable[Word]) -> tuple[Line, ...]:
    """The lines without these words; a line without words is dropped."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for word in gone:
        spans.setdefault(word.line, []).append((word.start, word.end))
    kept = []
    for number, line in enumerate(lines):
        if number not in spans:
            kept.append(line)
        elif text := _cut(line.text, spans[number]):
            kept.append(replace(line, text=text))
    return tuple(kept)


def _cut(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """A text without these stretches of characters, in the spaces and marks of print."""
    for start, end in sorted(spans, reverse=True):
        text = text[:start].rstrip(" ") + _gap(text[:start], text[end:]) + text[end:].lstrip(" ")
    text = spaced(join_marks(text)).strip()
    return text if re.search(r"\w", text) else ""


def _gap(left: str, right: str) -> str:
    """A space where two Latin words would grow together."""
    ends = left.rstrip(" ")[-1:], right.lstrip(" ")[:1]
    return " " if all(end.isascii() and end.isalnum() for end in ends) else ""
