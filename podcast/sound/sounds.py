"""Recipe -> Sounds: what is heard beside speech, as bare samples at one rate.

Files are read by ffmpeg, in any format it knows; the bells of a new chapter are made here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from podcast.errors import FfmpegError, ReadError
from podcast.files.keys import digest
from podcast.model import NO_VOICE, Recipe
from podcast.outside import ffmpeg
from podcast.sound.master import loudness, measure
from podcast.sound.reel import Reel

INTRO, OUTRO, BELLS, MUSIC = (
    f"{NO_VOICE} {name}" for name in ("intro", "outro", "chapter", "music")
)
HUSHED = 33  # of 32768: -60 dBFS; what is softer at a sound's ends is left out
EDGE = 441  # samples in which a sound comes and goes, so that it does not click
PIECE = 1 << 18  # samples worked on at a time
SHORTEST_MUSIC_SECONDS = 1.0  # seconds of music: less is no loop but a buzz

# The bells: a fifth, the second while the first still rings; partials of a soft chime.
TONES = ((587.33, 0.0), (880.0, 0.24))  # Hz (D5, A5), seconds from the start
PARTIALS = ((1.0, 1.0, 0.55), (2.0, 0.25, 0.3), (2.76, 0.12, 0.16), (5.4, 0.04, 0.06))
RING = 1.9  # seconds
ATTACK = 0.006  # seconds


@dataclass(frozen=True, slots=True)
class Sound:
    """Mono 16-bit samples at `path`; `key` names what they are.

    `turn` stands for it where turns tell whose voice is heard.
    """

    turn: str
    key: str
    path: Path


@dataclass(frozen=True, slots=True)
class Sounds:
    """What a recipe lays beside speech, and the loudness of its music in LUFS."""

    intro: Sound | None = None
    outro: Sound | None = None
    bells: Sound | None = None
    music: Sound | None = None
    music_loudness: float = 0.0

    def opening(self, number: int) -> tuple[Sound, ...]:
        """What is heard before the words of chapter `number`, which counts from 1."""
        sound = self.intro if number == 1 else self.bells
        return (sound,) if sound else ()

    def closing(self, number: int, last: int) -> tuple[Sound, ...]:
        """What is heard after the words of chapter `number` of `last`."""
        return (self.outro,) if self.outro and number == last else ()


def sounds(recipe: Recipe, rate: int, work: Path) -> Sounds:
    """The sounds of a recipe, their samples in `work`. Raises ReadError for one that is none."""
    music = _read(recipe.music, MUSIC, rate, work) if recipe.music else None
    level = 0.0
    if music:
        samples = Reel(music.path)
        if len(samples) < SHORTEST_MUSIC_SECONDS * rate:
            seconds = len(samples) / rate
            raise ReadError(f"{recipe.music} lasts {seconds:.1f} s; give music of a second or more")
        level = loudness([measure(samples, rate)[0]], rate)
    return Sounds(
        intro=_read(recipe.intro, INTRO, rate, work) if recipe.intro else None,
        outro=_read(recipe.outro, OUTRO, rate, work) if recipe.outro else None,
        bells=_bells(rate, work) if recipe.chapter_sound else None,
        music=music,
        music_loudness=level,
    )


def file_keys(recipe: Recipe) -> list[str]:
    """What names the content of each sound file of a recipe."""
    return [_digest(path) for path in (recipe.intro, recipe.outro, recipe.music) if path]


def _digest(path: Path) -> str:
    try:
        return digest(path)
    except OSError as error:
        raise ReadError(f"cannot read {path}: {error.strerror}; give another sound") from error


def _read(path: Path, turn: str, rate: int, work: Path) -> Sound:
    """A sound file, decoded, without silence at its ends, its edges soft."""
    key = _digest(path)
    raw, made = work / f"{key}.raw", work / f"{key}.sound"
    if not made.exists():
        try:
            with raw.open("wb") as file:
                file.writelines(ffmpeg.decode(path, rate))
        except FfmpegError as error:
            raise ReadError(f"{path} holds no sound that ffmpeg can read: {error}") from error
        reel = Reel(raw)
        start, end = _heard(reel)
        if start == end:
            raise ReadError(f"{path} is silent; give a sound that can be heard")
        with made.open("wb") as file:
            file.writelines(piece.tobytes() for piece in _soft(reel, start, end))
        raw.unlink()
    return Sound(turn, key, made)


def _heard(reel: Reel) -> tuple[int, int]:
    """From where to where something is heard."""
    first, last = len(reel), 0
    for start in range(0, len(reel), PIECE):
        loud = np.flatnonzero(np.abs(reel[start : start + PIECE].astype(np.int32)) > HUSHED)
        if len(loud):
            first = min(first, start + int(loud[0]))
            last = start + int(loud[-1]) + 1
    return min(first, last), last


def _soft(reel: Reel, start: int, end: int) -> Iterator[NDArray[np.int16]]:
    """The samples between, rising from nothing and falling to it."""
    for at in range(start, end, PIECE):
        piece = reel[at : min(at + PIECE, end)]
        places = np.arange(at, at + len(piece))
        factors = np.clip(np.minimum(places - start, end - 1 - places) / EDGE, 0, 1)
        yield np.rint(piece * factors).astype("<i2")


def _bells(rate: int, work: Path) -> Sound:
    made = work / "bells.sound"
    made.write_bytes(bells(rate).tobytes())
    return Sound(BELLS, "bells", made)


def bells(rate: int) -> NDArray[np.int16]:
    """Two soft bell tones, the second a fifth above the first; silent at both ends."""
    seconds = np.arange(round(RING * rate)) / rate
    mixed = np.zeros(len(seconds))
    for frequency, start in TONES:
        since = np.maximum(0.0, seconds - start)
        attack = np.minimum(1.0, since / ATTACK)
        for times, share, decay in PARTIALS:
            wave = np.sin(2 * np.pi * frequency * times * since)
            mixed += share * wave * np.exp(-since / decay) * attack
    mixed *= np.minimum(1.0, (seconds[-1] - seconds) / 0.3)
    rung: NDArray[np.int16] = np.rint(mixed / np.abs(mixed).max() * 16_000).astype("<i2")
    return rung
