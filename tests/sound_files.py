"""Sound files for tests: a melody, and any samples in any format."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from podcast.outside import ffmpeg

RATE = 44_100


def write(path: Path, samples: NDArray[np.int16], *options: str) -> Path:
    """A sound file in the format of its name."""
    subprocess.run(
        [ffmpeg.executable(), "-loglevel", "error", "-f", "s16le", "-ar", str(RATE), "-ac", "1",
         "-i", "pipe:0", *options, str(path)],
        input=samples.tobytes(), check=True,
    )  # fmt: skip
    return path


def melody(seconds: float, seed: int) -> NDArray[np.int16]:
    at = np.arange(round(seconds * RATE)) / RATE
    made = np.zeros(len(at))
    rng = np.random.default_rng(seed)
    for beat in range(int(seconds * 2)):
        since = np.maximum(0, at - beat / 2)
        pitch = 220 * 2 ** (rng.integers(0, 24) / 12)
        made += np.sin(2 * np.pi * pitch * since) * np.exp(-since / 0.8) * (at >= beat / 2)
    scaled: NDArray[np.int16] = (made / np.abs(made).max() * 20_000).astype("<i2")
    return scaled
