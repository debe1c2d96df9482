"""Chapter starts set by hand -> the sentences they mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from podcast.errors import ReadError
from podcast.model import Sentence
from podcast.text.hanzi import simplified


class Mark(NamedTuple):
    """A chapter start set by hand: where a phrase is first said, or a line of the transcript.

    `part` names the larger section that opens with it, if one does.
    """

    title: str
    place: str | int
    part: str = ""


def places(sentences: Sequence[Sentence], marks: Sequence[Mark]) -> dict[int, Mark]:
    """For each mark the sentence that holds its place, in the order of the talk.

    Raises ReadError for a phrase nobody says, a line past the end, and two marks in one sentence.
    """
    text, owners = _said(sentences)
    found: dict[int, Mark] = {}
    for mark in marks:
        at = _line(sentences, mark) if isinstance(mark.place, int) else _phrase(text, owners, mark)
        if at in found:
            raise ReadError(
                f"chapters {found[at].title!r} and {mark.title!r} begin in the same sentence; "
                "give one of them another place"
            )
        found[at] = mark
    return dict(sorted(found.items()))


def _said(sentences: Sequence[Sentence]) -> tuple[str, list[int]]:
    """All letters and digits of the talk, and of each the sentence it is in."""
    pieces = [folded(sentence.text) for sentence in sentences]
    return "".join(pieces), [at for at, piece in enumerate(pieces) for _ in piece]


def folded(text: str) -> str:
    """The letters and digits of `text`, Simplified, in lower case.

    >>> folded("《技術共和國》，GPT-4.5")
    '技术共和国gpt45'
    >>> folded("技术共和国")
    '技术共和国'
    """
    return "".join(c for c in simplified(text).casefold() if c.isalnum())


def _phrase(text: str, owners: Sequence[int], mark: Mark) -> int:
    phrase = folded(str(mark.place))
    at = text.find(phrase) if phrase else -1
    if at < 0:
        raise ReadError(
            f"chapter {mark.title!r} begins with {mark.place!r}, which nobody says; "
            "copy a few words from the transcript"
        )
    return owners[at]


def _line(sentences: Sequence[Sentence], mark: Mark) -> int:
    number = int(mark.place)
    if number < 1:
        raise ReadError(f"chapter {mark.title!r} begins in line {number}; lines count from 1")
    exact = next((at for at, s in enumerate(sentences) if s.line == number), None)
    if exact is not None:
        return exact
    return max((at for at, s in enumerate(sentences) if s.line < number), default=0)
