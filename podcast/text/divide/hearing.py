"""The transcript before cleaning -> the clauses in which turns are announced, and where they stand.

Cleaning leaves out words that say nothing (好吧, OK, 对), and it is these that mark a turn. Nor
does punctuation always stop where the talk turns. So signs are read clause by clause.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from podcast.model import Sentence, Transcript
from podcast.text.divide.numbers import Numbers
from podcast.text.hanzi import simplified
from podcast.text.sentences import ends_sentence, sentences
from podcast.text.words import length

KNOWN = 4  # characters by which a sentence's beginning is found in its line
FAR = 36.0  # hanzi between a sentence's beginning and a clause that may speak for it


class Clauses(NamedTuple):
    """Clauses as they were heard, and for each how many hanzi come before it."""

    clauses: tuple[Sentence, ...]
    places: Numbers


def heard_in(transcript: Transcript) -> Clauses:
    """The lines of a transcript, Simplified, parted at their stops."""
    clauses = []
    for line in transcript.lines:
        for part in sentences(simplified(line.text)):
            text = part.strip()
            if text:
                is_ended = text.endswith("，") or ends_sentence(text)
                ended = text if is_ended else f"{text}，"
                clauses.append(Sentence(ended, line.number, None, line.voice))
    sizes = [length(clause.text) for clause in clauses]
    return Clauses(tuple(clauses), np.concatenate(([0.0], np.cumsum(sizes)))[:-1])


def speakers(sentences: Sequence[Sentence], heard: Clauses, worth: Numbers) -> list[int]:
    """For each sentence the clause that best announces it, near where it begins.

    `worth` says how well each clause announces a turn. A clause speaks for one sentence only.
    """
    begins = _places(sentences, heard)
    chosen = np.searchsorted(heard.places, begins + 0.5, side="right") - 1
    best = worth[chosen] - 0.1
    for clause, place in enumerate(heard.places):
        after = int(np.searchsorted(begins, place))
        for at in (after - 1, after):
            if (
                0 <= at < len(begins)
                and _is_nearest(begins, at, place)
                and worth[clause] > best[at]
            ):
                chosen[at], best[at] = clause, worth[clause]
    return [int(clause) for clause in chosen]


def _is_nearest(begins: Numbers, at: int, place: float) -> bool:
    """Whether no sentence begins nearer to `place`, and this one not far from it."""
    around = begins[max(0, at - 1) : at + 2]
    distance = abs(begins[at] - place)
    return bool(distance <= FAR and distance <= np.abs(around - place).min())


def _places(sentences: Sequence[Sentence], heard: Clauses) -> Numbers:
    """Hanzi heard before each sentence begins."""
    firsts: dict[int, int] = {}
    for at, clause in enumerate(heard.clauses):
        firsts.setdefault(clause.line, at)
    found, last = [], 0.0
    for sentence in sentences:
        if sentence.line in firsts:
            at = firsts[sentence.line]
            text = "".join(c.text for c in heard.clauses[at : at + 4] if c.line == sentence.line)
            offset = max(0, text.find(sentence.text[:KNOWN]))
            last = max(last, float(heard.places[at]) + length(text[:offset]))
        found.append(last)
    return np.array(found)
