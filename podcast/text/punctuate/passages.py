"""Tokens -> tokens and their marks, a passage at a time: memory does not grow with the talk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from podcast.text.punctuate.tokens import STRONG, Token

PASSAGE = 16_384  # tokens that are marked at once…
AFTER = 1_024  # …of which so many at the end are marked again with what follows them,
BEFORE = 512  # and so many before them are only looked at


def mark_passages(
    tokens: Iterator[Token], choose: Callable[[Sequence[Token], int], Sequence[str]]
) -> Iterator[tuple[Token, str]]:
    """Each token and its mark. `choose` says the marks of some tokens from a place on.

    Passages meet where a sentence ends; one without an end grows until it has one.
    """
    held: list[Token] = []
    begin, size = 0, PASSAGE
    while True:
        held += islice(tokens, begin + size - len(held))
        if begin == len(held):
            return
        marks = choose(held, begin)
        is_last = len(held) < begin + size
        end = len(marks) if is_last else _last_stop(marks, len(marks) - AFTER)
        yield from zip(held[begin : begin + end], marks, strict=False)
        size = PASSAGE if end else 2 * size
        kept = max(0, begin + end - BEFORE)
        held, begin = held[kept:], begin + end - kept


def _last_stop(marks: Sequence[str], before: int) -> int:
    """The place after the last stop of those `before` a place, 0 where there is none."""
    stops = (at + 1 for at in reversed(range(before)) if marks[at] and marks[at] in STRONG)
    return next(stops, 0)
