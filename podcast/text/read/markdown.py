"""Text with Markdown in it -> the same lines without its marks.

Pasted notes hold `**name:** text`, `## title`, `- item`. One such mark may be somebody's words;
only where they are the habit of a file do they go.
"""

from __future__ import annotations

import re

STRONG = re.compile(r"(?<!\*)(\*\*|__)(?=\S)([^*\n]{1,300}?)(?<=\S)\1(?!\*)")
HEADING = re.compile(r"\s*#{1,6}\s+\S.*$")
RULE = re.compile(r"\s*(?:-{3,}|\*{3,}|_{3,})\s*$")
QUOTE = re.compile(r"^\s*>\s+")
BULLET = re.compile(r"^\s*[-*+]\s+(?=\S)")
HABIT = 3  # lines with marks, of which some are bold


def unmarked(text: str) -> str:
    """The text without Markdown's marks, line by line; headings and rules become empty lines.

    >>> unmarked("## 选土\\n**小林：** 你好\\n**老周：** 再见\\n**小林：** 完\\n- 土要松")
    '\\n小林： 你好\\n老周： 再见\\n小林： 完\\n土要松'
    >>> unmarked("# 你好\\n- 世界"), unmarked("2**10 是 1024")
    ('# 你好\\n- 世界', '2**10 是 1024')
    """
    lines = text.split("\n")
    if "**" not in text and "__" not in text:
        return text
    if sum(bool(STRONG.search(line)) for line in lines) < HABIT:
        return text
    return "\n".join(map(plain_line, lines))


def plain_line(line: str) -> str:
    """A line without its marks."""
    if HEADING.match(line) or RULE.match(line):
        return ""
    return STRONG.sub(r"\2", BULLET.sub("", QUOTE.sub("", line)))
