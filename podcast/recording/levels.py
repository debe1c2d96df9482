"""A recording's sound -> how loud it is every five milliseconds, and its lulls.

A cut lies where it is not heard: in a lull between two words. The sound is brightened first, so
that neither a constant offset nor a hum hides a lull.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from podcast.recording.features import RATE
from podcast.sound.master import BLOCK, K_TAPS, filtered, k_response

HOP_MS = 5
_HOP = RATE * HOP_MS // 1000  # samples
_EMPHASIS = np.float32(0.95)  # of high frequencies
_FLOOR_DB = -96.0  # below which 16-bit sound has nothing
_LULL = 0.4  # of the way up from the quietest to the loudest decibels ends a lull
_SOFT_DB = 10.0  # over the quiet of a lull, at which sound begins
_ABOVE_DB = 3  # that a filter must be told noise is louder than its mean, to take all of it out
_BLOCK = 1 << 20  # bytes measured at once

AS_IF_RATE = BLOCK * 1000 // HOP_MS  # at which blocks of `sound.master` would last a hop


class Levels(NamedTuple):
    """What is told of each hop: hop n is the sound from n * HOP_MS on; arrays of shape (hops,).

    `db` is how loud its brightened sound is, in decibels below full scale, smoothed over three
    hops; `powers` is the K-weighted mean square by which loudness is measured, full scale 1.
    """

    db: NDArray[np.float32]
    powers: NDArray[np.float32]


def levels(chunks: Iterable[bytes]) -> Levels:
    """The levels of mono 16-bit sound at the network's rate."""
    response = k_response(RATE)
    bright, weighted = [np.zeros(0, np.float32)], [np.zeros(0, np.float32)]
    led = np.zeros(K_TAPS - 1, np.float32)
    for samples in _blocks(chunks):
        before = np.concatenate([led[-1:], samples[:-1]])
        led = np.concatenate([led, samples])
        bright.append(_means(samples - _EMPHASIS * before))
        weighted.append(_means(filtered(led, response)))
        led = led[len(samples) :]
    powers = np.concatenate(bright)
    if len(powers) > 2:
        powers = np.convolve(powers, np.full(3, 1 / 3, np.float32), "same")
    db = 10 * np.log10(np.maximum(powers, np.float32(10 ** (_FLOOR_DB / 10))))
    return Levels(db.astype(np.float32), np.concatenate(weighted))


def _blocks(chunks: Iterable[bytes]) -> Iterator[NDArray[np.float32]]:
    """The samples in blocks of whole hops; full scale is 1."""
    held = b""
    for chunk in chunks:
        held += chunk
        if len(held) >= _BLOCK:
            whole = len(held) // (2 * _HOP) * 2 * _HOP
            yield np.frombuffer(held[:whole], "<i2").astype(np.float32) / np.float32(32768)
            held = held[whole:]
    whole = len(held) // (2 * _HOP) * 2 * _HOP
    if whole:
        yield np.frombuffer(held[:whole], "<i2").astype(np.float32) / np.float32(32768)


def _means(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.square(samples).reshape(-1, _HOP).mean(1), np.float32)


class Lulls:
    """Where a recording is quiet: a level below that of speech is a lull."""

    def __init__(self, levels: Levels) -> None:
        """`levels` are those of a whole recording."""
        self.levels = levels
        low, high = np.percentile(levels.db, (5, 90)) if len(levels.db) else (0.0, 0.0)
        self.limit = float(low + _LULL * (high - low))
        edges = np.flatnonzero(
            np.diff((levels.db < self.limit).astype(np.int8), prepend=0, append=0)
        )
        self.starts, self.ends = edges[::2], edges[1::2]

    @property
    def noise_db(self) -> int:
        """How loud the steady noise is, in decibels below full scale: all but the softest lulls."""
        quiet = self.levels.powers[self.levels.db < self.limit]
        power = float(np.percentile(quiet, 75)) if len(quiet) else 0.0
        return round(10 * math.log10(max(power, 10 ** (_FLOOR_DB / 10)))) + _ABOVE_DB

    def powers(self, start_ms: float, end_ms: float) -> NDArray[np.float32]:
        """The powers of the levels between two times."""
        first, last = max(0, round(start_ms / HOP_MS)), max(0, round(end_ms / HOP_MS))
        return self.levels.powers[first:last]

    def around(self, ms: float) -> tuple[int, int] | None:
        """From when to when the lull at a time lasts, in milliseconds; None in sound."""
        hop = round(ms / HOP_MS)
        at = int(np.searchsorted(self.starts, hop, "right")) - 1
        if at < 0 or hop >= self.ends[at]:
            return None
        return int(self.starts[at]) * HOP_MS, int(self.ends[at]) * HOP_MS

    def onset(self, ms: float) -> float:
        """When the sound that ends a lull at a time begins: it may begin softly."""
        rest = self.around(ms - HOP_MS)
        if rest is None:
            return ms
        first, last = rest[0] // HOP_MS, rest[1] // HOP_MS
        soft = self.levels.db[first:last] < np.percentile(self.levels.db[first:last], 25) + _SOFT_DB
        still = np.flatnonzero(soft)
        return float(first + int(still[-1]) + 1) * HOP_MS if len(still) else ms

    def valley(self, start_ms: float, end_ms: float) -> float:
        """The quietest moment between two times, in milliseconds; the middle one of several."""
        first = max(0, round(start_ms / HOP_MS))
        window = self.levels.db[first : max(first + 1, round(end_ms / HOP_MS))]
        if not len(window):
            return start_ms
        lowest = np.flatnonzero(window <= window.min() + 0.5)
        return float((first + int(lowest[len(lowest) // 2]) + 0.5) * HOP_MS)

    def within(self, start_ms: float, end_ms: float) -> list[tuple[int, int]]:
        """The lulls between two times, cut to them, in milliseconds."""
        first, last = round(start_ms / HOP_MS), round(end_ms / HOP_MS)
        at = int(np.searchsorted(self.ends, first, "right"))
        found = []
        while at < len(self.starts) and self.starts[at] < last:
            opens, closes = max(first, int(self.starts[at])), min(last, int(self.ends[at]))
            found.append((opens * HOP_MS, closes * HOP_MS))
            at += 1
        return found
