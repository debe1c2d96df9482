"""Sentences -> the items of the agenda that the speaker announces, and where each begins."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import NamedTuple

import numpy as np
import rjieba

from podcast.model import Sentence
from podcast.text.divide.listed import FEWEST, listed, match_in_order
from podcast.text.divide.numbers import Numbers
from podcast.text.divide.phrases import phrases
from podcast.text.divide.signposts import is_marker
from podcast.text.words import is_term, length, rarity, words

# Evidence and worth are log-likelihood ratios, without a unit; rarity is that of `words.rarity`.
OPENING = 0.15  # share of a talk, from its start, in which an agenda is announced
OPENING_LEAST = 400.0  # hanzi that this share has at least
REGION = 420.0  # hanzi of an announcement, at most
WHOLE = 0.4  # share of the text between two joints that the phrase of an item must be
OVER = 1.0  # evidence of a new topic from which the announcement has ended
BRIEF = 60.0  # hanzi of an announcement, at least
TELLING = 4.0  # rarity of all words of an item together, at least
AHEAD = 60.0  # hanzi from the beginning of an item in which it must be named
LEAST = 3  # items that must be found again; with fewer there was no agenda
AROUND = 500.0  # hanzi before and after a beginning in which words are counted
FLAT = 0.3  # worth of naming an item whose words are no more frequent after it than before
SURE = 1.5  # worth of a beginning, at least
REACH_SHARE = 0.4  # share of the talk after which the last item of an agenda must begin
COVER = 0.45  # share of an item's weight that must be said where it begins
RAREST = 6.0  # a greater rarity counts as this one
ROOM = 150.0  # hanzi between the beginnings of two items, at least
LONG = 1.5  # times the usual length: a stretch in which a missing item may begin
BOLD = 2.5  # factor of the worth of an item that was announced

CUE = re.compile(
    r"今天[^。]{0,12}(?:内容|主题|议程|安排|结构|大纲|节目|话题)"
    r"|(?:分成|分为|分)[^，。]{0,4}[两三四五六七八九十几\d]个?(?:部分|方面|议题|环节|主题|单元|板块)"
    r"|(?:会|要|想|来)[^，。]{0,6}(?:讲|聊|谈|说|分享|讨论|介绍)[^，。]{0,4}[两三四五六七八九十几\d][个件大样种块]?"
    r"(?:部分|方面|议题|话题|问题|主题|内容|事情?|东西|故事|重点|要点|点)"
    r"|(?:目录|大纲|议程|提纲)"
)
LISTING = re.compile(
    r"第[一二三四五六七八九十\d]+[个件样种大]?(?:部分|方面|事情?|话题|问题|点|块|章)?[是呢]*|先[讲聊谈说看]?|首先|其次|然后|接下来|接着|之后|再就是|再来|再|最后|还有|以及|另外|所以|从|开始|、"
)
PIECE = re.compile(rf"({LISTING.pattern})|[，。；！？：,;]|我们|因为")


class Announced(NamedTuple):
    """An announced item: its wording, and the index of the sentence with which it begins."""

    text: str
    start: int


def agenda(sentences: Sequence[Sentence], gain: Numbers) -> list[Announced]:
    """The announced items that are found again, in order; empty if there is no agenda.

    `gain` is the evidence of a chapter start at each sentence, of shape (sentences,).
    """
    counted = [Announced(text, at) for text, at in listed(sentences, gain)]
    if len(counted) >= FEWEST:
        return counted
    lengths = [length(sentence.text) for sentence in sentences]
    first, last = _region(sentences, lengths, gain)
    texts = _items("".join(s.text for s in sentences[first:last]))
    if len(texts) < LEAST:
        return []
    starts = np.concatenate(([0.0], np.cumsum(lengths)))
    spoken = [pieces(sentence.text) for sentence in sentences]
    values = np.stack([_values(text, spoken, starts, gain, last) for text in texts])
    begins = match_in_order(values)
    if len(begins) < LEAST or starts[max(begins.values())] < REACH_SHARE * starts[-1]:
        return []
    return [
        Announced(texts[row], place)
        for row, place in sorted({**begins, **_guessed(texts, begins, starts, gain)}.items())
    ]


def _region(
    sentences: Sequence[Sentence], lengths: Sequence[float], gain: Numbers
) -> tuple[int, int]:
    """The sentences of the announcement: from a cue in the opening to the next change of topic.

    Both are 0 if there is none.
    """
    starts = np.concatenate(([0.0], np.cumsum(lengths)))
    limit = max(OPENING_LEAST, OPENING * float(starts[-1]))
    for first, sentence in enumerate(sentences):
        if starts[first] > limit:
            break
        if CUE.search(sentence.text):
            last = first + 1
            while last < len(sentences) and starts[last] < starts[first] + REGION:
                turns = gain[last] > OVER or is_marker(sentences[last].text)
                if turns and starts[last] > starts[first] + BRIEF:
                    break
                last += 1
            return first, last
    return 0, 0


def _items(text: str) -> list[str]:
    """The noun phrases between the joints of an announcement, such as 先讲 and 然后.

    >>> _items("今天的内容，先讲机器人的进展，然后就NVIDIA的下一步豪赌，最后是个人成长。")
    ['机器人的进展', 'NVIDIA的下一步豪赌', '个人成长']
    >>> _items("今天天气不错，我们走吧。")
    []
    """
    items: list[str] = []
    ends = [*(joint.start() for joint in PIECE.finditer(text)), len(text)]
    joints = list(PIECE.finditer(text))
    for joint, end in zip(joints, ends[1:], strict=True):
        piece = text[joint.end() : end]
        named = max(phrases(piece + "。"), key=lambda phrase: len(phrase.text), default=None)
        if not joint[1] or not named or len(named.text) < WHOLE * len(piece):
            continue
        if named.text not in items and _rarity_of(named.text) >= TELLING:
            items.append(named.text)
    return items


def _rarity_of(text: str) -> float:
    """The rarity of all words of an item together."""
    return sum(min(rarity(word.text), RAREST) for word in words(text) if is_term(word))


def _guessed(
    texts: Sequence[str], begins: dict[int, int], starts: Numbers, gain: Numbers
) -> dict[int, int]:
    """The sentences with which items begin that are not named again.

    Such an item is placed in a stretch that is too long for one item, where the evidence of a new
    topic is greatest.
    """
    rows = sorted(begins)
    ends = [*(begins[row] for row in rows[1:]), len(gain)]
    sizes = [starts[end] - starts[begins[row]] for row, end in zip(rows, ends, strict=True)]
    usual = float(np.median(sizes))
    guessed = {}
    for row, following, end, size in zip(rows, rows[1:], ends, sizes, strict=False):
        between = range(row + 1, following)
        if between and size > LONG * usual:
            low = int(np.searchsorted(starts, starts[begins[row]] + ROOM))
            high = int(np.searchsorted(starts, starts[end] - ROOM))
            if low < high:
                fullest = max(between, key=lambda item: _rarity_of(texts[item]))
                guessed[fullest] = low + int(np.argmax(gain[low:high]))
    return guessed


def _values(
    text: str, spoken: Sequence[Set[str]], starts: Numbers, gain: Numbers, after: int
) -> Numbers:
    """The worth of taking each sentence as the beginning of the item `text`; -1 if it cannot be.

    At its beginning the item is named, and its words are more frequent after it than before. The
    array is of shape (sentences,).
    """
    weights = {key: min(rarity(key), RAREST) for key in pieces(text)}
    holds = [weights.keys() & words for words in spoken]
    sums = [sum(weights[k] for k in keys) for keys in holds]
    weight_before = np.concatenate(([0.0], np.cumsum(sums)))
    values = np.full(len(spoken), -1.0)
    nears = np.searchsorted(starts, starts[:-1] + AHEAD)
    named = (weight_before[np.minimum(nears, len(spoken))] > weight_before[:-1]) & (gain > 0)
    for place in np.flatnonzero(named[after:]) + after:
        cover = sum(weights[k] for k in set[str]().union(*holds[place : nears[place]]))
        cover /= sum(weights.values())
        if cover >= COVER:
            low = max(after, int(np.searchsorted(starts, starts[place] - AROUND)))
            high = min(len(spoken), int(np.searchsorted(starts, starts[place] + AROUND)))
            left = weight_before[place] - weight_before[low]
            right = weight_before[high] - weight_before[place]
            rise = max(0.0, (right - left) / (right + left + RAREST))
            worth = BOLD * cover * (FLAT + rise) + gain[place]
            values[place] = worth if worth > SURE else -1.0
    return values


def pieces(text: str) -> set[str]:
    """The terms of `text`, by key; of a long word, its shorter parts.

    >>> sorted(pieces("个人的成长")) == sorted(pieces("个人成长"))
    True
    """
    keys = set[str]()
    for word in words(text):
        if is_term(word):
            short = {p for p in rjieba.cut_for_search(word.text) if 1 < len(p) < len(word.text)}
            keys |= {part.casefold() for part in short} or {word.key}
    return keys
