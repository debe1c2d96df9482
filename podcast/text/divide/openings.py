"""Chapter starts set by hand -> the sentences they mean."""

from __future__ import annotations

from collections.abc import Sequence

from podcast.errors import ReadError
from podcast.model import Opening, Sentence
from podcast.text.hanzi import simplified


def places(sentences: Sequence[Sentence], openings: Sequence[Opening]) -> dict[int, Opening]:
    """For each opening the sentence that holds its place, in the order of the talk.

    Raises ReadError for a phrase nobody says, a line past the end, and two in one sentence.
    """
    text, owners = _said(sentences)
    found: dict[int, Opening] = {}
    for opening in openings:
        at = (
            _line(sentences, opening)
            if isinstance(opening.begins, int)
            else _phrase(text, owners, opening)
        )
        if at in found:
            raise ReadError(
                f"chapters {found[at].title!r} and {opening.title!r} begin in the same sentence; "
                "give one of them another place"
            )
        found[at] = opening
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


def _phrase(text: str, owners: Sequence[int], opening: Opening) -> int:
    phrase = folded(str(opening.begins))
    at = text.find(phrase) if phrase else -1
    if at < 0:
        raise ReadError(
            f"chapter {opening.title!r} begins with {opening.begins!r}, which nobody says; "
            "copy a few words from the transcript"
        )
    return owners[at]


def _line(sentences: Sequence[Sentence], opening: Opening) -> int:
    number = int(opening.begins)
    if number < 1:
        raise ReadError(f"chapter {opening.title!r} begins in line {number}; lines count from 1")
    exact = next((at for at, s in enumerate(sentences) if s.line == number), None)
    if exact is not None:
        return exact
    return max((at for at, s in enumerate(sentences) if s.line < number), default=0)
