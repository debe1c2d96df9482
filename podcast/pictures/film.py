"""Chapters, sound, subtitles -> the pictures of a video, each with the time when it appears.

A picture is drawn only when something changes: the chapter, the subtitle, or the bars that show
how much has been played.
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

from podcast.formats.subtitles.cues import Cue
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

FPS = 10  # frames a second of the video
TICK = 5  # frames after which the bars are drawn anew, to show how much has been played
_AROUND = 4  # hundredths of a second before and after a bar's middle whose mean is its height
_CLOSED = 3  # frames: a shorter gap between two subtitles would flicker, so it is closed


@dataclass(frozen=True, slots=True)
class Scene:
    """A chapter in the video, from `start` up to `end` in milliseconds.

    `heading` has the texts of its card, `levels` its sound as heights from 0 to 1.
    """

    start: int
    end: int
    heading: Heading
    levels: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Film:
    """Everything that the video of an episode shows. Scenes cover it end to end."""

    scenes: tuple[Scene, ...]
    cues: tuple[Cue, ...]  # the subtitles that are drawn into the picture
    cover: Image.Image

    @property
    def length(self) -> int:
        """The length of the film in milliseconds."""
        return self.scenes[-1].end

    @property
    def frame_count(self) -> int:
        """How many frames the video has; the last one is shown in full, even past the end."""
        return max(1, -(-self.length * FPS // 1000))


def pictures(film: Film) -> Iterator[tuple[int, bytes]]:
    """Each picture that differs from the one before, as (start in ms, planes of yuv420p).

    The last picture comes once more, with the time at which the video ends.
    """
    look, count = look_of(film.cover), film.frame_count
    blank = blank_card(film.cover, look)
    starts = [frame_at(scene.start) for scene in film.scenes]
    shown = timed(film.cues, count)

    @lru_cache(maxsize=1)
    def cards(number: int) -> tuple[Planes, Planes]:
        return _cards(film, number, blank, look)

    @lru_cache(maxsize=1)
    def strip(text: str) -> Planes:
        return subtitle_planes(text, look)

    for frame in _moments(starts, shown, count):
        number = bisect_right(starts, frame) - 1
        scene, ms = film.scenes[number], frame * 1000 // FPS
        done = (ms - scene.start) / max(1, scene.end - scene.start)
        subtitle = strip(_text_at(shown, frame))
        picture = _picture(*cards(number), subtitle, done, ms / film.length).tobytes()
        yield ms, picture
    yield count * 1000 // FPS, picture  # its time is the end of the last picture


def _cards(film: Film, number: int, blank: Image.Image, look: Look) -> tuple[Planes, Planes]:
    """The card of a scene before anything of it has been played, and after all of it has."""
    scene, starts = film.scenes[number], [each.start / film.length for each in film.scenes]
    card = card_of(blank, look, scene.heading)
    unplayed = planes_of(with_sound(card, scene.levels, starts, look.faint))
    return unplayed, planes_of(with_sound(card, scene.levels, starts, look.accent))


def _text_at(shown: Sequence[tuple[int, int, str]], frame: int) -> str:
    """The subtitle in a frame; empty if there is none."""
    number = bisect_right(shown, frame, key=lambda cue: cue[0]) - 1
    return shown[number][2] if number >= 0 and frame < shown[number][1] else ""


def frame_at(ms: int) -> int:
    """The frame that is nearest to a time."""
    return round(ms * FPS / 1000)


def timed(cues: Sequence[Cue], count: int) -> list[tuple[int, int, str]]:
    """(first frame, frame after the last, text) of each cue that lasts for at least one frame."""
    frames = [[frame_at(cue.start_ms), frame_at(cue.end_ms)] for cue in cues]
    for one, other in pairwise(frames):
        if other[0] - one[1] < _CLOSED:
            one[1] = other[0]
    seen = zip(frames, cues, strict=True)
    return [(a, min(b, count), cue.text) for (a, b), cue in seen if a < min(b, count)]


def _moments(starts: Sequence[int], shown: Sequence[tuple[int, int, str]], count: int) -> list[int]:
    """The frames at which something changes, with the first and the last frame."""
    moments = {0, count - 1, *range(0, count, TICK), *starts}
    for start, end, _ in shown:
        moments |= {start, end}
    return sorted(moment for moment in moments if moment < count)


def _picture(unplayed: Planes, played: Planes, strip: Planes, done: float, whole: float) -> Planes:
    """A card on which the bars up to `done` and the line up to `whole` are played.

    `done` is a share of the chapter, `whole` of the episode. The array is uint8 of shape (bytes,).
    """
    picture: Planes = unplayed.copy()
    bars = EDGE + round((WIDTH - 2 * EDGE) * min(1.0, max(0.0, done)) / 2) * 2
    line = round(WIDTH * min(1.0, whole) / 2) * 2
    boxes = ((WAVE, EDGE, bars), (LINE, 0, line))
    height = SUBTITLES[1] - SUBTITLES[0]
    planes = (views(picture, HEIGHT), views(played, HEIGHT), views(strip, height))
    for scale, plane, other, subtitle in zip((1, 2, 2), *planes, strict=True):
        for (top, bottom), left, right in boxes:
            part = np.s_[top // scale : bottom // scale, left // scale : right // scale]
            plane[part] = other[part]
        plane[SUBTITLES[0] // scale : SUBTITLES[1] // scale] = subtitle
    return picture


def bar_levels(powers: NDArray[np.float32], count: int) -> tuple[float, ...]:
    """`count` heights from 0 to 1 for a sound.

    `powers` are the mean squares of its hundredths of a second, of shape (hundredths,). A bar
    shows only the middle of its share of the sound: averaging over seconds of speech would make
    all bars alike.
    """
    middles = ((np.arange(count) + 0.5) * len(powers) / count).astype(int)
    around = (powers[max(0, middle - _AROUND) : middle + _AROUND + 1] for middle in middles)
    means = [float(np.mean(part)) if len(part) else 0.0 for part in around]
    heights = np.array(means) ** 0.35  # near the loudness that an ear perceives
    most = heights.max(initial=0.0)
    return tuple((heights / most if most else heights).tolist())
