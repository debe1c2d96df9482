"""The transcript before cleaning -> the clauses that announce new topics, and their places.

Cleaning drops words without a meaning of their own (好吧, OK, 对), but such words often mark a new
topic. And punctuation does not always end a sentence where the topic changes. So signs are looked
for in the clauses of the transcript.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from podcast.model import Sentence, Transcript
from podcast.text.divide.numbers import Numbers
from podcast.text.hanzi import simplified
from podcast.text.sentences import ends_sentence, sentences
from podcast.text.words import LATIN, length

KNOWN = 4  # characters of a sentence by which its beginning is found in its line
FAR = 36.0  # hanzi, at most, between the beginning of a sentence and a clause that announces it


class Clauses(NamedTuple):
    """Clauses of the transcript, and for each the number of hanzi before it: shape (clauses,)."""

    clauses: tuple[Sentence, ...]
    places: Numbers


def heard_in(transcript: Transcript) -> Clauses:
    """The lines of a transcript in Simplified hanzi, cut after their sentences."""
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
    """For each sentence, the index of the clause near its beginning that best announces it.

    `worth`, of shape (clauses,), is how much each clause is a sign of a new topic. A clause
    belongs to one sentence only.
    """
    begins = _places(sentences, heard)
    chosen = np.searchsorted(heard.places, begins + 0.5, side="right") - 1
    best = worth[chosen] - 0.1
    for clause, place in enumerate(heard.places):
        after = int(np.searchsorted(begins, place))
        for number in (after - 1, after):
            if (
                0 <= number < len(begins)
                and _is_nearest(begins, number, place)
                and worth[clause] > best[number]
            ):
                chosen[number], best[number] = clause, worth[clause]
    return [int(clause) for clause in chosen]


def _is_nearest(begins: Numbers, number: int, place: float) -> bool:
    """Whether sentence `number` begins near `place`, and no other sentence begins nearer."""
    around = begins[max(0, number - 1) : number + 2]
    distance = abs(begins[number] - place)
    return bool(distance <= FAR and distance <= np.abs(around - place).min())


def _places(sentences: Sequence[Sentence], heard: Clauses) -> Numbers:
    """The number of hanzi in the transcript before each sentence, of shape (sentences,)."""
    firsts: dict[int, int] = {}
    for number, clause in enumerate(heard.clauses):
        firsts.setdefault(clause.line, number)
    places, last, line = [], 0.0, 0
    text, sizes = "", np.zeros(1)
    for sentence in sentences:
        if sentence.line in firsts:
            first = firsts[sentence.line]
            if sentence.line != line:
                line = sentence.line
                near = heard.clauses[first : first + 4]
                text = "".join(clause.text for clause in near if clause.line == line)
                sizes = _lengths(text)
            offset = max(0, text.find(sentence.text[:KNOWN]))
            last = max(last, float(heard.places[first]) + float(sizes[offset]))
        places.append(last)
    return np.array(places)


def _lengths(text: str) -> Numbers:
    """The `length` of each beginning of a text, the shortest first, of shape (characters + 1,)."""
    letters = np.cumsum([0, *map(str.isalnum, text)])
    latin = np.cumsum([0, *(c.isascii() and c.isalpha() for c in text)])
    return np.asarray(letters - latin + LATIN * latin)
