"""Stretches of a recording -> one sound, in which nobody hears where they were put together.

Two stretches are crossed over in a few milliseconds that lie in a lull of both, so that a constant
offset and a hum go on, and no click is heard. A pause between them has the sound of the room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from podcast.model import RATE, Cut

FADE = RATE * 6 // 1000  # samples in which one stretch goes over into the next
HALF = FADE // 2  # of them, on either side of a cut
CUT_LUFS = -23.0  # of every paragraph that is cut, before one gain makes the voice loud enough
_HIGHEST = 32_000.0  # of a sample, in 16-bit units, after a gain

Samples = NDArray[np.float32]
Get = Callable[[int, int], Samples]
"""A function that returns the samples of a recording from one number up to another.

They are in 16-bit units; before the beginning and after the end of the recording there are zeros.
"""


def joined(cuts: Sequence[Cut], room: Samples, get: Get, gain_db: float) -> NDArray[np.int16]:
    """The cuts put together: int16 of shape (samples,), as long as all cuts and their pauses.

    `room` is the sound of the room. If the gain would make a sample too high, it is lowered.
    """
    made = np.zeros(sum(cut.end - cut.start + cut.pause for cut in cuts), np.float32)
    at = 0
    for number, cut in enumerate(cuts):
        opens = HALF if number else 0
        closes = HALF if number + 1 < len(cuts) or cut.pause else 0
        piece = get(cut.start - opens, cut.end + closes)
        _add(made, at - opens, piece, opens, closes)
        at += cut.end - cut.start
        if cut.pause:
            closes = HALF if number + 1 < len(cuts) else 0
            _add(made, at - HALF, filled(room, cut.pause + HALF + closes), HALF, closes)
            at += cut.pause
    _begin_and_end_in(room, made)
    return louder(made, gain_db)


def _begin_and_end_in(room: Samples, made: Samples) -> None:
    """Let sound begin and end in that of the room, whose first sample is the first and the last."""
    length = min(FADE, len(room), len(made) // 2)
    if length:
        rise = np.linspace(0, 1, length, dtype=np.float32)
        for end in (made[:length], made[::-1][:length]):
            end *= rise
            end += room[:length] * (1 - rise)


def louder(samples: Samples, gain_db: float) -> NDArray[np.int16]:
    """The samples with a gain, or with so much of it that none is too high for 16 bits."""
    factor = 10 ** (gain_db / 20)
    highest = float(np.abs(samples).max(initial=0.0))
    if highest * factor > _HIGHEST:
        factor = max(min(1.0, factor), _HIGHEST / highest)
    return np.asarray(np.rint(samples * np.float32(factor)).clip(-32768, 32767), np.int16)


def _add(made: Samples, at: int, piece: Samples, opens: int, closes: int) -> None:
    """Add a piece from sample `at` on; twice `opens` samples rise, and twice `closes` fall."""
    shaped = piece.copy()
    if opens:
        rise = min(2 * opens, len(shaped))
        shaped[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    if closes:
        fall = min(2 * closes, len(shaped))
        shaped[len(shaped) - fall :] *= np.linspace(1, 0, fall, dtype=np.float32)
    first = max(0, -at)
    part = made[at + first : at + len(shaped)]
    part += shaped[first : first + len(part)]


def filled(room: Samples, count: int) -> Samples:
    """So many samples of the room's sound: forwards and backwards by turns, so it never jumps.

    Without any such sound they are zeros.

    >>> filled(np.array([1, 2, 3], np.float32), 8).tolist()
    [1.0, 2.0, 3.0, 3.0, 2.0, 1.0, 1.0, 2.0]
    """
    if not len(room):
        return np.zeros(count, np.float32)
    both = np.concatenate([room, room[::-1]])
    return np.asarray(np.resize(both, count), np.float32)
