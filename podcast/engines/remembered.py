"""Text -> Speech from the store, for a local engine that is slow or not deterministic."""

from __future__ import annotations

from podcast.engines import Engine
from podcast.engines.cached import said_once
from podcast.files.keys import content_key
from podcast.files.store import Store
from podcast.model import Speech, Voice


class Remembered:
    """An engine of this machine whose speech is kept in a store, as `Cached` does for a service."""

    def __init__(self, engine: Engine, store: Store) -> None:
        """`store` has the speech; its folder need not exist yet."""
        self.engine, self.store = engine, store
        self.rate, self.version, self.needs = engine.rate, engine.version, engine.needs

    def speak(self, text: str, voice: Voice) -> Speech:
        """The stored speech of a text; if there is none, the engine's, which is then stored.

        Raises WriteError if the speech cannot be stored, and the errors of the engine.
        """
        key = content_key("said 2", self.version, voice.sound, text)
        return said_once(key, self.store, lambda: self.engine.speak(text, voice))
