"""Script -> Episode: the whole line, a chapter at a time, on as many processes as asked for.

    fetch    what online voices say of it                    in the store
    record   Chapter --speak--> Clips --assemble--> Take     in the store
    level    all Takes --> one gain a voice
    press    Take --master--> --encode--> bare MP3 frames    in the store

Chapters are independent but for the gains; so memory holds one a process. An edit is paid for
by what it touches: a sentence is its paragraph spoken and its chapter pressed, a pause is all
chapters pressed and nothing spoken, a title is neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from podcast import engines, ffmpeg
from podcast.assemble import Take, assemble
from podcast.cast import Cast, voice_of
from podcast.engines import Online, is_online
from podcast.engines.cached import recited
from podcast.errors import PodcastError, ScriptError
from podcast.fetch import Request, fetch, reliable
from podcast.master import Heard, limited_loudness, master, measure, voice_gains
from podcast.model import Chapter, Clip, Episode, Recipe, Script
from podcast.mp3 import LOSS_DB, OVERSHOOT_DB
from podcast.pronounce import NONE, touching
from podcast.speak import Say, one_by_one, sayings, speak
from podcast.store import Store, content_key, program_key, replacing
from podcast.summarise import summarise
from podcast.workers import Workers

RATE = 44_100  # samples a second of everything after speak; Apple's least

Watch = Callable[[str, str, float], None]
"""Told a stage, a chapter's title and the share of the whole line (0 to 1) done with it."""


@dataclass(frozen=True, slots=True)
class Job:
    """One chapter to make: all that a worker process needs to know."""

    chapter: Chapter
    cast: Cast
    recipe: Recipe
    store: Store
    work: Path
    program: str  # names the program that makes it, as it was when the build began
    respellings: Mapping[str, str]  # of words that are in the chapter

    @property
    def key(self) -> str:
        """Names the take: whatever could change its sound or its words is in it."""
        spoken = [
            (paragraph.text, paragraph.voice, voice_of(self.cast, paragraph.voice).sound)
            for paragraph in self.chapter.paragraphs
        ]
        pauses = (
            self.recipe.sentence_pause,
            self.recipe.paragraph_pause,
            self.recipe.chapter_pause,
        )
        versions = [(name, _version(name)) for name in sorted(_engine_names(self))]
        words = sorted(self.respellings.items())
        return content_key(self.program, versions, spoken, words, pauses, RATE)

    @property
    def reel(self) -> Path:
        """The take's sound while the build runs."""
        return self.work / f"{self.key}.pcm"


@dataclass(frozen=True, slots=True)
class Production:
    """An episode, and where its chapters' bare MP3 frames lie, in order."""

    episode: Episode
    streams: tuple[Path, ...]
    gains: tuple[tuple[str, float], ...]  # decibels by role
    loudness: float  # LUFS

    @property
    def parts(self) -> tuple[tuple[Path, int], ...]:
        """Each chapter's frames and how many samples they hold."""
        lengths = (track.length for track in self.episode.tracks)
        return tuple(zip(self.streams, lengths, strict=True))


def produce(
    script: Script,
    cast: Cast,
    recipe: Recipe,
    store: Store,
    work: Path,
    workers: Workers,
    watch: Watch,
    respellings: Mapping[str, str] = NONE,
    meanwhile: Callable[[Episode], None] = lambda _: None,
) -> Production:
    """The script in sound. What the store holds of it already is not made again.

    `meanwhile` is given the episode once all of it is known but the frames, which other
    processes are encoding.
    """
    jobs = _jobs(script, cast, recipe, store, work, respellings)
    takes = _recorded(jobs, script, workers, watch)
    gains = _gains(jobs, takes)
    streams = [_stream(job, take, gains) for job, take in zip(jobs, takes, strict=True)]
    missing = _unpressed(jobs, takes, gains, streams)
    for _ in _fetched([job for job, *_ in missing if not job.reel.exists()], script, watch):
        pass
    pressing = workers.begun(press, missing)
    episode = _episode(script, cast, takes)
    loudness = limited_loudness(_levels(jobs, takes), RATE, gains, _ceiling(recipe)) - LOSS_DB
    meanwhile(episode)
    for job in pressing:
        watch("master", job.chapter.title, _share(job, script))
    return Production(episode, tuple(streams), tuple(gains.items()), loudness)


def _jobs(
    script: Script,
    cast: Cast,
    recipe: Recipe,
    store: Store,
    work: Path,
    respellings: Mapping[str, str],
) -> list[Job]:
    program = program_key()
    texts = ["\n".join(each.text for each in chapter.paragraphs) for chapter in script.chapters]
    return [
        Job(chapter, cast, recipe, store, work, program, touching(text, respellings))
        for chapter, text in zip(script.chapters, texts, strict=True)
    ]


def _recorded(jobs: Sequence[Job], script: Script, workers: Workers, watch: Watch) -> list[Take]:
    fresh = [job for job in _different(jobs) if jobs[0].store.find_take(job.key) is None]
    hands = workers if len(fresh) > 1 else Workers(1)  # one is done before a process has begun
    spoken = _fetched(fresh, script, watch)
    for job in hands.done(record, ((job,) for job in spoken)):
        watch("speak", job.chapter.title, _share(job, script))
    return [_take(job) for job in jobs]


Pressing = tuple[Job, Take, dict[str, float], Path]


def _unpressed(
    jobs: Sequence[Job], takes: Sequence[Take], gains: dict[str, float], streams: Sequence[Path]
) -> list[Pressing]:
    """What is still to be encoded, each stream once, the longest first."""
    planned = {stream: (job, take) for job, take, stream in zip(jobs, takes, streams, strict=True)}
    missing = [
        (job, take, gains, stream) for stream, (job, take) in planned.items() if not stream.exists()
    ]
    return sorted(missing, key=lambda pressing: -pressing[1].track.length)


def _episode(script: Script, cast: Cast, takes: Sequence[Take]) -> Episode:
    tracks = tuple(
        replace(
            take.track,
            title=chapter.title,
            part=chapter.part,
            notes=summarise(chapter, script),
            turns=take.turns,
        )
        for take, chapter in zip(takes, script.chapters, strict=True)
    )
    heard = {turn.text for take in takes for turn in take.turns}
    cast_names = tuple((role, voice.id or voice.engine) for role, voice in cast if role in heard)
    return Episode(script.title, RATE, tracks, script.author, script.date, cast_names)


def record(job: Job) -> Job:
    """Speak and assemble a chapter; its take goes to the store, its sound to the work folder."""
    with replacing(job.reel) as part:
        with part.open("wb") as file:
            take = assemble(job.chapter.title, _paragraphs(job), RATE, job.recipe, file)
        if not take.track.words:
            raise ScriptError(
                f"chapter {job.chapter.title!r} has nothing to say; add text to it or remove it"
            )
        levels = measure(Reel(part), RATE)
    job.store.write_take(job.key, take, levels)
    return job


def _paragraphs(job: Job) -> Iterator[tuple[Clip, ...]]:
    clips = job.store.clips
    for paragraph in job.chapter.paragraphs:
        voice = voice_of(job.cast, paragraph.voice)
        engine = engines.load(voice.engine)  # afresh: see espeak.py
        say: Say = one_by_one if is_online(engine) else partial(recited, folder=clips)
        engine = reliable(engine, clips)
        said = speak(paragraph, engine, voice, RATE, job.respellings, say)
        if said:
            yield said


def _engine_names(job: Job) -> set[str]:
    roles = {paragraph.voice for paragraph in job.chapter.paragraphs}
    return {voice_of(job.cast, role).engine for role in roles}


@cache
def _version(name: str) -> str:
    return engines.load(name).version


def _fetched(jobs: Sequence[Job], script: Script, watch: Watch) -> Iterator[Job]:
    """The jobs, each as soon as what online voices say in it is in the store."""
    names = sorted({name for job in jobs for name in _engine_names(job)})
    loaded = {name: engines.load(name) for name in names}
    online = {name: engine for name, engine in loaded.items() if is_online(engine)}
    if not online:
        yield from jobs
        return
    batches = [(job, _requests(job, online)) for job in jobs]
    size = sum(map(_size, script.chapters))

    def tell(job: Job, request: Request) -> None:
        watch("fetch", job.chapter.title, len(request.text) / size)

    yield from fetch(batches, online, jobs[0].store.clips, tell)


def _requests(job: Job, online: Mapping[str, Online]) -> tuple[Request, ...]:
    spoken = [(each.text, voice_of(job.cast, each.voice)) for each in job.chapter.paragraphs]
    return tuple(
        Request(saying.text, voice)
        for text, voice in spoken
        if voice.engine in online
        for _, saying in sayings(text, online[voice.engine], job.respellings)
    )


def press(job: Job, take: Take, gains: dict[str, float], stream: Path) -> Job:
    """Master a take and encode it to `stream`, speaking it again if its sound is gone."""
    if not job.reel.exists():
        record(job)
    levels = job.store.read_levels(job.key)
    pieces = master(Reel(job.reel), levels[1], take.turns, gains, _ceiling(job.recipe))
    with replacing(stream) as part:
        chunks = (piece.tobytes() for piece in pieces)
        ffmpeg.encode_mp3(chunks, RATE, job.recipe.bitrate, part)
    job.reel.unlink(missing_ok=True)
    return job


class Reel:
    """16-bit samples in a file, read as they are asked for; slices like an array."""

    def __init__(self, path: Path) -> None:
        """`path` holds nothing but samples."""
        self.path = path
        self.length = path.stat().st_size // 2

    def __len__(self) -> int:
        """How many samples."""
        return self.length

    def __getitem__(self, part: slice) -> NDArray[np.int16]:
        """The samples of a slice with step 1."""
        start, stop, _ = part.indices(self.length)
        count = max(0, stop - start)
        return np.fromfile(self.path, "<i2", count, offset=2 * start)


def _take(job: Job) -> Take:
    take = job.store.find_take(job.key)
    if take is None:
        raise PodcastError(f"the take of {job.chapter.title!r} is gone from {job.store.folder}")
    return take


def _levels(jobs: Sequence[Job], takes: Sequence[Take]) -> Heard:
    return [
        (job.store.read_levels(job.key), take.turns) for job, take in zip(jobs, takes, strict=True)
    ]


def _gains(jobs: Sequence[Job], takes: Sequence[Take]) -> dict[str, float]:
    recipe = jobs[0].recipe
    wanted = recipe.loudness + LOSS_DB
    apart = {role: voice.gain for role, voice in jobs[0].cast}
    return voice_gains(_levels(jobs, takes), RATE, wanted, _ceiling(recipe), apart)


def _ceiling(recipe: Recipe) -> float:
    """What no peak may pass before encoding, in dBTP, so that the decoded MP3 keeps to it."""
    return recipe.peak + LOSS_DB - OVERSHOOT_DB


def _stream(job: Job, take: Take, gains: dict[str, float]) -> Path:
    own = sorted({(turn.text, gains[turn.text]) for turn in take.turns})
    settings = (own, _ceiling(job.recipe), job.recipe.bitrate)
    encoder = ffmpeg.version(ffmpeg.executable())
    return job.store.bare(f"{job.key}-{content_key(settings, encoder)}")


def _different(jobs: Sequence[Job]) -> list[Job]:
    """One job of each key, the longest first: so that no process ends long after the rest."""
    by_key = {job.key: job for job in jobs}
    return sorted(by_key.values(), key=lambda job: -_size(job.chapter))


def _size(chapter: Chapter) -> int:
    return sum(len(paragraph.text) for paragraph in chapter.paragraphs)


def _share(job: Job, script: Script) -> float:
    return _size(job.chapter) / sum(map(_size, script.chapters))
