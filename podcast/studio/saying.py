"""A sentence -> its sound as the episode has it: the voice of its role, at the episode's level."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

import numpy as np

from podcast import engines
from podcast.errors import PodcastError, SpeechFailed
from podcast.files.open_store import open_store
from podcast.model import HOST, RATE, Script, Span, Tell, Voice
from podcast.production.jobs import ceiling
from podcast.production.make import with_everybody
from podcast.production.order import Order
from podcast.published.report import Report
from podcast.sound.master import master, master_alone, measure
from podcast.sound.mp3 import LOSS_DB
from podcast.speech.cast import OFFLINE, Cast, identified, recast, voice_of
from podcast.speech.choose import choose
from podcast.speech.say import PAUSE, spoken, wav
from podcast.text.read.account import known_names
from podcast.text.script import with_known_names

LONGEST_CHARS = 2000  # characters that are said at once


@dataclass(frozen=True, slots=True)
class Wish:
    """What a page wants to hear: a text, and who is to say it.

    `voice` is a role whose voice is tried, or empty. `respellings` are tried pronunciations.
    """

    text: str
    role: str = HOST
    voice: str = ""
    respellings: Mapping[str, str] | None = None


class Sayer:
    """Says sentences. Its casts are kept, because to choose one may take a service's answer."""

    def __init__(self, tell: Tell = lambda _: None) -> None:
        """`tell` is called with a sentence about each service that was tried."""
        self.tell = tell
        self.lock = Lock()
        self.casts: dict[tuple[object, ...], Cast] = {}

    def say(self, order: Order, script: Script, report: Report, wish: Wish) -> bytes:
        """The sound of a text, as a WAV.

        Raises SpeechFailed if it has no words, VoiceError if nobody has the role or the voice, and
        the errors of the voice's engine.
        """
        if len(wish.text) > LONGEST_CHARS:
            most = f"{LONGEST_CHARS} characters"
            raise SpeechFailed(f"that is too long to be said at once; choose {most}")
        said = with_known_names(script, known_names(report.reading))
        named = {name: role for role, name in said.names}
        role = named.get(wish.role, wish.role) or HOST
        cast = self._cast(order, said)
        voice = voice_of(cast, wish.voice or role)
        respellings = _settings(order) | dict(wish.respellings or {})
        store = open_store(order.store, order.cache)
        pcm = spoken(wish.text, voice, store, respellings)
        if not pcm:
            raise SpeechFailed(f"there is nothing to say in {wish.text[:40]!r}; give some words")
        known = {} if wish.voice else dict(report.gains_db)
        return wav(levelled(pcm, voice, order, known.get(role)))

    def warm_up(self) -> None:
        """Load what says the first sentence, so that it need not wait; nothing is sent anywhere."""
        with suppress(PodcastError):
            engines.load(OFFLINE).speak("一", Voice(HOST, OFFLINE))

    def _cast(self, order: Order, said: Script) -> Cast:
        """The cast as a build would choose it, with a voice for each speaker of the script."""
        engine = order.recipe.engine
        files = tuple((path, path.stat().st_mtime_ns) for path in sorted(order.voices.glob("*")))
        key = (engine, order.offline, files)
        with self.lock:
            if key not in self.casts:
                self.casts[key] = choose(engine, order.voices, order.offline, self.tell)
            chosen = self.casts[key]
        parts = order.settings.cast if order.settings else ()
        cast = identified(recast(chosen, parts))
        return identified(with_everybody(cast, said, order, parts, lambda _: None))


def _settings(order: Order) -> dict[str, str]:
    """The pronunciations that the settings beside the seed give."""
    return dict(order.settings.pronounce) if order.settings else {}


def levelled(pcm: bytes, voice: Voice, order: Order, gain: float | None) -> bytes:
    """The samples as an episode has them: with the gain in dB, or else with one of their own."""
    samples = np.frombuffer(pcm + PAUSE, "<i2")
    highest = ceiling(order.recipe)
    if gain is None:
        wanted = order.recipe.loudness + LOSS_DB
        pieces = master_alone(samples, RATE, wanted, highest, apart=voice.gain)
    else:
        turns = (Span(0, len(samples), voice.role),)
        peaks = measure(samples, RATE)[1]
        pieces = master(samples, peaks, turns, {voice.role: gain}, highest)
    return b"".join(piece.astype("<i2").tobytes() for piece in pieces)


def offered(voices: Mapping[str, tuple[Voice, ...]]) -> list[tuple[str, str]]:
    """The roles of a folder of voices, each with the engine of the first that is installed."""
    known = engines.offered()
    first = {
        role: next((voice.engine for voice in listed if voice.engine in known), "")
        for role, listed in voices.items()
    }
    return list(first.items())
