"""The pause before another try."""

from __future__ import annotations

from podcast.outside.pauses import pause_seconds


def test_pauses_grow_differ_and_are_bounded() -> None:
    for failed in range(1, 21):
        pauses = {pause_seconds(failed, 0.5, 20.0) for _ in range(50)}
        bound = min(20.0, 0.5 * 2 ** (failed - 1))
        assert all(bound / 4 <= pause <= bound for pause in pauses)
        assert len(pauses) > 40
