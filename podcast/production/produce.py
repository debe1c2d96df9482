"""Script -> Episode: the whole line, a chapter at a time, on as many processes as asked for.

    fetch    what online voices say of it                    in the store
    record   each chapter's take                             in the store (`jobs.py`)
    level    all takes --> one gain a voice
    press    each chapter's MP3 frames, and AAC if asked for in the store (`jobs.py`)

Chapters are independent but for the gains; so memory holds one a process. An edit is paid for
by what it touches: a sentence is its paragraph spoken and its chapter pressed, a pause is all
chapters pressed and nothing spoken, a title is neither.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain
from pathlib import Path
from types import MappingProxyType

from podcast import engines
from podcast.engines import Online, is_online
from podcast.errors import PodcastError
from podcast.files.keys import content_key
from podcast.files.store import Store
from podcast.model import (
    NO_VOICE,
    NOTICE,
    RATE,
    Chapter,
    Episode,
    Paragraph,
    Recipe,
    Script,
    Span,
)
from podcast.outside import ffmpeg
from podcast.production.jobs import (
    Job,
    aac_file,
    ceiling,
    engine_names,
    mp3_file,
    press,
    press_aac,
    program_of,
    record,
)
from podcast.production.workers import Workers
from podcast.pronounce import NONE, touching
from podcast.sound import aac
from podcast.sound.assemble import Take
from podcast.sound.master import MISSED_LU, Levels, Loudness, limited_loudness, voice_gains
from podcast.sound.mp3 import LOSS_DB
from podcast.sound.sounds import BELLS, sounds
from podcast.sound.takes import find_take, read_levels
from podcast.speech.cast import Cast, voice_of
from podcast.speech.fetch import Request, fetch
from podcast.speech.speak import sayings
from podcast.text.summarise import summarise

BELLS_APART = -8.0  # LU of the bells above speech: a bell as loud as a voice startles

NO_GAINS: Mapping[str, float] = MappingProxyType({})

Watch = Callable[[str, str, float], None]
"""Told a stage, a chapter's title and the share of the whole line (0 to 1) done with it."""


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
    *,
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
    beginning = workers.start(press, early)
    gains = workers.call(_gains, jobs, takes)
    names = [_stream_name(job, take, gains) for job, take in zip(jobs, takes, strict=True)]
    begun = {name for *_, name in early}
    if not begun.issubset(names):  # a voice has changed: what was begun ends with its reel
        deque(beginning, maxlen=0)
    missing = [each for each in _unpressed(jobs, takes, gains, names) if each[-1] not in begun]
    for _ in _fetched([job for job, *_ in missing if not job.is_on_reel], script, watch):
        pass
    pressing = chain(beginning, workers.start(press, missing))
    episode = _episode(script, cast, takes)
    loudness = limited_loudness(_Levels(jobs, takes), RATE, gains, ceiling(recipe))
    meanwhile(episode)
    for job in pressing:
        watch("master", job.chapter.title, _share(job, script))
    aac_names = _aac_names(jobs, takes, names, gains, script, workers, watch)
    return Production(
        episode,
        tuple(store.path(mp3_file(name)) for name in names),
        tuple(gains.items()),
        with_music(loudness.whole - LOSS_DB, recipe),
        _missing(loudness, jobs),
        tuple(store.path(aac_file(name)) for name in aac_names),
    )


def _recorded(jobs: Sequence[Job], script: Script, workers: Workers, watch: Watch) -> list[Take]:
    different = _different(jobs)
    known = {job.key: find_take(job.store, job.key) for job in different}
    fresh = [job for job in different if known[job.key] is None]
    spoken = _fetched(fresh, script, watch)
    for job in workers.start(record, ((job,) for job in spoken), only=len(fresh) == 1):
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
        if not job.store.has(mp3_file(name))
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
    heard = sounds(recipe, RATE, work)
    said, last = _said(script, recipe), len(script.chapters)
    return [
        Job(
            chapter,
            cast,
            recipe,
            store,
            work,
            program_of(chapter, cast),
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


def _fetched(jobs: Sequence[Job], script: Script, watch: Watch) -> Iterator[Job]:
    """The jobs, each as soon as what online voices say in it is in the store."""
    names = sorted({name for job in jobs for name in engine_names(job.chapter, job.cast)})
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
        if not job.store.has(aac_file(name))
    ]
    missing.sort(key=lambda call: -call[1].track.length)
    for _ in _fetched([job for job, *_ in missing if not job.is_on_reel], script, watch):
        pass
    for job in workers.start(press_aac, missing):
        watch("master", job.chapter.title, 0.0)
    return tuple(aac_names)


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
    return voice_gains(_Levels(jobs, takes), RATE, wanted, ceiling(jobs[0].recipe), apart)


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
    """How loud voices of `lufs` are with the recipe's music under them, in LUFS.

    Powers add up, as music is no echo of a voice.
    """
    return lufs + 10 * math.log10(1 + _share_of_music(lufs, recipe))


def without_music(lufs: float, recipe: Recipe) -> float:
    """How loud voices must be to make `lufs` together with the recipe's music, in LUFS.

    Music that is itself too loud for that leaves them a tenth of the power.
    """
    return lufs + 10 * math.log10(max(0.1, 1 - _share_of_music(lufs, recipe)))


def _share_of_music(lufs: float, recipe: Recipe) -> float:
    """The power of the music under speech, as a multiple of the power at `lufs`."""
    if recipe.music is None:
        return 0.0
    return float(10 ** ((recipe.music_loudness - recipe.music_duck - lufs) / 10))


def _stream_name(job: Job, take: Take, gains: dict[str, float]) -> str:
    own = sorted({(turn.text, gains[turn.text]) for turn in take.turns})
    settings = (own, job.recipe.values("press"), _music_key(job))
    encoder = ffmpeg.version(ffmpeg.executable())
    return f"{job.key}-{content_key(settings, encoder)}"


def _music_key(job: Job) -> object:
    music = job.sounds.music
    return music and (music.key, job.recipe.values("music"))


def _different(jobs: Sequence[Job]) -> list[Job]:
    """One job of each key, the longest first: so that no process ends long after the rest."""
    by_key = {job.key: job for job in jobs}
    return sorted(by_key.values(), key=lambda job: -_size(job.chapter))


def _size(chapter: Chapter) -> int:
    return sum(len(paragraph.text) for paragraph in chapter.paragraphs)


def _share(job: Job, script: Script) -> float:
    return _size(job.chapter) / sum(map(_size, script.chapters))
