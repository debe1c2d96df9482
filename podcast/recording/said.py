"""A transcript line -> the syllables that are heard when it is said, each with its character.

Figures, signs and polyphones are read as `pronounce` reads them for the voices. What it leaves in
Latin letters is spelt in the Mandarin syllables that come nearest: enough to find the word, since
the hanzi around it are found for certain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from podcast.pronounce import IN_FULL, NONE, pronounce
from podcast.recording.units import syllable_states

_TOKEN = re.compile(r"(?P<pinyin>[a-zü:]{1,8}[1-6])|(?P<latin>[A-Za-z]+(?:['’][A-Za-z]+)*)|(?s:.)")
_HANZI = re.compile(r"[㐀-鿿]")

_NAMES = (
    "ei;bi;xi;di;yi;ai fu;ji;ei qi;ai;zhei;kei;ai er;ai mu;en;ou;pi;kiu;a;ai si;ti;you;wei;"
    "da bu liu;ai ke si;wai;zei"
)
_LETTERS = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", _NAMES.split(";"), strict=True))
_CONSONANTS = {
    "b": "bu", "c": "ke", "d": "de", "f": "fu", "g": "ge", "h": "he", "j": "zhi", "k": "ke",
    "l": "le", "m": "mu", "n": "en", "p": "pu", "q": "ke", "r": "er", "s": "si", "t": "te",
    "v": "fu", "w": "wu", "x": "si", "z": "zi",
}  # fmt: skip
_ONSETS = {"c": "k", "v": "f", "x": "s", "j": "zh"}
_VOWELS = {"a": "a", "e": "e", "i": "i", "o": "o", "u": "u", "y": "i"}
_NASAL = {"a": "an", "e": "en", "i": "in", "o": "ong", "u": "un"}
_OPEN = {"o": "ou", "e": "ai"}
_LATIN_PART = re.compile(r"[^aeiouy]?[aeiouy]+[nmr]?(?![aeiouy])|[^aeiouy]")


class Said(NamedTuple):
    """The states that the character at `offset` of a line should sound like; none for a mark."""

    offset: int
    states: tuple[int, ...]


def said(line: str, respellings: Mapping[str, str] = NONE) -> list[Said]:
    """The characters of a line in order; one of several syllables has the states of them all.

    >>> [each.offset for each in said("涨14%，对")]  # 百分之十四, of the figure and its sign
    [0, 1, 2, 3, 4, 5]
    """
    saying = pronounce(line, IN_FULL, respellings)
    heard: list[Said] = []
    for offset, states in _syllables(saying.text, saying.origins):
        if heard and states and heard[-1].offset == offset and heard[-1].states:
            heard[-1] = Said(offset, heard[-1].states + states)
        elif states or not heard or heard[-1].states:
            heard.append(Said(offset, states))
    return heard


def states_of(text: str, respellings: Mapping[str, str] = NONE) -> list[int]:
    """The states that a text should sound like, one after another.

    >>> states_of("他们") == states_of("她們"), states_of("，")
    (True, [])
    """
    return [state for each in said(text, respellings) for state in each.states]


def _syllables(text: str, origins: tuple[int, ...]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each syllable of a saying, by its place in the shown text; a mark as one without states.

    The pinyin of several hanzi shares their places out by its letters, so that a syllable's first
    letter may have the place of the hanzi before. The letter in its middle has the syllable's own.
    """
    readings = _readings(text)
    for token in _TOKEN.finditer(text):
        at = token.start()
        if token["pinyin"]:
            yield origins[(at + token.end() - 1) // 2], syllable_states(token["pinyin"])
        elif token["latin"]:
            yield from _latin(token["latin"], origins[at : token.end()])
        elif _HANZI.match(text[at]):
            yield origins[at], syllable_states(readings[at])
        elif not text[at].isspace():
            yield origins[at], ()


def _readings(text: str) -> list[str]:
    """The pinyin of each hanzi, in its place; other signs have pinyin that is no syllable."""
    import pypinyin

    plain = "".join(each if _HANZI.match(each) else "，" for each in text)
    each_mark: Any = list  # a run of marks is given as one text, and has a reading for each
    return [str(reading) for reading in pypinyin.lazy_pinyin(plain, errors=each_mark)]


def _latin(word: str, origins: tuple[int, ...]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The syllables of a Latin word, its letters shared out among them."""
    syllables = _spelt(word)
    for number, syllable in enumerate(syllables):
        states = syllable_states(syllable)
        if states:
            yield origins[number * len(word) // len(syllables)], states


@cache
def _spelt(word: str) -> tuple[str, ...]:
    """A Latin word in the Mandarin syllables that come nearest.

    >>> _spelt("GP"), _spelt("Canva")
    (('ji', 'pi'), ('kan', 'fa'))
    """
    if word.isupper() or len(word) == 1:
        return tuple(part for letter in word.upper() for part in _LETTERS.get(letter, "").split())
    plain = re.sub(r"(.)\1", r"\1", re.sub(r"[^a-z]", "", word.lower()))
    parts = [_spelt_part(part) for part in _LATIN_PART.findall(plain)]
    return tuple(part for part in parts if part) or ("e",)


def _spelt_part(part: str) -> str:
    onset = "" if part[0] in "aeiouy" else part[0]
    vowels = re.sub(r"[^aeiouy]", "", part)
    if not vowels:
        return _CONSONANTS[part[0]]
    vowel = _VOWELS[vowels[0]]
    is_nasal = len(part) > 1 and part[-1] in "nm"
    final = _NASAL[vowel] if is_nasal else _OPEN.get(vowel, vowel)
    whole = _ONSETS.get(onset, onset) + final
    return next((each for each in (whole, final) if syllable_states(each)), "")
