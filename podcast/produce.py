"""Script -> Episode: the whole line, a chapter at a time, on as many processes as asked for.

    fetch    what online voices say of it                    in the store
    record   Chapter --speak--> Clips --assemble--> Take     in the store
    level    all Takes --> one gain a voice
    press    Take --master--> --encode--> bare MP3 frames    in the store
    press_aac                             AAC frames         in the store, where asked for

Chapters are independent but for the gains; so memory holds one a process. An edit is paid for
by what it touches: a sentence is its paragraph spoken and its chapter pressed, a pause is all
chapters pressed and nothing spoken, a title is neither.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import accumulate, chain
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from podcast import aac, engines, ffmpeg
from podcast.assemble import Take, assemble
from podcast.cast import Cast, voice_of
from podcast.engines import Engine, Online, is_online, is_remembered
from podcast.engines.cached import recited
from podcast.errors import PodcastError, ScriptError
from podcast.fetch import Request, fetch, reliable
from podcast.keys import content_key, program_key
from podcast.master import (
    MISSED_LU,
    Levels,
    Loudness,
    limited_loudness,
    master,
    measure,
    voice_gains,
)
from podcast.model import NO_VOICE, Chapter, Clip, Episode, Paragraph, Recipe, Script, Span
from podcast.mp3 import LOSS_DB, OVERSHOOT_DB
from podcast.music import Mix, bed
from podcast.notice import NOTICE
from podcast.pace import paced
from podcast.pronounce import NONE, touching
from podcast.reel import Reel
from podcast.seal import unsealed
from podcast.sounds import BELLS, MUSIC, Sound, Sounds, sounds
from podcast.speak import Say, one_by_one, sayings, speak
from podcast.store import Store, replacing
from podcast.subtitle import house_of
from podcast.summarise import summarise
from podcast.takes import find_take, read_levels, write_take
from podcast.workers import Workers

RATE = 44_100  # samples a second of everything after speak; Apple's least
QUIETER = 10 ** (-LOSS_DB / 20)  # what makes other sound as loud as an MP3
BELLS_APART = -8.0  # LU of the bells above speech: a bell as loud as a voice startles

NO_GAINS: Mapping[str, float] = MappingProxyType({})

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
    opening: tuple[Sound, ...]
    closing: tuple[Sound, ...]
    sounds: Sounds

    @property
    def key(self) -> str:
        """Names the take: whatever could change its sound or its words is in it."""
        spoken = [
            (paragraph.text, paragraph.voice, voice_of(self.cast, paragraph.voice).sound)
            for paragraph in self.chapter.paragraphs
        ]
        words = sorted(self.respellings.items())
        pauses = (
            self.recipe.comma_pause,
            self.recipe.sentence_pause,
            self.recipe.paragraph_pause,
            self.recipe.chapter_pause,
        )
        versions = [(name, _version(name)) for name in sorted(_engine_names(self))]
        around = [[sound.key for sound in some] for some in (self.opening, self.closing)]
        under = self.recipe.music is not None
        house = house_of(self.recipe)
        said = (versions, spoken, words)
        return content_key(self.program, said, pauses, around, under, house, RATE)

    @property
    def reel(self) -> Path:
        """The take's sound while the build runs."""
        return self.work / f"{self.key}.pcm"

    @property
    def is_on_reel(self) -> bool:
        """Whether the take's sound is there, and need not be spoken again."""
        return self.reel.exists()


@dataclass(frozen=True, slots=True)
class Production:
    """An episode, and where its chapters' bare MP3 frames lie, in order."""

    episode: Episode
    streams: tuple[Path, ...]
    gains: tuple[tuple[str, float], ...]  # decibels by role
    loudness: float  # LUFS
    missing: tuple[tuple[str, float], ...] = ()  # LU that roles lack of what was asked for
    aac: tuple[Path, ...] = ()  # the same chapters as AAC frames, where asked for

    @property
    def aac_parts(self) -> tuple[tuple[Path, int], ...]:
        """Each chapter's AAC and how many samples of it are sound; nothing where none was made."""
        lengths = [track.length for track in self.episode.tracks]
        return tuple(zip(self.aac, lengths, strict=False))


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
    likely: Mapping[str, float] = NO_GAINS,
) -> Production:
    """The script in sound. What the store holds of it already is not made again.

    `meanwhile` is given the episode once all of it is known but the frames, which other
    processes are encoding. `likely` are the gains of the last build: after an edit they are
    the new ones too, as a rule, so encoding begins with them before the new ones are known.
    """
    jobs = _jobs(script, cast, recipe, store, work, respellings)
    takes = _recorded(jobs, script, workers, watch)
    early = _likely(jobs, takes, dict(likely)) if workers.has_idle else []
    beginning = workers.begun(press, early)
    gains = workers.alone(_gains, jobs, takes)
    names = [_stream_name(job, take, gains) for job, take in zip(jobs, takes, strict=True)]
    begun = {name for *_, name in early}
    if not begun.issubset(names):  # a voice has changed: what was begun ends with its reel
        deque(beginning, maxlen=0)
    missing = [each for each in _unpressed(jobs, takes, gains, names) if each[-1] not in begun]
    for _ in _fetched([job for job, *_ in missing if not job.is_on_reel], script, watch):
        pass
    pressing = chain(beginning, workers.begun(press, missing))
    episode = _episode(script, cast, takes)
    loudness = limited_loudness(_Levels(jobs, takes), RATE, gains, _ceiling(recipe))
    meanwhile(episode)
    for job in pressing:
        watch("master", job.chapter.title, _share(job, script))
    aac_names = _aac_names(jobs, takes, names, gains, script, workers, watch)
    return Production(
        episode,
        tuple(map(store.bare, names)),
        tuple(gains.items()),
        with_music(loudness.whole - LOSS_DB, recipe),
        _missing(loudness, jobs),
        tuple(map(store.aac, aac_names)),
    )


def _recorded(jobs: Sequence[Job], script: Script, workers: Workers, watch: Watch) -> list[Take]:
    different = _different(jobs)
    known = {job.key: find_take(job.store, job.key) for job in different}
    fresh = [job for job in different if known[job.key] is None]
    spoken = _fetched(fresh, script, watch)
    for job in workers.hands(len(fresh)).done(record, ((job,) for job in spoken)):
        watch("speak", job.chapter.title, _share(job, script))
    return [known[job.key] or _take(job) for job in jobs]


Pressing = tuple[Job, Take, dict[str, float], str]


def _unpressed(
    jobs: Sequence[Job], takes: Sequence[Take], gains: dict[str, float], names: Sequence[str]
) -> list[Pressing]:
    """What is still to be encoded, each stream once, the longest first."""
    planned = {name: (job, take) for job, take, name in zip(jobs, takes, names, strict=True)}
    missing = [
        (job, take, gains, name)
        for name, (job, take) in planned.items()
        if unsealed(job.store.bare(name)) is None
    ]
    return sorted(missing, key=lambda pressing: -pressing[1].track.length)


def _likely(jobs: Sequence[Job], takes: Sequence[Take], gains: dict[str, float]) -> list[Pressing]:
    """What was recorded just now, where other chapters were known: gains follow from them all."""
    fresh = {job.key: (job, take) for job, take in zip(jobs, takes, strict=True) if job.is_on_reel}
    heard = {turn.text for take in takes for turn in take.turns}
    if len(fresh) == len({job.key for job in jobs}) or heard != set(gains):
        return []
    return [(job, take, gains, _stream_name(job, take, gains)) for job, take in fresh.values()]


def _episode(script: Script, cast: Cast, takes: Sequence[Take]) -> Episode:
    tracks = tuple(
        replace(
            take.track,
            title=chapter.title,
            part=chapter.part,
            notes=summarise(chapter, script),
            turns=tuple(turn for turn in take.turns if not turn.text.startswith(NO_VOICE)),
        )
        for take, chapter in zip(takes, script.chapters, strict=True)
    )
    heard = {turn.text for take in takes for turn in take.turns}
    cast_names = tuple((role, voice.id or voice.engine) for role, voice in cast if role in heard)
    return Episode(script.title, RATE, tracks, script.author, script.date, cast_names)


def _jobs(
    script: Script,
    cast: Cast,
    recipe: Recipe,
    store: Store,
    work: Path,
    respellings: Mapping[str, str],
) -> list[Job]:
    program, heard = program_key(), sounds(recipe, RATE, work)
    said, last = _said(script, recipe), len(script.chapters)
    return [
        Job(
            chapter,
            cast,
            recipe,
            store,
            work,
            program,
            touching("\n".join(each.text for each in chapter.paragraphs), respellings),
            heard.opening(number),
            heard.closing(number, last),
            heard,
        )
        for number, chapter in enumerate(said, 1)
    ]


def _said(script: Script, recipe: Recipe) -> tuple[Chapter, ...]:
    """The chapters as they are said: with the notice, where it is to be and is not yet."""
    first, *rest = script.chapters
    if not recipe.spoken_notice or first.paragraphs[0].text.startswith(NOTICE):
        return script.chapters
    return (replace(first, paragraphs=(Paragraph(NOTICE), *first.paragraphs)), *rest)


def record(job: Job) -> Job:
    """Speak and assemble a chapter; its take goes to the store, its sound to the work folder."""
    with replacing(job.reel) as part:
        with part.open("wb") as file:
            take = assemble(
                job.chapter.title,
                _paragraphs(job),
                RATE,
                job.recipe,
                file,
                job.opening,
                job.closing,
            )
        if not take.track.words:
            raise ScriptError(
                f"chapter {job.chapter.title!r} has nothing to say; add text to it or remove it"
            )
        levels = measure(Reel(part), RATE)
    write_take(job.store, job.key, take, levels)
    return job


def _paragraphs(job: Job) -> Iterator[tuple[Clip, ...]]:
    speakers: dict[str, Engine] = {}
    for paragraph in job.chapter.paragraphs:
        voice = voice_of(job.cast, paragraph.voice)
        engine, say = _speaker(job, voice.engine, speakers)
        clips = speak(paragraph, engine, voice, RATE, job.respellings, say)
        if clips:
            yield tuple(paced(clip, job.recipe) for clip in clips)


def _speaker(job: Job, name: str, speakers: dict[str, Engine]) -> tuple[Engine, Say]:
    """An engine, and how it is asked: one of `speakers`, or a fresh one for a whole paragraph."""
    engine = engines.load(name)
    if is_online(engine) or is_remembered(engine):
        return speakers.setdefault(name, reliable(engine, job.store)), one_by_one
    return engine, partial(recited, store=job.store)


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

    yield from fetch(batches, online, jobs[0].store, tell)


def _requests(job: Job, online: Mapping[str, Online]) -> tuple[Request, ...]:
    spoken = [(each.text, voice_of(job.cast, each.voice)) for each in job.chapter.paragraphs]
    return tuple(
        Request(saying.text, voice)
        for text, voice in spoken
        if voice.engine in online
        for _, saying in sayings(text, online[voice.engine], job.respellings)
    )


def press(job: Job, take: Take, gains: dict[str, float], name: str) -> Job:
    """Master a take and encode it to the store, speaking it again if its sound is gone."""
    if not job.is_on_reel:
        record(job)
    with job.store.writing_bare(name) as part:
        chunks = (piece.tobytes() for piece in _mastered(job, take, gains))
        ffmpeg.encode_mp3(chunks, RATE, job.recipe.bitrate, part)
    if not job.recipe.m4b:
        job.reel.unlink(missing_ok=True)
    return job


def press_aac(job: Job, take: Take, gains: dict[str, float], name: str, start: int) -> Job:
    """Master a take that begins at sample `start` and encode it to the store, as AAC.

    As loud as its MP3 is once decoded: LAME, unlike this encoder, makes sound quieter.
    """
    if not job.is_on_reel:
        record(job)
    with job.store.writing_aac(name) as part:
        pieces = _mastered(job, take, gains)
        chunks = (np.rint(piece * QUIETER).astype("<i2").tobytes() for piece in pieces)
        ffmpeg.encode_aac(aac.led_in(chunks, start), RATE, job.recipe.bitrate, part)
    return job


def _aac_names(
    jobs: Sequence[Job],
    takes: Sequence[Take],
    names: Sequence[str],
    gains: dict[str, float],
    script: Script,
    workers: Workers,
    watch: Watch,
) -> tuple[str, ...]:
    """What names each chapter's AAC frames, where any are wanted; what lacks is made."""
    if not jobs[0].recipe.m4b:
        return ()
    starts = accumulate((take.track.length for take in takes), initial=0)
    aac_names, planned = [], {}
    for job, take, name, start in zip(jobs, takes, names, starts, strict=False):
        aac_names.append(f"{name}-{aac.lead_in(start)}")
        planned[aac_names[-1]] = (job, take, start)
    missing = [
        (job, take, gains, name, start)
        for name, (job, take, start) in planned.items()
        if unsealed(job.store.aac(name)) is None
    ]
    missing.sort(key=lambda call: -call[1].track.length)
    for _ in _fetched([job for job, *_ in missing if not job.is_on_reel], script, watch):
        pass
    for job in workers.done(press_aac, missing):
        watch("master", job.chapter.title, 0.0)
    return tuple(aac_names)


def _mastered(job: Job, take: Take, gains: dict[str, float]) -> Iterator[NDArray[np.int16]]:
    """The chapter as it is encoded, in pieces: voices at their gains, music, limited."""
    reel, ceiling = Reel(job.reel), _ceiling(job.recipe)
    if not job.sounds.music:
        return master(reel, read_levels(job.store, job.key)[1], take.turns, gains, ceiling)
    music = bed(
        Reel(job.sounds.music.path),
        take.track,
        take.turns,
        RATE,
        _music_gain(job),
        job.recipe.music_duck,
    )
    mix = Mix(reel, take.turns, gains, music)
    whole = (Span(0, len(mix), MUSIC),)
    return master(mix, measure(mix, RATE)[1], whole, {MUSIC: 0.0}, ceiling)


def _music_gain(job: Job) -> float:
    return job.recipe.music_loudness + LOSS_DB - job.sounds.music_loudness


def _take(job: Job) -> Take:
    take = find_take(job.store, job.key)
    if take is None:
        raise PodcastError(f"the take of {job.chapter.title!r} is gone from {job.store.folder}")
    return take


@dataclass(frozen=True, slots=True)
class _Levels:
    """The levels of each chapter and its turns, from the store as they are asked for."""

    jobs: Sequence[Job]
    takes: Sequence[Take]

    def __iter__(self) -> Iterator[tuple[Levels, Sequence[Span]]]:
        for job, take in zip(self.jobs, self.takes, strict=True):
            yield read_levels(job.store, job.key), take.turns


def _gains(jobs: Sequence[Job], takes: Sequence[Take]) -> dict[str, float]:
    wanted, apart = _wanted(jobs[0])
    return voice_gains(_Levels(jobs, takes), RATE, wanted, _ceiling(jobs[0].recipe), apart)


def _wanted(job: Job) -> tuple[float, dict[str, float]]:
    """How loud voices are to be before they are encoded, in LUFS, and which depart from it."""
    apart = {role: voice.gain for role, voice in job.cast} | {BELLS: BELLS_APART}
    return without_music(job.recipe.loudness, job.recipe) + LOSS_DB, apart


def _missing(loudness: Loudness, jobs: Sequence[Job]) -> tuple[tuple[str, float], ...]:
    """The roles that no gain makes as loud as was asked for, and how many LU each lacks."""
    wanted, apart = _wanted(jobs[0])
    missing = loudness.missing(wanted, apart)
    return tuple(
        (role, lacks)
        for role, lacks in sorted(missing.items())
        if lacks > MISSED_LU and not role.startswith(NO_VOICE)
    )


def with_music(lufs: float, recipe: Recipe) -> float:
    """How loud voices of `lufs` are with the recipe's music under them."""
    return _sum(lufs, 1, recipe)


def without_music(lufs: float, recipe: Recipe) -> float:
    """How loud voices must be to make `lufs` together with the recipe's music."""
    return _sum(lufs, -1, recipe)


def _sum(lufs: float, sign: int, recipe: Recipe) -> float:
    """Powers add up: music is no echo of a voice."""
    if recipe.music is None:
        return lufs
    music = recipe.music_loudness - recipe.music_duck
    return lufs + 10 * math.log10(max(0.1, 1 + sign * 10 ** ((music - lufs) / 10)))


def _ceiling(recipe: Recipe) -> float:
    """What no peak may pass before encoding, in dBTP, so that the decoded MP3 keeps to it."""
    return recipe.peak + LOSS_DB - OVERSHOOT_DB


def _stream_name(job: Job, take: Take, gains: dict[str, float]) -> str:
    own = sorted({(turn.text, gains[turn.text]) for turn in take.turns})
    settings = (own, _ceiling(job.recipe), job.recipe.bitrate, _music_key(job))
    encoder = ffmpeg.version(ffmpeg.executable())
    return f"{job.key}-{content_key(settings, encoder)}"


def _music_key(job: Job) -> object:
    music = job.sounds.music
    return music and (music.key, _music_gain(job), job.recipe.music_duck)


def _different(jobs: Sequence[Job]) -> list[Job]:
    """One job of each key, the longest first: so that no process ends long after the rest."""
    by_key = {job.key: job for job in jobs}
    return sorted(by_key.values(), key=lambda job: -_size(job.chapter))


def _size(chapter: Chapter) -> int:
    return sum(len(paragraph.text) for paragraph in chapter.paragraphs)


def _share(job: Job, script: Script) -> float:
    return _size(job.chapter) / sum(map(_size, script.chapters))
