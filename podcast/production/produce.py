"""Script -> Production: the sound of all chapters, made by the workers of a build.

    plan       a job for each chapter                            `plan.py`
    recorded   each chapter's take                               `recording.py`
    level      all takes --> one gain for each voice             `levelling.py`
    pressed    each chapter's MP3 frames, and AAC if asked for   `pressing.py`
    lined      each chapter's subtitle lines                     `lines.py`

Chapters depend on each other only through the gains, so each process holds one chapter in memory.
An edit costs only what it changes. After an edit of a sentence its paragraph is spoken again and
its chapter is recorded and pressed. After an edit of a pause all chapters are recorded and pressed,
but nothing is spoken. After an edit of a title or of the style of subtitles no sound is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from podcast.files.store import Store
from podcast.model import NO_VOICE, RATE, Episode, Kept, Passage, Recipe, Script, Watch
from podcast.production.jobs import Job, aac_file, mp3_file, press
from podcast.production.levelling import level, loudness_of, missing_lu, with_music
from podcast.production.lines import Lines, lined
from podcast.production.plan import is_human, plan, share
from podcast.production.pressing import likely_presses, pressed, pressed_aac, stream_names
from podcast.production.recording import recorded, say_again
from podcast.production.told import summaries
from podcast.production.workers import Workers
from podcast.pronounce import NONE
from podcast.sound.assemble import Take
from podcast.sound.mp3 import LOSS_DB
from podcast.speech.cast import Cast

__all__ = ["Production", "produce"]

NO_GAINS: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Production:
    """An episode, and the files of its chapters' bare MP3 frames, in order."""

    episode: Episode
    streams: tuple[Path, ...]
    gains: tuple[tuple[str, float], ...]  # decibels by role
    loudness: float  # LUFS
    missing: tuple[tuple[str, float], ...] = ()  # LU below the recipe's loudness, by role
    kept: tuple[Kept, ...] = ()  # where what was cut out of a recording lies in the episode
    aac: tuple[Path, ...] = ()  # the AAC frames of the same chapters, if the recipe has `m4b`

    @property
    def aac_parts(self) -> tuple[tuple[Path, int], ...]:
        """Each chapter's AAC frames and its length in samples; empty if no AAC was made."""
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
    again: Sequence[tuple[int, int]] = (),
    passages: Sequence[Sequence[Passage | None]] = (),
) -> Production:
    """Make the sound of a script. Parts that the store holds are not made again.

    `meanwhile` is called with the episode while other processes press its chapters. `likely` are
    the gains of the last build, in decibels by role. An edit rarely changes them, so pressing
    begins with them before the new ones are known. `again` are paragraphs that online voices are
    to say again: the numbers of chapter and paragraph, from 1. `passages` are, for each chapter,
    what is cut out of a recording for its paragraphs. Raises PodcastError: each step raises its
    own errors.
    """
    jobs = plan(script, cast, recipe, store, work, respellings=respellings, passages=passages)
    say_again(jobs, again)
    takes = recorded(jobs, script, workers, watch)
    early = likely_presses(jobs, takes, dict(likely)) if workers.has_idle else []
    beginning = workers.start(press, early, only=len(early) == 1)
    gains = workers.call(level, jobs, takes)
    pressing = pressed(
        jobs, takes, gains, script,
        early=early, beginning=beginning, workers=workers, watch=watch,
    )  # fmt: skip
    lines = workers.call(lined, jobs, takes)
    notes = summaries(script, store)
    episode = episode_of(
        script, takes, lines, notes, cast=synthetic_cast(jobs), is_human=is_human(passages)
    )
    loudness = loudness_of(jobs, takes, gains)
    meanwhile(episode)
    for job in pressing:
        watch("master", job.chapter.title, share(job, script))
    aac_names = pressed_aac(jobs, takes, gains, script, workers=workers, watch=watch)
    return Production(
        episode,
        tuple(store.path(mp3_file(name)) for name in stream_names(jobs, takes, gains)),
        tuple(gains.items()),
        with_music(loudness.whole - LOSS_DB, recipe),
        missing_lu(loudness, jobs),
        tuple(kept(jobs, takes)),
        tuple(store.path(aac_file(name)) for name in aac_names),
    )


def episode_of(
    script: Script,
    takes: Sequence[Take],
    lines: Sequence[Lines],
    notes: Sequence[tuple[str, ...]],
    *,
    cast: tuple[tuple[str, str], ...],
    is_human: bool,
) -> Episode:
    """The episode in memory: its tracks with titles, lines and summaries, and who speaks."""
    tracks = tuple(
        replace(
            take.track,
            title=chapter.title,
            lines=own,
            part=chapter.part,
            notes=summary,
            turns=tuple(turn for turn in take.turns if not turn.text.startswith(NO_VOICE)),
        )
        for take, own, summary, chapter in zip(takes, lines, notes, script.chapters, strict=True)
    )
    return Episode(
        script.title, RATE, tracks, script.author, script.date, cast, script.names, is_human
    )


def kept(jobs: Sequence[Job], takes: Sequence[Take]) -> Iterator[Kept]:
    """Where each stretch that was cut out of a recording begins in the episode."""
    opened = 0
    for job, take in zip(jobs, takes, strict=True):
        turns = [turn for turn in take.turns if not turn.text.startswith(NO_VOICE)]
        heard = [
            job.passage(at)
            for at, paragraph in enumerate(job.chapter.paragraphs)
            if any(map(str.isalnum, paragraph.text))
        ]
        for turn, passage in zip(turns, heard, strict=True):
            if not passage or not passage.cuts:
                continue
            first = next(word.start for word in take.track.words if word.start >= turn.start)
            at = opened + first - passage.words[0].start
            for cut in passage.cuts:
                yield Kept(at, cut.start, cut.end)
                at += cut.end - cut.start + cut.pause
        opened += take.track.length


def synthetic_cast(jobs: Sequence[Job]) -> tuple[tuple[str, str], ...]:
    """Each role with the name of the voice that speaks it, if that is no person of a recording."""
    voices = {
        paragraph.voice: job.voice(at)
        for job in jobs
        for at, paragraph in enumerate(job.chapter.paragraphs)
        if job.passage(at) is None
    }
    return tuple((role, voice.id or voice.engine) for role, voice in sorted(voices.items()))
