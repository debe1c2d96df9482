"""Pinyin -> the sounds that the network tells apart: its states, in the order of its output.

A syllable is its initial, where it has one, and the two halves of its final. Tones are left out:
a line is found without them, and a network that hears them would be ten times as large.
"""

from __future__ import annotations

import re
from functools import cache

_INITIALS = "b p m f d t n l g k h j q x zh ch sh r z c s"
# i is that of yi, iz that of zi, and ih that of zhi; v is ü.
_FINALS = (
    "a o e er ai ei ao ou an en ang eng ong i iz ih ia ie iao iu ian in iang ing iong io "
    "u ua uo uai ui uan un uang ueng v ve van vn ê"
)
INITIALS, FINALS = _INITIALS.split(), _FINALS.split()
SILENCE = 0
STATES = ("sil", *INITIALS, *(f"{final}.{half}" for final in FINALS for half in (0, 1)))
_INDEX = {name: index for index, name in enumerate(STATES)}

_HUMMED = frozenset(["hm", "hng", "m", "n", "ng"])  # 呣, 哼, 嗯: heard as en
_AFTER_Y = {
    "a": "ia", "an": "ian", "ang": "iang", "ao": "iao", "e": "ie",
    "ong": "iong", "ou": "iu", "o": "io",
}  # fmt: skip
_AFTER_W = {
    "a": "ua", "o": "uo", "ai": "uai", "ei": "ui", "an": "uan", "en": "un",
    "ang": "uang", "eng": "ueng",
}  # fmt: skip
_SPELT_SHORT = {"ue": "ve", "uen": "un", "uei": "ui", "iou": "iu", "ng": "eng"}


@cache
def syllable_states(pinyin: str) -> tuple[int, ...]:
    """The states of a syllable, as indices into STATES; empty if it is no Mandarin syllable.

    >>> [STATES[state] for state in syllable_states("zhang1")]
    ['zh', 'ang.0', 'ang.1']
    >>> syllable_states("xyz")
    ()
    """
    plain = re.sub(r"\d", "", pinyin.lower()).replace("ü", "v").replace("u:", "v")
    plain = "er" if plain == "r" else "en" if plain in _HUMMED else plain
    if plain.endswith("r") and plain != "er":  # 花儿 as one syllable
        plain = plain[:-1]
    initial, final = _divided(plain)
    if final not in FINALS:
        return ()
    halves = (_INDEX[f"{final}.0"], _INDEX[f"{final}.1"])
    return (_INDEX[initial], *halves) if initial else halves


def _divided(plain: str) -> tuple[str, str]:
    """The initial and the final of a syllable, the final as FINALS spells it."""
    initial = next((each for each in ("zh", "ch", "sh") if plain.startswith(each)), "")
    initial = initial or (plain[:1] if plain[:1] in INITIALS else "")
    final = plain[len(initial) :]
    if plain[:1] == "y":
        final = _after_y(plain[1:])
    elif plain[:1] == "w":
        final = plain[1:] if plain[1:2] == "u" else _AFTER_W.get(plain[1:], "u" + plain[1:])
    if initial in ("j", "q", "x") and final.startswith("u"):
        final = "v" + final[1:]
    final = _SPELT_SHORT.get(final, final)
    if final == "i" and initial in ("z", "c", "s"):
        final = "iz"
    if final == "i" and initial in ("zh", "ch", "sh", "r"):
        final = "ih"
    return initial, final


def _after_y(rest: str) -> str:
    if rest.startswith("u"):
        return "v" + rest[1:]
    return rest if rest.startswith("i") else _AFTER_Y.get(rest, "i" + rest)
