"""Takes -> one gain for each voice, with which the episode, with its music, has its loudness."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from podcast.files.keys import content_key
from podcast.files.sources import sources_key
from podcast.model import NO_VOICE, RATE, Recipe, Span
from podcast.production.jobs import Job, ceiling
from podcast.sound.assemble import Take
from podcast.sound.master import MISSED_LU, Levels, Loudness, limited_loudness, voice_gains
from podcast.sound.mp3 import LOSS_DB
from podcast.sound.sounds import BELLS
from podcast.sound.takes import read_levels

BELLS_APART = -8.0  # LU above speech, of the bells: a bell as loud as a voice startles


def level(jobs: Sequence[Job], takes: Sequence[Take]) -> dict[str, float]:
    """The gain of each role in the whole episode, in decibels.

    They are kept in the store: most edits change no sound. Raises DamagedSound and WriteError.
    """
    wanted, apart = _wanted(jobs[0])

    def measured() -> bytes:
        highest = ceiling(jobs[0].recipe)
        return _packed(voice_gains(_Levels(jobs, takes), RATE, wanted, highest, apart))

    name = _name(jobs, takes, wanted, sorted(apart.items()))
    gains: dict[str, float] = json.loads(jobs[0].store.once(name, measured))
    return gains


def loudness_of(jobs: Sequence[Job], takes: Sequence[Take], gains: dict[str, float]) -> Loudness:
    """The loudness of the voices at these gains, after limiting and before encoding.

    It is kept in the store, too. Raises DamagedSound and WriteError.
    """

    def measured() -> bytes:
        heard = limited_loudness(_Levels(jobs, takes), RATE, gains, ceiling(jobs[0].recipe))
        return _packed((heard.whole, heard.turns, dict(heard.voices)))

    name = _name(jobs, takes, sorted(gains.items()))
    return Loudness(*json.loads(jobs[0].store.once(name, measured)))


def _name(jobs: Sequence[Job], takes: Sequence[Take], *others: object) -> str:
    """The name in the store of something that follows from all takes and from `others`."""
    sounds = [(job.key, take.sound) for job, take in zip(jobs, takes, strict=True)]
    program = sources_key(__name__)
    return f"{content_key(program, sounds, ceiling(jobs[0].recipe), others)}.gains"


def _packed(value: object) -> bytes:
    """A value as JSON, from which every number, infinity too, is read back as it was."""
    return json.dumps(value, ensure_ascii=False).encode()


def missing_lu(loudness: Loudness, jobs: Sequence[Job]) -> tuple[tuple[str, float], ...]:
    """The roles that no gain makes as loud as the recipe says, and the LU that each lacks."""
    wanted, apart = _wanted(jobs[0])
    missing = loudness.missing(wanted, apart)
    return tuple(
        (role, lacks)
        for role, lacks in sorted(missing.items())
        if lacks > MISSED_LU and not role.startswith(NO_VOICE)
    )


@dataclass(frozen=True, slots=True)
class _Levels:
    """The levels and the turns of each chapter, read from the store one chapter at a time."""

    jobs: Sequence[Job]
    takes: Sequence[Take]

    def __iter__(self) -> Iterator[tuple[Levels, Sequence[Span]]]:
        for job, take in zip(self.jobs, self.takes, strict=True):
            yield read_levels(job.store, job.key), take.turns


def _wanted(job: Job) -> tuple[float, dict[str, float]]:
    """The loudness that voices need before encoding, in LUFS, and by how many LU some depart."""
    apart = {role: voice.gain for role, voice in job.cast} | {BELLS: BELLS_APART}
    return without_music(job.recipe.loudness, job.recipe) + LOSS_DB, apart


def with_music(lufs: float, recipe: Recipe) -> float:
    """The loudness in LUFS of voices at `lufs` together with the recipe's music.

    Music and speech are uncorrelated, so their powers are added.
    """
    return lufs + 10 * math.log10(1 + _share_of_music(lufs, recipe))


def without_music(lufs: float, recipe: Recipe) -> float:
    """The loudness in LUFS that voices need to make `lufs` together with the recipe's music.

    If the music alone is too loud for that, the voices get a tenth of the power.
    """
    return lufs + 10 * math.log10(max(0.1, 1 - _share_of_music(lufs, recipe)))


def _share_of_music(lufs: float, recipe: Recipe) -> float:
    """The power of the music under speech, as a multiple of the power at `lufs`."""
    if recipe.music is None:
        return 0.0
    return float(10 ** ((recipe.music_loudness - recipe.music_duck - lufs) / 10))
