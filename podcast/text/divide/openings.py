"""Chapter starts that a person set -> the sentences at which they are."""

from __future__ import annotations

from collections.abc import Sequence

from podcast.errors import ReadError
from podcast.model import Opening, Sentence
from podcast.text.hanzi import simplified


def places(sentences: Sequence[Sentence], openings: Sequence[Opening]) -> dict[int, Opening]:
    """The openings by the index of the sentence in which they begin, in the order of the talk.

    Raises ReadError for a phrase that the talk does not have, for a line number below 1, and for
    two openings in one sentence.
    """
    text, owners = _folded_talk(sentences)
    opened: dict[int, Opening] = {}
    for opening in openings:
        place = (
            _line(sentences, opening)
            if isinstance(opening.begins, int)
            else _phrase(text, owners, opening)
        )
        if place in opened:
            raise ReadError(
                f"chapters {opened[place].title!r} and {opening.title!r} begin in the same "
                "sentence; give one of them another place"
            )
        opened[place] = opening
    return dict(sorted(opened.items()))


def _folded_talk(sentences: Sequence[Sentence]) -> tuple[str, list[int]]:
    """All letters and digits of the talk, and for each the index of its sentence."""
    pieces = [folded(sentence.text) for sentence in sentences]
    return "".join(pieces), [number for number, piece in enumerate(pieces) for _ in piece]


def folded(text: str) -> str:
    """The letters and digits of `text` in Simplified hanzi and lower case.

    >>> folded("《技術共和國》，GPT-4.5")
    '技术共和国gpt45'
    >>> folded("技术共和国")
    '技术共和国'
    """
    return "".join(c for c in simplified(text).casefold() if c.isalnum())


def _phrase(text: str, owners: Sequence[int], opening: Opening) -> int:
    phrase = folded(str(opening.begins))
    place = text.find(phrase) if phrase else -1
    if place < 0:
        raise ReadError(
            f"chapter {opening.title!r} begins with {opening.begins!r}, which nobody says; "
            "copy a few words from the transcript"
        )
    return owners[place]


def _line(sentences: Sequence[Sentence], opening: Opening) -> int:
    number = int(opening.begins)
    if number < 1:
        raise ReadError(f"chapter {opening.title!r} begins in line {number}; lines count from 1")
    exact = next((place for place, s in enumerate(sentences) if s.line == number), None)
    if exact is not None:
        return exact
    return max((place for place, s in enumerate(sentences) if s.line < number), default=0)
