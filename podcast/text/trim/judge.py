"""Stretches of words -> how likely each is a hesitation: a sum of learnt weights."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from podcast.text.trim.stretches import Stretch, View, features

WEIGHTS = Path(__file__).with_name("weights.npz")


class Judge:
    """The shipped weights, one for each feature, in eight bits."""

    def __init__(self, path: Path) -> None:
        """Load the weights."""
        with np.load(path) as stored:
            self._weights = stored["weights"].astype(np.float32) * stored["step"]

    def log_odds(self, view: View, stretches: Sequence[Stretch]) -> npt.NDArray[np.float32]:
        """The natural log odds that each stretch is a hesitation, of shape (stretches,)."""
        return np.array(
            [self._weights[features(view, stretch)].sum() for stretch in stretches], np.float32
        )


@lru_cache(maxsize=1)
def judge() -> Judge:
    """The judge that comes with the package."""
    return Judge(WEIGHTS)
