"""Sentences -> where the vocabulary changes: a table of features, one row a sentence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from podcast.text.divide.numbers import Numbers
from podcast.text.words import Word, rarity

WINDOWS = (180, 450, 1100)  # hanzi on each side
REACH_HANZI = 160  # hanzi over which a word that comes or goes is felt
GAP = 900  # hanzi without a word after which it counts as new again
NAME_WEIGHT = 1.6  # what a name counts against another word as rare
NAMES = ("falls", "unlike", "begins", "ends", "new names")


def cohesion(texts: Sequence[Sequence[Word]], lengths: Sequence[float]) -> NDArray[np.float64]:
    """One row a sentence, one column a name of `NAMES`, each of mean 0 and deviation 1."""
    weights = {word.key: _weight(word) for row in texts for word in row}
    keys = [[word.key for word in row] for row in texts]
    starts = np.concatenate(([0.0], np.cumsum(lengths)))
    alike = [likeness(keys, weights, starts, window) for window in WINDOWS]
    depths = [depth(row, starts, window) for row, window in zip(alike, WINDOWS, strict=True)]
    names = {word.key for row in texts for word in row if word.is_name}
    falls = np.sum([standard(row) for row in depths], axis=0)
    unlike = -np.sum([standard(row) for row in alike], axis=0)
    columns = [falls, unlike, *chains(keys, weights, starts, names)]
    return np.stack([standard(column) for column in columns], axis=1)


def _weight(word: Word) -> float:
    return rarity(word.text) * (NAME_WEIGHT if word.is_name else 1.0)


class _Side:
    """The words in a window, and their weighted length squared."""

    def __init__(self, weights: dict[str, float]) -> None:
        self.counts = Counter[str]()
        self.weights = weights
        self.square = 0.0

    def shift(self, key: str, by: int) -> float:
        """Put a word in or take it out; by how much its weighted count changes."""
        weight = self.weights[key] ** 2
        old = self.counts[key]
        self.counts[key] = old + by
        self.square += weight * ((old + by) ** 2 - old**2)
        return weight * by


def likeness(
    keys: Sequence[Sequence[str]], weights: dict[str, float], starts: Numbers, window: float
) -> Numbers:
    """Cosine of the words before and after each sentence's start, `window` hanzi a side."""
    count = len(keys)
    left, right = _Side(weights), _Side(weights)
    first = last = 0  # `left` holds first..at, `right` at..last
    product, found = 0.0, np.zeros(count)

    def move(side: _Side, other: _Side, sentence: int, by: int) -> None:
        nonlocal product
        for key in keys[sentence]:
            product += side.shift(key, by) * other.counts[key]

    for at in range(count):
        if at:
            move(right, left, at - 1, -1)
            move(left, right, at - 1, 1)
        while last < count and starts[last] < starts[at] + window:
            move(right, left, last, 1)
            last += 1
        while starts[at] - starts[first] > window:
            move(left, right, first, -1)
            first += 1
        norm = max(left.square, 0.0) ** 0.5 * max(right.square, 0.0) ** 0.5
        found[at] = product / norm if norm > 1e-9 else 0.0
    return found


def depth(alike: Numbers, starts: Numbers, window: float) -> Numbers:
    """How far likeness falls at each sentence below the peaks within `window` on both sides."""
    count = len(alike)
    low = np.searchsorted(starts, starts[:count] - window, side="left")
    high = np.minimum(np.searchsorted(starts, starts[:count] + window, side="right"), count)
    fall = np.zeros(count)
    for at in range(count):
        left, right = alike[low[at] : at + 1].max(), alike[at : high[at]].max()
        fall[at] = left + right - 2 * alike[at]
    return fall


def chains(
    keys: Sequence[Sequence[str]], weights: dict[str, float], starts: Numbers, names: set[str]
) -> tuple[Numbers, Numbers, Numbers]:
    """Weight of the words that begin near each start, that end there, and of new names."""
    places = defaultdict[str, list[int]](list)
    for at, row in enumerate(keys):
        for key in row:
            places[key].append(at)
    begins, ends, new = (np.zeros(len(keys)) for _ in range(3))
    for key, ats in places.items():
        if key in names and len(ats) > 1:
            new[ats[0]] += weights[key]
        for chain in _split(ats, starts):
            begins[chain[0]] += weights[key] * np.log(len(chain))
            ends[chain[-1]] += weights[key] * np.log(len(chain))
    return _ahead(begins, starts), _behind(ends, starts), _ahead(new, starts)


def _split(ats: list[int], starts: Numbers) -> list[list[int]]:
    """Places of one word, parted where it is not said for long."""
    parts = [[ats[0]]]
    for before, at in pairwise(ats):
        if starts[at] - starts[before] > GAP:
            parts.append([])
        parts[-1].append(at)
    return parts


def _behind(values: Numbers, starts: Numbers) -> Numbers:
    """Of each sentence's start, the values before it, fading over `REACH_HANZI`."""
    found, total = np.zeros(len(values)), 0.0
    for at in range(1, len(values)):
        total = (total + values[at - 1]) * np.exp(-(starts[at] - starts[at - 1]) / REACH_HANZI)
        found[at] = total
    return found


def _ahead(values: Numbers, starts: Numbers) -> Numbers:
    """Of each sentence's start, the values from it on, fading over `REACH_HANZI`."""
    found, total = np.zeros(len(values)), 0.0
    for at in range(len(values) - 1, -1, -1):
        total = values[at] + total * np.exp(-(starts[at + 1] - starts[at]) / REACH_HANZI)
        found[at] = total
    return found


def standard(column: Numbers) -> Numbers:
    """`column` less its mean, over its deviation."""
    spread = float(column.std()) if len(column) else 0.0
    return (column - column.mean()) / spread if spread > 1e-9 else np.zeros(len(column))
