"""Texts -> the words in them that may be deleted: no number, name, negation or quote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from podcast.text.spacing import LETTER, ONE_HANZI
from podcast.text.trim.words import Word

EMPTY_ONE = "一个"  # the only number that can have no meaning: 一种新的一个模型
_NUMERALS = "零〇一二两三四五六七八九十百千万亿半几"
_NEGATIONS = "不没别无未非莫勿否"
_GUARDED = re.compile(rf"[{LETTER}0-9{_NUMERALS}{_NEGATIONS}]")
_NAME_TAGS = ("nr", "ns", "nt", "nz")  # persons, places, bodies and other names, as rjieba tags
_PAIRS = (("“", "”"), ("「", "」"), ("『", "』"), ("《", "》"), ('"', '"'))
_LONGEST = 400  # characters of a quote; a mark without its partner quotes nothing
_QUOTED = re.compile(
    "|".join(f"{left}[^{left}{right}]{{0,{_LONGEST}}}{right}" for left, right in _PAIRS)
)


def any_of(names: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern that finds names with hanzi; None if there are none. Latin is guarded anyway."""
    hanzi = sorted((name for name in names if ONE_HANZI.search(name)), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, hanzi))) if hanzi else None


@dataclass(frozen=True, slots=True)
class Protected:
    """The characters that may not be deleted, in flags for each line."""

    flags: tuple[bytearray, ...]

    @classmethod
    def of(cls, texts: Sequence[str], names: re.Pattern[str] | None) -> Protected:
        """The flags of these lines; quotes may go on from one line to the next.

        `names` finds names, as from `any_of`.
        """
        whole = "\n".join(texts)
        flags = bytearray(len(whole))
        spans = [found.span() for found in _QUOTED.finditer(whole)]
        if names:
            spans += [found.span() for found in names.finditer(whole)]
        for start, end in spans:
            flags[start:end] = b"\1" * (end - start)
        lines, start = [], 0
        for text in texts:
            lines.append(flags[start : start + len(text)])
            start += len(text) + 1
        return cls(tuple(lines))

    def allows(self, words: Sequence[Word]) -> bool:
        """Whether all of these words may be deleted."""
        return not any(map(self._guards, words))

    def _guards(self, word: Word) -> bool:
        if any(self.flags[word.line][word.start : word.end]):
            return True
        if word.text == EMPTY_ONE:
            return False
        return bool(_GUARDED.search(word.text)) or word.tag in _NAME_TAGS
