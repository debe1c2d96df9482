"""Lines -> tokens: the hanzi and Latin words of a run of lines, and what lies between them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from podcast.model import Line

WEAK = "，、：；"
STRONG = "。？！…"
DASH = "—"  # a mark already: none is added beside it
_STRENGTH = DASH + WEAK + "…。！？"
FULL_WIDTH = {
    **{mark: mark for mark in _STRENGTH},
    **dict(zip(",;:?!.､｡．⋯─", "，；：？！。、。。…—", strict=True)),
}
_LETTER = r"[^\W_\u2e80-\U0003ffff]"  # a letter or digit of an alphabet, not of a CJK script
_TOKEN = re.compile(
    rf"(?:[A-Z]\.){{2,}}(?![a-z])|{_LETTER}+(?:[.,:'’\-–/_&+@·]+{_LETTER}+)*|[^\W_]"
)
_LATIN = re.compile(_LETTER)


@dataclass(frozen=True, slots=True)
class Token:
    """One hanzi, or one Latin word or number, and the characters between it and the next.

    `line` is the number of the line it stands in, `ends` whether it is that line's last.
    `gap` holds white space, marks, quotes and symbols as they were written.
    """

    text: str
    gap: str
    line: int
    ends: bool = False


def is_latin(text: str) -> bool:
    """Whether `text` begins with a letter or digit of an alphabet.

    >>> is_latin("GPT-4.5"), is_latin("人")
    (True, False)
    """
    return bool(_LATIN.match(text))


def tokenise(line: Line) -> tuple[str, list[Token]]:
    """What stands before the first token of a line, and its tokens.

    >>> lead, tokens = tokenise(Line("“AI是 GPT-4.5,对吧", 1))
    >>> lead, [token.text for token in tokens], tokens[2].gap
    ('“', ['AI', '是', 'GPT-4.5', '对', '吧'], ',')
    >>> [token.text for token in tokenise(Line("L.A.大火", 1))[1]]
    ['L.A.', '大', '火']
    """
    text = line.text
    found = list(_TOKEN.finditer(text))
    if not found:
        return text, []
    starts = [match.start() for match in found[1:]] + [len(text)]
    tokens = [
        Token(match[0], text[match.end() : start], line.number)
        for match, start in zip(found, starts, strict=True)
    ]
    tokens[-1] = replace(tokens[-1], ends=True)
    return text[: found[0].start()], tokens


def flatten(lines: Iterable[Line]) -> tuple[str, list[Token]]:
    """What stands before the first token of all `lines`, and all their tokens."""
    lead = ""
    tokens: list[Token] = []
    for line in lines:
        before, found = tokenise(line)
        if not tokens:
            lead += before
        elif before:
            tokens[-1] = replace(tokens[-1], gap=tokens[-1].gap + before)
        tokens += found
    return lead, tokens


def written_mark(gap: str) -> str:
    """The strongest mark in `gap`, in full width, or an empty string.

    >>> written_mark(",”"), written_mark("?!"), written_mark(" “"), written_mark("...")
    ('，', '？', '', '…')
    """
    if not gap or gap.isspace():
        return ""
    if "..." in gap or "。。。" in gap:
        return "…"
    marks = [FULL_WIDTH[c] for c in gap if c in FULL_WIDTH]
    return max(marks, key=_STRENGTH.index, default="")
