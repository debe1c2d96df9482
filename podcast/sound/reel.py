"""A file of nothing but samples -> an array-like value that reads only the part it is sliced by."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray


class Reel:
    """16-bit mono samples in a file, which can be sliced like an array."""

    def __init__(self, path: Path) -> None:
        """`path` is a file of nothing but little-endian 16-bit samples."""
        self.path = path
        self.length = path.stat().st_size // 2

    def __len__(self) -> int:
        """How many samples."""
        return self.length

    def __getitem__(self, part: slice) -> NDArray[np.int16]:
        """The samples of a slice with step 1: int16 of shape (samples,)."""
        start, stop, _ = part.indices(self.length)
        count = max(0, stop - start)
        return np.fromfile(self.path, "<i2", count, offset=2 * start)
