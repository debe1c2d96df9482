"""The times of a transcript's lines in its recording: the values, and the transcript's own times.

Positions are milliseconds from the recording's start.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import accumulate, pairwise
from typing import NamedTuple

from podcast.errors import ReadError
from podcast.model import Transcript

SURE_FIT, SURE_SHARE = -0.65, 0.9  # a sure line fits better, and a larger share of it is heard
LEAST_SURE, FEW_SURE = 0.4, 0.8  # shares of sure lines: below the first it is another talk
_CHARACTER_MS = 400  # the most that a character lasts in a line without an end


class Character(NamedTuple):
    """A character at `offset` of a line's text, heard from `start_ms` to `end_ms`.

    `line` is the index of its line, not its number.
    """

    line: int
    offset: int
    start_ms: int
    end_ms: int


class Stretch(NamedTuple):
    """Sound from `start_ms` to `end_ms`."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class HeardLine:
    """A line and its times in the recording, which are None if it is not heard.

    `fit` is 0 if the sound is exactly what the line says, and else negative. `share` is the part
    of the line that is heard, from 0 to 1. `is_witnessed` tells whether a speech recogniser heard
    its words at its time, too. `is_alone` tells whether most of the sound on both sides is that of
    no line: a short one is easily found where its words are said in another part of the talk.
    """

    number: int
    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    fit: float = 0.0
    share: float = 0.0
    is_witnessed: bool = False
    is_alone: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether its times can be relied on."""
        is_heard = self.fit > SURE_FIT and self.share > SURE_SHARE and not self.is_alone
        return self.start_ms is not None and (is_heard or self.is_witnessed)


@dataclass(frozen=True, slots=True)
class Alignment:
    """A transcript's lines in a recording that lasts `length_ms`.

    `characters` are the heard ones, in order. `untold` is sound that no line accounts for. `found`
    are the characters as the search found them, before those at a line's edges were drawn in to
    the line: if something is said inside a line that is not in its text, they are more exact.
    `spare` is sound between two of those that surely is a filler, or words that are said twice.
    """

    lines: tuple[HeardLine, ...]
    characters: tuple[Character, ...]
    length_ms: int
    untold: tuple[Stretch, ...] = ()
    found: tuple[Character, ...] = ()
    spare: tuple[Stretch, ...] = ()

    @property
    def sure(self) -> float:
        """The share of lines that are sure, from 0 to 1."""
        return sum(line.is_sure for line in self.lines) / max(1, len(self.lines))


# Kept for later ------------------------------------------------------------------------------


def alignment_text(alignment: Alignment) -> str:
    """An alignment as JSON that `read_alignment` reads back."""
    return json.dumps(asdict(alignment), ensure_ascii=False, separators=(",", ":"))


def read_alignment(text: str) -> Alignment:
    """The alignment in a text of `alignment_text`."""
    told = json.loads(text)
    return Alignment(
        tuple(HeardLine(**line) for line in told["lines"]),
        tuple(Character(*each) for each in told["characters"]),
        told["length_ms"],
        tuple(Stretch(*each) for each in told["untold"]),
        tuple(Character(*each) for each in told["found"]),
        tuple(Stretch(*each) for each in told["spare"]),
    )


# A transcript's own times --------------------------------------------------------------------


def has_times(transcript: Transcript) -> bool:
    """Whether a transcript tells when each of its lines is said."""
    return bool(transcript.lines) and all(line.start_ms is not None for line in transcript.lines)


def told_times(transcript: Transcript) -> Alignment:
    """The times that a transcript has, each line's shared out among its characters.

    Raises ReadError if a line has none.
    """
    if not has_times(transcript):
        raise ReadError("this transcript tells no times; give its recording")
    spans = [(line, *span) for line, span in zip(transcript.lines, _spans(transcript), strict=True)]
    return Alignment(
        tuple(
            HeardLine(line.number, line.text, start, end, 0.0, 1.0) for line, start, end in spans
        ),
        tuple(
            each
            for index, (line, start, end) in enumerate(spans)
            for each in _shared(index, line.text, start, end)
        ),
        max(end for _, _, end in spans),
    )


def _spans(transcript: Transcript) -> Iterator[tuple[int, int]]:
    """Each line's start and end; starts never fall, and a line ends where the next begins."""
    starts = list(accumulate((line.start_ms or 0 for line in transcript.lines), max))
    for line, (start, following) in zip(transcript.lines, pairwise([*starts, -1]), strict=True):
        longest = start + _CHARACTER_MS * max(1, sum(map(str.isalnum, line.text)))
        end = longest if line.end_ms is None else max(line.end_ms, start + 1)
        yield start, min(end, following) if following > start else end


def _shared(index: int, text: str, start: int, end: int) -> Iterator[Character]:
    """The characters of a line that last from `start` to `end` in equal shares."""
    places = [offset for offset, each in enumerate(text) if each.isalnum()]
    for number, offset in enumerate(places):
        opens, closes = (start + (end - start) * n // len(places) for n in (number, number + 1))
        yield Character(index, offset, opens, closes)


def moved(alignment: Alignment, ms: int) -> Alignment:
    """The alignment of a part of a recording that begins at `ms`, in the time of the whole."""
    if not ms:
        return alignment

    def later(time: int | None) -> int | None:
        return None if time is None else time + ms

    def all_later(characters: tuple[Character, ...]) -> tuple[Character, ...]:
        return tuple(
            each._replace(start_ms=each.start_ms + ms, end_ms=each.end_ms + ms)
            for each in characters
        )

    def all_stretches_later(stretches: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
        return tuple(Stretch(each.start_ms + ms, each.end_ms + ms) for each in stretches)

    return Alignment(
        tuple(
            replace(line, start_ms=later(line.start_ms), end_ms=later(line.end_ms))
            for line in alignment.lines
        ),
        all_later(alignment.characters),
        alignment.length_ms + ms,
        all_stretches_later(alignment.untold),
        all_later(alignment.found),
        all_stretches_later(alignment.spare),
    )
