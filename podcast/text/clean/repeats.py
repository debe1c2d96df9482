"""Transcript -> Transcript with lines once that a recogniser printed several times."""

from __future__ import annotations

import re
from collections.abc import Sequence

from podcast.model import Line, Transcript

LONGEST_LOOP = 4  # lines of a group that may be repeated
ANNOUNCES = re.compile(r"[说講讲念喊重][^，。]{0,4}[两二三四五几\d][遍次]|再[说讲念]一[遍次]")
TELLING = 4  # letters, digits and hanzi from which a line that occurs twice is a mistake


def drop_doubled_lines(transcript: Transcript) -> Transcript:
    """Keep one of a line that occurs twice in a row, and of a group that occurs three times.

    A short line may occur twice, and so may a group of two lines, such as a refrain.

    >>> def texts(*said: str) -> list[str]:
    ...     lines = tuple(Line(text, number) for number, text in enumerate(said, 1))
    ...     return [line.text for line in drop_doubled_lines(Transcript(lines)).lines]
    >>> texts("没有灵魂", "没有灵魂", "请点赞", "请订阅", "请点赞", "请订阅", "请点赞", "请订阅")
    ['没有灵魂', '请点赞', '请订阅']
    >>> texts("谢谢", "谢谢", "分久必合", "合久必分", "分久必合", "合久必分")
    ['谢谢', '谢谢', '分久必合', '合久必分', '分久必合', '合久必分']
    """
    lines = transcript.lines
    keys = [(content(line.text), line.voice) for line in lines]
    kept: list[Line] = []
    place = 0
    while place < len(lines):
        period, times = _loop_at(keys, place)
        kept += lines[place : place + period]
        if times > 1 and is_announced(lines, place):
            kept += lines[place + period : place + period * times]
        place += period * times
    return Transcript(tuple(kept))


def is_announced(lines: Sequence[Line], place: int) -> bool:
    """Whether a line before `place` announces a repetition: 说三遍.

    >>> lines = tuple(Line(text, n) for n, text in enumerate(["重要的事情说三遍", "不要浇水"], 1))
    >>> is_announced(lines, 1), is_announced(lines, 0)
    (True, False)
    """
    return any(ANNOUNCES.search(line.text) for line in lines[max(0, place - 2) : place])


def content(text: str) -> str:
    """The letters, digits and hanzi of a text, in small letters."""
    return "".join(c for c in text.casefold() if c.isalnum())


def _loop_at(keys: list[tuple[str, str]], place: int) -> tuple[int, int]:
    """The number of lines in the group from `place` on that is repeated, and how often it occurs.

    It is (1, 1) if no group is repeated.
    """
    for period in range(1, LONGEST_LOOP + 1):
        if keys[place + period : place + period + 1] != keys[place : place + 1]:
            continue
        block = keys[place : place + period]
        if len({voice for _, voice in block}) > 1:
            continue  # two people answer each other, which is no mistake of a recogniser
        times = 1
        while keys[place + times * period : place + (times + 1) * period] == block:
            times += 1
        size = sum(len(key) for key, _ in block)
        needed = 2 if period == 1 and size >= TELLING else 3
        if times >= needed and size >= min(period, 2) * 2 - 1:
            return period, times
    return 1, 1
