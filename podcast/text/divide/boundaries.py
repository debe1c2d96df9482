"""Evidence and lengths -> the best set of chapter starts, by dynamic programming."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from podcast.text.divide.numbers import Numbers

Places = NDArray[np.int64]

SPREAD = 0.6  # standard deviation of the logarithm of a chapter's length
# Evidence that is added to every start to get more chapters: the least step and the greatest sum.
FINEST, MOST_MORE = 1e-3, 60.0
LONGEST_RATIO = 4.0  # times the wanted length: no chapter is longer if there is a place to cut
TRIED = 50  # places in a wanted length that are tried; if there are more, the best of neighbours


def boundaries(
    evidence: Numbers,
    lengths: Sequence[float],
    wanted: float,
    shortest: float,
    *,
    count: int | None = None,
    fixed: Collection[int] = (),
) -> list[int]:
    """The indices of the sentences that start chapters, from 0 on: the likeliest set of them.

    `evidence` is the log-likelihood ratio of a start at each sentence, of shape (sentences,);
    `wanted` and `shortest` are lengths of chapters in the unit of `lengths`. With `count`, there
    are so many chapters if there is room for them. A sentence in `fixed` is always a start.
    """
    starts = np.concatenate(([0.0], np.cumsum(lengths)))
    gain = np.asarray(evidence, dtype=np.float64)
    wanted = wanted if count is None else max(shortest, float(starts[-1]) / count)
    choices = _choices(gain, starts, wanted, shortest, sorted({0, *fixed}))
    path = _path(choices, 0.0) if count is None else _counted(choices, count)
    return [int(place) for place in choices.places[path]]


class _Choices(NamedTuple):
    """The places at which chapters may start, and the end of the talk as the last one.

    `starts` is the position of each place and `gain` its evidence. A chapter that ends at choice n
    starts at one of the choices from `first[n]` up to, not including, `last[n]`. All arrays are of
    shape (choices,).
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
    positions = starts[places]
    floors = np.searchsorted(places, fixed)
    floor = floors[np.searchsorted(fixed, places) - 1]
    first = np.maximum(floor, np.searchsorted(positions, positions - wanted * LONGEST_RATIO))
    last = np.searchsorted(positions, positions - shortest, side="right")
    none = last <= first
    first, last = np.where(none, floor, first), np.where(none, floor + 1, last)
    return _Choices(places, positions, np.append(gain, 0.0)[places], first, last, wanted, step)


def _best_of_each(gain: Numbers, groups: Numbers) -> Places:
    """The place of the greatest gain in each run of equal `groups`; of equal gains, the first."""
    order = np.lexsort((-gain, groups))
    firsts = np.unique(groups[order], return_index=True)[1]
    return np.asarray(order[firsts])


def prior(length: Numbers, wanted: float, step: float) -> Numbers:
    """The log-probability that the length of a chapter is within `step` of `length`.

    The logarithm of a length is normally distributed around that of `wanted`.
    """
    logs = np.log(np.maximum(length, 1.0))
    scale = np.log(step) - np.log(SPREAD * np.sqrt(2 * np.pi))
    return np.asarray(scale - logs - ((logs - np.log(wanted)) / SPREAD) ** 2 / 2)


def _path(choices: _Choices, more: float) -> list[int]:
    """The choices of the best set of chapters; `more` is added to the evidence of each start."""
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
    """The choices on the path that leads to the last choice, in order."""
    path, end = [], len(back) - 1
    while end > 0:
        end = int(back[end])
        path.append(end)
    return path[::-1] or [0]


def _counted(choices: _Choices, count: int) -> list[int]:
    """The choices of the best set of `count` chapters, or of the nearest possible number."""
    nearest = trial = _path(choices, 0.0)
    low, high, more, step = -np.inf, np.inf, 0.0, 1.0
    while len(nearest) != count and high - low > FINEST and abs(more) < MOST_MORE:
        low, high = (more, high) if len(trial) < count else (low, more)
        if np.isinf(high - low):  # one side is not known yet
            more, step = more + (step if len(trial) < count else -step), 2 * step
        else:
            more = (low + high) / 2
        trial = _path(choices, more)
        if abs(len(trial) - count) <= abs(len(nearest) - count):
            nearest = trial
    return nearest
