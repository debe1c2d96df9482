"""Punctuation by ct-transformer: a tiny one that sherpa-onnx really runs, in the tagger's place."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from places import ROOT

from podcast.cli import main
from podcast.errors import EngineError, ModelError
from podcast.model import Line, Recipe, Transcript
from podcast.production.build import build
from podcast.production.order import Order
from podcast.text.punctuate import punctuate
from podcast.text.punctuate.by_name import scorer, scorer_key
from podcast.text.punctuate.ct_transformer import (
    NAME,
    WINDOW,
    CtTransformer,
    aligned,
    ct_transformer,
    joined,
    spoken_text,
)
from podcast.text.punctuate.tagger import Tagger
from podcast.text.punctuate.tokens import flatten

TALK = "你好吗\n今天的天气真好了\n我们用 GPT-4.5\n跟 Claude Code 写代码呢\n它很好了\n谢谢大家\n"


def heard(text: str) -> Transcript:
    return Transcript(tuple(Line(line, i) for i, line in enumerate(text.splitlines(), 1)))


def content(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


class Marker:
    """Sets a mark after some signs, as a network does: always a stop at the end."""

    marks = {"了": "。", "吗": "？", "呢": "，", "和": "、"}  # noqa: RUF012

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, text: str) -> str:
        self.asked.append(text)
        marked = "".join(sign + self.marks.get(sign, "") for sign in text)
        return marked if marked[-1] in "。？" else marked.rstrip("，、") + "。"


# The real library --------------------------------------------------------------------------


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny ct-transformer on this machine, and nothing else."""
    pytest.importorskip("sherpa_onnx", reason="sherpa-onnx is not installed")
    tiny_models = pytest.importorskip(
        "tiny_models", reason="onnx, which writes the tiny model, is not installed"
    )
    monkeypatch.setenv("PODCAST_MODELS", str(tmp_path / "models"))
    tiny_models.write_ct_transformer(tmp_path / "models" / NAME)
    return tmp_path / "models"


@pytest.mark.slow
def test_the_library_marks_each_token(models: Path) -> None:
    tokens = list(flatten(heard("你好吗我们GPT-4.5和Claude Code呢我们好了").lines))
    marks = ct_transformer().marks([spoken_text(token.text) for token in tokens])
    set_marks = {token.text: mark for token, mark in zip(tokens, marks, strict=True) if mark}
    assert set_marks == {"吗": "？", "和": "、", "呢": "，", "了": "。"}


@pytest.mark.slow
def test_sentences_are_as_the_tagger_gives_them(models: Path) -> None:
    sentences = punctuate(heard(TALK), ct_transformer())
    assert [(sentence.text, sentence.line) for sentence in sentences] == [
        ("你好吗？", 1),
        ("今天的天气真好了。", 2),
        ("我们用 GPT-4.5 跟 Claude Code 写代码呢，它很好了。", 3),
        ("谢谢大家。", 6),
    ]


@pytest.mark.slow
def test_marks_that_are_written_stay_and_pauses_count(models: Path) -> None:
    lines = (Line("你好，我们", 1, 0, 900), Line("谈天气了", 2, 1000, 1900, "guest"))
    assert [s.text for s in punctuate(Transcript(lines), ct_transformer())] == [
        "你好，我们。",
        "谈天气了。",
    ]


@pytest.mark.slow
def test_script_takes_it_by_name(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "talk.txt").write_text(TALK, "utf-8")
    pages = []
    for name in (NAME, "tagger"):
        arguments = ["script", "talk.txt", "-o", f"{name}.md", "--punctuation", name]
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 0, done.stderr
        pages.append((tmp_path / f"{name}.md").read_text("utf-8"))
    assert pages[0] != pages[1]
    assert content(pages[0].split("##")[-1]) and "写代码呢，它很好了。" in pages[0]


@pytest.mark.slow
def test_another_punctuation_is_another_build(models: Path, tmp_path: Path) -> None:
    seed = tmp_path / "talk.txt"
    seed.write_text(TALK, "utf-8")

    def made(name: str) -> bool:
        recipe = Recipe(engine="tone", punctuation=name)
        order = Order(seed, tmp_path / "out", recipe, ROOT / "voices")
        return build(order, lambda *_: None, lambda _: None).fresh

    assert made(NAME) and not made(NAME)
    with (models / NAME / "model.onnx").open("ab") as file:
        file.write(b"\x72\x00")  # another, empty, piece of metadata
    assert made(NAME) and made("tagger") and not made("tagger")


def test_a_network_that_is_not_there_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODCAST_MODELS", str(tmp_path))
    (tmp_path / "talk.txt").write_text(TALK, "utf-8")
    monkeypatch.chdir(tmp_path)
    for command in (["script"], ["make", "--engine", "tone"]):
        done = CliRunner().invoke(main, [*command, "talk.txt", "--punctuation", NAME])
        assert done.exit_code == 1
        assert done.stderr.strip().endswith("run `podcast voices add ct-transformer`")


def test_a_voice_is_no_punctuator(models: Path) -> None:
    note = models / NAME / "model.toml"
    note.write_text('family = "vits"\nfiles = {model = "m", tokens = "m", lexicon = "m"}')
    (models / NAME / "m").touch()
    with pytest.raises(ModelError, match="is a vits model"):
        ct_transformer()


# What it makes of the answer ---------------------------------------------------------------


def test_by_default_the_shipped_tagger_sets_the_marks() -> None:
    assert isinstance(scorer(Recipe().punctuation), Tagger)
    assert scorer_key(Recipe().punctuation) == ""


@given(st.lists(st.sampled_from([*"你好了吗呢和们", "GPT", "4.5", "R&D"]), min_size=1, max_size=60))
def test_every_token_gets_the_mark_set_after_it(texts: list[str]) -> None:
    spoken = [spoken_text(text) for text in texts]
    marks = CtTransformer(Marker()).marks(spoken)
    assert len(marks) == len(texts)
    for text, mark in zip(texts[:-1], marks, strict=False):
        assert mark == Marker.marks.get(text, "")


@given(st.text("你好了吗呢和们天气 GPT4.5,，。“”\n", max_size=80))
def test_no_content_is_lost_added_or_moved(text: str) -> None:
    sentences = punctuate(heard(text), CtTransformer(Marker()))
    assert content("".join(sentence.text for sentence in sentences)) == content(text)


def test_a_window_ends_with_a_sentence_and_the_next_goes_on_there() -> None:
    marker = Marker()
    texts = [*"你好天气了"] * (WINDOW // 2)
    marks = CtTransformer(marker).marks(texts)
    assert marks == ["", "", "", "", "。"] * (WINDOW // 2)
    assert all(len(asked) <= WINDOW for asked in marker.asked)
    assert all(asked[0] == "你" for asked in marker.asked)


def test_a_talk_without_a_stop_is_not_cut_by_windows() -> None:
    marks = CtTransformer(Marker()).marks(["好"] * (3 * WINDOW))
    assert marks == [""] * (3 * WINDOW - 1) + ["。"]


@pytest.mark.parametrize("marked", ["你号。", "你。", "你好好。", "好你。", "你 好 a。", ""])
def test_a_network_that_changes_words_is_refused(marked: str) -> None:
    with pytest.raises(EngineError, match=r"ct-transformer (changed|added) .*leave out --punct"):
        aligned(["你", "好"], marked)


def test_latin_words_stay_apart_on_the_way() -> None:
    assert joined(["GPT", "45", "好", "AI"]) == "GPT 45好AI"
    assert aligned(["GPT", "45", "好"], "GPT 45，好。") == ["", "，", "。"]
