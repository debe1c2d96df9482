"""Takes, gains -> what is to be pressed: chapters whose frames the store does not hold yet."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain

from podcast.files.keys import content_key
from podcast.model import Script, Watch
from podcast.outside import ffmpeg
from podcast.production.jobs import Job, aac_file, mp3_file, press, press_aac
from podcast.production.recording import fetched
from podcast.production.workers import Workers
from podcast.sound import aac
from podcast.sound.assemble import Take

Pressing = tuple[Job, Take, dict[str, float], str]


def likely_presses(
    jobs: Sequence[Job], takes: Sequence[Take], gains: dict[str, float]
) -> list[Pressing]:
    """What was recorded just now, where other chapters were known: gains follow from them all."""
    fresh = {job.key: (job, take) for job, take in zip(jobs, takes, strict=True) if job.is_on_reel}
    heard = {turn.text for take in takes for turn in take.turns}
    if len(fresh) == len({job.key for job in jobs}) or heard != set(gains):
        return []
    return [(job, take, gains, _stream_name(job, take, gains)) for job, take in fresh.values()]


def pressed(
    jobs: Sequence[Job],
    takes: Sequence[Take],
    gains: dict[str, float],
    script: Script,
    *,
    early: Sequence[Pressing],
    beginning: Iterator[Job],
    workers: Workers,
    watch: Watch,
) -> Iterator[Job]:
    """Begin to press all that is missing; the jobs, each as soon as its frames are there.

    `early` began before the gains were known, and `beginning` gives what comes of it.
    """
    names = stream_names(jobs, takes, gains)
    begun = {name for *_, name in early}
    if not begun.issubset(names):  # a voice has changed: what was begun ends with its reel
        deque(beginning, maxlen=0)
    missing = [each for each in _unpressed(jobs, takes, gains, names) if each[-1] not in begun]
    for _ in fetched([job for job, *_ in missing if not job.is_on_reel], script, watch):
        pass
    return chain(beginning, workers.start(press, missing))


def stream_names(jobs: Sequence[Job], takes: Sequence[Take], gains: dict[str, float]) -> list[str]:
    """What names the frames of each chapter: a key of all that could change them."""
    return [_stream_name(job, take, gains) for job, take in zip(jobs, takes, strict=True)]


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


def pressed_aac(
    jobs: Sequence[Job],
    takes: Sequence[Take],
    gains: dict[str, float],
    script: Script,
    *,
    workers: Workers,
    watch: Watch,
) -> tuple[str, ...]:
    """The name of each chapter's AAC frames, if any are wanted; missing ones are made."""
    if not jobs[0].recipe.m4b:
        return ()
    names = stream_names(jobs, takes, gains)
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
    for _ in fetched([job for job, *_ in missing if not job.is_on_reel], script, watch):
        pass
    for job in workers.start(press_aac, missing):
        watch("master", job.chapter.title, 0.0)
    return tuple(aac_names)


def _stream_name(job: Job, take: Take, gains: dict[str, float]) -> str:
    own = sorted({(turn.text, gains[turn.text]) for turn in take.turns})
    settings = (own, job.recipe.values("press"), _music_key(job))
    encoder = ffmpeg.version(ffmpeg.executable())
    return f"{job.key}-{content_key(settings, encoder)}"


def _music_key(job: Job) -> object:
    music = job.sounds.music
    return music and (music.key, job.recipe.values("music"))
