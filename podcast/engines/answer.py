"""A service -> an error unless it answers within a time."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from podcast.errors import EngineError, PodcastError


def require_within(seconds: float, service: str, try_word: Callable[[], object]) -> None:
    """Raise EngineError unless `try_word` returns in time; raise the error that it raises.

    It runs in a thread of its own, because the look-up of a host's name cannot be interrupted.
    """
    failures: list[PodcastError] = []

    def ask() -> None:
        try:
            try_word()
        except PodcastError as error:
            failures.append(error)

    thread = Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise EngineError(f"{service} does not answer within {seconds:.0f} seconds")
    if failures:
        raise failures[0]
