"""How often a request has failed -> how long to wait before it is sent again."""

from __future__ import annotations

import random


def pause_seconds(failed: int, first: float, longest: float) -> float:
    """A random pause in seconds, up to a bound that doubles with each failed try.

    `first` is the longest pause after one failure, `longest` the longest of all. A pause is random
    so that requests which failed together are not sent again together.
    """
    bound = min(longest, first * 2.0 ** (failed - 1))
    return random.uniform(bound / 4, bound)  # nosec B311 # a pause, no secret
