"""An episode as it is built has no faults; each fault planted in a copy is found."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import numpy as np
import pytest
import srt
from click.testing import CliRunner
from mutagen.id3 import ID3, TIT2
from PIL import Image
from sound_files import write

from podcast.cli import main
from podcast.errors import ReadError, Stopped
from podcast.model import Recipe
from podcast.outside import ffmpeg
from podcast.production.build import build
from podcast.production.order import Order
from podcast.published.check import _finding, check, marks, opened, papers, subtitles
from podcast.published.check import sound as heard
from podcast.published.check.opened import Folder

RATE = 44_100
RULES = dict((*papers.RULES, *heard.RULES, *subtitles.RULES, *marks.RULES))
SCRIPT = """# 三件小事

## 开场

大家好，欢迎收听本期节目。今天我们来聊一聊人工智能的发展。现在 GPT-4.5 的价格是很高的。

## 机器人

机器人什么时候能够进入家庭？我觉得还需要三五年的时间。最后谢谢大家的收听，我们下期再见。
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("check")
    return make(folder, Recipe(engine="espeak"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An episode with every setting of its subtitles changed."""
    recipe = Recipe(
        engine="espeak",
        subtitle_style="ted",
        subtitle_lines=2,
        karaoke=True,
        spoken_notice=True,
    )
    return make(tmp_path_factory.mktemp("other"), recipe)


def make(folder: Path, recipe: Recipe) -> Path:
    (folder / "small.md").write_text(SCRIPT, "utf-8")
    (folder / "small.toml").write_text('link = "https://example.org/1"', "utf-8")
    (folder / "voices").mkdir()
    order = Order(folder / "small.md", folder / "out", recipe, folder / "voices")
    return build(order, lambda *_: None, lambda _: None).folder


def is_found(folder: Path, what: str) -> bool:
    """Whether the one rule finds a fault: all of them take longer."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(opened, "hear", hear_once)
        return not _finding(what, RULES[what], Folder(folder)).good


HEARD: dict[bytes, opened.Decoded] = {}
hear = opened.hear


def hear_once(path: Path, _: Callable[[int], None]) -> opened.Decoded:
    """The measurements of a sound file, which are taken once: most copies change one file of three.

    `test_an_episode_has_no_faults` and its like measure every file as the program does.
    """
    content = path.read_bytes()
    if content not in HEARD:
        HEARD[content] = hear(path)
    return HEARD[content]


@pytest.mark.slow
def test_an_episode_has_no_faults(built: Path, other: Path) -> None:
    assert [finding for finding in check(built) if not finding.good] == []
    assert [finding for finding in check(other) if not finding.good] == []
    cues = srt.parse((other / "episode.srt").read_text("utf-8"))
    assert any("\n" in cue.content for cue in cues)


# Faults ---------------------------------------------------------------------------------------


def swap(name: str, pattern: str, by: str) -> Callable[[Path], object]:
    """In the first file that `name` matches, the first place of `pattern` becomes `by`."""

    def plant(folder: Path) -> None:
        path = sorted(folder.glob(name))[0]
        text = path.read_text("utf-8")
        changed = re.sub(pattern, by, text, count=1)
        assert changed != text
        path.write_text(changed, "utf-8")

    return plant


def gone(name: str) -> Callable[[Path], object]:
    return lambda folder: sorted(folder.glob(name))[0].unlink()


def sound(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    """The sound of a file, changed, under its own tag."""

    def plant(folder: Path) -> None:
        path = sorted(folder.glob(name))[0]
        tag = path.read_bytes()
        tag = tag[: 10 + sum(size << shift for size, shift in zip(tag[6:10], (21, 14, 7, 0)))]  # noqa: B905
        pcm = change(b"".join(ffmpeg.decode(path, RATE)))
        ffmpeg.encode_mp3([pcm], RATE, 96, path)
        path.write_bytes(tag + path.read_bytes())

    return plant


def louder(pcm: bytes, factor: float) -> bytes:
    samples = np.frombuffer(pcm, "<i2") * factor
    return bytes(np.clip(samples, -32768, 32767).astype("<i2").tobytes())


def tagged(name: str, change: Callable[[Any], None]) -> Callable[[Path], object]:
    def plant(folder: Path) -> None:
        path = sorted(folder.glob(name))[0]
        tags = ID3(path)
        change(tags)
        tags.save(path, v2_version=3)

    return plant


def move_mark(tags: Any) -> None:
    tags.getall("CHAP")[-1].start_time += 500


def no_link(tags: Any) -> None:
    tags.getall("CHAP")[0].sub_frames.delall("WXXX")


def encoded(*options: str) -> Callable[[Path], object]:
    """The episode's sound as another encoder would make it, under its own tag."""

    def plant(folder: Path) -> None:
        path = folder / "episode.mp3"
        tags = ID3(path)
        pcm = np.frombuffer(b"".join(ffmpeg.decode(path, RATE)), "<i2")
        write(path, pcm, *options, "-y")
        tags.save(path, v2_version=3)

    return plant


def text_of(folder: Path) -> str:
    return (folder / "episode.srt").read_text("utf-8")


def small_cover(folder: Path) -> None:
    Image.new("RGB", (600, 500)).save(folder / "cover.jpg")


def report(key: str, value: object) -> Callable[[Path], object]:
    def plant(folder: Path) -> None:
        path = folder / "report.json"
        told = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps({**told, key: value}), "utf-8")

    return plant


def asked(**recipe: object) -> Callable[[Path], object]:
    """The report tells that something else was asked for."""

    def plant(folder: Path) -> None:
        path = folder / "report.json"
        told = json.loads(path.read_text("utf-8"))
        told["recipe"] |= recipe
        path.write_text(json.dumps(told), "utf-8")

    return plant


TIMES = r"(\d\d:\d\d:\d\d),(\d{3}) --> (\d\d:\d\d:\d\d),(\d{3})\n(.*)"
DEFECTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no subtitles": (gone("episode.vtt"), "files"),
    "no page": (gone("index.html"), "files"),
    "no chapter file": (gone("chapters/*.mp3"), "chapter files"),
    "no chapter subtitles": (gone("chapters/*.srt"), "chapter files"),
    "an edited script": (swap("script.md", "大家好", "各位好"), "script"),
    "words that nobody says": (swap("script.md", "本期", "本季"), "subtitles say the script"),
    "quiet": (sound("episode.mp3", lambda pcm: louder(pcm, 0.7)), "loudness of the episode"),
    "a quiet chapter": (
        sound("chapters/*.mp3", lambda pcm: louder(pcm, 0.7)),
        "loudness of chapters",
    ),
    "loud": (sound("episode.mp3", lambda pcm: louder(pcm, 2.5)), "true peak"),
    "clipped": (sound("episode.mp3", lambda pcm: louder(pcm, 60)), "clipping"),
    "a hole": (sound("episode.mp3", lambda pcm: pcm + bytes(8 * RATE)), "silence"),
    "sound cut off": (sound("episode.mp3", lambda pcm: pcm[: len(pcm) // 2]), "chapters add up"),
    "not sound": (lambda folder: (folder / "episode.mp3").write_bytes(b"x" * 999), "tags"),
    "a wide line": (
        swap("episode.srt", TIMES, r"\1,\2 --> \3,\4\n\5" + "长" * 17),
        "subtitle width",
    ),
    "two lines": (swap("episode.srt", TIMES, r"\1,\2 --> \3,\4\n\5\n二"), "subtitle width"),
    "a flash": (swap("episode.srt", TIMES, r"\1,\2 --> \1,400\n\5"), "subtitle times"),
    "a line that stays": (
        swap("episode.srt", TIMES, r"\1,\2 --> 00:00:09,000\n\5"),
        "subtitle times",
    ),
    "a crumb": (swap("episode.srt", TIMES, r"\1,\2 --> \3,\4\n的"), "subtitle crumbs"),
    "times unlike": (swap("episode.vtt", r"\.(\d)\d\d -->", r".\g<1>99 -->"), "subtitles alike"),
    "words unlike": (swap("episode.vtt", "大家好", "大家坏"), "subtitles alike"),
    "chapters apart": (swap("chapters/01*.srt", "大家好", "大家坏"), "subtitles alike"),
    "a gap in the chapters": (
        swap("chapters.json", r'"endTime": \d+', '"endTime": 1'),
        "chapters cover the sound",
    ),
    "an untitled chapter": (
        swap("chapters.json", '"title": "机器人"', '"title": ""'),
        "chapters cover the sound",
    ),
    "a mark moved": (tagged("episode.mp3", move_mark), "chapters in the tag"),
    "no table": (tagged("episode.mp3", lambda tags: tags.delall("CTOC")), "chapters in the tag"),
    "another list": (swap("chapters.txt", "0:00", "0:03"), "chapters in texts"),
    "notes with other times": (swap("shownotes.md", "(?m)^00:00", "00:07"), "chapters in texts"),
    "a chapter misnamed": (
        tagged("chapters/*.mp3", lambda tags: tags.setall("TIT2", [TIT2(3, ["错"])])),
        "chapter files",
    ),
    "no picture": (tagged("episode.mp3", lambda tags: tags.delall("APIC")), "tags"),
    "no notice in the tag": (
        tagged("episode.mp3", lambda tags: tags.delall("COMM")),
        "AI-voice notice",
    ),
    "no label": (tagged("chapters/*.mp3", lambda tags: tags.delall("TXXX")), "AI-voice notice"),
    "no notice in the notes": (swap("shownotes.md", "人工智能合成", "真人"), "AI-voice notice"),
    "no notice on the page": (swap("index.html", '"notice">[^<]*', '"notice">'), "AI-voice notice"),
    "a small cover": (small_cover, "cover"),
    "a page with other code": (swap("index.html", "use strict", "use  strict"), "page"),
    "a page for another sound": (swap("index.html", r'"length":\d+', '"length":1'), "page"),
    "an open page": (swap("index.html", "default-src 'none'", "default-src *"), "page"),
    "a dead link": (swap("index.html", 'href="script.md"', 'href="skript.md"'), "links"),
    "a dead anchor": (swap("index.html", 'href="#c1"', 'href="#c9"'), "links"),
    "a page that asks": (swap("index.html", 'src="episode.mp3"', 'src="//x.y/e.mp3"'), "links"),
    "a report of another length": (report("samples", 5), "chapters add up"),
    "a report of other lines": (report("lines", 99), "subtitles alike"),
    "no ASS": (gone("episode.ass"), "files"),
    "nothing for Hong Kong": (gone("episode.zh-HK.vtt"), "files"),
    "no chapter VTT": (gone("chapters/*.vtt"), "chapter files"),
    "ASS with other words": (swap("episode.ass", "大家好", "大家坏"), "subtitles alike"),
    "ASS at other times": (swap("episode.ass", r"0:00:00\.\d\d", "0:00:00.99"), "subtitles alike"),
    "ASS without a cue": (swap("episode.ass", "Dialogue: .*\n", ""), "subtitles alike"),
    "Traditional unlike": (swap("episode.zh-Hant.vtt", "大家好", "大家壞"), "subtitles alike"),
    "a chapter's VTT unlike": (swap("chapters/02*.vtt", "机器", "鸡器"), "subtitles alike"),
    "a comma shown": (swap("episode.srt", "大家好", "大家好，"), "subtitle marks"),
    "a stop in Traditional": (swap("episode.zh-Hant.srt", "大家好", "大家好。"), "subtitle marks"),
    "word times unasked": (
        swap("episode.vtt", "大家好", "大<00:00:00.300>家好"),
        "word times",
    ),
    "Podlove's other title": (swap("chapters.podlove.xml", "机器人", "人"), "chapters in texts"),
    "Podlove's other time": (
        swap("chapters.podlove.xml", "00:00:00.000", "00:00:00.100"),
        "chapters in texts",
    ),
    "a CUE sheet moved": (
        swap("episode.cue", "INDEX 01 00:00:00", "INDEX 01 00:00:09"),
        "chapters in texts",
    ),
    "a CUE sheet cut short": (swap("episode.cue", "(?s)  TRACK 02.*", ""), "chapters in texts"),
    "podlove broken": (swap("chapters.podlove.xml", "</", "<"), "chapters in texts"),
    "podlove with entities": (
        swap("chapters.podlove.xml", "^", "<!DOCTYPE a>"),
        "chapters in texts",
    ),
    "ffmetadata moved": (swap("chapters.ffmetadata", "START=0", "START=4410"), "chapters in texts"),
    "a link elsewhere": (swap("chapters.json", "#t=0", "#t=5"), "chapter links"),
    "a mark without a link": (tagged("episode.mp3", no_link), "chapter links"),
    "another style": (
        asked(subtitle_style="ted"),
        "subtitle marks",
    ),
    "a notice that nobody hears": (asked(spoken_notice=True), "subtitles say the script"),
    "no chapters at all": (
        swap("chapters.json", r'(?s)"chapters": \[.*\]', '"chapters": []'),
        "chapters cover the sound",
    ),
    "a chapter that ends before it begins": (
        swap("chapters.json", r'(?s)("startTime": [\d.]+,\s+"endTime": )[\d.]+', r"\1-1"),
        "chapters cover the sound",
    ),
    "sound that begins late": (
        swap("chapters.json", '"startTime": 0', '"startTime": 1'),
        "chapters cover the sound",
    ),
    "chapters shorter than told": (
        swap("chapters.json", r'"endTime": ([\d.]+)', r'"endTime": 9\1'),
        "chapters add up",
    ),
    "two channels": (encoded("-ac", "2"), "encoding"),
    "a lower rate": (encoded("-ar", "22050"), "encoding"),
    "a variable bitrate": (encoded("-q:a", "4"), "encoding"),
    "a low bitrate": (encoded("-b:a", "48k"), "encoding"),
    "a newer tag": (
        lambda folder: ID3(folder / "episode.mp3").save(folder / "episode.mp3", v2_version=4),
        "tags",
    ),
    "another title": (
        tagged("episode.mp3", lambda tags: tags.setall("TIT2", [TIT2(3, ["错"])])),
        "tags",
    ),
    "a grey cover": (
        lambda folder: Image.new("L", (1400, 1400)).save(folder / "cover.jpg"),
        "cover",
    ),
    "a page with another title": (swap("index.html", "<title>[^<]*", "<title>错"), "page"),
    "a page that lost a time": (swap("index.html", r'"starts":\[\d+,', '"starts":['), "page"),
    "a page without times": (swap("index.html", "application/json", "text/plain"), "page"),
    "a file cut short": (swap("episode.vtt", r"(?s)\n\n[^\n]*\n[^\n]*\n?$", ""), "files"),
    "nothing shown": (swap("episode.srt", TIMES, r"\1,\2 --> \3,\4\n "), "subtitle width"),
    "lines at once": (swap("episode.srt", r"--> 00:00:0\d", "--> 00:00:59"), "subtitle times"),
    "Traditional at other times": (
        swap("episode.zh-Hant.srt", r",\d(\d\d) -->", r",9\1 -->"),
        "subtitles alike",
    ),
    "an SRT that is none": (
        lambda folder: (folder / "episode.srt").write_text("你好\n", "utf-8"),
        "subtitles alike",
    ),
    "a time that is none": (swap("episode.srt", "-->", "->"), "subtitles alike"),
    "a cue that a reader drops": (
        swap("episode.srt", r"^", "1\n00:00:00,000 --> 00:00:00,000\n\n"),
        "subtitles alike",
    ),
    "a VTT without its head": (swap("episode.vtt", "WEBVTT", "VTT"), "subtitles alike"),
    "a VTT with a broken time": (
        swap("episode.vtt", r"\.(\d{3}) -->", r",\1 -->"),
        "subtitles alike",
    ),
    "an ASS with a broken time": (
        swap("episode.ass", r"Dialogue: 0,0:00", "Dialogue: 0,0-00"),
        "subtitles alike",
    ),
    "speech too fast to read": (
        lambda folder: (folder / "episode.srt").write_text(
            re.sub(r"(\S+),(\d)\d\d -->.*", r"\1,\g<2>00 --> \1,\g<2>40", text_of(folder)), "utf-8"
        ),
        "subtitle pace",
    ),
    "a chapter whose title is a number": (
        swap("chapters.json", r'("endTime": [\d.]+,\s*)"title": "[^"]*"', r'\1"title": 3'),
        "chapters cover the sound",
    ),
    "a time that is infinite": (
        swap("chapters.json", r'"startTime": 0\b(?:\.0)?', '"startTime": 1e999'),
        "chapters in texts",
    ),
    "a time after all clocks": (
        swap("episode.srt", "00:00:", "99999999999:00:"),
        "subtitles alike",
    ),
    "a rate of nothing": (swap("chapters.ffmetadata", "1/44100", "1/0"), "chapters in texts"),
    "broken JSON": (
        lambda folder: (folder / "chapters.json").write_text("{"),
        "chapter files",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_fault_is_found(built: Path, tmp_path: Path, defect: str) -> None:
    plant, what = DEFECTS[defect]
    folder = tmp_path / "copy"
    copytree(built, folder)
    plant(folder)
    assert is_found(folder, what)


FIRST = r"(?s)(-->[^\n]*\n)[^\n]*"
OTHER_DEFECTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "three lines": (swap("episode.srt", FIRST, r"\1一二三\n一二三\n一二三"), "subtitle width"),
    "a crumb below": (swap("episode.srt", FIRST, r"\1一二三四\n的"), "subtitle crumbs"),
    "too short for its style": (
        swap("episode.srt", TIMES, r"\1,000 --> \1,900\n\5"),
        "subtitle times",
    ),
    "a mark lost": (swap("episode.srt", "，", ""), "subtitle marks"),
    "no word times": (
        lambda folder: (folder / "episode.vtt").write_text(
            re.sub(r"<[\d:.]+>", "", (folder / "episode.vtt").read_text("utf-8")), "utf-8"
        ),
        "word times",
    ),
    "word times that fall": (
        swap("episode.vtt", r"<00:00:0(\d)\.(\d{3})>", r"<00:09:0\1.\2>"),
        "word times",
    ),
    "one line told for two": (
        asked(subtitle_lines=1),
        "subtitle width",
    ),
    "a notice not told": (asked(spoken_notice=False), "subtitles say the script"),
}


@pytest.mark.slow
@pytest.mark.parametrize("defect", OTHER_DEFECTS)
def test_a_fault_planted_in_other_subtitles_is_found(
    other: Path, tmp_path: Path, defect: str
) -> None:
    plant, what = OTHER_DEFECTS[defect]
    folder = tmp_path / "copy"
    copytree(other, folder)
    plant(folder)
    assert is_found(folder, what)


# Another recipe -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def soft(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An episode that is judged by none of the defaults: they would call it faulty."""
    recipe = Recipe(engine="espeak", loudness=-20.0, peak=-3.0, chapter_pause=6.0, bitrate=64)
    return make(tmp_path_factory.mktemp("soft"), recipe)


@pytest.mark.slow
def test_an_episode_is_judged_by_what_was_asked_for(soft: Path, tmp_path: Path) -> None:
    assert [finding for finding in check(soft) if not finding.good] == []
    folder = tmp_path / "copy"
    copytree(soft, folder)
    report("recipe", {})(folder)
    faulty = {finding.what for finding in check(folder) if not finding.good}
    assert faulty == {"loudness of the episode", "loudness of chapters", "silence", "encoding"}


SOFT_DEFECTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "as loud as Apple asks": (
        sound("episode.mp3", lambda pcm: louder(pcm, 10**0.2)),
        "loudness of the episode",
    ),
    "a chapter as loud": (
        sound("chapters/*.mp3", lambda pcm: louder(pcm, 10**0.2)),
        "loudness of chapters",
    ),
    "a peak of -2": (sound("episode.mp3", lambda pcm: peaking(pcm, -2.0)), "true peak"),
    "a hole longer than its pauses": (
        sound("episode.mp3", lambda pcm: pcm + bytes(2 * RATE * 3)),
        "silence",
    ),
    "a pause cut short": (
        sound("chapters/*.mp3", lambda pcm: pcm[: -2 * RATE]),
        "pauses",
    ),
    "another pause asked for": (asked(chapter_pause=7), "pauses"),
    "another bitrate asked for": (asked(bitrate=80), "encoding"),
    "a lower peak asked for": (asked(peak=-15), "true peak"),
}


def peaking(pcm: bytes, peak_db: float) -> bytes:
    """The sound with one sample, held for a millisecond, at a peak."""
    samples = np.frombuffer(pcm, "<i2").copy()
    samples[RATE : RATE + RATE // 1000] = round(32767 * 10 ** (peak_db / 20))
    return bytes(samples.tobytes())


@pytest.mark.slow
@pytest.mark.parametrize("defect", SOFT_DEFECTS)
def test_a_fault_against_what_was_asked_for_is_found(
    soft: Path, tmp_path: Path, defect: str
) -> None:
    plant, what = SOFT_DEFECTS[defect]
    folder = tmp_path / "copy"
    copytree(soft, folder)
    plant(folder)
    assert is_found(folder, what)  # and not in `soft` itself, as the test above says


@pytest.mark.slow
@pytest.mark.parametrize("damage", [{"seconds": "x"}, {"chapters": 3}, {"rate": 0}])
def test_a_report_that_tells_too_little_is_one_sentence(
    built: Path, tmp_path: Path, damage: dict[str, object]
) -> None:
    folder = tmp_path / "copy"
    copytree(built, folder)
    ((name, value),) = damage.items()
    report(name, value)(folder)
    with pytest.raises(ReadError, match=rf"it has no {name}; run `podcast make` first"):
        check(folder)


@pytest.mark.slow
def test_a_check_tells_how_far_it_is_and_can_be_stopped(built: Path) -> None:
    shares: list[float] = []
    check(built, shares.append)
    assert shares == sorted(shares) and shares[0] == 0.0 and shares[-1] > 0.95
    assert len(shares) > 6

    def stop(share: float) -> None:
        if share > 0.3:
            raise Stopped("stopped")

    with pytest.raises(Stopped):
        check(built, stop)


def test_no_episode_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"no report\.json"):
        check(tmp_path)


@pytest.mark.slow
def test_the_command_tells_and_fails(built: Path, tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["check", str(built)]).exit_code == 0
    folder = tmp_path / "copy"
    copytree(built, folder)
    gone("episode.vtt")(folder)
    told = CliRunner().invoke(main, ["check", str(folder)])
    assert told.exit_code == 1
    assert "no episode.vtt" in told.output
