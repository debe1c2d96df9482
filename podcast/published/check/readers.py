"""A text -> the chapters in it: one reader for each format of TEXTS that lists chapters.

Nothing here is shared with the code that writes the texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape
from xml.etree import ElementTree  # nosec B405 # see _podlove

from podcast.files import json_text
from podcast.files.names import CHAPTERS, NOTES, PAGE
from podcast.published.check.opened import chapter_blocks

FRAME_MS = 1000 / 75  # a CUE sheet counts in frames of a CD, 75 a second
LONGEST_TITLE_BYTES = 255  # of ffmetadata: Nero's chapter list has one byte for a title's length

Chapters = list[tuple[float, str]]
"""When each chapter starts, in milliseconds, and its title."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How a format is read, and how exact its chapters are.

    Times are rounded down to a multiple of `step_ms`. `title` turns a title into the one that the
    format can hold; it is None if the format rewrites titles, so that only times are compared.
    If `some` is set, the text may leave chapters out, but not the first. If `shortest_ms` is given,
    the text must leave out the chapters that are shorter, and no other.
    """

    read: Callable[[str], Chapters]
    step_ms: float = 1.0
    title: Callable[[str], str] | None = str
    some: bool = False
    shortest_ms: int = 0

    def differs(
        self, text: str, expected: Sequence[tuple[int, str]], end_ms: int | None = None
    ) -> bool:
        """Whether the text lists other chapters than these, given as (start in ms, title).

        The last of them ends at `end_ms`. Raises ValueError or LookupError if the text is broken.
        """
        try:
            listed = self.read(text)
        except (TypeError, ArithmeticError) as error:  # a value of another type, or a rate of 0
            raise ValueError(f"it has a value that cannot be: {error}") from error
        if self.shortest_ms:
            expected = _lasting(expected, self.shortest_ms, end_ms)
        if self.some:
            starts = [start for start, _ in expected]
            near = [[one for one in starts if self._is_at(one, ms)] for ms, _ in listed]
            return not listed or not all(near) or listed[0][0] != 0
        return len(listed) != len(expected) or any(
            not self._is_at(start, ms) or (self.title is not None and self.title(title) != other)
            for (start, title), (ms, other) in zip(expected, listed, strict=True)
        )

    def _is_at(self, start_ms: int, listed_ms: float) -> bool:
        """Whether `listed_ms` is `start_ms` rounded down by this format, or 1 ms by another."""
        return -1 < start_ms - listed_ms < self.step_ms


def _lasting(
    chapters: Sequence[tuple[int, str]], shortest_ms: int, end_ms: int | None
) -> Sequence[tuple[int, str]]:
    """The chapters that last at least `shortest_ms`; a shorter one is a part of the one before.

    >>> _lasting([(0, "a"), (4000, "b"), (20_000, "c"), (21_000, "d")], 10_000, 40_000)
    [(0, 'a'), (21000, 'd')]
    """
    kept: list[tuple[int, str]] = []
    ends = [*(start for start, _ in chapters[1:]), end_ms]
    for (start, title), end in zip(chapters, ends, strict=True):
        is_short = end is not None and end - start < shortest_ms
        if not kept or not (is_short or start - kept[-1][0] < shortest_ms):
            kept.append((start, title))
    return kept


def seconds(clock: str) -> int:
    """The seconds in a time such as 2:03.

    >>> seconds("1:02:03"), seconds("2:03")
    (3723, 123)
    """
    total = 0
    for part in clock.split(":"):
        total = total * 60 + int(part)
    return total


def _json(text: str) -> Chapters:
    chapters = json_text.parse(text)["chapters"]
    return [(round(one["startTime"] * 1000), str(one["title"])) for one in chapters]


def _lines(text: str) -> Chapters:
    """The chapters of a text whose lines are a time and a title."""
    pairs = [line.split(" ", 1) for line in text.splitlines()]
    return [(seconds(clock) * 1000, title) for clock, title in pairs]


def _notes(text: str) -> Chapters:
    found = re.findall(r"^(\d[\d:]*:\d\d) (.*)$", text, re.MULTILINE)
    return [(seconds(clock) * 1000, title) for clock, title in found]


def _page(text: str) -> Chapters:
    contents = text.partition('<ol id="chapters"')[2].partition("</ol>")[0]
    found = re.findall(r'<span class="title">(.*?)</span> <time>(.*?)</time>', contents)
    return [(seconds(clock) * 1000, unescape(title)) for title, clock in found]


def _podlove(text: str) -> Chapters:
    if "<!" in text:  # a document type can declare entities of any size; this program writes none
        raise ValueError("it has a document type declaration")
    try:
        chapters = ElementTree.fromstring(text)  # nosec B314 # without a DTD it is only its text
    except ElementTree.ParseError as error:
        raise ValueError(f"it is no XML: {error}") from error
    found = [(one.get("start", "").partition("."), one.get("title", "")) for one in chapters]
    return [(seconds(whole) * 1000 + int(ms), title) for (whole, _, ms), title in found]


def _cue_sheet(text: str) -> Chapters:
    titles = re.findall(r'^    TITLE "(.*)"$', text, re.MULTILINE)
    indices = re.findall(r"^    INDEX 01 (\d+):(\d\d):(\d\d)$", text, re.MULTILINE)
    starts = [((int(m) * 60 + int(s)) * 75 + int(f)) * FRAME_MS for m, s, f in indices]
    return list(zip(starts, titles, strict=True))


def _ffmetadata(text: str) -> Chapters:
    return [_ffmetadata_chapter(chapter) for chapter in chapter_blocks(text)]


def _ffmetadata_chapter(text: str) -> tuple[float, str]:
    fields = dict(line.split("=", 1) for line in text.splitlines())
    base, rate = map(int, fields["TIMEBASE"].split("/"))
    title = re.sub(r"\\(.)", r"\1", fields["title"])
    return int(fields["START"]) * base * 1000 / rate, title


def _unquoted(title: str) -> str:
    return title.replace('"', "”")  # a CUE sheet has no escape for its quote


def _short(title: str) -> str:
    raw = title.encode()
    if len(raw) <= LONGEST_TITLE_BYTES:
        return title
    return raw[: LONGEST_TITLE_BYTES - len("…".encode())].decode("utf-8", "ignore").rstrip() + "…"


READERS: dict[str, Reader] = {
    CHAPTERS: Reader(_json),
    "chapters.txt": Reader(_lines, 1000, shortest_ms=10_000),  # YouTube shows none with a shorter
    "chapters.bilibili.txt": Reader(_lines, 1000, None, some=True),  # Bilibili takes only ten
    "chapters.xiaoyuzhou.txt": Reader(_lines, 1000),
    "chapters.podlove.xml": Reader(_podlove),
    "chapters.ffmetadata": Reader(_ffmetadata, title=_short),
    "episode.cue": Reader(_cue_sheet, FRAME_MS, _unquoted),
    NOTES: Reader(_notes, 1000, None),
    PAGE: Reader(_page, 1000, None),
}
