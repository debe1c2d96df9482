"""Sound in chunks -> frames of log-mel bands, 50 a second, each beside its neighbours' level.

All of it works on a stream: an hour of sound is never in memory at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

RATE = 16_000  # samples a second that the network was taught with
HOP = 320  # samples from one frame to the next: 20 ms
FRAME_MS = 1000 * HOP // RATE
BANDS = 40
_WINDOW = 512  # samples of a frame
_LOWEST_HZ, _HIGHEST_HZ = 60.0, 7600.0
_KNEE_HZ = 4800.0  # up to here a warp of the axis is linear
_EMPHASIS = 0.95  # of high frequencies
_FLOOR = 1e-7  # power of a band below which nothing is told apart
_BLOCK = 4000  # frames computed at once: 80 s
_MINUTE = 3000  # frames whose mean and spread a frame is measured by
# Of the floor of a band: frames in which it is looked for, frames over which a level is smoothed
# first, how much of it is taken out, and the share of a frame's power that is left in any case.
_FLOOR_AROUND, _FLOOR_SMOOTH, _FLOOR_FACTOR, _FLOOR_LEFT = 60, 5, 2.0, 0.05
_FLOOR_REACH = _FLOOR_AROUND + _FLOOR_SMOOTH  # frames on either side on which a floor depends
_HANN = np.hanning(_WINDOW).astype(np.float32)

Frames = NDArray[np.float32]
"""(frames, bands): natural logarithms of power, or those less the mean over the spread."""


def filter_bank(warp: float = 1.0) -> NDArray[np.float32]:
    """Mel filters, (bands, bins), each of sum 1; `warp` stretches the axis like another throat."""
    bins = np.arange(_WINDOW // 2 + 1) * RATE / _WINDOW
    knee = _KNEE_HZ * min(1.0, 1.0 / warp)
    above = knee * warp + (bins - knee) * (RATE / 2 - knee * warp) / (RATE / 2 - knee)
    warped = np.where(bins <= knee, bins * warp, above)
    lowest, highest = 1127 * np.log1p(np.array([_LOWEST_HZ, _HIGHEST_HZ]) / 700)
    edges = 700 * np.expm1(np.linspace(lowest, highest, BANDS + 2) / 1127)
    low, middle, high = (edges[n : n + BANDS, None] for n in range(3))
    bank = np.minimum((warped - low) / (middle - low), (high - warped) / (high - middle)).clip(0)
    return np.asarray(bank / bank.sum(1, keepdims=True).clip(1e-3), np.float32)


_BANK = filter_bank()


def samples_of(chunks: Iterable[bytes]) -> Iterator[NDArray[np.float32]]:
    """Mono 16-bit sound in chunks of any size, as samples from -1 to 1; no block is empty."""
    odd = b""
    for chunk in chunks:
        held = odd + chunk
        whole = len(held) // 2 * 2
        odd = held[whole:]
        if whole:
            yield np.frombuffer(held[:whole], "<i2").astype(np.float32) / np.float32(32768)


def log_mel(
    chunks: Iterable[bytes], hop: int = HOP, bank: NDArray[np.float32] = _BANK
) -> Iterator[Frames]:
    """Blocks of frames of mono 16-bit sound at RATE; frame n has its middle at (n + 1/2) * hop."""
    lead = (_WINDOW - hop) // 2
    held = np.zeros(max(0, lead), np.float32)
    skip, last = max(0, -lead), np.float32(0)
    samples = made = 0
    for sound in samples_of(chunks):
        before = np.concatenate([[last if samples else np.float32(0)], sound[:-1]])
        last, samples = sound[-1], samples + len(sound)
        held = np.concatenate([held, (sound - np.float32(_EMPHASIS) * before)])
        if skip and len(held) > skip:
            held, skip = held[skip:], 0
        while len(held) >= (_BLOCK - 1) * hop + _WINDOW:
            yield _frames(held, _BLOCK, hop, bank)
            held, made = held[_BLOCK * hop :], made + _BLOCK
    rest = max(1, samples // hop) - made
    held = np.concatenate([held, np.zeros(_WINDOW + hop, np.float32)])
    for start in range(0, rest, _BLOCK):
        yield _frames(held[start * hop :], min(_BLOCK, rest - start), hop, bank)


def _frames(sound: NDArray[np.float32], count: int, hop: int, bank: NDArray[np.float32]) -> Frames:
    windows = np.lib.stride_tricks.sliding_window_view(sound, _WINDOW)[: count * hop : hop]
    spectrum = np.abs(np.fft.rfft(windows * _HANN, axis=1)).astype(np.float32)
    return np.asarray(np.log(spectrum**2 @ bank.T + np.float32(_FLOOR)), np.float32)


def above_floor(blocks: Iterable[Frames]) -> Iterator[Frames]:
    """Frames without what sounds all the time in a band: music that is held, hum, steady noise.

    Of each band twice the power of its lowest moment in the second around is taken out, as what
    sounds all the time is at times louder; a little of the power is left.
    """
    held = np.zeros((0, BANDS), np.float32)
    lead = 0  # frames held that were given out, and are there for those after them
    for block in blocks:
        held = np.concatenate([held, block])
        ready = len(held) - _FLOOR_REACH
        if ready > lead:
            yield _above(held)[lead:ready]
            drop = max(0, ready - _FLOOR_REACH)
            held, lead = held[drop:], ready - drop
    if len(held) > lead:
        yield _above(held)[lead:]


def _above(frames: Frames) -> Frames:
    smooth = _means(frames, _FLOOR_SMOOTH)
    floor = _means(_lowest(smooth, _FLOOR_AROUND), _FLOOR_AROUND)
    left = 1 - np.float32(_FLOOR_FACTOR) * np.exp(floor - frames)
    return np.asarray(frames + np.log(np.maximum(left, np.float32(_FLOOR_LEFT))), np.float32)


def _padded(frames: Frames, width: int) -> Frames:
    return np.pad(frames, ((width // 2, width - 1 - width // 2), (0, 0)), mode="edge")


def _means(frames: Frames, width: int) -> Frames:
    """The mean of each band over so many frames around each frame."""
    sums = np.cumsum(_padded(frames, width), axis=0, dtype=np.float64)
    sums = np.concatenate([np.zeros((1, frames.shape[1])), sums])
    return np.asarray((sums[width:] - sums[:-width]) / width, np.float32)


def _lowest(frames: Frames, width: int) -> Frames:
    """The lowest of each band in so many frames around each frame."""
    lowest, reached = _padded(frames, width), 1
    while reached < width:
        step = min(reached, width - reached)
        lowest = np.minimum(lowest[:-step], lowest[step:])
        reached += step
    return lowest


def normalised(blocks: Iterable[Frames], window: int = _MINUTE) -> Iterator[Frames]:
    """Frames less the mean, over the spread, of each band in the minute around them.

    So a loud voice and a soft one, and a dull microphone and a bright one, look alike. Near both
    ends it is the first or the last minute; all of a shorter sound.
    """
    half = window // 2
    held = np.zeros((0, BANDS), np.float32)
    first = done = 0  # the frame that `held` begins with, and the next to be given out
    for block in blocks:
        held = np.concatenate([held, block])
        ready = first + len(held) - half
        if first + len(held) > window and ready - done >= half:
            yield _measured(held, done - first, ready - first, half, window)
            done = ready
            drop = max(0, done - half - first)
            held, first = held[drop:], first + drop
    if done < first + len(held):
        yield _measured(held, done - first, len(held), half, window)


def _measured(held: Frames, start: int, end: int, half: int, window: int) -> Frames:
    """Frames from `start` to `end` of those held, each measured by those around it."""
    width = min(window, len(held))
    sums, squares = (
        np.concatenate([np.zeros((1, BANDS)), np.cumsum(each, axis=0, dtype=np.float64)])
        for each in (held, held.astype(np.float64) ** 2)
    )
    opens = np.clip(np.arange(start, end) - half, 0, len(held) - width)
    mean = (sums[opens + width] - sums[opens]) / width
    variance = (squares[opens + width] - squares[opens]) / width - mean**2
    return np.asarray((held[start:end] - mean) / np.sqrt(variance.clip(1e-4)), np.float32)
