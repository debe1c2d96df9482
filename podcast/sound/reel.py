"""A file of bare samples -> parts of it, read as they are asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray


class Reel:
    """16-bit samples in a file; slices like an array."""

    def __init__(self, path: Path) -> None:
        """`path` holds nothing but samples."""
        self.path = path
        self.length = path.stat().st_size // 2

    def __len__(self) -> int:
        """How many samples."""
        return self.length

    def __getitem__(self, part: slice) -> NDArray[np.int16]:
        """The samples of a slice with step 1."""
        start, stop, _ = part.indices(self.length)
        count = max(0, stop - start)
        return np.fromfile(self.path, "<i2", count, offset=2 * start)
