"""Text -> Speech said before, from a file named by its content: KEY.clip in a store.

    32 bytes    SHA-256 of the rest
    one line    JSON: rate, marks
    the rest    16-bit samples

The name is the hash of all that could change the sound, so a file is never out of date, only
whole, damaged or missing; a damaged one is made again. Any number of threads and processes may
share a folder.
"""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock

from podcast.engines import Online
from podcast.engines.around import Around
from podcast.model import Audio, Mark, Speech, Voice
from podcast.store import Store, content_key, replacing

DIGEST = 32  # bytes of SHA-256


class Cached(Around):
    """An engine that says nothing twice."""

    def __init__(self, engine: Online, store: Store) -> None:
        """`store` is where it remembers; its folder need not exist yet."""
        super().__init__(engine)
        self.store = store
        self.locks: dict[str, Lock] = {}

    def speak(self, text: str, voice: Voice) -> Speech:
        """The remembered speech if it is there, whole; else the engine's, then remembered.

        Of two threads that ask for the same at once, one asks the engine.
        """
        key = self.key(text, voice)
        with self.locks.setdefault(key, Lock()):
            path = self.store.clip(key)
            speech = read_speech(path)
            if speech is None:
                speech = self.engine.speak(text, voice)
                write_speech(speech, path)
                self.store.share_clip(key)
            return speech

    def key(self, text: str, voice: Voice) -> str:
        """Names what is heard: who plays which role, and under what licence, is not in it."""
        sound = (voice.engine, voice.id, voice.language, voice.speed, voice.pitch, voice.model)
        return content_key("clip 1", self.version, self.rate, sound, text)


def write_speech(speech: Speech, path: Path) -> None:
    """Put a speech in a file, whole or not at all."""
    marks = [(mark.offset, mark.start) for mark in speech.marks]
    head = json.dumps({"rate": speech.audio.rate, "marks": marks}).encode() + b"\n"
    content = head + speech.audio.pcm
    with replacing(path) as part:
        part.write_bytes(sha256(content).digest() + content)


def read_speech(path: Path) -> Speech | None:
    """The speech in a file; nothing where there is no file, or not all of one."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        data = path.read_bytes()
        digest, content = data[:DIGEST], data[DIGEST:]
        if sha256(content).digest() == digest:
            head, _, pcm = content.partition(b"\n")
            told = json.loads(head)
            marks = tuple(Mark(*mark) for mark in told["marks"])
            path.touch()  # so that what is used last is pruned last
            return Speech(Audio(pcm, told["rate"]), marks)
    return None
