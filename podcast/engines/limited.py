"""Text -> Speech, by a limited number of threads of this process at a time.

Several episodes may be fetched at a time, and the limit of a service holds for all of them
together.
"""

from __future__ import annotations

from threading import BoundedSemaphore, Lock

from podcast.engines import Online
from podcast.engines.around import Around
from podcast.model import Speech, Voice

_lock = Lock()
_turns: dict[tuple[str, int], BoundedSemaphore] = {}


class Limited(Around):
    """An engine with a limit on the calls at a time, which all objects around it share."""

    def __init__(self, engine: Online) -> None:
        """All engines with the same version and number of threads share one limit."""
        super().__init__(engine)
        key = (engine.version, self.threads)
        with _lock:
            self.turns = _turns.setdefault(key, BoundedSemaphore(self.threads))

    def speak(self, text: str, voice: Voice) -> Speech:
        """The speech of the inner engine; waits while too many threads are in a call."""
        with self.turns:
            return self.engine.speak(text, voice)
