"""What bench/ writes, and what it leaves as it is."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import align
import ear
import editor
import fillers
import kinds
import numpy as np
import outages
import pytest
import run
from material import CANNOT_RUN, TALKS

from podcast.model import Kept, Voice
from podcast.outside.recogniser import RATE, Samples
from podcast.published.check.listen import Stretch
from podcast.text.editor.proof import Refusal, edited

SECTION = "## What is understood\n\nLimit (`bench/ear.py`), **met**: 25 %.\n\n```\n12 %\n```\n"


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "benchmarks.md"
    path.write_text(f"# Benchmarks\n\n{SECTION}", "utf-8")
    monkeypatch.setattr(run, "PAGE", path)
    return path


@pytest.mark.slow
def test_what_cannot_be_measured_here_stays_as_it_was(
    page: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RECOGNISER", str(page.parent))
    before = page.read_bytes()
    assert run.main(["ear"]) == 0
    assert page.read_bytes() == before
    assert "hears nothing" in capfd.readouterr().err


def test_a_fresh_section_takes_the_place_of_the_old_one(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "measured", lambda name: run.section(name, "met", "11 %\n"))
    assert run.main(["ear"]) == 0
    text = page.read_text("utf-8")
    assert "11 %" in text and "12 %" not in text
    assert run.earlier().keys() == {"ear"}


def test_without_a_recogniser_nothing_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RECOGNISER", str(tmp_path))
    assert ear.main(()) == CANNOT_RUN
    assert capsys.readouterr().out == ""


def test_without_spoken_sentences_no_line_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SENTENCES", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["align.py"])
    assert align.main() == CANNOT_RUN
    told = capsys.readouterr()
    assert told.out == "" and "no spoken sentences" in told.err


@pytest.mark.parametrize(("late", "is_met"), [(0, True), (1, False)])
def test_one_sure_line_in_a_hundred_that_is_far_off_is_too_many(late: int, is_met: bool) -> None:
    errors = np.array([0.01] * (100 - late) + [1.5] * late)
    found = align.Measured(errors, np.ones(100, bool), 0, 0, 3600.0, 60.0)
    assert align.is_met([found]) is is_met


def test_what_is_gone_and_what_is_damaged_is_told_by_the_samples() -> None:
    talk = fillers.Talk(random.Random(0), np.random.default_rng(0), "cmn")
    talk.words += [fillers.Part("今天", 0, 44_100), fillers.Part("很好", 66_150, 110_250)]
    talk.fillers.append(fillers.Part("嗯", 50_000, 60_000))
    kept = (Kept(0, 0, 44_100), Kept(50_000, 67_500, 110_250))
    found = fillers.measured(talk, fillers.Built(kept, ((0.0, "今天"), (1150.0, "很好"))))
    assert found.gone == 1 and found.damaged == ("很好 at 1.50 s: 31 of 1000 ms",)
    assert found.on_time == 0.5  # the beginning of the second is not heard
    whole = fillers.measured(talk, fillers.Built((Kept(0, 0, 110_250),), ()))
    assert whole.gone == 0 and not whole.damaged


@pytest.mark.parametrize(
    ("kept", "left", "damaged"),
    [
        (((0, 100), (300, 600)), 0, 0),  # the planted 三周 is cut out
        (((0, 300), (500, 600)), 0, 0),  # or the word that it says before
        (((0, 200), (400, 600)), 0, 0),  # or the end of one and the beginning of the other
        (((0, 300), (550, 600)), 0, 1),
        (((0, 600),), 1, 0),
    ],
)
def test_of_words_that_are_said_twice_either_copy_may_be_cut_out(
    kept: tuple[tuple[int, int], ...], left: int, damaged: int
) -> None:
    def part(text: str, start: int, end: int) -> fillers.Part:
        step = (end - start) // len(text)
        places = range(441 * start, 441 * end, 441 * step)
        return fillers.Part(text, 441 * start, 441 * end, tuple(places))

    talk = fillers.Talk(random.Random(0), np.random.default_rng(0), "cmn")
    talk.words += [part("国", 0, 100), part("三周后", 300, 600)]
    talk.fillers.append(part("三周", 100, 300))
    cuts = tuple(Kept(0, 441 * start, 441 * end) for start, end in kept)
    found = fillers.measured(talk, fillers.Built(cuts, ()))
    assert (len(found.left), len(found.damaged)) == (left, damaged)


def test_bare_sentences_lie_where_they_are_heard() -> None:
    sound = ear.bare(TALKS[0], Voice("host", "espeak", "cmn"))
    assert len(TALKS) >= 4
    assert "".join(each.text for each in sound.stretches).startswith("欢迎回到")
    for before, after in pairwise(sound.stretches):
        assert after.start - before.end == pytest.approx(ear.PAUSE, abs=0.001)
        between = sound.samples[round(before.end * RATE) : round(after.start * RATE)]
        assert not np.any(between)


def test_a_figure_may_be_written_in_digits_and_each_hearing_counts() -> None:
    class Listener:
        texts = iter(("有2000万人", "有两千万人", "有两千人"))

        def hear(self, _: Samples) -> str:
            return next(self.texts)

    listener = ear.Ear.__new__(ear.Ear)
    listener.recogniser = Listener()  # type: ignore[assignment]
    stretches = (Stretch(0, 1, ("有两千万人。",)),)
    sound = ear.Sound(np.zeros(RATE, np.float32), stretches)
    assert listener.misheard(sound) == (1, 15)


def test_what_a_model_proposes_is_counted_by_what_the_proof_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = "然后这个模型很强，我我觉得它很快，大家都可以用。"
    answers = (text, text.replace("我我", "我"), text.replace("很强", "不强"), "")
    outcomes = []
    for answer in answers:
        checked = edited(text, answer)
        fault = checked if isinstance(checked, Refusal) else None
        outcomes.append(editor.Asked(text, answer, fault))
    editor.report(outcomes)
    told = capsys.readouterr().out
    assert told.startswith("4 paragraphs, 3 proposals, 1 taken by the proof\n")
    assert told.count("\nrefused: ") == 2 and "(nothing)" in told


def test_without_a_model_nothing_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODEL", str(tmp_path / "none.gguf"))
    assert editor.main(()) == CANNOT_RUN
    assert "there is no file" in capsys.readouterr().err


def test_figures_count_as_they_are_read_and_latin_words_by_their_letters() -> None:
    assert kinds.sounds("在GPT上花了3元") == ["zai", *"gpt", "shang", "hua", "le", "san", "yuan"]
    assert kinds.sounds("涨了14%") == kinds.sounds("涨了百分之十四")
    assert all(len(kinds.sentences(kind)) == 20 for kind in kinds.KINDS)


def test_a_call_is_made_again_only_for_a_chapter_that_was_in_flight() -> None:
    def call(event: str, name: str, key: str, at: float) -> outages.Call:
        return outages.Call(event, name, key, "1", at)

    steps = [(event, name) for name in ("record", "press") for event in ("begun", "done")]
    once = [call(*step, "a", at) for at, step in enumerate(steps)]
    assert outages.repeated(once, [2.5]) == (2, 0, 0)
    lost = [*once[:2], call("begun", "record", "a", 9), *once[2:]]
    assert outages.repeated(lost, [2.5]) == (3, 1, 0)
    assert outages.repeated(lost, [50.0]) == (3, 1, 1)
