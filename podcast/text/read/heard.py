"""What every kind of transcript is read into first: words, their place, time and speaker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from podcast.files.tidy import Unreadable, tidy
from podcast.model import GUEST, HOST, Line, Transcript


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
