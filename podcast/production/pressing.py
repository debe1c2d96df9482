"""Takes, gains -> the frames of each chapter, pressed if the store does not hold them yet."""

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
"""The arguments of `press`: job, take, gains in decibels by role, and the name of the frames."""


def likely_presses(
    jobs: Sequence[Job], takes: Sequence[Take], gains: dict[str, float]
) -> list[Pressing]:
    """The chapters that this build recorded, to press with the gains of the last build.

    There are none if all chapters are new, or other roles speak than before: the gains follow from
    all chapters, so they are then likely to change.
    """
    fresh = {job.key: (job, take) for job, take in zip(jobs, takes, strict=True) if job.is_on_reel}
    roles = {turn.text for take in takes for turn in take.turns}
    if len(fresh) == len({job.key for job in jobs}) or roles != set(gains):
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
    """Begin to press all chapters that need it; yield each job when its frames are stored.

    `early` holds the pressings that began before the gains were known, and `beginning` yields
    their jobs. Raises what `press` and the engines raise.
    """
    names = stream_names(jobs, takes, gains)
    begun = {name for *_, name in early}
    if not begun.issubset(names):
        # The gains have changed, so chapters must be pressed again. The early pressings must end
        # first, as each deletes the reel of its chapter.
        deque(beginning, maxlen=0)
    missing = [each for each in _unpressed(jobs, takes, gains, names) if each[-1] not in begun]
    for _ in fetched([job for job, *_ in missing if not job.is_on_reel], script, watch):
        pass
    return chain(beginning, workers.start(press, missing, only=len(missing) == 1))


def stream_names(jobs: Sequence[Job], takes: Sequence[Take], gains: dict[str, float]) -> list[str]:
    """The name of each chapter's frames: a key of everything that can change them."""
    return [_stream_name(job, take, gains) for job, take in zip(jobs, takes, strict=True)]


def _unpressed(
    jobs: Sequence[Job], takes: Sequence[Take], gains: dict[str, float], names: Sequence[str]
) -> list[Pressing]:
    """The pressings whose frames the store does not hold, each once, the longest first."""
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
    """The name of each chapter's AAC frames; missing ones are pressed. Empty without `m4b`.

    Raises what `press_aac` and the engines raise.
    """
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
    for job in workers.start(press_aac, missing, only=len(missing) == 1):
        watch("master", job.chapter.title, 0.0)
    return tuple(aac_names)


def _stream_name(job: Job, take: Take, gains: dict[str, float]) -> str:
    own = sorted({(turn.text, gains[turn.text]) for turn in take.turns})
    settings = (take.sound, own, job.recipe.values("press"), _music_key(job))
    encoder = ffmpeg.version(ffmpeg.executable())
    return f"{job.key}-{content_key(settings, encoder)}"


def _music_key(job: Job) -> object:
    music = job.sounds.music
    return music and (music.key, job.recipe.values("music"))
