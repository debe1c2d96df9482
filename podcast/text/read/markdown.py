"""Text with Markdown in it -> the same lines without its marks.

Pasted notes hold `**name:** text`, `## title`, `- item`. One such mark may be somebody's words;
only where they are the habit of a file do they go. Headings are kept apart: they open chapters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from podcast.text.read.forms.clock import CLOCK
from podcast.text.read.headings import Heading, Page, is_heading, parted

STRONG = re.compile(r"(?<!\*)(\*\*|__)(?=\S)([^*\n]{1,300}?)(?<=\S)\1(?!\*)")
HEADING = re.compile(r"\s*(#{1,6})\s+(\S.*?)(?:\s+#+)?\s*$")
RULE = re.compile(r"\s*(?:-{3,}|\*{3,}|_{3,})\s*$")
LINK = re.compile(r"(?<!!)\[((?:\\.|[^\[\]\\\n]){1,300})\]\([^()\s]{1,2000}\)")
CODE = re.compile(rf"`([\[(]?{CLOCK}[\])]?)`")  # a time that is set as code
QUOTE = re.compile(r"^\s*>(?:\s+|$)")
BULLET = re.compile(r"^\s*[-*+]\s+(?=\S)")
INLINE = (STRONG, LINK, CODE)
SIGNS = ("#", "**", "__", "](", "`", "---")
LONGEST_CHARS = 4_000_000  # of a text that somebody pasted
HABIT = 3  # lines in bold, with links or times as code, or headings: then the marks are the file's
# What only a script of this program has: a paragraph's role, and front matter that names people.
ROLE = re.compile(r"^[ \t]*>[ \t]*\[(?!\s*\d+:)\w[^\[\]\n]{0,31}\](?!\()\s*\S", re.MULTILINE)
PEOPLE = re.compile(r"(?:host|guest|speakers)\s*[:：=]", re.IGNORECASE)
FENCES = ("---", "+++")
TITLE = re.compile(r"title\s*[:：=]\s*[\"']?(.*?)[\"']?\s*$", re.IGNORECASE)
KEY = re.compile(r"[\w-]+\s*[:：=]|\s+\S|\s*-\s|\s*(?:#.*)?$")  # a line of front matter
MOST_HEAD = 60  # lines of front matter that are looked at
ENDS = "。？！…」』”.?!"
MOST_ENDED = 0.5  # of the lines of a transcript without headings, that end in a mark


def unmarked(text: str) -> Page:
    """The text without Markdown's marks, line by line; headings and rules become empty lines.

    >>> page = unmarked("## 选土\\n**小林：** 你好\\n**老周：** 再见\\n**小林：** 完\\n- 土要松")
    >>> page.text, page.headings[0].title
    ('\\n小林： 你好\\n老周： 再见\\n小林： 完\\n土要松', '选土')
    >>> unmarked("# 你好\\n- 世界").text, unmarked("2**10 是 1024").text
    ('# 你好\\n- 世界', '2**10 是 1024')
    """
    if len(text) > LONGEST_CHARS or not any(sign in text for sign in SIGNS):
        return Page(text)
    lines = text.split("\n")
    fenced = front_matter(lines)
    titles = [(at, TITLE.match(line)) for at, line in enumerate(lines[:fenced], 1)]
    lines[:fenced] = [""] * fenced
    found = [(at, HEADING.match(line)) for at, line in enumerate(lines, 1)]
    headings = (
        *(Heading(0, one[1], at) for at, one in titles if one and is_heading(one[1])),
        *(
            Heading(len(one[1]), plain_line(one[2]), at)
            for at, one in found
            if one and is_heading(one[2])
        ),
    )
    marked = sum(any(one.search(line) for one in INLINE) for line in lines)
    if not fenced and marked < HABIT and len({one.title for one in headings}) < HABIT:
        return Page(text)
    return parted([*map(plain_line, lines)], headings)


def plain_line(line: str) -> str:
    """A line without its marks; a rule is an empty one."""
    if RULE.match(line):
        return ""
    heading = HEADING.match(line)
    line = BULLET.sub("", QUOTE.sub("", heading[2] if heading else line))
    return LINK.sub(r"\1", CODE.sub(r"\1", STRONG.sub(r"\2", line)))


def is_ours(text: str) -> bool:
    r"""Whether a page has what only a script of this program has: roles, or people in its head.

    >>> is_ours("# 集\n\n> [guest] 你好。"), is_ours("---\nhost: 张三\n---\n\n# 集\n\n你好。")
    (True, True)
    >>> is_ours("> **张三** 00:12\n> 你好"), is_ours("> [00:12] 你好"), is_ours("# 集\n\n你好。")
    (False, False, False)
    """
    lines = text.split("\n")
    return any(map(PEOPLE.match, lines[: front_matter(lines)])) or bool(ROLE.search(text))


def front_matter(lines: Sequence[str]) -> int:
    """How many lines at the top of a page are its front matter, both fences among them.

    >>> front_matter(["---", "title: 番茄", "---", "大家好"])
    3
    >>> front_matter(["---", "大家好", "---"]), front_matter(["---", "title: 番茄"])
    (0, 0)
    """
    fence = lines[0].strip()
    keys = list(takewhile(lambda line: line.strip() != fence, lines[1:MOST_HEAD]))
    is_closed = fence in FENCES and len(keys) < len(lines[1:MOST_HEAD])
    return len(keys) + 2 if is_closed and all(map(KEY.match, keys)) else 0


def is_raw(text: str) -> bool:
    r"""Whether a page has no heading, which every script has, and few of its lines end in a mark.

    >>> is_raw("大家好\n今天我们聊番茄\n番茄要晒太阳"), is_raw("大家好。\n今天我们聊番茄。")
    (True, False)
    >>> is_raw("# 集\n大家好\n今天我们聊番茄"), is_raw("\u3000")
    (False, False)
    """
    lines = [line.rstrip() for line in text.split("\n") if line.strip()]
    if not lines or any(map(HEADING.match, lines)) or lines[0] in FENCES:
        return False
    return sum(line[-1] in ENDS for line in lines) < MOST_ENDED * len(lines)
