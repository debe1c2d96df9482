"""Texts -> Speeches from the store, or from an engine and then stored: KEY.clip.

    one line    JSON: the rate, and for each speech the number of samples and its marks
    the rest    16-bit samples

The name is the hash of everything that could change the sound, so a file is never out of date. It
is whole, damaged or missing, and a damaged one is made again. Any number of threads and processes
may share a store.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Lock

from podcast.engines import Engine, Online, alone
from podcast.engines.around import Around
from podcast.files.keys import content_key
from podcast.files.store import Store
from podcast.model import Audio, Mark, Speech, Voice


class Cached(Around):
    """An engine that stores its speech and does not say the same text twice."""

    def __init__(self, engine: Online, store: Store) -> None:
        """`store` has the speech; its folder need not exist yet."""
        super().__init__(engine)
        self.store = store
        self.locks: dict[str, Lock] = {}

    def speak(self, text: str, voice: Voice) -> Speech:
        """The stored speech of a text; if there is none, the engine's, which is then stored.

        If two threads need the same speech at a time, the engine is called once. Raises WriteError
        if the speech cannot be stored, and the errors of the engine.
        """
        key = self.key(text, voice)
        with self.locks.setdefault(key, Lock()):
            return said_once(key, self.store, lambda: self.engine.speak(text, voice))

    def key(self, text: str, voice: Voice) -> str:
        """The key of a speech: a hash of all that changes its sound, so not of role or licence."""
        return content_key("clip 2", self.version, self.rate, voice.sound, text)


class Anew(Cached):
    """A cached engine that says every text again and puts its speech over the stored one."""

    def speak(self, text: str, voice: Voice) -> Speech:
        """The engine's speech of a text, which is then stored. Raises what `Cached.speak` does."""
        speech = self.engine.speak(text, voice)
        write_speeches(self.store, self.key(text, voice), (speech,))
        return speech


def said_once(key: str, store: Store, say: Callable[[], Speech]) -> Speech:
    """The speech stored under `key`; if there is none, that of `say`, which is then stored.

    Raises WriteError if it cannot be stored, and the errors of `say`.
    """
    speeches = find_speeches(store, key)
    if speeches is None:
        speeches = (say(),)
        write_speeches(store, key, speeches)
    return speeches[0]


def recited(texts: Sequence[str], engine: Engine, voice: Voice, store: Store) -> tuple[Speech, ...]:
    """The speeches of several texts by a local engine, in order, from the store if they are there.

    The sound of such an engine may depend on what it has said since it was loaded. So the texts
    are stored together, `engine` must be new, and no other thread uses its library meanwhile. The
    speeches are not put at the store's URL: to say them again takes less time than to fetch them.
    Raises WriteError if they cannot be stored, and the errors of the engine.
    """
    key = content_key("recital 1", engine.version, voice.sound, tuple(texts))
    here = store.here
    speeches = find_speeches(here, key)
    if speeches is None or len(speeches) != len(texts):
        with alone(engine):
            speeches = tuple(engine.speak(text, voice) for text in texts)
        if all(speech.audio.pcm.strip(b"\0") for speech in speeches):
            write_speeches(here, key, speeches)
    return speeches


def write_speeches(store: Store, key: str, speeches: Sequence[Speech]) -> None:
    """Store speeches, all of one rate, under `key`. Raises WriteError if that fails."""
    rows = [(len(each.audio), [(m.offset, m.start) for m in each.marks]) for each in speeches]
    rate = speeches[0].audio.rate if speeches else 0
    head = json.dumps({"rate": rate, "speeches": rows}).encode()
    content = b"".join([head, b"\n", *(speech.audio.pcm for speech in speeches)])
    store.put(_name(key), content)


def find_speeches(store: Store, key: str) -> tuple[Speech, ...] | None:
    """The speeches stored under `key`; None if there are none, or the file is damaged."""
    content = store.get(_name(key))
    with suppress(ValueError, KeyError, TypeError):
        return None if content is None else _speeches(content)
    return None


def _name(key: str) -> str:
    return f"clips/{key}.clip"


def _speeches(content: bytes) -> tuple[Speech, ...]:
    head, _, pcm = content.partition(b"\n")
    table = json.loads(head)
    speeches, start = [], 0
    for samples, marks in table["speeches"]:
        audio = Audio(pcm[start : start + 2 * samples], table["rate"])
        speeches.append(Speech(audio, tuple(Mark(*mark) for mark in marks)))
        start += 2 * samples
    return tuple(speeches)
