"""Lines -> one long row of states, with a pause before every character that the sound may fill.

In a pause there is silence, or any sound that no line tells: a breath, music, another speaker. A
pause costs something to open, least between lines and most inside a phrase.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from podcast.pronounce import NONE
from podcast.recording.said import Said, said
from podcast.recording.units import SILENCE

BETWEEN_LINES, AT_A_MARK, INSIDE = 2.0, 3.0, 5.0  # the cost of a pause, in scores


@dataclass(frozen=True, slots=True)
class Chain:
    """Arrays as long as the row: of each state what it is, and whose.

    `units` are indices into STATES, `pauses` tells which states are pauses, `opening` what it
    costs to enter one, `firsts` which open a character. `lines` and `offsets` are the place of the
    character that a state belongs to or comes before; the last pause is past the last line. `sizes`
    are the numbers of different units of that character. A unit that must last several frames is
    there so many times in a row.
    """

    units: NDArray[np.intp]
    pauses: NDArray[np.bool_]
    opening: NDArray[np.float32]
    lines: NDArray[np.int32]
    offsets: NDArray[np.int32]
    sizes: NDArray[np.int32]

    @property
    def firsts(self) -> NDArray[np.bool_]:
        """Which states are the first of a character: those after a pause."""
        return np.concatenate([[False], self.pauses[:-1]])

    def __len__(self) -> int:
        """The number of states."""
        return len(self.units)


_State = tuple[int, bool, float, int, int, int]
"""One state as the fields of `Chain` describe it, in their order."""


def syllables(lines: Iterable[str], respellings: Mapping[str, str] = NONE) -> list[list[Said]]:
    """The syllables that each line should sound like."""
    return [said(line, respellings) for line in lines]


def chain(heard: Sequence[Sequence[Said]], frames: int = 0) -> Chain:
    """The states of lines, as `syllables` hears them, one after another.

    A character lasts at least about so many `frames`. Otherwise a short one beside another that
    sounds like it is heard in a part of that one, and its own sound is left to nobody.
    """
    states = [*_states(heard, frames), (SILENCE, True, 0.0, len(heard), 0, 0)]
    units, pauses, opening, lines, offsets, sizes = zip(*states, strict=True)
    return Chain(
        np.array(units, np.intp),
        np.array(pauses, np.bool_),
        np.array(opening, np.float32),
        np.array(lines, np.int32),
        np.array(offsets, np.int32),
        np.array(sizes, np.int32),
    )


def _states(heard: Sequence[Sequence[Said]], frames: int) -> Iterator[_State]:
    for number, line in enumerate(heard):
        cost = BETWEEN_LINES
        for offset, units in line:
            if not units:
                cost = min(cost, AT_A_MARK)
                continue
            size = len(units)
            yield SILENCE, True, cost, number, offset, size
            for unit in units:
                for _ in range(max(1, frames // size)):
                    yield unit, False, 0.0, number, offset, size
            cost = INSIDE
