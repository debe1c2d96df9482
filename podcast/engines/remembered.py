"""Text -> Speech said before, for an engine of this machine that is slow or varies."""

from __future__ import annotations

from pathlib import Path

from podcast.engines import Engine
from podcast.engines.cached import read_speech, write_speech
from podcast.model import Speech, Voice
from podcast.store import content_key


class Remembered:
    """An engine of this machine that keeps what it said in a folder, as `Cached` does."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        """`folder` need not exist yet."""
        self.engine, self.folder = engine, folder
        self.rate, self.version, self.needs = engine.rate, engine.version, engine.needs

    def speak(self, text: str, voice: Voice) -> Speech:
        """The remembered speech if it is there, whole; else the engine's, then remembered."""
        sound = (voice.engine, voice.id, voice.speed, voice.model)
        path = self.folder / f"{content_key('said 1', self.version, sound, text)}.clip"
        speech = read_speech(path)
        if speech is None:
            speech = self.engine.speak(text, voice)
            write_speech(speech, path)
        return speech
