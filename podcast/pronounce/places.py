"""An address in a text -> what a person says of it: the site and where in it, not every sign."""

from __future__ import annotations

import re

from podcast.pronounce.numbers import digits_text

Match = re.Match[str]

MOST_STEPS = 2  # steps of a path that are said; the rest nobody could keep in mind
# A step that a person would read out: words, and numbers after them, not the name of a record.
_WORD = r"(?:[A-Z]{0,5}[a-z]{1,20}){0,4}[A-Z]{0,6}\d{0,4}"
_PAGE = re.compile(r"(?:[A-Za-z]+://)?(?P<host>[^/?#]*)(?P<path>[^?#]*)")
_STEP = re.compile(rf"(?!.{{25}}){_WORD}(?:[._~@+-]{_WORD}){{0,4}}")
_JOINT = re.compile(r"[._/\-@?=&#%+:~\\$()]+")
_RUN_TOGETHER = re.compile(r"[0-9](?=[A-Za-z])|[A-Za-z](?=[0-9])")


def read_place(match: Match) -> str:
    r"""An address as it is said, by the kind of it that was found."""
    kind, written = match.lastgroup or "site", match[0]
    if kind == "mail":
        return spoken(written)
    return drive_text(written) if kind in ("drive", "path") else page_text(written)


def write_place(match: Match) -> str:
    """The same in writing, for a voice that reads Latin words and signs itself."""
    kind, written = match.lastgroup or "site", match[0]
    return written if kind in ("mail", "path", "drive") else shortened(written)


def page_text(written: str) -> str:
    """A page or a site, its scheme, its query and what nobody reads left out.

    >>> page_text("https://www.example.com/watch?v=abc&t=1"), page_text("www.x.cn/y")
    ('example 点 com 斜杠 watch', 'www 点 x 点 cn 斜杠 y')
    >>> page_text("http://192.168.1.1:8080/")
    '一九二 点 一六八 点 一 点 一 端口 八零八零'
    """
    host, slash, rest = shortened(written).partition("/")
    site, colon, port = host.partition(":")
    return (
        spoken(site)
        + (f" 端口 {digits_text(port)}" if colon else "")
        + (f" 斜杠 {spoken(rest)}" if slash else "")
    )


def shortened(written: str) -> str:
    """A page's site and the first steps of its path, as far as a person would read them.

    >>> shortened("https://github.com/foo/bar/blob/main/a.py#L10")
    'github.com/foo/bar'
    >>> shortened("https://a.cn/p/8f14e45fceea167a5a36dedd4bea2543")
    'a.cn/p'
    """
    page = _PAGE.match(written)
    assert page is not None
    steps = [step for step in page["path"].split("/") if step]
    told = steps[:MOST_STEPS]
    while told and not _STEP.fullmatch(told[-1]):
        told.pop()
    has_scheme = "://" in written
    host = page["host"].removeprefix("www.") if has_scheme else page["host"]
    return "/".join(filter(None, (host, *told)))


def drive_text(written: str) -> str:
    r"""A file: the drive, the first folder, and the name at the end.

    >>> drive_text("C:\\Users\\x"), drive_text("D:/data/2024/my_notes.csv")
    ('C盘 Users 斜杠 x', 'D盘 data 里的 my notes 点 csv')
    >>> drive_text("/data/2024/work/a.txt"), drive_text("./run.sh")
    ('data 里的 a 点 txt', 'run 点 sh')
    """
    drive, colon, path = written.partition(":")
    steps = [step for step in re.split(r"[\\/]", path if colon else written) if step.strip(".~")]
    told = steps if len(steps) <= MOST_STEPS else [steps[0], steps[-1]]
    between = " 斜杠 " if len(steps) <= MOST_STEPS else " 里的 "
    lead = f"{drive.upper()}盘 " if colon else ""
    return (lead + between.join(map(spoken, told))).strip()


def spoken(written: str) -> str:
    """Words with their joints said: 点, 斜杠, 艾特; figures one by one.

    >>> spoken("zhang_san@163.com"), spoken("abc123")
    ('zhang san 艾特 一六三 点 com', 'abc 一二三')
    """
    said = _JOINT.sub(lambda mark: _joint_text(mark[0]), written.rstrip("/\\"))
    said = _RUN_TOGETHER.sub(lambda run: run[0] + " ", said)
    return re.sub(r"[0-9]+", lambda run: digits_text(run[0]), said).lstrip(" ")


def _joint_text(mark: str) -> str:
    return {".": " 点 ", "@": " 艾特 ", "/": " 斜杠 ", "\\": " 斜杠 "}.get(mark, " ")
