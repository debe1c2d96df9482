"""Turns that open with a dash -> Heard: two people who talk with one another.

No name tells who speaks, so the turns are given to two people by turns. That is only done where
somebody asks; else the dashes are a list's, and go.
"""

from __future__ import annotations

import re

from podcast.text.read.form import Form
from podcast.text.read.heard import Heard
from podcast.text.read.who import label_of

DASH = re.compile(r"\s*(?:[—–]{1,2}|-{1,2}(?!-))\s*(?=[^\s\d—–-])(.*\S)\s*$")
ASKS = re.compile(r"[?？]\s*$|[吗呢]\s*$")
FEWEST = 4  # turns
PEOPLE = ("1", "2")


def fits(text: str, _suffix: str) -> float:
    """1 where every line opens with a dash, and few go on with a name, which tells who speaks."""
    lines = [line for line in text.splitlines() if line.strip()]
    found = [turn[1] for turn in map(DASH.match, lines) if turn]
    named = sum(bool(label_of(words)[0]) for words in found)
    return float(len(lines) >= FEWEST and len(found) == len(lines) and named * 2 < len(lines))


def read(text: str) -> list[Heard]:
    """The turns, by turns of one and of the other."""
    found = [(at, DASH.match(line)) for at, line in enumerate(text.splitlines(), 1)]
    turns = [(at, line[1]) for at, line in found if line]
    is_talk = any(ASKS.search(words) for _, words in turns)
    return [
        Heard(words, at, speaker=PEOPLE[place % 2] if is_talk else "")
        for place, (at, words) in enumerate(turns)
    ]


EXAMPLE = """\
— 大家好，聊番茄吗？
— 好的。
— 土要怎么样？
— 土要松。"""
DASHES = Form("turns that open with a dash", fits, read, EXAMPLE, counts_lines=True)
