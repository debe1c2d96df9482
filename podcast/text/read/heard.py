"""What every kind of transcript is read into first: words, their place, time and speaker."""

from __future__ import annotations

from typing import NamedTuple

from podcast.files.tidy import Unreadable


class Excess(Unreadable):
    """More of something than any talk holds, or this program takes."""


def require_few(count: int, most: int, what: str) -> None:
    """Raise Excess where there is more than a machine's memory and a person's patience allow."""
    if count > most:
        raise Excess(
            f"it holds {count} {what}, over the limit of {most}; split it into several files"
        )


def has_words(text: str) -> bool:
    """Whether there is a letter, a digit or a hanzi in a text."""
    return any(map(str.isalnum, text))


class Heard(NamedTuple):
    """One fragment as its file holds it; `speaker` is a name, or empty where none is given.

    `silence` is how likely nobody spoke there, from 0 to 1, as a recogniser judged it itself.
    `goes_on` where it ends only because its screen was full, and the next goes on with it.
    """

    text: str
    number: int
    start_ms: int | None = None
    end_ms: int | None = None
    speaker: str = ""
    silence: float = 0.0
    goes_on: bool = False
