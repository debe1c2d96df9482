"""Text with times -> Heard: before, after, above or between the words, with names or without.

| shape | line |
|---|---|
| lead | `[00:01:02.000 --> 00:01:05.000] text`, `00:12 text`, `[3.2s -> 6.8s] text` |
| alone | a time on a line of its own, above what is said |
| head | `name 00:12`, `name 2025-03-12 19:30:05`, `[00:12] - name` above what that person says |
| turn | `name 00:12 text`, `name(00:00:12): text` |
| trail | `text 00:12` |

Every line is taken apart by the surest shape it can have. The file as a whole then decides which
shapes are its own: times rise, names come again. What is not of these is words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from podcast.files.late import late
from podcast.files.tidy import tidy
from podcast.text.read.edges import is_head
from podcast.text.read.form import Form
from podcast.text.read.forms.clock import TIME, clock_ms
from podcast.text.read.heard import Heard
from podcast.text.read.who import is_known

DATE = r"(?:\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?[ T,，]*(?:[上下]午\s*)?)?"
RANGE = rf"{DATE}({TIME})(?:\s*(?:-{{1,3}}>|→|[-–—~～至到,，])\s*({TIME}))?(?:\s*[AaPp][Mm])?"
DATED = late(r"\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}")
BRACKETED = late(rf"[\[(（【<{{]\s*{RANGE}\s*[\])）】>}}]\s*(?P<rest>.*)$")
BARE = late(rf"{RANGE}(?:\s+(?P<rest>.*)|\s*[-–—|:：,]\s*(?P<after>\D.*)|)$")
# A subtitle's number and two times, as Avid, Encore and their kin list them.
COUNTED = late(rf"(?:\d{{1,6}}[.:]?\s+)?({TIME})[\s,]+({TIME})[\s,]+(?P<rest>\S.*)$")
FLOATS = late(
    r"[\[(（【]\s*(\d{1,6}\.\d{1,6})\s*(?:-{1,3}>|→|[-–—~～至到,，])\s*(\d{1,6}\.\d{1,6})\s*"
    r"[\])）】]\s*(?P<rest>.*)$"
    r"|(?P<a>\d{1,6}\.\d{1,6})\s+(?P<b>\d{1,6}\.\d{1,6})\s+(?P<said>\S.*)$"
)
NAME = r"[^\s\d:：，。！？,!?;；|][^:：，。！？!?;；|]{0,59}?"
NAMED = late(
    rf"[\[【]?(?P<who>{NAME})[\]】]?\s*(?:(?<=[\s)）\]】])|(?=[\[(（【<])|(?<=\D)[-–—|,，@]\s*|(?<=\d)\s)"
    rf"[-–—|,，@]?\s*[\[(（【<]?\s*{RANGE}\s*[\])）】>]?\s*[:：]?(?:\s*(?P<rest>\S.*))?$"
)
COLON_NAMED = late(rf"(?P<who>{NAME})\s*[:：]\s*[\[(（【]\s*{RANGE}\s*[\])）】]\s*(?P<rest>\S.*)$")
TRAIL = late(rf"(?P<words>.*?\S)\s*[\[(（【]?\s*{RANGE}\s*[\])）】]?$")
INLINE = late(rf"[\[(（【]\s*{RANGE}\s*[\])）】]\s*")
IS_NAME = late(r"[^\s\d，。！？、,!?;；:：][^，。！？,!?;；:：]{0,19}$")
AFTER_STAMP = late(r"[-–—|]\s*(?=\S)")
SPOKEN_TIME = late(
    r"(?:\d+\s*(?:小时|分钟?|秒钟?)[\s、,，]*)+|(?:\d+\s*(?:hours?|minutes?|seconds?)[\s,]*)+", re.I
)
LONGEST_LINE = 2000  # characters of a line that is looked at for a name and a time
LONGEST_NAME = 60  # characters
LEAST = 3  # stamps that make a habit; fewer are words about times
LEAST_TRAILS = 4
MOST_HEAD = 12  # lines without a time that may stand above the first one with a time


class Stamp(NamedTuple):
    """A line's time, the words after it, the name before it, and the shape all that is in."""

    start_ms: int | None
    end_ms: int | None
    rest: str
    who: str = ""
    shape: str = "lead"


def fits(text: str, _suffix: str) -> float:
    """1 where the lines' times are times of the recording."""
    return float(bool(shapes_of(lines_of(text))) or is_inline(text))


def read(text: str) -> list[Heard]:
    """The lines without their times, each numbered by its place in the file."""
    if is_inline(text):
        return read_inline(text)
    lines = lines_of(text)
    return hear_stamped(lines, shapes_of(lines))


def lines_of(text: str) -> list[tuple[int, str, Stamp | None]]:
    """The lines that hold something, numbered, each with the stamp it may have."""
    lines = [(number, tidy(line)) for number, line in enumerate(text.splitlines(), 1)]
    found = undated([(number, line, find_stamp(line)) for number, line in lines if line])
    heads = heads_of([stamp for _, _, stamp in found])
    return names_above(
        [
            (number, line, Stamp(*stamp[:2], "", stamp.rest, "head") if stamp in heads else stamp)
            for number, line, stamp in found
        ]
    )


def undated(lines: list[tuple[int, str, Stamp | None]]) -> list[tuple[int, str, Stamp | None]]:
    """The lines; a day and a time of the day near the top, which no other line has, is no stamp.

    >>> [bool(one[2]) for one in lines_of("2025-02-18 14:05:33\\n小林\\n00:01\\n大家好")]
    [False, False, True, False]
    """
    dated = [at for at, (_, line, stamp) in enumerate(lines) if stamp and DATED.match(line)]
    if len(dated) != 1 or dated[0] >= MOST_HEAD or not is_head(lines[dated[0]][1]):
        return lines
    return [(*one[:2], None if at == dated[0] else one[2]) for at, one in enumerate(lines)]


def names_above(lines: list[tuple[int, str, Stamp | None]]) -> list[tuple[int, str, Stamp | None]]:
    """The lines where a name stands above each time, and what is said below, name and time as one.

    >>> page = "小林\\n00:01\\n大家好\\n老周\\n00:05\\n你好\\n小林\\n00:09\\n番茄"
    >>> [stamp.who for _, _, stamp in lines_of(page) if stamp]
    ['小林', '老周', '小林']
    """
    places = [at for at, (_, _, stamp) in enumerate(lines) if stamp and stamp.shape == "alone"]
    named = {at for at in places if at and not lines[at - 1][2] and IS_NAME.match(lines[at - 1][1])}
    counts = Counter(lines[at - 1][1] for at in named)
    again = sum(n for who, n in counts.items() if n > 1 or is_known(who))
    if len(named) < LEAST or len(named) * 10 < len(places) * 9 or again * 3 < len(named) * 2:
        return lines
    made: list[tuple[int, str, Stamp | None]] = []
    for at, (number, line, stamp) in enumerate(lines):
        if at + 1 in named:
            continue
        if at in named and stamp:
            stamp = stamp._replace(who=lines[at - 1][1], shape="head")
        made.append((number, line, stamp))
    return made


def heads_of(stamps: Sequence[Stamp | None]) -> frozenset[Stamp]:
    """The stamps whose words are the name of who speaks below: `00:12 张三`, and again."""
    leads = [stamp for stamp in stamps if stamp and stamp.shape == "lead"]
    counts = Counter(stamp.rest for stamp in leads)
    short = [stamp for stamp in leads if IS_NAME.match(stamp.rest.rstrip(":："))]
    again = sum(counts[stamp.rest] > 1 for stamp in short)
    bare = len(stamps) - len(leads)
    is_habit = len(short) == len(leads) and again * 2 > len(leads) and bare >= len(leads) - 1
    return frozenset(leads) if is_habit and again > 1 else frozenset()


def find_stamp(line: str) -> Stamp | None:
    """The time a line opens with, ends in, or that stands after a name.

    >>> find_stamp("[00:01:02.5] 你好")
    Stamp(start_ms=62500, end_ms=None, rest='你好', who='', shape='lead')
    >>> find_stamp("说话人 1  00:12")
    Stamp(start_ms=12000, end_ms=None, rest='', who='说话人 1', shape='head')
    >>> find_stamp("我们聊番茄。 00:12").shape, find_stamp("我们今天聊番茄")
    ('trail', None)
    """
    if len(line) > LONGEST_LINE or not any(map(str.isdigit, line)):
        return None
    line = line.lstrip("@")
    found = BRACKETED.match(line) or FLOATS.match(line) or COUNTED.match(line) or BARE.match(line)
    if found:
        told = found.groupdict()
        rest = told["rest"] or told.get("after") or told.get("said") or ""
        return stamp_of(found, AFTER_STAMP.sub("", rest, count=1) if rest[:1] in "-–—|" else rest)
    found = NAMED.match(line) or COLON_NAMED.match(line)
    if found and len(found["who"]) <= LONGEST_NAME:
        shape = "turn" if found["rest"] else "head"
        start, end = moments(found)
        who = found["who"].strip(" -–—|·•")
        if not any(map(str.isalpha, who)):
            who, shape = "", "alone" if shape == "head" else "lead"  # a number: #1 00:00:01
        return Stamp(start, end, found["rest"] or "", who, shape)
    found = TRAIL.match(line)
    if found:
        start, end = moments(found)
        return Stamp(start, end, found["words"], "", "trail")
    return None


def stamp_of(found: re.Match[str], rest: str) -> Stamp:
    """The stamp of a line that opens with a time."""
    start, end = moments(found)
    if rest and is_known(rest):
        return Stamp(start, end, "", rest, "head")
    return Stamp(start, end, rest, "", "lead" if rest else "alone")


def moments(found: re.Match[str]) -> tuple[int | None, int | None]:
    """The two times that a pattern has caught, in milliseconds."""
    times = [one for one in found.groups() if one and re.fullmatch(rf"{TIME}|\d+\.\d+", one)]
    starts = [clock_ms(one if not one.replace(".", "").isdigit() else f"{one}s") for one in times]
    start, end = (*starts, None, None)[:2]
    return start, end


def shapes_of(lines: Sequence[tuple[int, str, Stamp | None]]) -> frozenset[str]:
    """The shapes whose stamps are times of this recording; empty where there are none."""
    stamps = [stamp for _, _, stamp in lines]
    found = [stamp for stamp in stamps if stamp]
    labels = sum(stamp is None and is_known(line) for _, line, stamp in lines)
    for shapes in (("head", "alone"), ("turn",), ("lead", "alone"), ("alone",), ("trail",)):
        chosen = [stamp for stamp in found if stamp.shape in shapes]
        first = [stamp for stamp in chosen if stamp.shape == shapes[0]]
        lines_below = len(stamps) - above(stamps, shapes) - labels
        if first and is_rising(first) and IS_HABIT[shapes[0]](chosen, lines_below):
            return frozenset({*shapes, "alone"})
    return frozenset()


def above(stamps: Sequence[Stamp | None], shapes: Sequence[str]) -> int:
    """How many lines stand above the first time of these shapes: the head of a file, if few."""
    places = (at for at, stamp in enumerate(stamps) if stamp and stamp.shape in shapes)
    first = next(places, 0)
    return first if first <= MOST_HEAD else 0


def is_rising(stamps: Sequence[Stamp]) -> bool:
    """Whether times hardly ever go back."""
    starts = [stamp.start_ms or 0 for stamp in stamps]
    return sum(later < start for start, later in pairwise(starts)) * 20 <= len(starts)


def are_names(stamps: Sequence[Stamp]) -> bool:
    """Whether those named are people: nearly all come again, or are named as speakers are."""
    counts = Counter(stamp.who for stamp in stamps)
    sure = sum(n for who, n in counts.items() if n > 1 or is_known(who))
    return sure * 2 > len(stamps)


def is_headed(stamps: Sequence[Stamp], lines: int) -> bool:
    """Whether the stamps with a name stand above what is said."""
    heads = [stamp for stamp in stamps if stamp.shape == "head"]
    said = lines - len(stamps)
    if not heads or said < len(heads) - 1 or len(heads) < 2:
        return False
    return are_names(heads) or (len(heads) >= LEAST and said >= len(heads))


def is_led(stamps: Sequence[Stamp], lines: int) -> bool:
    """Whether the lines, or nearly all, open with a time, or have one above them."""
    ranged = sum(stamp.end_ms is not None for stamp in stamps)
    if len(stamps) < LEAST and ranged < lines:
        return False
    inline = sum(bool(stamp.rest) for stamp in stamps)
    alone, unstamped = len(stamps) - inline, lines - len(stamps)
    if alone > unstamped + 1:  # nothing is said at these times
        return False
    return inline * 5 >= lines * 4 or alone * 4 >= lines


IS_HABIT: dict[str, Callable[[Sequence[Stamp], int], bool]] = {
    "head": is_headed,
    "turn": lambda stamps, lines: len(stamps) * 2 > lines and are_names(stamps),
    "lead": is_led,
    "alone": is_led,
    "trail": lambda stamps, lines: len(stamps) >= max(LEAST_TRAILS, lines * 0.8),
}


def hear_stamped(
    lines: Sequence[tuple[int, str, Stamp | None]], shapes: frozenset[str]
) -> list[Heard]:
    """The lines without their stamps; a stamp that stands alone is the next line's."""
    heard: list[Heard] = []
    waiting: Stamp | None = None
    who = ""
    for number, line, stamp in lines:
        if stamp is None or stamp.shape not in shapes:
            if waiting and SPOKEN_TIME.fullmatch(line):
                continue  # `4 秒钟`, which YouTube's panel reads out to the blind
            start, end = waiting[:2] if waiting else (None, None)
            heard.append(Heard(line, number, start, end, who))
            waiting = None
        elif stamp.rest:
            who = stamp.who or who
            heard.append(Heard(stamp.rest, number, stamp.start_ms, stamp.end_ms, who))
            waiting = None
        else:
            who, waiting = stamp.who or who, stamp
    return heard


def is_inline(text: str) -> bool:
    """Whether it is a few long lines with times in brackets between their sentences."""
    found = list(INLINE.finditer(text[:200_000]))
    lines = [line for line in text.splitlines() if line.strip()]
    if len(found) < LEAST or len(found) < 2 * len(lines):
        return False
    starts = [Stamp(*moments(one), "") for one in found]
    return is_rising(starts)


def read_inline(text: str) -> list[Heard]:
    """The words between the times; each time is that of what follows it."""
    heard = []
    for number, line in enumerate(text.splitlines(), 1):
        at, start = 0, None
        for found in INLINE.finditer(line):
            heard.append(Heard(line[at : found.start()].strip(), number, start))
            at, start = found.end(), moments(found)[0]
        heard.append(Heard(line[at:].strip(), number, start))
    return [one for one in heard if one.text]


EXAMPLE = """\
张三 00:01
大家好
李四 00:05
今天聊番茄
张三 00:09
再见"""
STAMPED = Form("text with times", fits, read, EXAMPLE, counts_lines=True)
