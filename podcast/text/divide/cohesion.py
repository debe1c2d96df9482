"""Sentences -> how much the vocabulary changes at each: a table of features, a row a sentence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from podcast.text.divide.numbers import Numbers
from podcast.text.words import Word, rarity

WINDOWS = (180, 450, 1100)  # hanzi before and after a sentence whose words are compared
REACH_HANZI = 160  # hanzi over which the effect of a word that begins or ends decays to 1/e
GAP = 900  # hanzi without a word after which it counts as new again
NAME_WEIGHT = 1.6  # weight of a name, in weights of another word of the same rarity
NAMES = ("falls", "unlike", "begins", "ends", "new names")


def cohesion(texts: Sequence[Sequence[Word]], lengths: Sequence[float]) -> NDArray[np.float64]:
    """The table of shape (sentences, names): a column for each of `NAMES`.

    Each column has the mean 0 and the standard deviation 1.
    """
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
    """The words in a window, and the square of their vector's length."""

    def __init__(self, weights: dict[str, float]) -> None:
        self.counts = Counter[str]()
        self.weights = weights
        self.square = 0.0

    def shift(self, key: str, by: int) -> float:
        """Add or remove a word; returns by how much its weighted count changes."""
        weight = self.weights[key] ** 2
        old = self.counts[key]
        self.counts[key] = old + by
        self.square += weight * ((old + by) ** 2 - old**2)
        return weight * by


def likeness(
    keys: Sequence[Sequence[str]], weights: dict[str, float], starts: Numbers, window: float
) -> Numbers:
    """The cosine of the words before and after the start of each sentence, of shape (sentences,).

    `window` is the number of hanzi on each side.
    """
    count = len(keys)
    left, right = _Side(weights), _Side(weights)
    first = last = 0  # `left` has the sentences first..place, `right` place..last
    product, cosines = 0.0, np.zeros(count)

    def move(side: _Side, other: _Side, sentence: int, by: int) -> None:
        nonlocal product
        for key in keys[sentence]:
            product += side.shift(key, by) * other.counts[key]

    for place in range(count):
        if place:
            move(right, left, place - 1, -1)
            move(left, right, place - 1, 1)
        while last < count and starts[last] < starts[place] + window:
            move(right, left, last, 1)
            last += 1
        while starts[place] - starts[first] > window:
            move(left, right, first, -1)
            first += 1
        norm = max(left.square, 0.0) ** 0.5 * max(right.square, 0.0) ** 0.5
        cosines[place] = product / norm if norm > 1e-9 else 0.0
    return cosines


def depth(alike: Numbers, starts: Numbers, window: float) -> Numbers:
    """How far likeness is below its peaks within `window` before and after each sentence.

    The arrays are of shape (sentences,).
    """
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
    """The weights of words that begin near each sentence, that end near it, and of new names.

    The three arrays are of shape (sentences,).
    """
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
    """The places of a word, in groups between which it is not said for GAP hanzi."""
    parts = [[ats[0]]]
    for before, at in pairwise(ats):
        if starts[at] - starts[before] > GAP:
            parts.append([])
        parts[-1].append(at)
    return parts


def _behind(values: Numbers, starts: Numbers) -> Numbers:
    """For each sentence, the sum of the values before it, which decay over `REACH_HANZI`."""
    sums, total = np.zeros(len(values)), 0.0
    for place in range(1, len(values)):
        distance = starts[place] - starts[place - 1]
        total = (total + values[place - 1]) * np.exp(-distance / REACH_HANZI)
        sums[place] = total
    return sums


def _ahead(values: Numbers, starts: Numbers) -> Numbers:
    """For each sentence, the sum of the values from it on, which decay over `REACH_HANZI`."""
    sums, total = np.zeros(len(values)), 0.0
    for place in range(len(values) - 1, -1, -1):
        distance = starts[place + 1] - starts[place]
        total = values[place] + total * np.exp(-distance / REACH_HANZI)
        sums[place] = total
    return sums


def standard(column: Numbers) -> Numbers:
    """`column` less its mean, divided by its standard deviation; zeros if that is 0."""
    spread = float(column.std()) if len(column) else 0.0
    return (column - column.mean()) / spread if spread > 1e-9 else np.zeros(len(column))
