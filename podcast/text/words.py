"""Text -> words: what they are, and how much each says.

`words.tsv` counts how many passages of Chinese talk hold a word; a word that every talk is
full of says nothing about this one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from math import log
from typing import NamedTuple

import rjieba

SPEED = 4.7  # hanzi a second, as talks are held
LATIN = 0.4  # of a hanzi's time, a Latin letter
NAME_TAGS = ("nr", "ns", "nt", "nz", "eng")
CONTENT = re.compile(r"n|v[nid]?$|eng|[lij]$|an?$|g$")  # tags whose words can be a subject


class Word(NamedTuple):
    """A word of a sentence and its part of speech, in the tag set of ICTCLAS."""

    text: str
    tag: str

    @property
    def key(self) -> str:
        """What two spellings of one word share."""
        return self.text.casefold()

    @property
    def is_name(self) -> bool:
        """Whether it is a person, a place, a body, a work, or foreign."""
        return self.tag.startswith(NAME_TAGS)


@lru_cache(maxsize=1)
def _counts() -> tuple[int, dict[str, int]]:
    table = files(__package__).joinpath("words.tsv").read_text(encoding="utf-8")
    head, *rows = table.splitlines()
    pairs = (row.split("\t") for row in rows)
    return int(head.split("\t")[1]), {word: int(count) for word, count in pairs}


@lru_cache(maxsize=100_000)
def rarity(word: str) -> float:
    """How much a word says: 0 for one of every passage, 8 for one never met.

    >>> rarity("我们") < 0.5 < 4 < rarity("机器人")
    True
    """
    total, counts = _counts()
    return log(total / max(counts.get(word.casefold(), 0), total / 3000))


@lru_cache(maxsize=65_536)
def words(text: str) -> tuple[Word, ...]:
    """The words of `text` with their tags; marks and spaces too, so that all joined is `text`.

    >>> [word.text for word in words("大家用GPT-4.5写代码")]
    ['大家', '用', 'GPT-4.5', '写', '代码']
    """
    return tuple(Word(word, tag) for word, tag in rjieba.tag(text))


def terms(text: str) -> list[Word]:
    """The words that can be what `text` is about, in order.

    >>> [word.text for word in terms("然后我们就看一下机器人的进展")]
    ['机器人', '进展']
    >>> terms("对吧，然后呢，是这样的")
    []
    """
    return [word for word in words(text) if is_term(word)]


@lru_cache(maxsize=200_000)
def is_term(word: Word) -> bool:
    """Whether a word can be a subject: long enough, rare enough, of the right kind."""
    if len(word.text) < 2 or not CONTENT.match(word.tag):
        return False
    return rarity(word.text) > (3.0 if word.tag[0] in "va" else 1.8)


def length(text: str) -> float:
    """How long `text` takes to say, in hanzi.

    >>> length("你好，世界。")
    4.0
    """
    letters = [c for c in text if c.isalnum()]
    latin = sum(c.isascii() and c.isalpha() for c in letters)
    return len(letters) - latin + LATIN * latin
