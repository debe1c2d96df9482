"""Text -> Speech, so many at a time: whoever asks in this process waits for a turn.

Several episodes may be fetched at once; what a service allows, it allows to all of them together.
"""

from __future__ import annotations

from threading import BoundedSemaphore, Lock

from podcast.engines import Online
from podcast.engines.around import Around
from podcast.model import Speech, Voice

_lock = Lock()
_turns: dict[tuple[str, int], BoundedSemaphore] = {}


class Limited(Around):
    """An engine that is asked no more at a time than it allows, by all objects around it."""

    def __init__(self, engine: Online) -> None:
        """All of one version, with as many threads, share the turns."""
        super().__init__(engine)
        key = (engine.version, self.threads)
        with _lock:
            self.turns = _turns.setdefault(key, BoundedSemaphore(self.threads))

    def speak(self, text: str, voice: Voice) -> Speech:
        """What the inner engine says, when it is its turn."""
        with self.turns:
            return self.engine.speak(text, voice)
