"""SubRip, WebVTT and ASS subtitles -> Heard, one a cue.

Read with tolerance: hours may be missing, `.` and `,` both divide milliseconds, numbers and
blank lines may be absent, and a cue's text may hold a blank line. Cues that overlap or last
no time at all are kept; they hold words.
"""

from __future__ import annotations

import html
import re
from itertools import pairwise
from typing import NamedTuple

from podcast.files.tidy import tidy
from podcast.text.read.heard import Heard
from podcast.text.spacing import join_lines

TIME = r"(?:(\d{1,6}):)?(\d{1,3}):(\d{1,2})(?:\s*[.,:]\s*(\d{1,9}))?"
TIMING = re.compile(rf"\s*{TIME}\s*-{{1,3}}>\s*{TIME}(?P<rest>(?:\s.*)?)$")
SETTINGS = re.compile(r"(?:\s+[A-Za-z]\w*:\S*)*\s*$")  # align:start position:0%, X1:0 Y1:10
WORD_TIME = re.compile(r"<(?:\d+:)?\d+:\d+[.,]\d+>")
TAG = re.compile(
    r"</?(?:[ibucsv]|em|strong|lang|ruby|rb|span|font)(?=[\s.>/])[^<>]*>", re.IGNORECASE
)
READING = re.compile(r"<rt\b[^<>]*>[^<>]*(?:</rt>)?", re.IGNORECASE)  # ruby, above the words
SPEAKER = re.compile(r"<v(?:\.[^\s>]*)?\s+([^<>]+)>", re.IGNORECASE)
OVERRIDE = re.compile(r"\{\\[^{}]*\}")
BREAK = re.compile(r"\\[Nn]|<br\s*/?>", re.IGNORECASE)
ENDLESS = re.compile(r"&#[0-9]{9,};?")  # Python reads no number of thousands of digits
DASH = re.compile(r"[-–—]\s*(?=\S)")


class Cue(NamedTuple):
    """A cue as its file holds it, with the lines of its text free of markup."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]
    speaker: str = ""


def to_ms(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int:
    """Milliseconds; a fraction counts by its digits, so `.5` is half a second.

    >>> to_ms("1", "02", "03", "5"), to_ms(None, "00", "01", "000")
    (3723500, 1000)
    """
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole * 1000 + int(f"{fraction or '':0<3}"[:3])


def is_cues(text: str) -> bool:
    r"""Whether it is SubRip or WebVTT: a header, or a line that is a cue's timing.

    >>> is_cues("1\n00:00:01,000 --> 00:00:02,000\n你好")
    True
    >>> is_cues("我们说 a --> b，不是 00:01 --> 00:02")
    False
    """
    return text.lstrip().startswith("WEBVTT") or any(map(TIMING.match, text.splitlines()))


def read_cues(text: str) -> list[Heard]:
    """The cues of SubRip or WebVTT, numbered from 1; captions that roll are said once."""
    is_vtt = text.lstrip().startswith("WEBVTT")
    lines = text.splitlines()
    timings = [(place, found) for place, line in enumerate(lines) if (found := TIMING.match(line))]
    ends = [*(place for place, _ in timings[1:]), len(lines) + 1][: len(timings)]
    cues = []
    for (place, found), end in zip(timings, ends, strict=True):
        start_ms, end_ms = to_ms(*found.groups()[:4]), to_ms(*found.groups()[4:8])
        body = cue_body(lines, place + 1, end - 1, is_vtt)
        if not SETTINGS.match(found["rest"]):
            body.insert(0, found["rest"])
        cues.append(to_cue(start_ms, end_ms, body))
    return hear(cues)


def cue_body(lines: list[str], start: int, end: int, is_vtt: bool) -> list[str]:
    """A cue's lines, up to what heads the next cue: its number or name, on line `end`."""
    if end < start:
        return []  # two timings in a row
    if is_vtt:
        return before_blank(lines[start:end], lines[end] if end < len(lines) else "")
    body = lines[start:end]
    if end < len(lines) and not lines[end].strip().isdigit():
        body.append(lines[end])  # no number: the line is text
    return body


def before_blank(lines: list[str], last: str) -> list[str]:
    """A WebVTT cue's lines: an empty one ends them, and with it notes and styles fall away.

    A line of one space does not: automatic captions write it for a line still empty.
    """
    body = []
    for line in [*lines, "" if last.strip().isdigit() else last]:
        if not line:
            break
        body.append(line)
    return body


def to_cue(start_ms: int, end_ms: int, body: list[str]) -> Cue:
    """The cue with its markup taken off."""
    raw = "\n".join(body)
    speaker = SPEAKER.search(raw)
    lines = (tidy(strip_markup(line)) for line in BREAK.sub("\n", raw).split("\n"))
    return Cue(
        start_ms,
        end_ms,
        tuple(line for line in lines if line),
        tidy(unescape(speaker[1])) if speaker else "",
    )


def strip_markup(line: str) -> str:
    r"""Words without tags of WebVTT, HTML and ASS, and with entities as characters.

    >>> strip_markup(r"{\an8}<v 张三><i>你好</i>，<00:00:01.500><c>世界</c> &amp; 我")
    '你好，世界 & 我'
    >>> strip_markup("List<int> 里 a < b 且 c > d <3")
    'List<int> 里 a < b 且 c > d <3'
    """
    for pattern in (OVERRIDE, WORD_TIME, READING, TAG):
        line = pattern.sub("", line)
    return unescape(line.replace("\\h", " "))


def unescape(text: str) -> str:
    """Entities as characters; a number too long for any character is none.

    >>> unescape("A&amp;B &#20320; &#123456789;x")
    'A&B 你 x'
    """
    return html.unescape(ENDLESS.sub("", text))


def hear(cues: list[Cue]) -> list[Heard]:
    """One Heard a cue, numbered from 1."""
    said = unroll(cues) if is_rolling(cues) else [cue.lines for cue in cues]
    return [
        Heard(join_cue(lines), number, cue.start_ms, cue.end_ms, cue.speaker)
        for number, (cue, lines) in enumerate(zip(cues, said, strict=True), 1)
        if lines
    ]


def join_cue(lines: tuple[str, ...]) -> str:
    """A cue's lines as one; where each opens with a dash they are turns, and a space parts them.

    >>> join_cue(("我们今天", "聊一聊"))
    '我们今天聊一聊'
    >>> join_cue(("- 你好", "- 你也好"))
    '你好 你也好'
    """
    if len(lines) > 1 and all(map(DASH.match, lines)):
        return " ".join(DASH.sub("", line, count=1) for line in lines)
    return join_lines(lines)


def is_rolling(cues: list[Cue]) -> bool:
    """Whether most cues of several lines begin with what the cue before them ended with."""
    tall = [(before, cue) for before, cue in pairwise(cues) if len(cue.lines) > 1]
    rolled = sum(1 for before, cue in tall if overlap(before.lines, cue.lines))
    return rolled >= 2 and rolled * 2 >= len(tall)


def unroll(cues: list[Cue]) -> list[tuple[str, ...]]:
    """What each cue says that the one before it did not still show."""
    shown: tuple[str, ...] = ()
    said = []
    for cue in cues:
        said.append(cue.lines[overlap(shown, cue.lines) :])
        shown = cue.lines or shown
    return said


def overlap(before: tuple[str, ...], after: tuple[str, ...]) -> int:
    """How many of the last lines before are the first lines after.

    >>> overlap(("甲", "乙"), ("乙", "丙"))
    1
    """
    longest = min(len(before), len(after))
    return next((n for n in range(longest, 0, -1) if before[-n:] == after[:n]), 0)


def is_ass(text: str) -> bool:
    """Whether it is an (Advanced) SubStation script."""
    return text.lstrip()[:80].lower().startswith("[script info]")


def read_ass(text: str) -> list[Heard]:
    """The dialogue of an (Advanced) SubStation script, in the order of time; drawings left out."""
    cues = []
    for line in text.splitlines():
        fields = line.removeprefix("Dialogue:").split(",", 9)
        if not line.startswith("Dialogue:") or len(fields) < 10 or "\\p1" in fields[9]:
            continue
        start, end = (re.fullmatch(rf"\s*{TIME}\s*", field) for field in fields[1:3])
        if start and end:
            cue = to_cue(to_ms(*start.groups()), to_ms(*end.groups()), [fields[9]])
            cues.append(cue._replace(speaker=tidy(fields[4])))
    return hear(sorted(cues, key=lambda cue: cue.start_ms))
