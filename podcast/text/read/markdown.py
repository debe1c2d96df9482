"""Text with Markdown in it -> the same lines without its marks.

Pasted notes hold `**name:** text`, `## title`, `- item`. One such mark may be somebody's words;
only where they are the habit of a file do they go. Headings are kept apart: they open chapters.
"""

from __future__ import annotations

import re

from podcast.text.read.headings import Heading, Page, is_heading, parted

STRONG = re.compile(r"(?<!\*)(\*\*|__)(?=\S)([^*\n]{1,300}?)(?<=\S)\1(?!\*)")
HEADING = re.compile(r"\s*(#{1,6})\s+(\S.*?)(?:\s+#+)?\s*$")
RULE = re.compile(r"\s*(?:-{3,}|\*{3,}|_{3,})\s*$")
QUOTE = re.compile(r"^\s*>\s+")
BULLET = re.compile(r"^\s*[-*+]\s+(?=\S)")
LONGEST_CHARS = 4_000_000  # of a text that somebody pasted
HABIT = 3  # lines in bold, or headings, from which the marks are the file's


def unmarked(text: str) -> Page:
    """The text without Markdown's marks, line by line; headings and rules become empty lines.

    >>> page = unmarked("## 选土\\n**小林：** 你好\\n**老周：** 再见\\n**小林：** 完\\n- 土要松")
    >>> page.text, page.headings[0].title
    ('\\n小林： 你好\\n老周： 再见\\n小林： 完\\n土要松', '选土')
    >>> unmarked("# 你好\\n- 世界").text, unmarked("2**10 是 1024").text
    ('# 你好\\n- 世界', '2**10 是 1024')
    """
    if len(text) > LONGEST_CHARS or not ("#" in text or "**" in text or "__" in text):
        return Page(text)
    lines = text.split("\n")
    found = [(at, HEADING.match(line)) for at, line in enumerate(lines, 1)]
    headings = tuple(
        Heading(len(one[1]), plain_line(one[2]), at)
        for at, one in found
        if one and is_heading(one[2])
    )
    is_bold = sum(bool(STRONG.search(line)) for line in lines) >= HABIT
    if not is_bold and len({one.title for one in headings}) < HABIT:
        return Page(text)
    return parted([*map(plain_line, lines)], headings)


def plain_line(line: str) -> str:
    """A line without its marks; a rule is an empty one."""
    if RULE.match(line):
        return ""
    heading = HEADING.match(line)
    line = heading[2] if heading else line
    return STRONG.sub(r"\2", BULLET.sub("", QUOTE.sub("", line)))
