"""A recogniser writes a transcript of a recording, which says that it did."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from spoken import LINES, quiet, taped, write_wav

from podcast.cli import main
from podcast.outside import recogniser
from podcast.outside.recogniser import RATE, Samples, WrittenLine
from podcast.recording.heard import Recording
from podcast.recording.written import pieces
from podcast.text.read import read


class Ear:
    """A recogniser that hears the next of some texts in each piece that it gets."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)

    def lines(self, samples: Samples) -> list[WrittenLine]:
        length = len(samples) / RATE
        assert length <= 30
        text = self.texts.pop(0) if self.texts else ""
        return [WrittenLine(0.5, length, text)] if text else []


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def hearing(monkeypatch: pytest.MonkeyPatch, *texts: str) -> None:
    monkeypatch.setattr(recogniser, "open_recogniser", lambda _: Ear(*texts))


def test_a_transcript_has_times_and_says_who_wrote_it(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wav(here / "talk.wav", np.concatenate([quiet(20) * 300, quiet(20) * 300]))
    hearing(monkeypatch, "今天天气很好", "我们去公园")
    result = run("hear", "talk.wav")
    assert result.exit_code == 0 and result.stdout.splitlines()[-1] == "talk.vtt"
    assert "it has errors" in result.stderr
    text = (here / "talk.vtt").read_text("utf-8")
    assert text.startswith("WEBVTT\n\nNOTE\nWritten by the speech recogniser whisper-base, not by")
    lines = read(here / "talk.vtt").lines
    assert [line.text for line in lines] == ["今天天气很好", "我们去公园"]
    assert lines[0].start_ms == 500 and 14_000 < (lines[1].start_ms or 0) < 29_000


def test_pieces_are_cut_where_it_is_quiet_and_are_all_of_the_sound(here: Path) -> None:
    loud, silent = quiet(18) * 300, quiet(1)
    whole = np.concatenate([loud, silent, loud, silent, loud])
    path = write_wav(here / "talk.wav", whole)
    found = list(pieces(Recording(path)))
    assert sum(len(piece) for _, piece in found) == len(whole)
    starts = [start / RATE for start, _ in found]
    assert 18 < starts[1] < 19 and 37 < starts[2] < 38


def test_a_recording_without_speech_is_one_sentence(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wav(here / "talk.wav", quiet(3))
    hearing(monkeypatch)
    result = run("hear", "talk.wav")
    assert result.exit_code == 1 and "nothing is heard in talk.wav" in result.stderr
    assert not (here / "talk.vtt").exists()
    result = run("hear", "none.wav")
    assert result.exit_code == 1 and "there is no recording" in result.stderr


@pytest.mark.parametrize("command", ["hear", "align"])
@pytest.mark.parametrize("folder", [".", "/"])
def test_a_folder_is_no_recording(command: str, folder: str) -> None:
    result = run(command, folder)
    assert result.exit_code == 1 and f"there is no recording {folder}; give a" in result.stderr


def test_a_transcript_that_is_there_is_not_replaced(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wav(here / "talk.wav", quiet(1))
    (here / "talk.vtt").write_text("mine", "utf-8")
    hearing(monkeypatch, "好")
    result = run("hear", "talk.wav")
    assert result.exit_code == 1 and "choose another file with -o" in result.stderr
    assert (here / "talk.vtt").read_text("utf-8") == "mine"


def test_without_the_recogniser_the_command_that_installs_it_is_named(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent() -> None:
        raise ImportError("No module named 'faster_whisper'")

    write_wav(here / "talk.wav", quiet(1))
    monkeypatch.setattr(recogniser, "_library", absent)
    result = run("hear", "talk.wav")
    assert result.exit_code == 1 and recogniser.WANTED in result.stderr


@pytest.mark.slow
def test_of_a_recording_alone_only_the_part_that_is_named_is_heard(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wav(here / "talk.wav", np.concatenate([quiet(30) * 300, taped(*LINES)[0]]))
    hearing(monkeypatch, "。".join(LINES))
    result = run("align", "talk.wav", "--from", "30")
    assert result.exit_code == 0, result.output
    assert [line.start_ms for line in read(here / "talk.vtt").lines] == [30_500]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("talk.txt", "我们今天聊聊成本"),
        ("talk.srt", "1\n00:00:01,000 --> 00:00:02,000\n我们今天聊聊成本\n"),
    ],
)
def test_where_the_recording_is_forgotten_it_is_said_to_be_missing(
    here: Path, name: str, text: str
) -> None:
    (here / name).write_text(text, "utf-8")
    result = run("align", name)
    assert result.exit_code == 1
    told = f"{name} is a text, and its recording is missing; give that after it"
    assert told in result.stderr.replace("\n", " ")
    assert [path.name for path in here.iterdir()] == [name]


def test_a_recording_alone_is_heard_first_and_then_aligned(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wav(here / "talk.wav", taped(*LINES)[0])
    hearing(monkeypatch, "。".join(LINES))
    result = run("align", "talk.wav")
    assert result.exit_code == 0, result.output
    assert (here / "out/talk/original/original.srt").is_file() and (here / "talk.vtt").is_file()
    again = run("align", "talk.wav")
    assert again.exit_code == 0 and "using the transcript talk.vtt" in again.stderr
