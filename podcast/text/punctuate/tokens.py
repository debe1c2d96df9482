"""Lines -> tokens: the hanzi and Latin words of some lines, and the characters between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from podcast.files.addresses import ADDRESS, may_hold_address
from podcast.model import Line

WEAK = "，、：；"
STRONG = "。？！…"
DASH = "—"  # counts as a mark: no other mark is added beside it
_STRENGTH = DASH + WEAK + "…。！？"
FULL_WIDTH = {
    **{mark: mark for mark in _STRENGTH},
    **dict(zip(",;:?!.､｡．⋯─", "，；：？！。、。。…—", strict=True)),
}
_LETTER = r"[^\W_\u2e80-\U0003ffff]"  # a letter or digit of an alphabet, not of a CJK script
_TOKEN = re.compile(
    rf"(?:[A-Z]\.){{2,}}(?![a-z])|{_LETTER}+(?:[.,:'’\-–/_&+@·]+{_LETTER}+)*|[^\W_]"
)
_TOKEN_OR_ADDRESS = re.compile(rf"{ADDRESS.pattern}|{_TOKEN.pattern}")
_LATIN = re.compile(rf"[/\\~.]*{_LETTER}")


@dataclass(frozen=True, slots=True)
class Token:
    """One hanzi, Latin word or number, and the characters between it and the next.

    `line` is the number of its line, and `ends` says whether it is the last token of the line.
    `gap` has the white space, marks, quotes and symbols after it as they are in the transcript.
    `pause_ms` is the silence after the token, -1 if it is not known.
    """

    text: str
    gap: str
    line: int
    ends: bool = False
    pause_ms: int = -1


def is_latin(text: str) -> bool:
    """Whether `text` begins with a letter or digit of an alphabet.

    >>> is_latin("GPT-4.5"), is_latin("人")
    (True, False)
    """
    return bool(_LATIN.match(text))


def tokenise(line: Line, pause_ms: int = -1) -> Iterator[Token]:
    """The tokens of a line; `pause_ms` is the silence after the line, -1 if it is not known.

    >>> [(token.text, token.gap) for token in tokenise(Line("“AI是 GPT-4.5,对", 1))]
    [('AI', ''), ('是', ' '), ('GPT-4.5', ','), ('对', '')]
    >>> [token.text for token in tokenise(Line("L.A.大火", 1))]
    ['L.A.', '大', '火']
    >>> [token.text for token in tokenise(Line("看https://a.cn/w?v=1&t=2,好", 1))]
    ['看', 'https://a.cn/w?v=1&t=2', '好']
    """
    text, number = line.text, line.number
    found = None
    for match in _finds(text).finditer(text):
        if found:
            yield Token(found[0], text[found.end() : match.start()], number)
        found = match
    if found:
        yield Token(found[0], text[found.end() :], number, ends=True, pause_ms=pause_ms)


def _finds(text: str) -> re.Pattern[str]:
    """The pattern of the tokens of a line; an address with its marks is one token."""
    return _TOKEN_OR_ADDRESS if may_hold_address(text) else _TOKEN


def lead_in(lines: Iterable[Line]) -> str:
    """The characters before the first token of `lines`.

    >>> lead_in([Line("……", 1), Line("“好”", 2)])
    '……“'
    """
    lead = ""
    for line in lines:
        first = _finds(line.text).search(line.text)
        if first:
            return lead + line.text[: first.start()]
        lead += line.text
    return lead


def flatten(lines: Iterable[Line]) -> Iterator[Token]:
    """All tokens of `lines`; characters before the first token of a line go into the gap before."""
    last: Token | None = None
    for line, following in pairwise(chain(lines, [None])):
        assert line is not None
        first = _finds(line.text).search(line.text)
        before = line.text[: first.start()] if first else line.text
        if last and before:
            last = replace(last, gap=last.gap + before)
        for token in tokenise(line, pause_between(line, following)):
            if last:
                yield last
            last = token
    if last:
        yield last


def pause_between(line: Line, following: Line | None) -> int:
    """The silence between two lines in milliseconds, -1 if it is not known."""
    if following is None or line.end_ms is None or following.start_ms is None:
        return -1
    return max(0, following.start_ms - line.end_ms)


def written_mark(gap: str) -> str:
    """The strongest mark in `gap` in full width, or an empty string.

    >>> written_mark(",”"), written_mark("?!"), written_mark(" “"), written_mark("...")
    ('，', '？', '', '…')
    """
    if not gap or gap.isspace():
        return ""
    if "..." in gap or "。。。" in gap:
        return "…"
    marks = [FULL_WIDTH[c] for c in gap if c in FULL_WIDTH]
    return max(marks, key=_STRENGTH.index, default="")
