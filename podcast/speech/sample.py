"""Voices -> a page with a sample of each: all say the same sentence, equally loud."""

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
from podcast.model import HOST, RATE, Recipe, Voice
from podcast.outside import ffmpeg
from podcast.sound.master import master_alone
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
    """Write a page with a sample of each voice of an engine, or for `auto` of all engines.

    Returns the voices without a sample. With `offline`, online voices have none. Raises VoiceError
    if no voice has a sample or a file of voices is malformed, NoSuchEngine if there is no such
    engine, and WriteError if the page cannot be written.
    """
    voices = voices_to_hear(folder, engine)
    samples, missed = hear(voices, offline, store)
    if not samples:
        why = f"; {missed[0].voice.engine}: {missed[0].reason}" if missed else ""
        raise VoiceError(f"no voice of {engine} could speak{why}")
    with replacing(path) as part:
        part.write_text(samples_text(SENTENCE, samples, missed), "utf-8")
    return missed


def voices_to_hear(folder: Path, engine: str) -> Roles:
    """The voices in the files of roles, then all others of the engines, each once with its roles.

    Raises VoiceError if a file of voices is malformed.
    """
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
    """The voices that installed engines list, each with an empty role."""
    for name in dict.fromkeys(names):
        if name in engines.offered():
            for id, language in engines.known_voices(engines.load(name)).items():
                yield "", Voice(HOST, name, id, language=language or Voice(HOST, name).language)


def hear(voices: Roles, offline: bool, store: Store) -> tuple[list[Sample], tuple[Missed, ...]]:
    """A sample of each voice that speaks now, in order; and the voices that do not."""
    samples: list[Sample] = []
    missed: list[Missed] = []
    for name in dict.fromkeys(voice.engine for voice in voices):
        own = [voice for voice in voices if voice.engine == name]
        reason = silence_of(own[0], offline)
        if reason:
            missed += [Missed(voice, reason) for voice in own]
            continue
        for voice, mp3 in zip(own, _attempts(own, store), strict=True):
            if isinstance(mp3, bytes):
                samples.append(Sample(voice, voices[voice], mp3))
            else:
                missed.append(Missed(voice, str(mp3)))
    return samples, tuple(missed)


def silence_of(voice: Voice, offline: bool) -> str:
    """Why the engine of a voice cannot speak now; empty if it can."""
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
        return ""  # the service answers, and may have other voices
    return ""


def _attempts(voices: list[Voice], store: Store) -> Iterator[bytes | PodcastError]:
    """The MP3 of each voice, or the error; several requests are sent to a service at a time."""
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
    """The sample sentence as an MP3, said by a voice at the default loudness.

    Raises SpeechFailed if the voice says nothing, and the errors of its engine.
    """
    ((_, voice),) = identified(((voice.role, voice),))
    pcm = spoken(SENTENCE, voice, store)
    if not pcm:
        raise SpeechFailed("it said nothing")
    samples = np.frombuffer(pcm + PAUSE, "<i2")
    pieces = master_alone(samples, RATE, Recipe().loudness, CEILING)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sample.mp3"
        ffmpeg.encode_mp3((piece.tobytes() for piece in pieces), RATE, BITRATE, path)
        return path.read_bytes()


def missed_text(missed: Iterable[Missed]) -> str:
    """A line for each reason for which voices of an engine have no sample."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for voice, reason in missed:
        reasons.setdefault((voice.engine, reason), []).append(voice.id)
    return "".join(
        f"no sample of {' '.join([engine, ', '.join(filter(None, ids))]).strip()}: {reason}\n"
        for (engine, reason), ids in reasons.items()
    )
