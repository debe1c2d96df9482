"""Lines are found where they are said, and what is not said gets no time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import soxr
from places import ROOT
from spoken import ENGLISH, LINES, Sound, errors, found, quiet, spoken, taped

from podcast.recording.features import RATE
from podcast.recording.times import FEW_SURE, LEAST_SURE, alignment_text, read_alignment


@pytest.fixture(scope="module")
def plain() -> tuple[Sound, list[float]]:
    return taped(*LINES)


def test_lines_are_found_where_they_are_said(plain: tuple[Sound, list[float]]) -> None:
    sound, starts = plain
    alignment = found(sound)
    assert max(errors(alignment, starts)) < 0.2
    assert alignment.sure > FEW_SURE
    assert alignment.untold == ()
    assert read_alignment(alignment_text(alignment)) == alignment


def test_a_filler_that_no_line_tells_is_spare_and_a_word_is_not() -> None:
    for between, is_spare in (("那个", True), ("苹果", False)):
        sound, starts = taped("今天我们来聊一聊", between, "人工智能的发展", pause=0.2)
        made = found(sound, ("今天我们来聊一聊人工智能的发展",))
        assert read_alignment(alignment_text(made)) == made
        middle = 1000 * (starts[1] + starts[2] - 0.2) / 2
        assert any(each.start_ms < middle < each.end_ms for each in made.spare) is is_spare


def test_characters_rise_and_lie_in_their_lines(
    plain: tuple[Sound, list[float]],
) -> None:
    alignment = found(plain[0])
    starts = [each.start_ms for each in alignment.characters]
    assert starts == sorted(starts)
    for each in alignment.characters:
        line = alignment.lines[each.line]
        assert line.start_ms is not None and line.end_ms is not None
        assert line.start_ms <= each.start_ms <= each.end_ms <= line.end_ms


@pytest.mark.parametrize(
    ("lines", "voices"),
    [
        (
            ("数据的质量比数量更重要。", "手机上的应用越来越多。", "北京和上海的情况不太一样。"),
            ("cmn", "cmn+f3"),
        ),
        (
            ("当然也有人担心自己的工作。", "农村的孩子现在也能上网。", "这一点很多人都忽略了。"),
            ("cmn+f3", "cmn"),
        ),
    ],
)
def test_no_line_begins_with_a_character_that_was_heard_in_a_moment(
    lines: tuple[str, ...], voices: tuple[str, str]
) -> None:
    said = [spoken(line, voices[at % 2]) for at, line in enumerate(lines)]
    sound, starts = taped(*said, pause=0.5)
    assert max(errors(found(sound, lines), starts)) < 0.1


def fast(lines: tuple[str, ...], times: float) -> list[Sound]:
    """Lines that are spoken so many times as fast, and higher."""
    return [np.asarray(soxr.resample(spoken(line), times, 1.0), np.float32) for line in lines]


def seed_lines(shortest: int, count: int) -> tuple[str, ...]:
    """Short lines of the seed that have at least so many characters."""
    seed = (ROOT / "seeds/2025-02-indigo.txt").read_text("utf-8").splitlines()
    return tuple(line.strip() for line in seed if shortest <= len(line.strip()) < 20)[:count]


def test_characters_of_fast_speech_are_not_found_in_another_place() -> None:
    lines = seed_lines(shortest=7, count=14)
    sound, _ = taped(*fast(lines, 1.5), pause=0.05)
    alignment = found(sound, lines)
    for each in alignment.found:
        start = alignment.lines[each.line].start_ms
        assert start is None or abs(each.start_ms - start) < 5000


def test_no_line_of_fast_speech_begins_before_the_one_before_it() -> None:
    lines = seed_lines(shortest=3, count=24)
    sound, _ = taped(*fast(lines, 1.7), pause=0)
    starts = [line.start_ms for line in found(sound, lines).lines if line.start_ms is not None]
    assert starts and starts == sorted(starts)


def test_noise_hinders_little(plain: tuple[Sound, list[float]]) -> None:
    sound, starts = plain
    noise = np.random.default_rng(1).standard_normal(len(sound)).astype(np.float32) * 250
    late = errors(found(sound + noise), starts)
    assert sorted(late)[-2] < 0.3


def test_music_before_and_after_is_told_as_sound_without_text() -> None:
    beats = np.arange(8 * RATE) / RATE
    music = sum(np.sin(2 * np.pi * pitch * beats) * 900 for pitch in (220, 277, 330, 440))
    assert not isinstance(music, int)
    sound, starts = taped(music.astype(np.float32), *LINES)
    alignment = found(sound)
    assert sorted(errors(alignment, starts[1:]))[-2] < 0.3
    assert [each.start_ms for each in alignment.untold] == [0]
    assert alignment.untold[0].end_ms > 7500


def test_a_line_that_nobody_says_has_no_time() -> None:
    said = LINES[:3] + LINES[5:]
    sound, starts = taped(*said)
    alignment = found(sound)
    assert [line.start_ms is None for line in alignment.lines] == [
        line not in said for line in LINES
    ]
    there = [line.start_ms / 1000 for line in alignment.lines if line.start_ms is not None]
    assert np.allclose(there, starts, atol=0.3)


def test_lines_that_nobody_says_are_not_found_in_pieces_in_other_speech() -> None:
    other = (
        "其实你们一宣布组党",
        "其实我们跟国际海盗党的组织",
        "或者是海盗党等等",
        "已经忘记具体第一则是什么",
        "接下来就要请教唐凤各式各样的问题",
        "我们现在已经到了唐凤政委这边的办公室",
        "欢乐无法党",
        "其实我们用到很多",
    )
    unsaid = (
        "毕先生您好请问一下您正在使用的是什么机型",
        "这个疾病确实是比较严重了",
        "这里可以向您介绍一下适合各个年龄层的消费者",
    )
    speech = [spoken(text, "cmn+f3") for text in other]
    sound, _ = taped(*LINES[:4], *speech, *LINES[4:], pause=0.2)
    lines = found(sound, (*LINES[:4], *unsaid, *LINES[4:])).lines
    assert sum(line.start_ms is not None for line in lines[4:7]) <= 1
    assert sum(line.start_ms is not None for line in lines) >= 7


def test_speech_that_no_line_tells_is_passed_over() -> None:
    foreign = np.concatenate([spoken(each, "en-us") for each in ENGLISH])
    sound, starts = taped(*LINES[:4], foreign, *LINES[4:])
    alignment = found(sound)
    assert max(errors(alignment, starts[:4] + starts[5:])) < 0.5
    assert any(each.end_ms - each.start_ms > 3000 for each in alignment.untold)


OTHERS: dict[str, Callable[[], Sound]] = {
    "english": lambda: taped(*(spoken(each, "en-us") for each in ENGLISH * 3))[0],
    "another talk": lambda: taped("北京和上海的情况不太一样", "农村的孩子现在也能上网了吗")[0],
    "noise": lambda: quiet(12) * 400,
}


@pytest.mark.parametrize("other", OTHERS)
def test_another_recording_is_known_as_such(other: str) -> None:
    assert found(OTHERS[other]()).sure < LEAST_SURE


def test_silence_is_no_speech() -> None:
    alignment = found(np.zeros(12 * RATE, np.float32))
    assert alignment.sure == 0


def test_a_short_line_in_speech_of_no_line_is_not_sure_and_in_silence_it_may_be() -> None:
    foreign = [spoken(each, "cmn+f3") for each in seed_lines(9, 12)]
    sound, _ = taped(*LINES[:4], *foreign[:6], "大家", *foreign[6:], *LINES[6:])
    made = found(sound, (*LINES[:4], "大家", *LINES[6:])).lines
    assert [line.is_alone for line in made[:5]] == [False] * 4 + [True]
    assert not replace(made[4], fit=0.0, share=1.0).is_sure
    sparse, _ = taped(*LINES[1:3], pause=12.0)
    assert not any(line.is_alone for line in found(sparse, LINES[1:3]).lines)
