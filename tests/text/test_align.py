"""Alignment is right, rises, finds what was dropped, and takes time as texts are long."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from patience import calls_of, no_explosion

from podcast.text.align import align, gaps

texts = st.text("对的是我们 a", max_size=300)


@given(texts, texts)
def test_runs_are_equal_rise_and_leave_the_gaps(left: str, right: str) -> None:
    runs = align(left, right)
    at, other = 0, 0
    for run in runs:
        assert run.length > 0 and run.left >= at and run.right >= other
        at, other = run.left + run.length, run.right + run.length
        assert left[run.left : at] == right[run.right : other]
    covered = sum(run.length for run in runs)
    between = list(gaps(runs, len(left), len(right)))
    assert covered + sum(gap.left_end - gap.left for gap in between) == len(left)
    assert covered + sum(gap.right_end - gap.right for gap in between) == len(right)


@given(texts)
def test_a_text_is_all_itself(text: str) -> None:
    assert [run.length for run in align(text, text)] == ([len(text)] if text else [])


def speech(length: int, seed: int = 1) -> str:
    """Text of Mandarin's skewed frequencies: few characters, said again and again."""
    chance = random.Random(seed)
    common = [chr(0x4E00 + int(abs(chance.gauss(0, 150)))) for _ in range(length)]
    return "".join(common)


def test_what_is_dropped_is_found() -> None:
    text = speech(30_000)
    kept = text[:5000] + text[9000:20_000] + "另外加的话" + text[20_000:]
    assert [(gap.left_end - gap.left, gap.right_end - gap.right) for gap in gaps(
        align(text, kept), len(text), len(kept))] == [(4000, 0), (0, 5)]  # fmt: skip


def test_a_text_said_over_and_over_is_walked_through() -> None:
    text = speech(2000)
    edited = text[:400] + text[403:1000] + "加" + text[1000:]
    runs = align(text * 20, edited * 20)
    assert sum(run.length for run in runs) == 20 * 1997


def test_few_characters_of_any_order() -> None:
    chance = random.Random(5)
    for size in (300, 1000, 5000):
        left = "".join(chance.choices("对是", k=size))
        right = "".join(chance.choices("对是我", k=size))
        for run in align(left, right):
            assert left[run.left :][: run.length] == right[run.right :][: run.length]


@pytest.mark.slow
def test_work_grows_as_the_text() -> None:
    def work(text: str) -> int:
        chance = random.Random(3)
        edited = "".join(one for one in text if chance.random() > 0.1)
        return calls_of(lambda: align(text, edited))

    assert work(speech(100_000)) < 12 * work(speech(10_000))


def test_texts_with_nothing_to_pin_are_not_compared_pair_by_pair() -> None:
    for left, right in (("对" * 300_000, "是" * 300_000), ("对是" * 150_000, "是对对" * 100_000)):
        with no_explosion():
            align(left, right)
