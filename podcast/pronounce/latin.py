"""Latin letters in Chinese text -> what an engine should read."""

from __future__ import annotations

import re
from functools import cache

from podcast.pronounce.figures import (
    LATIN,
    MEASURE,
    SCALE,
    code_text,
    label_text,
    version_text,
)
from podcast.pronounce.numbers import counted_text, digits_text
from podcast.pronounce.places import spoken
from podcast.pronounce.respellings import shipped

Match = re.Match[str]

FILES = "js|ts|py|md|txt|json|html|pdf|exe|cpp|go|rs|yaml|toml|csv|mp3|mp4|zip|sh"  # files' endings
VOWELS = frozenset("AEIOUY")
ROMAN = frozenset("IVX")


# Names with figures and signs --------------------------------------------------------------


def read_model(match: Match) -> str | None:
    """A name and its numbers, whatever joins them; each number as a code.

    A lone name that runs into a count (AI3500亿) is two things, not one.
    """
    token, after = match[0], match.string[match.end() :][:4]
    if re.fullmatch(rf"[{LATIN}]+\d+(?:\.\d+)?", token) and re.match(
        rf"\s?(?:{SCALE}|{MEASURE}|[%％年月日号:：])", after
    ):
        return None
    pieces = re.findall(rf"[{LATIN}]+|\d+(?:\.\d+)*", token)
    said = []
    for at, piece in enumerate(pieces):
        if not piece[0].isdigit():
            said.append(piece)
        elif "." in piece:
            said.append(version_text(piece))
        else:
            following = pieces[at + 1] if at + 1 < len(pieces) else ""
            said.append(label_text(piece, pieces[at - 1], following))
    return " ".join(said)


def read_to(match: Match) -> str | None:
    """B2B, S2B2C, 2C: 2 is `to`; H2O is water."""
    return None if match[0] == "H2O" else " to ".join(match[0].split("2")).strip()


def read_times(match: Match) -> str:
    """10x: so many times."""
    return counted_text(match["number"]) + "倍"


def read_resolution(match: Match) -> str:
    """1080p, figure by figure."""
    return f"{code_text(match['number'])} {match['letter'].upper()}"


def read_minus(match: Match) -> str:
    """N-1, which is no model."""
    return f"{match['name']}减{digits_text(match['number'])}"


def read_language(match: Match) -> str:
    """C++, C#, F#, .NET."""
    token = match[0]
    if token.startswith("."):
        return "点 " + token[1:]
    return f"{token[0].upper()} {'sharp' if token.endswith('#') else '加加'}"


def read_file(match: Match) -> str:
    """A file's name: its words with 点 between."""
    return spoken(match[0])


def read_initials(match: Match) -> str:
    """L.A., U.S.: the letters together; two are Latin for English words."""
    said = match[0].replace(".", "")
    return {"eg": "for example", "ie": "that is"}.get(said, said)


def read_abbreviation(match: Match) -> str:
    """Vol., vs., Dr.: the word without its dot."""
    return match["name"]


def read_and(match: Match) -> str:
    """R&D, Q&A."""
    return " and "


def read_silent(match: Match) -> str:
    """Markup: nothing."""
    return ""


def read_arrow(match: Match) -> str:
    """An arrow: a pause."""
    return "，"


# Letters -----------------------------------------------------------------------------------


def letters_text(word: str) -> str:
    """A word letter by letter, joined so that an English voice names each.

    >>> letters_text("IPO")
    'I-P-O'
    """
    return "-".join(word.upper())


def spelt_text(word: str) -> str:
    """A word letter by letter in hanzi, for an engine that has no Latin at all."""
    names = shipped()["letters"]
    return "".join(names[letter] for letter in word.upper())


def is_initialism(word: str) -> bool:
    """Whether two or three capitals are a name that an English voice must be told to spell.

    One without a vowel needs no help: nobody can read it as a word.

    >>> is_initialism("IPO"), is_initialism("AND"), is_initialism("NASA"), is_initialism("III")
    (True, False, False, False)
    """
    return (
        1 < len(word) < 4
        and word.isupper()
        and not VOWELS.isdisjoint(word)
        and not ROMAN.issuperset(word)
        and word not in _known_capitals()
    )


@cache
def _known_capitals() -> frozenset[str]:
    """Capitals an English voice reads right by itself."""
    return frozenset(" ".join(shipped()["capitals"].values()).split())
