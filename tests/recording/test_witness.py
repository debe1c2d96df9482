"""A recogniser confirms lines that are not sure, where it hears their words."""

from __future__ import annotations

import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from spoken import LINES, found, quiet, taped, write_wav

from podcast.cli import _listening, main
from podcast.errors import ReadError
from podcast.files.store import Store
from podcast.model import Line, Transcript
from podcast.outside import recogniser
from podcast.outside.recogniser import RATE, Samples, Whisper
from podcast.recording.heard import Recording, heard_in
from podcast.recording.times import Alignment, HeardLine
from podcast.recording.witness import witnessed


class Ear:
    """A recogniser that hears the next of some texts, and notes how many seconds it was given."""

    content = "ear"

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self.seconds: list[float] = []

    def hear(self, samples: Samples) -> str:
        self.seconds.append(len(samples) / RATE)
        return self.texts.pop(0)


UNSURE = (
    HeardLine(1, LINES[0], 300, 3300, -0.3, 1.0),  # sure
    HeardLine(2, LINES[1], 4000, 6000, -0.8, 1.0),
    HeardLine(3, LINES[2]),  # not heard
    HeardLine(4, LINES[3], 6500, 8500, -0.9, 1.0),
    HeardLine(5, LINES[4], 1000, 40_000, -0.9, 1.0),  # longer than anybody takes to say it
)


def test_lines_that_are_not_sure_are_heard_and_those_with_their_words_are_sure(
    tmp_path: Path,
) -> None:
    sound, _ = taped(*LINES)
    recording = Recording(write_wav(tmp_path / "talk.wav", sound))
    ear = Ear(LINES[1], "完全是另外一句话")
    shares: list[float] = []
    made = witnessed(
        Alignment(UNSURE, (), 60_000), recording, ear, Store(tmp_path), watch=shares.append
    )
    assert shares == [0.5, 0.5]
    assert [line.is_sure for line in made.lines] == [True, True, False, False, False]
    assert ear.seconds == pytest.approx([2.4, 2.4])
    assert made.lines[1] == replace(UNSURE[1], is_witnessed=True)


def test_of_a_part_of_a_recording_the_same_sound_is_heard(tmp_path: Path) -> None:
    sound, starts = taped(*LINES)
    place = write_wav(tmp_path / "talk.wav", sound)
    lines = (replace(UNSURE[1], start_ms=round(starts[1] * 1000)),)
    heard: list[list[float]] = []

    class Listener(Ear):
        def hear(self, samples: Samples) -> str:
            heard.append(samples.tolist())
            return ""

    for start in (0.0, 2.0):
        witnessed(
            Alignment(lines, (), 60_000),
            Recording(place, start=start),
            Listener(),
            Store(tmp_path / str(start)),
        )
    assert heard[0] == pytest.approx(heard[1], abs=1e-3)


def test_what_was_heard_is_kept_and_another_network_hears_again(tmp_path: Path) -> None:
    sound, _ = taped(*LINES)
    recording, store = Recording(write_wav(tmp_path / "talk.wav", sound)), Store(tmp_path)
    for content, pieces in (("one", 2), ("one", 0), ("another", 2)):
        ear = Ear(LINES[1], "")
        ear.content = content
        made = witnessed(Alignment(UNSURE, (), 60_000), recording, ear, store)
        assert made.lines[1].is_sure and len(ear.seconds) == pieces


def test_a_long_line_is_heard_in_pieces_that_a_recogniser_takes_in(tmp_path: Path) -> None:
    recording = Recording(write_wav(tmp_path / "talk.wav", quiet(70) * 300))
    line = HeardLine(1, "说得很慢" * 20, 1000, 61_000, -0.9, 1.0)
    ear = Ear(*["说得很慢" * 5] * 4)
    made = witnessed(Alignment((line,), (), 70_000), recording, ear, Store(tmp_path))
    assert made.lines[0].is_sure
    assert sum(ear.seconds) == pytest.approx(60.4) and max(ear.seconds) <= 28


def test_after_an_interruption_only_the_pieces_that_were_not_heard_are(tmp_path: Path) -> None:
    recording = Recording(write_wav(tmp_path / "talk.wav", quiet(70) * 300))
    alignment = Alignment((HeardLine(1, "说得很慢" * 20, 1000, 61_000, -0.9, 1.0),), (), 70_000)
    stopped, ear = Ear("说得很慢"), Ear(*["说得很慢"] * 4)
    with pytest.raises(IndexError):
        witnessed(alignment, recording, stopped, Store(tmp_path))
    witnessed(alignment, recording, ear, Store(tmp_path))
    assert stopped.seconds[0] + sum(ear.seconds) == pytest.approx(60.4)


def test_what_whisper_hears_follows_from_all_files_of_its_folder_and_both_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def content() -> str:
        whisper = Whisper.__new__(Whisper)
        whisper.folder = tmp_path
        return whisper.content

    monkeypatch.setattr(recogniser, "_library", lambda: SimpleNamespace(__version__="1"))
    monkeypatch.setitem(sys.modules, "ctranslate2", SimpleNamespace(__version__="1"))
    (tmp_path / "model.bin").write_text("model")
    contents = [content()]
    (tmp_path / "vocabulary.txt").write_text("words")
    contents.append(content())
    monkeypatch.setitem(sys.modules, "ctranslate2", SimpleNamespace(__version__="2"))
    contents.append(content())
    assert len(set(contents)) == 3 and contents[-1] == content()


@pytest.mark.parametrize("count", [0, 7])  # millionths of a seventh do not add up to a million
def test_the_bar_is_full_at_the_end(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    with _listening() as watch:
        for _ in range(count):
            watch(1 / count)
    assert "100%" in shown.getvalue()


def test_a_recording_is_refused_only_after_the_recogniser_was_asked(tmp_path: Path) -> None:
    sound, _ = taped(*LINES)
    recording, store = Recording(write_wav(tmp_path / "talk.wav", sound)), Store(tmp_path)
    transcript = Transcript((Line(LINES[1], 1),))
    doubtful = Alignment((UNSURE[1],), (), 60_000)

    def confirmed(text: str) -> Alignment:
        return heard_in(
            recording,
            transcript,
            store,
            confirmed=lambda _: witnessed(doubtful, recording, Ear(text), Store(tmp_path / text)),
        )

    assert confirmed(LINES[1]).sure == 1
    with pytest.raises(ReadError, match="does not fit this text: 0% of its lines"):
        confirmed("完全是另外一句话")


def test_the_command_hears_only_if_it_is_asked_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sound, _ = taped(*LINES)
    write_wav(tmp_path / "talk.wav", sound)
    (tmp_path / "talk.txt").write_text("\n".join(LINES) + "\n", "utf-8")
    doubtful = [line.text for line in found(sound).lines if not line.is_sure]
    opened: list[str] = []

    def open_recogniser(name: str) -> Ear:
        opened.append(name)
        return Ear(*doubtful)

    monkeypatch.setattr(recogniser, "open_recogniser", open_recogniser)
    for options, names in (((), []), (("--listen", "--recogniser", "own"), ["own"])):
        result = CliRunner().invoke(main, ["align", "talk.txt", "talk.wav", *options])
        assert result.exit_code == 0, result.output
        assert opened == names
