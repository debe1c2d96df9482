"""Whether a text is English: the text stages, `pronounce` and the engines must agree on it."""

from __future__ import annotations

import re

from podcast.files.addresses import without_addresses

FEWEST_WORDS = 4  # of a text that can be told to be English
LEAST_SMALL = 0.45  # of its words that begin with a small letter: a list of names is no English


def words(text: str) -> frozenset[str]:
    """The words of a list written with spaces between."""
    return frozenset(text.split())


FUNCTION_WORDS = words("""
    a an the and or but so if of to in on at by for from with as is are was were be been am do
    does did have has had will would can could should may might must not no i you he she it we
    they me him her us them my your his its our their this that these those there here what
    which who how when where why about into over after before then than too very just also up
    out all some any more most
""")
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_EAST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # kana, hanzi, hangul


def is_english(text: str) -> bool:
    """Whether a text is English prose: no hanzi in it, and words that only a sentence has.

    >>> is_english("today we are going to talk about it"), is_english("So what's next for us?")
    (True, True)
    >>> is_english("https://a.cn/is/it/for/you?a=the"), is_english("in")
    (False, False)
    >>> is_english("GPT-4o and Claude 3.5 Sonnet"), is_english("我们 talk about it in the team")
    (False, False)
    """
    if _EAST.search(text):
        return False
    found = _WORD.findall(without_addresses(text))
    if len(found) < FEWEST_WORDS:
        return False
    small = sum(word[0].islower() or word[:2] in ("I", "I'", "I’") for word in found)
    has_function = any(word.casefold() in FUNCTION_WORDS for word in found)
    return has_function and small >= LEAST_SMALL * len(found)


def english_words(text: str) -> list[str]:
    """The words of an English text, in order."""
    return _WORD.findall(text)
