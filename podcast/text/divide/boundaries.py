"""Evidence and lengths -> the best set of chapter starts, by dynamic programming."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from podcast.text.divide.numbers import Numbers

Places = NDArray[np.int64]

SPREAD = 0.6  # deviation of the logarithm of a chapter's length
FINEST, MOST_MORE = 1e-3, 60.0  # evidence added to every start to make more of them
LONGEST_RATIO = 4.0  # times the wanted length: no chapter is longer unless there is no place to cut
TRIED = 50  # places in a wanted length: where there are more, the best of neighbours are tried


def boundaries(
    evidence: Numbers,
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
    wanted = wanted if count is None else max(shortest, float(starts[-1]) / count)
    choices = _choices(gain, starts, wanted, shortest, sorted({0, *fixed}))
    path = _path(choices, 0.0) if count is None else _counted(choices, count)
    return [int(place) for place in choices.places[path]]


class _Choices(NamedTuple):
    """Where chapters may start, the end of the talk last, and what is known of each place.

    A chapter that ends at choice n starts at one of `first[n]` up to, not including, `last[n]`.
    """

    places: Places
    starts: Numbers
    gain: Numbers
    first: Places
    last: Places
    wanted: float
    step: float


def _choices(
    gain: Numbers, starts: Numbers, wanted: float, shortest: float, fixed: Sequence[int]
) -> _Choices:
    count = len(gain)
    step = max(1.0, starts[-1] / max(1, count))
    grain = wanted / TRIED
    best = _best_of_each(gain, starts[:-1] // grain) if step < grain else np.arange(count)
    places = np.unique(np.concatenate((best, fixed, [count]))).astype(np.int64)
    at = starts[places]
    floors = np.searchsorted(places, fixed)
    floor = floors[np.searchsorted(fixed, places) - 1]
    first = np.maximum(floor, np.searchsorted(at, at - wanted * LONGEST_RATIO))
    last = np.searchsorted(at, at - shortest, side="right")
    none = last <= first
    first, last = np.where(none, floor, first), np.where(none, floor + 1, last)
    return _Choices(places, at, np.append(gain, 0.0)[places], first, last, wanted, step)


def _best_of_each(gain: Numbers, groups: Numbers) -> Places:
    """The place of the greatest gain, the first of equals, in each run of equal `groups`."""
    order = np.lexsort((-gain, groups))
    firsts = np.unique(groups[order], return_index=True)[1]
    return np.asarray(order[firsts])


def prior(length: Numbers, wanted: float, step: float) -> Numbers:
    """Log-probability that a chapter ends within `step` of `length`, around `wanted`."""
    logs = np.log(np.maximum(length, 1.0))
    scale = np.log(step) - np.log(SPREAD * np.sqrt(2 * np.pi))
    return np.asarray(scale - logs - ((logs - np.log(wanted)) / SPREAD) ** 2 / 2)


def _path(choices: _Choices, more: float) -> list[int]:
    """The choices on the best path of any number of chapters, each worth `more` than evidence."""
    _, starts, gain, first, last, wanted, step = choices
    best, back = np.zeros(len(starts)), np.zeros(len(starts), dtype=np.int64)
    for end, (low, high) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        if end:
            value = best[low:high] + prior(starts[end] - starts[low:high], wanted, step)
            choice = int(value.argmax())
            best[end] = value[choice] + gain[end] + more
            back[end] = low + choice
    return _trace(back)


def _trace(back: Places) -> list[int]:
    """The choices on the way back from the last, in order."""
    path, end = [], len(back) - 1
    while end > 0:
        end = int(back[end])
        path.append(end)
    return path[::-1] or [0]


def _counted(choices: _Choices, count: int) -> list[int]:
    """The best path of `count` chapters, or of as many near it as there is room for."""
    found = trial = _path(choices, 0.0)
    low, high, more, step = -np.inf, np.inf, 0.0, 1.0
    while len(found) != count and high - low > FINEST and abs(more) < MOST_MORE:
        low, high = (more, high) if len(trial) < count else (low, more)
        if np.isinf(high - low):  # one side is not known yet
            more, step = more + (step if len(trial) < count else -step), 2 * step
        else:
            more = (low + high) / 2
        trial = _path(choices, more)
        if abs(len(trial) - count) <= abs(len(found) - count):
            found = trial
    return found
