"""Voices -> a page to hear them side by side: one sentence, one loudness, one player each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from podcast import engines
from podcast.errors import EngineError, PodcastError, SpeechFailed, VoiceError
from podcast.files.store import Store
from podcast.files.whole import replacing
from podcast.formats.samples import Missed, Sample, samples_text
from podcast.model import HOST, RATE, Recipe, Span, Voice
from podcast.outside import ffmpeg
from podcast.sound.master import master, measure, voice_gains
from podcast.speech.cast import identified, read_roles
from podcast.speech.choose import AUTO
from podcast.speech.say import PAUSE, spoken

SENTENCE = "大家好，欢迎收听！2025年，GPT-4.5 的价格涨了14%。你怎么看？"
CEILING = -1.5  # dBTP before encoding
BITRATE = 64  # kbit/s

Roles = dict[Voice, tuple[str, ...]]


def write_samples(
    path: Path, folder: Path, engine: str, offline: bool, store: Store
) -> tuple[Missed, ...]:
    """Write the page of all voices of an engine, or of all engines for `auto`; who is not on it.

    `offline` asks no online voice. Raises VoiceError where none could be heard.
    """
    voices = voices_to_hear(folder, engine)
    samples, missed = hear(voices, offline, store)
    if not samples:
        why = f"; {missed[0].voice.engine}: {missed[0].reason}" if missed else ""
        raise VoiceError(f"no voice of {engine} could be heard{why}")
    with replacing(path) as part:
        part.write_text(samples_text(SENTENCE, samples, missed), "utf-8")
    return missed


def voices_to_hear(folder: Path, engine: str) -> Roles:
    """The voices that roles list, then all others the engines know of, each once with its roles."""
    listed = [(role, voice) for role, all_ in read_roles(folder).items() for voice in all_]
    names = [voice.engine for _, voice in listed] if engine == AUTO else [engine]
    roles: dict[tuple[object, ...], tuple[str, ...]] = {}
    voices: dict[tuple[object, ...], Voice] = {}
    for role, voice in [*listed, *known_voices(names)]:
        if voice.engine in names:
            voices.setdefault(voice.sound, voice)
            roles[voice.sound] = (*roles.get(voice.sound, ()), *filter(None, (role,)))
    order = list(dict.fromkeys(names))
    ranked = sorted(voices, key=lambda sound: order.index(voices[sound].engine))
    return {voices[sound]: roles[sound] for sound in ranked}


def known_voices(names: Iterable[str]) -> Iterator[tuple[str, Voice]]:
    """Every voice, with no role, that installed engines tell of; an engine need not tell any."""
    for name in dict.fromkeys(names):
        if name in engines.offered():
            for id, language in engines.known_voices(engines.load(name)).items():
                yield "", Voice(HOST, name, id, language=language or Voice(HOST, name).language)


def hear(voices: Roles, offline: bool, store: Store) -> tuple[list[Sample], tuple[Missed, ...]]:
    """A sample of each voice that speaks now, in order, and the others."""
    samples: list[Sample] = []
    missed: list[Missed] = []
    for name in dict.fromkeys(voice.engine for voice in voices):
        own = [voice for voice in voices if voice.engine == name]
        reason = silence_of(own[0], offline)
        if reason:
            missed += [Missed(voice, reason) for voice in own]
            continue
        for voice, heard in zip(own, _said(own, store), strict=True):
            if isinstance(heard, bytes):
                samples.append(Sample(voice, voices[voice], heard))
            else:
                missed.append(Missed(voice, str(heard)))
    return samples, tuple(missed)


def silence_of(voice: Voice, offline: bool) -> str:
    """Why the engine of a voice says nothing at all now; empty if it speaks."""
    if voice.engine not in engines.offered():
        return "its engine is not installed"
    engine = engines.load(voice.engine)
    if not engines.is_online(engine):
        return ""
    if offline:
        return "it is online, and --offline sends nothing"
    try:
        engine.require_answer(voice)
    except EngineError as error:
        return str(error)
    except VoiceError:
        return ""  # another of its voices may be there
    return ""


def _said(voices: list[Voice], store: Store) -> Iterator[bytes | PodcastError]:
    """Each voice's MP3, or what went wrong; a service is asked for several at a time."""
    engine = engines.load(voices[0].engine)
    count = engine.connections if engines.is_online(engine) else 1
    with ThreadPoolExecutor(count) as pool:
        yield from pool.map(partial(_attempt, store=store), voices)


def _attempt(voice: Voice, store: Store) -> bytes | PodcastError:
    try:
        return sample_of(voice, store)
    except PodcastError as error:
        return error


def sample_of(voice: Voice, store: Store) -> bytes:
    """The sentence by a voice, as loud as any other, as an MP3."""
    ((_, voice),) = identified(((voice.role, voice),))
    pcm = spoken(SENTENCE, voice, store)
    if not pcm:
        raise SpeechFailed("it said nothing")
    samples = np.frombuffer(pcm + PAUSE, "<i2")
    turns = (Span(0, len(samples), voice.role),)
    levels = measure(samples, RATE)
    gains = voice_gains([(levels, turns)], RATE, Recipe().loudness, CEILING)
    pieces = master(samples, levels[1], turns, gains, CEILING)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sample.mp3"
        ffmpeg.encode_mp3((piece.tobytes() for piece in pieces), RATE, BITRATE, path)
        return path.read_bytes()


def missed_text(missed: Iterable[Missed]) -> str:
    """A line for each reason that voices of an engine could not be heard."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for voice, reason in missed:
        reasons.setdefault((voice.engine, reason), []).append(voice.id)
    return "".join(
        f"no sample of {' '.join([engine, ', '.join(filter(None, ids))]).strip()}: {reason}\n"
        for (engine, reason), ids in reasons.items()
    )
