"""Pinyin of one syllable -> the phonemes that Kokoro was taught for it.

The tables are those of misaki 0.9.4 (hexgrad, Apache-2.0), with which the model was trained: an
initial, then a final, in which `0` is the place of the tone.
"""

from __future__ import annotations

import re

INITIALS = {
    **{"b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l"},
    **{"g": "k", "k": "kʰ", "h": "x", "j": "ʨ", "q": "ʨʰ", "x": "ɕ", "zh": "ꭧ", "ch": "ꭧʰ"},
    **{"sh": "ʂ", "r": "ɻ", "z": "ʦ", "c": "ʦʰ", "s": "s", "": ""},
}
FINALS = {
    **{"a": "a0", "ai": "ai0", "an": "a0n", "ang": "a0ŋ", "ao": "au0", "e": "ɤ0", "ei": "ei0"},
    **{"en": "ə0n", "eng": "ə0ŋ", "i": "i0", "ia": "ja0", "ian": "jɛ0n", "iang": "ja0ŋ"},
    **{"iao": "jau0", "ie": "je0", "in": "i0n", "ing": "i0ŋ", "iong": "jʊ0ŋ", "iou": "jou0"},
    **{"o": "wo0", "ong": "ʊ0ŋ", "ou": "ou0", "u": "u0", "ua": "wa0", "uai": "wai0", "uan": "wa0n"},
    **{"uang": "wa0ŋ", "uei": "wei0", "uen": "wə0n", "ueng": "wə0ŋ", "uo": "wo0", "ü": "y0"},
    **{"üan": "ɥɛ0n", "üe": "ɥe0", "ün": "y0n", "ɨ": "ɨ0"},
}
WHOLE = {  # syllables that are no initial and final
    **{"er": "ɚ0", "ê": "ɛ0", "o": "ɔ0", "yo": "wo0", "wong": "ʊ0ŋ"},
    **{"m": "m0", "n": "n0", "ng": "ŋ0", "hm": "hm0", "hng": "hŋ0"},
}
WRITTEN = {"iu": "iou", "ui": "uei", "un": "uen"}  # finals that are spelt shorter after an initial
TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}
SYLLABLE = re.compile(r"([a-zêü]+)([1-5])")
_BUZZING = frozenset(["zh", "ch", "sh", "r", "z", "c", "s"])  # whose i is a buzz
_FRONTED = frozenset("jqx")  # whose u is ü


def phonemes(syllable: str) -> str:
    """The phonemes of a syllable of pinyin with its tone as a figure; `v` stands for ü.

    The text is empty if it is no such syllable. Tone 5 is the neutral one.

    >>> phonemes("zao3"), phonemes("xiong2"), phonemes("yun4"), phonemes("lv4"), phonemes("ma5")
    ('ʦau↓', 'ɕjʊ↗ŋ', 'y↘n', 'ly↘', 'ma')
    >>> phonemes("gpt1"), phonemes("hao")
    ('', '')
    """
    found = SYLLABLE.fullmatch(syllable.replace("v", "ü").replace("u:", "ü"))
    if not found:
        return ""
    return _untoned(found[1]).replace("0", TONES[found[2]])


def _untoned(letters: str) -> str:
    if letters in WHOLE:
        return WHOLE[letters]
    initial, final = _parted(letters)
    if initial not in INITIALS or final not in FINALS:
        return ""
    return INITIALS[initial] + FINALS[final]


def _parted(letters: str) -> tuple[str, str]:
    """Initial and final, the final as it sounds.

    >>> _parted("zhi"), _parted("yue"), _parted("wei"), _parted("quan"), _parted("liu")
    (('zh', 'ɨ'), ('', 'üe'), ('', 'uei'), ('q', 'üan'), ('l', 'iou'))
    """
    size = 2 if letters[:2] in INITIALS else 1 if letters[:1] in INITIALS else 0
    initial, final = letters[:size], letters[size:]
    if letters[0] == "y":
        final = _after_y(letters[1:])
    elif letters[0] == "w":
        final = "u" if letters == "wu" else f"u{letters[1:]}"
    elif initial in _FRONTED and final[:1] == "u":
        final = f"ü{final[1:]}"
    elif initial in _BUZZING and final == "i":
        final = "ɨ"
    return initial, WRITTEN.get(final, final)


def _after_y(rest: str) -> str:
    """The final that letters after y stand for: (y)i is i, (y)u is ü, (y)an is ian."""
    if rest[:1] == "i":
        return rest
    return f"ü{rest[1:]}" if rest[:1] in ("u", "ü") else f"i{rest}"
