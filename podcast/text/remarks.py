"""A script -> notes on it for the person who asked for it, one sentence each."""

from __future__ import annotations

from collections.abc import Iterator

from podcast.files.late import late
from podcast.model import Recipe, Script
from podcast.text.spacing import HANZI, ONE_HANZI

LITTLE = 0.2  # share of hanzi in a text's words, below which the text is not Chinese
WORD = late(rf"[{HANZI}]|[^\W\d_{HANZI}]+")  # a hanzi, or a word of an alphabet


def remarks(script: Script, recipe: Recipe) -> Iterator[str]:
    """The notes on a script: another number of chapters than the recipe's; too little Chinese."""
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
    """The text of all paragraphs of a script."""
    return "\n".join(one.text for chapter in script.chapters for one in chapter.paragraphs)


def chinese_share(text: str) -> float:
    """The share of hanzi in the words of a text, from 0 to 1; it is 1 for a text without words.

    >>> chinese_share("大家好 everyone"), chinese_share("hello there"), chinese_share("123")
    (0.75, 0.0, 1.0)
    """
    words = WORD.findall(text)
    return sum(bool(ONE_HANZI.match(word)) for word in words) / len(words) if words else 1.0


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" + "s" * (number != 1)
