"""Text -> words, with their classes and their rarity.

`words.tsv` has the number of passages of Chinese speech that contain each word. A word that is
frequent in all talks says nothing about the subject of one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from math import log
from typing import NamedTuple

SPEED = 4.7  # hanzi a second: the usual pace of talks
LATIN = 0.4  # the time of a Latin letter, in times of a hanzi
NAME_TAGS = ("nr", "ns", "nt", "nz", "eng")
CONTENT = re.compile(r"n|v[nid]?$|eng|[lij]$|an?$|g$")  # tags of words that can be a subject


class Word(NamedTuple):
    """A word of a sentence and its part of speech, in the tag set of ICTCLAS."""

    text: str
    tag: str

    @property
    def key(self) -> str:
        """A key that is the same for spellings which differ only in case."""
        return self.text.casefold()

    @property
    def is_name(self) -> bool:
        """Whether the word is a name of a person, place, organisation or work, or is foreign."""
        return self.tag.startswith(NAME_TAGS)


@lru_cache(maxsize=1)
def _counts() -> tuple[int, dict[str, int]]:
    table = files(__package__).joinpath("words.tsv").read_text(encoding="utf-8")
    head, *rows = table.splitlines()
    pairs = (row.split("\t") for row in rows)
    return int(head.split("\t")[1]), {word: int(count) for word, count in pairs}


@lru_cache(maxsize=100_000)
def rarity(word: str) -> float:
    """The rarity of a word: from 0, if every passage has it, to 8, if none has it.

    It is the natural logarithm of the inverse share of passages that have the word.

    >>> rarity("我们") < 0.5 < 4 < rarity("机器人")
    True
    """
    total, counts = _counts()
    return log(total / max(counts.get(word.casefold(), 0), total / 3000))


@lru_cache(maxsize=65_536)
def words(text: str) -> tuple[Word, ...]:
    """The words of `text` with their tags; marks and spaces are words, too: joined, it is `text`.

    >>> [word.text for word in words("大家用GPT-4.5写代码")]
    ['大家', '用', 'GPT-4.5', '写', '代码']
    """
    import rjieba  # imported here, since it takes 33 MB, and many builds cut nothing into words

    return tuple(Word(word, tag) for word, tag in rjieba.tag(text))


def terms(text: str) -> list[Word]:
    """The words of `text` that can be its subject, in order.

    >>> [word.text for word in terms("然后我们就看一下机器人的进展")]
    ['机器人', '进展']
    >>> terms("对吧，然后呢，是这样的")
    []
    """
    return [word for word in words(text) if is_term(word)]


@lru_cache(maxsize=200_000)
def is_term(word: Word) -> bool:
    """Whether a word can be a subject: long enough, rare enough and of a suitable class."""
    if len(word.text) < 2 or not CONTENT.match(word.tag):
        return False
    return rarity(word.text) > (3.0 if word.tag[0] in "va" else 1.8)


def length(text: str) -> float:
    """The length of `text` when it is said, in hanzi.

    >>> length("你好，世界。")
    4.0
    """
    letters = [c for c in text if c.isalnum()]
    latin = sum(c.isascii() and c.isalpha() for c in letters)
    return len(letters) - latin + LATIN * latin
