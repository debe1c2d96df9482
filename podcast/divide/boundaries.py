"""Evidence and lengths -> the best set of chapter starts, by dynamic programming."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.float64]

SPREAD = 0.6  # deviation of the logarithm of a chapter's length
FINEST, MOST_MORE = 1e-3, 60.0  # evidence added to every start to make more of them
LONGEST = 4.0  # times the wanted length: no chapter is longer unless there is no place to cut


def boundaries(
    evidence: Row,
    lengths: Sequence[float],
    wanted: float,
    shortest: float,
    *,
    count: int | None = None,
    fixed: Collection[int] = (),
) -> list[int]:
    """Places where chapters start, 0 first: the likeliest set by evidence and lengths.

    `evidence` is the log-likelihood ratio of a start at each sentence; `wanted` and `shortest`
    are lengths in the unit of `lengths`. `count` chapters are found if there is room for so
    many. A place in `fixed` is always a start.
    """
    starts = np.concatenate(([0.0], np.cumsum(lengths)))
    gain = np.asarray(evidence, dtype=np.float64)
    if count is not None:
        return _counted(gain, starts, shortest, count, sorted({0, *fixed}))
    return _path(gain, starts, wanted, shortest, sorted({0, *fixed}))


def prior(length: Row, wanted: float, step: float) -> Row:
    """Log-probability that a chapter ends within `step` of `length`, around `wanted`."""
    deviation = (np.log(np.maximum(length, 1.0)) - np.log(wanted)) / SPREAD
    density = -(deviation**2) / 2 - np.log(np.maximum(length, 1.0) * SPREAD * np.sqrt(2 * np.pi))
    return np.asarray(density + np.log(step))


def _path(gain: Row, starts: Row, wanted: float, shortest: float, fixed: list[int]) -> list[int]:
    """The best path of any number of chapters."""
    count = len(gain)
    step = max(1.0, starts[-1] / max(1, count))
    best, back = np.full(count + 1, -np.inf), np.zeros(count + 1, dtype=np.int64)
    best[0] = 0.0
    for end in range(1, count + 1):
        froms = _froms(end, starts, wanted * LONGEST, shortest, fixed)
        span = starts[end] - starts[froms]
        value = best[froms] + prior(span, wanted, step)
        choice = int(np.argmax(value))
        best[end] = value[choice] + (gain[end] if end < count else 0.0)
        back[end] = froms[choice]
    return _trace(back, count)


def _froms(
    end: int, starts: Row, longest: float, shortest: float, fixed: list[int]
) -> NDArray[np.int64]:
    """The places where a chapter that ends at `end` may have started; never none."""
    floor = fixed[int(np.searchsorted(fixed, end)) - 1]
    low = max(floor, int(np.searchsorted(starts, starts[end] - longest)))
    high = int(np.searchsorted(starts, starts[end] - shortest, side="right"))
    return np.arange(low, high) if high > low else np.array([floor])


def _trace(back: NDArray[np.int64], end: int) -> list[int]:
    """The starts on the way back from `end`, in order."""
    path = []
    while end > 0:
        end = int(back[end])
        path.append(end)
    return path[::-1] or [0]


def _counted(gain: Row, starts: Row, shortest: float, count: int, fixed: list[int]) -> list[int]:
    """The best path of `count` chapters, or of as many near it as there is room for."""
    wanted = max(shortest, float(starts[-1]) / count)
    found = trial = _path(gain, starts, wanted, shortest, fixed)
    low, high, more, step = -np.inf, np.inf, 0.0, 1.0
    while len(found) != count and high - low > FINEST and abs(more) < MOST_MORE:
        low, high = (more, high) if len(trial) < count else (low, more)
        if np.isinf(high - low):  # one side is not known yet
            more, step = more + (step if len(trial) < count else -step), 2 * step
        else:
            more = (low + high) / 2
        trial = _path(gain + more, starts, wanted, shortest, fixed)
        if abs(len(trial) - count) <= abs(len(found) - count):
            found = trial
    return found
