"""Lines that were found badly -> those that the recording has, where it lacks whole chapters.

The search leaves out a few hundred characters at once. If the recording lacks more, it never gets
to the words behind them. So where many lines in a row are found badly, short pieces of the sound
are looked for in all of their text at once. Where two pieces follow each other closely in the
sound and are far apart in the text, the text between them is not said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from podcast.recording.chain import Chain, chain
from podcast.recording.features import FRAME_MS
from podcast.recording.network import Scores
from podcast.recording.said import Said
from podcast.recording.search import other_sound
from podcast.recording.units import SILENCE

_SECOND = 1000 // FRAME_MS  # frames
_PIECE = 6 * _SECOND  # frames of sound that are looked for at once
_PIECES = 40  # that are looked for first
_APART = 15 * _SECOND  # frames from one of them to the next, at least
_CLOSE = 8 * _SECOND  # frames between two pieces between which no other is looked for
_CLEAR = 25.0  # by which the place of a piece scores better than any other place
_ELSEWHERE = 40  # characters from a place on which another place begins
_SURPLUS = 250  # characters that are too many for the sound: of fewer the search takes care
_USUAL, _MOST = 5 / _SECOND, 9 / _SECOND  # characters said in a frame
_MORE = 40  # characters that are kept beside a piece in any case
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
    """Yield the parts in which hardly any line is found well.

    For each line `good` tells whether it is, `spans` in which frames it is found, and `sizes` how
    many characters it has.
    """
    solid = [
        good[at] and 2 * sum(good[max(0, at - _AROUND) : at + _AROUND + 1]) > 2 * _AROUND
        for at in range(len(good))
    ]
    edges = np.flatnonzero(np.diff(np.array(solid, np.int8), prepend=1, append=1))
    for opens, closes in edges.reshape(-1, 2).tolist():
        if sum(sizes[opens:closes]) < _FEWEST:
            continue
        first, end = max(0, opens - _AROUND), min(len(good), closes + _AROUND)
        before, after = spans[first - 1] if first else None, spans[end] if end < len(good) else None
        start, stop = before[1] if before else 0, after[0] if after else frames
        if stop - start >= _SHORTEST:
            yield Part(first, end, (start, stop))


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
    if length >= _CLOSE:
        at = (one.frame + other.frame - _PIECE) // 2
        piece = text.find(sounds, at, (one.character, other.character))
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
        values = np.zeros(high - low, np.float32)
        origins = np.arange(low, high)
        for block in sounds.blocks(at, at + _PIECE):
            quiet = np.maximum(block[:, SILENCE], other_sound(block, _BELOW))
            for scores, pause in zip(block, quiet, strict=True):
                values, origins = self._step(values, origins, int(low), scores, pause)
        if len(values) < 2:
            return None
        end = int(values.argmax())
        numbers = self.numbers[low:high]
        elsewhere = np.abs(numbers - numbers[end]) > _ELSEWHERE
        if elsewhere.any() and values[end] - values[elsewhere].max() < _CLEAR:
            return None
        start = int(self.numbers[origins[end]])
        return _Piece(_Place(at, start), _Place(at + _PIECE, int(numbers[end])))

    def _step(
        self,
        values: NDArray[np.float32],
        origins: NDArray[np.int64],
        low: int,
        scores: NDArray[np.float32],
        pause: np.float32,
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The best paths, and the states they began in, a frame later."""
        part = slice(low, low + len(values))
        best, came = values.copy(), origins.copy()
        following = values[:-1] - self.row.opening[part][1:]
        better = following > best[1:]
        best[1:][better], came[1:][better] = following[better], origins[:-1][better]
        over = np.where(self.firsts[part][2:], values[:-2], -np.inf)
        better = over > best[2:]
        best[2:][better], came[2:][better] = over[better], origins[:-2][better]
        best += np.where(self.row.pauses[part], pause, scores[self.row.units[part]])
        return best, came
