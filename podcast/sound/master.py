"""Samples -> mastered samples: all voices equally loud, no peak over the ceiling.

Each voice gets one gain, which is measured over the whole episode; then one look-ahead limiter
takes the peaks down. The sound is worked on in pieces, so a chapter of any length needs little
memory.

Sources: ITU-R BS.1770-5, annex 1 (K-weighting, gating) and annex 2 (true peak); P. Hämäläinen,
Smoothing of the Control Signal without Clipped Output in Digital Peak Limiters, DAFx-02 (the
limiter).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import chain
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from podcast.model import Span

Samples = NDArray[np.float32]
_ALONE = ""  # the name of a voice that is heard by itself


class Recording(Protocol):
    """Samples in 16-bit units that can be sliced: an array, or a file that is read by slices."""

    def __len__(self) -> int:
        """How many samples."""

    def __getitem__(self, part: slice, /) -> NDArray[np.int16] | NDArray[np.float32]:
        """The samples of a slice with step 1: an array of shape (samples,)."""


HOP = 10  # hops a second; a gating block is four hops, 400 ms. Source: BS.1770-5, annex 1
ABSOLUTE_GATE = -70.0  # LUFS. Source: BS.1770-5, annex 1
RELATIVE_GATE = -10.0  # LU below the loudness of the blocks over the absolute gate; annex 1
K_TAPS = 2049  # samples of the K filter's response that are used: the rest is 90 dB down
FRAME = 1 << 14  # samples of one Fourier transform
OFFSET = -0.691  # dB: makes 997 Hz at 0 dBFS read -3.01 LUFS. Source: BS.1770-5, annex 1
GAIN_STEP_DB = 1 / 8  # gains are multiples of it; half of it is below MISSED_LU
NEAR_LU = 0.05  # a voice that is so near to its loudness gets its gain in one more step
ROUNDS = 30  # of the search for gains, at most: speech of usual peaks needs three or four
LEAST_SLOPE = 0.1  # LU that one dB of gain is assumed to bring at least, when much is limited
LOUDEST_GAIN_DB = 30.0  # a voice that would need more is noise or silence
MISSED_LU = 0.1  # a voice that is off by more than this is reported as not loud enough

BLOCK = 64  # samples that share one value of the limiter's control signal
REACH_BLOCKS = 8  # blocks (12 ms, over a pitch period) that the limiter looks ahead and back
OVERSAMPLING = 4  # values for each sample. Source: BS.1770-5, annex 2
TAPS = 12  # of each phase of the interpolator. Source: BS.1770-5, annex 2
HOT = 0.35  # of a piece's greatest sample: 9 dB, more than the limiter should ever take away
PIECE = 1 << 18  # samples worked on at a time; a multiple of BLOCK
THREADS = 2  # that measure pieces: NumPy's transforms release the GIL, so both run at once


# Levels: float32 of shape (2, blocks), enough to master a chapter by, without its sound. Row 0
# holds the K-weighted mean square of each block of 64 samples, row 1 its true peak; full scale 1.
Levels = NDArray[np.float32]


def measure(samples: Recording, rate: int) -> Levels:
    """The levels of a chapter: float32 of shape (2, blocks), see `Levels`.

    THREADS pieces are measured at a time, so that only these are in memory.
    """
    levels = np.zeros((2, -(-len(samples) // BLOCK)), np.float32)
    response = k_response(rate)

    def measure_piece(start: int) -> None:
        first, end = start // BLOCK, -(-min(start + PIECE, len(samples)) // BLOCK)
        levels[0, first:end] = _powers(samples, start, response)
        before = TAPS if start else 0
        peaks = block_peaks(samples[start - before : start + PIECE + TAPS], before)
        levels[1, first:end] = peaks[: end - first]

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(measure_piece, range(0, len(samples), PIECE)))
    return levels


def _powers(samples: Recording, start: int, response: NDArray[np.float64]) -> Samples:
    """The K-weighted mean square of each block of the piece that begins at sample `start`.

    The array is float32 of shape (blocks,), in units in which full scale is 1.
    """
    led = samples[max(0, start - K_TAPS + 1) : start + PIECE].astype(np.float32)
    led /= np.float32(32768)
    if not start:
        led = np.concatenate([np.zeros(K_TAPS - 1, np.float32), led])
    blocks = _whole_blocks(filtered(led, response)).reshape(-1, BLOCK)
    powers: Samples = np.mean(blocks**2, axis=1)
    return powers


@cache
def k_response(rate: int) -> NDArray[np.float64]:
    """The first K_TAPS samples of the impulse response of BS.1770's K filter at a rate.

    The array is float64 of shape (K_TAPS,); all callers share it.
    """
    shelf = _shelf(1681.974450955533, 3.999843853973347, 0.7071752369554196, rate)
    high_pass = _high_pass(38.13547087602444, 0.5003270373238773, rate)
    impulse = [1.0] + [0.0] * (K_TAPS - 1)
    return np.array(_recursed(_recursed(impulse, shelf), high_pass))


def _recursed(samples: list[float], section: list[float]) -> list[float]:
    """Samples through a second-order section (b0, b1, b2, 1, a1, a2), transposed form II."""
    b0, b1, b2, _, a1, a2 = section
    outputs, first, second = [], 0.0, 0.0
    for sample in samples:
        output = b0 * sample + first
        first, second = b1 * sample - a1 * output + second, b2 * sample - a2 * output
        outputs.append(output)
    return outputs


def filtered(led: Samples, response: NDArray[np.float64]) -> Samples:
    """Samples convolved with a response by overlap-save.

    The first K_TAPS - 1 samples only lead in: the result has so many samples fewer than `led`.
    """
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
    """Integrated loudness in LUFS of stretches of powers; -inf for silence.

    A stretch is a part of row 0 of levels, of shape (blocks,). No gating block reaches over the
    end of a stretch.
    """
    return _gated([_gating_blocks(powers, rate) for powers in stretches if len(powers)])


def _gated(blocks: Sequence[NDArray[np.float64]]) -> float:
    """Integrated loudness in LUFS of the powers of gating blocks; each array is of shape (n,)."""
    loud = np.concatenate(blocks) if blocks else np.zeros(0)
    loud = loud[loud > _power(ABSOLUTE_GATE)]
    if not len(loud):
        return -math.inf
    loud = loud[loud > np.mean(loud) * 10 ** (RELATIVE_GATE / 10)]
    return OFFSET + 10 * math.log10(float(np.mean(loud)))


def _gating_blocks(powers: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    """The mean power of each gating block of 400 ms; gating blocks overlap by 300 ms.

    Their length is rounded to whole blocks of 64 samples. A stretch that is shorter than 400 ms is
    one gating block. The arrays are of shape (blocks,) and (gating blocks,).
    """
    hop = round(rate / HOP / BLOCK)
    whole = len(powers) // hop * hop
    hops = powers[:whole].reshape(-1, hop).mean(axis=1, dtype=np.float64)
    if len(hops) < 4:
        return np.array([np.mean(powers, dtype=np.float64)])
    return np.convolve(hops, np.full(4, 0.25), "valid")


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - OFFSET) / 10))


# The levels of each chapter and its turns, whose texts are voices. It is iterated several times,
# and must read one chapter at a time: the levels of ten hours are a quarter of a gigabyte.
Heard = Iterable[tuple[Levels, Sequence[Span]]]


def voice_gains(
    heard: Heard,
    rate: int,
    wanted: float,
    ceiling: float,
    apart: Mapping[str, float] = MappingProxyType({}),
) -> dict[str, float]:
    """The gain in dB of each voice that makes all voices equally loud and the whole `wanted` LUFS.

    The loudness is that after limiting to `ceiling` dBTP. `apart` has the LU by which a voice is
    to be louder than the others. A voice that cannot be made so loud gets the greatest gain;
    `Loudness.missing` says which voices these are.

    The louder a voice gets, the more the limiter takes away. This is computed from the levels
    alone: each round limits them with the gains found so far and measures how much is missing.
    Gains are multiples of 0.125 dB, so that an edit of one sentence does not change the sound of
    other chapters.
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
        """Whether one more step, which need not be measured, brings the voice near enough."""
        return abs(self.missing) < NEAR_LU


def _next_gain(last: _Try, before: _Try | None) -> float:
    """The gain in dB to try next, by the secant method.

    It is where the line through the last two tries reaches zero. One dB of gain brings one LU as
    long as nothing is limited, and less the more is limited; the slope of the line says how much.
    """
    slope = 1.0
    if before and before.gain != last.gain:
        slope = (before.missing - last.missing) / (last.gain - before.gain)
    return min(LOUDEST_GAIN_DB, last.gain + last.missing / min(1.0, max(LEAST_SLOPE, slope)))


@dataclass(frozen=True, slots=True)
class Loudness:
    """The loudness of an episode and of each voice in it, in LUFS; -inf for silence.

    `whole` is the reading of a meter for the finished file. `turns` is the loudness of its turns
    alone, a little more: many gating blocks of the whole are half the end of a turn, half a pause.
    """

    whole: float
    turns: float
    voices: Mapping[str, float]

    def missing(
        self, wanted: float, apart: Mapping[str, float] = MappingProxyType({})
    ) -> dict[str, float]:
        """How many LU each voice lacks for the whole to be `wanted` LUFS.

        `apart` has the LU by which a voice is to be louder than the others. A silent voice lacks
        nothing, since no gain can make it louder.
        """
        between = self.turns - self.whole if math.isfinite(self.whole) else 0.0
        return {
            voice: wanted + between + apart.get(voice, 0.0) - lufs if math.isfinite(lufs) else 0.0
            for voice, lufs in self.voices.items()
        }


def limited_loudness(heard: Heard, rate: int, gains: dict[str, float], ceiling: float) -> Loudness:
    """The loudness of an episode with these gains in dB, after limiting to `ceiling` dBTP."""
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
    """The mastered samples of a chapter: each voice with its gain, no true peak over `ceiling`.

    `peaks` is row 1 of the chapter's levels, of shape (blocks,). The text of a turn is a voice;
    `gains` are decibels by voice; `ceiling` is in dBTP. Yields int16 arrays of shape (samples,),
    which together are as long as `samples`.
    """
    control = limiter_gain(peaks, turns, gains, 10 ** (ceiling / 20))
    for start in range(0, len(samples), PIECE):
        piece = samples[start : start + PIECE]
        factors = _ramp(control, start // BLOCK, len(piece))
        np.multiply(factors, piece, out=factors)
        np.rint(np.clip(factors, -32768, 32767, out=factors), out=factors)
        yield factors.astype("<i2")


def master_alone(
    samples: Recording, rate: int, wanted: float, ceiling: float, *, apart: float = 0.0
) -> Iterator[NDArray[np.int16]]:
    """The samples of one voice that is heard by itself, mastered as `wanted` LUFS loud.

    `apart` has the LU by which the voice is louder than that, and `ceiling` is in dBTP. Yields
    int16 arrays of shape (samples,), which together are as long as `samples`.
    """
    levels, turns = measure(samples, rate), (Span(0, len(samples), _ALONE),)
    gains = voice_gains([(levels, turns)], rate, wanted, ceiling, {_ALONE: apart})
    return master(samples, levels[1], turns, gains, ceiling)


def _ramp(control: Samples, first: int, count: int) -> Samples:
    """A factor for each of `count` samples, from the control signal from block `first` on.

    The factors change in a straight line from the middle of each block to that of the next. The
    array is float32 of shape (count,).
    """
    blocks = -(-count // BLOCK)
    places = np.clip(np.arange(first - 1, first + blocks + 1), 0, len(control) - 1)
    values = control[places]
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
    """The control signal: a factor for each block, the voice's gain turned down around peaks.

    `peaks` is row 1 of levels, `gains` are decibels, `ceiling` is a share of full scale. The
    array is float32 of shape (blocks,).

    Each block takes the least factor of the blocks around it, and the result is smoothed over as
    many blocks. So a block's factor is never above the one that it needs itself, no peak passes
    the ceiling, and the factor has no sudden step.
    """
    wanted = np.ones(len(peaks), np.float32)
    for turn in turns:
        wanted[turn.start // BLOCK : -(-turn.end // BLOCK)] = 10 ** (gains[turn.text] / 20)
    needed = 1 / np.maximum(1.0, wanted * peaks / np.float32(ceiling))
    if np.all(needed == 1):  # nothing is limited; what smoothing makes of it is known
        return _smoothed(np.ones(1, np.float32)) * wanted
    least = _least_within(needed, REACH_BLOCKS + 1)
    return _smoothed(least) * wanted


def _smoothed(values: Samples) -> Samples:
    """The mean of each value and those up to REACH_BLOCKS away from it, by a Hann window."""
    window = np.hanning(2 * REACH_BLOCKS + 3)[1:-1].astype(np.float32)
    window /= window.sum()
    padded, count = np.pad(values, REACH_BLOCKS, mode="edge"), len(values)
    smooth: Samples = values * window[REACH_BLOCKS]
    for left in range(REACH_BLOCKS):  # the window is symmetric
        right = 2 * REACH_BLOCKS - left
        smooth += (padded[left : left + count] + padded[right : right + count]) * window[left]
    return smooth


def _least_within(values: Samples, reach: int) -> Samples:
    """For each value the least of the values up to `reach` before and after it."""
    width, done = 2 * reach + 1, 1
    least = np.pad(values, reach, mode="edge")
    while done < width:  # each round doubles how many values are looked at
        step = min(done, width - done)
        least = np.minimum(least[:-step], least[step:])
        done += step
    return least


def block_peaks(samples: NDArray[np.int16] | Samples, before: int) -> Samples:
    """The true peak, as a share of full scale, of each block of 64 samples of a piece.

    The first `before` samples only lead in, and samples after the piece only lead out. Blocks far
    below the greatest are not interpolated, since the limiter does not change them. The array is
    float32 of shape (blocks,).
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
    """The greatest interpolated magnitude in each block of `hot`, which are indices of blocks."""
    half = TAPS // 2
    around = np.concatenate([np.zeros(half, np.float32), led_in, body, np.zeros(TAPS, np.float32)])
    start = hot * BLOCK + half + len(led_in) - half
    windows = around[start[:, None] + np.arange(BLOCK + TAPS)]
    views = np.lib.stride_tricks.sliding_window_view(windows, TAPS, axis=1)[:, :BLOCK]
    greatest: Samples = np.abs(views @ _phases()).max(axis=(1, 2))
    return greatest


@cache
def _phases() -> NDArray[np.float32]:
    """The three phases between samples of a windowed-sinc interpolator.

    The array is float32 of shape (TAPS, 3): each column is the taps of one phase.
    """
    length = OVERSAMPLING * TAPS + 1
    places = (np.arange(length) - length // 2) / OVERSAMPLING
    low_pass = np.sinc(places) * np.kaiser(length, 5.0)
    low_pass /= low_pass.sum()
    phases = [low_pass[phase::OVERSAMPLING][:TAPS] * OVERSAMPLING for phase in (1, 2, 3)]
    columns: NDArray[np.float32] = np.array(phases, np.float32).T[::-1].copy()
    return columns
