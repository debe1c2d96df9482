"""Job -> the take of a chapter and its frames, both in the store.

    say         a paragraph, by a slow engine, --> Speeches in the store
    record      Chapter --speak--> Clips --assemble--> Take
    press       Take --master, encode--> bare MP3 frames
    press_aac   Take --master, encode--> AAC frames, if the recipe has `m4b`

Any process may do a job, on this machine or on another. The results are stored under the job's
key, which holds the sources of this module and of all modules that it imports (`sources.py`). So
modules that cannot change the sound of a chapter must not be imported here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from podcast import engines
from podcast.engines import Engine, is_cutter, is_online, is_remembered
from podcast.engines.cached import recited
from podcast.errors import ScriptError
from podcast.files.keys import content_key
from podcast.files.sources import sources_key
from podcast.files.store import Store
from podcast.files.whole import replacing
from podcast.model import RATE, Chapter, Clip, Passage, Recipe, Span, Voice
from podcast.outside import ffmpeg
from podcast.pronounce import Edges
from podcast.sound import aac
from podcast.sound.assemble import Take, assemble
from podcast.sound.master import master, measure
from podcast.sound.mp3 import LOSS_DB, OVERSHOOT_DB
from podcast.sound.music import Mix, bed
from podcast.sound.reel import Reel
from podcast.sound.sounds import MUSIC, Sound, Sounds
from podcast.sound.takes import read_levels, write_take
from podcast.speech.cast import REWRITTEN, Cast, voice_of
from podcast.speech.cut import as_loud, cut_clip
from podcast.speech.fetch import reliable
from podcast.speech.pace import paced
from podcast.speech.speak import Say, edges_of, one_by_one, sayings, speak

QUIETER = 10 ** (-LOSS_DB / 20)  # a factor that makes other sound as loud as a decoded MP3


@dataclass(frozen=True, slots=True)
class Job:
    """One chapter to make, and everything that a worker process needs for it."""

    chapter: Chapter
    cast: Cast
    recipe: Recipe
    store: Store
    work: Path
    program: str  # the value of `program_of` for this chapter when the build began
    respellings: Mapping[str, str]  # of words that are in the chapter
    opening: tuple[Sound, ...]
    closing: tuple[Sound, ...]
    sounds: Sounds
    # For each paragraph what is cut out of a recording, or None; empty without a recording.
    passages: tuple[Passage | None, ...] = ()
    edges: Edges = field(default_factory=dict)  # of its words, as far as they are known
    key: str = field(init=False)  # of the take: a hash of everything that can change it

    def __post_init__(self) -> None:
        """Compute the key once, as every step needs it. Raises VoiceError or NoSuchEngine."""
        object.__setattr__(self, "key", self._key())

    def _key(self) -> str:
        spoken = [
            (paragraph.text, paragraph.voice, self.voice(at).sound)
            for at, paragraph in enumerate(self.chapter.paragraphs)
        ]
        cuts = [each and (each.sound, each.words) for each in self.passages]
        words = sorted(self.respellings.items())
        names = sorted(engine_names(self.chapter, self.cast))
        versions = [(name, _version(name)) for name in names]
        around = [[sound.key for sound in some] for some in (self.opening, self.closing)]
        settings = self.recipe.values("record")
        return content_key(self.program, versions, spoken, words, settings, around, RATE, cuts)

    def passage(self, at: int) -> Passage | None:
        """What is cut out of a recording for a paragraph, if anything is."""
        return self.passages[at] if self.passages else None

    def voice(self, at: int) -> Voice:
        """The voice of a paragraph. Raises VoiceError if its role has none.

        A paragraph that a recording lacks has the voice that the cast has for such paragraphs.
        """
        role = self.chapter.paragraphs[at].voice
        voice = voice_of(self.cast, role)
        if self.passage(at) is None and is_cutter(engines.load(voice.engine)):
            return replace(voice_of(self.cast, REWRITTEN), role=role)
        return voice

    @property
    def reel(self) -> Path:
        """The path of the chapter's reel, which exists only while the build runs."""
        return self.work / f"{self.key}.pcm"

    @property
    def is_on_reel(self) -> bool:
        """Whether the reel exists, so that the chapter need not be spoken again."""
        return self.reel.exists()


@dataclass(frozen=True)
class Recorded:
    """A chapter that was recorded, and its take.

    A take is large, so it is not pickled: another process gets None and reads it from the store.
    """

    job: Job
    take: Take | None

    def __reduce__(self) -> tuple[type[Recorded], tuple[Job, None]]:
        """Pickle it without its take."""
        return Recorded, (self.job, None)


def record(job: Job) -> Recorded:
    """Speak and assemble a chapter; write its take to the store and its reel to the work folder.

    Raises ScriptError if the chapter has no words, EngineError if an engine fails, and WriteError.
    """
    with replacing(job.reel) as part:
        with part.open("wb") as file:
            take = assemble(
                job.chapter.title,
                _paragraphs(job),
                RATE,
                job.recipe,
                file,
                opening=job.opening,
                closing=job.closing,
            )
        if not take.track.words:
            raise ScriptError(
                f"chapter {job.chapter.title!r} has nothing to say; add text to it or remove it"
            )
        levels = measure(Reel(part), RATE)
    write_take(job.store, job.key, take, levels)
    return Recorded(job, take)


def with_edges(job: Job) -> Job:
    """The job with the edges of its words, so that the process that does it needs no dictionary."""
    edges: dict[str, frozenset[int]] = {}
    for at, paragraph in enumerate(job.chapter.paragraphs):
        if not job.passage(at):
            edges |= edges_of(paragraph.text, engines.load(job.voice(at).engine))
    other = copy(job)  # `replace` would compute the key again
    object.__setattr__(other, "edges", edges)
    return other


def say(job: Job, at: int) -> tuple[str, int]:
    """Let what is said of a chapter's paragraph be remembered, so that `record` finds it said.

    Its engine is one that is remembered. The chapter's title and how many characters were said.
    """
    paragraph, voice = job.chapter.paragraphs[at], job.voice(at)
    engine = reliable(engines.load(voice.engine), job.store)
    for _, saying in sayings(paragraph.text, engine, job.respellings, job.edges):
        engine.speak(saying.text, voice)
    return job.chapter.title, len(paragraph.text)


def slowly_said(job: Job) -> list[int]:
    """Which paragraphs of a chapter an engine says that is remembered, as it takes a while."""
    voices = [job.voice(at) for at in range(len(job.chapter.paragraphs))]
    return [at for at, voice in enumerate(voices) if is_remembered(engines.load(voice.engine))]


def _paragraphs(job: Job) -> Iterator[tuple[Clip, ...]]:
    speakers: dict[str, Engine] = {}
    for at in range(len(job.chapter.paragraphs)):
        clips = _cut(job, at) if job.passage(at) else _spoken(job, at, speakers)
        if clips:
            yield clips


def _cut(job: Job, at: int) -> tuple[Clip, ...]:
    """The clip of a paragraph that is cut out of a recording, whose own pauses it keeps."""
    passage, voice = job.passage(at), job.voice(at)
    cutter = engines.load(voice.engine)
    assert passage and is_cutter(cutter)
    return cut_clip(passage, voice.role, cutter, job.store)


def _spoken(job: Job, at: int, speakers: dict[str, Engine]) -> tuple[Clip, ...]:
    """The clips of a paragraph that an engine says."""
    paragraph, voice = job.chapter.paragraphs[at], job.voice(at)
    engine, say = _speaker(job, voice.engine, speakers)
    clips = speak(paragraph, engine, voice, RATE, job.respellings, say=say, edges=job.edges)
    clips = tuple(paced(clip, job.recipe) for clip in clips)
    is_between_cuts = clips and is_cutter(engines.load(voice_of(job.cast, voice.role).engine))
    return as_loud(clips) if is_between_cuts else clips


def _speaker(job: Job, name: str, speakers: dict[str, Engine]) -> tuple[Engine, Say]:
    """An engine, and the function that makes it say the sentences of a paragraph.

    An engine whose sentences are cached one by one is wrapped once and kept in `speakers`. For any
    other engine the sound of a whole paragraph is cached.
    """
    engine = engines.load(name)
    if is_online(engine) or is_remembered(engine):
        return speakers.setdefault(name, reliable(engine, job.store)), one_by_one
    return engine, partial(recited, store=job.store)


def press(job: Job, take: Take, gains: dict[str, float], name: str) -> Job:
    """Master a take and write its MP3 frames to the store; record it again if its reel is missing.

    `gains` are in decibels by role; `name` is that of the frames. Raises FfmpegError, WriteError,
    and what `record` raises.
    """
    if not job.is_on_reel:
        record(job)
    with job.store.writing(mp3_file(name)) as part:
        chunks = (piece.tobytes() for piece in _mastered(job, take, gains))
        ffmpeg.encode_mp3(chunks, RATE, job.recipe.bitrate, part)
    if not job.recipe.m4b:
        job.reel.unlink(missing_ok=True)
    return job


def press_aac(job: Job, take: Take, gains: dict[str, float], name: str, start: int) -> Job:
    """Master a take that begins at sample `start` and write its AAC frames to the store.

    They are as loud as the decoded MP3: LAME makes sound quieter, and this encoder does not, so
    the samples are multiplied by QUIETER. Raises as `press` does.
    """
    if not job.is_on_reel:
        record(job)
    with job.store.writing(aac_file(name)) as part:
        pieces = _mastered(job, take, gains)
        chunks = (np.rint(piece * QUIETER).astype("<i2").tobytes() for piece in pieces)
        ffmpeg.encode_aac(aac.led_in(chunks, start), RATE, job.recipe.bitrate, part)
    return job


def mp3_file(name: str) -> str:
    """The name in the store of the MP3 frames called `name`."""
    return f"{name}.bare"


def aac_file(name: str) -> str:
    """The name in the store of the AAC frames called `name`."""
    return f"{name}.aac"


def _mastered(job: Job, take: Take, gains: dict[str, float]) -> Iterator[NDArray[np.int16]]:
    """The mastered chapter in pieces, to be encoded: voices at their gains, with music, limited.

    Each piece is a mono array of shape (samples,).
    """
    reel, highest = Reel(job.reel), ceiling(job.recipe)
    if not job.sounds.music:
        return master(reel, read_levels(job.store, job.key)[1], take.turns, gains, highest)
    music = bed(
        Reel(job.sounds.music.path),
        take.track,
        take.turns,
        RATE,
        gain=music_gain(job),
        duck=job.recipe.music_duck,
    )
    mix = Mix(reel, take.turns, gains, music)
    whole = (Span(0, len(mix), MUSIC),)
    return master(mix, measure(mix, RATE)[1], whole, {MUSIC: 0.0}, highest)


def music_gain(job: Job) -> float:
    """The gain of the music where nobody speaks, in decibels."""
    return job.recipe.music_loudness + LOSS_DB - job.sounds.music_loudness


def ceiling(recipe: Recipe) -> float:
    """The highest true peak before encoding, in dBTP, with which the decoded MP3 keeps `peak`."""
    return recipe.peak + LOSS_DB - OVERSHOOT_DB


def engine_names(chapter: Chapter, cast: Cast) -> set[str]:
    """The names of the engines that speak a chapter. Raises VoiceError for a role without voice."""
    roles = {paragraph.voice for paragraph in chapter.paragraphs}
    names = {voice_of(cast, role).engine for role in roles}
    if REWRITTEN in dict(cast) and any(is_cutter(engines.load(name)) for name in names):
        names.add(voice_of(cast, REWRITTEN).engine)
    return names


def program_of(chapter: Chapter, cast: Cast) -> str:
    """A key of the program's files that can change a chapter's sound: this module and its engines.

    No module imports an engine, as engines are found by name; so the module of each is given to
    `sources_key` as well. Of an engine in another package only the version is known, which is in
    the job's key. Raises VoiceError or NoSuchEngine.
    """
    names = engine_names(chapter, cast)
    return sources_key(__name__, *sorted({type(engines.load(name)).__module__ for name in names}))


@cache
def _version(name: str) -> str:
    return engines.load(name).version
