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
_STILL_DB = 6.0  # over the quietest of a lull, up to which nothing but the room is heard
_LONGEST_STILL = 400  # hops on either side of a time that are looked at
_CLOSURE_MS = 60  # from a closure at the end of a word to the pause behind the word, at most
CLICK_MS = 10  # of a sound in a lull that is nothing
_FADING_MS = 40  # of a sound between two lulls that is no syllable, but the end of one
_DIP_DB = 2.0  # by which the sound between two words is softer than both
_BESIDE = 20  # hops on either side that are compared
_CHANGE_WEIGHT = 0.25  # of the change of the sound, by which a moment counts as quieter
_SUDDEN_DB = 12.0  # of the change of the sound where one word ends and another one begins
_FAR_DB = 0.2  # by which a moment must be quieter for each millisecond that it lies off
_BESIDE_DB = 0.02  # the same between two words, so that of two lulls the nearer one is taken
_SOFT_DB = 10.0  # over the quiet of a lull, at which sound begins
_ABOVE_DB = 3  # that a filter must be told noise is louder than its mean, to take all of it out
_BLOCK = 1 << 20  # bytes measured at once
_BINS = 256  # samples of a spectrum
# The first bin of each band by which spectra are compared, how many bins each has, and a power that
# is added to each band's, about that of the softest room.
_BANDS = np.unique(np.round(np.geomspace(2, _BINS // 2, 15)).astype(np.intp))[:-1]
_WIDTHS = np.diff([*_BANDS, _BINS // 2 + 1])
_LEAST_BAND = 1e-7

AS_IF_RATE = BLOCK * 1000 // HOP_MS  # at which blocks of `sound.master` would last a hop


class Levels(NamedTuple):
    """What is told of each hop: hop n is the sound from n * HOP_MS on; arrays of shape (hops,).

    `db` is how loud its brightened sound is, in decibels below full scale, smoothed over three
    hops; `sharp` is the same without smoothing. `powers` is the K-weighted mean square by which
    loudness is measured, full scale 1. `changes` is by how many decibels a band of the sound
    differs, on average, from the hop before to the hop behind: one sound goes over into another.
    """

    db: NDArray[np.float32]
    powers: NDArray[np.float32]
    sharp: NDArray[np.float32]
    changes: NDArray[np.float32]


def levels(chunks: Iterable[bytes]) -> Levels:
    """The levels of mono 16-bit sound at the network's rate."""
    response = k_response(RATE)
    none = np.zeros(0, np.float32)
    bright, weighted, changes = [none], [none], [none]
    led = np.zeros(K_TAPS - 1, np.float32)
    spectra = _Spectra()
    for samples in _blocks(chunks):
        brightened = samples - _EMPHASIS * np.concatenate([led[-1:], samples[:-1]])
        led = np.concatenate([led, samples])
        bright.append(_means(brightened))
        weighted.append(_means(filtered(led, response)))
        changes.append(spectra.changes(brightened))
        led = led[len(samples) :]
    changes.append(spectra.last_changes())
    powers = smooth = np.concatenate(bright)
    if len(powers) > 2:
        smooth = np.convolve(powers, np.full(3, 1 / 3, np.float32), "same")
    return Levels(_db(smooth), np.concatenate(weighted), _db(powers), np.concatenate(changes))


def _db(powers: NDArray[np.float32]) -> NDArray[np.float32]:
    db = 10 * np.log10(np.maximum(powers, np.float32(10 ** (_FLOOR_DB / 10))))
    return np.asarray(db, np.float32)


class _Spectra:
    """Brightened sound, block by block -> how much each hop's spectrum changes."""

    def __init__(self) -> None:
        self.held = np.zeros(_HOP // 2, np.float32)  # sound of hops that are not done
        self.bands = np.zeros((0, len(_BANDS)), np.float32)  # of the last two hops that are

    def changes(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """The changes of further hops, up to two fewer than there are samples for."""
        self.held = np.concatenate([self.held, samples])
        count = len(self.held) // _HOP - 1
        if count < 1:
            return np.zeros(0, np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(self.held, 2 * _HOP)[::_HOP][:count]
        powers = np.square(np.abs(np.fft.rfft(windows * np.hanning(2 * _HOP), _BINS)))
        bands = np.add.reduceat(powers, _BANDS, axis=1) / _WIDTHS
        heard = (10 * np.log10(bands + _LEAST_BAND)).astype(np.float32)
        self.held = self.held[count * _HOP :]
        return self._further(heard)

    def last_changes(self) -> NDArray[np.float32]:
        """Those of the last hops."""
        last = self.changes(np.zeros(_HOP // 2, np.float32))
        return np.concatenate([last, self._further(self.bands[-1:])])

    def _further(self, heard: NDArray[np.float32]) -> NDArray[np.float32]:
        before = self.bands if len(self.bands) else heard[:1]
        bands = np.concatenate([before, heard])
        self.bands = bands[-2:]
        return np.asarray(np.abs(bands[2:] - bands[:-2]).mean(1), np.float32)


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
        self.quiet = np.maximum(levels.db, np.float32(low))  # what is quieter is no better a place
        self.limit = float(low + _LULL * (high - low))
        edges = np.flatnonzero(
            np.diff((levels.db < self.limit).astype(np.int8), prepend=0, append=0)
        )
        self.starts, self.ends = edges[::2], edges[1::2]
        sharp = np.maximum(levels.sharp, np.float32(low))
        self.calm = (self.quiet + sharp) / 2 - _CHANGE_WEIGHT * levels.changes

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

    def best(self, low_ms: float, high_ms: float, kept_ms: float, other_ms: float) -> float:
        """The best moment for a cut between two times, in milliseconds.

        It is quiet there, and lies between the edge of the word that is kept and that of the other
        one, as they are told, best beside the former. A moment that lies farther off must be
        quieter.
        """
        first, last = max(0, round(low_ms / HOP_MS)), round(high_ms / HOP_MS)
        window = self.calm[first : max(first + 1, last)]
        if not len(window):
            return low_ms
        times = (np.arange(first, first + len(window)) + 0.5) * HOP_MS
        one, other = min(kept_ms, other_ms), max(kept_ms, other_ms)
        off = np.maximum(one - times, 0) + np.maximum(times - other, 0)
        costs = window + _FAR_DB * off + _BESIDE_DB * np.abs(times - kept_ms)
        return float(times[int(np.argmin(costs))])

    def is_dip(self, ms: float) -> bool:
        """Whether a time is in a lull, or clearly quieter than the sound on both sides of it."""
        if self.around(ms) is not None:
            return True
        hop = min(max(0, round(ms / HOP_MS - 0.5)), len(self.quiet) - 1)
        before, after = self.quiet[max(0, hop - _BESIDE) : hop + 1], self.quiet[hop:][:_BESIDE]
        return bool(self.quiet[hop] <= min(np.median(before), np.median(after)) - _DIP_DB)

    def is_edge(self, ms: float) -> bool:
        """Whether a time is in a dip, or where one sound suddenly goes over into another."""
        hop = min(max(0, round(ms / HOP_MS - 0.5)), len(self.quiet) - 1)
        return self.is_dip(ms) or bool(self.levels.changes[hop] >= _SUDDEN_DB)

    def first_dip(self, start_ms: float, end_ms: float, otherwise: float) -> float:
        """The quietest moment of the first dip on the way from one time to another, or back.

        If there is none, it is `otherwise`.
        """
        step = HOP_MS if end_ms > start_ms else -HOP_MS
        dips: list[float] = []
        for hop in range(round(abs(end_ms - start_ms) / HOP_MS) + 1):
            at = (math.floor(start_ms / HOP_MS) + 0.5) * HOP_MS + hop * step
            if self.is_dip(at):
                dips.append(at)
            elif dips:
                break
        return min(dips, key=lambda at: self._db(at), default=otherwise)

    def dip_end(self, ms: float, latest_ms: float) -> float:
        """The last moment of the dip at a time, at most the latest; the time itself if in none."""
        while ms + HOP_MS <= latest_ms and self.is_dip(ms + HOP_MS):
            ms += HOP_MS
        return ms

    def _db(self, ms: float) -> float:
        return float(self.calm[min(max(0, int(ms / HOP_MS)), len(self.calm) - 1)])

    def still(self, ms: float) -> tuple[float, float]:
        """The stretch around a time, in milliseconds, that is about as quiet all through.

        The soft beginning and the soft end of a word are louder, though they may be in a lull.
        """
        hop = round(ms / HOP_MS - 0.5)
        first = max(0, hop - _LONGEST_STILL)
        loud = self.quiet[first : hop + _LONGEST_STILL] > self.quiet[hop] + _STILL_DB
        before, after = np.flatnonzero(loud[: hop - first]), np.flatnonzero(loud[hop - first :])
        opens = first + int(before[-1]) + 1 if len(before) else first
        closes = hop + int(after[0]) if len(after) else first + len(loud)
        return float(opens * HOP_MS), float(closes * HOP_MS)

    def last_still(self, ms: float, step: int) -> tuple[float, float]:
        """The stretch that is `still` around a time, or one close behind it in the same lull.

        A word may end with a closure that is as quiet as a pause, and a soft sound behind it. With
        a `step` of -1 the stretch close before it is meant, as a word may begin so.
        """
        rest = self.around(ms)
        opens, closes = self.still(ms)
        while rest:
            if step > 0:
                first, last = closes, min(rest[1], closes + _CLOSURE_MS)
            else:
                first, last = opens, max(rest[0], opens - _CLOSURE_MS)
            hops = np.arange(round(first / HOP_MS), round(last / HOP_MS), step)
            hops = hops if step > 0 else hops - 1
            if len(hops) < 2:
                break
            loudest = int(self.quiet[hops].argmax())
            lowest = loudest + int(self.quiet[hops[loudest:]].argmin())
            if self.quiet[hops[lowest]] > self.quiet[hops[loudest]] - _DIP_DB:
                break
            further = self.still((float(hops[lowest]) + 0.5) * HOP_MS)
            if (further[1] <= closes) if step > 0 else (further[0] >= opens):
                break
            opens, closes = further
        return opens, closes

    def behind_fading(self, ms: float, latest_ms: float, other_ms: float) -> float:
        """A time in a lull, moved to the next lull where only the end of a word is between the two.

        That is too short for a syllable: a word may end with a closure, and a soft sound behind it.
        The next lull is a pause, or it begins before `other_ms`, at which the next word is told.
        """
        rest = self.around(ms)
        following = int(np.searchsorted(self.starts, rest[1] // HOP_MS)) if rest else -1
        if rest is None or following >= len(self.starts):
            return ms
        opens, closes = (int(each[following]) * HOP_MS for each in (self.starts, self.ends))
        is_pause = closes - opens >= _CLOSURE_MS or opens <= other_ms
        is_fading = CLICK_MS < opens - rest[1] <= _FADING_MS and is_pause
        return opens + HOP_MS / 2 if is_fading and opens <= latest_ms else ms

    def onset(self, ms: float) -> float:
        """When the sound that ends a lull at a time begins: it may begin softly."""
        rest = self.around(ms - HOP_MS)
        if rest is None:
            return ms
        first, last = rest[0] // HOP_MS, rest[1] // HOP_MS
        soft = self.levels.db[first:last] < np.percentile(self.levels.db[first:last], 25) + _SOFT_DB
        still = np.flatnonzero(soft)
        return float(first + int(still[-1]) + 1) * HOP_MS if len(still) else ms

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
