"""Headings of a document -> where its chapters begin, and what they are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from podcast.files.tidy import tidy
from podcast.model import Opening
from podcast.text.read.forms.clock import CLOCK

LEAST = 2  # headings of one level that are chapters; one alone is the document's title
DIFFERENT = 0.6  # of a document's headings; where more come again, they are names of speakers
LONGEST_HEADING_CHARS = 60  # more is a sentence that somebody made large
CHAPTER = re.compile(  # a line that numbers a chapter in figures and names it
    r"(?:第\s?(\d{1,3})\s?章|(?:章[节節]|chapter)\s?(\d{1,3}))\s?[:：](.+)", re.IGNORECASE
)


class Heading(NamedTuple):
    """A heading on line `number` of a text; `level` 0 is the title, 1 the highest heading."""

    level: int
    title: str
    number: int


class Page(NamedTuple):
    """A document's text, in which lines that were headings are empty, and its headings."""

    text: str
    headings: tuple[Heading, ...] = ()


def numbered(page: Page) -> Page:
    """The page with the lines that number and name its chapters as headings; YouTube writes these.

    The numbers count up, and every title is short; else the lines stay in the text.

    >>> page = numbered(Page("第 1 章：选土\\n0:00\\n土要松\\n第 2 章：浇水\\n0:40\\n水要少"))
    >>> page.text, [one.title for one in page.headings]
    ('\\n0:00\\n土要松\\n\\n0:40\\n水要少', ['选土', '浇水'])
    >>> numbered(Page("第1章：选土\\n土要松\\n第3章：浇水")).headings
    ()
    """
    lines = page.text.split("\n")
    found = [(at, CHAPTER.fullmatch(line.strip())) for at, line in enumerate(lines, 1)]
    chapters = [(at, one) for at, one in found if one and is_heading(one[3])]
    numbers = [int(one[1] or one[2]) for _, one in chapters]
    if page.headings or len(numbers) < LEAST or numbers != [*range(1, len(numbers) + 1)]:
        return page
    return parted(lines, [Heading(1, tidy(one[3]), at) for at, one in chapters])


def parted(lines: Sequence[str], headings: Sequence[Heading]) -> Page:
    """The lines as a page, its headings apart; headings that tell who speaks stay in the text.

    >>> parted(["选土", "土要松"], [Heading(1, "选土", 1)]).text
    '\\n土要松'
    >>> parted(["小林 00:12", "土要松"], [Heading(1, "小林 00:12", 1)]).text
    '小林 00:12\\n土要松'
    """
    titles = [one.title for one in headings]
    if any(map(is_turn, titles)) or len({*titles}) < DIFFERENT * len(titles):
        return Page("\n".join(lines))
    apart = {one.number for one in headings}
    kept = ("" if at in apart else line for at, line in enumerate(lines, 1))
    return Page("\n".join(kept), tuple(headings))


def openings(headings: Sequence[Heading]) -> tuple[Opening, ...]:
    """The chapters that headings open, in the order of the document.

    A single heading above all others is the title. Where two levels or more are left, the highest
    names parts, and opens a chapter of its own only where no lower heading follows at once.

    >>> found = [Heading(1, "番茄", 1), Heading(2, "选土", 2), Heading(2, "浇水", 9)]
    >>> [(one.title, one.begins, one.part) for one in openings(found)]
    [('选土', 2, ''), ('浇水', 9, '')]
    >>> found = [Heading(1, "上", 1), Heading(2, "选土", 2), Heading(1, "下", 9)]
    >>> [(one.title, one.begins, one.part) for one in openings(found)]
    [('选土', 2, '上'), ('下', 9, '')]
    """
    below = [one for one in headings if one.level > 0]
    highest = min((one.level for one in below), default=0)
    if sum(one.level == highest for one in below) < LEAST:
        below = [one for one in below if one.level > highest]
    levels = sorted({one.level for one in below})
    if len(below) < LEAST:
        return ()
    found: list[Opening] = []
    part: Heading | None = None
    for one in below:
        if len(levels) > 1 and one.level == levels[0]:
            found += [Opening(part.title, part.number)] if part else []
            part = one
        else:
            found.append(Opening(one.title, one.number, part.title if part else ""))
            part = None
    return (*found, *([Opening(part.title, part.number)] if part else []))


def is_turn(title: str) -> bool:
    """Whether a heading tells who speaks and when, and no subject."""
    return bool(re.search(CLOCK, title))


def is_heading(title: str) -> bool:
    """Whether a paragraph in the style of a heading can be one."""
    return 0 < len(tidy(title)) <= LONGEST_HEADING_CHARS and "\n" not in title
