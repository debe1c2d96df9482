"""The whole seed, built from end to end, and read again by programs that are not ours."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import sys
from pathlib import Path

import mutagen
import numpy as np
import pysubs2
import pytest
import srt
from mutagen.id3 import ID3
from numpy.typing import NDArray
from places import ROOT

from podcast.outside import ffmpeg

RATE = 44_100
pytestmark = [pytest.mark.slow]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    seed = ROOT / "seeds" / "2025-02-indigo.txt"
    command = [sys.executable, "-m", "podcast", "make", str(seed), "-o", str(out), "--offline"]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return out / seed.stem


@pytest.fixture(scope="module")
def heard(folder: Path) -> tuple[NDArray[np.int16], str]:
    """The samples of the whole episode, and ffmpeg's report of its loudness, of one decoding."""
    command = [ffmpeg.executable(), "-nostdin", "-nostats", "-i", str(folder / "episode.mp3")]
    command += ["-f", "s16le", "-ac", "1", "-ar", str(RATE), "pipe:1"]
    command += ["-af", "ebur128=framelog=verbose", "-f", "null", "-"]
    done = subprocess.run(command, check=True, capture_output=True)
    return np.frombuffer(done.stdout, "<i2"), done.stderr.decode()


@pytest.fixture(scope="module")
def chapters(folder: Path) -> list[Path]:
    return sorted((folder / "chapters").glob("*.mp3"))


def three_of(chapters: list[Path]) -> tuple[Path, Path, Path]:
    return chapters[0], chapters[len(chapters) // 2], chapters[-1]


def length_of(path: Path) -> int:
    """The samples that mutagen reads from the header, what the coder added left out."""
    seconds: float = mutagen.File(path).info.length
    return round(seconds * RATE)


def test_the_episode_is_its_chapters_to_the_sample(
    folder: Path, heard: tuple[NDArray[np.int16], str], chapters: list[Path]
) -> None:
    whole = len(heard[0])
    assert len(chapters) >= 8
    assert whole == sum(map(length_of, chapters))
    for path in three_of(chapters):
        assert length_of(path) == sum(map(len, ffmpeg.decode(path, RATE))) // 2
    assert whole == json.loads((folder / "report.json").read_text("utf-8"))["samples"]
    assert 5400 < whole / RATE < 7200


def loudness(report: str, value: str) -> float:
    """A value, LUFS or dBTP, in the summary of ffmpeg's filter `ebur128`."""
    summary = report.rpartition("Summary:")[2].split()
    return float(summary[summary.index(value) + 1])


def test_the_loudness_and_the_peaks_are_what_apple_asks(
    heard: tuple[NDArray[np.int16], str], chapters: list[Path]
) -> None:
    for path in three_of(chapters):
        report = ffmpeg.measure(path)
        assert loudness(report, "Peak:") <= -1.0
        assert loudness(report, "I:") == pytest.approx(-16, abs=1)
    assert loudness(heard[1], "I:") == pytest.approx(-16, abs=0.5)


def test_mutagen_finds_every_chapter_where_the_json_has_it(folder: Path) -> None:
    tags = ID3(folder / "episode.mp3")
    assert tags.version == (2, 3, 0)
    assert tags.getall("APIC") and tags["TIT2"].text[0]
    (table,) = tags.getall("CTOC")
    marks = {frame.element_id: frame for frame in tags.getall("CHAP")}
    told = json.loads((folder / "chapters.json").read_text("utf-8"))["chapters"]
    assert len(table.child_element_ids) == len(told)
    for name, chapter in zip(table.child_element_ids, told, strict=True):
        mark = marks[name]
        assert mark.start_time == round(chapter["startTime"] * 1000)
        assert mark.sub_frames["TIT2"].text[0] == chapter["title"]
    assert mutagen.File(folder / "episode.mp3").info.bitrate == 96_000


@pytest.mark.skipif(not shutil.which("ffprobe"), reason="ffprobe is not installed")
def test_ffprobe_reads_the_sound_and_the_chapters(folder: Path) -> None:
    command = ["ffprobe", "-v", "error", "-show_chapters", "-show_streams", "-show_format",
               "-of", "json", str(folder / "episode.mp3")]  # fmt: skip
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    chapters = json.loads((folder / "chapters.json").read_text("utf-8"))["chapters"]
    titles = [chapter["tags"]["title"] for chapter in told["chapters"]]
    assert titles == [chapter["title"] for chapter in chapters]
    sound = told["streams"][0]
    assert (sound["codec_name"], sound["sample_rate"], sound["channels"]) == ("mp3", "44100", 1)


def test_subtitles_are_read_back_whole_and_lie_in_the_sound(folder: Path) -> None:
    text = (folder / "episode.srt").read_text("utf-8")
    cues = list(srt.parse(text))
    report = json.loads((folder / "report.json").read_text("utf-8"))
    assert len(cues) > 1500
    assert len(cues) == len(pysubs2.load(str(folder / "episode.srt")))
    assert len(cues) == len(pysubs2.load(str(folder / "episode.vtt")))
    assert len(cues) == len(pysubs2.load(str(folder / "episode.zh-Hant.srt")))
    for cue, following in itertools.pairwise(cues):
        assert cue.start < cue.end <= following.start
    assert cues[-1].end.total_seconds() <= report["seconds"]
    per_chapter = [
        srt.parse(path.read_text("utf-8")) for path in sorted((folder / "chapters").glob("*.srt"))
    ]
    assert sum(len(list(each)) for each in per_chapter) == len(cues)


def test_lines_begin_with_sound_after_the_pauses_between_sentences(
    folder: Path, heard: tuple[NDArray[np.int16], str]
) -> None:
    """Where a cue follows half a second of silence, its sound begins within 20 ms of it."""
    sound = np.abs(heard[0])
    checked = 0
    for cue in srt.parse((folder / "episode.srt").read_text("utf-8")):
        start = round(cue.start.total_seconds() * RATE)
        before = sound[max(0, start - RATE // 4) : start - RATE // 25]
        if len(before) and before.max() < 200:
            checked += 1
            after = sound[start - RATE // 25 : start + RATE // 10]
            onset = int(np.flatnonzero(after > 300)[0]) - RATE // 25
            assert abs(onset) <= 0.020 * RATE, cue
    assert checked > 300


def test_chapters_for_youtube_are_in_its_rules(folder: Path) -> None:
    lines = (folder / "chapters.txt").read_text("utf-8").splitlines()
    stamped = [line.split(" ", 1) for line in lines if line[:1].isdigit()]
    assert stamped[0][0] in ("0:00", "00:00", "0:00:00", "00:00:00")
    assert len(stamped) >= 3


def test_the_text_is_worth_publishing_by_count(folder: Path) -> None:
    script = (folder / "script.md").read_text("utf-8")
    text = "".join(
        line for line in script.splitlines() if not line.startswith(("#", "-", "a", "d"))
    )
    stops = sum(text.count(mark) for mark in "。！？")
    assert 15 <= len(text) / stops <= 60  # characters a sentence
    assert "，，" not in text and "。。" not in text
    assert not any(f"\n{mark}" in script for mark in "，。！？、；：")
