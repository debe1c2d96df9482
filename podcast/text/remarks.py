"""A script -> what the person who asked for it should know of it, a sentence each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from podcast.model import Recipe, Script
from podcast.text.spacing import HANZI

LITTLE = 0.2  # of a text's words: below it, the text is not in Chinese
WORD = re.compile(rf"[{HANZI}]|[^\W\d_{HANZI}]+")  # a hanzi, or a word of an alphabet
_HANZI = re.compile(f"[{HANZI}]")


def remarks(script: Script, recipe: Recipe) -> Iterator[str]:
    """That there are other chapters than were asked for, and that hardly any of it is Chinese."""
    count = len(script.chapters)
    if recipe.chapters and count != recipe.chapters:
        yield (
            f"{_counted(count, 'chapter')} instead of the {recipe.chapters} you asked for: "
            "a chapter holds whole sentences and lasts at least five seconds, and there is no "
            "room for more"
        )
    share = chinese_share(text_of(script))
    if share < LITTLE:
        yield (
            f"{'no' if share == 0 else 'hardly any'} Chinese is in this transcript: "
            "its marks are set by simple rules, and a voice that speaks English says it"
        )


def text_of(script: Script) -> str:
    """All that is said."""
    return "\n".join(one.text for chapter in script.chapters for one in chapter.paragraphs)


def chinese_share(text: str) -> float:
    """How much of the words are hanzi, from 0 to 1; a text without a word counts as Chinese.

    >>> chinese_share("大家好 everyone"), chinese_share("hello there"), chinese_share("123")
    (0.75, 0.0, 1.0)
    """
    said = WORD.findall(text)
    return sum(bool(_HANZI.match(word)) for word in said) / len(said) if said else 1.0


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" + "s" * (number != 1)
