"""Text -> Speech said before, for an engine of this machine that is slow or varies."""

from __future__ import annotations

from podcast.engines import Engine
from podcast.engines.cached import read_speech, write_speech
from podcast.model import Speech, Voice
from podcast.store import Store, content_key


class Remembered:
    """An engine of this machine that keeps what it said in a store, as `Cached` does."""

    def __init__(self, engine: Engine, store: Store) -> None:
        """`store` is where it remembers; its folder need not exist yet."""
        self.engine, self.store = engine, store
        self.rate, self.version, self.needs = engine.rate, engine.version, engine.needs

    def speak(self, text: str, voice: Voice) -> Speech:
        """The remembered speech if it is there, whole; else the engine's, then remembered."""
        sound = (voice.engine, voice.id, voice.speed, voice.model)
        key = content_key("said 1", self.version, sound, text)
        path = self.store.clip(key)
        speech = read_speech(path)
        if speech is None:
            speech = self.engine.speak(text, voice)
            write_speech(speech, path)
            self.store.share_clip(key)
        return speech
