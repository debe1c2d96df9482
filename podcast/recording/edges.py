"""A path through the states -> when each character is heard, and when each line begins.

The search tells which frames are whose. A pause that belongs to nobody is easily heard as a part of
the syllable beside it, so the edges of a line are looked at once more: a syllable that is too
long, or stands apart from its phrase, is drawn in to it, and a start is moved to where the sound
rises from the lull before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from podcast.recording.chain import Chain
from podcast.recording.features import FRAME_MS
from podcast.recording.network import Scores

_LONG_MS, _USUAL_MS = 500, 200  # a syllable of three states that is too long; one that is not
_APART_MS, _APART_AT_END_MS = 350, 500  # between two characters of a phrase
_PARTED_MS = 1500  # of other sound between two parts of a line
_STRAY = 3  # times fewer characters than the rest have those that are taken for strays
_REACH = 4  # characters at an edge that are looked at
_BACK_MS, _AHEAD_MS = 120, 250  # the most by which a start is moved back or ahead


class Heard(NamedTuple):
    """A character of a line in the sound: milliseconds, and how well it fits, 0 at best.

    `states` is its length in units of sound, of which a plain syllable has three.
    """

    line: int
    offset: int
    start: int
    end: int
    fit: float
    states: int

    @property
    def length(self) -> float:
        """In plain syllables, at least one."""
        return max(1.0, self.states / 3)

    @property
    def is_long(self) -> bool:
        """Whether it lasts so long that something else must be in it."""
        return self.end - self.start > _LONG_MS * self.length


def heard_characters(
    path: NDArray[np.int64], chain: Chain, fits: NDArray[np.float32]
) -> list[Heard]:
    """Each character that a path goes through, in order; `fits` has a number for each frame."""
    frames = np.flatnonzero(~chain.pauses[path])
    if not len(frames):
        return []
    states = path[frames]
    lines, offsets = chain.lines[states], chain.offsets[states]
    changes = (np.diff(lines, prepend=-1) != 0) | (np.diff(offsets, prepend=-1) != 0)
    opens = np.flatnonzero(changes)
    closes = np.append(opens[1:], len(frames))
    sums = np.concatenate([[0.0], np.cumsum(fits[frames], dtype=np.float64)])
    means = (sums[closes] - sums[opens]) / (closes - opens)
    return [
        Heard(*told)
        for told in zip(
            lines[opens].tolist(),
            offsets[opens].tolist(),
            (frames[opens] * FRAME_MS).tolist(),
            ((frames[closes - 1] + 1) * FRAME_MS).tolist(),
            means.tolist(),
            chain.sizes[states[opens]].tolist(),
            strict=True,
        )
    ]


def fits_of(path: NDArray[np.int64], chain: Chain, scores: Scores) -> NDArray[np.float32]:
    """For each frame the score of the state that is heard in it, less the best one's."""
    heard = scores[np.arange(len(scores)), chain.units[path]]
    return np.asarray(heard - scores.max(1), np.float32)


# Characters far from the rest of their line --------------------------------------------------


def without_strays(
    characters: Sequence[Heard], levels: NDArray[np.float32], loud: float
) -> tuple[Heard, ...]:
    """A line's characters without the few that were found far off, on its other side of speech.

    Where speech that no line tells comes before a line, its first character or two are easily
    found in that. A pause in which nothing sounds parts no line.
    """
    groups: list[list[Heard]] = []
    for each in characters:
        before = groups[-1][-1] if groups else None
        if before is None or _is_parted(before, each, levels, loud):
            groups.append([])
        groups[-1].append(each)
    most = max(map(len, groups))
    return tuple(each for group in groups if len(group) * _STRAY > most for each in group)


def _is_parted(before: Heard, after: Heard, levels: NDArray[np.float32], loud: float) -> bool:
    """Whether long enough sound, and not only silence, lies between two characters."""
    between = levels[before.end // FRAME_MS : after.start // FRAME_MS]
    return after.start - before.end > _PARTED_MS and bool((between >= loud).mean() > 0.2)


def with_the_rest(characters: Sequence[Heard], texts: Sequence[str]) -> list[Heard]:
    """All characters in order; a short one that a pause follows is put behind the pause.

    Before a pause a speaker lengthens a syllable. One that is short there belongs to what follows,
    and was found in a breath, unless a mark stands between the two.
    """
    kept = list(characters)
    for at, (one, following) in enumerate(pairwise(characters)):
        usual = round(_USUAL_MS * one.length)
        is_apart = following.start - one.end > _APART_MS
        if is_apart and one.end - one.start < usual and not _parts(texts, one, following):
            kept[at] = one._replace(start=following.start - usual, end=following.start)
    return kept


def _parts(texts: Sequence[str], one: Heard, following: Heard) -> bool:
    """Whether a mark stands between two characters that may be of two lines."""
    if one.line == following.line:
        return _is_marked(texts[one.line], one, following)
    return any(not each.isalnum() for each in texts[one.line][one.offset + 1 :])


# The edges of a line -------------------------------------------------------------------------


def first_ms(characters: Sequence[Heard], text: str) -> int:
    """When a line, of which these characters are heard, begins."""
    start, usual = characters[0].start, 0.0
    for one, following in list(pairwise(characters))[:_REACH]:
        usual += _USUAL_MS * one.length
        is_apart = following.start - one.end > _APART_MS and not _is_marked(text, one, following)
        if one.is_long or is_apart:
            start = max(start, following.start - round(usual))
    return start


def last_ms(characters: Sequence[Heard], text: str) -> int:
    """When it ends."""
    end, usual = characters[-1].end, 0.0
    for before, one in reversed(list(pairwise(characters))[-_REACH:]):
        usual += _USUAL_MS * one.length
        if one.end - one.start > _LONG_MS * one.length + _USUAL_MS:
            end = min(end, one.start + 150 + round(usual))
        elif one.start - before.end > _APART_AT_END_MS and not _is_marked(text, before, one):
            end = min(end, before.end + 100 + round(usual))
    return end


def _is_marked(text: str, before: Heard, after: Heard) -> bool:
    """Whether a mark stands between two characters of a line."""
    return any(not each.isalnum() for each in text[before.offset + 1 : after.offset])


def at_rise(start: int, levels: NDArray[np.float32]) -> int:
    """A start moved to where the level rises from a lull close by; as it is where none is.

    `levels` has the mean log-power of each frame, smoothed over two of them.
    """
    frame = start // FRAME_MS
    low = max(1, (start - _BACK_MS) // FRAME_MS)
    high = min(len(levels) - 3, (start + _AHEAD_MS) // FRAME_MS)
    if high - low < 3:
        return start
    around = levels[max(0, low - 50) : high + 50]
    threshold = np.percentile(around, (10, 80)).mean()
    if levels[frame] < threshold:  # in a lull: to its end
        loud = np.flatnonzero(levels[frame:high] >= threshold)
        return (frame + int(loud[0])) * FRAME_MS if len(loud) else start
    soft = np.flatnonzero(levels[low:frame] < threshold)  # in sound: back to where it began
    return (low + int(soft[-1]) + 1) * FRAME_MS if len(soft) else start
