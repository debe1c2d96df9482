"""Lines with a number before each -> Heard: `1. text`, `1\\ttext`, `1、text`."""

from __future__ import annotations

import re
from itertools import pairwise

from podcast.text.read.form import Form
from podcast.text.read.heard import Heard

NUMBERED = re.compile(r"\s*[\[(（]?(\d{1,6})(?:\s*[.．、:：)）\]]\s*(?=\D)|\s+(?=\D)|\t)(.*\S)\s*$")
ALONE = re.compile(r"\s*\d{1,6}\s*$")  # a subtitle's number, whose time is lost
FEWEST = 4  # lines that make a habit


def fits(text: str, _suffix: str) -> float:
    """1 where every line has a number, each by one more than the last.

    >>> fits("1. 你好\\n2. 世界\\n3. 再见\\n4. 完", "")
    1.0
    >>> fits("1 个苹果\\n2 个梨\\n2 个桃\\n5 个", "")
    0.0
    """
    lines = [line for line in text.splitlines() if line.strip()]
    alone = [int(line) for line in lines if ALONE.match(line)]
    if len(alone) >= FEWEST and len(alone) * 3 >= len(lines) and ALONE.match(lines[0]):
        return float(all(b == a + 1 for a, b in pairwise(alone)))
    numbers = [int(found[1]) for found in map(NUMBERED.match, lines) if found]
    is_whole = len(numbers) == len(lines) >= FEWEST
    return float(is_whole and all(b == a + 1 for a, b in pairwise(numbers)))


def read(text: str) -> list[Heard]:
    """The lines without their numbers."""
    lines = [(at, line) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
    if ALONE.match(lines[0][1]):
        return [Heard(line, at) for at, line in lines if not ALONE.match(line)]
    found = ((at, NUMBERED.match(line)) for at, line in enumerate(text.splitlines(), 1))
    return [Heard(line[2], at) for at, line in found if line]


EXAMPLE = """\
1. 大家好
2. 今天聊番茄
3. 土要松
4. 再见"""
NUMBERED_LINES = Form("numbered lines", fits, read, EXAMPLE, counts_lines=True)
