"""Sentences of one voice -> where paragraphs begin: learnt signs, and the likeliest set of breaks.

The signs are the words around the end of a sentence, the vocabulary on both sides, the evidence of
a new topic, and how long the paragraph is already. Their weights were learnt from talks whose
editors set paragraphs; see `training/paragraphs/`.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from math import log1p
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from podcast.model import Sentence
from podcast.text.divide.numbers import Numbers
from podcast.text.sentences import ends_sentence, final_mark
from podcast.text.words import Word, is_term, length, rarity, words

LONGEST_HANZI = 280.0  # of a paragraph, unless one sentence is longer
NEAR_HANZI = 300.0  # hanzi before a sentence in which its words are looked for
BRIEF_HANZI = 8.0  # a shorter sentence is only a reply, or closes another
KNOTS_HANZI = (0.0, 20.0, 40.0, 80.0, 120.0, 160.0, 220.0, 280.0)  # between them: straight lines
SO_FAR, WITH_IT = "so far", "with it"  # the length of the paragraph without, with the sentence
DOUBTED, CERTAIN = -6.0, 4.0  # evidence of a new topic is cut off at these
WHOLE_HANZI = 150.0  # a shorter turn is one paragraph: nobody loses his way in it
SCRAP_HANZI = 25.0  # a shorter last paragraph looks left over
SCRAP = -1.5  # worth of such a last paragraph
SURE, DOUBT = 0.25, 3.0  # log odds that prove a sentence's end; what a break costs for each less
FORBIDDEN = -30.0  # worth of a break that a reader would take for an error

# No sentence ends with the first of these words, and none begins with the second. A tagger takes
# 可以, 对 and 依据 for such words, too, and after these paragraphs do end.
_WAITS = frozenset(
    [
        *("是", "就是", "还是", "叫", "叫做", "像", "很", "最", "更", "时候"),
        *("这", "那", "这个", "那个", "这种", "那种", "一个", "一种", "每个", "各种"),
        *("在", "把", "被", "从", "向", "往", "给", "跟", "和", "与", "及", "以及", "或", "或者"),
        *("为了", "由", "以", "按照", "关于", "对于", "至于", "通过", "随着", "除了"),
        *("因为", "由于", "如果", "虽然", "但", "但是", "不过", "而且", "并且", "所以", "因此"),
    ]
)
_LEFTOVERS = frozenset(
    [
        *("的", "地", "得", "了", "着", "过", "吗", "呢", "吧", "啊"),
        *("的话", "等等", "之类", "之类的", "以及", "和", "与", "或", "来说", "来讲", "而言"),
    ]
)
_QUOTES = dict(zip("“「『", "”」』", strict=True))
_REPLY = re.compile(r"[^，。]{0,8}[说问道答讲喊叫][：，:,]?\s*[“「]")  # 我问：“为什么？”

Signs = dict[str, float]


class Weights(NamedTuple):
    """What each sign is worth, and each length of the paragraph at the knots: shape (knots,).

    `before` is for the length without the sentence that may begin a new paragraph, and `after` for
    the length with it. All are log-likelihood ratios of a new paragraph.
    """

    signs: Mapping[str, float]
    before: Numbers
    after: Numbers


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The shipped weights."""
    table = files(__package__).joinpath("paragraphs.tsv").read_text(encoding="utf-8")
    rows = (row.split("\t") for row in table.splitlines() if not row.startswith("#"))
    return as_weights({name: float(weight) for name, weight in rows})


def as_weights(table: Mapping[str, float]) -> Weights:
    """The weights of a table, in which the knots have the names that `knot_names` gives."""
    before, after = (
        np.array([table.get(name, 0.0) for name in knot_names(of)]) for of in (SO_FAR, WITH_IT)
    )
    return Weights(table, before, after)


def knot_names(of: str) -> list[str]:
    """The names of the knots for this length, such as `length` of a sentence."""
    return [f"{of} {knot:.0f}" for knot in KNOTS_HANZI]


def breaks(
    sentences: Sequence[Sentence], gain: Numbers, learnt: Weights | None = None
) -> list[int]:
    """The indices of the sentences, all of one voice, that begin the likeliest paragraphs.

    The first is 0. No paragraph is longer than LONGEST_HANZI unless one sentence is. If there is a
    choice, none begins inside a sentence, as far as the words tell, nor inside what is quoted.
    `gain` is the evidence of a new topic at each sentence, of shape (sentences,).
    """
    sizes = [length(sentence.text) for sentence in sentences]
    if sum(sizes) < WHOLE_HANZI:
        return [0]
    learnt = learnt or weights()
    known = learnt.signs
    worth = np.array(
        [
            sum(known.get(name, 0.0) * value for name, value in row.items())
            for row in signs(sentences, gain)
        ]
    )
    tokens = [_worded(sentence.text) for sentence in sentences]
    quoted = _quoted(sentences)
    for at in range(1, len(sentences)):
        is_ended = ends_sentence(sentences[at - 1].text)
        if not is_ended or quoted[at] or is_split(tokens[at - 1], tokens[at]):
            worth[at - 1] = FORBIDDEN
        worth[at - 1] -= doubt(sentences[at - 1].proof)
    return _likeliest(worth, np.concatenate(([0.0], np.cumsum(sizes))), learnt)


def _likeliest(worth: Numbers, places: Numbers, learnt: Weights) -> list[int]:
    """The breaks with the greatest probability together, by dynamic programming.

    `worth` is that of each sentence but the first, and `places` has the hanzi before each sentence
    and before the end.
    """
    count = len(places) - 1
    best, back = np.full(count + 1, -np.inf), np.zeros(count + 1, dtype=np.int64)
    best[0] = 0.0
    ends = np.searchsorted(places, places + LONGEST_HANZI, side="right")
    for start in range(count):
        end = min(max(start + 2, int(ends[start])), count + 1)
        value = best[start] + _values(worth, places, learnt, start, end)
        better = np.flatnonzero(value > best[start + 1 : end]) + start + 1
        best[better], back[better] = value[better - start - 1], start
    return _trace(back)


def _values(worth: Numbers, places: Numbers, learnt: Weights, start: int, end: int) -> Numbers:
    """The log-probability of a paragraph from `start` to each place up to, not including, `end`.

    No break is inside it, and one is after it unless the turn ends there. A last one that is short
    is worth less.
    """
    count = len(places) - 1
    at = np.arange(start + 1, min(end, count))
    odds = worth[at - 1]
    odds = odds + np.interp(places[at] - places[start], KNOTS_HANZI, learnt.before)
    odds = odds + np.interp(places[at + 1] - places[start], KNOTS_HANZI, learnt.after)
    none = -np.logaddexp(0.0, odds)
    inside = np.concatenate(([0.0], np.cumsum(none)))
    values: Numbers = inside[: len(at)] + none + odds
    if end <= count:
        return values
    scrap = SCRAP if places[count] - places[start] < SCRAP_HANZI else 0.0
    return np.append(values, inside[-1] + scrap)


def _trace(back: NDArray[np.int64]) -> list[int]:
    """The breaks on the path that leads to the end, in order."""
    path, end = [], len(back) - 1
    while end > 0:
        end = int(back[end])
        path.append(end)
    return path[::-1]


def doubt(proof: float | None) -> float:
    """What a break costs after a sentence with this proof of its end; nothing after a sure one.

    In talks kept back this leaves two thirds of the breaks that stood inside an editor's sentence.

    >>> doubt(None), doubt(2.0), doubt(-1.0) > doubt(0.0) > 0
    (0.0, 0.0, True)
    """
    return 0.0 if proof is None else DOUBT * max(0.0, SURE - proof)


def is_split(before: Sequence[Word], after: Sequence[Word]) -> bool:
    """Whether the words before and after a stop belong to one sentence, so it is a wrong stop."""
    waits = bool(before) and before[-1].text in _WAITS
    return waits or (bool(after) and after[0].text in _LEFTOVERS)


def _quoted(sentences: Sequence[Sentence]) -> list[bool]:
    """Whether each sentence begins inside a quotation, or answers the quotation before it.

    A quotation mark that opens again before it closes was never closed, so quotes nothing.
    """
    texts = [sentence.text for sentence in sentences]
    found = [False, *(_is_reply(before, text) for before, text in pairwise(texts))]
    opened: dict[str, int] = {}  # the sentence in which a quotation begins, by its closing mark
    for at, text in enumerate(texts):
        for sign in text:
            if sign in _QUOTES:
                opened[_QUOTES[sign]] = at
            elif sign in opened:
                inside = slice(opened.pop(sign) + 1, at + 1)
                found[inside] = [True] * len(found[inside])
    return found


def _is_reply(before: str, text: str) -> bool:
    """Whether a sentence tells who answered the quotation with which the one before ends."""
    return before[-1:] in _QUOTES.values() and _REPLY.match(text) is not None


def signs(sentences: Sequence[Sentence], gain: Numbers) -> Iterator[Signs]:
    """The signs at the beginning of each sentence but the first; a sign that is 0 is left out.

    `gain` is the evidence of a new topic at each sentence, of shape (sentences,).
    """
    tokens = [_worded(sentence.text) for sentence in sentences]
    sizes = [length(sentence.text) for sentence in sentences]
    shared, shares = _shared(tokens, sizes), knots(np.array(sizes))
    for at, (before, here) in enumerate(pairwise(sentences), 1):
        row = {
            "always": 1.0,
            "topic": float(np.clip(gain[at], DOUBTED, CERTAIN)),
            "brief": float(sizes[at] < BRIEF_HANZI),
            "brief before": float(sizes[at - 1] < BRIEF_HANZI),
            "asks": float(final_mark(here.text) in "？?"),
            f"mark {final_mark(before.text)}": 1.0,
            **dict(zip(knot_names("length"), shares[at].tolist(), strict=True)),
            **dict(zip(knot_names("length before"), shares[at - 1].tolist(), strict=True)),
            **shared[at],
            **_first(tokens[at]),
            **_last(tokens[at - 1]),
        }
        yield {name: value for name, value in row.items() if value}


def _worded(text: str) -> list[Word]:
    """The words of a text without its marks."""
    return [word for word in words(text) if any(map(str.isalnum, word.text))]


def _first(tokens: Sequence[Word]) -> Signs:
    """The words with which a sentence begins."""
    found = {}
    if tokens:
        found[f"first {tokens[0].key}"] = 1.0
        found[f"first class {tokens[0].tag[:1]}"] = 1.0
    if len(tokens) > 1:
        found[f"first {tokens[0].key} {tokens[1].key}"] = 1.0
        found[f"second {tokens[1].key}"] = 1.0
    return found


def _last(tokens: Sequence[Word]) -> Signs:
    """The word with which the sentence before ends."""
    if not tokens:
        return {}
    return {f"last {tokens[-1].key}": 1.0, f"last class {tokens[-1].tag[:1]}": 1.0}


def _shared(tokens: Sequence[Sequence[Word]], sizes: Sequence[float]) -> list[Signs]:
    """For each sentence, which share of its subjects was said before, and how near."""
    found: list[Signs] = []
    near = deque[tuple[float, set[str]]]()  # the subjects of the sentences within NEAR_HANZI
    held = 0.0
    for row, size in zip(tokens, sizes, strict=True):
        subjects = {word.key: rarity(word.text) for word in row if is_term(word)}
        total = max(sum(subjects.values()), 1e-9)
        last = near[-1][1] if near else set[str]()
        known = _part(subjects, set[str]().union(*(keys for _, keys in near)))
        found.append(
            {
                "no subject": float(not subjects),
                "said just now": _part(subjects, last) / total,
                "said": known / total,
                "new": log1p(total - known),
            }
        )
        near.append((size, set(subjects)))
        held += size
        while held > NEAR_HANZI and len(near) > 1:
            held -= near.popleft()[0]
    return found


def _part(subjects: Mapping[str, float], said: set[str]) -> float:
    """The weight of those subjects that were said."""
    return sum(weight for key, weight in subjects.items() if key in said)


def knots(spans: Numbers) -> Numbers:
    """The shares of each knot in each of these lengths in hanzi, of shape (spans, knots).

    A length between two knots has a share of both, and is 1 in all.
    """
    places = np.interp(spans, KNOTS_HANZI, np.arange(len(KNOTS_HANZI)))
    return np.maximum(0.0, 1.0 - np.abs(places[:, None] - np.arange(len(KNOTS_HANZI))))
