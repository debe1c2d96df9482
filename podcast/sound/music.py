"""A chapter's voices and a piece of music -> their mix, the music giving way to speech.

The music is looped with a cross-fade, comes in when the chapter opens and is gone when it
ends, so chapters join in silence. It is mixed in floating point, before the limiter, a piece at
a time: a chapter and a piece of music of any length need little memory.
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

CROSSFADE = 3.0  # seconds in which the music's end goes over into its beginning
FADE_IN, FADE_OUT = 1.2, 1.5  # seconds at a chapter's ends
ATTACK = 0.3  # seconds: gives way before the first word
HOLD, RELEASE = 0.4, 1.5  # seconds: waits after the last word, then comes back slowly


@dataclass(frozen=True, slots=True)
class Bed:
    """Music as it lies under one chapter, as long as the chapter, in 16-bit units.

    Its factor at any sample lies straight between the corners of `fade`, times, in decibels,
    those of `duck`.
    """

    music: Recording
    gain: float  # dB
    cross: int  # samples of the cross-fade
    fade: Corners  # sample, factor
    duck: Corners  # sample, dB

    def samples(self, start: int, count: int) -> Samples:
        """`count` of them from `start` on."""
        places = np.arange(start, start + count)
        factors = _between(self.fade, places)
        decibels = _between(self.duck, places) + self.gain
        opened = round(self.fade[0][0])
        heard = looped(self.music, start - opened, count, self.cross)
        mixed: Samples = (heard * factors * 10 ** (decibels / 20)).astype(np.float32)
        return mixed


def _between(corners: Corners, places: NDArray[np.int64]) -> NDArray[np.float64]:
    at, values = np.array(corners).T
    between: NDArray[np.float64] = np.interp(places, at, values)
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
    """The bed of a chapter: from its opening sound, if any, to its closing one, or its end.

    `gain` in decibels sets the music alone, `duck` is how many fewer there are under speech.
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
    """The corners of the music's level in decibels: 0 where nobody speaks, else -`duck`.

    A pause too short to come back in is speech too, so that the music never pumps.
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
    """Samples of music that plays again and again; `start` may be before it begins.

    A pass begins `cross` samples before the one before it ends; while one fades the other
    comes, their powers adding up to one. `cross` is at most a third of the music.
    """
    heard = np.zeros(count)
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
        heard[begin - start : end - start] += (
            music[begin - opened : end - opened].astype(float) * factors
        )
    return heard


class Mix:
    """Voices at their gains, music under them: in 16-bit units, not yet limited."""

    def __init__(
        self, voices: Recording, turns: Sequence[Span], gains: dict[str, float], music: Bed
    ) -> None:
        """`turns` tell whose voice is heard where, `gains` its decibels."""
        self.voices, self.turns, self.gains, self.music = voices, turns, gains, music

    def __len__(self) -> int:
        """How many samples."""
        return len(self.voices)

    def __getitem__(self, part: slice) -> Samples:
        """The samples of a slice with step 1."""
        start, stop, _ = part.indices(len(self))
        mixed: Samples = self.voices[start:stop].astype(np.float32)
        for turn in self.turns:
            begin, end = max(start, turn.start) - start, min(stop, turn.end) - start
            mixed[max(0, begin) : max(0, end)] *= np.float32(10 ** (self.gains[turn.text] / 20))
        mixed += self.music.samples(start, len(mixed))
        return mixed
