"""Chapters, sound, subtitles -> pictures, each with the time it is first seen.

A picture is made only when something changes: a chapter, a subtitle, how far the sound has come.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from podcast.pictures.card import (
    EDGE,
    HEIGHT,
    LINE,
    SUBTITLES,
    WAVE,
    WIDTH,
    Heading,
    Look,
    Planes,
    blank_card,
    card_of,
    look_of,
    planes_of,
    subtitle_planes,
    views,
    with_sound,
)
from podcast.subtitles.cues import Cue

FPS = 10  # frames a second of the video
TICK = 5  # frames after which the bars show how far the sound has come
_HEARD = 4  # hundredths of a second before and after a bar's middle that make its height
_CLOSED = 3  # frames: a shorter gap between two subtitles would only flicker


@dataclass(frozen=True, slots=True)
class Scene:
    """A chapter to be seen: its card, and its sound as heights from 0 to 1; times in ms."""

    start: int
    end: int
    heading: Heading
    levels: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Film:
    """All that is seen of an episode. Scenes cover it end to end."""

    scenes: tuple[Scene, ...]
    cues: tuple[Cue, ...]  # those that are drawn
    cover: Image.Image

    @property
    def length(self) -> int:
        """Milliseconds."""
        return self.scenes[-1].end

    @property
    def frame_count(self) -> int:
        """How many frames the video has, each seen for its whole time."""
        return max(1, -(-self.length * FPS // 1000))


def pictures(film: Film) -> Iterator[tuple[int, bytes]]:
    """(milliseconds, planes of yuv420p) of each picture that differs from the one before."""
    look, count = look_of(film.cover), film.frame_count
    blank = blank_card(film.cover, look)
    starts = [frame_at(scene.start) for scene in film.scenes]
    shown = timed(film.cues, count)

    @lru_cache(maxsize=1)
    def cards(at: int) -> tuple[Planes, Planes]:
        return _cards(film, at, blank, look)

    @lru_cache(maxsize=1)
    def strip(text: str) -> Planes:
        return subtitle_planes(text, look)

    for frame in _moments(starts, shown, count):
        at = bisect_right(starts, frame) - 1
        scene, ms = film.scenes[at], frame * 1000 // FPS
        done = (ms - scene.start) / max(1, scene.end - scene.start)
        subtitle = strip(_text_at(shown, frame))
        picture = _picture(*cards(at), subtitle, done, ms / film.length).tobytes()
        yield ms, picture
    yield count * 1000 // FPS, picture  # says when the last one ends


def _cards(film: Film, at: int, blank: Image.Image, look: Look) -> tuple[Planes, Planes]:
    """A scene's card with all its sound still to come, and with all of it heard."""
    scene, starts = film.scenes[at], [each.start / film.length for each in film.scenes]
    card = card_of(blank, look, scene.heading)
    ahead = planes_of(with_sound(card, scene.levels, starts, look.faint))
    return ahead, planes_of(with_sound(card, scene.levels, starts, look.accent))


def _text_at(shown: Sequence[tuple[int, int, str]], frame: int) -> str:
    """The subtitle that is seen in a frame; empty where there is none."""
    at = bisect_right(shown, frame, key=lambda cue: cue[0]) - 1
    return shown[at][2] if at >= 0 and frame < shown[at][1] else ""


def frame_at(ms: int) -> int:
    """The frame that is nearest to a time."""
    return round(ms * FPS / 1000)


def timed(cues: Sequence[Cue], count: int) -> list[tuple[int, int, str]]:
    """(first frame, frame after the last, text) of each cue that is seen for a frame at least."""
    frames = [[frame_at(cue.start_ms), frame_at(cue.end_ms)] for cue in cues]
    for one, other in pairwise(frames):
        if other[0] - one[1] < _CLOSED:
            one[1] = other[0]
    seen = zip(frames, cues, strict=True)
    return [(a, min(b, count), cue.text) for (a, b), cue in seen if a < min(b, count)]


def _moments(starts: Sequence[int], shown: Sequence[tuple[int, int, str]], count: int) -> list[int]:
    """The frames at which something changes, the first and the last among them."""
    moments = {0, count - 1, *range(0, count, TICK), *starts}
    for start, end, _ in shown:
        moments |= {start, end}
    return sorted(moment for moment in moments if moment < count)


def _picture(ahead: Planes, behind: Planes, strip: Planes, done: float, whole: float) -> Planes:
    """A card of which the bars up to `done` and the line up to `whole` are heard."""
    picture: Planes = ahead.copy()
    bars = EDGE + round((WIDTH - 2 * EDGE) * min(1.0, max(0.0, done)) / 2) * 2
    line = round(WIDTH * min(1.0, whole) / 2) * 2
    heard = ((WAVE, EDGE, bars), (LINE, 0, line))
    height = SUBTITLES[1] - SUBTITLES[0]
    planes = (views(picture, HEIGHT), views(behind, HEIGHT), views(strip, height))
    for scale, plane, other, subtitle in zip((1, 2, 2), *planes, strict=True):
        for (top, bottom), left, right in heard:
            part = np.s_[top // scale : bottom // scale, left // scale : right // scale]
            plane[part] = other[part]
        plane[SUBTITLES[0] // scale : SUBTITLES[1] // scale] = subtitle
    return picture


def bar_levels(powers: NDArray[np.float32], count: int) -> tuple[float, ...]:
    """`count` heights from 0 to 1 of sound given as mean squares of hundredths of a second.

    Each is of the middle of its share of the sound: the mean of seconds of speech is always alike.
    """
    middles = ((np.arange(count) + 0.5) * len(powers) / count).astype(int)
    around = (powers[max(0, at - _HEARD) : at + _HEARD + 1] for at in middles)
    means = [float(np.mean(part)) if len(part) else 0.0 for part in around]
    heights = np.array(means) ** 0.35  # nearly as loud as it seems
    most = heights.max(initial=0.0)
    return tuple((heights / most if most else heights).tolist())
