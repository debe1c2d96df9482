"""The base of the objects around an online engine: everything but `speak` is the inner one's."""

from __future__ import annotations

from podcast.engines import Online, threads
from podcast.model import Speech, Voice


class Around:
    """An online engine that calls another one; this base class changes nothing."""

    def __init__(self, engine: Online) -> None:
        """`engine` is the one that speaks."""
        self.engine = engine
        self.rate, self.version, self.needs = engine.rate, engine.version, engine.needs
        self.longest, self.connections = engine.longest, engine.connections
        self.threads = threads(engine)

    def speak(self, text: str, voice: Voice) -> Speech:
        """The speech of the inner engine, with its errors."""
        return self.engine.speak(text, voice)

    def require_answer(self, voice: Voice) -> None:
        """Raise EngineError if the inner engine does not answer now; the cache is not used."""
        self.engine.require_answer(voice)
