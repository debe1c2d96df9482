"""Words that no rule may touch, each hidden behind a private character while the rules work.

An address is one such word: its marks are its own. A glossary's `keep` gives others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from podcast.files.addresses import ADDRESS, may_hold_address

_FIRST, _LAST = 0x100000, 0x10FFFD  # of the last private plane, which no text holds once folded
HIDDEN = f"{chr(_FIRST)}-{chr(_LAST)}"  # for a class of characters in a pattern
_HIDDEN = re.compile(f"[{HIDDEN}]")


class Hiding:
    """Which private character stands for which word of one transcript."""

    def __init__(self) -> None:
        """Nothing is hidden yet."""
        self.signs: dict[str, str] = {}
        self.words: dict[str, str] = {}

    def without_addresses(self, text: str) -> str:
        """The text with each address hidden."""
        if not may_hold_address(text):
            return text
        return ADDRESS.sub(lambda found: self.sign(found[0]), text)

    def without(self, text: str, words: Iterable[str]) -> str:
        """The text with each of `words` hidden wherever it stands."""
        for word in words:
            if word in text:
                text = text.replace(word, self.sign(word))
        return text

    def sign(self, word: str) -> str:
        """What stands for a word; the word itself once there are more than signs."""
        if word not in self.signs:
            if _FIRST + len(self.signs) > _LAST:
                return word
            sign = chr(_FIRST + len(self.signs))
            self.signs[word], self.words[sign] = sign, word
        return self.signs[word]

    def restored(self, text: str) -> str:
        """The text with every hidden word in its place."""
        if not self.words:
            return text
        while _HIDDEN.search(text):  # a kept word may hold an address
            text = _HIDDEN.sub(lambda sign: self.words[sign[0]], text)
        return text
