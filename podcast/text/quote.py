"""Transcript -> Transcript in which quoted passages have the guest's voice.

A speaker plays a clip or reads a page aloud, and the recogniser prints it as a part of the talk.
Such a passage is recognised by three kinds of evidence: its script (a clip is often printed in
Traditional hanzi in a Simplified transcript, or the other way round), its style (a novel has no
对吧 and 这个), and a sentence that announces it (我们来看一段…) or ends it (这是小说的最后一部分).
The likeliest sequence of host and guest is computed for the whole transcript; only passages with
all three kinds of evidence are marked. This must run before `clean`, which changes the script.
"""

from __future__ import annotations

import re
from dataclasses import replace
from math import log

from podcast.model import GUEST, HOST, Line, Transcript
from podcast.text.clean.simplify import has_simplified, has_traditional, simplify

SHORTEST_PASSAGE_LINES = 8  # lines of a passage, at least
FEWEST = 60  # characters of a passage, at least
MINOR = 0.3  # lines of the rarer script for each line of the other, at most, to be evidence
IN_QUOTES = 0.06  # share of quoted lines that have a word of spoken style

_TALK = re.compile(
    r"^(?:对|好|OK|嗯|啊|呃)|对吧|是吧|对不对|好吧|OK|就是说|就是[^要在]|[这那]个|然后|所以说|嘛|呢$|啊$"
    r"|我觉得|大家|其实|怎么说|比如说|什么的|特别|肯定|应该|差不多|基本上|刚才|前面|后面|我记得",
    re.IGNORECASE,
)
_AUDIENCE = re.compile(r"大家|群里|直播|今天的?分享|同学们?|朋友们|听众|各位|这一[期集]|给你们")
_ALONE = re.compile(r"(?:[对是好]吧?|对不对|OK|好的|嗯|啊|呃|[ ,，。])+", re.IGNORECASE)
_OPENING = re.compile(
    r"(?:来|一起)看(?:一下|看|一|这|段)|(?:放|听|播|看|念|读|引用)(?:一|两|了|个|到|给|这)*(?:段|下|篇|封|首|集|个)"
    r"|[这那](?:里|边|儿)?有(?:一|两)?[个段篇]|访谈|采访|对话|视频|小说|日记|演讲|录音|片段|原文|原话|节选"
)
_CLOSING = re.compile(
    r"[这那]一?(?:段|个|篇|部分)|刚才|小说|视频|采访|访谈|讲述|^(?:对|好|好吧|OK|好的)[,，。]?$|听完|看完|放完",
    re.IGNORECASE,
)
_INTRODUCES = re.compile(
    r"(?:前面|后面)(?:讲|说|看)|刚才[讲看]到|(?<!第)[一这那](?:个|段|篇|部|本)?(?:科幻)?(?:小说|视频|采访|访谈|对话|演讲|日记)|小说在|名字叫|题目叫"
)
_SHOWN = re.compile(
    r"[这那]一?[段篇部]|[这那]个?(?:小说|视频|采访|访谈|演讲|对话)|是小说|听完|看完|放完|讲述"
)
_REACH_LINES = 4  # lines before or after a passage in which it can be announced or closed
_FAR = 16  # lines from the edge of a passage in which its exact edge is looked for


def mark_quotes(transcript: Transcript) -> Transcript:
    """The transcript, with the guest's voice for the lines of passages that are surely quoted.

    A transcript with several voices is not changed, since its speakers are known.

    >>> talk = ("对，这个大家都知道", "然后我觉得就是说", "这个其实很好玩") * 20
    >>> novel = ("夜深了", "窗外異常寂靜", "遠處傳來無人機的嗡鳴", "在它的注視下我將入睡") * 5
    >>> texts = (*talk, "我给大家读一段小说", *novel, "好吧", "这是小说的最后一段", *talk)
    >>> transcript = Transcript(tuple(Line(text, at) for at, text in enumerate(texts, 1)))
    >>> guest = [line.number for line in mark_quotes(transcript).lines if line.voice == GUEST]
    >>> guest == list(range(62, 82))
    True
    >>> talked = Transcript(transcript.lines[:60])
    >>> mark_quotes(talked) == talked
    True
    """
    lines = transcript.lines
    if len(lines) < 2 * SHORTEST_PASSAGE_LINES or any(line.voice != HOST for line in lines):
        return transcript
    plain = [simplify(line.text) for line in lines]
    foreign = _foreign(lines)
    guest = [False] * len(lines)
    for passage in _passages(_course(_odds(plain, foreign), plain)):
        first, last = _edged(*passage, plain, foreign)
        if _is_sure(lines[first:last], foreign[first:last], plain, first, last):
            guest[first:last] = [True] * (last - first)
    return Transcript(
        tuple(
            replace(line, voice=GUEST) if is_guest else line
            for line, is_guest in zip(lines, guest, strict=True)
        )
    )


def _foreign(lines: tuple[Line, ...]) -> list[bool]:
    """For each line whether it is in the rarer script; none is, if both scripts are frequent."""
    traditional = [has_traditional(line.text) for line in lines]
    simplified = [has_simplified(line.text) for line in lines]
    for script, other in ((traditional, simplified), (simplified, traditional)):
        if sum(script) <= MINOR * max(1, sum(other)):
            return [a and not b for a, b in zip(script, other, strict=True)]
    return [False] * len(lines)


def _odds(plain: list[str], foreign: list[bool]) -> list[float]:
    """For each line, the log odds that it is the guest's and not the host's."""
    talk = [bool(_TALK.search(text)) for text in plain]
    usual = min(0.95, max(0.02, sum(talk) / max(1, len(talk))))
    spoken, written = log(IN_QUOTES / max(usual, IN_QUOTES)), log((1 - IN_QUOTES) / (1 - usual))
    odds = []
    for text, is_talk, is_foreign in zip(plain, talk, foreign, strict=True):
        value = max(spoken, -2.0) if is_talk else max(0.0, written)
        value -= 2.0 if _AUDIENCE.search(text) or _ALONE.fullmatch(text) else 0.0
        odds.append(value + (1.0 if is_foreign else 0.0))
    return odds


def _course(odds: list[float], plain: list[str]) -> list[bool]:
    """The likeliest sequence of host (False) and guest (True), one for each line."""
    best = (0.0, -9.0)
    steps: list[tuple[bool, bool]] = []
    for place, value in enumerate(odds):
        near = plain[max(0, place - _REACH_LINES) : place]
        announced = any(_OPENING.search(text) for text in near)
        enter, leave = (2.5 if announced else 6.0), (1.0 if _CLOSING.search(plain[place]) else 2.5)
        host, guest = best
        steps.append((guest - leave > host, guest > host - enter))
        best = (max(host, guest - leave), max(guest, host - enter) + value)
    is_guest = best[1] > best[0]
    course = []
    for from_guest_to_host, stayed in reversed(steps):
        course.append(is_guest)
        is_guest = stayed if is_guest else from_guest_to_host
    return course[::-1]


def _passages(course: list[bool]) -> list[tuple[int, int]]:
    """The passages of the guest: the index of the first line and of the one after the last."""
    sides = [False, *course, False]
    edges = [place for place in range(len(course) + 1) if sides[place] != sides[place + 1]]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _edged(first: int, last: int, plain: list[str], foreign: list[bool]) -> tuple[int, int]:
    """The passage without its announcement, up to the line that closes it."""
    opening = range(first, min(first + _FAR, (first + last) // 2))
    announcing = [place for place in opening if _is_host(plain[place])]
    begin = announcing[-1] + 1 if announcing else first
    ahead = range(last, min(last + _FAR, len(plain)))
    closes = next((place for place in ahead if _SHOWN.search(plain[place])), None)
    if closes is not None and not any(map(_is_host, plain[last:closes])):
        return begin, closes - bool(_ALONE.fullmatch(plain[closes - 1]))
    return begin, max((place + 1 for place in range(begin, last) if foreign[place]), default=last)


def _is_host(text: str) -> bool:
    """Whether a line is surely the host's: it speaks to the audience or introduces a passage."""
    return bool(_AUDIENCE.search(text) or _INTRODUCES.search(text))


def _is_sure(
    lines: tuple[Line, ...], foreign: list[bool], plain: list[str], first: int, last: int
) -> bool:
    """Whether a passage is long enough and has all three kinds of evidence."""
    if len(lines) < SHORTEST_PASSAGE_LINES or sum(len(line.text) for line in lines) < FEWEST:
        return False
    talk = sum(bool(_TALK.search(text)) for text in plain[first:last]) / len(lines)
    announced = any(
        _OPENING.search(text) for text in plain[max(0, first - _REACH_LINES) : first + 1]
    )
    closed = any(_SHOWN.search(text) for text in plain[last : last + _REACH_LINES])
    is_foreign = sum(foreign) >= max(4, 0.25 * len(lines))
    return talk <= 0.2 and is_foreign and (announced or closed)
