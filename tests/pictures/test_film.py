"""What is seen when: every cue, every chapter, and nothing sent twice without need."""

from __future__ import annotations

import subprocess
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from podcast.formats.subtitles.cues import Cue
from podcast.outside import ffmpeg
from podcast.pictures import matroska
from podcast.pictures.card import BARS, HEIGHT, SUBTITLES, WIDTH, Heading, views
from podcast.pictures.film import FPS, Film, Scene, bar_levels, frame_at, pictures, timed

COVER = Image.new("RGB", (1400, 1400), (18, 32, 66))
BYTES = WIDTH * HEIGHT * 3 // 2


def heading(number: int, title: str = "开场") -> Heading:
    return Heading("一期节目", "张三", title, "", number, 2, "0:00 – 0:02")


def film(*ends: int, cues: tuple[Cue, ...] = (), title: str = "开场") -> Film:
    starts = [0, *ends[:-1]]
    scenes = tuple(
        Scene(start, end, heading(number, title), (0.5,) * BARS)
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    )
    return Film(scenes, cues, COVER)


def cue(start: int, end: int, text: str = "你好") -> Cue:
    return Cue(start, end, ((start, text),))


def test_pictures_cover_the_film_and_rise_in_time() -> None:
    shown = list(pictures(film(1234, 2345, cues=(cue(300, 1700),))))
    times = [ms for ms, _ in shown]
    assert times[0] == 0 and times[-1] == 2400
    assert all(one < other for one, other in pairwise(times))
    assert {len(planes) for _, planes in shown} == {BYTES}


def test_a_subtitle_is_seen_in_its_time_and_only_then() -> None:
    shown = dict(pictures(film(3000, cues=(cue(500, 1500), cue(2000, 2900, "世界")))))

    def strip(ms: int) -> bytes:
        at = max(time for time in shown if time <= ms)
        y, *_ = views(np.frombuffer(shown[at], np.uint8), HEIGHT)
        return y[slice(*SUBTITLES)].tobytes()

    assert strip(0) == strip(400) == strip(1600) == strip(2900)
    assert strip(500) == strip(1400) != strip(0)
    assert strip(2000) == strip(2800) not in (strip(0), strip(500))


times = st.lists(st.integers(0, 60_000), max_size=20, unique=True).map(sorted)


@given(times, st.integers(1, 600))
def test_cues_on_frames_are_in_order_and_apart_or_joined(found: list[int], count: int) -> None:
    cues = [cue(start, end) for start, end in pairwise(found)][::2]
    shown = timed(cues, count)
    for start, end, _ in shown:
        assert 0 <= start < end <= count
    for (_, end, _), (start, _, _) in pairwise(shown):
        assert end <= start and (end == start or start - end >= 3)


@given(st.integers(0, 10_000_000))
def test_a_frame_is_within_half_of_one(ms: int) -> None:
    assert abs(frame_at(ms) * 1000 / FPS - ms) <= 500 / FPS


@given(st.integers(0, 500), st.integers(1, 200))
@settings(max_examples=50)
def test_bars_are_shares_of_the_loudest(length: int, count: int) -> None:
    powers = np.abs(np.sin(np.arange(length, dtype=np.float32))) * 1e6
    levels = bar_levels(powers.astype(np.float32), count)
    assert len(levels) == count
    assert all(0 <= level <= 1 for level in levels)
    assert max(levels) in (0, 1)


@pytest.mark.slow
@pytest.mark.parametrize("title", ["", "😀", "八" * 200, "A" * 300, "“三体”=;#\\", "《》"])
def test_any_title_makes_a_card(title: str) -> None:
    (_, planes), *_ = pictures(film(100, title=title))
    assert len(planes) == BYTES


def test_ffmpeg_reads_the_pictures_at_their_times(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    planes = [bytes([level]) * (64 * 48 * 3 // 2) for level in (16, 120, 200)]
    moments = [0, 700, 90_000]
    path.write_bytes(b"".join(matroska.stream(64, 48, zip(moments, planes, strict=True))))
    command = [ffmpeg.executable(), "-v", "error", "-i", str(path), "-vf", "fps=10", "-f",
               "rawvideo", "-pix_fmt", "yuv420p", "-"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stderr == b""
    frames = np.frombuffer(done.stdout, np.uint8).reshape(-1, 64 * 48 * 3 // 2)
    levels = frames[:, 0].tolist()
    assert levels[:7] == [16] * 7 and set(levels[7:900]) == {120} and len(levels) >= 900


def test_colours_come_back(tmp_path: Path) -> None:
    """Through ffmpeg's own conversion, within rounding."""
    from podcast.pictures.card import planes_of

    for colour in ((255, 255, 255), (18, 32, 66), (255, 176, 46), (61, 26, 74)):
        (tmp_path / "a.yuv").write_bytes(planes_of(Image.new("RGB", (64, 64), colour)).tobytes())
        command = [ffmpeg.executable(), "-v", "error", "-f", "rawvideo", "-pix_fmt", "yuv420p",
                   "-s", "64x64", "-i", str(tmp_path / "a.yuv"),
                   "-vf", "scale=in_color_matrix=bt709",
                   "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]  # fmt: skip
        done = subprocess.run(command, capture_output=True, check=True).stdout
        assert np.abs(np.frombuffer(done[:3], np.uint8).astype(int) - colour).max() <= 4
