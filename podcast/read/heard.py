"""What every kind of transcript is read into first: words, their place, time and speaker."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from podcast.model import GUEST, HOST, Line, Transcript


class Unreadable(ValueError):
    """Why a file's content is no transcript; which file it is, the caller knows."""


class Excess(Unreadable):
    """More of something than any talk holds, or this program takes."""


def require_few(count: int, most: int, what: str) -> None:
    """Raise Excess where there is more than a machine's memory and a person's patience allow."""
    if count > most:
        raise Excess(
            f"it holds {count} {what}, over the limit of {most}; split it into several files"
        )


class Heard(NamedTuple):
    """One fragment as its file holds it; `speaker` is a name, or empty where none is given."""

    text: str
    number: int
    start_ms: int | None = None
    end_ms: int | None = None
    speaker: str = ""


UNSAYABLE = re.compile(  # controls, lone surrogates, direction marks, BOM, U+FFFD, non-characters
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\ud800-\udfff"
    "\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffd\ufdd0-\ufdef\ufffe\uffff]"
)
SPACES = re.compile(r"\s+")


def tidy(text: str) -> str:
    r"""`text` on one line, without what nobody can see or say; runs of white space are one space.

    >>> tidy("\ufeff 你好\x00 \t世界\u200b\r\n")
    '你好 世界'
    >>> tidy("a < b，👨‍👩‍👧 --> c")
    'a < b，👨‍👩‍👧 --> c'
    """
    return SPACES.sub(" ", UNSAYABLE.sub("", text)).strip()


def to_transcript(heard: Sequence[Heard]) -> Transcript:
    """The lines that say something. The first speaker named is the host, all others guests."""
    host = next((one.speaker for one in heard if one.speaker), "")
    lines = (
        Line(
            tidy(one.text),
            one.number,
            one.start_ms,
            one.end_ms,
            HOST if one.speaker in ("", host) else GUEST,
        )
        for one in heard
    )
    return Transcript(tuple(line for line in lines if line.text))
