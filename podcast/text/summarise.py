"""Chapter -> its summary: the one or two sentences that represent it best."""

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

SHORTEST_CHARS, LONGEST_CHARS = 30, 80  # characters of a sentence that can be in a summary
BRIEF_CHARS = 12  # characters of a sentence that may be one if no longer one is suitable
BOTH = 130.0  # hanzi of two sentences together, at most
WORTHWHILE = 0.6  # share of the first sentence's score that the second must have
ALIKE = 0.5  # cosine from which a second sentence only repeats the first

_LEAD = re.compile(  # words that only lead from the sentence before to this one
    r"^(?:(?:对|好|好吧|好的|OK|嗯|当然|另外|是吧|对吧|第[一二三四五六七八九十]个?)(?:呢?，|\s)"
    r"|(?:那么?(?!个|些|时|天|年|边|里)|然后|其实|所以说?|但是?|而且|不过|因为|就是说|就是(?=，)|也就是说)"
    r"呢?，?|(?:举个?例子|比方)(?:就是)?(?:说|来说)?，)+",
    re.IGNORECASE,
)
_HANGS = re.compile(  # a beginning that only those understand who know the sentence before
    r"^(?:[它他她]们?|[这那](?!些年|几年|一年)|也|还(?!原)|比如|例如|或者|而(?!且)|就是?|则|却|并(?!购|行|发)|的"
    r"|是(?![否非])|[让使把被给]|以这|同时|[下前后]面|试[一验]下?"
    r"|第[二三四五六七八九]|[一另]个(?:就)?是|包括|之后|后来|刚才|同样|此外|反而|甚至|于是|因此|后者|前者)"
    r"|^.{0,5}(?:[这那]个|[它他她]们?|刚才)"
)

Weights = Mapping[str, float]


class _Candidate(NamedTuple):
    """A sentence that can be in the summary, its place, its words and its score."""

    text: str
    place: int
    weights: Weights
    score: float


def summarise(chapter: Chapter, script: Script) -> tuple[str, ...]:
    """One or two sentences of `chapter`, in order; none if no sentence is suitable.

    Each can be read alone: words that only lead on (然后，所以) are left out at its start, and it
    does not begin with a word for something that was said before. Words that many chapters of
    `script` have count less.
    """
    spread = _spread(script)
    texts = [
        _LEAD.sub("", sentence.strip()).lstrip()
        for paragraph in chapter.paragraphs
        for sentence in sentences(paragraph.text)
    ]
    vectors = [_weights(text, spread) for text in texts]
    centre = Counter[str]()
    for vector in vectors:
        centre.update(vector)
    candidates = [
        _Candidate(text, place, vector, _worth(text, vector, centre, chapter.title))
        for place, (text, vector) in enumerate(zip(texts, vectors, strict=True))
        if BRIEF_CHARS <= len(text) <= LONGEST_CHARS and vector and not _HANGS.match(text)
    ]
    full = [candidate for candidate in candidates if len(candidate.text) >= SHORTEST_CHARS]
    return tuple(c.text for c in sorted(_chosen(full or candidates), key=lambda c: c.place))


def _chosen(candidates: list[_Candidate]) -> list[_Candidate]:
    """The best candidate, and a second one that is good and different, if there is one."""
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
    """The number of chapters that have each word."""
    spread = Counter[str]()
    for chapter in script.chapters:
        text = "".join(paragraph.text for paragraph in chapter.paragraphs)
        runs = (words(sentence) for sentence in sentences(text))
        spread.update({word.key for run in runs for word in run if is_term(word)})
    return spread


def _weights(text: str, spread: Mapping[str, int]) -> dict[str, float]:
    """The weight of each word of a sentence: rare words that few chapters have weigh more."""
    return {
        word.key: min(rarity(word.text), 6.0) / (1 + log(max(1, spread.get(word.key, 1))))
        for word in words(text)
        if is_term(word)
    }


def _worth(text: str, vector: Weights, centre: Weights, title: str) -> float:
    """The score of a sentence: how similar it is to the whole chapter.

    A question, and a sentence that only says what the speaker feels, have a lower score.
    """
    named = sum(1 for word in words(title) if is_term(word) and word.key in vector)
    score = _likeness(vector, centre) * (1 + 0.25 * min(named, 2))
    if re.search(r"[？?]", text):
        score *= 0.6
    return score * (0.8 if re.search(r"我觉得|对吧|是吧|怎么说呢|对不对", text) else 1.0)


def _likeness(one: Weights, other: Weights) -> float:
    """The cosine of two bags of words."""
    product = sum(weight * other.get(key, 0.0) for key, weight in one.items())
    norm = sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    return product / norm if norm else 0.0
