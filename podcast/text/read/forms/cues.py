"""SubRip, WebVTT and YouTube's SBV -> Heard, one a cue.

Read with tolerance: hours may be missing, `.` and `,` both divide milliseconds, numbers and
blank lines may be absent, and a cue's text may hold a blank line. Cues that overlap or last
no time at all are kept; they hold words.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby, pairwise
from typing import NamedTuple

from podcast.files.late import late
from podcast.files.tidy import tidy
from podcast.text.read.form import Beside, Form
from podcast.text.read.forms.copies import HABIT, grown, in_chinese, is_bilingual, is_chinese
from podcast.text.read.forms.markup import unescape
from podcast.text.read.heard import Heard, has_words
from podcast.text.read.who import clean_name, is_known
from podcast.text.spacing import join_lines

TOUCH_MS = 50  # between a cue and its copy
FEWEST_NAMED = 6  # cues from which first lines that come again can be seen to be names
LONGEST_NAME = 12  # characters of such a name
FLASHES = 4  # copies of the cue before that make a habit

TIME = r"(?:(\d{1,6}):)?(\d{1,3}):(\d{1,2})(?:\s*[.,:]\s*(\d{1,9}))?"
ARROW = r"(?:-{1,3}>|[–—]{1,2}>|=+>|→)"
TIMING = late(rf"\s*-?{TIME}\s*{ARROW}\s*-?{TIME}(?P<rest>(?:\s.*)?)$")
SBV = late(
    r"\s*(\d{1,3}):(\d{2}):(\d{2})\.(\d{3}),(\d{1,3}):(\d{2}):(\d{2})\.(\d{3})(?P<rest>)\s*$"
)
WIDE = str.maketrans(
    "０１２３４５６７８９：，．。＞－　", "0123456789:,..>- "
)  # as a translating model writes times
NUMBER = late(r"\s*\d{1,6}[a-z]?(?:\s+(?P<who>\S.{0,30}?))?\s*$")  # and who speaks
NAME_LINE = late(r"[\[【(（]?([^，。！？、,!?;；\[\]【】]{1,30}?)[\])）】]?\s*[:：]?$")
SETTINGS = late(r"(?:\s+[A-Za-z]\w*:\S*)*\s*$")  # align:start position:0%, X1:0 Y1:10
WORD_TIME = late(r"<(?:\d+:)?\d+:\d+[.,]\d+>")
TAG = late(r"</?(?:[ibucsv]|em|strong|lang|ruby|rb|span|font)(?=[\s.>/])[^<>]*>", re.IGNORECASE)
READING = late(r"<rt\b[^<>]*>[^<>]*(?:</rt>)?", re.IGNORECASE)  # ruby, above the words
SPEAKER = late(r"<v(?:\.[^\s>]*)?\s+([^<>]+)>", re.IGNORECASE)
OVERRIDE = late(r"\{\\[^{}]*\}")
BREAK = late(r"\\[Nn]|<br\s*/?>", re.IGNORECASE)
SILENT_BLOCKS = ("WEBVTT", "STYLE", "REGION", "X-TIMESTAMP-MAP")  # of WebVTT
DASH = late(r"[-–—]\s*(?=\S)")


class ReadCue(NamedTuple):
    """A cue of a file that is read, with the lines of its text free of markup."""

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
    return text.lstrip().startswith("WEBVTT") or any(map(timing, text.splitlines()))


def timing(line: str) -> re.Match[str] | None:
    """The times of a line that holds nothing else but a cue's settings or its first words.

    >>> timing("00：00：14，000 ——> 00：00：16，000") is None, timing("我们说 a --> b") is None
    (False, True)
    """
    if not line[:40].lstrip()[:1].isdigit() and not line.lstrip().startswith("-"):
        return None
    return TIMING.match(line) or SBV.match(line) or TIMING.match(line.translate(WIDE))


def read_cues(text: str) -> list[Heard]:
    """The cues of SubRip or WebVTT, numbered from 1; captions that roll are said once."""
    is_vtt = text.lstrip().startswith("WEBVTT")
    lines = text.splitlines()
    cues = []
    for place, found, end in timings(lines):
        start_ms, end_ms = to_ms(*found.groups()[:4]), to_ms(*found.groups()[4:8])
        body = cue_body(lines, place + 1, end - 1, is_vtt)
        if not SETTINGS.match(found["rest"]):
            body.insert(0, found["rest"])
        who = labelled(lines[place - 1] if place else "")
        cues += [
            cue._replace(speaker=cue.speaker or who) for cue in to_cues(start_ms, end_ms, body)
        ]
    return hear(cues)


def timings(lines: list[str]) -> list[tuple[int, re.Match[str], int]]:
    """The place of each cue's times, the times, and the place of the next, or past the end."""
    found = [(place, times) for place, line in enumerate(lines) if (times := timing(line))]
    ends = [*(place for place, _ in found[1:]), len(lines) + 1]
    return [(place, times, end) for (place, times), end in zip(found, ends, strict=False)]


def unread(text: str) -> Beside:
    """The lines above the first cue, and in WebVTT those below a cue's empty line.

    The head of a WebVTT file, its styles and the names of its cues say nothing.
    """
    is_vtt = text.lstrip().startswith("WEBVTT")
    lines = text.splitlines()
    cues = timings(lines)
    first = cues[0][0] if cues else 0
    above = lines[:first] if is_vtt or not labels(lines[first - 1 : first]) else lines[: first - 1]
    blocks = [(0, above[: len(above) - 1] if is_vtt else above)]
    if is_vtt:
        for number, (place, _, end) in enumerate(cues, 1):
            shown = len(cue_body(lines, place + 1, end - 1, is_vtt))
            blocks.append((number, lines[place + 1 + shown : end - (end <= len(lines))]))
    return [
        (number, tidy(strip_markup(line)) or tidy(line))
        for number, some in blocks
        for block in parted(some)
        if not (is_vtt and block[0].lstrip("\ufeff ").startswith(SILENT_BLOCKS))
        for line in block
        if has_words(line)
    ]


def labels(lines: list[str]) -> bool:
    """Whether the line above the first cue is its number."""
    return bool(lines) and is_number(lines[0])


def parted(lines: list[str]) -> list[list[str]]:
    """The runs of lines between empty ones."""
    runs = groupby(lines, key=lambda line: bool(line.strip()))
    return [list(run) for has_text, run in runs if has_text]


def cue_body(lines: list[str], start: int, end: int, is_vtt: bool) -> list[str]:
    """A cue's lines, up to what heads the next cue: its number or name, on line `end`."""
    if end < start:
        return []  # two timings in a row
    if is_vtt:
        return before_blank(lines[start:end], lines[end] if end < len(lines) else "")
    body = lines[start:end]
    if end < len(lines) and not is_number(lines[end]):
        body.append(lines[end])  # no number: the line is text
    return body


def is_number(line: str) -> bool:
    """Whether a line is a cue's number, alone or with the label of who speaks after it.

    >>> is_number("12"), is_number("12  spk0"), is_number("12 个番茄")
    (True, True, False)
    """
    found = NUMBER.match(line)
    return bool(found and (not found["who"] or is_known(found["who"])))


def labelled(line: str) -> str:
    """Who speaks, where the line is a cue's number with a label after it; else empty."""
    found = NUMBER.match(line)
    return found["who"] if found and found["who"] and is_known(found["who"]) else ""


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


def to_cues(start_ms: int, end_ms: int, body: list[str]) -> list[ReadCue]:
    """The cue with its markup taken off; one for each voice that it names."""
    raw = BREAK.sub("\n", "\n".join(body))
    marks = list(SPEAKER.finditer(raw))
    starts = [0, *(mark.start() for mark in marks[1:])]
    parts = [raw[a:b] for a, b in zip(starts, [*starts[1:], len(raw)], strict=True)]
    names = [tidy(unescape(mark[1])) for mark in marks] or [""]
    pairs = zip(names, parts, strict=True)
    return [ReadCue(start_ms, end_ms, plain_lines(part), name) for name, part in pairs]


def plain_lines(raw: str) -> tuple[str, ...]:
    """The lines of a cue's text without markup, those that hold nothing left out."""
    lines = (tidy(strip_markup(line)) for line in raw.split("\n"))
    return tuple(line for line in lines if line and line not in "-–—")


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


def hear(cues: list[ReadCue]) -> list[Heard]:
    """One Heard a cue, numbered from 1."""
    cues = in_one_language(with_names(cues))
    rolls = is_rolling(cues)
    said = unroll(cues) if rolls else in_chinese([cue.lines for cue in cues])
    texts = [join_cue(lines) for lines in said]
    copies = [False] * len(cues) if rolls else copied(texts, cues)
    return [
        Heard(text, number, cue.start_ms, cue.end_ms, cue.speaker, goes_on=rolls)
        for number, (cue, text, copy) in enumerate(zip(cues, texts, copies, strict=True), 1)
        if text and not copy
    ]


def in_one_language(cues: list[ReadCue]) -> list[ReadCue]:
    """The cues, emptied where they show in a second language what another does at that time.

    >>> pairs = [(0, "大家好"), (0, "皆さん、こんにちは"), (2000, "再见"), (2000, "Good bye")]
    >>> cues = [ReadCue(start, start + 900, (line,)) for start, line in pairs]
    >>> [cue.lines for cue in in_one_language(cues)]
    [('大家好',), (), ('再见',), ()]
    """
    groups = [list(group) for _, group in groupby(cues, key=lambda cue: cue[:2])]
    pairs = [
        is_bilingual([line for cue in group for line in cue.lines])
        and not any(is_bilingual(cue.lines) for cue in group)
        for group in groups
    ]
    if sum(pairs) < HABIT or sum(pairs) * 2 < len(groups):
        return cues
    return [
        cue._replace(lines=tuple(filter(is_chinese, cue.lines))) if is_pair else cue
        for group, is_pair in zip(groups, pairs, strict=True)
        for cue in group
    ]


def copied(texts: list[str], cues: list[ReadCue]) -> list[bool]:
    """Which cues are copies: of one that grows, or shown again for each word it underlines."""
    said = [at for at, text in enumerate(texts) if text]
    copies = [False] * len(texts)
    touching = sum(
        texts[a] == texts[b] and cues[b].start_ms - cues[a].end_ms <= TOUCH_MS
        for a, b in pairwise(said)
    )
    is_flashing = touching >= FLASHES and touching * 2 > len(said) and longest_run(texts, said) > 3
    for (a, b), grows in zip(pairwise(said), grown([texts[at] for at in said]), strict=False):
        copies[a] = grows or (is_flashing and texts[a] == texts[b])
    return copies


def longest_run(texts: list[str], said: list[int]) -> int:
    """How many characters the texts that come at once again have, in the mean."""
    again = [len(texts[a]) for a, b in pairwise(said) if texts[a] == texts[b]]
    return sum(again) // max(1, len(again))


def with_names(cues: list[ReadCue]) -> list[ReadCue]:
    """The cues with the name that stands alone on the first line of nearly each."""
    tall = [cue for cue in cues if len(cue.lines) > 1]
    heads = Counter(cue.lines[0] for cue in tall if NAME_LINE.match(cue.lines[0]))
    comes_again = len(cues) >= FEWEST_NAMED and len(heads) * 2 <= len(cues)
    known = sum(
        n
        for head, n in heads.items()
        if is_known(clean_name(head)) or (comes_again and n > 1 and len(head) <= LONGEST_NAME)
    )
    if known < 2 or known * 10 < 8 * len(tall) or known * 2 < len(cues):
        return cues
    return [
        cue._replace(speaker=clean_name(cue.lines[0]), lines=cue.lines[1:])
        if len(cue.lines) > 1 and cue.lines[0] in heads
        else cue
        for cue in cues
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


def is_rolling(cues: list[ReadCue]) -> bool:
    """Whether most cues of several lines begin with what the cue before them ended with."""
    tall = [(before, cue) for before, cue in pairwise(cues) if len(cue.lines) > 1]
    rolled = sum(1 for before, cue in tall if overlap(before.lines, cue.lines))
    return rolled >= 2 and rolled * 2 >= len(tall)


def unroll(cues: list[ReadCue]) -> list[tuple[str, ...]]:
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


EXAMPLE = """\
1
00:00:01,000 --> 00:00:02,500
<v 张三>大家好

2
00:00:03,000 --> 00:00:04,000
{\\an8}<i>今天聊番茄</i>
"""
CUES = Form(
    "subtitles", lambda text, _suffix: float(is_cues(text)), read_cues, EXAMPLE, unread=unread
)
