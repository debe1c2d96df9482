"""Texts -> Speeches said before, from a file named by its content: KEY.clip in a store.

    32 bytes    SHA-256 of the rest
    one line    JSON: rate; of each speech, how many samples and its marks
    the rest    16-bit samples

The name is the hash of all that could change the sound, so a file is never out of date, only
whole, damaged or missing; a damaged one is made again. Any number of threads and processes may
share a folder.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock

from podcast.engines import Engine, Online
from podcast.engines.around import Around
from podcast.files.keys import content_key
from podcast.files.store import Store
from podcast.files.whole import replacing
from podcast.model import Audio, Mark, Speech, Voice

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
            return said_once(key, self.store, lambda: self.engine.speak(text, voice))

    def key(self, text: str, voice: Voice) -> str:
        """Names what is heard: who plays which role, and under what licence, is not in it."""
        return content_key("clip 2", self.version, self.rate, voice.sound, text)


def said_once(key: str, store: Store, say: Callable[[], Speech]) -> Speech:
    """The speech in a store under `key` if it is there, whole; else what is said, then stored."""
    path = store.clip(key)
    speeches = read_speeches(path)
    if speeches is None:
        speeches = (say(),)
        write_speeches(speeches, path)
        store.share_clip(key)
    return speeches[0]


def recited(texts: Sequence[str], engine: Engine, voice: Voice, store: Store) -> tuple[Speech, ...]:
    """What an engine on this machine says of texts, in order, or said of the same before.

    The texts are remembered together: such an engine may sound a little different for all it
    said since it was loaded. So `engine` has said nothing yet. They stay on this machine, which
    says them again sooner than it has them from another.
    """
    key = content_key("recital 1", engine.version, voice.sound, tuple(texts))
    path = store.clips / f"{key}.clip"
    speeches = read_speeches(path)
    if speeches is None or len(speeches) != len(texts):
        speeches = tuple(engine.speak(text, voice) for text in texts)
        if all(speech.audio.pcm.strip(b"\0") for speech in speeches):
            write_speeches(speeches, path)
    return speeches


def write_speeches(speeches: Sequence[Speech], path: Path) -> None:
    """Put speeches, all of one rate, in a file, whole or not at all."""
    told = [(len(each.audio), [(m.offset, m.start) for m in each.marks]) for each in speeches]
    rate = speeches[0].audio.rate if speeches else 0
    head = json.dumps({"rate": rate, "speeches": told}).encode()
    content = b"".join([head, b"\n", *(speech.audio.pcm for speech in speeches)])
    with replacing(path) as part:
        part.write_bytes(sha256(content).digest() + content)


def read_speeches(path: Path) -> tuple[Speech, ...] | None:
    """The speeches in a file; nothing where there is no file, or not all of one."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        data = path.read_bytes()
        digest, content = data[:DIGEST], data[DIGEST:]
        if sha256(content).digest() == digest:
            speeches = _speeches(content)
            path.touch()  # so that what is used last is pruned last
            return speeches
    return None


def _speeches(content: bytes) -> tuple[Speech, ...]:
    head, _, pcm = content.partition(b"\n")
    told = json.loads(head)
    speeches, at = [], 0
    for samples, marks in told["speeches"]:
        audio = Audio(pcm[at : at + 2 * samples], told["rate"])
        speeches.append(Speech(audio, tuple(Mark(*mark) for mark in marks)))
        at += 2 * samples
    return tuple(speeches)
