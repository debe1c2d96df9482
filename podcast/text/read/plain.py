"""Plain text -> Heard, one a line; times before or above the lines are taken as times.

Known forms: `[00:01:02.000 --> 00:01:05.000] text`, `[00:12.30]text`, `(1:02:03) text`,
`00:12 text`, a time on a line of its own, and `name 00:12` above what that person says.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from podcast.files.tidy import tidy
from podcast.text.read.cues import TIME, to_ms
from podcast.text.read.heard import Heard

CLOCK = r"(?:\d{1,3}:)?\d{1,3}:[0-5]\d(?:[.,]\d{1,6})?"
RANGE = rf"({CLOCK})(?:\s*(?:-{{1,3}}>|[-–—~～至])\s*({CLOCK}))?"
BRACKETED = re.compile(rf"[\[(（【<]\s*{RANGE}\s*[\])）】>]\s*(?P<rest>.*)$")
BARE = re.compile(rf"{RANGE}(?:\s+(?P<rest>.*))?$")
HEADING = re.compile(rf"([^\s\d].{{0,29}}?)(?:\s*[\[(（【]|\s)\s*{RANGE}\s*[\])）】]?[:：]?$")
LONGEST_HEADING = 60  # characters
LEAST = 3  # stamps that make a habit; fewer are words about times


class Stamp(NamedTuple):
    """A line's time, the words after it, and the name before it."""

    start_ms: int | None
    end_ms: int | None
    rest: str
    who: str = ""


def read_plain(text: str) -> list[Heard]:
    """The lines, each numbered by its place in the file. Times are times where all agree."""
    lines = [(number, tidy(line)) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line]
    stamps = [find_stamp(line) for _, line in lines]
    if not is_stamped(stamps):
        return [Heard(line, number) for number, line in lines]
    return hear_stamped(lines, stamps)


def find_stamp(line: str) -> Stamp | None:
    """The time a line opens with, or that stands after a name with nothing more.

    >>> find_stamp("[00:01:02.5] 你好")
    Stamp(start_ms=62500, end_ms=None, rest='你好', who='')
    >>> find_stamp("说话人 1  00:12")
    Stamp(start_ms=12000, end_ms=None, rest='', who='说话人 1')
    >>> find_stamp("我们 12:30 开会")
    """
    found = BRACKETED.match(line) or BARE.match(line)
    if found:
        return Stamp(clock_ms(found[1]), clock_ms(found[2]), found["rest"] or "")
    found = HEADING.match(line) if len(line) <= LONGEST_HEADING else None
    if found:
        return Stamp(clock_ms(found[2]), clock_ms(found[3]), "", found[1])
    return None


def clock_ms(clock: str | None) -> int | None:
    """Milliseconds of `[hours:]minutes:seconds[.fraction]`."""
    found = re.fullmatch(TIME, clock or "")
    return to_ms(*found.groups()) if found else None


def is_stamped(stamps: list[Stamp | None]) -> bool:
    """Whether the stamps are times of the recording: many, and hardly ever going back."""
    found = [stamp for stamp in stamps if stamp]
    ranged = sum(stamp.end_ms is not None for stamp in found)
    if len(found) < LEAST and ranged < len(stamps):
        return False
    inline = sum(bool(stamp.rest) for stamp in found)
    alone, unstamped = len(found) - inline, len(stamps) - len(found)
    if alone > unstamped + 1:  # nothing is said at these times
        return False
    if inline * 5 < len(stamps) * 4 and alone * 4 < len(stamps):
        return False
    starts = [stamp.start_ms or 0 for stamp in found]
    back = sum(later < start for start, later in pairwise(starts))
    return back * 20 <= len(found)


def hear_stamped(lines: list[tuple[int, str]], stamps: list[Stamp | None]) -> list[Heard]:
    """The lines without their stamps; a stamp that stands alone is the next line's."""
    heard = []
    waiting: Stamp | None = None
    who = ""
    for (number, line), stamp in zip(lines, stamps, strict=True):
        if stamp is None:
            start_ms, end_ms = waiting[:2] if waiting else (None, None)
            heard.append(Heard(line, number, start_ms, end_ms, who))
            waiting = None
        elif stamp.rest:
            heard.append(Heard(stamp.rest, number, stamp.start_ms, stamp.end_ms, who))
            waiting = None
        else:
            who, waiting = stamp.who or who, stamp
    return heard
