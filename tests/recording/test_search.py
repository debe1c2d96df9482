"""The search finds the best path there is, and a stream of it is the same as the whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from places import ROOT

from podcast.files.keys import digest
from podcast.recording import network, search
from podcast.recording.chain import Chain, chain, syllables
from podcast.recording.edges import heard_characters
from podcast.recording.features import BANDS, HOP, above_floor, log_mel, normalised
from podcast.recording.network import scores, shipped
from podcast.recording.said import said
from podcast.recording.units import SILENCE, STATES

LINES = ("他说得对", "走吧", "很好")


def noise(frames: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=(frames, len(STATES))).astype(np.float32) * 9


def cost_of(path: NDArray[np.int64], row: Chain, given: NDArray[np.float32]) -> float:
    """What a path scores; minus infinity where it takes a step that there is not."""
    quiet = np.maximum(given[:, SILENCE], search.other_sound(given, 1.0))
    total, firsts = 0.0, row.firsts
    for frame, state in enumerate(path):
        total += float(quiet[frame] if row.pauses[state] else given[frame, row.units[state]])
        before = path[frame - 1] if frame else 0
        total -= step_cost(row, firsts, int(before), int(state))
    return total


def step_cost(row: Chain, firsts: NDArray[np.bool_], before: int, state: int) -> float:
    if state == before:
        return 0.0
    best = np.inf
    if state == before + 1:
        best = float(row.opening[state])
    if state == before + 2 and firsts[state]:
        best = 0.0
    if state > before and row.pauses[state] and row.pauses[before]:
        left_out = int(firsts[before + 1 : state + 1].sum())
        best = min(best, search.SKIP + search.SKIP_CHARACTER * left_out)
    return best


def best_of_all(row: Chain, given: NDArray[np.float32]) -> float:
    """The score of the best path to the last state, by trying every step."""
    firsts, size = row.firsts, len(row)
    quiet = np.maximum(given[:, SILENCE], search.other_sound(given, 1.0))
    steps = np.array([[step_cost(row, firsts, a, b) for b in range(size)] for a in range(size)])
    values = np.full(size, -np.inf)
    values[0] = 0
    for frame in range(len(given)):
        said_here = np.where(row.pauses, quiet[frame], given[frame, row.units])
        values = (values[:, None] - steps).max(0) + said_here
    return float(values[-1])


@pytest.mark.parametrize("seed", range(4))
def test_the_best_path_is_found(seed: int) -> None:
    row, given = chain(syllables(LINES)), noise(60, seed)
    looked = search.Search(row, 1e6)
    looked.listen(given, search.other_sound(given, 1.0))
    assert cost_of(looked.path(), row, given) == pytest.approx(best_of_all(row, given), rel=1e-4)


def test_no_character_is_heard_in_less_than_it_lasts() -> None:
    row = chain(syllables(LINES), frames=6)
    looked, given = search.Search(row, 1e6), noise(120)
    given[:, SILENCE] = -50
    looked.listen(given, np.full(len(given), -50, np.float32))
    told = heard_characters(looked.path(), row, np.zeros(120, np.float32))
    assert len(told) == len("".join(LINES))
    assert min(each.end - each.start for each in told) >= 100
    assert [each.states for each in told] == [
        len(each.states) for line in syllables(LINES) for each in line
    ]


@pytest.mark.parametrize("size", [1, 7, 400])
def test_a_stream_is_searched_like_the_whole(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    row, given = chain(syllables(LINES * 5)), noise(400)
    whole = search.Search(row, 200.0)
    whole.listen(given, search.other_sound(given, 1.0))
    monkeypatch.setattr(search, "_SETTLE", 20)
    stream = search.Search(row, 200.0)
    for at in range(0, len(given), size):
        part = given[at : at + size]
        stream.listen(part, search.other_sound(part, 1.0))
    assert len(stream.columns) < 400
    assert (stream.path() == whole.path()).all()


def test_what_is_open_too_long_is_settled_by_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_SETTLE", 10)
    monkeypatch.setattr(search, "_REMEMBERED", 40)
    row = chain(syllables(LINES * 5))
    given = np.zeros((300, len(STATES)), np.float32)  # nothing decides
    looked = search.Search(row, 200.0)
    looked.listen(given, search.other_sound(given, 1.0))
    assert len(looked.columns) <= 60
    assert len(looked.path()) == 300


# Sound to scores -----------------------------------------------------------------------------


def chunked(sound: bytes, size: int) -> Iterator[bytes]:
    yield from (sound[at : at + size] for at in range(0, len(sound), size))


@pytest.mark.parametrize("size", [999, 64_000])
@pytest.mark.parametrize("hop", [HOP, 560])
def test_frames_do_not_depend_on_chunks(size: int, hop: int) -> None:
    sound = np.random.default_rng(0).normal(size=40_003) * 900
    whole = sound.astype("<i2").tobytes()
    one = np.concatenate(list(log_mel([whole], hop)))
    other = np.concatenate(list(log_mel(chunked(whole, size), hop)))
    assert len(one) == 40_003 // hop
    assert np.allclose(one, other, atol=1e-4)


@pytest.mark.parametrize("size", [1, 40, 400])
def test_what_sounds_all_the_time_is_taken_out_in_a_stream_as_in_the_whole(size: int) -> None:
    given = np.random.default_rng(0).normal(0, 0.3, (400, BANDS)).astype(np.float32)
    given[:, 7] += 4  # a tone that is held
    given[100:140] += 6  # and a word over it
    whole = np.concatenate(list(above_floor([given])))
    blocks = [given[at : at + size] for at in range(0, 400, size)]
    stream = list(above_floor(blocks))
    assert np.allclose(np.concatenate(stream), whole, atol=1e-3)
    assert np.allclose(whole[100:140], given[100:140], atol=0.2)
    assert (whole[:90, 7] < given[:90, 7] - 1).mean() > 0.8


@pytest.mark.parametrize("frames", [5, 90, 333])
def test_a_frame_is_measured_by_those_around_it(frames: int) -> None:
    given = np.random.default_rng(0).normal(3, 2, (frames, BANDS)).astype(np.float32)
    blocks = np.array_split(given, 4)
    made = np.concatenate(list(normalised(blocks, window=60)))
    width = min(60, frames)
    for at in range(frames):
        first = int(np.clip(at - 30, 0, frames - width))
        around = given[first : first + width]
        spread = np.sqrt(around.var(0).clip(1e-4))
        assert np.allclose(made[at], (given[at] - around.mean(0)) / spread, atol=1e-3)


def test_there_is_a_score_for_each_frame() -> None:
    given = np.random.default_rng(0).normal(size=(50, BANDS)).astype(np.float32)
    made = list(scores([given[:3], given[3:9], given[9:]], shipped()))
    assert sum(map(len, made)) == 50
    assert made[0].shape[1] == len(STATES)


# What is heard of a line ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "place", "initial"),
    [("银行", 1, "h"), ("行走", 0, "x"), ("重庆", 0, "ch"), ("重要", 0, "zh")],
)
def test_polyphones_are_read_as_the_voices_read_them(word: str, place: int, initial: str) -> None:
    assert STATES[said(word)[place].states[0]] == initial


def test_hanzi_that_are_read_by_their_pinyin_are_heard_each_at_its_own_place() -> None:
    assert [each.offset for each in said("看得到很重要")] == [0, 1, 2, 3, 4, 5]


def test_figures_and_letters_are_heard_at_their_places() -> None:
    assert {each.offset for each in said("涨了14%")} == {0, 1, 2, 3, 4}
    offsets = [each.offset for each in said("用GPT写")]
    assert offsets == sorted(offsets) and offsets[0] == 0 and offsets[-1] == 4


def test_the_card_of_the_network_is_that_of_the_one_shipped() -> None:
    weights = Path(str(network.__file__)).with_name("acoustic.npz")
    card = (ROOT / "training/acoustic/MODEL_CARD.md").read_text("utf-8")
    assert digest(weights) in card
    assert weights.stat().st_size < 400_000
