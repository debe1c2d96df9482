"""Recipe -> Sounds: the intro, outro, bells and music, as samples at one rate.

ffmpeg reads the sound files of a person, in any format it knows; the bells are made here.
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
HUSHED = 33  # of 32768, which is -60 dBFS: softer samples at a sound's ends are cut off
EDGE = 441  # samples in which a sound fades in and out, so that it does not click
PIECE = 1 << 18  # samples worked on at a time
SHORTEST_MUSIC_SECONDS = 1.0  # seconds of music: a shorter loop is heard as a buzz

# The bells: two tones a fifth apart; the second is struck while the first still rings.
TONES = ((587.33, 0.0), (880.0, 0.24))  # Hz (D5, A5), seconds from the start
# Each partial of a bell: multiple of the tone's frequency, amplitude, seconds to fall to 1/e.
PARTIALS = ((1.0, 1.0, 0.55), (2.0, 0.25, 0.3), (2.76, 0.12, 0.16), (5.4, 0.04, 0.06))
RING = 1.9  # seconds that the bells last
ATTACK = 0.006  # seconds in which a bell's tone rises


@dataclass(frozen=True, slots=True)
class Sound:
    """A file of mono 16-bit samples at `path`; `key` is the hash of its source, or a name.

    `turn` is the text of the sound's turns, which for speech is a role.
    """

    turn: str
    key: str
    path: Path


@dataclass(frozen=True, slots=True)
class Sounds:
    """The sounds of a recipe, and the loudness of its music file in LUFS."""

    intro: Sound | None = None
    outro: Sound | None = None
    bells: Sound | None = None
    music: Sound | None = None
    music_loudness: float = 0.0

    def opening(self, number: int) -> tuple[Sound, ...]:
        """The sounds before the words of chapter `number`, which counts from 1."""
        sound = self.intro if number == 1 else self.bells
        return (sound,) if sound else ()

    def closing(self, number: int, last: int) -> tuple[Sound, ...]:
        """The sounds after the words of chapter `number` of `last` chapters."""
        return (self.outro,) if self.outro and number == last else ()


def sounds(recipe: Recipe, rate: int, work: Path) -> Sounds:
    """The sounds of a recipe, their samples written to `work`.

    Raises ReadError if a file cannot be read, has no sound or is silent, or if music is too short.
    """
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
    """A hash of each sound file of a recipe. Raises ReadError if a file cannot be read."""
    return [_digest(path) for path in (recipe.intro, recipe.outro, recipe.music) if path]


def _digest(path: Path) -> str:
    try:
        return digest(path)
    except OSError as error:
        raise ReadError(f"cannot read {path}: {error.strerror}; give another sound") from error


def _read(path: Path, turn: str, rate: int, work: Path) -> Sound:
    """A sound file, decoded, without silence at its ends, and faded in and out."""
    key = _digest(path)
    raw, trimmed = work / f"{key}.raw", work / f"{key}.sound"
    if not trimmed.exists():
        try:
            with raw.open("wb") as file:
                file.writelines(ffmpeg.decode(path, rate))
        except FfmpegError as error:
            raise ReadError(f"{path} holds no sound that ffmpeg can read: {error}") from error
        reel = Reel(raw)
        start, end = _audible(reel)
        if start == end:
            raise ReadError(f"{path} is silent; give a sound that can be heard")
        with trimmed.open("wb") as file:
            file.writelines(piece.tobytes() for piece in _faded(reel, start, end))
        raw.unlink()
    return Sound(turn, key, trimmed)


def _audible(reel: Reel) -> tuple[int, int]:
    """The first sample that is louder than silence, and the one after the last such sample."""
    first, last = len(reel), 0
    for start in range(0, len(reel), PIECE):
        loud = np.flatnonzero(np.abs(reel[start : start + PIECE].astype(np.int32)) > HUSHED)
        if len(loud):
            first = min(first, start + int(loud[0]))
            last = start + int(loud[-1]) + 1
    return min(first, last), last


def _faded(reel: Reel, start: int, end: int) -> Iterator[NDArray[np.int16]]:
    """The samples from `start` to `end` in pieces, faded in and out over EDGE samples."""
    for first in range(start, end, PIECE):
        piece = reel[first : min(first + PIECE, end)]
        places = np.arange(first, first + len(piece))
        factors = np.clip(np.minimum(places - start, end - 1 - places) / EDGE, 0, 1)
        yield np.rint(piece * factors).astype("<i2")


def _bells(rate: int, work: Path) -> Sound:
    path = work / "bells.sound"
    path.write_bytes(bells(rate).tobytes())
    return Sound(BELLS, "bells", path)


def bells(rate: int) -> NDArray[np.int16]:
    """Two soft bell tones, the second a fifth above the first, silent at both ends.

    The array is int16 of shape (samples,).
    """
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
