"""A small product of matrices -> how fast this machine computes, told in no time.

A neural voice mostly multiplies matrices. So what it will take on a machine where its network is
not yet can be told from the time of a few such products there.
"""

from __future__ import annotations

from time import process_time

import numpy as np

PRODUCTS, SIDE = 200, 64  # of a probe; products so small are calculated on one thread
ROUNDS = 7  # the fastest counts, as other work of the machine only slows down


def probe_seconds() -> float:
    """Seconds of CPU that a probe takes on this machine: PRODUCTS products of matrices."""
    factors = np.full((PRODUCTS, SIDE, SIDE), 0.5, np.float32)
    return min(_seconds(factors) for _ in range(ROUNDS))


def _seconds(factors: np.ndarray) -> float:
    begun = process_time()
    np.matmul(factors, factors)
    return process_time() - begun
