"""A Latin word -> phonemes that Kokoro was taught for English.

espeak-ng reads the word with its American voice. Its IPA becomes the model's own phonemes as misaki
0.9.4 (hexgrad, Apache-2.0) does it, with which the model was trained.
"""

from __future__ import annotations

import re
import unicodedata

from podcast.engines.espeak import ipa

# Signs of espeak-ng, which ties two signs to one sound with ^, and the model's signs for them.
SOUNDS = {
    "ʔˌn̩": "tn", "ʔn̩": "tn", "a^ɪ": "I", "a^ʊ": "W", "d^ʒ": "ʤ", "e^ɪ": "A", "e": "A",
    "t^ʃ": "ʧ", "ɔ^ɪ": "Y", "ə^l": "ᵊl", "ʲo": "jo", "ʲə": "jə", "ʲ": "", "ɚ": "əɹ", "r": "ɹ",
    "x": "k", "ç": "k", "ɐ": "ə", "ɬ": "l", "̃": "",
}  # fmt: skip
AMERICAN = {
    "o^ʊ": "O", "ɜːɹ": "ɜɹ", "ɜː": "ɜɹ", "ɪə": "iə", "ː": "", "o": "ɔ", "ɾ": "T", "ʔ": "t", "^": "",
}  # fmt: skip
SYLLABIC = re.compile("(\\S)̩")
LETTERS = {
    **{"A": "ˈA", "B": "bˈi", "C": "sˈi", "D": "dˈi", "E": "ˈi", "F": "ˈɛf", "G": "ʤˈi"},
    **{"H": "ˈAʧ", "I": "ˈI", "J": "ʤˈA", "K": "kˈA", "L": "ˈɛl", "M": "ˈɛm", "N": "ˈɛn"},
    **{"O": "ˈO", "P": "pˈi", "Q": "kjˈu", "R": "ˈɑɹ", "S": "ˈɛs", "T": "tˈi", "U": "jˈu"},
    **{"V": "vˈi", "W": "dˈʌbᵊlju", "X": "ˈɛks", "Y": "wˈI", "Z": "zˈi"},
}


def latin_phonemes(word: str) -> str:
    """The phonemes of a Latin word. A word that is spelt (I-P-O, H) has its letters' names.

    The text is empty if espeak-ng has no sound for the word.

    >>> latin_phonemes("Claude"), latin_phonemes("token"), latin_phonemes("I-P-O")
    ('klˈɔd', 'tˈOkən', 'ˈIpˈiˈO')
    """
    plain = _unaccented(word).replace("’", "'")
    parts = plain.split("-")
    if all(len(part) == 1 for part in parts):
        return "".join(LETTERS.get(part.upper(), "") for part in parts)
    return " ".join(filter(None, map(_word_phonemes, parts)))


def _word_phonemes(word: str) -> str:
    if len(word) == 1:
        return LETTERS.get(word.upper(), "")
    said = ipa(word)
    for old, new in SOUNDS.items():
        said = said.replace(old, new)
    said = SYLLABIC.sub(r"ᵊ\1", said)
    for old, new in AMERICAN.items():
        said = said.replace(old, new)
    return said


def _unaccented(word: str) -> str:
    """
    >>> _unaccented("naïve")
    'naive'
    """
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
