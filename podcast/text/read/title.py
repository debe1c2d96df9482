"""What stands above the words of a file -> the title that somebody gave the talk there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from podcast.files.tidy import tidy
from podcast.text.read.edges import is_head, is_section
from podcast.text.read.headings import Heading

MOST_ABOVE = 3  # lines above the words among which a title without a key can stand
KEYED = re.compile(
    r"(?:标题|標題|会议(?:主题|名称|题目)|(?:音频|录音)名称|文件名称?|(?:meeting )?title)"
    r"\s*[:：]\s*",
    re.IGNORECASE,
)
ENDING = re.compile(  # what an export, or the name of a sound file, puts after its title
    r"(?:\s*[-–—_|]?\s*(?:转写文稿|文字记录|转写结果|逐字稿|原文|转写|transcript)"
    r"|\.(?:mp3|mp4|m4a|wav|mov|aac|flac|docx?|txt)"
    r"|\s*[(（][^()（）]*\d{1,2}[:：]\d{2}[^()（）]*[)）])+$",
    re.IGNORECASE,
)


def title_above(headings: Sequence[Heading], lines: Sequence[str]) -> str:
    """The title that a document's one highest heading is, or that `lines` above the words give.

    It is empty where there is none.

    >>> title_above([], ["2025/03/12 19:30", "标题：番茄.mp3"]), title_above([], ["分享会_原文"])
    ('番茄', '分享会')
    >>> title_above([Heading(1, "番茄", 1), Heading(2, "选土", 3), Heading(2, "浇水", 9)], [])
    '番茄'
    >>> title_above([Heading(1, "选土", 1), Heading(1, "浇水", 9)], [])
    ''
    """
    level = min((one.level for one in headings), default=0)
    highest = [one.title for one in headings if one.level == level]
    if len(highest) == 1:
        return bare(highest[0])
    keyed = (KEYED.sub("", line, count=1) for line in map(tidy, lines) if KEYED.match(line))
    plain = (line for line in map(tidy, lines[:MOST_ABOVE]) if not is_told(line))
    return next(filter(None, map(bare, (*keyed, *plain))), "")


def is_told(line: str) -> bool:
    """Whether a line tells of the file and is no title: its date, its length, who took part."""
    return is_section(line) or (is_head(line) and is_head(bare(line) or line))


def bare(title: str) -> str:
    """A title without what an export puts after it.

    >>> bare("阳台种菜会议（2025-03-12 19:30 GMT+8） - 转写文稿"), bare("阳台种菜（上）")
    ('阳台种菜会议', '阳台种菜（上）')
    """
    return ENDING.sub("", tidy(title))
