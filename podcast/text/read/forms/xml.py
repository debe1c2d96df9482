"""Timed text in XML -> Heard: TTML and its kin, YouTube's srv1, srv2 and srv3."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from podcast.files.tidy import Unreadable
from podcast.text.read.form import Beside, Form
from podcast.text.read.forms.clock import clock_ms
from podcast.text.read.forms.markup import MOST_TAGS, plain_text
from podcast.text.read.heard import Heard, has_words, require_few

OPENS = re.compile(r"<(?:\w+:)?(?:tt|transcript|timedtext)\b", re.I)
OPENING = re.compile(r"<(?:\w+:)?(p|text)\b([^<>]*)>", re.I)
CLOSING = re.compile(r"</(?:\w+:)?(p|text)\s*>", re.I)
ATTRIBUTE = re.compile(r"(?:\w+:)?(\w+)\s*=\s*[\"']([^\"']{0,200})[\"']")
AGENT = re.compile(
    r"<ttm:agent\b[^<>]*xml:id=[\"']([^\"']{1,60})[\"'][^<>]*>\s*<ttm:name[^<>]*>([^<>]{1,60})<"
)
HEAD = re.compile(r"<(?:\w+:)?head\b", re.I)  # it tells of styles, and who the speakers are
HEAD_END = re.compile(r"</(?:\w+:)?head\s*>", re.I)
OFFSET = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*(h|m|s|ms|f|t)?$")
UNITS_MS = {"h": 3_600_000.0, "m": 60_000.0, "s": 1000.0, "ms": 1.0, "f": 40.0, "t": 1e-4}


def fits(text: str, _suffix: str) -> float:
    """Whether it is markup whose first elements are those of timed text."""
    opening = text[:3000].lstrip("\ufeff \r\n\t")
    return float(opening.startswith("<") and bool(OPENS.search(opening)))


def read(text: str) -> list[Heard]:
    """One Heard a paragraph. Raises Unreadable where the file declares entities of its own."""
    if re.search(r"<!ENTITY", text[:20_000], re.I):
        raise Unreadable("its XML declares entities of its own; give TTML without a DOCTYPE")
    require_few(text.count("<"), MOST_TAGS, "tags")
    names: dict[str, str] = dict(AGENT.findall(text))
    heard = []
    for number, (attributes, body, _) in enumerate(paragraphs(text), 1):
        told = dict(ATTRIBUTE.findall(attributes))
        start, end = moments(told)
        words = plain_text(body)
        agent = told.get("agent", "")
        if words:
            heard.append(Heard(words, number, start, end, names.get(agent) or agent))
    return heard


def unread(text: str) -> Beside:
    """What stands outside of the head and of all paragraphs, and in one that never ends."""
    head = HEAD.search(text)
    after = HEAD_END.search(text, head.end()) if head else None
    if head and after:
        text = text[: head.start()] + text[after.end() :]
    reached, found = 0, []
    for number, (_, _, (start, end)) in enumerate(paragraphs(text)):
        if start >= reached:
            found.append((number, plain_text(text[reached:start])))
        reached = max(reached, end)
    found.append((len(found), plain_text(text[reached:])))
    return [(number, words) for number, words in found if has_words(words)]


def paragraphs(text: str) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """The attributes, the content and the place of each paragraph; one that never ends is none.

    >>> [one[:2] for one in paragraphs('<p t="1">甲</p><p t="2"/><text a="b">乙</text><p>')]
    [(' t="1"', '甲'), (' t="2"', ''), (' a="b"', '乙')]
    """
    closings: dict[str, list[tuple[int, int]]] = {"p": [], "text": []}
    for closing in CLOSING.finditer(text):
        closings[closing[1].lower()].append(closing.span())
    reached = 0
    for opening in OPENING.finditer(text):
        if opening.start() < reached:
            continue
        if opening[2].endswith("/"):
            yield opening[2][:-1], "", opening.span()
            continue
        ends = closings[opening[1].lower()]
        at = bisect_left(ends, (opening.end(), 0))
        if at < len(ends):
            reached = ends[at][1]
            yield opening[2], text[opening.end() : ends[at][0]], (opening.start(), reached)


def moments(told: dict[str, str]) -> tuple[int | None, int | None]:
    """Start and end in milliseconds: srv1 has start and dur in seconds, srv3 t and d in ms.

    >>> moments({"start": "0.5", "dur": "2.7"}), moments({"t": "500", "d": "2700"})
    ((500, 3200), (500, 3200))
    >>> moments({"begin": "00:00:01.5", "end": "3.2s"})
    (1500, 3200)
    """
    for start, length, unit in (("t", "d", "ms"), ("start", "dur", "s"), ("begin", "dur", "s")):
        begun = moment(told.get(start), unit)
        if begun is not None:
            lasted = moment(told.get(length), unit)
            ended = moment(told.get("end"), unit)
            return begun, ended if lasted is None else begun + lasted
    return None, None


def moment(value: str | None, unit: str) -> int | None:
    """Milliseconds of a clock's time or of a figure, which has its own unit or `unit`."""
    found = OFFSET.match((value or "").strip())
    if found:
        return round(float(found[1]) * UNITS_MS[found[2] or unit])
    return clock_ms(value)


EXAMPLE = """\
<tt xml:lang="zh"><body><div>
<p begin="00:00:01.000" end="00:00:02.500" ttm:agent="a">大家好&amp;</p>
<p t="3000" d="900">今天<br/>聊番茄</p>
</div></body></tt>"""
XML = Form("timed text in XML", fits, read, EXAMPLE, unread=unread)
