"""A file with sound and a transcript -> out/<episode>/original/, or one sentence and nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import srt
from click.testing import CliRunner, Result
from spoken import ENGLISH, LINES, quiet, spoken, taped, write_video, write_wav

from podcast.cli import main
from podcast.recording import heard
from podcast.recording.features import RATE

pytestmark = [pytest.mark.slow]

NAMES = {
    "chapters.bilibili.txt",
    "chapters.ffmetadata",
    "chapters.json",
    "chapters.txt",
    "index.html",
    "timemap.json",
    *(
        f"original{region}.{kind}"
        for region in ("", ".zh-Hant", ".zh-HK")
        for kind in ("srt", "vtt", "ass")
    ),
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "talk.txt").write_text("\n".join(LINES), "utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def cues(path: str) -> list[srt.Subtitle]:
    return list(srt.parse(Path(path).read_text("utf-8")))


def timemap(folder: str = "out/talk/original") -> dict[str, list[dict[str, float]]]:
    return dict(json.loads((Path(folder) / "timemap.json").read_text("utf-8")))


def test_all_files_are_there_and_fit_the_recording(here: Path) -> None:
    sound, starts = taped(*LINES)
    write_wav(here / "talk.wav", sound)
    result = run("align", "talk.txt", "talk.wav")
    assert result.exit_code == 0, result.output
    assert result.stdout == "out/talk/original\n"
    folder = here / "out/talk/original"
    assert {path.name for path in folder.iterdir()} == NAMES
    shown = cues("out/talk/original/original.srt")
    assert "".join(filter(str.isalnum, "".join(cue.content for cue in shown))) == "".join(LINES)
    begins = [cue.start.total_seconds() for cue in shown]
    assert all(min(abs(start - begin) for begin in begins) < 0.3 for start in starts)
    assert "人工智能" in shown[0].content
    assert "人工智慧" in cues("out/talk/original/original.zh-Hant.srt")[0].content
    assert (folder / "chapters.txt").read_text("utf-8").startswith("0:00 ")
    assert timemap()["sound_without_text"] == []


def test_sound_that_begins_later_in_a_video_is_found_where_it_is_heard(here: Path) -> None:
    sound, starts = taped(*LINES[:4])
    (here / "talk.txt").write_text("\n".join(LINES[:4]), "utf-8")
    write_video(here / "talk.mp4", write_wav(here / "talk.wav", sound), 0.5)
    assert run("align", "talk.txt", "talk.mp4").exit_code == 0
    found = [line["start"] for line in timemap()["lines"]]
    assert np.allclose(found, np.array(starts) + 0.5, atol=0.15)


def test_a_part_of_a_recording_keeps_the_times_of_the_whole(here: Path) -> None:
    sound, starts = taped(spoken(ENGLISH[0], "en-us"), *LINES)
    write_wav(here / "talk.wav", sound)
    opens = f"0:{starts[1] - 0.2:.1f}"
    assert run("align", "talk.txt", "talk.wav", "--from", opens, "-o", "here").exit_code == 0
    found = [line["start"] for line in timemap("here")["lines"]]
    assert np.allclose(found, starts[1:], atol=0.25)


def test_what_was_found_once_is_not_listened_to_again(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wav(here / "talk.wav", taped(*LINES)[0])
    assert run("align", "talk.txt", "talk.wav").exit_code == 0
    first = timemap()

    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(heard, "listen", refuse)
    script = "# 集\n\n## 开场\n\n" + "。".join(LINES[:4]) + "。\n"
    (here / "out/talk/script.md").write_text(script, "utf-8")
    assert run("align", "talk.txt", "talk.wav").exit_code == 0
    assert timemap()["lines"] == first["lines"]
    assert len(timemap()["sentences"]) == 4


def test_a_script_without_a_transcript_is_aligned_itself(here: Path) -> None:
    write_wav(here / "talk.wav", taped(*LINES)[0])
    (here / "my.md").write_text("# 集\n\n## 开场\n\n" + "。".join(LINES) + "。\n", "utf-8")
    assert run("align", "my.md", "talk.wav", "-o", "here").exit_code == 0
    assert len(timemap("here")["sentences"]) == len(LINES)


def test_a_folder_of_a_persons_own_files_is_left_as_it_is(here: Path) -> None:
    write_wav(here / "talk.wav", taped(*LINES)[0])
    assert run("align", "talk.txt", "talk.wav", "-o", ".").exit_code == 0
    assert (here / "talk.wav").is_file() and (here / "original.srt").is_file()
    mine = here / "site"
    mine.mkdir()
    (mine / "index.html").write_text("mine", "utf-8")
    result = run("align", "talk.txt", "talk.wav", "-o", "site")
    assert result.exit_code == 1 and "choose another folder" in result.stderr
    assert [path.name for path in mine.iterdir()] == ["index.html"]


def test_what_was_found_once_has_the_line_numbers_of_now(here: Path) -> None:
    write_wav(here / "talk.wav", taped(*LINES)[0])
    assert run("align", "talk.txt", "talk.wav").exit_code == 0
    (here / "talk.txt").write_text("\n\n\n" + "\n".join(LINES), "utf-8")
    assert run("align", "talk.txt", "talk.wav").exit_code == 0
    assert [line["line"] for line in timemap()["lines"]] == [*range(4, 4 + len(LINES))]


def test_subtitles_of_the_recording_name_who_speaks(here: Path) -> None:
    names = ["小林", "老周"] * (len(LINES) // 2)
    told = (f"{name}：{line}。" for name, line in zip(names, LINES, strict=True))
    (here / "talk.txt").write_text("\n".join(told), "utf-8")
    write_wav(here / "talk.wav", taped(*LINES)[0])
    assert run("align", "talk.txt", "talk.wav").exit_code == 0
    vtt = (here / "out/talk/original/original.vtt").read_text("utf-8")
    assert "<v 小林>" in vtt and "<v 老周>" in vtt and "主持人" not in vtt


# What is refused -----------------------------------------------------------------------------


def cut_off(here: Path) -> Path:
    whole = write_video(here / "whole.mp4", write_wav(here / "a.wav", taped(*LINES)[0]))
    path = here / "cut.mp4"
    path.write_bytes(whole.read_bytes()[:4000])
    return path


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "no file": (lambda here: here / "none.mp3", "there is no recording"),
    "a text": (lambda here: here / "talk.txt", "cannot be read"),
    "no sound track": (lambda here: write_video(here / "a.mp4", None), "has no sound track"),
    "silence": (
        lambda here: write_wav(here / "a.wav", np.zeros(20 * RATE, np.float32)),
        "nothing is heard in a.wav",
    ),
    "cut off": (cut_off, "cannot be read"),
    "too short": (
        lambda here: write_wav(here / "a.wav", taped(LINES[0])[0][: 2 * RATE]),
        "does not fit this text: it lasts 2 s",
    ),
    "another language": (
        lambda here: write_wav(here / "a.wav", taped(*[spoken(ENGLISH[0], "en-us")] * 6)[0]),
        "does not fit this text",
    ),
    "noise": (lambda here: write_wav(here / "a.wav", quiet(20) * 300), "does not fit this text"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_recording_that_cannot_be_of_the_talk_is_one_sentence(here: Path, case: str) -> None:
    make, complaint = REFUSED[case]
    result = run("align", "talk.txt", str(make(here)))
    assert result.exit_code == 1
    assert complaint in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (here / "out/talk").exists()


def test_few_sure_lines_are_warned_of(here: Path) -> None:
    write_wav(here / "talk.wav", taped(*LINES[:5])[0])
    result = run("align", "talk.txt", "talk.wav")
    assert result.exit_code == 0, result.output
    assert "of the lines are surely heard" in result.stderr
    assert [line["start"] is None for line in timemap()["lines"]][-3:] == [True] * 3


@pytest.mark.parametrize(
    "wrong", [("--from", "x"), ("--from", "9", "--to", "3"), ("--track", "-1")], ids=str
)
def test_a_wrong_option_is_misuse(here: Path, wrong: tuple[str, ...]) -> None:
    write_wav(here / "talk.wav", quiet(1))
    assert run("align", "talk.txt", "talk.wav", *wrong).exit_code == 2


@pytest.mark.usefixtures("any_ffmpeg")
def test_a_track_that_is_not_there_is_named(here: Path) -> None:
    write_wav(here / "talk.wav", quiet(1))
    result = run("align", "talk.txt", "talk.wav", "--track", "3")
    assert "has no sound track number 3" in result.stderr


# In a build ----------------------------------------------------------------------------------


def make(*more: str) -> Result:
    return run("make", *more, "--engine", "tone", "--jobs", "1", "-q")


def test_a_build_with_a_recording_has_its_files_and_passes_the_check(here: Path) -> None:
    write_wav(here / "talk.wav", taped(*LINES)[0])
    assert make("talk.txt", "--recording", "talk.wav").exit_code == 0
    assert {path.name for path in (here / "out/talk/original").iterdir()} == NAMES
    result = run("check", "out/talk")
    assert result.exit_code == 0, result.output
    assert "original" in result.stdout
    report = json.loads((here / "out/talk/report.json").read_text("utf-8"))
    assert report["recipe"]["recording"] == "talk.wav"
    subtitles = here / "out/talk/original/original.srt"
    subtitles.write_text(subtitles.read_text("utf-8").replace("00:00:0", "00:09:0"), "utf-8")
    assert run("check", "out/talk").exit_code == 1


def test_a_transcript_with_times_needs_no_recording(here: Path) -> None:
    lines = (
        f"{n}\n00:00:{5 * n:02},000 --> 00:00:{5 * n + 3:02},000\n{line}\n"
        for n, line in enumerate(LINES)
    )
    (here / "timed.srt").write_text("\n".join(lines), "utf-8")
    assert make("timed.srt").exit_code == 0
    folder = here / "out/timed/original"
    assert {path.name for path in folder.iterdir()} == NAMES
    assert cues(str(folder / "original.srt"))[0].start.total_seconds() == 0
    assert timemap(str(folder))["lines"][3]["start"] == 15
    assert run("check", "out/timed").exit_code == 0
    write_wav(here / "talk.wav", taped(*LINES)[0])
    assert run("align", "timed.srt", "talk.wav").exit_code == 0
    exact = (folder / "timemap.json").read_bytes()
    assert make("timed.srt", "--sentence-pause", "0.7").stderr.count("removed") == 0
    assert (folder / "timemap.json").read_bytes() == exact
    assert make("timed.srt", "--recording", "talk.wav").exit_code == 0
    assert "that fit the recording" in make("timed.srt").stderr
    assert timemap(str(folder))["lines"][3]["start"] == 15


def test_an_alignment_beside_a_build_stays_while_the_script_is_as_it_was(here: Path) -> None:
    write_wav(here / "talk.wav", taped(*LINES)[0])
    assert make("talk.txt", "--recording", "talk.wav").exit_code == 0
    other = ("--to", "20", "--subtitle-lines", "2", "--subtitle-style", "ted")
    assert run("align", "talk.txt", "talk.wav", *other).exit_code == 0
    result = run("check", "out/talk")
    assert result.exit_code == 0, result.output
    result = make("talk.txt")
    assert "original" not in result.stderr
    assert (here / "out/talk/original/timemap.json").is_file()
    mine = here / "out/talk/original/notes.txt"
    mine.write_text("mine", "utf-8")
    script = here / "out/talk/script.md"
    script.write_text(script.read_text("utf-8").replace("成本", "价钱"), "utf-8")
    result = make("talk.txt")
    assert "removed the outdated files of out/talk/original" in result.stderr
    assert [path.name for path in (here / "out/talk/original").iterdir()] == ["notes.txt"]
    assert run("check", "out/talk").exit_code == 0
    assert make("talk.txt", "--recording", "talk.wav").exit_code == 0
    assert mine.is_file()
    assert "removed the outdated" in make("talk.txt").stderr
    assert [path.name for path in (here / "out/talk/original").iterdir()] == ["notes.txt"]


def test_a_recording_of_another_talk_ends_the_build_before_anything_is_said(here: Path) -> None:
    write_wav(here / "talk.wav", quiet(20) * 300)
    result = make("talk.txt", "--recording", "talk.wav")
    assert result.exit_code == 1 and "does not fit this text" in result.stderr
    assert not (here / "out/talk").exists()
