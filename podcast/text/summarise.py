"""Chapter -> the one or two of its sentences that say most of what is in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from math import log, sqrt
from typing import NamedTuple

from podcast.model import Chapter, Script
from podcast.text.sentences import sentences
from podcast.text.words import is_term, length, rarity, words

SHORTEST_HANZI, LONGEST_HANZI = 12.0, 62.0  # hanzi of a sentence that may be taken
BOTH = 96.0  # hanzi of two together, at most
WORTHWHILE = 0.6  # of the first sentence's score that the second must have
ALIKE = 0.5  # likeness above which a second sentence says the same again

_LEAD = re.compile(
    r"^(?:(?:对|好|好吧|好的|OK|嗯|那么?|然后呢?|所以说?|但是呢?|而且|当然|其实|因为|就是说?|另外|是吧|对吧)(?:，|\s))+",
    re.IGNORECASE,
)
_HANGS = re.compile(
    r"^(?:它|他们?|她们?|这个|这|那个?|也|还|而且|但是|所以|因为|就是|然后|比如|或者|而|第[二三四五六七八九])"
)

Weights = Mapping[str, float]


class _Candidate(NamedTuple):
    """A sentence that may be taken, its place, its words and how well it stands for the rest."""

    text: str
    place: int
    weights: Weights
    score: float


def summarise(chapter: Chapter, script: Script) -> tuple[str, ...]:
    """One or two sentences of `chapter` as said there, in order; none if all are too slight.

    Words that are common in the whole of `script` count for less. A word that only leads in
    (然后，对，) is left out at a sentence's start.
    """
    spread = _spread(script)
    texts = [
        _LEAD.sub("", said.strip())
        for paragraph in chapter.paragraphs
        for said in sentences(paragraph.text)
    ]
    vectors = [_weights(text, spread) for text in texts]
    centre = Counter[str]()
    for vector in vectors:
        centre.update(vector)
    candidates = [
        _Candidate(text, place, vector, _worth(text, vector, centre, chapter.title))
        for place, (text, vector) in enumerate(zip(texts, vectors, strict=True))
        if SHORTEST_HANZI <= length(text) <= LONGEST_HANZI and vector
    ]
    return tuple(c.text for c in sorted(_chosen(candidates), key=lambda c: c.place))


def _chosen(candidates: list[_Candidate]) -> list[_Candidate]:
    """The best, and a second one that adds to it."""
    if not candidates:
        return []
    first = max(candidates, key=lambda c: c.score)
    others = [
        other
        for other in candidates
        if other.score >= WORTHWHILE * first.score
        and length(first.text) + length(other.text) <= BOTH
        and _likeness(first.weights, other.weights) < ALIKE
    ]
    return [first, *([max(others, key=lambda c: c.score)] if others else [])]


@lru_cache(maxsize=1)
def _spread(script: Script) -> Counter[str]:
    """For each word the number of chapters that hold it."""
    found = Counter[str]()
    for chapter in script.chapters:
        text = "".join(paragraph.text for paragraph in chapter.paragraphs)
        held = (words(said) for said in sentences(text))
        found.update({word.key for run in held for word in run if is_term(word)})
    return found


def _weights(text: str, spread: Mapping[str, int]) -> dict[str, float]:
    """What each word of a sentence counts."""
    return {
        word.key: min(rarity(word.text), 6.0) / (1 + log(max(1, spread.get(word.key, 1))))
        for word in words(text)
        if is_term(word)
    }


def _worth(text: str, vector: Weights, centre: Weights, title: str) -> float:
    """How central a sentence is; one that hangs on another, or asks, is worth less."""
    named = sum(1 for word in words(title) if is_term(word) and word.key in vector)
    score = _likeness(vector, centre) * (1 + 0.25 * min(named, 2))
    if _HANGS.match(text):
        score *= 0.7
    if re.search(r"[？?]", text):
        score *= 0.6
    return score * (0.8 if re.search(r"我觉得|对吧|是吧|怎么说呢|对不对", text) else 1.0)


def _likeness(one: Weights, other: Weights) -> float:
    """Cosine of two bags of words."""
    product = sum(weight * other.get(key, 0.0) for key, weight in one.items())
    norm = sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    return product / norm if norm else 0.0
