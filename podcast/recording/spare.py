"""Sound between two characters that no line tells -> whether it surely is a filler, or a repeat.

A word that was found in the wrong sound leaves its own to nobody, and who cuts that out damages the
word. So such a sound is compared with what the words beside it should sound like, and with the
fillers of Mandarin: it is spare if it fits a filler clearly better, or if it repeats the words
beside it, and these are well found themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from podcast.recording.edges import Heard
from podcast.recording.features import FRAME_MS
from podcast.recording.leaps import Sounds
from podcast.recording.network import Scores
from podcast.recording.said import Said, said
from podcast.recording.times import Stretch
from podcast.recording.units import SILENCE

_HUMS = ["嗯", "呃", "啊"]
_WORDS = ["那个", "这个", "就是", "就是说", "然后"]
FILLERS = (*_HUMS, *_WORDS, *(hum + word for hum in _HUMS for word in _WORDS))
_SHORTEST_MS, LONGEST_MS = 80, 2000  # of such a sound; a longer one is no filler
_PAUSE_MS = 100  # that parts two sounds
_FILLER_FIT, _BETTER = -1.0, 0.2  # of a filler, and how much worse the words beside it then fit
_WORDS_BESIDE = 4  # characters on either side that a sound may be the one of
_REPEAT_FIT, _REPEATED_FIT = -0.5, -1.0  # of two characters or more, and of those beside them
_SURE_FIT = -0.6  # of both, where just one character is repeated
_BESIDE = 3  # characters on either side that must be well found


def spare_sounds(
    characters: Sequence[Heard],
    heard: Sequence[Sequence[Said]],
    sounds: Sounds,
    loud: NDArray[np.bool_],
) -> Iterator[Stretch]:
    """Yield what surely is said too much between two of these characters, which are in order.

    `heard` is what the lines should sound like; `loud` tells of each frame whether it is no lull.
    """
    units = [(at, each) for at, line in enumerate(heard) for each in line if each.states]
    places = {(line, each.offset): number for number, (line, each) in enumerate(units)}
    fits = [each.fit for each in characters]
    states = [each.states for _, each in units]
    for number, (one, other) in enumerate(pairwise(characters), 1):
        before, after = (places[each.line, each.offset] for each in (one, other))
        beside = min(fits[max(0, number - _BESIDE) : number + _BESIDE])
        for first, last in _sounds(loud, one.end // FRAME_MS, other.start // FRAME_MS):
            block = np.concatenate(list(sounds.blocks(first, last)))
            if _is_spare(block, states, (before + 1, after), beside):
                yield Stretch(first * FRAME_MS, last * FRAME_MS)


def _sounds(loud: NDArray[np.bool_], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the frames of each sound between two frames that may be a filler; a pause parts two."""
    sounding = first + np.flatnonzero(loud[first:last])
    parts = np.split(sounding, np.flatnonzero(np.diff(sounding) * FRAME_MS > _PAUSE_MS) + 1)
    for part in parts:
        if len(part) and _SHORTEST_MS <= (part[-1] + 1 - part[0]) * FRAME_MS <= LONGEST_MS:
            yield int(part[0]), int(part[-1]) + 1


def _is_spare(
    scores: Scores, states: Sequence[tuple[int, ...]], between: tuple[int, int], beside: float
) -> bool:
    """Whether a sound is spare, between two characters whose neighbours fit at least so well."""
    end, start = between
    words = [
        (fit_of(scores, sum(states[first:last], ())), last - first)
        for count in range(1, _WORDS_BESIDE + 1)
        for first, last in ((max(0, end - count), end), (start, min(start + count, len(states))))
    ]
    fit, count = max(words)
    if max(fit_of(scores, each) for each in _fillers()) > max(_FILLER_FIT, fit + _BETTER):
        return True
    if count > 1 and fit > _REPEAT_FIT and beside > _REPEATED_FIT:
        return True
    return min(fit, beside) > _SURE_FIT


@cache
def _fillers() -> tuple[tuple[int, ...], ...]:
    """The states of each filler."""
    return tuple(sum((each.states for each in said(text)), ()) for text in FILLERS)


def fit_of(scores: Scores, states: Sequence[int]) -> float:
    """How well a sound fits some states, with silence around them: 0 at best, on average."""
    row = [SILENCE, *states, SILENCE]
    fits = (scores - scores.max(1, keepdims=True))[:, row]
    values = np.full(len(row), -np.inf)
    values[:2] = fits[0, :2]
    for frame in fits[1:]:
        before = values.copy()
        before[1:] = np.maximum(values[1:], values[:-1])
        values = before + frame
    return float(max(values[-2:])) / len(scores)
