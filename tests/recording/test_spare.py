"""Only what surely is a filler, or said twice, counts as said too much."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from podcast.recording.edges import Heard
from podcast.recording.network import LEAST, Scores
from podcast.recording.said import said, states_of
from podcast.recording.spare import fit_of, spare_sounds
from podcast.recording.times import Stretch
from podcast.recording.units import SILENCE, STATES


class Sound:
    """A sound in which each of some states is heard for three frames, with silence around them."""

    def __init__(self, text: str) -> None:
        states = [SILENCE, *states_of(text), SILENCE]
        self.scores = np.full((3 * len(states), len(STATES)), LEAST, np.float32)
        self.scores[np.arange(len(self.scores)), np.repeat(states, 3)] = 0
        self.loud = np.repeat([each != SILENCE for each in states], 3)

    def blocks(self, start: int, end: int) -> Iterator[Scores]:
        yield self.scores[start:end]


def spare(text: str, line: str, fit: float) -> list[Stretch]:
    """What is said too much between the third and the fourth character of a line."""
    sound = Sound(text)
    end = len(sound.scores) * 20
    characters = [
        Heard(0, at, 0 if at < 3 else end, 0 if at < 3 else end, fit, 3) for at in range(len(line))
    ]
    return list(spare_sounds(characters, [said(line)], sound, sound.loud))


@pytest.mark.parametrize("filler", ["嗯", "那个", "就是说", "呃然后"])
def test_a_filler_is_spare_however_well_the_words_beside_it_were_found(filler: str) -> None:
    (found,) = spare(filler, "他们去年投钱", -1.5)
    assert found == Stretch(60, len(Sound(filler).scores) * 20 - 60)


@pytest.mark.parametrize(
    ("text", "line", "fit", "count"),
    [
        ("年投", "他们去年投钱", -0.1, 1),  # words that are said twice
        ("年投", "他们去年投钱", -1.5, 0),  # the same, but they may be these words themselves
        ("年", "他们去年投钱", -0.3, 1),
        ("年", "他们去年投钱", -0.8, 0),
        ("年", "他们去年", -0.8, 0),  # the same before the last character of all
        ("飞机", "他们去年投钱", -0.1, 0),  # some other words
        ("那个", "他们去那个钱", -1.5, 0),  # the word that follows is one that may be a filler
    ],
)
def test_what_may_be_a_word_beside_it_is_not_spare(
    text: str, line: str, fit: float, count: int
) -> None:
    assert len(spare(text, line, fit)) == count


def test_a_sound_that_is_too_short_or_too_long_is_not_spare() -> None:
    assert not spare("啊" * 40, "他们去年投钱", -0.1)
    sound = Sound("嗯")
    sound.loud[6:] = False
    one, other = Heard(0, 0, 0, 0, -0.1, 3), Heard(0, 1, 2000, 2000, -0.1, 3)
    assert not list(spare_sounds([one, other], [said("钱他")], sound, sound.loud))


def test_sound_fits_its_own_states_best() -> None:
    sound = Sound("那个").scores
    assert fit_of(sound, states_of("那个")) == 0
    assert fit_of(sound, states_of("就是")) < fit_of(sound, states_of("那")) < 0
