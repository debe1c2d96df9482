"""A chapter -> the phrases that could be its title, each with the signs that speak for it.

A candidate is a phrase that the speaker said, or two such phrases joined: 谁的什么, 谁：什么,
谁与谁. `ranking` weighs the signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import exp, log, sqrt
from statistics import mean
from typing import NamedTuple

from podcast.text.divide.phrases import WIDEST, Phrase, letter
from podcast.text.divide.topics import (
    LEAD,
    OFTEN,
    PIECES,
    TAIL,
    Choice,
    Topic,
    is_guessed,
    is_proper,
)
from podcast.text.proper import is_role
from podcast.text.spacing import spaced
from podcast.text.words import Word, is_term, rarity

Signs = Mapping[str, float]

FIRSTS, SECONDS = 18, 24  # phrases that are tried as the first and as the second of a pair
NEAR = 40  # characters between two phrases that belong together, at most
LEAST_OWN = 0.08  # share of this chapter in all mentions of a name that begins a title
# Weights of words, in times of the chapter's heaviest word.
WEIGHTY = 0.6  # a word of which this chapter tells
HEAVIEST = 0.95  # the heaviest word, or one that is as heavy
OWN_NAME = 0.3  # sign of a name that the chapter introduces, from which it is its own
MOST_OF_A_THING = 2  # words of what is of a thing: more of them have something of their own
PAIRED = 8  # phrases that are tried as a pair of things
SHORT, LONG = 5, 10  # characters: a title of fewer says little; one of more is hard to read
CLAUSE = 8  # characters between a thing and what is of it, in one clause
OPENING = 2  # sentences that open a chapter
DENSE = 200  # characters of which a word in so many is one of the chapter's own
CALLS = 6  # characters before a phrase that may say that something is called so
COMPARES, ENDS_ALIKE = 14, 8  # characters before and after a phrase that may call it a comparison

_COMPARED = re.compile(
    r"(?:像|好比|仿佛|如同|类似|相当于|等于|比方|比如|例如|譬如)[^。！？；]{0,12}$"
)
_ALIKE = re.compile(r"^[^。！？，]{0,6}(?:一样|似的|那样|之类|等等)")
_MARK = re.compile(r"[，。！？；：、]")
_CALLED = re.compile(
    r"(?:叫[做作]?|名[为叫]|称[为作]|所谓的?|名字(?:就?是|叫)|题目是|概念是)[“《「]?$"
)
_RELATION = re.compile(  # nouns that are of something: 谁的什么
    r".*(?:作用|影响|价值|意义|原因|问题|挑战|趋势|方式|方法|关系|前景|发展|未来|进展|措施|经验|理念|背景"
    r"|条件|特点|区别|建议|看法|定位|标准|策略|能力|机会|风险|路径|概念|现状|历史|本质|层次|阶段|计划|模式"
    r"|教训|贡献|路线图?|变化|转变|需求|应用|目标|指数)"
)
_PREDICATES = re.compile(r"[是会能要就]")

# The signs of a candidate, each a number from 0 to about 3. Those of the second row belong to the
# wording; in a pair, each other sign is the mean of both phrases, if `_pair` does not say more.
SAID = (
    *("times", "early", "asked", "cued", "cued early", "complete", "weight", "weight a word"),
    *("own", "spread", "sentences", "quarters", "share", "best", "compared", "only compared"),
    *("closing", "subject", "guessed", "introduced", "key", "heaviest", "said again", "specific"),
    *("bare relation", "called", "called early", "least spread", "density", "opened"),
)
WORDED = (
    *(
        "one word",
        "two words",
        "three words",
        "more words",
        "short",
        "long",
        "name",
        "person",
        "name first",
    ),
    *("one name", "small letters", "的", "number", "和", "verb first", "verb last"),
    *("adjective first", "work", "rarity first", "rarity last", "action last", "relation last"),
    "role",
)
JOINED = ("谁：什么", "谁的什么", "谁与谁", "什么与什么", "near")
NAMES = (*SAID, *WORDED, *JOINED)


class Candidate(NamedTuple):
    """A possible title, the phrases in it, and its signs by their names in `NAMES`."""

    phrases: tuple[Phrase, ...]
    joint: str
    signs: Signs

    @property
    def text(self) -> str:
        """The title as the speaker said its words."""
        return spaced(self.joint.join(phrase.text for phrase in self.phrases))


def candidates(topic: Topic, everywhere: Mapping[str, int]) -> list[Candidate]:
    """The possible titles of a chapter; `everywhere` counts the words of the whole talk."""
    choices = topic.ranked(everywhere)
    weights = [topic.weight(w, everywhere) for c in choices for w in c.phrase.words if is_term(w)]
    most = _Most(max(weights, default=1.0), max((c.score for c in choices), default=1.0))
    alone = [
        (choice, Candidate((choice.phrase,), "", _signs(topic, choice, everywhere, most)))
        for choice in choices
    ]
    return [candidate for _, candidate in alone] + list(_pairs(topic, alone))


class _Most(NamedTuple):
    """The greatest weight of a word in a chapter, and the greatest score of a phrase."""

    weight: float
    score: float


def _signs(topic: Topic, choice: Choice, everywhere: Mapping[str, int], most: _Most) -> Signs:
    return {
        **dict.fromkeys(JOINED, 0.0),
        **_said(topic, choice, everywhere, most),
        **_worded(choice),
    }


def _said(topic: Topic, choice: Choice, everywhere: Mapping[str, int], most: _Most) -> Signs:
    """The signs that tell how, how often and where a phrase is said."""
    said, size = choice.said, max(1, len(topic.said))
    terms = {word.key: word for word in choice.phrase.words if is_term(word)}
    weight = sum(topic.weight(word, everywhere) for word in terms.values()) / most.weight
    heavy = {key: topic.weight(word, everywhere) / most.weight for key, word in terms.items()}
    key = max(heavy.values())
    again = [key for key in terms if topic.counts[key] > 1]
    introduced = exp(-said[0].place / LEAD) * sqrt(_own_name(topic, choice.phrase, everywhere))
    is_topic = 2 * len(again) >= len(terms) and any(heavy[key] > WEIGHTY for key in again)
    called = any(p.place < LEAD and _is_called(topic, p) for p in said)
    first, last = said[0].place, said[-1].place
    compared = [_is_compared(topic, phrase) for phrase in said]
    counts = [topic.counts[key] for key in terms]
    after = topic.said[choice.phrase.place + len(choice.phrase.text) :][:1]
    return {
        "times": log(len(said)),
        "early": exp(-first / LEAD),
        "asked": first < topic.asked,
        "cued": any(phrase.cued for phrase in said),
        "cued early": any(phrase.cued and phrase.place < LEAD for phrase in said),
        "complete": max(phrase.worth for phrase in said),
        "weight": weight,
        "weight a word": weight / len(terms),
        "own": mean(topic.counts[key] / max(everywhere.get(key, 1), 1) for key in terms),
        "spread": (last - first) / size,
        "sentences": len(set[int]().union(*(topic.holding[k] for k in terms))) / topic.sentences,
        "quarters": len({4 * phrase.place // size for phrase in said}) / 4,
        "share": min(1.0, len(said) * len(terms) / max(1, sum(counts))),
        "best": choice.score / most.score,
        "compared": mean(compared),
        "only compared": all(compared),
        "closing": first > size - TAIL,
        "subject": _PREDICATES.match(after) is not None,
        "guessed": any(map(is_guessed, choice.phrase.words)),
        "introduced": introduced,
        "key": key,
        "heaviest": key > HEAVIEST,
        "said again": len(again) / len(terms),
        "specific": is_topic or max(introduced, called) > OWN_NAME,
        "called": any(_is_called(topic, phrase) for phrase in said),
        "called early": called,
        "least spread": min(len(topic.pieces[key]) for key in terms) / PIECES,
        "density": mean(log(1 + DENSE * count / size) for count in counts),
        "opened": mean(min(topic.holding[key]) <= OPENING for key in terms),
        "bare relation": _is_relation(choice.phrase.words[-1]) and _lightness(choice, heavy),
    }


def _lightness(choice: Choice, heavy: Mapping[str, float]) -> float:
    """How little the words before the last one of a phrase say of the chapter: 1 if nothing."""
    before = (heavy.get(word.key, 0.0) for word in choice.phrase.words[:-1])
    return 1.0 - max(before, default=0.0)


def _own_name(topic: Topic, phrase: Phrase, everywhere: Mapping[str, int]) -> float:
    """The share of this chapter in all mentions of the name in a phrase.

    It is 0 if the phrase has no name, or one that the chapter says only once.
    """
    names = (word.key for word in phrase.words if is_proper(word))
    again = (key for key in names if topic.counts[key] > 1 or phrase.is_work)
    shares = (topic.counts[key] / max(everywhere.get(key, 1), 1) for key in again)
    return max(shares, default=0.0)


def _is_called(topic: Topic, phrase: Phrase) -> bool:
    """Whether the speaker says with a phrase what something is called."""
    return _CALLED.search(topic.said[max(0, phrase.place - CALLS) : phrase.place]) is not None


def _is_compared(topic: Topic, phrase: Phrase) -> bool:
    """Whether the speaker only compares the subject with something, or gives an example."""
    end = phrase.place + len(phrase.text)
    before = topic.said[max(0, phrase.place - COMPARES) : phrase.place]
    after = topic.said[end : end + ENDS_ALIKE]
    return _COMPARED.search(before) is not None or _ALIKE.match(after) is not None


def _worded(choice: Choice) -> Signs:
    """The signs that the words of a phrase give."""
    tokens = choice.phrase.words
    letters = "".join(map(letter, tokens))
    named = list(filter(is_proper, tokens))
    return {
        "one word": len(tokens) == 1 and not choice.phrase.is_work,
        "two words": len(tokens) == 2,
        "three words": len(tokens) == 3,
        "more words": len(tokens) > 3,
        **_width(choice.phrase.text),
        "name": bool(named),
        "person": any(word.tag.startswith("nr") for word in named),
        "name first": tokens[0] in named,
        "one name": choice.is_name,
        "small letters": any(word.text.isascii() and word.text.islower() for word in tokens),
        "的": "D" in letters,
        "number": "M" in letters,
        "和": "C" in letters,
        "verb first": letters[0] == "V",
        "verb last": letters[-1] == "V",
        "adjective first": letters[0] == "A",
        "work": choice.phrase.is_work,
        "rarity first": rarity(tokens[0].text) / 8,
        "rarity last": rarity(tokens[-1].text) / 8,
        "action last": tokens[-1].tag in ("vn", "an"),
        "relation last": _is_relation(tokens[-1]),
        "role": is_role(tokens[-1].text),
    }


def _width(text: str) -> Signs:
    return {"short": len(text) < SHORT, "long": max(0, len(text) - LONG) / 4}


def _is_relation(word: Word) -> bool:
    return _RELATION.fullmatch(word.text) is not None


def _pairs(topic: Topic, alone: list[tuple[Choice, Candidate]]) -> Iterator[Candidate]:
    """All pairs of phrases that are said near each other and make a title together."""
    firsts = [pair for pair in alone if len(pair[0].phrase.words) == 1][:FIRSTS]
    for one, first in firsts:
        for other, second in alone[:SECONDS]:
            if one.is_apart_from(other) and (near := one.times_near(other, NEAR)):
                share = _share_a_clause if one.is_name else _share_a_sentence
                is_one = share(topic, one, other)
                for kind, joint in _joints(one, other, first.signs, is_one):
                    pair = _pair(first, second, kind, joint, near)
                    if len(pair.text) <= WIDEST:
                        yield pair
    yield from _things(topic, alone)


def _things(topic: Topic, alone: list[tuple[Choice, Candidate]]) -> Iterator[Candidate]:
    """Pairs of two things of which the chapter speaks again and again: 分叉与合并, GitHub：分叉.

    Nothing is said of how they belong together, so such a title never says what is not so.
    """
    things = [pair for pair in alone if _is_thing(*pair)][:PAIRED]
    for one, first in things:
        for other, second in things:
            near = one.times_near(other, NEAR) if one.is_apart_from(other) else 0
            if near and not other.is_name:
                is_later = one.said[0].place < other.said[0].place
                joint = "：" if one.is_name else "与"
                pair = _pair(first, second, "什么与什么", joint, near)
                if len(pair.text) <= WIDEST and (one.is_name or is_later):
                    yield pair


def _is_thing(choice: Choice, candidate: Candidate) -> bool:
    """Whether a phrase is short, said again, and of weighty words that can stand beside others."""
    signs, letters = candidate.signs, "".join(map(letter, choice.phrase.words))
    is_noun = len(letters) < 3 and set(letters) <= set("NEA") and not signs["relation last"]
    is_noun &= choice.phrase.words[-1].tag not in ("l", "i")  # 看清楚
    return is_noun and len(choice.said) > 1 and signs["key"] > WEIGHTY


def _share_a_sentence(topic: Topic, one: Choice, other: Choice) -> bool:
    """Whether all words of two phrases that can be a subject are said in one sentence."""
    terms = one.phrase.terms | other.phrase.terms
    return bool(set.intersection(*(topic.holding[key] for key in terms)))


def _share_a_clause(topic: Topic, one: Choice, other: Choice) -> bool:
    """Whether the second phrase once follows the first within a few characters of one clause."""
    ends = (phrase.place + len(phrase.text) for phrase in one.said)
    gaps = (
        topic.said[end : phrase.place]
        for end in ends
        for phrase in other.said_in(end, end + CLAUSE)
    )
    return any(not _MARK.search(gap) for gap in gaps)


def _joints(
    first: Choice, second: Choice, signs: Signs, is_together: bool
) -> Iterator[tuple[str, str]]:
    """The ways in which two phrases can be one title: the sign of each, and its joint.

    `signs` are those of the first. If both are not said together, neither is called the other's.
    """
    word, last = first.phrase.words[0], second.phrase.words[-1]
    is_own = first.is_name and signs["own"] > LEAST_OWN and signs["said again"] == 1
    is_full = len(second.phrase.words) > 1 or _is_relation(last) or last.tag in ("vn", "an")
    is_plain = letter(second.phrase.words[0]) not in "AMT" and "的" not in second.phrase.text
    is_thing = word.tag == "n" and len(first.said) >= OFTEN and signs["weight"] > WEIGHTY
    is_thing &= not _is_relation(word)  # 指数的方法 says of nothing what it is
    is_thing &= len(second.phrase.words) <= MOST_OF_A_THING
    if is_own and is_full:
        yield "谁：什么", "："
    is_of = _is_relation(last) or (is_own and last.tag in ("vn", "an"))
    if is_together and is_plain and (is_own or is_thing) and is_of:
        yield "谁的什么", "的"
    is_alike = first.phrase.text.isascii() == second.phrase.text.isascii()
    is_later = first.said[0].place < second.said[0].place
    if is_own and second.is_name and len(second.said) > 1 and is_alike and is_later:
        yield "谁与谁", "与"


def _pair(first: Candidate, second: Candidate, kind: str, joint: str, near: int) -> Candidate:
    """Two candidates as one."""
    one, other = first.signs, second.signs
    signs = {name: (one[name] + other[name]) / 2 for name in NAMES}
    signs |= {
        name: max(one[name], other[name])
        for name in (
            *("name", "person", "work", "introduced", "key", "heaviest", "specific"),
            *("called", "called early"),
        )
    }
    signs["bare relation"] = other["bare relation"] * (1 - one["key"])
    signs |= {name: one[name] for name in ("name first", "verb first", "rarity first")}
    lasts = ("verb last", "rarity last", "action last", "relation last", "role", "subject")
    signs |= {name: other[name] for name in lasts}
    signs |= dict.fromkeys(("one word", "two words", "three words", "more words", "one name"), 0.0)
    signs["sentences"] = min(1.0, one["sentences"] + other["sentences"])
    signs |= _width(first.text + joint + second.text)
    return Candidate(
        (*first.phrases, *second.phrases), joint, {**signs, kind: 1.0, "near": log(1 + near)}
    )
