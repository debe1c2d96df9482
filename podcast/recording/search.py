"""Scores, Chain -> the state that is heard in each frame: the best path of all, in a stream.

From one frame to the next a path stays, goes on to the next state, leaves out the pause before a
character, or goes from one pause to a later one: what stands between was not said. Only states
within a beam of the best are followed. What all paths that are still followed share is settled
and forgotten, so the memory that is needed does not grow with the sound.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from podcast.recording.chain import Chain
from podcast.recording.network import WEIGHT, Scores
from podcast.recording.units import SILENCE, STATES

SKIP, SKIP_CHARACTER = 20.0, 1.5  # the cost of leaving out text, and of each character of it
_NEVER = np.float32(-1e9)
# The ways in which a path reaches a state; but for a skip, from so many states before it.
_STAY, _NEXT, _OVER_PAUSE, _SKIP = range(4)
_SETTLE = 3000  # frames after which the part that all paths share is looked for again
_REMEMBERED = 30_000  # frames that may be open: ten minutes; then the best path is taken as right
_FARTHEST = 800  # characters that are left out at once
_AHEAD = 8  # states that a path may reach before the window is widened
_BEST = 3  # states whose mean is what any speech at all would score


class _Column(NamedTuple):
    """The ways in which paths reached the states of one frame, from state `low` on."""

    low: int
    moves: NDArray[np.uint8]
    skipped_to: NDArray[np.int32]
    skipped_from: NDArray[np.int32]

    def before(self, states: NDArray[np.int64]) -> NDArray[np.int64]:
        """The states, a frame earlier, that the paths in these come from."""
        moves = self.moves[states - self.low]
        earlier = states - moves
        far = moves == _SKIP
        if far.any():
            earlier[far] = self.skipped_from[np.searchsorted(self.skipped_to, states[far])]
        return np.asarray(earlier, np.int64)


_NONE = np.zeros(0, np.int32)


def other_sound(scores: Scores, below: float) -> NDArray[np.float32]:
    """Each frame's score as sound outside of all lines: `below` the mean of its best states."""
    speech = scores[:, SILENCE + 1 :]
    best = np.partition(speech, -_BEST, axis=1)[:, -_BEST:]
    return np.asarray(best.mean(1) - np.float32(below * WEIGHT), np.float32)


class Search:
    """The paths through a chain that are still followed."""

    def __init__(self, chain: Chain, beam: float) -> None:
        """Paths that score `beam` less than the best are given up."""
        self.chain, self.beam = chain, np.float32(beam)
        each = np.where(chain.firsts, SKIP_CHARACTER, 0.0)
        self.skip_costs = np.cumsum(each).astype(np.float32)
        # What each state scores is at this place in a row of scores; a pause's is the last.
        self.places = np.where(chain.pauses, len(STATES), chain.units)
        self.opening = -chain.opening
        self.over_pause = np.where(chain.firsts, np.float32(0), _NEVER)
        self.pauses = np.flatnonzero(chain.pauses)
        self.pauses_before = np.concatenate([[0], np.cumsum(chain.pauses)]).tolist()
        self.pause_costs = self.skip_costs[self.pauses]
        self.low = 0  # the state that `values` begins with
        self.values = np.full(min(len(chain), 64), _NEVER, np.float32)
        self.values[0] = 0
        self.columns: list[_Column] = []
        self.settled: list[NDArray[np.int64]] = []
        self.frames = 0

    def listen(self, scores: Scores, other: NDArray[np.float32]) -> None:
        """Follow all paths through these frames."""
        for row in np.column_stack([scores, np.maximum(scores[:, SILENCE], other)]):
            self._step(row)
            self.frames += 1
            if self.frames % 5 == 0:
                self._widen()
            if self.frames % _SETTLE == 0:
                self._settle()

    def _step(self, row: NDArray[np.float32]) -> None:
        """Go on by a frame; in `row` are the scores of all states and, at the end, of a pause."""
        alive = self.values > self.values.max() - self.beam
        first, last = int(alive.argmax()), len(alive) - int(alive[::-1].argmax())
        low = self.low + first
        high = min(len(self.chain), self.low + last + _AHEAD)
        held = self.values[first : first + high - low]
        stay = np.full(high - low, _NEVER, np.float32)
        stay[: len(held)] = held
        best, moves = stay.copy(), np.zeros(high - low, np.uint8)  # _STAY
        for by, costs in ((_NEXT, self.opening), (_OVER_PAUSE, self.over_pause)):
            coming = stay[:-by] + costs[low + by : high]
            np.copyto(moves[by:], by, where=coming > best[by:])
            np.maximum(best[by:], coming, out=best[by:])
        column = _Column(low, moves, _NONE, _NONE)
        self.columns.append(self._skip(column, stay, best))
        self.values = best + row.take(self.places[low:high])
        self.low = low

    def _skip(
        self, column: _Column, stay: NDArray[np.float32], best: NDArray[np.float32]
    ) -> _Column:
        """Let paths go from pause to later pause, in `best`; the column with those that do."""
        among = slice(*(self.pauses_before[column.low + at] for at in (0, len(stay))))
        pauses, costs = self.pauses[among] - column.low, self.pause_costs[among]
        if len(pauses) < 2:
            return column
        reach = stay[pauses] + costs
        furthest = np.maximum.accumulate(reach)
        arriving = furthest - costs - np.float32(SKIP)
        better = np.flatnonzero(arriving > np.maximum(best[pauses], best.max() - self.beam))
        if not len(better):
            return column
        origins = np.maximum.accumulate(np.where(reach >= furthest, np.arange(len(pauses)), 0))
        to = pauses[better]
        best[to] = arriving[better]
        column.moves[to] = _SKIP
        return column._replace(
            skipped_to=(column.low + to).astype(np.int32),
            skipped_from=(column.low + pauses[origins[better]]).astype(np.int32),
        )

    def _widen(self) -> None:
        """Follow states further on, as far as a skip from the best pause could reach."""
        high = self.low + len(self.values)
        pauses = self.pauses[self.pauses_before[self.low] : self.pauses_before[high]]
        if high >= len(self.chain) or not len(pauses):
            return
        best = self.values[pauses - self.low].max()
        spare = best - (self.values.max() - self.beam) - SKIP
        reach = min(spare / SKIP_CHARACTER, _FARTHEST)
        if reach <= 0:
            return
        target = int(np.searchsorted(self.skip_costs, self.skip_costs[high - 1] + reach))
        more = min(len(self.chain), target) - high
        if more > 0:
            self.values = np.concatenate([self.values, np.full(more, _NEVER, np.float32)])

    # The certain part of the path ------------------------------------------------------------

    def _settle(self) -> None:
        """Settle the frames up to the last one in which all paths are in one state."""
        alive = self._alive()
        states = alive
        for index in range(len(self.columns) - 1, 0, -1):
            if len(states) == 1:
                self._keep(index, int(states[0]))
                return
            states = self.columns[index].before(states)
            is_new = states[1:] != states[:-1]
            if not is_new.all():  # keep one of equal neighbours
                states = np.concatenate([states[:1], states[1:][is_new]])
        if len(self.columns) > _REMEMBERED:
            self._settle_by_force(alive)

    def _settle_by_force(self, alive: NDArray[np.int64]) -> None:
        """Settle the best path through half of the open frames; give up paths that differ."""
        middle = len(self.columns) // 2
        states = alive
        for column in self.columns[:middle:-1]:
            states = column.before(states)
        right = states[int(self.values[alive - self.low].argmax())]
        self.values[alive[states != right] - self.low] = _NEVER
        self._keep(middle, int(right))

    def _alive(self) -> NDArray[np.int64]:
        """The states of the last frame that are followed."""
        count = len(self.columns[-1].moves)
        values = self.values[:count]
        return np.flatnonzero(values > self.values.max() - self.beam) + self.low

    def _keep(self, index: int, state: int) -> None:
        """Settle the open frames up to the one at `index`, in which the path is in `state`."""
        self.settled.append(self._trace(index, state))
        del self.columns[: index + 1]

    def _trace(self, index: int, state: int) -> NDArray[np.int64]:
        """The path that reaches `state` in the open frame at `index`, from the first open frame."""
        path = np.zeros(index + 1, np.int64)
        for at in range(index, -1, -1):
            path[at] = state
            column = self.columns[at]
            move = int(column.moves[state - column.low])
            if move == _SKIP:
                state = int(column.skipped_from[np.searchsorted(column.skipped_to, state)])
            else:
                state -= move
        return path

    def path(self) -> NDArray[np.int64]:
        """The best path, (frames,): to the end of the text, or as far as the sound goes."""
        return np.concatenate([*self.settled, *self._rest()])

    def _rest(self) -> Iterator[NDArray[np.int64]]:
        if not self.columns:
            return
        alive = self._alive()
        end = len(self.chain) - 1
        best = int(alive[self.values[alive - self.low].argmax()])
        yield self._trace(len(self.columns) - 1, end if alive[-1] == end else best)
