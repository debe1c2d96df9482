"""Plain text -> Heard, one a line: what is left when no other form can be told."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from podcast.files.late import late
from podcast.files.tidy import Unreadable, tidy
from podcast.text.read.form import Form
from podcast.text.read.forms.clock import CLOCK
from podcast.text.read.forms.numbered import NUMBERED
from podcast.text.read.heard import Heard

ENOUGH = 5  # lines from which it can be seen that a text is no speech
READS = (
    "podcast reads plain text, .srt, .vtt, .ass, .lrc, .tsv, .csv, .ttml, .docx, and the JSON of "
    "recognisers"
)
TAG = late(r"</?[A-Za-z][\w:.-]*(?:\s[^<>]*)?/?>")
KEY = late(r"\s*[\"']?[A-Za-z_][\w.-]{0,30}[\"']?\s*[:=]\s*[\[{\"'\d-]")
OPENING_CLOCK = late(rf"\s*[\[(（【]?\s*{CLOCK}")


def read(text: str) -> list[Heard]:
    """The lines, numbered by their place in the file.

    Raises Unreadable where most lines begin with rising figures or clock times, or hold tags or
    keys: those would be read aloud.
    """
    lines = [(number, tidy(line)) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line]
    require_speech([line for _, line in lines])
    return [Heard(line, number) for number, line in lines]


def require_speech(lines: list[str]) -> None:
    """Raise Unreadable, with the first line of the kind, where most lines are not speech."""
    if len(lines) < ENOUGH:
        return
    for what, holds in KINDS.items():
        found = [line for line in lines if holds(line)]
        if len(found) * 2 > len(lines) and (what != "a figure" or is_rising(found)):
            raise Unreadable(
                f"most lines have {what}, as in {found[0][:60]!r}, in no form known; {READS}"
            )


KINDS: dict[str, Callable[[str], object]] = {
    "a clock time": OPENING_CLOCK.match,
    "a tag": TAG.search,
    "a key": KEY.match,
    "a figure": NUMBERED.match,
}


def is_rising(lines: list[str]) -> bool:
    """Whether the figures before the lines only rise, as a list's or a table's do."""
    numbers = [int(found[1]) for found in map(NUMBERED.match, lines) if found]
    return all(a < b for a, b in pairwise(numbers))


EXAMPLE = """\
张三：大家好
李四：今天聊番茄
张三：[音乐]
李四：再见"""
PLAIN = Form("plain text", lambda _text, _suffix: 1.0, read, EXAMPLE, counts_lines=True)
