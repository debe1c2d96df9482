"""WAV -> Audio, without ffmpeg, in all variants that services send.

A service that sends its speech while it makes it does not know the length that belongs into the
header. `wave` of the standard library reads neither such a file nor floating-point samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from podcast.model import Audio

PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE  # wFormatTag
UNKNOWN = 0x7FFF_0000  # bytes: a greater length means that the length was not known
FULL_SCALE = 32_768  # of 16-bit samples


def read_wav(data: bytes) -> Audio:
    """The sound of a WAV, mixed to one channel.

    Raises ValueError if the data is no WAV, is incomplete, or has samples of an unknown format.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise ValueError("it is no WAV")
    form = b""
    for name, content, missing in _chunks(data):
        if name == b"fmt ":
            form = content
        elif name == b"data":
            if missing:
                raise ValueError(f"{missing} bytes of its sound are missing")
            return _audio(form, content)
    raise ValueError("it has no sound")


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """The name, the content and the number of missing bytes of each chunk."""
    start = 12
    while start + 8 <= len(data):
        name, size = data[start : start + 4], int.from_bytes(data[start + 4 : start + 8], "little")
        left = len(data) - start - 8
        if name == b"data" and (size >= UNKNOWN or (size == 0 and left)):
            size = left
        yield name, data[start + 8 : start + 8 + size], max(0, size - left)
        start += 8 + size + size % 2


def _audio(form: bytes, content: bytes) -> Audio:
    if len(form) < 16:
        raise ValueError("its header does not give the format of its samples")
    tag, channels = int.from_bytes(form[:2], "little"), int.from_bytes(form[2:4], "little")
    rate, bits = int.from_bytes(form[4:8], "little"), int.from_bytes(form[14:16], "little")
    if tag == EXTENSIBLE and len(form) >= 26:
        tag = int.from_bytes(form[24:26], "little")
    if not channels or not 4_000 <= rate <= 384_000:
        raise ValueError(f"it claims {channels} channels at {rate} samples a second")
    width = bits // 8 * channels
    samples = _samples(tag, bits, content[: len(content) // width * width] if width else b"")
    mono = samples.reshape(-1, channels).mean(axis=1)
    clipped = np.clip(np.round(mono * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1)
    return Audio(clipped.astype("<i2").tobytes(), rate)


def _samples(tag: int, bits: int, content: bytes) -> NDArray[Any]:
    """The samples of all channels in turn: float64 of shape (samples,), from -1 to 1."""
    if tag == PCM and bits == 16:
        return np.frombuffer(content, "<i2") / 2.0**15
    if tag == PCM and bits == 24:
        wide = np.zeros((len(content) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(content, np.uint8).reshape(-1, 3)
        return wide.reshape(-1).view("<i4") / 2.0**31
    if tag == PCM and bits == 32:
        return np.frombuffer(content, "<i4") / 2.0**31
    if tag == PCM and bits == 8:
        return (np.frombuffer(content, np.uint8) - 128.0) / 2.0**7
    if tag == FLOAT and bits in (32, 64):
        return np.asarray(np.nan_to_num(np.frombuffer(content, f"<f{bits // 8}")))
    raise ValueError(f"its samples are of an unknown format (format {tag}, {bits} bits)")
