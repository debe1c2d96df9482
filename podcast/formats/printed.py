"""A time or a title -> how the formats print it."""

from __future__ import annotations

import re


def milliseconds(sample: int, rate: int) -> int:
    """Whole milliseconds, rounded down so that nothing outlasts its sound."""
    return sample * 1000 // rate


def stamp(ms: int, point: str = ".") -> str:
    """Hours, minutes, seconds and milliseconds.

    >>> stamp(3_723_500, ",")
    '01:02:03,500'
    """
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{ms:03}"


def clock(ms: int) -> str:
    """A time to read; hours only where there are any, and the first reads 0:00.

    >>> clock(0), clock(3_723_500)
    ('0:00', '1:02:03')
    """
    return full_clock(ms).removeprefix("0")


def full_clock(ms: int) -> str:
    """A time to read whose minutes have two digits; hours only where there are any.

    >>> full_clock(0), full_clock(3_723_500)
    ('00:00', '01:02:03')
    """
    return stamp(ms).rpartition(".")[0].removeprefix("00:")


def one_line(text: str) -> str:
    """Text without control characters or line breaks, for a title in any format.

    >>> one_line(" 第一章\\x00\\n开始 ")
    '第一章 开始'
    """
    spaced = "".join(character if character.isprintable() else " " for character in text)
    return re.sub(r"\s+", " ", spaced).strip()


def chapter_link(page: str, ms: int) -> str:
    """Where a page, which plays from the time its address tells, opens at a chapter.

    >>> chapter_link("https://example.org/1", 62_500)
    'https://example.org/1#t=62'
    """
    return f"{page}#t={ms // 1000}"
