"""LRC lyrics -> Heard: `[mm:ss.xx]text`, with tags like `[ti:…]` and stamps before single words."""

from __future__ import annotations

import re

from podcast.text.read.form import Form
from podcast.text.read.forms.clock import clock_ms
from podcast.text.read.heard import Heard

STAMP = re.compile(r"\s*\[(\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?)\]")
TAG = re.compile(
    r"\s*\[(?:ti|ar|al|au|by|re|ve|length|offset|lr|id|la|tool|#)\s*:[^\]]*\]\s*$", re.I
)
OFFSET = re.compile(r"\s*\[offset\s*:\s*([+-]?\d{1,7})\s*\]", re.I)
WORD_STAMP = re.compile(r"<\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?>")


def fits(text: str, suffix: str) -> float:
    """Whether it holds one of LRC's tags, or is named so, and most lines open with a stamp."""
    lines = [line for line in text.splitlines() if line.strip()]
    tags = sum(bool(TAG.match(line)) for line in lines)
    stamps = sum(bool(STAMP.match(line.strip())) for line in lines)
    is_told = tags or suffix == ".lrc"
    return (tags + stamps) / len(lines) if is_told and stamps else 0.0


def read(text: str) -> list[Heard]:
    """A line for each of its stamps, in the order of time; `[offset:+ms]` shows all sooner."""
    said: list[tuple[int, str, int]] = []
    offset = 0
    for number, line in enumerate(text.splitlines(), 1):
        told = OFFSET.match(line)
        offset = int(told[1]) if told else offset
        if TAG.match(line):
            continue
        stamps, at = [], 0
        while found := STAMP.match(line, at):
            stamps.append(clock_ms(found[1]) or 0)
            at = found.end()
        rest = line[at:]
        words = WORD_STAMP.sub("", STAMP.sub("", rest)).strip()
        said += [(max(0, stamp - offset), words, number) for stamp in stamps or [0] if words]
    said.sort(key=lambda one: one[0])
    return [Heard(words, place, at) for place, (at, words, _) in enumerate(said, 1)]


EXAMPLE = """\
[ti:番茄]
[offset:+20]
[00:01.50]大家好
[00:02.50][00:09.00]今天<00:03.00>聊番茄"""
LRC = Form("LRC lyrics", fits, read, EXAMPLE)
