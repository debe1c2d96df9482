"""Text -> clauses in the words that a voice with a fixed list of words can say.

Such a voice leaves out a word that is not in its list and reports no error. So each hanzi and
Latin word is looked up first, and one that is missing is replaced by one that sounds alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from pypinyin import Style, pinyin

from podcast.engines.checked import UNIT
from podcast.engines.clauses import DIGITS, MARKS, Clause
from podcast.errors import SpeechFailed
from podcast.model import Mark
from podcast.pronounce.latin import spelt_text
from podcast.pronounce.respellings import shipped

SAID_MARKS = {
    "、": "，",
    "；": "，",
    "：": "，",
    ";": "，",
    ",": "，",
    "…": "。",
    "!": "！",
    "?": "？",
}
PIECE = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*|\d|[^\W\d_]|[，。！？；：、…,;!?]|\s+|.", re.S)
NEAR = {"ei": ("ai",), "ê": ("ei", "ai"), "lo": ("luo",), "yo": ("you",)}  # for rare syllables
SYLLABLE = 3  # letters of a Latin word for each syllable, roughly

Words = frozenset[str]


def interpolated(
    clause: Clause, known: Words, voice: str, start: int, length: int
) -> Iterator[Mark]:
    """A mark for each hanzi and word of a clause, whose sound has `length` samples from `start` on.

    Only the start of the first is known, since a voice of this kind gives no word times. The
    others are interpolated, as if all syllables had the same length.
    """
    units = list(UNIT.finditer(clause.text))
    weights = [syllables(sayable(unit[0], known, voice)) for unit in units]
    before = 0
    for unit, weight in zip(units, weights, strict=True):
        yield Mark(clause.start + unit.start(), start + length * before // sum(weights))
        before += weight


def syllables(text: str) -> int:
    """About how many syllables some words have.

    >>> syllables("你好"), syllables("DeepSeek"), syllables("AI")
    (2, 3, 1)
    """
    lengths = [len(unit[0]) for unit in UNIT.finditer(text)]
    return max(1, sum(max(1, round(length / SYLLABLE)) for length in lengths))


def sayable(text: str, known: Words, voice: str) -> str:
    """`text` in words that are `known`, with no other marks than ，。！？.

    An unknown hanzi is replaced by one that sounds alike, an unknown Latin word is spelt letter by
    letter. Raises SpeechFailed for a sign that cannot be said at all.
    """
    words = "".join(_said(piece, known, voice, text) for piece in PIECE.findall(text))
    return re.sub(r"\s+(?=[，。！？]|$)|(?<=[，。！？])\s+", "", words).strip()


def _said(piece: str, known: Words, voice: str, text: str) -> str:
    if piece in MARKS:
        return SAID_MARKS.get(piece, piece)
    if not piece.isalnum() and not piece[0].isalpha():
        return " "
    word = piece.replace("’", "'")
    if word.lower() in known and not (word.isascii() and _is_spelt(word)):
        return word
    if piece.isascii() and piece[0].isalpha():
        letters = re.sub(r"[^A-Za-z]", "", piece)
        return "".join(_sounding(hanzi, known, voice, text) for hanzi in spelt_text(letters))
    return _sounding(DIGITS.get(piece, piece), known, voice, text)


def _is_spelt(word: str) -> bool:
    """Whether a Latin word is spelt: a single letter, or capitals that are not read as a word.

    >>> _is_spelt("A"), _is_spelt("IT"), _is_spelt("it"), _is_spelt("RAG")
    (True, True, False, False)
    """
    return len(word) == 1 or word in _letters()


@lru_cache(maxsize=1)
def _letters() -> Words:
    return frozenset(shipped()["capitals"]["spelt"].split())


def _sounding(sign: str, known: Words, voice: str, text: str) -> str:
    """A known hanzi that sounds like `sign`; an accented letter loses its accent."""
    if sign in known:
        return sign
    plain = unicodedata.normalize("NFKD", sign)[:1]
    if plain != sign and plain.isascii() and plain.isalpha():
        return _said(plain, known, voice, text)
    alike = next((each for each in map(_by_sound(known).get, _sounds(sign)) if each), None)
    if alike is None:
        raise SpeechFailed(
            f"{voice} has no sound for {sign!r} in {text[:20]!r}; change that sentence"
        )
    return alike


@lru_cache(maxsize=4)
def _by_sound(known: Words) -> dict[str, str]:
    """A known hanzi for each syllable, with its tone and without."""
    hanzi = [word for word in known if len(word) == 1 and "一" <= word <= "鿿"]
    return {sound: each for each in sorted(hanzi) for sound in _sounds(each)}


def _sounds(hanzi: str) -> tuple[str, ...]:
    """The syllable of a hanzi with its tone, and without; `?` for any other sign.

    >>> _sounds("鑫"), _sounds("x")
    (('xin1', 'xin'), ('?',))
    """
    sound = str(pinyin(hanzi, style=Style.TONE3, errors=lambda _: "?")[0][0])
    plain = sound.rstrip("1234")
    return tuple(dict.fromkeys((sound, plain, *NEAR.get(plain, ()))))
