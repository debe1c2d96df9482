"""Tokens -> tokens and their marks, in passages, so that memory does not grow with the talk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from podcast.text.punctuate.tokens import STRONG, Token

PASSAGE = 16_384  # tokens that are punctuated at once
AFTER = 1_024  # tokens at a passage's end that are punctuated again together with the next passage
BEFORE = 512  # tokens before a passage that are only context


class Mark(NamedTuple):
    """The mark after a token, or an empty sign.

    `proof` are the log odds that a sentence ends there; None where the transcript has the mark.
    """

    sign: str
    proof: float | None = None


def mark_passages(
    tokens: Iterator[Token], choose: Callable[[Sequence[Token], int], Sequence[Mark]]
) -> Iterator[tuple[Token, Mark]]:
    """Each token and its mark. `choose` returns the marks of some tokens from an index on.

    A passage ends where a sentence ends; if no sentence ends in it, it is made longer.
    """
    passage: list[Token] = []
    begin, size = 0, PASSAGE
    while True:
        passage += islice(tokens, begin + size - len(passage))
        if begin == len(passage):
            return
        marks = choose(passage, begin)
        is_last = len(passage) < begin + size
        end = len(marks) if is_last else _last_stop(marks, len(marks) - AFTER)
        yield from zip(passage[begin : begin + end], marks, strict=False)
        size = PASSAGE if end else 2 * size
        context = max(0, begin + end - BEFORE)
        passage, begin = passage[context:], begin + end - context


def _last_stop(marks: Sequence[Mark], before: int) -> int:
    """The index after the last of the first `before` marks that is a stop; 0 if none is."""
    places = reversed(range(before))
    stops = (place + 1 for place in places if marks[place].sign and marks[place].sign in STRONG)
    return next(stops, 0)
