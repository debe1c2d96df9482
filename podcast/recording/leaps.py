"""Lines that were found badly -> those that the recording has, where it lacks whole chapters.

The search leaves out a few hundred characters at once. If the recording lacks more, it never gets
to the words behind them. So where many lines in a row are found badly, short pieces of the sound
are looked for in all of their text at once. Where two pieces follow each other closely in the
sound and are far apart in the text, the text between them is not said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from podcast.recording.chain import Chain, chain
from podcast.recording.features import FRAME_MS
from podcast.recording.network import Scores
from podcast.recording.said import Said
from podcast.recording.search import other_sound
from podcast.recording.units import SILENCE, STATES

_SECOND = 1000 // FRAME_MS  # frames
_PIECE = 6 * _SECOND  # frames of sound that are looked for at once
_PIECES = 40  # that are looked for first
_APART = 15 * _SECOND  # frames from one of them to the next, at least
_CLOSE = 8 * _SECOND  # frames between two pieces between which no other is looked for
_SHARES = (0.5, 0.3, 0.7, 0.1, 0.9)  # of the way between two pieces, where one is looked for
_CLEAR = 25.0  # by which the place of a piece scores better than any other place
_ELSEWHERE = 40  # characters from a place on which another place begins
_SURPLUS = 250  # characters that are too many for the sound: of fewer the search takes care
_USUAL, _MOST = 5 / _SECOND, 7 / _SECOND  # characters said in a frame
_MORE = 30  # characters that are kept beside a piece in any case
_FASTEST = 2  # states that a path reaches in a frame
_BELOW = 1.5  # how far below speech other sound scores
_FEWEST, _SHORTEST = 200, 10 * _SECOND  # characters and frames of a part that is worth the work
# Lines on either side of a line, of which most must be found well, too; so many before and after a
# part belong to it, as the first of them may be found in the words of others.
_AROUND = 2


class Sounds(Protocol):
    """A recording's scores, block by block."""

    def blocks(self, start: int, end: int) -> Iterator[Scores]:
        """The scores of frames from `start` to `end`."""


class Part(NamedTuple):
    """Lines from `first` up to `end`, and the frames between the lines around them."""

    first: int
    end: int
    frames: tuple[int, int]


class _Place(NamedTuple):
    """A frame, and the number of the character that is said there."""

    frame: int
    character: int


class _Piece(NamedTuple):
    """Where a piece of the sound begins and ends in the text."""

    start: _Place
    end: _Place


def doubtful(
    good: Sequence[bool],
    spans: Sequence[tuple[int, int] | None],
    sizes: Sequence[int],
    frames: int,
) -> Iterator[Part]:
    """Yield the parts in which hardly any line is found well; no two of them share a line.

    For each line `good` tells whether it is, `spans` in which frames it is found, and `sizes` how
    many characters it has.
    """
    solid = [
        good[at] and 2 * sum(good[max(0, at - _AROUND) : at + _AROUND + 1]) > 2 * _AROUND
        for at in range(len(good))
    ]
    edges = np.flatnonzero(np.diff(np.array(solid, np.int8), prepend=1, append=1))
    for first, end in _apart(
        (max(0, opens - _AROUND), min(len(good), closes + _AROUND))
        for opens, closes in edges.reshape(-1, 2).tolist()
        if sum(sizes[opens:closes]) >= _FEWEST
    ):
        # The nearest lines that were found: one of signs alone is found nowhere.
        before = next((span for span in reversed(spans[:first]) if span), None)
        after = next((span for span in spans[end:] if span), None)
        start, stop = before[1] if before else 0, after[0] if after else frames
        if stop - start >= _SHORTEST:
            yield Part(first, end, (start, stop))


def _apart(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs of lines in order, those that touch or overlap made one: one sound is searched once."""
    made: list[tuple[int, int]] = []
    for first, end in runs:
        if made and first <= made[-1][1]:
            first, _ = made.pop()
        made.append((first, end))
    return made


def said_lines(sounds: Sounds, heard: Sequence[Sequence[Said]], part: Part) -> list[int]:
    """The lines of a part that may be said in its frames: all but those that surely are not."""
    text = _Text(heard[part.first : part.end])
    start, end = part.frames
    first, last = _Place(start, 0), _Place(end, text.characters)
    step = max(_APART, (end - start) // _PIECES)
    found = [
        piece
        for at in range(start, end - _PIECE + 1, step)
        if (piece := text.find(sounds, at, (0, text.characters)))
    ]
    pieces = [_Piece(first, first), *_rising(found), _Piece(last, last)]
    kept = np.ones(text.characters, np.bool_)
    for one, following in pairwise(pieces):
        for before, after in _narrowed(text, sounds, one.end, following.start):
            reach = round((after.frame - before.frame) * _MOST) + _MORE
            kept[before.character + reach : max(0, after.character - reach)] = False
    return [part.first + line for line in text.lines_of(kept)]


def _narrowed(
    text: _Text, sounds: Sounds, one: _Place, other: _Place
) -> Iterator[tuple[_Place, _Place]]:
    """Yield pairs of places, as close as can be, between which there is too much text."""
    length = other.frame - one.frame
    if other.character - one.character - length * _USUAL <= _SURPLUS:
        return
    piece = None
    for share in _SHARES if length >= _CLOSE else ():
        at = one.frame + round((length - _PIECE) * share)
        piece = piece or text.find(sounds, at, (one.character, other.character))
    if piece is None:
        yield one, other
        return
    yield from _narrowed(text, sounds, one, piece.start)
    yield from _narrowed(text, sounds, piece.end, other)


def _rising(pieces: Sequence[_Piece]) -> list[_Piece]:
    """The most pieces that follow each other in the text as they do in the sound."""
    best: list[list[_Piece]] = []
    for piece in pieces:
        before = [row for row in best if row[-1].end.character <= piece.start.character]
        best.append([*max(before, key=len, default=[]), piece])
    return max(best, key=len, default=[])


class _Text:
    """The text of lines, in which pieces of sound are looked for."""

    def __init__(self, heard: Sequence[Sequence[Said]]) -> None:
        self.row: Chain = chain(heard)
        self.firsts = self.row.firsts
        self.numbers = np.cumsum(self.firsts)  # of the characters that begin up to a state
        self.characters = int(self.numbers[-1])
        self.homes = self.row.lines[self.firsts]

    def lines_of(self, kept: NDArray[np.bool_]) -> list[int]:
        """The lines of which any character is kept, in order; one without any is kept, too."""
        gone = set(self.homes.tolist()) - set(self.homes[kept].tolist())
        return [line for line in range(int(self.row.lines[-1])) if line not in gone]

    def find(self, sounds: Sounds, at: int, part: tuple[int, int]) -> _Piece | None:
        """Where the sound from frame `at` on is in a part of the text; None if it is not clear."""
        low, high = np.searchsorted(self.numbers, [part[0], part[1] + 1])
        if high - low < 3:
            return None
        paths = _Paths(self.row, int(low), int(high))
        rows = np.concatenate(list(_rows(sounds, at)))
        for scores in rows:
            paths.step(scores)
        end = int(paths.values.argmax())
        numbers = self.numbers[low:high]
        elsewhere = np.abs(numbers - numbers[end]) > _ELSEWHERE
        if elsewhere.any() and paths.values[end] - paths.values[elsewhere].max() < _CLEAR:
            return None
        first = max(0, end - _FASTEST * len(rows) - 2)
        traced = _Traced(self.row, int(low) + first, int(low) + end + 1)
        for scores in rows:
            traced.step(scores)
        start = int(numbers[first + traced.origins[-1]])
        return _Piece(_Place(at, start), _Place(at + _PIECE, int(numbers[end])))


def _rows(sounds: Sounds, at: int) -> Iterator[Scores]:
    """The scores of a piece of sound from frame `at` on; at the end of each row that of a pause."""
    for block in sounds.blocks(at, at + _PIECE):
        quiet = np.maximum(block[:, SILENCE], other_sound(block, _BELOW))
        yield np.column_stack([block, quiet])


class _Paths:
    """The best path to each state of a part of a row, from any state."""

    def __init__(self, row: Chain, low: int, high: int) -> None:
        self.opening = row.opening[low + 1 : high]
        self.units = np.where(row.pauses[low:high], len(STATES), row.units[low:high])
        self.firsts = np.flatnonzero(row.firsts[low:high])
        self.firsts = self.firsts[self.firsts >= 2]
        self.values = np.zeros(high - low, np.float32)

    def step(self, scores: NDArray[np.float32]) -> None:
        """Go on by a frame."""
        best = self.values.copy()
        following = self.values[:-1] - self.opening
        better = following > best[1:]
        np.maximum(best[1:], following, out=best[1:])
        over = self.values[self.firsts - 2]
        is_over = over > best[self.firsts]
        to = self.firsts[is_over]
        best[to] = over[is_over]
        self.trace(better, to)
        best += scores.take(self.units)
        self.values = best

    def trace(self, better: NDArray[np.bool_], to: NDArray[np.intp]) -> None:
        """Note which paths go on to the next state, and which go over a pause to states `to`."""


class _Traced(_Paths):
    """The same, and the state that each path began in: for a short part, as it takes its time."""

    def __init__(self, row: Chain, low: int, high: int) -> None:
        super().__init__(row, low, high)
        self.origins = np.arange(high - low, dtype=np.int32)

    def trace(self, better: NDArray[np.bool_], to: NDArray[np.intp]) -> None:
        """Note them in `origins`."""
        came = self.origins.copy()
        np.copyto(came[1:], self.origins[:-1], where=better)
        came[to] = self.origins[to - 2]
        self.origins = came
