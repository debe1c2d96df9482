"""Takes -> one gain a voice, so that the episode is as loud as was asked for, music and all."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from podcast.model import NO_VOICE, RATE, Recipe, Span
from podcast.production.jobs import Job, ceiling
from podcast.sound.assemble import Take
from podcast.sound.master import MISSED_LU, Levels, Loudness, limited_loudness, voice_gains
from podcast.sound.mp3 import LOSS_DB
from podcast.sound.sounds import BELLS
from podcast.sound.takes import read_levels

BELLS_APART = -8.0  # LU of the bells above speech: a bell as loud as a voice startles


def level(jobs: Sequence[Job], takes: Sequence[Take]) -> dict[str, float]:
    """By how many decibels each role is made louder in the whole episode."""
    wanted, apart = _wanted(jobs[0])
    return voice_gains(_Levels(jobs, takes), RATE, wanted, ceiling(jobs[0].recipe), apart)


def loudness_of(jobs: Sequence[Job], takes: Sequence[Take], gains: dict[str, float]) -> Loudness:
    """How loud the voices are at these gains once they are limited, before they are encoded."""
    return limited_loudness(_Levels(jobs, takes), RATE, gains, ceiling(jobs[0].recipe))


def missing_lu(loudness: Loudness, jobs: Sequence[Job]) -> tuple[tuple[str, float], ...]:
    """The roles that no gain makes as loud as was asked for, and how many LU each lacks."""
    wanted, apart = _wanted(jobs[0])
    missing = loudness.missing(wanted, apart)
    return tuple(
        (role, lacks)
        for role, lacks in sorted(missing.items())
        if lacks > MISSED_LU and not role.startswith(NO_VOICE)
    )


@dataclass(frozen=True, slots=True)
class _Levels:
    """The levels of each chapter and its turns, from the store as they are asked for."""

    jobs: Sequence[Job]
    takes: Sequence[Take]

    def __iter__(self) -> Iterator[tuple[Levels, Sequence[Span]]]:
        for job, take in zip(self.jobs, self.takes, strict=True):
            yield read_levels(job.store, job.key), take.turns


def _wanted(job: Job) -> tuple[float, dict[str, float]]:
    """How loud voices are to be before they are encoded, in LUFS, and which depart from it."""
    apart = {role: voice.gain for role, voice in job.cast} | {BELLS: BELLS_APART}
    return without_music(job.recipe.loudness, job.recipe) + LOSS_DB, apart


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
