"""The M4B, read back by ffprobe and mutagen: sound, chapters, tags."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mutagen.mp4 import MP4
from PIL import Image
from places import ROOT

from podcast.formats.tags import M4B_LABEL
from podcast.model import NOTICE, Episode, Recipe, Track
from podcast.outside import ffmpeg
from podcast.pictures.cover import cover_jpeg, smaller_jpeg
from podcast.production.build import build
from podcast.production.order import Order
from podcast.sound import aac, mp3
from podcast.sound.m4b import write_m4b

pytestmark = [pytest.mark.slow]

RATE = 44_100
TITLES = ("开场", "“三体”=;#\\ 与 Claude Code 😀", "八" * 85, "九" * 86, "尾声")
SCRIPT = """---
author: 张三
date: 2025-03-01
---
# 三件“小”事=;#\\ 😀

## 开场

大家好，欢迎收听本期节目。今天我们来聊一聊人工智能。

## 第二章=;#\\ 😀

机器人什么时候能够进入家庭？我们下期再见。
"""
needs_ffprobe = pytest.mark.skipif(not shutil.which("ffprobe"), reason="ffprobe is not installed")


def probed(path: Path) -> dict[str, Any]:
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_chapters", "-show_streams"]
    done = subprocess.run([*command, "-show_format", str(path)], capture_output=True, check=True)
    assert done.stderr == b""
    return dict(json.loads(done.stdout))


def silent(titles: tuple[str, ...], folder: Path) -> Path:
    """An M4B of chapters of three MP3 frames of silence each."""
    length = 3 * mp3.FRAME
    episode = Episode("全集", RATE, tuple(Track(t, length, (), ()) for t in titles), "张三")
    parts = []
    streams: dict[int, Path] = {}
    for start in accumulate([length] * (len(titles) - 1), initial=0):
        lead = aac.lead_in(start)
        if lead not in streams:
            streams[lead] = folder / f"{lead}.aac"
            chunks = aac.led_in([bytes(2 * length)], start)
            ffmpeg.encode_aac(chunks, RATE, 64, streams[lead])
        parts.append((streams[lead], length))
    path = folder / "episode.m4b"
    write_m4b(path, episode, smaller_jpeg(cover_jpeg("全集", side=1400)), parts, folder)
    return path


@needs_ffprobe
def test_any_title_can_be_read_back(tmp_path: Path) -> None:
    path = silent(TITLES, tmp_path)
    shown = [*TITLES[:3], "九" * 84 + "…", TITLES[4]]
    assert [chapter["tags"]["title"] for chapter in probed(path)["chapters"]] == shown
    file: Any = MP4(path)
    assert [chapter.title for chapter in file.chapters] == shown


@needs_ffprobe
def test_any_number_of_chapters(tmp_path: Path) -> None:
    titles = tuple(f"第{number}章" for number in range(300))
    path = silent(titles, tmp_path)
    found = probed(path)["chapters"]
    assert [chapter["tags"]["title"] for chapter in found] == list(titles)
    starts = [float(chapter["start_time"]) for chapter in found]
    assert starts == pytest.approx([n * 3 * mp3.FRAME / RATE for n in range(300)], abs=0.0011)
    file: Any = MP4(path)
    assert len(file.chapters) == 255


def order_in(folder: Path, jobs: int = 1) -> Order:
    (folder / "small.md").write_text(SCRIPT, "utf-8")
    Image.new("RGB", (1400, 1400), (40, 90, 60)).save(folder / "small.png")
    recipe = Recipe(engine="tone", m4b=True, chapter_sound=True)
    return Order(folder / "small.md", folder / "out", recipe, ROOT / "voices", jobs)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("m4b")
    return build(order_in(folder), lambda *_: None, lambda _: None).folder


def decoded(path: Path) -> Any:
    return np.frombuffer(b"".join(ffmpeg.decode(path, RATE)), "<i2").astype(float)


def test_its_sound_is_the_mp3s_to_the_sample(built: Path) -> None:
    mp3_sound, sound = decoded(built / "episode.mp3"), decoded(built / "episode.m4b")
    length = len(mp3_sound)
    assert 0 <= len(sound) - length < aac.BLOCK
    errors = {}
    for shift in (-2, -1, 0, 1, 2):
        moved = sound[3000 + shift : length - 3000 + shift]
        errors[shift] = float(np.sum((moved - mp3_sound[3000 : length - 3000]) ** 2))
    assert min(errors, key=lambda shift: errors[shift]) == 0
    assert errors[0] < 0.01 * np.sum(mp3_sound**2)


@needs_ffprobe
def test_its_chapters_are_the_mp3s(built: Path) -> None:
    told = json.loads((built / "chapters.json").read_text("utf-8"))["chapters"]
    page = probed(built / "episode.m4b")
    for chapters in (page["chapters"], probed(built / "episode.mp3")["chapters"]):
        assert [chapter["tags"]["title"] for chapter in chapters] == [c["title"] for c in told]
        starts = [float(chapter["start_time"]) for chapter in chapters]
        assert starts == pytest.approx([c["startTime"] for c in told], abs=0.0011)
    sound = page["streams"][0]
    assert (sound["codec_name"], sound["sample_rate"], sound["channels"]) == ("aac", "44100", 1)
    assert sound["tags"]["language"] == "zho"


def test_it_says_what_it_is(built: Path) -> None:
    tags: Any = MP4(built / "episode.m4b")
    texts = {name: tags[name] for name in ("\xa9nam", "\xa9ART", "\xa9day", "\xa9cmt")}
    assert texts == {
        "\xa9nam": ["三件“小”事=;#\\ 😀"],
        "\xa9ART": ["张三"],
        "\xa9day": ["2025-03-01"],
        "\xa9cmt": [NOTICE],
    }
    assert json.loads(bytes(tags[M4B_LABEL][0]))["Label"] == "1"
    assert bytes(tags["covr"][0])[:2] == b"\xff\xd8"


def test_the_same_episode_is_the_same_file(built: Path, tmp_path: Path) -> None:
    again = build(order_in(tmp_path, jobs=2), lambda *_: None, lambda _: None).folder
    assert (again / "episode.m4b").read_bytes() == (built / "episode.m4b").read_bytes()


def test_it_is_made_on_request_and_goes_with_it(tmp_path: Path) -> None:
    order = order_in(tmp_path)

    def make(recipe: Recipe) -> Path:
        folder = build(replace(order, recipe=recipe), lambda *_: None, lambda _: None).folder
        return folder / "episode.m4b"

    assert not make(Recipe(engine="tone")).exists()
    assert make(Recipe(engine="tone", m4b=True)).exists()
    assert not make(Recipe(engine="tone")).exists()
