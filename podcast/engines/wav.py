"""WAV -> Audio, without ffmpeg: whatever a service writes under that name.

A service that writes while it speaks does not know the length it puts at the head; `wave` of
the standard library takes neither that nor floating-point samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from podcast.model import Audio

PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE  # wFormatTag
UNKNOWN = 0x7FFF_0000  # bytes: a length from here on stands for one that was not known
FULL_SCALE = 32_768


def read_wav(data: bytes) -> Audio:
    """The sound of a WAV, mixed to one channel.

    Raises ValueError for what is no WAV, or not all of one.
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
    raise ValueError("it has no sound in it")


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Name, content and number of missing bytes of each chunk."""
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        left = len(data) - at - 8
        if name == b"data" and (size >= UNKNOWN or (size == 0 and left)):
            size = left
        yield name, data[at + 8 : at + 8 + size], max(0, size - left)
        at += 8 + size + size % 2


def _audio(form: bytes, content: bytes) -> Audio:
    if len(form) < 16:
        raise ValueError("it does not say how its sound is written")
    tag, channels = (int.from_bytes(form[at : at + 2], "little") for at in (0, 2))
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
    """Samples from -1 to 1."""
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
    raise ValueError(f"its sound is written in a way (format {tag}, {bits} bits) nobody reads here")
