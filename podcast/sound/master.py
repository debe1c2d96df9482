"""Audio -> Audio: every voice as loud as the next, no peak over the ceiling.

One gain a voice, measured over the whole episode, then one look-ahead limiter. Sound passes
through in pieces, so a chapter of any length needs little memory.

Sources: ITU-R BS.1770-5 (K-weighting, gating, true peak); P. Hämäläinen, Smoothing of the
Control Signal without Clipped Output in Digital Peak Limiters, DAFx-02 (the limiter).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from podcast.model import Span

Samples = NDArray[np.float32]


class Recording(Protocol):
    """Samples in 16-bit units that can be sliced: an array, or a file read as it is asked for."""

    def __len__(self) -> int:
        """How many samples."""

    def __getitem__(self, part: slice, /) -> NDArray[np.int16] | NDArray[np.float32]:
        """The samples of a slice with step 1."""


HOP = 10  # hops a second; a gating block is four of them
ABSOLUTE_GATE = -70.0  # LUFS
RELATIVE_GATE = -10.0  # LU under the loudness of what passed the absolute gate
K_TAPS = 2049  # 46 ms of the K filter's response; what follows is 90 dB down
FRAME = 1 << 14  # samples of one Fourier transform
OFFSET = -0.691  # dB, BS.1770: makes 997 Hz at 0 dBFS read -3.01
GAIN_STEP_DB = 1 / 8  # of a gain: half of it is less than the 0.1 LU that may be missed
NEAR_LU = 0.05  # so near to what is wanted, a search for a gain takes its last step
ROUNDS = 30  # of that search, at most: speech of the usual peaks needs three or four
LEAST_SLOPE = 0.1  # LU that a dB of gain is taken to bring at least, however much is limited
LOUDEST_GAIN_DB = 30.0  # a voice that would need more is noise or nothing
MISSED_LU = 0.1  # off by more than this, a voice is not as loud as it was asked to be

BLOCK = 64  # samples that share one value of the limiter's control signal
REACH_BLOCKS = 8  # blocks (12 ms, over a pitch period) the limiter looks ahead, and lets go after
OVERSAMPLING = 4  # BS.1770, annex 2
TAPS = 12  # of each phase of the interpolator
HOT = 0.35  # of a piece's greatest sample: 9 dB, more than a limiter should ever take away
PIECE = 1 << 18  # samples worked on at a time; a multiple of BLOCK
THREADS = 2  # that hear pieces: transforms leave the other one free to go on


# Levels: float32 of shape (2, blocks), enough to master a chapter by, without its sound. Row 0
# holds the K-weighted mean square of each block of 64 samples, row 1 its true peak; full scale 1.
Levels = NDArray[np.float32]


def measure(samples: Recording, rate: int) -> Levels:
    """The levels of a chapter, heard in pieces, THREADS at a time: nothing else is held."""
    levels = np.zeros((2, -(-len(samples) // BLOCK)), np.float32)
    response = k_response(rate)

    def hear(start: int) -> None:
        at, end = start // BLOCK, -(-min(start + PIECE, len(samples)) // BLOCK)
        levels[0, at:end] = _powers(samples, start, response)
        before = TAPS if start else 0
        peaks = block_peaks(samples[start - before : start + PIECE + TAPS], before)
        levels[1, at:end] = peaks[: end - at]

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(hear, range(0, len(samples), PIECE)))
    return levels


def _powers(samples: Recording, start: int, response: NDArray[np.float64]) -> Samples:
    """The K-weighted mean square of each block of the piece from `start` on."""
    led = samples[max(0, start - K_TAPS + 1) : start + PIECE].astype(np.float32)
    led /= np.float32(32768)
    if not start:
        led = np.concatenate([np.zeros(K_TAPS - 1, np.float32), led])
    blocks = _whole_blocks(_filtered(led, response)).reshape(-1, BLOCK)
    powers: Samples = np.mean(blocks**2, axis=1)
    return powers


def k_response(rate: int) -> NDArray[np.float64]:
    """The first K_TAPS samples of what BS.1770's K filter makes of an impulse, at any rate."""
    shelf = _shelf(1681.974450955533, 3.999843853973347, 0.7071752369554196, rate)
    high_pass = _high_pass(38.13547087602444, 0.5003270373238773, rate)
    impulse = [1.0] + [0.0] * (K_TAPS - 1)
    return np.array(_recursed(_recursed(impulse, shelf), high_pass))


def _recursed(samples: list[float], section: list[float]) -> list[float]:
    """Samples through a second-order section (b0, b1, b2, 1, a1, a2), transposed form II."""
    b0, b1, b2, _, a1, a2 = section
    made, first, second = [], 0.0, 0.0
    for sample in samples:
        out = b0 * sample + first
        first, second = b1 * sample - a1 * out + second, b2 * sample - a2 * out
        made.append(out)
    return made


def _filtered(led: Samples, response: NDArray[np.float64]) -> Samples:
    """Samples convolved with a response by overlap-save; the first K_TAPS - 1 only lead in."""
    step, count = FRAME - K_TAPS + 1, len(led) - K_TAPS + 1
    frames = max(1, -(-count // step))
    padded = np.pad(led, (0, frames * step + K_TAPS - 1 - len(led)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::step]
    gains = np.fft.rfft(response, FRAME).astype(np.complex64)
    convolved = np.fft.irfft(np.fft.rfft(windows, axis=1) * gains, FRAME, axis=1)
    kept: Samples = convolved[:, K_TAPS - 1 :].reshape(-1)[:count].astype(np.float32, copy=False)
    return kept


def _shelf(frequency: float, gain: float, q: float, rate: int) -> list[float]:
    k = math.tan(math.pi * frequency / rate)
    high = 10 ** (gain / 20)
    band = high**0.4996667741545416
    scale = 1 + k / q + k * k
    return [
        (high + band * k / q + k * k) / scale,
        2 * (k * k - high) / scale,
        (high - band * k / q + k * k) / scale,
        1.0,
        2 * (k * k - 1) / scale,
        (1 - k / q + k * k) / scale,
    ]


def _high_pass(frequency: float, q: float, rate: int) -> list[float]:
    k = math.tan(math.pi * frequency / rate)
    scale = 1 + k / q + k * k
    return [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale]


def loudness(stretches: Iterable[NDArray[np.float32]], rate: int) -> float:
    """Integrated loudness in LUFS of stretches of powers (row 0 of levels); -inf for silence."""
    return _gated([_gating_blocks(powers, rate) for powers in stretches if len(powers)])


def _gated(blocks: Sequence[NDArray[np.float64]]) -> float:
    """Integrated loudness in LUFS of gating blocks."""
    loud = np.concatenate(blocks) if blocks else np.zeros(0)
    loud = loud[loud > _power(ABSOLUTE_GATE)]
    if not len(loud):
        return -math.inf
    loud = loud[loud > np.mean(loud) * 10 ** (RELATIVE_GATE / 10)]
    return OFFSET + 10 * math.log10(float(np.mean(loud)))


def _gating_blocks(powers: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    """Powers of 400 ms that overlap by 300 ms (to half a block of 64); of less, the mean."""
    hop = round(rate / HOP / BLOCK)
    whole = len(powers) // hop * hop
    hops = powers[:whole].reshape(-1, hop).mean(axis=1, dtype=np.float64)
    if len(hops) < 4:
        return np.array([np.mean(powers, dtype=np.float64)])
    return np.convolve(hops, np.full(4, 0.25), "valid")


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - OFFSET) / 10))


# Each chapter's levels, and the turns that tell whose voice (`text`) is heard where. Gone through
# more than once, and one at a time: ten hours of levels are a quarter of a gigabyte.
Heard = Iterable[tuple[Levels, Sequence[Span]]]


def voice_gains(
    heard: Heard,
    rate: int,
    wanted: float,
    ceiling: float,
    apart: Mapping[str, float] = MappingProxyType({}),
) -> dict[str, float]:
    """The decibels that bring the whole to `wanted` LUFS, with each voice as loud as the next.

    That is once it is limited to `ceiling` dBTP. A voice in `apart` is to be so many LU louder.
    A voice that no gain makes as loud gets the greatest gain; `Loudness.missing` tells which.

    The limiter takes the more away the louder a voice gets, and how much is worked out from the
    levels alone: each round limits them with the gains so far and measures what is missing yet.
    Gains come in steps of 0.125 dB, so that an edit of a sentence changes no other chapter's
    sound.
    """
    tried: dict[str, _Try] = {}
    gains = {turn.text: 0.0 for _, turns in heard for turn in turns}
    for _ in range(ROUNDS):
        missing = limited_loudness(heard, rate, gains, ceiling).missing(wanted, apart)
        before, tried = tried, {voice: _Try(gains[voice], missing[voice]) for voice in gains}
        gains = {voice: _next_gain(tried[voice], before.get(voice)) for voice in gains}
        if all(each.is_near or gains[voice] == each.gain for voice, each in tried.items()):
            break
    steps = {voice: round(gains[voice] / GAIN_STEP_DB) for voice in sorted(gains)}
    return {voice: count * GAIN_STEP_DB for voice, count in steps.items()}


@dataclass(frozen=True, slots=True)
class _Try:
    """A voice's gain in dB, and how many LU the voice lacks with it."""

    gain: float
    missing: float

    @property
    def is_near(self) -> bool:
        """Whether one more step leads so near to what is wanted that nobody need measure it."""
        return abs(self.missing) < NEAR_LU


def _next_gain(last: _Try, before: _Try | None) -> float:
    """The gain in dB to try next: where the line through the last two tries misses nothing.

    This is the secant method. One dB of gain brings one LU until the limiter works; the harder it
    works, the less a dB brings, which the last two tries tell.
    """
    slope = 1.0
    if before and before.gain != last.gain:
        slope = (before.missing - last.missing) / (last.gain - before.gain)
    return min(LOUDEST_GAIN_DB, last.gain + last.missing / min(1.0, max(LEAST_SLOPE, slope)))


@dataclass(frozen=True, slots=True)
class Loudness:
    """LUFS of all of an episode, and of each voice in it; -inf where nothing is heard.

    `whole` is what a meter reads of the finished file. `turns` is the same of its turns alone: a
    little more, since a meter hears many moments that are half the end of a turn and half a pause.
    """

    whole: float
    turns: float
    voices: Mapping[str, float]

    def missing(
        self, wanted: float, apart: Mapping[str, float] = MappingProxyType({})
    ) -> dict[str, float]:
        """How many LU each voice lacks for the whole to be `wanted`; those in `apart` get more.

        A silent voice lacks nothing: no gain makes it heard.
        """
        between = self.turns - self.whole if math.isfinite(self.whole) else 0.0
        return {
            voice: wanted + between + apart.get(voice, 0.0) - lufs if math.isfinite(lufs) else 0.0
            for voice, lufs in self.voices.items()
        }


def limited_loudness(heard: Heard, rate: int, gains: dict[str, float], ceiling: float) -> Loudness:
    """The loudness of chapters end to end, with these gains, limited to `ceiling` dBTP."""
    chapters: list[NDArray[np.float64]] = []
    blocks: dict[str, list[NDArray[np.float64]]] = {voice: [] for voice in gains}
    for levels, turns in heard:
        control = limiter_gain(levels[1], turns, gains, 10 ** (ceiling / 20))
        powers = levels[0] * control**2
        chapters.append(_gating_blocks(powers, rate))
        for turn in turns:
            stretch = powers[turn.start // BLOCK : turn.end // BLOCK]
            if len(stretch):
                blocks[turn.text].append(_gating_blocks(stretch, rate))
    voices = {voice: _gated(own) for voice, own in blocks.items()}
    return Loudness(_gated(chapters), _gated(list(chain(*blocks.values()))), voices)


def master(
    samples: Recording,
    peaks: NDArray[np.float32],
    turns: Sequence[Span],
    gains: dict[str, float],
    ceiling: float,
) -> Iterator[NDArray[np.int16]]:
    """The samples of a chapter, each voice with its gain, no true peak over `ceiling` dBTP.

    `turns` tell whose voice (`text`) is heard where; `gains` are decibels by voice. Comes in
    pieces that make up exactly as many samples.
    """
    control = limiter_gain(peaks, turns, gains, 10 ** (ceiling / 20))
    for start in range(0, len(samples), PIECE):
        piece = samples[start : start + PIECE]
        factors = _ramp(control, start // BLOCK, len(piece))
        np.multiply(factors, piece, out=factors)
        np.rint(np.clip(factors, -32768, 32767, out=factors), out=factors)
        yield factors.astype("<i2")


def _ramp(control: Samples, first: int, count: int) -> Samples:
    """A factor for each of `count` samples: the control signal, from block `first` on, straight
    from each block's middle to the next.
    """
    blocks = -(-count // BLOCK)
    at = np.clip(np.arange(first - 1, first + blocks + 1), 0, len(control) - 1)
    values = control[at]
    half = BLOCK // 2
    slope = (np.arange(half, dtype=np.float32) + np.float32(0.5)) / np.float32(BLOCK)
    middles, steps = values[1:-1, None], np.diff(values)
    factors = np.empty((blocks, BLOCK), np.float32)
    factors[:, :half] = middles - steps[:-1, None] * slope[::-1]
    factors[:, half:] = middles + steps[1:, None] * slope
    return factors.reshape(-1)[:count]


def limiter_gain(
    peaks: NDArray[np.float32], turns: Sequence[Span], gains: dict[str, float], ceiling: float
) -> NDArray[np.float32]:
    """The factor for each block of 64 samples: the voice's gain, turned down around peaks.

    The least factor within reach, smoothed over as many blocks, is never above what a block
    itself needs: so the result never passes the ceiling, without a sudden step.
    """
    wanted = np.ones(len(peaks), np.float32)
    for turn in turns:
        wanted[turn.start // BLOCK : -(-turn.end // BLOCK)] = 10 ** (gains[turn.text] / 20)
    needed = 1 / np.maximum(1.0, wanted * peaks / np.float32(ceiling))
    least = _least_within(needed, REACH_BLOCKS + 1)
    return _smoothed(least) * wanted


def _smoothed(values: Samples) -> Samples:
    """The mean of each value and those up to REACH_BLOCKS away from it, by a Hann window."""
    window = np.hanning(2 * REACH_BLOCKS + 3)[1:-1].astype(np.float32)
    window /= window.sum()
    padded, count = np.pad(values, REACH_BLOCKS, mode="edge"), len(values)
    smooth: Samples = values * window[REACH_BLOCKS]
    for at in range(REACH_BLOCKS):  # the window is symmetric
        end = 2 * REACH_BLOCKS - at
        smooth += (padded[at : at + count] + padded[end : end + count]) * window[at]
    return smooth


def _least_within(values: Samples, reach: int) -> Samples:
    """For each value the least of those up to `reach` before and after it."""
    width, done = 2 * reach + 1, 1
    least = np.pad(values, reach, mode="edge")
    while done < width:  # each round doubles how many values are looked at
        step = min(done, width - done)
        least = np.minimum(least[:-step], least[step:])
        done += step
    return least


def block_peaks(samples: NDArray[np.int16] | Samples, before: int) -> Samples:
    """The true peak, as a share of full scale, of each block of 64 samples.

    The first `before` samples only lead in; where more follow, TAPS of them lead out. Blocks
    far under the greatest are not interpolated: the limiter leaves them alone.
    """
    scaled: Samples = samples.astype(np.float32) / np.float32(32768)
    led_in, body = scaled[:before], _whole_blocks(scaled[before:])
    blocks = np.abs(body).reshape(-1, BLOCK).max(axis=1)
    hot = np.flatnonzero(blocks > HOT * blocks.max(initial=0))
    if len(hot):
        blocks[hot] = np.maximum(blocks[hot], _between(led_in, body, hot))
    first: Samples = blocks[: PIECE // BLOCK]
    return first


def _whole_blocks(samples: Samples) -> Samples:
    return np.concatenate([samples, np.zeros(-len(samples) % BLOCK, np.float32)])


def _between(led_in: Samples, body: Samples, hot: NDArray[np.intp]) -> Samples:
    """The greatest interpolated magnitude in each hot block."""
    half = TAPS // 2
    around = np.concatenate([np.zeros(half, np.float32), led_in, body, np.zeros(TAPS, np.float32)])
    start = hot * BLOCK + half + len(led_in) - half
    windows = around[start[:, None] + np.arange(BLOCK + TAPS)]
    views = np.lib.stride_tricks.sliding_window_view(windows, TAPS, axis=1)[:, :BLOCK]
    greatest: Samples = np.abs(views @ _phases()).max(axis=(1, 2))
    return greatest


def _phases() -> NDArray[np.float32]:
    """A windowed-sinc interpolator's three phases between samples, one a column."""
    length = OVERSAMPLING * TAPS + 1
    places = (np.arange(length) - length // 2) / OVERSAMPLING
    low_pass = np.sinc(places) * np.kaiser(length, 5.0)
    low_pass /= low_pass.sum()
    phases = [low_pass[phase::OVERSAMPLING][:TAPS] * OVERSAMPLING for phase in (1, 2, 3)]
    columns: NDArray[np.float32] = np.array(phases, np.float32).T[::-1].copy()
    return columns
