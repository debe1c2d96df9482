"""A video end to end: streams, chapters, what is seen when, and whose files are whose."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import numpy as np
import pytest
import srt
from mutagen.mp4 import MP4
from numpy.typing import NDArray
from patience import PATIENCE, wait_until
from PIL import Image
from places import ROOT
from programs import make_program

from podcast.errors import ReadError, WriteError
from podcast.model import NOTICE, RATE, Recipe
from podcast.outside import ffmpeg
from podcast.pictures.card import EDGE, SUBTITLES, WAVE
from podcast.pictures.film import FPS
from podcast.production.build import build
from podcast.production.order import Order
from podcast.published.check import _finding, check
from podcast.published.check.films import m4b, video
from podcast.published.check.opened import Folder
from podcast.published.episode import video_key, video_record
from podcast.published.video import episode_folder, make_video

pytestmark = [pytest.mark.slow]
needs_ffprobe = pytest.mark.skipif(not shutil.which("ffprobe"), reason="ffprobe is not installed")
SCRIPT = """---
author: 张三
date: 2025-03-01
---
# 两件小事

## 开场“=;#\\” 😀

大家好，欢迎收听本期节目。今天我们来聊一聊人工智能的发展。

## 机器人

机器人什么时候能够进入家庭？我们下期再见。
"""
SYSTEMS_FFMPEG = shutil.which("ffmpeg")  # looked up before that of the wheel stands first on PATH
TITLES = ["开场“=;#\\” 😀", "机器人"]


def quiet(*_: object) -> None:
    pass


def made(folder: Path, subtitles: str = "burnt", tell: Callable[[str], None] = quiet) -> Path:
    return make_video(folder, subtitles, quiet, tell)[0]


def order_in(folder: Path, recipe: Recipe | None = None) -> Order:
    (folder / "small.md").write_text(SCRIPT, "utf-8")
    Image.new("RGB", (1400, 1400), (40, 90, 60)).save(folder / "small.png")
    recipe = recipe or Recipe(engine="tone", m4b=True)
    return Order(folder / "small.md", folder / "out", recipe, ROOT / "voices")


@pytest.fixture
def systems_ffmpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make films with the ffmpeg that is installed here; all other tests take the wheel's."""
    if not SYSTEMS_FFMPEG:
        pytest.skip("no ffmpeg is installed beside the wheel's")
    monkeypatch.setattr(ffmpeg, "executable", lambda: SYSTEMS_FFMPEG)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = build(order_in(tmp_path_factory.mktemp("video")), quiet, quiet).folder
    made(folder)
    return folder


@pytest.fixture
def filmed(built: Path, tmp_path: Path) -> Path:
    """A copy of the episode and its video."""
    return Path(copytree(built, tmp_path / "out" / "small"))


@pytest.fixture
def bare(filmed: Path) -> Path:
    """The episode, without its video."""
    (filmed / "episode.mp4").unlink()
    rmtree(filmed / "upload")
    return filmed


def probed(path: Path) -> dict[str, Any]:
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_chapters", "-show_streams"]
    done = subprocess.run([*command, "-show_format", str(path)], capture_output=True, check=True)
    assert done.stderr == b""
    return dict(json.loads(done.stdout))


def frame(path: Path, second: float) -> NDArray[np.int16]:
    """The frame that is seen at a time, as grey levels, by ffmpeg itself."""
    begun = max(0.0, int(second * 10) / 10 - 0.02)  # ffmpeg takes the first that begins later
    command = [ffmpeg.executable(), "-v", "error", "-ss", str(begun), "-i", str(path),
               "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "-"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(1080, 1920).astype(np.int16)


def frame_count(path: Path) -> int:
    """How many pictures lie in a film, as ffmpeg lists them, one a line."""
    command = [ffmpeg.executable(), "-v", "error", "-i", str(path), "-map", "v:0", "-c", "copy"]
    done = subprocess.run([*command, "-f", "framecrc", "-"], capture_output=True, check=True)
    return sum(not line.startswith(b"#") for line in done.stdout.splitlines())


def unlike(one: NDArray[np.int16], other: NDArray[np.int16], rows: slice, columns: slice) -> float:
    """The share of pixels that differ visibly."""
    apart = np.abs(one[rows, columns] - other[rows, columns]) > 40
    return float(apart.mean())


@needs_ffprobe
def test_its_streams_are_what_platforms_take(built: Path) -> None:
    page = probed(built / "episode.mp4")
    report = json.loads((built / "report.json").read_text("utf-8"))
    picture, sound = page["streams"][:2]
    assert (picture["codec_name"], picture["width"], picture["height"]) == ("h264", 1920, 1080)
    assert (picture["pix_fmt"], picture["r_frame_rate"]) == ("yuv420p", "10/1")
    assert picture["avg_frame_rate"] == "10/1"  # constant
    assert {picture[f"color_{name}"] for name in ("space", "primaries", "transfer")} == {"bt709"}
    assert (sound["codec_name"], sound["sample_rate"]) == ("aac", "44100")
    for stream in (picture, sound):
        assert float(stream["start_time"]) == 0
        assert float(stream["duration"]) == pytest.approx(report["seconds"], abs=0.11)
    head = (built / "episode.mp4").read_bytes()[:200_000]
    assert 0 < head.find(b"moov") < head.find(b"mdat")


@needs_ffprobe
def test_its_chapters_and_tags_are_the_episodes(built: Path) -> None:
    told = json.loads((built / "chapters.json").read_text("utf-8"))["chapters"]
    chapters = probed(built / "episode.mp4")["chapters"]
    assert [chapter["tags"]["title"] for chapter in chapters] == TITLES
    starts = [float(chapter["start_time"]) for chapter in chapters]
    assert starts == pytest.approx([chapter["startTime"] for chapter in told], abs=0.0011)
    tags: Any = MP4(built / "episode.mp4")
    assert [chapter.title for chapter in tags.chapters] == TITLES
    assert (tags["\xa9nam"], tags["\xa9ART"], tags["\xa9cmt"]) == (["两件小事"], ["张三"], [NOTICE])


def test_its_sound_is_the_episodes(built: Path) -> None:
    heard, told = (
        np.frombuffer(b"".join(ffmpeg.decode(built / name, 44_100)), "<i2").astype(float)
        for name in ("episode.mp4", "episode.mp3")
    )
    middle = slice(3000, len(told) - 3000)
    assert np.sum((heard[: len(told)] - told)[middle] ** 2) < 0.01 * np.sum(told**2)


def test_the_card_changes_with_the_chapter_and_the_bars_with_time(built: Path) -> None:
    told = json.loads((built / "chapters.json").read_text("utf-8"))["chapters"]
    start = told[1]["startTime"]
    video = built / "episode.mp4"
    early, late, after = (frame(video, second) for second in (1.0, start - 0.3, start + 0.3))
    title, bars = (slice(160, 660), slice(660, 1800)), (slice(*WAVE), slice(EDGE, 1800))
    assert unlike(early, late, *title) == 0
    assert unlike(late, after, *title) > 0.02
    assert unlike(early, late, *bars) > 0.05
    assert unlike(early, late, slice(1068, 1080), slice(0, 1920)) > 0.1


def test_subtitles_are_seen_from_their_first_word_to_their_last(built: Path) -> None:
    cues = list(srt.parse((built / "episode.srt").read_text("utf-8")))
    strip = (slice(*SUBTITLES), slice(0, 1920))
    blank = frame(built / "episode.mp4", 0)
    for before, cue in pairwise(cues):
        start, ended = cue.start.total_seconds(), before.end.total_seconds()
        seen = frame(built / "episode.mp4", start + 0.1)
        assert unlike(seen, blank, *strip) > 0.005
        assert (
            unlike(seen, frame(built / "episode.mp4", cue.end.total_seconds() - 0.1), *strip) == 0
        )
        assert unlike(seen, frame(built / "episode.mp4", start - 0.15), *strip) > 0.005
        if start - ended > 0.5:
            assert unlike(frame(built / "episode.mp4", ended + 0.15), blank, *strip) == 0


@needs_ffprobe
@pytest.mark.usefixtures("systems_ffmpeg")  # ffprobe misses the chapters' track of ffmpeg 9
def test_soft_subtitles_are_a_track(bare: Path) -> None:
    video = made(bare, "soft")
    track = next(s for s in probed(video)["streams"] if s["codec_type"] == "subtitle")
    assert (track["codec_name"], track["tags"]["language"]) == ("mov_text", "zho")
    command = [ffmpeg.executable(), "-v", "error", "-i", str(video), "-map", "s", "-f", "srt", "-"]
    read = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    told = list(srt.parse((bare / "episode.srt").read_text("utf-8")))
    assert [cue.content for cue in srt.parse(read)] == [cue.content for cue in told]
    strip = (slice(*SUBTITLES), slice(0, 1920))
    one, other = (frame(video, cue.start.total_seconds() + 0.2) for cue in told[:2])
    assert unlike(one, other, *strip) == 0


def test_the_same_episode_is_the_same_file(bare: Path, built: Path) -> None:
    assert made(bare).read_bytes() == (built / "episode.mp4").read_bytes()


@pytest.mark.usefixtures("systems_ffmpeg")
def test_the_systems_ffmpeg_does_as_well(bare: Path) -> None:
    (bare / "episode.m4b").unlink()  # then the MP3's sound is encoded
    film = made(bare)
    report = json.loads((bare / "report.json").read_text("utf-8"))
    assert frame_count(film) == -(-report["samples"] * FPS // RATE)
    files = {name: size for name, size in report["files"].items() if name != "episode.m4b"}
    (bare / "report.json").write_text(json.dumps({**report, "files": files}), "utf-8")
    found = {finding.what: finding for finding in check(bare)}
    assert found["video"].good, found["video"]


# What goes with it ---------------------------------------------------------------------------

SETS = {
    "youtube": {"title.txt", "description.txt", "tags.txt", "thumbnail.jpg"},
    "bilibili": {"title.txt", "description.txt", "tags.txt", "chapters.txt", "cover.jpg"},
}


@pytest.mark.parametrize("platform", SETS)
def test_the_upload_set_is_whole(built: Path, platform: str) -> None:
    folder = built / "upload" / platform
    names = {path.name for path in folder.iterdir()}
    assert names == SETS[platform] | {"zh-Hans.srt", "zh-Hant.srt"}
    assert NOTICE in (folder / "description.txt").read_text("utf-8")
    assert (folder / "title.txt").read_text("utf-8") == "两件小事\n"
    assert (folder / "zh-Hans.srt").read_bytes() == (built / "episode.srt").read_bytes()
    with Image.open(folder / ("cover.jpg" if platform == "bilibili" else "thumbnail.jpg")) as shown:
        assert shown.size == ((1280, 800) if platform == "bilibili" else (1280, 720))
        assert shown.format == "JPEG"


# Whose files ---------------------------------------------------------------------------------


def test_another_sound_takes_the_video_away_and_says_so(tmp_path: Path, filmed: Path) -> None:
    order = order_in(tmp_path)
    told: list[str] = []
    (filmed / "upload" / "mine.txt").write_text("mine")
    (filmed / "script.md").write_text(
        (filmed / "script.md").read_text("utf-8").replace("机器人什么时候", "机器人何时"), "utf-8"
    )
    build(order, quiet, told.append)
    assert not (filmed / "episode.mp4").exists()
    assert [path.name for path in (filmed / "upload").rglob("*")] == ["mine.txt"]
    assert any("removed the outdated video" in each for each in told)


def test_the_same_sound_keeps_it(tmp_path: Path, filmed: Path) -> None:
    video = (filmed / "episode.mp4").read_bytes()
    told: list[str] = []
    (filmed / "chapters.txt").unlink()  # so that everything is made again
    assert build(order_in(tmp_path), quiet, told.append).fresh
    assert (filmed / "episode.mp4").read_bytes() == video
    assert video_record(filmed)["of"] == video_key(filmed)
    assert not any("gone" in each for each in told)


def test_a_video_that_a_person_put_there_stays(tmp_path: Path, bare: Path) -> None:
    (bare / "episode.mp4").write_bytes(b"mine")
    (bare / "chapters.txt").unlink()
    build(order_in(tmp_path), quiet, quiet)
    assert (bare / "episode.mp4").read_bytes() == b"mine"


def test_what_a_person_put_into_the_set_stays(filmed: Path) -> None:
    (filmed / "upload" / "youtube" / "mine.png").write_bytes(b"mine")
    made(filmed, "none")
    assert (filmed / "upload" / "youtube" / "mine.png").read_bytes() == b"mine"
    assert video_record(filmed)["subtitles"] == "none"


# Failures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["report.json", "episode.mp3", "chapters.json", "episode.srt"])
def test_no_episode_is_one_sentence(bare: Path, name: str) -> None:
    (bare / name).unlink()
    with pytest.raises(ReadError, match=rf"is no built episode: it has no {name}"):
        made(bare)
    assert not (bare / "episode.mp4").exists()


@pytest.mark.parametrize("name", ["report.json", "chapters.json", "episode.srt", "episode.mp3"])
def test_a_broken_file_is_one_sentence(bare: Path, name: str) -> None:
    (bare / name).write_bytes(b"[1] nonsense")
    with pytest.raises(ReadError, match=r"cannot be read|is incomplete"):
        made(bare)


def test_an_episode_built_meanwhile_is_told(bare: Path) -> None:
    def change(*_: object) -> None:
        (bare / "chapters.json").write_bytes((bare / "chapters.json").read_bytes() + b"\n")

    with pytest.raises(WriteError, match="built again meanwhile"):
        make_video(bare, "none", change, quiet)
    assert not (bare / "episode.mp4").exists() and not (bare / "upload").exists()


def test_an_episode_in_the_folder_at_hand_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path.resolve() / "out" / "talk"
    (folder / "chapters").mkdir(parents=True)
    (folder / "script.md").write_text("# 题")
    monkeypatch.chdir(folder)
    for given in (".", "script.md", "chapters/..", "../talk"):
        found = episode_folder(Path(given), Path("out"))
        assert (found.name, found.resolve()) == ("talk", folder)


def test_a_seed_finds_its_episode(built: Path, tmp_path: Path) -> None:
    out = built.parent
    assert episode_folder(out.parent / "small.md", out) == built
    assert episode_folder(built / "script.md", out) == built
    assert episode_folder(built, out) == built
    (tmp_path / "other.txt").write_text("x")
    with pytest.raises(ReadError, match=r"other\.txt has no episode in .* yet; run `podcast make"):
        episode_folder(tmp_path / "other.txt", out)
    with pytest.raises(ReadError, match="there is no"):
        episode_folder(tmp_path / "none.txt", out)


BEGINS_AND_STOPS = """
[ "$1" = -version ] && echo "ffmpeg version 99.0 Copyright" && exit 0
case "$*" in *libx264*) ;; *) exec "{ffmpeg}" "$@";; esac
for each; do case "$each" in file:*) path="${{each#file:}}";; esac; done
echo half >"$path"
exec sleep 3600
"""


def test_an_interrupt_leaves_what_was_there(bare: Path, tmp_path: Path) -> None:
    """It comes while ffmpeg renders: here one that writes a beginning, and then no more."""
    make_program(tmp_path / "ffmpeg", BEGINS_AND_STOPS.format(ffmpeg=ffmpeg.executable()))
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    before = {path: path.stat().st_size for path in bare.rglob("*") if path.is_file()}
    command = [sys.executable, "-m", "podcast", "video", str(bare)]
    running = subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, env=os.environ | {"PATH": path}
    )
    wait_until(lambda: list(bare.parent.glob(".cache/work-*/episode.mp4")), running)
    running.send_signal(signal.SIGINT)
    _, complaint = running.communicate(timeout=PATIENCE)
    assert running.returncode == 1 and b"stopped" in complaint
    assert {path: path.stat().st_size for path in bare.rglob("*") if path.is_file()} == before
    assert not list(bare.parent.glob(".cache/work-*"))


# Its check -----------------------------------------------------------------------------------


RULES = {"video": video, "episode.m4b": m4b}


def is_found(folder: Path, what: str) -> bool:
    """Whether the one rule finds a fault: all of them take longer."""
    return not _finding(what, RULES[what], Folder(folder)).good


def retitle(name: str, atom: str) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        tags: Any = MP4(folder / name)
        del tags[atom]
        tags.save()

    return plant


def shorter(name: str) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        path = folder / name
        cut = path.with_stem("cut")
        command = [ffmpeg.executable(), "-v", "error", "-y", "-t", "2", "-i", str(path),
                   "-map", "0:a", "-map", "0:v?", "-c", "copy", str(cut)]  # fmt: skip
        subprocess.run(command, check=True)
        cut.replace(path)

    return plant


def recoded(name: str, *options: str) -> Callable[[Path], None]:
    """The file as another program would write it."""

    def plant(folder: Path) -> None:
        path = folder / name
        made = path.with_stem("made")
        command = [ffmpeg.executable(), "-v", "error", "-y", "-i", str(path), "-map", "0:a",
                   "-map", "0:V?", "-c", "copy", *options, str(made)]  # fmt: skip
        subprocess.run(command, check=True)
        made.replace(path)

    return plant


def other_sound(folder: Path) -> None:
    (folder / "episode.srt").write_bytes((folder / "episode.srt").read_bytes() + b"\n")


DEFECTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no notice in the M4B": (retitle("episode.m4b", "\xa9cmt"), "episode.m4b"),
    "no cover in the M4B": (retitle("episode.m4b", "covr"), "episode.m4b"),
    "half an M4B": (shorter("episode.m4b"), "episode.m4b"),
    "no M4B": (lambda folder: (folder / "episode.m4b").write_bytes(b"x"), "episode.m4b"),
    "no title in the video": (retitle("episode.mp4", "\xa9nam"), "video"),
    "half a video": (shorter("episode.mp4"), "video"),
    "a video of another build": (other_sound, "video"),
    "no description": (
        lambda folder: (folder / "upload" / "youtube" / "description.txt").unlink(),
        "video",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_fault_is_found(built: Path, tmp_path: Path, defect: str) -> None:
    plant, what = DEFECTS[defect]
    folder = tmp_path / "copy"
    copytree(built, folder)
    plant(folder)
    assert is_found(folder, what)


X264 = ("-c:v", "libx264", "-preset", "ultrafast")
RECODED = {
    "its picture is not H.264 at 1920 x 1080": ("episode.mp4", *X264, "-s", "640x360", "-t", "1"),
    "its colours are not yuv420p": ("episode.mp4", *X264, "-pix_fmt", "yuv444p", "-t", "1"),
    "its sound is not AAC at 44.1 or 48 kHz": ("episode.mp4", "-c:a", "ac3"),
    "its chapters differ from chapters.json": ("episode.mp4", "-map_chapters", "-1"),
    "Nero's chapters differ from chapters.json": ("episode.m4b", "-map_chapters", "-1"),
    "it is tagged ['错']": ("episode.m4b", "-metadata", "title=错"),
}


@pytest.mark.parametrize("says", RECODED)
def test_a_film_of_another_program_is_told(built: Path, tmp_path: Path, says: str) -> None:
    folder = tmp_path / "copy"
    copytree(built, folder)
    name, *options = RECODED[says]
    recoded(name, *options)(folder)
    rule = {"episode.mp4": video, "episode.m4b": m4b}[name]
    assert says in list(rule(Folder(folder)))


def test_what_was_made_has_no_faults(built: Path) -> None:
    found = {finding.what for finding in check(built) if not finding.good}
    assert not found & set(RULES)
