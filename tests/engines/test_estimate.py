"""Word times found by ear: exact after a pause, near between two."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.engines.checked import units
from podcast.engines.estimate import estimate_marks, matched
from podcast.model import Audio

RATE = 24_000
TEXT = "大家早上好，今天我们谈谈 Claude Code 的价格！它涨了很多，对，真的很多。谢谢大家的收听。"


def spoken(
    text: str, seed: int = 1, noise: float = 5.0, pauses: float = 1.0
) -> tuple[Audio, dict[int, int]]:
    """Sound of a text at an uneven pace, and where each of its words truly begins."""
    chance = random.Random(seed)
    rng = np.random.default_rng(seed)
    places = set(units(text))
    pieces, starts, at = [np.zeros(RATE // 10)], {}, RATE // 10
    for place, sign in enumerate(text):
        if place in places:
            starts[place] = at
        if sign.isalnum():
            length = int(RATE * chance.uniform(0.14, 0.26) * (0.4 if sign.isascii() else 1))
            level = 6_000 * chance.uniform(0.5, 1)
            piece = level * np.sin(np.arange(length) / 8)
        elif sign in "，。！" and chance.random() < pauses:
            piece = np.zeros(int(RATE * chance.uniform(0.15, 0.45)))
        else:
            piece = np.zeros(0)
        pieces.append(piece)
        at += len(piece)
    sound = np.concatenate(pieces)
    sound += rng.normal(0, noise, len(sound))
    return Audio(sound.astype("<i2").tobytes(), RATE), starts


@pytest.mark.parametrize("seed", range(8))
def test_a_word_after_a_pause_is_marked_where_it_is_heard(seed: int) -> None:
    audio, starts = spoken(TEXT, seed)
    found = {mark.offset: mark.start for mark in estimate_marks(TEXT, audio)}
    assert list(found) == list(starts)
    opens = [0, *(place for place in starts if TEXT[place - 1] in "，。！")]
    assert max(abs(found[place] - starts[place]) for place in opens) < 0.03 * RATE
    assert max(abs(found[place] - starts[place]) for place in starts) < 0.35 * RATE


def test_a_mark_without_a_pause_does_no_harm() -> None:
    audio, starts = spoken(TEXT, 3, pauses=0.5)
    found = {mark.offset: mark.start for mark in estimate_marks(TEXT, audio)}
    assert max(abs(found[place] - starts[place]) for place in starts) < 0.6 * RATE


@given(st.text("好，。A1 🎉", max_size=30), st.binary(max_size=4000))
def test_marks_rise_and_lie_in_the_sound_whatever_it_is(text: str, noise: bytes) -> None:
    audio = Audio(noise[: len(noise) // 2 * 2], RATE)
    marks = estimate_marks(text, audio)
    assert all(0 <= mark.start < len(audio) and 0 <= mark.offset < len(text) for mark in marks)
    pairs = list(itertools.pairwise(marks))
    assert all(a.offset < b.offset and a.start < b.start for a, b in pairs)


@given(
    st.lists(st.floats(0, 100), max_size=5).map(sorted),
    st.lists(st.floats(0, 100), max_size=6).map(sorted),
)
def test_pairs_rise_and_cost_least(expected: list[float], heard: list[float]) -> None:
    most = 10.0

    def least(at: int, to: int) -> float:
        """By trying everything."""
        if at == len(expected):
            return 0.0
        apart = (abs(expected[at] - heard[n]) + least(at + 1, n + 1) for n in range(to, len(heard)))
        return min([most + least(at + 1, to), *apart])

    pairs = matched(expected, heard, most)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(pairs))
    cost = sum(abs(expected[at] - heard[to]) for at, to in pairs)
    assert cost + most * (len(expected) - len(pairs)) == pytest.approx(least(0, 0))
