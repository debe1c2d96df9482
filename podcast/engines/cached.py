"""Texts -> Speeches said before, from a file named by its content: KEY.clip in a store.

    one line    JSON: rate; of each speech, how many samples and its marks
    the rest    16-bit samples

The name is the hash of all that could change the sound, so a file is never out of date, only
whole, damaged or missing; a damaged one is made again. Any number of threads and processes may
share a store.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Lock

from podcast.engines import Engine, Online
from podcast.engines.around import Around
from podcast.files.keys import content_key
from podcast.files.store import Store
from podcast.model import Audio, Mark, Speech, Voice


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
    speeches = find_speeches(store, key)
    if speeches is None:
        speeches = (say(),)
        write_speeches(store, key, speeches)
    return speeches[0]


def recited(texts: Sequence[str], engine: Engine, voice: Voice, store: Store) -> tuple[Speech, ...]:
    """What an engine on this machine says of texts, in order, or said of the same before.

    The texts are remembered together: such an engine may sound a little different for all it
    said since it was loaded. So `engine` has said nothing yet. They stay on this machine, which
    says them again sooner than it has them from another.
    """
    key = content_key("recital 1", engine.version, voice.sound, tuple(texts))
    here = Store(store.folder)
    speeches = find_speeches(here, key)
    if speeches is None or len(speeches) != len(texts):
        speeches = tuple(engine.speak(text, voice) for text in texts)
        if all(speech.audio.pcm.strip(b"\0") for speech in speeches):
            write_speeches(here, key, speeches)
    return speeches


def write_speeches(store: Store, key: str, speeches: Sequence[Speech]) -> None:
    """Remember speeches, all of one rate, under `key`. Raises WriteError."""
    told = [(len(each.audio), [(m.offset, m.start) for m in each.marks]) for each in speeches]
    rate = speeches[0].audio.rate if speeches else 0
    head = json.dumps({"rate": rate, "speeches": told}).encode()
    content = b"".join([head, b"\n", *(speech.audio.pcm for speech in speeches)])
    store.put(_name(key), content)


def find_speeches(store: Store, key: str) -> tuple[Speech, ...] | None:
    """The speeches remembered under `key`; None where there are none, or not all of them."""
    content = store.get(_name(key))
    with suppress(ValueError, KeyError, TypeError):
        return None if content is None else _speeches(content)
    return None


def _name(key: str) -> str:
    return f"clips/{key}.clip"


def _speeches(content: bytes) -> tuple[Speech, ...]:
    head, _, pcm = content.partition(b"\n")
    told = json.loads(head)
    speeches, at = [], 0
    for samples, marks in told["speeches"]:
        audio = Audio(pcm[at : at + 2 * samples], told["rate"])
        speeches.append(Speech(audio, tuple(Mark(*mark) for mark in marks)))
        at += 2 * samples
    return tuple(speeches)
