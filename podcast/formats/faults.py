"""Faults that were heard in an episode -> a line of text for each, and marks on its page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from podcast.formats.printed import clock, one_line

SHOWN = 40  # characters of a text that a finding shows
LABELS = {  # of the kinds of faults, as the page shows them
    "missing": "漏读",
    "misread": "误读",
    "said twice": "重复",
    "not in the script": "多读",
}
OTHER = "有误"  # the label of a kind that is not in LABELS

_PARAGRAPH = re.compile(
    r'<div class="p">(?:<b class="role">[^<]*</b>)?'
    r'<a class="at" href="#t=(\d+\.\d{3})"[^>]*>[^<]*</a>'
)
_MARKS = re.compile(
    r'<ul class="faults"[^>]*>.*?</ul>\n'
    r'|(?<=<div class="p") id="f\d+"'
    r'|<b class="fault"[^>]*>.*?</b>'
)
_MAIN = re.compile(r"<main\b[^>]*>\n")


@dataclass(frozen=True, slots=True)
class Fault:
    """A paragraph in which something is missing, misread, said twice or not in the script.

    `chapter` and `paragraph` count from 1. `start_seconds` and `end_seconds` are those of the
    sentences concerned, in the episode; `chapter_seconds` is the start in the chapter's own file.
    `text` is what is written there, `heard` what the recogniser heard in its place.
    """

    chapter: int
    title: str
    paragraph: int
    what: str
    start_seconds: float
    end_seconds: float
    chapter_seconds: float
    text: str
    heard: str


def fault_text(fault: Fault) -> str:
    """One line that says what is wrong in a paragraph, and where."""
    heard = f"heard {_short(fault.heard)!r}" if fault.heard else "nothing heard"
    place = f"paragraph {fault.paragraph} of {fault.title}"
    return f"{_clock(fault)}, {place}: {_short(fault.text)!r}, {heard}"


def marked(page: str, faults: Sequence[Fault]) -> str:
    """An episode's page with a mark at each faulty paragraph, and a list of links to these.

    Marks that the page has already are taken away first; without faults it has none. Raises
    ValueError if the page has no paragraph at the time of a fault.
    """
    plain = _MARKS.sub("", page)
    if not faults:
        return plain
    opened = list(_PARAGRAPH.finditer(plain))
    at: dict[int, list[tuple[int, Fault]]] = {}  # the number of a paragraph -> its faults
    for number, fault in enumerate(faults, 1):
        at.setdefault(_place(fault, opened), []).append((number, fault))
    main = _MAIN.search(plain)
    if not main:
        raise ValueError("its page has no script")
    parts, reached = [plain[: main.end()], _list(at)], main.end()
    for place, some in sorted(at.items()):
        paragraph = opened[place]
        head = paragraph[0].replace('<div class="p"', f'<div class="p" id="f{some[0][0]}"', 1)
        parts += [plain[reached : paragraph.start()], head, *(_mark(fault) for _, fault in some)]
        reached = paragraph.end()
    return "".join([*parts, plain[reached:]])


def _place(fault: Fault, opened: Sequence[re.Match[str]]) -> int:
    """Which paragraph of the page has the middle of the fault's sentences."""
    middle = (fault.start_seconds + fault.end_seconds) / 2
    before = [at for at, paragraph in enumerate(opened) if float(paragraph[1]) <= middle]
    if not before:
        raise ValueError(f"its page has no paragraph at {_clock(fault)}")
    return before[-1]


def _list(at: dict[int, list[tuple[int, Fault]]]) -> str:
    items = "".join(
        f'<li><a href="#f{some[0][0]}">{_clock(fault)} {_label(fault)}</a></li>'
        for _, some in sorted(at.items())
        for _, fault in some
    )
    return f'<ul class="faults" aria-label="听到与文稿不符的段落">{items}</ul>\n'


def _mark(fault: Fault) -> str:
    heard = f"听到：{_short(fault.heard)}" if fault.heard else "没有听到"
    told = escape(one_line(f"{_short(fault.text)} {heard}"))
    return f'<b class="fault" title="{told}">{_label(fault)}</b>'


def _label(fault: Fault) -> str:
    return LABELS.get(fault.what, OTHER)


def _clock(fault: Fault) -> str:
    return clock(round(fault.start_seconds * 1000))


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
