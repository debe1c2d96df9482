"""A recogniser confirms lines that are not sure, where it hears their words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from spoken import LINES, found, taped, write_wav

from podcast.cli import main
from podcast.outside import recogniser
from podcast.outside.recogniser import RATE, Samples
from podcast.recording.heard import Recording
from podcast.recording.times import Alignment, HeardLine
from podcast.recording.witness import witnessed


class Ear:
    """A recogniser that hears the next of some texts, and notes how many seconds it was given."""

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
    HeardLine(5, LINES[4], 1000, 40_000, -0.9, 1.0),  # longer than a recogniser takes in
)


def test_lines_that_are_not_sure_are_heard_and_those_with_their_words_are_sure(
    tmp_path: Path,
) -> None:
    sound, _ = taped(*LINES)
    recording = Recording(write_wav(tmp_path / "talk.wav", sound))
    ear = Ear(LINES[1], "完全是另外一句话")
    made = witnessed(Alignment(UNSURE, (), 60_000), recording, ear)
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
        witnessed(Alignment(lines, (), 60_000), Recording(place, start=start), Listener())
    assert heard[0] == pytest.approx(heard[1], abs=1e-3)


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
