"""A clause -> its sounds in order: the phonemes of each syllable, Latin word and mark.

What a person or the table of polyphones says of a word stands in the text as pinyin (chong2qing4).
All else is read word by word, as the model was trained: rjieba divides, pypinyin reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import rjieba
from pypinyin import Style, lazy_pinyin

from podcast.engines.clauses import DIGITS, MARKS
from podcast.engines.kokoro.latin import latin_phonemes
from podcast.engines.kokoro.sandhi import Word, spoken
from podcast.engines.kokoro.syllables import SYLLABLE, phonemes
from podcast.errors import SpeechFailed

HANZI = "〇㐀-鿿豈-﫿\U00020000-\U000323af"
LETTER = rf"[^\W\d_{HANZI}]"
PIECE = re.compile(
    rf"(?P<pinyin>(?:[a-zü]+[1-5])+)|(?P<hanzi>[{HANZI}]+)|(?P<mark>[{MARKS}])"
    rf"|(?P<latin>{LETTER}+(?:['’-]{LETTER}+)*)|(?P<digit>[0-9])|(?P<other>.)",
    re.S,
)
SAID_MARKS = {
    **{"，": ",", "、": ",", "；": ";", "：": ":", "。": ".", "！": "!", "？": "?"},
    **{sign: sign for sign in ",;:!?…"},
}
SHORTENED = re.compile(r"([jqx])ong")  # how `pronounce` writes iong after these
# Words of one hanzi that are read by their part of speech, in the tag set of ICTCLAS.
BY_TAG = {
    **{("地", "uv"): "de5", ("得", "ud"): "de5", ("着", "uz"): "zhe5", ("过", "ug"): "guo5"},
    **{("还", "v"): "huan2", ("为", "v"): "wei2", ("只", "q"): "zhi1"},
    **{("种", "v"): "zhong4", ("重", "d"): "chong2", ("干", "v"): "gan4"},
}
PARTICLES = "地得着了过"
MUST_AFTER = ("r", "d")  # after a pronoun or an adverb 得 is must: 我得走了
VERBS = {"得": "dei3", "长": "zhang3"}  # 长 is to grow before a pronoun: 长什么样子


class Sound(NamedTuple):
    """The phonemes of the part of a text that begins at its character `place`.

    `opens` says whether it is the first of a word. A mark is silent.
    """

    phonemes: str
    place: int
    opens: bool = True
    is_mark: bool = False


class _Piece(NamedTuple):
    """A word between two marks, and the place of each of its syllables in the text."""

    word: Word
    places: tuple[int, ...]
    latin: str = ""


def sounds(text: str) -> tuple[Sound, ...]:
    """All that is said of a text. Raises SpeechFailed for a sign that cannot be said.

    >>> [sound.phonemes for sound in sounds("你好，Claude。")]
    ['ni↗', 'xau↓', ',', 'klˈɔd', '.']
    >>> [sound.place for sound in sounds("去chong2qing4")]
    [0, 1, 7]
    """
    found: list[Sound] = []
    waiting: list[_Piece] = []
    for piece in PIECE.finditer(text):
        if piece.lastgroup == "mark":
            found += _clause(waiting)
            waiting = []
            found.append(Sound(SAID_MARKS[piece[0]], piece.start(), False, is_mark=True))
        else:
            waiting += _read(piece, text)
    return (*found, *_clause(waiting))


def _clause(pieces: list[_Piece]) -> Iterator[Sound]:
    """The sounds between two marks."""
    words = spoken([piece.word for piece in pieces])
    for piece, word in zip(pieces, words, strict=True):
        if piece.latin:
            yield Sound(piece.latin, piece.places[0])
            continue
        for at, (syllable, place) in enumerate(zip(word.syllables, piece.places, strict=True)):
            yield Sound(phonemes(syllable), place, opens=at == 0)


def _read(piece: re.Match[str], text: str) -> Iterator[_Piece]:
    """The words in a piece of a text. Raises SpeechFailed."""
    kind, said, start = piece.lastgroup, piece[0], piece.start()
    if kind == "hanzi":
        yield from _hanzi(said, start, text)
    elif kind == "digit":
        yield from _hanzi(DIGITS[said], start, text)
    elif kind == "pinyin" and (told := _told(said, start)):
        yield told
    elif kind in ("pinyin", "latin"):
        for part in re.finditer(r"\d|\D+", said):
            place = start + part.start()
            if part[0].isdigit():
                yield from _hanzi(DIGITS[part[0]], place, text)
            else:
                yield _latin(part[0], place, text)
    elif said.isalnum():
        raise _unsayable(said, text)


def _told(pinyin: str, start: int) -> _Piece | None:
    """The word that a piece of pinyin is; None if it is no pinyin."""
    found = list(SYLLABLE.finditer(SHORTENED.sub(r"\1iong", pinyin)))
    places = tuple(start + each.start() for each in SYLLABLE.finditer(pinyin))
    syllables = tuple(each[0] for each in found)
    if not all(map(phonemes, syllables)) or len(places) != len(syllables):
        return None
    return _Piece(Word("＿" * len(syllables), syllables, is_told=True), places)


def _hanzi(run: str, start: int, text: str) -> Iterator[_Piece]:
    at, before = start, ""
    words = list(_divided(run))
    for (word, tag), (_, after) in zip(words, [*words[1:], ("", "")], strict=True):
        syllables = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True, errors=_each)
        if (word, tag) in BY_TAG:
            syllables = [BY_TAG[word, tag]]
        if word[-1] == "长" and tag == "a":  # 很长; pypinyin takes it for to grow
            syllables[-1] = "chang2"
        if (word == "得" and before in MUST_AFTER) or (word == "长" and after == "r"):
            syllables = [VERBS[word]]
        for sign, syllable in zip(word, syllables, strict=True):
            if not phonemes(syllable):
                raise _unsayable(sign, text)
        yield _Piece(Word(word, tuple(syllables), tag), tuple(range(at, at + len(word))))
        at, before = at + len(word), tag


def _divided(run: str) -> Iterator[tuple[str, str]]:
    """The words of hanzi and their parts of speech.

    rjieba guesses words that are not in its dictionary, such as 地说 in 高兴地说: a guess that
    begins with a particle is none.
    """
    for word, tag in rjieba.tag(run):
        guessed = len(word) > 1 and word[0] in PARTICLES
        yield from rjieba.tag(word, False) if guessed else [(word, tag)]


def _each(signs: str) -> Any:
    """Signs that pypinyin does not know, one by one."""
    return list(signs)


def _latin(word: str, place: int, text: str) -> _Piece:
    said = latin_phonemes(word)
    if not said:
        raise _unsayable(word, text)
    return _Piece(Word("＿", ("＿0",), is_told=True), (place,), said)


def _unsayable(said: str, text: str) -> SpeechFailed:
    return SpeechFailed(f"kokoro has no sound for {said!r} in {text[:20]!r}; change that sentence")
