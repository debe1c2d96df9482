"""A time or a title -> the text that the formats print for it."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urljoin

from podcast.files.names import CHAPTER_FILES, PAGE

JOINERS = "\u200c\u200d"  # join, or keep apart, the characters around them (Unicode, 23.2)


def milliseconds(sample: int, rate: int) -> int:
    """A position in whole milliseconds, rounded down so that nothing outlasts its sound."""
    return sample * 1000 // rate


@lru_cache(maxsize=1 << 15)  # the same cues are written in several formats and scripts
def stamp(ms: int, point: str = ".") -> str:
    """A time in hours, minutes, seconds and milliseconds; `point` is the decimal point.

    >>> stamp(3_723_500, ",")
    '01:02:03,500'
    """
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{ms:03}"


def clock(ms: int) -> str:
    """A time as M:SS or, from the first hour on, H:MM:SS.

    >>> clock(0), clock(3_723_500)
    ('0:00', '1:02:03')
    """
    return full_clock(ms).removeprefix("0")


def full_clock(ms: int) -> str:
    """A time as MM:SS or, from the first hour on, HH:MM:SS.

    >>> full_clock(0), full_clock(3_723_500)
    ('00:00', '01:02:03')
    """
    return stamp(ms).rpartition(".")[0].removeprefix("00:")


def one_line(text: str) -> str:
    """The text on one line, without control characters, for a title in any format.

    A joiner between two characters stays: without it the picture of a family is three people.

    >>> one_line(" 第一章\\x00\\n开始 ")
    '第一章 开始'
    >>> ascii(one_line("\\u200d一\\u200d二\\u200d \\u200d"))
    "'\\\\u4e00\\\\u200d\\\\u4e8c'"
    """
    spaced = "".join(
        character if character.isprintable() or character in JOINERS else " " for character in text
    )
    lined = re.sub(rf"[\s{JOINERS}]+", lambda run: " " if " " in run[0] else run[0], spaced)
    return lined.strip(f" {JOINERS}")


def chapter_link(page: str, ms: int) -> str:
    """The address of a page, with the time from which the page is to play.

    Source: W3C Media Fragments URI 1.0, section 4.2.1 (the temporal dimension).

    >>> chapter_link("https://example.org/1", 62_500)
    'https://example.org/1#t=62'
    """
    return f"{page}#t={ms // 1000}"


def picture_link(page: str, name: str) -> str:
    """The address of a chapter's picture, `name` without suffix; empty if it cannot be known.

    It is known if the episode's page is the file that the program wrote, as that is published
    together with its folder. A chapter list must have whole addresses.

    >>> picture_link("https://example.org/talk/", "01-开场")
    'https://example.org/talk/chapters/01-%E5%BC%80%E5%9C%BA.jpg'
    >>> picture_link("https://example.org/episodes?number=1", "01-开场")
    ''
    """
    if not page.endswith(("/", f"/{PAGE}")):
        return ""
    return urljoin(page, quote(f"{CHAPTER_FILES}/{name}.jpg"))
