"""A text -> whether it is English.

This stands below the rooms `text`, `pronounce` and `engines`, because all three must agree on it.
"""

from __future__ import annotations

from podcast.files.addresses import without_addresses
from podcast.files.late import late

FEWEST_WORDS = 4  # least number of words of a text that counts as English
LEAST_SMALL = 0.45  # least share of words with a small first letter; a list of names has fewer


def words(text: str) -> frozenset[str]:
    """The set of words in a text that separates them by white space."""
    return frozenset(text.split())


FUNCTION_WORDS = words("""
    a an the and or but so if of to in on at by for from with as is are was were be been am do
    does did have has had will would can could should may might must not no i you he she it we
    they me him her us them my your his its our their this that these those there here what
    which who how when where why about into over after before then than too very just also up
    out all some any more most
""")
_WORD = late(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_EAST = late(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # kana, hanzi, hangul


def is_english(text: str) -> bool:
    """Whether a text is English prose: it has function words, and no hanzi, kana or hangul.

    >>> is_english("today we are going to talk about it"), is_english("So what's next for us?")
    (True, True)
    >>> is_english("https://a.cn/is/it/for/you?a=the"), is_english("in")
    (False, False)
    >>> is_english("GPT-4o and Claude 3.5 Sonnet"), is_english("我们 talk about it in the team")
    (False, False)
    """
    if _EAST.search(text):
        return False
    prose = _WORD.findall(without_addresses(text))
    if len(prose) < FEWEST_WORDS:
        return False
    small = sum(word[0].islower() or word[:2] in ("I", "I'", "I’") for word in prose)
    has_function = any(word.casefold() in FUNCTION_WORDS for word in prose)
    return has_function and small >= LEAST_SMALL * len(prose)


def english_words(text: str) -> list[str]:
    """The words of an English text, in order."""
    return _WORD.findall(text)
