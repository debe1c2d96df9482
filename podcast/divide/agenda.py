"""Sentences -> what the speaker said he would talk about, and where each item of it begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from podcast.divide.phrases import phrases
from podcast.divide.signposts import is_marker
from podcast.divide.words import is_term, length, rarity, words
from podcast.model import Sentence

Row = NDArray[np.float64]

OPENING = 0.15  # of a talk: where an agenda is announced
OPENING_LEAST = 400.0  # hanzi
REGION = 420.0  # hanzi an announcement takes at most
BRIEF = 60.0  # hanzi it takes at least
TELLING = 4.0  # rarity of all words of an item together, at least
AHEAD = 110.0  # hanzi in which an item is named when it begins
LEAST = 3  # items that must be found again, or it was no agenda
COVER = 0.6  # of an item's weight that must be said where it begins
BOLD = 2.5  # what being announced is worth as evidence

CUE = re.compile(
    r"今天[^。]{0,12}(?:内容|主题|议程|安排|结构|大纲|节目|话题)"
    r"|(?:分成|分为|分)[^，。]{0,4}[两三四五六七八九十几\d]个?(?:部分|方面|议题|环节|主题|单元|板块)"
    r"|(?:会|要|想|来)[^，。]{0,6}(?:讲|聊|谈|说|分享|讨论)[^，。]{0,4}[两三四五六七八九十几\d]个?(?:部分|方面|议题|话题|问题|主题|内容|点)"
    r"|(?:目录|大纲|议程|提纲)"
)
JOINT = re.compile(
    r"[，。；、！？：,;\s]*(?:第[一二三四五六七八九十\d]+(?:个|部分|点|块|章)?(?:部分)?|首先|其次|然后|接下来|接着|之后|再就是|再来|再|最后|还有|以及"
    r"|另外|所以|因为|从|开始|我们|[，。；、！？：,;])"
)


class Item(NamedTuple):
    """Something announced: its wording, and the sentence it begins with."""

    text: str
    start: int


def agenda(sentences: Sequence[Sentence], gain: Row) -> list[Item]:
    """The announced items that are found again, in order; empty if nothing was announced.

    `gain` is the evidence of a start at each sentence.
    """
    lengths = [length(sentence.text) for sentence in sentences]
    first, last = _region(sentences, lengths)
    texts = _items("".join(s.text for s in sentences[first:last]))
    if len(texts) < LEAST:
        return []
    found = _match(texts, sentences, lengths, gain, last)
    return found if len(found) >= LEAST else []


def _region(sentences: Sequence[Sentence], lengths: Sequence[float]) -> tuple[int, int]:
    """The sentences of the announcement: from a cue in the opening to a word that ends it."""
    starts = np.concatenate(([0.0], np.cumsum(lengths)))
    limit = max(OPENING_LEAST, OPENING * float(starts[-1]))
    for first, sentence in enumerate(sentences):
        if starts[first] > limit:
            break
        if CUE.search(sentence.text):
            last = first + 1
            while last < len(sentences) and starts[last] < starts[first] + REGION:
                if starts[last] > starts[first] + BRIEF and is_marker(sentences[last].text):
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
    for piece in JOINT.split(text):
        named = max(phrases(piece + "。"), key=lambda phrase: len(phrase.text), default=None)
        if named and named.text not in found and _says(named.text) >= TELLING:
            found.append(named.text)
    return found


def _says(text: str) -> float:
    return sum(rarity(word.text) for word in words(text) if is_term(word))


def _match(
    texts: Sequence[str],
    sentences: Sequence[Sentence],
    lengths: Sequence[float],
    gain: Row,
    after: int,
) -> list[Item]:
    """Where the items begin, in order, by dynamic programming; an item may be left out."""
    count = len(sentences)
    values = np.stack([_values(text, sentences, lengths, gain, after) for text in texts])
    best = np.zeros((len(texts) + 1, count + 1))
    for row in range(len(texts) - 1, -1, -1):
        for at in range(count - 1, -1, -1):
            took = values[row, at] + best[row + 1, at + 1]
            best[row, at] = max(best[row, at + 1], best[row + 1, at], took)
    found, row, at = [], 0, 0
    while row < len(texts) and at < count:
        if best[row, at] == best[row, at + 1]:
            at += 1
        elif best[row, at] == best[row + 1, at]:
            row += 1
        else:
            found.append(Item(texts[row], at))
            row, at = row + 1, at + 1
    return found


def _values(
    text: str, sentences: Sequence[Sentence], lengths: Sequence[float], gain: Row, after: int
) -> Row:
    """What taking each sentence as the beginning of `text` is worth; below 0 where it is not."""
    weights = {word.key: rarity(word.text) for word in words(text) if is_term(word)}
    holds = [{word.key for word in words(s.text)} & weights.keys() for s in sentences]
    found = np.full(len(sentences), -1.0)
    for at in range(after, len(sentences)):
        said, room, ahead = set[str](), AHEAD, at
        while ahead < len(sentences) and room > 0:
            said |= holds[ahead]
            room -= lengths[ahead]
            ahead += 1
        cover = sum(weights[key] for key in said) / sum(weights.values())
        if cover >= COVER and gain[at] > 0:
            found[at] = BOLD * cover + gain[at]
    return found
