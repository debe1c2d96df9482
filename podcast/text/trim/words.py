"""Lines of a talk -> its words, each with its class and the boundary before it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import rjieba

from podcast.model import Line

NONE, PAUSE, LINE, STOP = range(4)  # kinds of boundary: none, a comma, a line's end, a stop
_MARKS = {**dict.fromkeys("，、；：,;:", PAUSE), **dict.fromkeys("。？！…?!", STOP)}
_PIECE = re.compile(r"[，、；：,;:。？！…?!]|[^，、；：,;:。？！…?!]+")
_IS_WORD = re.compile(r"\w")


class Word(NamedTuple):
    """A word of a talk: its text and class, its line and place in it, the boundary before it."""

    text: str
    tag: str  # the class that rjieba gives it
    line: int  # the index of its line
    start: int  # the index of its first character in the line
    before: int  # NONE, PAUSE, LINE or STOP

    @property
    def end(self) -> int:
        """The index after its last character in the line."""
        return self.start + len(self.text)


def read_words(lines: Iterable[Line]) -> list[Word]:
    """The words of all lines in order; marks and spaces are no words. A new voice is a stop.

    >>> [(word.text, word.before) for word in read_words([Line("然后，这个", 1), Line("模型", 2)])]
    [('然后', 3), ('这个', 1), ('模型', 2)]
    """
    found: list[Word] = []
    boundary, voice = STOP, None
    for number, line in enumerate(lines):
        boundary = max(boundary, LINE if line.voice == voice else STOP)
        voice = line.voice
        for piece in _PIECE.finditer(line.text):
            if piece[0] in _MARKS:
                boundary = max(boundary, _MARKS[piece[0]])
                continue
            place = piece.start()
            for word, tag in rjieba.tag(piece[0]):
                if _IS_WORD.search(word):
                    found.append(Word(word, tag, number, place, boundary))
                    boundary = NONE
                place += len(word)
    return found
