"""A table -> Heard, one a row: Whisper's TSV, Audacity's labels, an editor's CSV, Markdown's `|`.

The columns are told by what stands in them: the words differ in the most rows, times are those
that can be read as times in every row, and a column of few words that come again is who speaks.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from itertools import pairwise

from podcast.files.late import late
from podcast.text.read.form import Form
from podcast.text.read.forms.clock import TIME, clock_ms
from podcast.text.read.heard import Heard

RULE = late(r"[\s|:\-+]+$")  # between a Markdown table's head and its rows
SPAN = late(rf"({TIME})\s*(?:-{{1,3}}>|→|[-–—~～至到])\s*({TIME})$")  # two times in a cell
PLAIN_NUMBER = late(r"\d{1,9}(?:\.\d{1,9})?$")
IN_MS = 100.0  # the least mean length of a row, as its figures count, that can only be ms
FEWEST = 2  # rows
# The heads of columns, as editors and recognisers write them.
WHO = late(r"说话[人者]|发言人|讲话人|讲者|人物|角色|姓名|speakers?|names?|who", re.IGNORECASE)
WORDS = late(
    r"内容|文本|文字|字幕|台词|原文|转写(?:内容|文本)?|text|content|transcript|words|sentence|caption",
    re.IGNORECASE,
)
MOST_SPEAKERS = 12
LONGEST_NAME = 30  # characters


def fits(text: str, _suffix: str) -> float:
    """1 where the rows have one width, a column of times and one of words, or heads for these."""
    rows = rows_of(text)
    return float(len(rows) >= FEWEST and bool(columns_of(rows)[0] or headed(rows)))


def read(text: str) -> list[Heard]:
    """The rows that say something, numbered by their place in the table."""
    rows = rows_of(text)
    times, words, who = columns_of(rows)
    if not times:
        return spoken(rows)
    unit = 1.0 if is_in_ms(rows, times) else 1000.0
    heard = []
    for number, row in enumerate(rows, 1):
        moments = [moment_ms(row[column], unit) for column in times]
        if moments[0] is None and number == 1:
            continue  # the names of the columns
        start, end = (*moments, end_of(row[times[-1]]))[:2]
        if row[words].strip():
            speaker = row[who].strip() if who is not None else ""
            heard.append(Heard(row[words].strip(), number, start, end, speaker))
    return heard


def headed(rows: Sequence[Sequence[str]]) -> tuple[int, int] | None:
    """The columns of names and of words in a table without times, if its first row tells them."""
    heads = [cell.strip() for cell in rows[0]]
    who = [n for n, head in enumerate(heads) if WHO.fullmatch(head)]
    words = [n for n, head in enumerate(heads) if WORDS.fullmatch(head)]
    return (who[0], words[0]) if who and words else None


def spoken(rows: Sequence[Sequence[str]]) -> list[Heard]:
    """The rows of a table that tells who speaks, and not when."""
    who, words = headed(rows) or (0, 0)
    return [
        Heard(row[words].strip(), number, speaker=row[who].strip())
        for number, row in enumerate(rows[1:], 2)
        if row[words].strip()
    ]


def rows_of(text: str) -> list[list[str]]:
    """The cells of each row, or no rows where the text is no table."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) >= FEWEST and all(line.count("|") >= 2 for line in lines):
        cells = [line.strip().strip("|").split("|") for line in lines if not RULE.match(line)]
        return even(cells)
    for delimiter in ("\t", ",", ";"):
        if sum(delimiter in line for line in lines[:200]) * 10 < len(lines[:200]) * 9:
            continue
        try:
            rows = even([row for row in csv.reader(lines, delimiter=delimiter) if any(row)])
        except csv.Error:
            continue
        if rows and (any(map(is_figure, rows[-1])) or headed(rows)):
            return rows
    return []


def is_figure(cell: str) -> bool:
    """Whether a cell holds a time or a number."""
    text = cell.strip()
    return bool(PLAIN_NUMBER.match(text) or SPAN.match(text)) or clock_ms(text) is not None


def even(rows: list[list[str]]) -> list[list[str]]:
    """Rows of one width: the last cell takes what is too much; none where they are uneven."""
    width = max(map(len, rows[:1] or [[]]))
    if width < FEWEST or any(len(row) < width for row in rows):
        return []
    return [[*row[: width - 1], ",".join(row[width - 1 :])] for row in rows]


def columns_of(rows: Sequence[Sequence[str]]) -> tuple[list[int], int, int | None]:
    """The columns of times (none where it is no table of speech), of words, of names."""
    body = rows[1:] if len(rows) > FEWEST else rows
    width = len(rows[0])
    times = [n for n in range(width) if all(is_figure(row[n]) for row in body)]
    times = [n for n in times if is_rising([row[n] for row in body])]
    times = without_count(body, times)[:2]
    others = [n for n in range(width) if not all(is_figure(row[n]) or not row[n] for row in body)]
    if not times or not others:
        return [], 0, None
    words = max(others, key=lambda n: (len({row[n] for row in body}), width_of(body, n)))
    names = [n for n in others if n != words and is_names([row[n].strip() for row in body])]
    return times, words, names[0] if names else None


def without_count(rows: Sequence[Sequence[str]], columns: Sequence[int]) -> list[int]:
    """The columns without one that only numbers the rows, where times are left without it.

    >>> rows = [["1", "00:01", "00:03"], ["2", "00:04", "00:06"]]
    >>> without_count(rows, [0, 1, 2]), without_count([["1", "a"], ["2", "b"]], [0])
    ([1, 2], [0])
    """
    first, *rest = columns or [0]
    cells = [row[first].strip() for row in rows]
    counts = all(cell.isdigit() for cell in cells) and all(
        int(b) == int(a) + 1 for a, b in pairwise(cells)
    )
    is_timed = len(rest) > 1 or any(not row[n].strip().isdigit() for row in rows for n in rest)
    return rest if counts and is_timed else list(columns)


def width_of(rows: Sequence[Sequence[str]], column: int) -> int:
    """How many characters a column holds in all."""
    return sum(len(row[column]) for row in rows)


def is_rising(cells: Sequence[str]) -> bool:
    """Whether a column's times hardly ever go back."""
    values = [moment_ms(cell, 1000.0) or 0 for cell in cells]
    return sum(b < a for a, b in pairwise(values)) * 20 <= len(values) and values[-1] > 0


def is_names(cells: Sequence[str]) -> bool:
    """Whether a column tells who speaks: few short texts, which come again."""
    kinds = {cell for cell in cells if cell}
    return 0 < len(kinds) <= min(MOST_SPEAKERS, max(2, len(cells) // 2)) and all(
        len(kind) <= LONGEST_NAME and not kind.isdigit() for kind in kinds
    )


def is_in_ms(rows: Sequence[Sequence[str]], times: Sequence[int]) -> bool:
    """Whether the figures of the first column of times are so far apart that they are ms."""
    cells = [row[times[0]].strip() for row in rows[1:]]
    if not cells or not all(cell.isdigit() for cell in cells):
        return False
    last = max(int(cell) for cell in cells)
    return last / len(cells) >= IN_MS


def moment_ms(cell: str, unit_ms: float) -> int | None:
    """Milliseconds of a cell: a clock's time, or a figure of `unit_ms` milliseconds."""
    text = cell.strip()
    span = SPAN.match(text)
    text = span[1] if span else text
    return round(float(text) * unit_ms) if PLAIN_NUMBER.match(text) else clock_ms(text)


def end_of(cell: str) -> int | None:
    """The second of two times in a cell, in milliseconds; None where there is one.

    >>> moment_ms("00:01-00:03", 1.0), end_of("00:01-00:03"), end_of("00:01")
    (1000, 3000, None)
    """
    span = SPAN.match(cell.strip())
    return clock_ms(span[2]) if span else None


EXAMPLE = """\
start	end	speaker	text
0	3200	张三	大家好
3200	6000	李四	今天聊番茄
6000	9000	张三	再见"""
TABLE = Form("a table", fits, read, EXAMPLE)
