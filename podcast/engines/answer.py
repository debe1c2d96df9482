"""Whether a service answers at all, found out within a time."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from podcast.errors import EngineError, PodcastError


def require_within(seconds: float, service: str, try_word: Callable[[], object]) -> None:
    """Raise EngineError unless `try_word` ends in time; what fails in it is raised.

    A thread does the asking, for a look-up of a name cannot be called off.
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
