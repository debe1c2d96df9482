"""Sentences -> what the speaker said he would talk about, and where each item of it begins."""

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

OPENING = 0.15  # of a talk: where an agenda is announced
OPENING_LEAST = 400.0  # hanzi
REGION = 420.0  # hanzi an announcement takes at most
WHOLE = 0.4  # of what stands between two joints, the part that an item is
OVER = 1.0  # evidence of a turn that ends an announcement
BRIEF = 60.0  # hanzi it takes at least
TELLING = 4.0  # rarity of all words of an item together, at least
AHEAD = 60.0  # hanzi in which an item is named when it begins
LEAST = 3  # items that must be found again, or it was no agenda
AROUND = 500.0  # hanzi before and after a beginning that are compared
FLAT = 0.3  # what naming an item is worth where its words are no more said than before
SURE = 1.5  # what a beginning must be worth
REACH_SHARE = 0.4  # of the talk: an agenda's last item begins after it
COVER = 0.45  # of an item's weight that must be said where it begins
RAREST = 6.0  # rarity that counts at most
ROOM = 150.0  # hanzi between the beginnings of two items, at least
LONG = 1.5  # times the usual: a stretch that may hold an item not named again
BOLD = 2.5  # what being announced is worth as evidence

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
    """Something announced: its wording, and the sentence it begins with."""

    text: str
    start: int


def agenda(sentences: Sequence[Sentence], gain: Numbers) -> list[Announced]:
    """The announced items that are found again, in order; empty if nothing was announced.

    `gain` is the evidence of a start at each sentence.
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
    found = match_in_order(values)
    if len(found) < LEAST or starts[max(found.values())] < REACH_SHARE * starts[-1]:
        return []
    return [
        Announced(texts[row], at)
        for row, at in sorted({**found, **_guessed(texts, found, starts, gain)}.items())
    ]


def _region(
    sentences: Sequence[Sentence], lengths: Sequence[float], gain: Numbers
) -> tuple[int, int]:
    """The sentences of the announcement: from a cue in the opening to the next turn."""
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
    """Noun phrases between the joints of an announcement.

    >>> _items("今天的内容，先讲机器人的进展，然后就NVIDIA的下一步豪赌，最后是个人成长。")
    ['机器人的进展', 'NVIDIA的下一步豪赌', '个人成长']
    >>> _items("今天天气不错，我们走吧。")
    []
    """
    found: list[str] = []
    ends = [*(joint.start() for joint in PIECE.finditer(text)), len(text)]
    joints = list(PIECE.finditer(text))
    for joint, end in zip(joints, ends[1:], strict=True):
        piece = text[joint.end() : end]
        named = max(phrases(piece + "。"), key=lambda phrase: len(phrase.text), default=None)
        if not joint[1] or not named or len(named.text) < WHOLE * len(piece):
            continue
        if named.text not in found and _says(named.text) >= TELLING:
            found.append(named.text)
    return found


def _says(text: str) -> float:
    """How much the words of an item say together."""
    return sum(min(rarity(word.text), RAREST) for word in words(text) if is_term(word))


def _guessed(
    texts: Sequence[str], found: dict[int, int], starts: Numbers, gain: Numbers
) -> dict[int, int]:
    """An item not named again, at the surest turn of a stretch too long for one item."""
    rows = sorted(found)
    ends = [*(found[row] for row in rows[1:]), len(gain)]
    sizes = [starts[end] - starts[found[row]] for row, end in zip(rows, ends, strict=True)]
    usual = float(np.median(sizes))
    guessed = {}
    for row, following, end, size in zip(rows, rows[1:], ends, sizes, strict=False):
        between = range(row + 1, following)
        if between and size > LONG * usual:
            low = int(np.searchsorted(starts, starts[found[row]] + ROOM))
            high = int(np.searchsorted(starts, starts[end] - ROOM))
            if low < high:
                fullest = max(between, key=lambda item: _says(texts[item]))
                guessed[fullest] = low + int(np.argmax(gain[low:high]))
    return guessed


def _values(
    text: str, spoken: Sequence[Set[str]], starts: Numbers, gain: Numbers, after: int
) -> Numbers:
    """What taking each sentence as the beginning of `text` is worth; below 0 where it is not.

    The item is named there, and its words are said more after than before.
    """
    weights = {key: min(rarity(key), RAREST) for key in pieces(text)}
    holds = [weights.keys() & words for words in spoken]
    said = np.concatenate(([0.0], np.cumsum([sum(weights[k] for k in keys) for keys in holds])))
    found = np.full(len(spoken), -1.0)
    nears = np.searchsorted(starts, starts[:-1] + AHEAD)
    named = (said[np.minimum(nears, len(spoken))] > said[:-1]) & (gain > 0)
    for at in np.flatnonzero(named[after:]) + after:
        cover = sum(weights[k] for k in set[str]().union(*holds[at : nears[at]]))
        cover /= sum(weights.values())
        if cover >= COVER:
            low = max(after, int(np.searchsorted(starts, starts[at] - AROUND)))
            high = min(len(spoken), int(np.searchsorted(starts, starts[at] + AROUND)))
            left, right = said[at] - said[low], said[high] - said[at]
            rise = max(0.0, (right - left) / (right + left + RAREST))
            worth = BOLD * cover * (FLAT + rise) + gain[at]
            found[at] = worth if worth > SURE else -1.0
    return found


def pieces(text: str) -> set[str]:
    """The words of `text` that say something, a long one in its shorter parts.

    >>> sorted(pieces("个人的成长")) == sorted(pieces("个人成长"))
    True
    """
    found = set[str]()
    for word in words(text):
        if is_term(word):
            short = {p for p in rjieba.cut_for_search(word.text) if 1 < len(p) < len(word.text)}
            found |= {part.casefold() for part in short} or {word.key}
    return found
