"""One rule of where a sentence ends, and everybody who needs to know goes by it."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.engines.tone import Tone
from podcast.formats.passages import passages
from podcast.model import Chapter, Paragraph, Recipe, Script, Span, Track
from podcast.speech.pace import _pause
from podcast.speech.speak import sayings
from podcast.text import sentences as module
from podcast.text.editor.proof import edited
from podcast.text.sentences import (
    CLOSERS,
    STOPS,
    breaths,
    ends_sentence,
    final_mark,
    sentences,
)
from podcast.text.summarise import summarise

RATE = 1000

# Each "|" is where a sentence ends.
CUT = [
    "你好！|“真的吗？”|他问。",
    "【注。】|再说。",
    "〔附。〕|再说。",
    "（笑。）|我们继续。",
    "“【注。】”|再说。",
    "真的吗?!|好。",
    "真的吗？！|好。",
    "真的吗！！！|好。",
    "他走了……|我没走。",
    "他走了⋯⋯|我没走。",
    "他走了...|我没走。",
    "“先来。|后到。”|他说。",
    "他说：“好。”|她说：“不好。”|",
    "他说：「好。」|她走了。",
    "他说：“看《三体》。”|她走了。",
    "他说：“看《三体。》”。|她走了。",
    "他来了（真的吗？）。|她走了。",
    "好。 |不好。",
    "好。|的确好。",
    "It works. |Then we left.",
    "It works? |Then we left!",
    '他说"好。"|她说"不好。"|',
    "用 agent. |然后呢？",
]
WHOLE = [
    "《三体。》",
    "我读了《你好，李焕英！》的影评。",
    "他来了（真的吗？没有。）才走。",
    "“好！”，他说。",
    "所谓“为什么？”的问题。",
    "不能呀！——他说。",
    "涨了3.5%，GPT-4.5 在 L.A. 见 podcast.fm/a?b=1&c=2 的 v1.2.3。",
    "Mr. Smith and Dr. Li met at OpenAI Inc. Monday。",
    "Yahoo！的搜索。",
    "……我不知道。",
    "“……”他说。",
    "好。……",
    "？！",
    "《没有关上",
    "（没有关上，好",
]
UNCLOSED = "（没有关上。|好。"

letters = st.sampled_from(["好", "的", "a", "A", "1", "works", "Mr", "", "🎉"])
signs = st.sampled_from([*STOPS, *CLOSERS, *"“‘「《（【([{，、；：,;:. —\"' ", "...", "……", ""])
TEXTS = st.one_of(
    st.lists(st.one_of(letters, signs), max_size=24).map("".join), st.text(max_size=40)
)


@pytest.mark.parametrize("marked", [*CUT, *WHOLE, UNCLOSED])
def test_a_sentence_ends_here_and_nowhere_else(marked: str) -> None:
    assert sentences(marked.replace("|", "")) == tuple(filter(None, marked.split("|")))


@given(TEXTS)
def test_sentences_joined_are_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text
    assert "".join(breaths(text)) == text
    assert all(0 < len(piece) <= 160 for piece in breaths(text))


@given(TEXTS)
def test_a_sentence_holds_a_word_and_ends_where_it_ends(text: str) -> None:
    pieces = sentences(text)
    if any(map(str.isalnum, text)):
        assert all(any(map(str.isalnum, piece)) for piece in pieces)
    assert all(ends_sentence("".join(pieces[: at + 1])) for at in range(len(pieces) - 1))
    for _, piece in pairwise(pieces):
        assert piece[0] not in f"{STOPS}{CLOSERS}，、；：,;:— \n"


@given(TEXTS, st.sampled_from("。！？"))
def test_a_stop_at_the_end_ends_it(text: str, stop: str) -> None:
    plain = re.sub(r"[^\w，]", "", text) + stop
    assert ends_sentence(plain)
    assert final_mark(f"{plain}”") == stop
    assert not ends_sentence(f"{plain}”，")


def test_a_text_without_a_stop_is_cut_to_breaths() -> None:
    text = "一二三四五，" * 100 + "没有标点" * 100 + "word " * 100
    assert sentences(text) == (text,)
    assert "".join(breaths(text)) == text
    assert 154 < max(map(len, breaths(text))) <= 160


def test_a_breath_is_160_characters_at_most_and_none_is_cut_that_is_shorter() -> None:
    assert [len(piece) for piece in breaths("字" * 160)] == [160]
    assert len(breaths("字" * 161)) == 2
    assert [len(piece) for piece in breaths("字" * 99 + "，" + "字" * 60)] == [160]
    assert [len(piece) for piece in breaths("字" * 99 + "，" + "字" * 61)] == [100, 61]


@pytest.mark.parametrize("unit", [*'字？（"', "。 ", "（）", "《好", "a?", "。”", "Mr. "])
@pytest.mark.slow
def test_a_long_run_of_anything_is_read_once(unit: str) -> None:
    """It would take hours if each mark looked at all before it."""
    text = unit * (300_000 // len(unit))
    assert "".join(breaths(text)) == text


# Those who go by it -----------------------------------------------------------------------


def said_by(words: list[str]) -> Track:
    """A chapter in which one voice says each word for a second."""
    spans = tuple(Span(at * RATE, (at + 1) * RATE, word) for at, word in enumerate(words))
    end = len(words) * RATE
    return Track("章", end, spans, spans, turns=(Span(0, end, "host"),))


@pytest.mark.parametrize("marked", CUT)
def test_speech_says_a_sentence_at_a_time(marked: str) -> None:
    said = tuple(filter(None, marked.split("|")))
    assert tuple(shown for shown, _ in sayings("".join(said), Tone())) == said


@pytest.mark.parametrize("marked", [*CUT, *WHOLE])
def test_the_page_shows_the_same_sentences(marked: str) -> None:
    (passage,) = passages(said_by([*marked.replace("|", "")]))
    shown = ["".join(word.text for word in words) for words in passage.sentences]
    assert shown == [*filter(None, marked.split("|"))]


@given(st.lists(st.text(max_size=6), min_size=1, max_size=12))
def test_every_word_of_the_page_is_in_one_sentence(words: list[str]) -> None:
    track = said_by(words)
    said = [word.text for p in passages(track) for sentence in p.sentences for word in sentence]
    assert "".join(said) == "".join(words)


def test_a_summary_takes_whole_sentences() -> None:
    said = (
        "【注：机器人的市场规模每一年都在增长。】机器人的市场和芯片的市场都在增长（真的吗？真的）。"
    )
    script = Script("集", (Chapter("机器人", (Paragraph(said),)),))
    assert set(summarise(script.chapters[0], script)) <= set(sentences(said))


def test_an_edit_that_loses_a_sentence_is_told_which() -> None:
    before = "机器人市场很大。" * 6 + "《去哪儿？》这部片子我看过。" + "芯片市场也很大。" * 6
    fault = edited(before, before.replace("《去哪儿？》这部片子我看过。", ""))
    assert "《去哪儿？》这部片子我看过。" in str(fault)


def test_an_edit_keeps_the_stop_behind_its_bracket() -> None:
    assert edited("我们走了。〕", "我们走了") == "我们走了。"


def test_a_pause_is_as_long_as_its_mark_says() -> None:
    recipe = Recipe(comma_pause=0.1, sentence_pause=0.5)
    pauses = [_pause(word, recipe, RATE) for word in ("他，", "注。〕", "吗⋯⋯", "L.A.", "他")]
    assert pauses == [100, 500, 500, None, None]


def test_no_other_module_says_where_a_sentence_ends() -> None:
    """A list of stops or of closing quotes of one's own is where the ways parted."""
    named = re.compile(r"^(?:STOPS|CLOSERS|OPENERS|_?SENTENCE) = (?!\{)", re.MULTILINE)
    files = Path(module.__file__).parent.parent.rglob("*.py")
    texts = {path.name: path.read_text("utf-8") for path in files}
    found = {name for name, text in texts.items() if named.search(text)}
    assert found == {"sentences.py", "sample.py"}  # the sample's SENTENCE is one to be said


def test_a_page_of_opening_quotes_takes_a_moment() -> None:
    text = "“" * 50_000  # minutes, if each of them were looked at from the start of the sentence
    assert "".join(sentences(text)) in ("", text)
