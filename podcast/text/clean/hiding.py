"""Text -> text in which private characters stand for the words that no rule may change.

Such words are addresses, whose marks must stay, and the words in a glossary's `keep`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from podcast.files.addresses import ADDRESS, may_hold_address

_FIRST, _LAST = 0x100000, 0x10FFFD  # of the last private plane, which no text holds once folded
HIDDEN = f"{chr(_FIRST)}-{chr(_LAST)}"  # for a class of characters in a pattern
_HIDDEN = re.compile(f"[{HIDDEN}]")


class Hiding:
    """The words of one transcript that are hidden, and the private character for each."""

    def __init__(self) -> None:
        """Begin without any hidden word."""
        self.signs: dict[str, str] = {}
        self.words: dict[str, str] = {}

    def without_addresses(self, text: str) -> str:
        """The text with each address hidden."""
        if not may_hold_address(text):
            return text
        return ADDRESS.sub(lambda found: self.sign(found[0]), text)

    def without(self, text: str, words: Iterable[str]) -> str:
        """The text with each of `words` hidden everywhere."""
        for word in words:
            if word in text:
                text = text.replace(word, self.sign(word))
        return text

    def sign(self, word: str) -> str:
        """The private character for a word; the word itself if all characters are used."""
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
        while _HIDDEN.search(text):  # a kept word may contain a hidden address
            text = _HIDDEN.sub(lambda sign: self.words[sign[0]], text)
        return text
