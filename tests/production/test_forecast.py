"""How long a slow voice will take is told once, and only where it is worth it."""

from __future__ import annotations

from collections.abc import Iterator

from podcast.production.forecast import Forecast


def forecast(shares: list[float], seconds: float) -> tuple[list[str], list[float]]:
    """What is told, and what is passed on, where each share took so many seconds."""

    def clock() -> Iterator[float]:
        at = 0.0
        while True:
            yield at
            at += seconds

    told: list[str] = []
    passed: list[float] = []
    watch = Forecast(lambda stage, what, share: passed.append(share), told.append, clock().__next__)
    for share in shares:
        watch("fetch", "开场", share)
    return told, passed


def test_it_is_told_once_from_the_first_that_was_said() -> None:
    told, passed = forecast([0.01, 0.01, 0.01, 0.5], 60.0)
    assert told == [
        "the voice will take about 49 min more on this machine; "
        "what it has said is kept if you stop it"
    ]
    assert passed == [0.01, 0.01, 0.01, 0.5]


def test_what_is_done_soon_is_not_told() -> None:
    assert forecast([0.01, 0.01, 0.5], 0.5)[0] == []
    assert forecast([0.5, 0.5], 30.0)[0] == []
