"""MicroDVD subtitles -> Heard: `{100}{175}text|text`, times counted in frames."""

from __future__ import annotations

import re

from podcast.files.tidy import tidy
from podcast.text.read.form import Beside, Form
from podcast.text.read.heard import Heard, has_words
from podcast.text.spacing import join_lines

LINE = re.compile(r"\{(\d{1,9})\}\{(\d{1,9})?\}(.*)$")
RATE_LINE = re.compile(r"\s*(\d{2,3}(?:\.\d{1,3})?)\s*$")
USUAL_RATE = 25.0  # frames a second; a first line of `{1}{1}23.976` says otherwise
CODE = re.compile(r"\{[a-zA-Z]:[^{}]*\}")  # {y:i} sets italics


def fits(text: str, _suffix: str) -> float:
    """The share of lines that open with two frames in braces."""
    lines = [line for line in text.splitlines() if line.strip()]
    return sum(bool(LINE.match(tidy(line))) for line in lines) / max(1, len(lines))


def read(text: str) -> list[Heard]:
    """The lines, numbered by their place in the file."""
    heard: list[Heard] = []
    rate = USUAL_RATE
    for number, line in enumerate(text.splitlines(), 1):
        found = LINE.match(tidy(line))
        if not found:
            continue
        told = RATE_LINE.match(found[3])
        if not heard and told and float(told[1]):
            rate = float(told[1])
            continue
        start, end = (round(int(f) * 1000 / rate) if f else None for f in found.groups()[:2])
        heard.append(Heard(join_lines(CODE.sub("", found[3]).split("|")), number, start, end))
    return heard


def unread(text: str) -> Beside:
    """The lines that open without frames."""
    lines = ((number, tidy(line)) for number, line in enumerate(text.splitlines(), 1))
    return [(number, line) for number, line in lines if has_words(line) and not LINE.match(line)]


EXAMPLE = """\
{1}{1}25.000
{25}{75}大家好
{80}{120}今天|聊番茄"""
MICRODVD = Form("MicroDVD subtitles", fits, read, EXAMPLE, unread=unread)
