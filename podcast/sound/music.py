"""A chapter's voices and a piece of music -> their mix, in which music is softer under speech.

The music is looped with a cross-fade. It fades in when the chapter begins and out before the
chapter ends, so chapters are joined in silence. It is mixed in floating point before the limiter,
a stretch at a time: a chapter and music of any length need little memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from podcast.model import NO_VOICE, Span, Track
from podcast.sound.assemble import LEAD
from podcast.sound.master import Recording
from podcast.sound.mp3 import TAIL

Samples = NDArray[np.float32]
Corners = tuple[tuple[float, float], ...]

CROSSFADE = 3.0  # seconds for which the music's end and its beginning play together
FADE_IN, FADE_OUT = 1.2, 1.5  # seconds at a chapter's start and at its end
ATTACK = 0.3  # seconds before the first word in which the music is lowered
HOLD, RELEASE = 0.4, 1.5  # seconds after the last word: the music stays low, then rises


@dataclass(frozen=True, slots=True)
class Bed:
    """The music under one chapter, as long as the chapter, in 16-bit units.

    The level of the music changes in straight lines between the corners of two curves: `fade`
    are factors at the chapter's ends, `duck` decibels that lower the music under speech.
    """

    music: Recording
    gain: float  # dB
    cross: int  # samples of the cross-fade
    fade: Corners  # sample, factor
    duck: Corners  # sample, dB

    def samples(self, start: int, count: int) -> Samples:
        """The music at the samples from `start` on: float32 of shape (count,), in 16-bit units."""
        places = np.arange(start, start + count)
        factors = _between(self.fade, places)
        decibels = _between(self.duck, places) + self.gain
        opened = round(self.fade[0][0])
        music = looped(self.music, start - opened, count, self.cross)
        faded: Samples = (music * factors * 10 ** (decibels / 20)).astype(np.float32)
        return faded


def _between(corners: Corners, places: NDArray[np.int64]) -> NDArray[np.float64]:
    corner_places, values = np.array(corners).T
    between: NDArray[np.float64] = np.interp(places, corner_places, values)
    return between


def bed(
    music: Recording,
    track: Track,
    turns: Sequence[Span],
    rate: int,
    *,
    gain: float,
    duck: float,
) -> Bed:
    """The bed of a chapter: from the end of its opening sound to the start of its closing sound.

    Without such sounds it begins with the chapter and ends with it. `gain` is the decibels added
    to the music; `duck` is by how many decibels the music is lowered under speech.
    """
    opens = max(LEAD, next((turn.start for turn in turns if not _is_sound(turn)), 0))
    closes = track.length - TAIL
    for turn in turns[1:]:
        closes = min(closes, turn.start) if _is_sound(turn) else closes
    fade_in = min(FADE_IN * rate, (closes - opens) / 2)
    fade_out = min(FADE_OUT * rate, (closes - opens) / 2)
    fade = ((opens, 0.0), (opens + fade_in, 1.0), (closes - fade_out, 1.0), (closes, 0.0))
    cross = min(round(CROSSFADE * rate), len(music) // 3)
    return Bed(music, gain, cross, fade, ducked(track.words, rate, duck))


def _is_sound(turn: Span) -> bool:
    return turn.text.startswith(NO_VOICE)


def ducked(words: Iterable[Span], rate: int, duck: float) -> Corners:
    """The corners of the music's level in decibels: 0 where nobody speaks, -`duck` under speech.

    The music stays low in a pause that is too short to rise in, so its level does not pump.
    """
    attack, hold, release = ATTACK * rate, HOLD * rate, RELEASE * rate
    stretches: list[tuple[float, float]] = []
    for word in words:
        if stretches and word.start - stretches[-1][1] < attack + hold + release:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], word.end))
        else:
            stretches.append((word.start, word.end))
    corners: list[tuple[float, float]] = []
    for start, end in stretches:
        corners += [(start - attack, 0.0), (start, -duck)]
        corners += [(end + hold, -duck), (end + hold + release, 0.0)]
    return tuple(corners) or ((0.0, 0.0),)


def looped(music: Recording, start: int, count: int, cross: int) -> NDArray[np.float64]:
    """`count` samples of music that is repeated without end, from sample `start` on.

    `start` may be negative: the samples before the music begins are 0. Each repetition begins
    `cross` samples before the one before it ends; in these samples one fades in and the other
    out, and the powers of the two factors add up to one. `cross` is at most a third of the music.
    The array is float64 of shape (count,), in 16-bit units.
    """
    mixed = np.zeros(count)
    period = len(music) - cross
    first = max(0, (start - cross) // period)
    for number in range(first, max(first, (start + count - 1) // period + 1)):
        opened = number * period
        begin, end = max(start, opened), min(start + count, opened + len(music))
        if begin >= end:
            continue
        places = np.arange(begin - opened, end - opened)
        rising = np.clip(places / cross, 0, 1) if number else np.ones(len(places))
        falling = np.clip((len(music) - places) / cross, 0, 1)
        factors = np.sin(np.pi / 2 * rising) * np.sin(np.pi / 2 * falling)
        mixed[begin - start : end - start] += (
            music[begin - opened : end - opened].astype(float) * factors
        )
    return mixed


class Mix:
    """The sum of the voices, each at its gain, and the music: in 16-bit units, not yet limited."""

    def __init__(
        self, voices: Recording, turns: Sequence[Span], gains: dict[str, float], music: Bed
    ) -> None:
        """Of each turn of `turns`, the text is a voice; `gains` has the voice's decibels."""
        self.voices, self.turns, self.gains, self.music = voices, turns, gains, music

    def __len__(self) -> int:
        """How many samples."""
        return len(self.voices)

    def __getitem__(self, part: slice) -> Samples:
        """The samples of a slice with step 1: float32 of shape (samples,), in 16-bit units."""
        start, stop, _ = part.indices(len(self))
        mixed: Samples = self.voices[start:stop].astype(np.float32)
        for turn in self.turns:
            begin, end = max(start, turn.start) - start, min(stop, turn.end) - start
            mixed[max(0, begin) : max(0, end)] *= np.float32(10 ** (self.gains[turn.text] / 20))
        mixed += self.music.samples(start, len(mixed))
        return mixed
