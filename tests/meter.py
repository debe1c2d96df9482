"""How loud sound is, as pyloudnorm measures it: a judge that shares no code with the program."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

RATE = 44_100  # samples a second


def integrated_loudness(sound: NDArray[Any]) -> float:
    """In LUFS, of sound of shape (samples,) from -1 to 1, at 44 100 samples a second."""
    loudness: float = _meter().integrated_loudness(sound)
    return loudness


def weighted(sound: NDArray[Any]) -> NDArray[Any]:
    """Sound as loudness is computed from it: filtered as the ear hears (K-weighting, BS.1770-5)."""
    for weighting in _meter()._filters.values():
        sound = weighting.apply_filter(sound)
    return sound


def _meter() -> Any:
    import pyloudnorm  # takes 1.5 s, with scipy, which a run without such tests need not wait for

    return pyloudnorm.Meter(RATE)
