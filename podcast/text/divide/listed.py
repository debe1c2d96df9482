"""Sentences -> the items of a numbered list in the opening, and where each begins.

A speaker who numbers the items of a talk repeats the number or the words when an item begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import rjieba

from podcast.model import Sentence
from podcast.text.divide.numbers import Numbers
from podcast.text.divide.phrases import WIDEST, phrases
from podcast.text.sentences import sentences as cut
from podcast.text.words import length, rarity

OPENING = 400.0  # hanzi at the start of a talk in which the first item must be
APART = 120.0  # hanzi between two numbers of one list, at most
AHEAD = 40.0  # hanzi from the beginning of an item in which it must be named again
WHOLE = 0.35  # share of an item's wording that a phrase needs to be its title
ENOUGH = 0.4  # share of the weight of an item's words that must be said again
# Worth of a beginning, without a unit. At least SURE: half of the words and a sign, or the number.
SURE = 0.9
TURN, NUMBERED = 0.5, 0.8  # worth of a sign of a new topic, and of the item's number
NUDGE = 0.1  # factor of the evidence of a new topic
RARE = 1.8  # rarity from which a word can be a subject
FEWEST = 2  # items of a list, at least

_DIGITS = "一二三四五六七八九十"
_NUMBERED = re.compile(
    rf"第(?P<number>[{_DIGITS}]|\d{{1,2}})(?![年次天步集期届季名位代])(?P<kind>[个件样种大]?(?:部分|方面|事情?|话题|主题|问题|点|块|章)?)"
    r"(?:呢|啊|就|是|要|想|我|我们|来|关于|有关|聊聊?|说说?|讲讲?|谈谈?|[一二]下|，){0,8}(?P<thing>(?:(?!第[一二三四五六七八九十])[^，。；！？]){2,30})"
)
_TURNS = re.compile(
    r"接下来|下面|接着|然后|那?(?:我们)?先[说讲聊谈看来]|再[来说讲聊谈看]|最后|另外|还有|说完|讲完|聊完|回到|说到|至于|关于"
)
_CLOSES = re.compile(r"(?:就|先)(?:[说讲聊谈]?到)?(?:这里?|这儿|此)|[说讲聊谈]完了?|差不多了")


class Thing(NamedTuple):
    """An item of a list: its number, its wording, and the index of the sentence that names it."""

    number: int
    text: str
    sentence: int


def listed(sentences: Sequence[Sentence], gain: Numbers) -> list[tuple[str, int]]:
    """The wording of each item that is found again, and the index of the sentence it begins with.

    The items are in order. `gain` is the evidence of a new topic, of shape (sentences,).
    """
    things = counted_up(sentences)
    if len(things) < FEWEST:
        return []
    lengths = [length(sentence.text) for sentence in sentences]
    after = things[-1].sentence + 1
    values = np.full((len(things), len(sentences)), -1.0)
    for row, thing in enumerate(things):
        for at in range(after, len(sentences)):
            worth = _worth(thing, sentences, lengths, at) + NUDGE * float(gain[at])
            values[row, at] = worth - SURE if worth > SURE else -1.0
    return [(things[row].text, at) for row, at in sorted(match_in_order(values).items())]


def match_in_order(values: Numbers) -> dict[int, int]:
    """The index of the sentence with which each item begins, by dynamic programming.

    `values` is of shape (items, sentences). Items begin in their order; some may be left out.
    """
    rows, count = values.shape
    best = np.zeros((rows + 1, count + 1))
    for row in range(rows - 1, -1, -1):
        left_or_took = np.maximum(best[row + 1, :-1], values[row] + best[row + 1, 1:])
        best[row, :-1] = np.maximum.accumulate(left_or_took[::-1])[::-1]
    begins, row, column = dict[int, int](), 0, 0
    while row < rows and column < count:
        if best[row, column] == best[row, column + 1]:
            column += 1
        elif best[row, column] == best[row + 1, column]:
            row += 1
        else:
            begins[row] = column
            row, column = row + 1, column + 1
    return begins


def counted_up(sentences: Sequence[Sentence]) -> list[Thing]:
    """The items that are numbered from one on in the opening; empty if there is no such list."""
    things: list[Thing] = []
    said = 0.0
    last = 0.0
    for at, sentence in enumerate(sentences):
        for match in _NUMBERED.finditer(sentence.text):
            place = said + length(sentence.text[: match.start()])
            number = _number(match["number"])
            is_next = number == len(things) + 1 and (not things or place - last < APART)
            if is_next and (things or place < OPENING):
                wording = _wording(match["thing"])
                if len(wording) > 1 and not wording.endswith("的"):  # 第一个问题的第二个部分
                    things.append(Thing(number, wording, at))
                    last = place
        said += length(sentence.text)
        if said - last > APART and (things or said > OPENING):
            break
    return things


def _number(written: str) -> int:
    return int(written) if written.isdigit() else _DIGITS.index(written) + 1


def _wording(thing: str) -> str:
    """An item as a title: the noun phrase that is most of it, or all of it if it is short.

    >>> _wording("上个月去大理的旅行"), _wording("怎么挑一台二手相机")
    ('大理的旅行', '怎么挑一台二手相机')
    >>> _wording(" GB/T 19001-2016 ")
    'GB/T 19001-2016'
    """
    thing = re.sub(r"[呢啊吧嘛哈了吗 ]+$", "", thing).strip()
    best = max((phrase.text for phrase in phrases(thing + "。")), key=len, default="")
    return best if len(best) >= WHOLE * len(thing) or len(thing) > WIDEST else thing


def _worth(thing: Thing, sentences: Sequence[Sentence], lengths: Sequence[float], at: int) -> float:
    """The worth of taking a sentence as the beginning of an item; 0 if its words are missing."""
    head, size = "", 0.0
    for sentence, more in zip(sentences[at:], lengths[at:], strict=False):
        head, size = head + sentence.text, size + more
        if size > AHEAD:
            break
    head = head[: int(2 * AHEAD)]
    first = cut(head)[0][:24] if head else ""
    wanted = _weights(thing.text)
    said = sum(weight for word, weight in wanted.items() if word in head)
    cover = said / max(1e-6, sum(wanted.values()))
    if _CLOSES.search(first):
        return 0.0
    number = re.search(rf"第(?:{_DIGITS[thing.number - 1 : thing.number]}|{thing.number})", first)
    turns = _TURNS.search(first) or (at and _CLOSES.search(sentences[at - 1].text[-14:]))
    if cover < ENOUGH and not number:
        return 0.0
    return cover + NUMBERED * bool(number) + TURN * bool(turns)


def _weights(text: str) -> dict[str, float]:
    """The rare words of an item, and of long words their parts, with their rarity."""
    words = {word for word in rjieba.cut_for_search(text) if len(word) > 1}
    telling = {word: rarity(word) for word in words if rarity(word) > RARE}
    return telling or {a + b: 1.0 for a, b in pairwise(text)}
