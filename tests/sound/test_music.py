"""A bed of music: as loud as asked, under speech and never in its way."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from meter import integrated_loudness, weighted
from numpy.typing import NDArray
from places import ROOT
from sound_files import melody, write

from podcast.errors import PodcastError
from podcast.model import NO_VOICE, Recipe, Span, Track
from podcast.outside import ffmpeg
from podcast.production.build import build
from podcast.production.order import Order
from podcast.published.check import check
from podcast.sound.assemble import LEAD, assemble
from podcast.sound.mp3 import FRAME, TAIL
from podcast.sound.music import ATTACK, HOLD, RELEASE, Mix, bed, ducked, looped
from podcast.sound.sounds import BELLS, INTRO, OUTRO

RATE = 44_100


def noise(seconds: float, level: float, seed: int = 1) -> NDArray[np.int16]:
    made: NDArray[np.int16] = np.clip(
        np.random.default_rng(seed).normal(0, level, round(seconds * RATE)), -32768, 32767
    ).astype("<i2")
    return made


def track(words: tuple[Span, ...], seconds: float) -> Track:
    return Track("章", round(seconds * RATE), (), words)


# The loop -------------------------------------------------------------------------------------


@pytest.mark.slow
@given(st.integers(3, 400), st.integers(-50, 2000), st.integers(0, 900), st.data())
def test_a_loop_is_the_same_read_whole_or_in_pieces(
    length: int, start: int, count: int, data: st.DataObject
) -> None:
    music = np.random.default_rng(length).integers(-9000, 9000, length).astype("<i2")
    cross = data.draw(st.integers(1, max(1, length // 3)))
    cut = data.draw(st.integers(0, count))
    whole = looped(music, start, count, cross)
    parts = [looped(music, start, cut, cross), looped(music, start + cut, count - cut, cross)]
    assert np.array_equal(whole, np.concatenate(parts))
    assert len(whole) == count
    if start < 0:
        assert not whole[: min(count, -start)].any()


def test_a_loop_keeps_its_power_where_it_begins_again() -> None:
    music = noise(4, 3000)
    cross = RATE
    heard = looped(music, 0, 10 * RATE, cross)
    parts = heard[: 10 * RATE // 4410 * 4410].reshape(-1, 4410)
    levels = 20 * np.log10(np.sqrt((parts**2).mean(axis=1)))
    assert levels.max() - levels.min() < 1.0


# Giving way -----------------------------------------------------------------------------------


@st.composite
def speech(draw: st.DrawFn) -> tuple[Span, ...]:
    words, at = [], 0
    for gap, length in draw(
        st.lists(st.tuples(st.integers(0, 5 * RATE), st.integers(1, RATE)), max_size=12)
    ):
        words.append(Span(at + gap, at + gap + length, "字"))
        at += gap + length
    return tuple(words)


@pytest.mark.slow
@given(speech(), st.floats(0, 30))
def test_under_every_word_the_music_is_down_and_it_moves_slowly(
    words: tuple[Span, ...], duck: float
) -> None:
    corners = ducked(words, RATE, duck)
    at, levels = np.array(corners).T
    assert (np.diff(at) > 0).all()
    for word in words:
        inside = np.interp(np.linspace(word.start, word.end, 9), at, levels)
        assert inside == pytest.approx(-duck)
    for (start, before), (end, after) in pairwise(corners):
        least = ATTACK if after < before else RELEASE
        assert before == after or end - start >= least * RATE - 1


def test_a_pause_between_paragraphs_does_not_pump() -> None:
    near = (Span(0, RATE, "一"), Span(RATE + round(0.8 * RATE), 3 * RATE, "二"))
    assert [level for _, level in ducked(near, RATE, 8)] == [0, -8, -8, 0]
    far = (Span(0, RATE, "一"), Span(5 * RATE, 6 * RATE, "二"))
    assert [level for _, level in ducked(far, RATE, 8)] == [0, -8, -8, 0, 0, -8, -8, 0]
    assert ducked(far, RATE, 8)[2][0] == pytest.approx((1 + HOLD) * RATE)
    assert ducked((), RATE, 8) == ((0.0, 0.0),)


@pytest.mark.slow
@given(speech(), st.floats(0.5, 12), st.booleans(), st.booleans())
def test_a_bed_leaves_a_chapter_silent_where_it_is_joined(
    words: tuple[Span, ...], seconds: float, opened: bool, closed: bool
) -> None:
    length = -(-round(max(seconds * RATE, *[word.end for word in words], 1)) // FRAME) * FRAME
    length += 10 * FRAME
    first, last = length // 4, length - length // 4
    turns = [Span(first if opened else 0, last if closed else length, "host")]
    turns = [Span(0, first, INTRO)] * opened + turns + [Span(last, length, OUTRO)] * closed
    music = noise(3, 8000)
    made = bed(music, Track("章", length, (), words), turns, RATE, gain=0.0, duck=8.0)
    heard = made.samples(0, length)
    assert len(heard) == length
    assert not heard[:LEAD].any() and not heard[length - TAIL :].any()
    assert heard[LEAD : length - TAIL].any()
    if opened:
        assert not heard[:first].any()
    if closed:
        assert not heard[last:].any()


def test_music_is_twenty_decibels_under_speech() -> None:
    """WCAG 2.2, 1.4.7: background sounds at least 20 dB lower than the speech."""
    recipe = Recipe()
    words = (Span(3 * RATE, 27 * RATE, "话"),)
    music = noise(8, 2000)
    level = integrated_loudness(music / 32768)
    turns = [Span(0, 30 * RATE, "host")]
    gain = recipe.music_loudness - level
    made = bed(music, track(words, 30), turns, RATE, gain=gain, duck=recipe.music_duck)
    under = made.samples(4 * RATE, 20 * RATE) / 32768
    assert recipe.loudness - integrated_loudness(under) == pytest.approx(20, abs=0.3)
    alone = made.samples(LEAD + round(1.3 * RATE), round(1.2 * RATE)) / 32768
    assert integrated_loudness(alone) == pytest.approx(recipe.music_loudness, abs=0.5)


@pytest.mark.slow
def test_a_mix_is_its_voices_and_its_music_in_any_pieces() -> None:
    voices = noise(2, 4000, 5)
    turns = [Span(0, RATE, "host"), Span(RATE, 2 * RATE, "guest")]
    made = bed(noise(2, 500), track((), 2), turns, RATE, gain=-6.0, duck=0.0)
    gains = {"host": 6.0, "guest": -6.0}
    mix = Mix(voices, turns, gains, made)
    factors = np.repeat([10 ** (6 / 20), 10 ** (-6 / 20)], RATE)
    assert mix[:] == pytest.approx(voices * factors + made.samples(0, 2 * RATE), abs=0.05)
    assert len(mix) == len(voices)
    parts = [mix[at : at + 30_001] for at in range(0, len(mix), 30_001)]
    assert np.array_equal(np.concatenate(parts), mix[:])


# An episode with all of it --------------------------------------------------------------------

SCRIPT = """# 三件小事

## 开场

大家好，欢迎收听本期节目。今天我们来聊一聊人工智能的发展。现在 GPT-4.5 的价格是很高的。

> [guest] 我觉得还可以，因为它的推理能力确实非常强，而且以后会越来越便宜。

## 机器人

机器人什么时候能够进入家庭？我觉得还需要三五年的时间。家里的环境，和工厂完全不一样。
"""


class Desk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seed = folder / "small.md"
        self.seed.write_text(SCRIPT, "utf-8")
        self.files = {
            "intro": write(folder / "intro.mp3", melody(4, 1)),
            "outro": write(folder / "outro.wav", melody(3, 2) // 8),
            "music": write(folder / "music.flac", melody(7, 3)),
        }
        self.recipe = Recipe(
            engine="espeak",
            chapter_sound=True,
            intro=self.files["intro"],
            outro=self.files["outro"],
            music=self.files["music"],
        )

    def build(self, recipe: Recipe, name: str = "out") -> bool:
        order = Order(self.seed, self.folder / name, recipe, ROOT / "voices")
        return build(order, lambda *_: None, lambda _: None).fresh

    def episode(self, name: str = "out") -> Path:
        return self.folder / name / "small"

    def report(self, name: str = "out") -> dict[str, object]:
        return dict(json.loads((self.episode(name) / "report.json").read_text("utf-8")))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    made = Desk(tmp_path_factory.mktemp("music"))
    made.build(made.recipe)
    made.build(Recipe(engine="espeak"), "plain")
    return made


def decoded(path: Path) -> NDArray[np.float64]:
    return np.frombuffer(b"".join(ffmpeg.decode(path, RATE)), "<i2") / 32768


def measured(path: Path) -> tuple[float, float]:
    told = ffmpeg.measure(path).rpartition("Summary:")[2].split()
    return float(told[told.index("I:") + 1]), float(told[told.index("Peak:") + 1])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["out", "plain"])
def test_both_meters_read_the_level_asked_for(desk: Desk, name: str) -> None:
    path = desk.episode(name) / "episode.mp3"
    loudness, peak = measured(path)
    assert loudness == pytest.approx(-16, abs=0.5)
    assert peak <= -1.0
    assert integrated_loudness(decoded(path)) == pytest.approx(-16, abs=0.5)
    assert desk.report(name)["loudness_lufs"] == pytest.approx(loudness, abs=0.3)


@pytest.mark.slow
def test_an_episode_with_sounds_has_no_faults(desk: Desk) -> None:
    assert [finding for finding in check(desk.episode()) if not finding.good] == []


@pytest.mark.slow
def test_chapters_join_to_the_sample(desk: Desk) -> None:
    whole = decoded(desk.episode() / "episode.mp3")
    parts = [decoded(path) for path in sorted((desk.episode() / "chapters").glob("*.mp3"))]
    assert len(whole) == sum(map(len, parts)) == desk.report()["samples"]
    assert np.abs(whole[: len(parts[0]) - FRAME] - parts[0][:-FRAME]).max() < 2 / 32768
    at = len(parts[0])
    assert np.abs(whole[at - FRAME // 2 : at + FRAME // 2]).max() < 0.001


def lines(desk: Desk, name: str) -> list[tuple[float, float]]:
    import srt

    text = (desk.episode(name) / "episode.srt").read_text("utf-8")
    return [(c.start.total_seconds(), c.end.total_seconds()) for c in srt.parse(text)]


@pytest.mark.slow
def test_the_first_word_comes_after_the_intro_and_lines_lie_on_their_sound(desk: Desk) -> None:
    first = lines(desk, "out")[0][0]
    assert 4 + 1.5 < first < 4 + 1.5 + 0.2
    sound = decoded(desk.episode() / "episode.mp3")
    start = round(first * RATE)
    before = np.sqrt((sound[start - 4000 : start - 400] ** 2).mean())
    after = np.sqrt((sound[start + 400 : start + 8000] ** 2).mean())
    assert after > 5 * before


@pytest.mark.slow
def test_in_the_mp3_speech_is_about_twenty_decibels_over_the_music(desk: Desk) -> None:
    """What is heard in the pauses between sentences is the music alone."""
    sound = weighted(decoded(desk.episode() / "episode.mp3"))
    page = (desk.episode() / "index.html").read_text("utf-8")
    block = re.search(r'type="application/json">(.*?)</script>', page, re.DOTALL)
    timing = json.loads(block[1] if block else "")
    told = [
        (start, start + words[0])
        for start, words in zip(timing["starts"], timing["words"], strict=True)
    ]
    speech = [sound[start * RATE // 1000 : end * RATE // 1000] for start, end in told]
    pauses = [
        sound[(end + 40) * RATE // 1000 : (start - 40) * RATE // 1000]
        for (_, end), (start, _) in pairwise(told)
        if 200 < start - end < 1000
    ]
    assert len(pauses) >= 4
    power = [float((np.concatenate(some) ** 2).mean()) for some in (speech, pauses)]
    assert 10 * math.log10(power[0] / power[1]) == pytest.approx(20, abs=4)


@pytest.mark.slow
def test_intro_and_outro_are_as_loud_as_speech_and_bells_softer(desk: Desk) -> None:
    parts = [decoded(path) for path in sorted((desk.episode() / "chapters").glob("*.mp3"))]
    intro = parts[0][LEAD : LEAD + 4 * RATE]
    assert integrated_loudness(intro) == pytest.approx(-16, abs=1.0)
    outro = parts[1][len(parts[1]) - round((1.6 + 3) * RATE) : len(parts[1]) - round(1.6 * RATE)]
    assert integrated_loudness(outro) == pytest.approx(-16, abs=1.0)
    bells = parts[1][LEAD : LEAD + round(1.9 * RATE)]
    assert -27 < integrated_loudness(bells) < -21
    gains = desk.report()["gains_db"]
    assert isinstance(gains, dict) and {INTRO, OUTRO, BELLS} <= set(gains)


def test_sounds_are_no_role_on_the_page(desk: Desk) -> None:
    page = (desk.episode() / "index.html").read_text("utf-8")
    assert NO_VOICE not in page
    assert '<b class="role">主持人</b>' in page


@pytest.mark.slow
def test_the_same_files_make_nothing_and_other_bytes_make_it_again(desk: Desk) -> None:
    assert not desk.build(desk.recipe)
    before = (desk.episode() / "episode.mp3").read_bytes()
    write(desk.files["music"], melody(7, 9), "-y")
    assert desk.build(desk.recipe)
    assert (desk.episode() / "episode.mp3").read_bytes() != before
    write(desk.files["music"], melody(7, 3), "-y")
    assert desk.build(desk.recipe)
    assert (desk.episode() / "episode.mp3").read_bytes() == before


@pytest.mark.slow
def test_other_music_speaks_nothing_and_another_intro_one_chapter(desk: Desk) -> None:
    cache = desk.folder / "out" / ".cache"
    takes = set(cache.glob("*.json"))
    desk.build(replace(desk.recipe, music_loudness=-30.0))
    assert set(cache.glob("*.json")) == takes
    desk.build(replace(desk.recipe, intro=desk.files["outro"]))
    assert len(set(cache.glob("*.json")) - takes) == 1


def test_a_lost_file_is_one_sentence(desk: Desk) -> None:
    with pytest.raises(PodcastError, match="cannot read"):
        desk.build(replace(desk.recipe, intro=desk.folder / "none.wav"))


def test_an_opening_sound_is_a_turn_of_its_own(tmp_path: Path) -> None:
    import io

    from podcast.model import Audio, Clip
    from podcast.sound.sounds import sounds

    heard = sounds(Recipe(chapter_sound=True), RATE, tmp_path)
    clip = Clip(Audio(b"\1\1" * 1000, RATE), (Span(0, 1000, "好。"),))
    take = assemble("章", [(clip,)], RATE, Recipe(), io.BytesIO(), opening=heard.opening(2))
    assert [turn.text for turn in take.turns] == [BELLS, "host"]
    assert take.turns[0].end == take.turns[1].start
    assert take.track.words[0].start - take.turns[0].end == RATE // 2
