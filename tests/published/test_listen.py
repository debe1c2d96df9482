"""An episode checked by ear: where the sound is cut, what counts as wrong, what is written down."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

from podcast.cli import main
from podcast.errors import ModelError, ReadError
from podcast.formats.page import page_text
from podcast.model import Episode, Span, Track
from podcast.outside import ffmpeg, recogniser
from podcast.outside.models import find, note_text
from podcast.outside.recogniser import LONGEST_SECONDS, RATE, SHORTEST_SECONDS, Samples
from podcast.published.check.compare import Difference, aligned, merged, tokens, worst
from podcast.published.check.listen import (
    Stretch,
    faults,
    listen,
    pieces,
    whole_sentences,
)
from podcast.published.check.opened import Caption
from podcast.published.listened import still_heard
from podcast.published.report import ChapterReport, Report, read_report, report_text
from podcast.speech.try_out import tried

SAID = "欢迎回到 indigo 的月末直播。这是2025年的1月和2月的双月。这个世界的狂奔速度太快了。"


def heard(said: str, *texts: str) -> Difference | None:
    """What is wrong after one or more hearings of a paragraph."""
    first, *others = (aligned(tokens(said), text) for text in texts)
    for other in others:
        first = merged(first, other)
    return worst(first)


# Comparing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        SAID,
        "歡迎回到in the go的月末直播,這是二零二五年的一月和二月的雙月,這個世界的狂奔速度太快了",
        "欢迎回到 的月末直播 这是2025年的一月和二月的商业 这个世界的狂奔速度太快了",
    ],
    ids=["as written", "in other characters, words and figures", "a word misheard"],
)
def test_what_a_recogniser_writes_otherwise_is_no_fault(text: str) -> None:
    assert heard(SAID, text) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("欢迎回到indigo的月末直播。这个世界的狂奔速度太快了。", "missing"),
        ("欢迎回到indigo的月末直播。这是2025年的1月和2月的双月。这个世界的", "missing"),
        ("欢迎回到indigo的月末直播。", "missing"),
        ("", "missing"),
        (SAID.replace("这是2025年的1月和2月的双月", "股市做了一个大型的过山车吧"), "misread"),
        (SAID.replace("双月。", "双月。这是2025年的1月和2月的双月。"), "said twice"),
        (SAID.replace("双月。", "双月。请大家点赞订阅我的频道。"), "not in the script"),
        ("股市也一样，涨上去，然后下来，正好做了一个过山车。我们还看到川普发了一个币。", "misread"),
    ],
)
def test_what_a_voice_says_otherwise_is_told_by_its_kind(text: str, kind: str) -> None:
    found = heard(SAID, text)
    assert found is not None and found.kind == kind


def test_what_is_heard_right_once_is_right_and_what_stays_wrong_is_wrong() -> None:
    begins, ends = "欢迎回到indigo的月末直播。", "这个世界的狂奔速度太快了。"
    middle = "这是2025年的1月和2月的双月。"
    assert heard(SAID, begins + ends, middle + ends) is None
    found = heard(SAID, begins + ends, begins + "股市也一样吗" + ends)
    start = len(tokens(begins))
    assert found is not None
    assert start <= found.first < found.last < start + len(tokens(middle))


def test_latin_words_are_never_wrong_unless_nothing_at_all_is_heard() -> None:
    said = "Who controls the memes controls the universe."
    assert heard(said, "胡抗处") is None
    found = heard(said, "")
    assert found is not None and found.kind == "missing"


def test_a_latin_word_that_was_heard_is_shown_once() -> None:
    found = heard("太阳月亮星星 Wikipedia 山川河流", "飞机 Wikipedia 汽车")
    assert found is not None and found.heard.count("Wikipedia") == 1


def test_a_text_without_words_has_nothing_to_hear() -> None:
    assert heard("……", "谢谢") is None


# Cutting -------------------------------------------------------------------------------------


def test_subtitles_are_cut_where_a_sentence_ends() -> None:
    shown = ["欢迎回来", "这是2025年", "好", "真的吗 我看不是", "L.A.也好"]
    cues = [Caption(1000 * number, 1000 * number + 1000, text) for number, text in enumerate(shown)]
    said = ["欢迎回来，这是2025年。", "好！", "真的吗？", "我看不是，L.A.也好……"]
    found = list(whole_sentences(cues, said))
    assert [each.sentences for each in found] == [(said[0],), (said[1],), (said[2], said[3])]
    assert [(each.start, each.end) for each in found] == [(0, 2), (2, 3), (3, 5)]


@pytest.mark.parametrize("said", [["欢迎。"], ["欢迎回来。", "好。"]])
def test_subtitles_of_other_words_are_refused(said: Sequence[str]) -> None:
    with pytest.raises(ReadError, match="other words"):
        list(whole_sentences([Caption(0, 1000, "欢迎回来")], said))


@pytest.mark.parametrize(
    ("length", "count"), [(SHORTEST_SECONDS - 1, 2), (SHORTEST_SECONDS + 1, 4)]
)
def test_what_is_heard_at_a_time_is_neither_short_nor_longer_than_whisper_hears(
    length: float, count: int
) -> None:
    stretches = [Stretch(at * length, (at + 1) * length, (str(at),)) for at in range(4)]
    found = list(pieces(stretches))
    assert len(found) == count
    assert "".join(piece.text for piece in found) == "0123"
    assert all(piece.end - piece.start <= LONGEST_SECONDS for piece in found)


# Hearing -------------------------------------------------------------------------------------

TEXTS = (
    "大家好，欢迎收听本期节目。今天我们来聊一聊人工智能。",
    "机器人什么时候能够进入家庭？我觉得还需要三五年的时间。",
    "最后谢谢大家今天的收听。我们下期节目再见再会。",
)
SENTENCES = [f"{one}。" for text in TEXTS for one in text.replace("？", "。").split("。") if one]
SECONDS = 5  # that each sentence lasts


class Ear:
    """A recogniser that knows each sentence by the level of its sound; some it hears otherwise.

    `wrong` has what it hears instead of the sentence of a number, `once` the same for a piece that
    has sentences of another paragraph, too.
    """

    def __init__(self, wrong: dict[int, str], once: dict[int, str] | None = None) -> None:
        self.wrong, self.once, self.asked = wrong, once or {}, 0

    def hear(self, samples: Samples) -> str:
        self.asked += 1
        levels = np.rint(samples * 100).astype(int)
        numbers = [at for at in range(len(SENTENCES)) if (levels == at + 1).sum() > RATE]
        wrong = self.wrong | (self.once if len(numbers) > 2 else {})
        return "".join(wrong.get(at, SENTENCES[at]) for at in numbers)


def sound() -> Samples:
    levels = np.repeat(np.arange(1, len(SENTENCES) + 1), SECONDS * RATE) / 100
    return levels.astype(np.float32)


def cues() -> list[Caption]:
    length = 1000 * SECONDS
    return [Caption(at * length, (at + 1) * length, text) for at, text in enumerate(SENTENCES)]


def test_a_good_chapter_is_heard_once_and_has_no_fault() -> None:
    ear = Ear({})
    assert list(faults("开场", TEXTS, sound(), cues(), ear)) == []
    assert ear.asked == 2  # 30 seconds


def test_a_sentence_that_is_missing_is_told_with_its_paragraph_its_time_and_what_was_heard() -> (
    None
):
    (fault,) = faults("开场", TEXTS, sound(), cues(), Ear({3: ""}))
    assert (fault.title, fault.paragraph, fault.what) == ("开场", 2, "missing")
    assert (fault.start_seconds, fault.end_seconds) == (15, 20)
    assert fault.text == "我觉得还需要三五年的时间" and fault.heard == ""


def test_a_paragraph_that_seems_wrong_is_heard_again_alone_and_by_its_sentences() -> None:
    ear = Ear({}, once={3: "没有听清楚这句话"})
    assert list(faults("开场", TEXTS, sound(), cues(), ear)) == []
    assert ear.asked > 2


def test_a_slow_paragraph_is_heard_alone_from_the_start() -> None:
    later = 3500  # ms
    moved = [Caption(one.start_ms + later, one.end_ms + later, one.text) for one in cues()]
    slow = [cues()[0], Caption(5000, 10_000 + later, SENTENCES[1]), *moved[2:]]
    before, after = np.split(sound(), [10 * RATE])
    samples = np.concatenate([before, np.full(later * RATE // 1000, 0.02, np.float32), after])
    ear = Ear({1: 2 * SENTENCES[1]}, once={1: SENTENCES[1]})
    (fault,) = faults("开场", TEXTS, samples, slow, ear)
    assert (fault.paragraph, fault.what) == (1, "said twice")


def test_what_is_said_twice_at_the_start_of_a_paragraph_is_not_laid_to_the_one_before() -> None:
    (fault,) = faults("开场", TEXTS, sound(), cues(), Ear({2: 2 * SENTENCES[2]}))
    assert (fault.paragraph, fault.what, fault.text) == (2, "said twice", TEXTS[1][:14])


# The episode ---------------------------------------------------------------------------------


@pytest.fixture
def episode(tmp_path: Path) -> Path:
    """The files of a built episode that are heard or read for it."""
    folder = tmp_path / "out" / "small"
    (folder / "chapters").mkdir(parents=True)
    script = "# 小事\n\n## 开场\n\n" + "\n\n".join(TEXTS) + "\n"
    (folder / "script.md").write_text(script, "utf-8")
    pcm = (sound() * 32768).astype("<i2").tobytes()
    seconds = len(SENTENCES) * SECONDS
    for name in ("episode.mp3", "chapters/01-开场.mp3"):
        ffmpeg.encode_mp3([pcm], RATE, 96, folder / name)
    shown = "\n".join(
        f"{at + 1}\n00:00:{at * SECONDS:02},000 --> 00:00:{(at + 1) * SECONDS:02},000\n{text}\n"
        for at, text in enumerate(SENTENCES)
    )
    (folder / "chapters" / "01-开场.srt").write_text(shown, "utf-8")
    marks = [{"startTime": 0, "endTime": seconds, "title": "开场"}]
    (folder / "chapters.json").write_text(json.dumps({"chapters": marks}), "utf-8")
    report = Report(
        title="小事", rate=RATE, samples=RATE * seconds, seconds=seconds,
        chapters=(ChapterReport("开场", 0, seconds),), files=(("episode.mp3", 1),),
    )  # fmt: skip
    (folder / "report.json").write_text(report_text(report), "utf-8")
    (folder / "index.html").write_text(page_of(TEXTS), "utf-8")
    return folder


def page_of(texts: Sequence[str]) -> str:
    """The page of an episode of one chapter, of whose paragraphs each sentence lasts SECONDS."""
    spans, start = [], 0
    for text in texts:
        end = start + 2 * SECONDS * RATE
        spans.append(Span(start, end, text))
        start = end
    turns = tuple(replace(span, text="host") for span in spans)
    track = Track("开场", start, (), tuple(spans), turns=turns)
    return page_text(Episode("小事", RATE, (track,)))


class Deaf:
    """A recogniser that hears nothing."""

    def hear(self, samples: Samples) -> str:
        return ""


@pytest.mark.slow
def test_what_was_heard_is_written_down_and_listed(
    episode: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recogniser, "open_recogniser", lambda _: Deaf())
    done = CliRunner().invoke(main, ["check", str(episode), "--listen"])
    assert done.exit_code == 1 and "0 of 3 paragraphs" in done.stdout
    assert done.stdout.count("missing") >= 3 and str(episode / "report.json") in done.stdout
    table = json.loads((episode / "report.json").read_text("utf-8"))["listened"]
    assert table["recogniser"] == "whisper-base" and table["paragraphs"] == 3
    first, second, _ = table["faults"]
    assert (first["chapter"], first["title"], first["paragraph"]) == (1, "开场", 1)
    assert (second["start_seconds"], second["end_seconds"]) == (10.0, 20.0)
    assert second["text"].startswith("机器人什么时候") and second["heard"] == ""


@pytest.mark.slow
def test_what_was_heard_goes_when_the_sound_changes_and_stays_while_it_is_the_same(
    episode: Path,
) -> None:
    listened = listen(episode, Deaf(), "deaf")
    report = read_report(episode)
    assert report.listened == listened
    assert still_heard(report, episode) == report
    (episode / "episode.mp3").write_bytes(b"other")
    assert still_heard(report, episode) == replace(report, listened=None)


@pytest.mark.slow
def test_a_faulty_paragraph_is_marked_on_the_page_and_the_marks_go_with_the_faults(
    episode: Path,
) -> None:
    page = episode / "index.html"
    before = page.read_bytes()
    listen(episode, Ear({3: ""}), "ear")
    marked = page.read_text("utf-8")
    (name,) = re.findall(r'<li><a href="#(\w+)">0:15 漏读</a></li>', marked)
    (paragraph,) = re.findall(rf'<div class="p" id="{name}">.*', marked)
    assert TEXTS[1] in paragraph
    assert '<b class="fault" title="我觉得还需要三五年的时间 没有听到">漏读</b>' in paragraph
    assert dict(read_report(episode).files)["index.html"] == page.stat().st_size
    listen(episode, Ear({}), "ear")
    assert page.read_bytes() == before


@pytest.mark.slow
def test_only_chapters_that_are_asked_for_are_heard_again(episode: Path) -> None:
    earlier = listen(episode, Ear({3: ""}), "ear")
    deaf = Ear(dict.fromkeys(range(len(SENTENCES)), ""))
    assert listen(episode, deaf, "ear", earlier=earlier) == earlier
    assert deaf.asked == 0
    assert len(listen(episode, deaf, "ear", earlier=earlier, chapters={1}).faults) == 3


@pytest.mark.slow
def test_a_page_without_a_place_for_a_mark_is_one_sentence(episode: Path) -> None:
    (episode / "index.html").write_text("<main>\n</main>", "utf-8")
    with pytest.raises(ReadError, match="cannot be heard: its page has no paragraph at 0:00; run"):
        listen(episode, Deaf(), "deaf")


@pytest.mark.slow
def test_a_script_that_was_edited_after_the_build_is_one_sentence(episode: Path) -> None:
    script = episode / "script.md"
    script.write_text(script.read_text("utf-8").replace("三五年", "十年"), "utf-8")
    with pytest.raises(ReadError, match="other words than its script; run `podcast make`"):
        listen(episode, Deaf(), "deaf")
    (episode / "chapters" / "01-开场.srt").unlink()
    with pytest.raises(ReadError, match="cannot be heard"):
        listen(episode, Deaf(), "deaf")


# What it needs -------------------------------------------------------------------------------


@pytest.mark.slow
def test_without_the_package_the_command_that_installs_it_is_named(
    episode: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent() -> None:
        raise ImportError("No module named 'faster_whisper'")

    monkeypatch.setattr(recogniser, "_library", absent)
    done = CliRunner().invoke(main, ["check", str(episode), "--listen"])
    assert done.exit_code == 1
    assert done.stderr.strip().endswith(f"-m pip install '{recogniser.WANTED}'")
    assert read_report(episode).listened is None


def test_without_the_model_the_command_that_fetches_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recogniser, "_library", lambda: None)
    monkeypatch.setenv("PODCAST_MODELS", str(tmp_path))
    with pytest.raises(ModelError, match=r"run `podcast voices add whisper-base`$"):
        recogniser.open_recogniser()
    with pytest.raises(ModelError, match=r"no model.bin, no config.json, no tokenizer.json; name"):
        recogniser.open_recogniser(str(tmp_path))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "model.toml").write_text(
        'family = "kokoro-onnx"\n[files]\nmodel = "model.toml"\n', "utf-8"
    )
    with pytest.raises(ModelError, match="mine is no recogniser"):
        recogniser.open_recogniser("mine")


def test_a_network_that_cannot_be_loaded_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Library:
        @staticmethod
        def WhisperModel(*_: object, **__: object) -> None:
            raise RuntimeError("unsupported model binary version")

    monkeypatch.setattr(recogniser, "_library", lambda: Library)
    for name in recogniser.NEEDED:
        (tmp_path / name).touch()
    with pytest.raises(ModelError, match=r"cannot be loaded: unsupported model binary version$"):
        recogniser.Whisper(tmp_path)


@pytest.mark.parametrize("text", [" 以下是普通话的句子。", "以下是普通話的句子", "大家好。"])
def test_what_whisper_repeats_of_its_prompt_is_not_what_it_heard(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []

    class Model:
        def __init__(self, *_: object, **__: object) -> None: ...

        def transcribe(
            self, _: Samples, initial_prompt: str | None, **__: object
        ) -> tuple[list[SimpleNamespace], None]:
            asked.append(initial_prompt)
            return [SimpleNamespace(text=text if initial_prompt else "今天说三件事")], None

    library = SimpleNamespace(WhisperModel=Model)
    monkeypatch.setattr(recogniser, "_library", lambda: library)
    seeds = SimpleNamespace(set_random_seed=lambda _: None)
    monkeypatch.setattr(recogniser, "import_module", lambda _: seeds)
    for name in recogniser.NEEDED:
        (tmp_path / name).touch()
    repeats = text != "大家好。"
    heard = recogniser.Whisper(tmp_path).hear(np.zeros(RATE, np.float32))
    assert heard == ("今天说三件事" if repeats else text)
    assert asked == [recogniser.PROMPT, None][: 1 + repeats]


def test_a_model_that_was_added_is_tried_where_its_package_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent() -> None:
        raise ImportError("No module named 'faster_whisper'")

    monkeypatch.setenv("PODCAST_MODELS", str(tmp_path))
    model = find("whisper-base")
    (tmp_path / model.name).mkdir()
    (tmp_path / model.name / "model.toml").write_text(note_text(model), "utf-8")
    for name in model.names:
        (tmp_path / model.name / name).touch()
    monkeypatch.setattr(recogniser, "_library", absent)
    assert recogniser.WANTED in tried(model.name)
    asked: list[str] = []
    monkeypatch.setattr(recogniser, "_library", lambda: None)

    def opened(name: str) -> Deaf:
        asked.append(name)
        return Deaf()

    monkeypatch.setattr(recogniser, "open_recogniser", opened)
    assert tried(model.name) == ""
    assert asked == [model.name]
