"""Audio -> Audio: every voice as loud as the next, no peak over the ceiling.

One gain a voice, measured over the whole episode, then one look-ahead limiter. Sound passes
through in pieces, so a chapter of any length needs little memory.

Sources: ITU-R BS.1770-5 (K-weighting, gating, true peak); P. Hämäläinen, Smoothing of the
Control Signal without Clipped Output in Digital Peak Limiters, DAFx-02 (the limiter).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d
from scipy.signal import firwin, sosfilt

from podcast.model import Span

Powers = tuple[float, ...]
Samples = NDArray[np.float32]

HOP = 10  # measurements a second; a gating block is four of them
ABSOLUTE_GATE = -70.0  # LUFS
RELATIVE_GATE = -10.0  # LU under the loudness of what passed the absolute gate
OFFSET = -0.691  # dB, BS.1770: makes 997 Hz at 0 dBFS read -3.01
GAIN_STEP = 0.25  # dB: an edit that changes loudness less than this re-encodes no chapter
LOUDEST_GAIN = 30.0  # dB: a voice that would need more is noise or nothing

BLOCK = 64  # samples that share one value of the limiter's control signal
REACH = 14  # blocks (20 ms) the limiter looks ahead, and lets go after
OVERSAMPLING = 4  # BS.1770, annex 2
TAPS = 12  # of each phase of the interpolator
PIECE = 1 << 20  # samples worked on at a time; a multiple of BLOCK


class Meter:
    """Hears sound in pieces; tells the K-weighted power of each 100 ms of it."""

    def __init__(self, rate: int) -> None:
        """`rate` is the samples a second of what it will hear."""
        self.hop = rate // HOP
        self.sections = k_weighting(rate)
        self.state = np.zeros((2, 2), np.float32)
        self.rest = np.zeros(0, np.float32)
        self.heard: list[NDArray[np.float64]] = []

    def hear(self, pcm: bytes) -> None:
        """Listen to 16-bit samples that follow those heard before."""
        samples = np.frombuffer(pcm, "<i2").astype(np.float32) / 32768
        if not len(samples):
            return
        weighted, self.state = sosfilt(self.sections, samples, zi=self.state)
        waiting = np.concatenate([self.rest, weighted])
        whole = len(waiting) // self.hop * self.hop
        hops = waiting[:whole].reshape(-1, self.hop).astype(np.float64)
        self.heard.append(np.mean(hops**2, axis=1))
        self.rest = waiting[whole:]

    def powers(self) -> Powers:
        """The mean square of each whole 100 ms heard, to 6 digits."""
        if not self.heard:
            return ()
        return tuple(float(f"{power:.6g}") for power in np.concatenate(self.heard))


def k_weighting(rate: int) -> NDArray[np.float32]:
    """The two second-order sections of BS.1770's K filter for any sample rate."""
    shelf = _shelf(1681.974450955533, 3.999843853973347, 0.7071752369554196, rate)
    high_pass = _high_pass(38.13547087602444, 0.5003270373238773, rate)
    return np.array([shelf, high_pass], np.float32)


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


def loudness(powers: Iterable[Powers]) -> float:
    """Integrated loudness in LUFS of stretches of sound; -inf where all is silence."""
    blocks = [_blocks(np.array(stretch)) for stretch in powers if len(stretch)]
    loud = np.concatenate(blocks) if blocks else np.zeros(0)
    loud = loud[loud > _power(ABSOLUTE_GATE)]
    if not len(loud):
        return -math.inf
    loud = loud[loud > np.mean(loud) * 10 ** (RELATIVE_GATE / 10)]
    return OFFSET + 10 * math.log10(float(np.mean(loud)))


def _blocks(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Powers of the 400 ms blocks that overlap by 300 ms; of a shorter sound, its mean."""
    if len(powers) < 4:
        return np.array([np.mean(powers)])
    return np.convolve(powers, np.full(4, 0.25), "valid")


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - OFFSET) / 10))


def gain(measured: float, wanted: float) -> float:
    """The decibels that bring a voice from `measured` to `wanted` LUFS, in steps of 0.25."""
    if not math.isfinite(measured):
        return 0.0
    return min(LOUDEST_GAIN, round((wanted - measured) / GAIN_STEP) * GAIN_STEP)


def master(
    samples: NDArray[np.int16], turns: Sequence[Span], gains: dict[str, float], ceiling: float
) -> Iterator[NDArray[np.int16]]:
    """The samples of a chapter, each voice with its gain, no true peak over `ceiling` dBTP.

    `turns` tell whose voice (`text`) is heard where; `gains` are decibels by voice. Comes in
    pieces that make up exactly as many samples.
    """
    control = limiter_gain(samples, turns, gains, 10 ** (ceiling / 20))
    centres = np.arange(len(control), dtype=np.float64) * BLOCK + (BLOCK - 1) / 2
    for start in range(0, len(samples), PIECE):
        piece = samples[start : start + PIECE].astype(np.float32)
        low, high = max(0, start // BLOCK - 1), (start + PIECE) // BLOCK + 1
        at = np.arange(start, start + len(piece))
        piece *= np.interp(at, centres[low:high], control[low:high]).astype(np.float32)
        yield np.clip(np.rint(piece), -32768, 32767).astype("<i2")


def limiter_gain(
    samples: NDArray[np.int16], turns: Sequence[Span], gains: dict[str, float], ceiling: float
) -> NDArray[np.float64]:
    """The factor for each block of 64 samples: the voice's gain, turned down around peaks.

    The least factor within reach, smoothed over as many blocks, is never above what a block
    itself needs: so the result never passes the ceiling, without a sudden step.
    """
    wanted = _turn_gains(-(-len(samples) // BLOCK), turns, gains)
    peaks = (
        np.concatenate(
            [
                block_peaks(samples[max(0, start - TAPS) : start + PIECE + TAPS], start > 0)
                for start in range(0, len(samples), PIECE)
            ]
        )[: len(wanted)]
        if len(samples)
        else np.zeros(0)
    )
    over = np.maximum(1.0, wanted * peaks / ceiling)
    needed = minimum_filter1d(1 / over, 2 * (REACH + 1) + 1, mode="nearest")
    window = np.hanning(2 * REACH + 3)[1:-1]
    edges = np.pad(needed, REACH, mode="edge")
    return np.convolve(edges, window / window.sum(), "valid") * wanted


def _turn_gains(blocks: int, turns: Sequence[Span], gains: dict[str, float]) -> NDArray[np.float64]:
    wanted = np.ones(blocks)
    for turn in turns:
        wanted[turn.start // BLOCK : -(-turn.end // BLOCK)] = 10 ** (gains[turn.text] / 20)
    return wanted


def block_peaks(samples: NDArray[np.int16], led: bool) -> NDArray[np.float64]:
    """The true peak, as a share of full scale, of each block of 64 samples.

    `samples` hold TAPS more at the end, where there are more, and as many before if `led`.
    Blocks whose samples all lie 12 dB under full scale are not interpolated.
    """
    before = TAPS if led else 0
    body = samples[before:].astype(np.float32) / 32768
    body = np.pad(body, (0, -len(body) % BLOCK))
    blocks = np.abs(body).reshape(-1, BLOCK).max(axis=1).astype(np.float64)
    hot = np.flatnonzero(blocks > 0.1)
    if len(hot):
        led_in = samples[:before].astype(np.float32) / 32768
        blocks[hot] = np.maximum(blocks[hot], _between(led_in, body, hot))
    count = min(len(blocks), PIECE // BLOCK)
    return blocks[:count]


def _between(led_in: Samples, body: Samples, hot: NDArray[np.intp]) -> NDArray[np.float64]:
    """The greatest interpolated magnitude in each hot block."""
    half = TAPS // 2
    around = np.concatenate([np.zeros(half, np.float32), led_in, body, np.zeros(TAPS, np.float32)])
    start = hot * BLOCK + half + len(led_in) - half
    windows = around[start[:, None] + np.arange(BLOCK + TAPS)]
    views = np.lib.stride_tricks.sliding_window_view(windows, TAPS, axis=1)[:, :BLOCK]
    return np.abs(views @ _phases()).max(axis=(1, 2)).astype(np.float64)


def _phases() -> NDArray[np.float32]:
    """A windowed-sinc interpolator's three phases between samples, one a column."""
    low_pass = firwin(OVERSAMPLING * TAPS + 1, 1 / OVERSAMPLING, window=("kaiser", 5.0))
    phases = [low_pass[phase::OVERSAMPLING][:TAPS] * OVERSAMPLING for phase in (1, 2, 3)]
    return np.array(phases, np.float32).T[::-1].copy()
