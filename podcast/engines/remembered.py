"""Text -> Speech said before, for an engine of this machine that is slow or varies."""

from __future__ import annotations

from podcast.engines import Engine
from podcast.engines.cached import said_once
from podcast.files.keys import content_key
from podcast.files.store import Store
from podcast.model import Speech, Voice


class Remembered:
    """An engine of this machine that keeps what it said in a store, as `Cached` does."""

    def __init__(self, engine: Engine, store: Store) -> None:
        """`store` is where it remembers; its folder need not exist yet."""
        self.engine, self.store = engine, store
        self.rate, self.version, self.needs = engine.rate, engine.version, engine.needs

    def speak(self, text: str, voice: Voice) -> Speech:
        """The remembered speech if it is there, whole; else the engine's, then remembered."""
        key = content_key("said 2", self.version, voice.sound, text)
        return said_once(key, self.store, lambda: self.engine.speak(text, voice))
