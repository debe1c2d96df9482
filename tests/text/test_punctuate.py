"""Sentences from lines: laws over any transcript, and cases that say what good text is."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from patience import no_explosion
from places import SEED

from podcast.model import GUEST, HOST, Line, Recipe, Sentence, Transcript
from podcast.text.punctuate import Tagger, Taste, passages, punctuate
from podcast.text.punctuate.by_name import scorer
from podcast.text.punctuate.decode import Floats, Length, decode, segment
from podcast.text.punctuate.evidence import opening_bias, pause_bias
from podcast.text.punctuate.features import (
    CLASSES,
    LINE,
    MAINLAND,
    SKIP,
    SPACE,
    TAIWAN,
    breaks,
    line_lengths,
)
from podcast.text.punctuate.passages import BEFORE, PASSAGE
from podcast.text.punctuate.tokens import Token, flatten, written_mark
from podcast.text.punctuate.write import set_gap, split_gap

FULL = "，、：；。？！…"

words = st.sampled_from(
    [
        "我们",
        "今天",
        "来看",
        "一下",
        "大模型",
        "的",
        "发展",
        "吗",
        "什么",
        "然后",
        "但是",
        "所以",
        "GPT-4.5",
        "AI",
        "OpenAI",
        "2025",
        "3.5",
        "50%",
        "$30",
        "是",
        "了",
        "這",
        "Ａ",
        "é",
    ]
)
signs = st.sampled_from(
    ["", "", "", "", " ", ",", "，", "。", "?", "！", "...", "“", "”", "、", "——", "《", "》", "#"]
)
texts = st.lists(st.tuples(signs, words, signs), max_size=12).map(
    lambda parts: "".join(sign for part in parts for sign in part)
)
anything = st.text(max_size=30).filter(lambda text: len(text.splitlines()) < 2)
voices = st.sampled_from([HOST, HOST, HOST, GUEST])


def transcript(*lines: str) -> Transcript:
    return Transcript(tuple(Line(text, number) for number, text in enumerate(lines, 1)))


def spoken(sentences: tuple[Sentence, ...]) -> str:
    return "".join(sentence.text for sentence in sentences)


def content(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())  # an English sentence gets a capital


@st.composite
def transcripts(draw: st.DrawFn, text: st.SearchStrategy[str] = texts) -> Transcript:
    drawn = draw(st.lists(st.tuples(text, voices, st.integers(1, 3)), max_size=12))
    numbers = np.cumsum([step for _, _, step in drawn]).tolist()
    return Transcript(
        tuple(
            Line(line, number, voice=voice)
            for (line, voice, _), number in zip(drawn, numbers, strict=True)
        )
    )


# Laws ---------------------------------------------------------------------------------------


@given(transcripts())
@settings(max_examples=40)
def test_no_content_is_lost_added_or_moved(heard: Transcript) -> None:
    assert content(spoken(punctuate(heard))) == content("".join(line.text for line in heard.lines))


@given(transcripts(anything))
@settings(max_examples=40)
def test_nor_in_any_script(heard: Transcript) -> None:
    assert content(spoken(punctuate(heard))) == content("".join(line.text for line in heard.lines))


@given(transcripts())
@settings(max_examples=40)
@pytest.mark.slow
def test_every_sentence_ends_in_a_stop(heard: Transcript) -> None:
    for sentence in punctuate(heard):
        assert re.search(r"[。？！…][”’」』）》〉】)\]}\"'>#]*\Z", sentence.text)


@pytest.mark.slow
@given(transcripts())
@settings(max_examples=40)
def test_no_mark_is_doubled_or_opens_a_sentence(heard: Transcript) -> None:
    for sentence in punctuate(heard):
        assert not re.search(rf"[{FULL}][{FULL}]", sentence.text.replace("……", "…"))
        assert sentence.text[0] not in FULL + " "


@pytest.mark.slow
@given(transcripts())
@settings(max_examples=40)
def test_no_half_width_mark_beside_hanzi(heard: Transcript) -> None:
    assert not re.search(r"[\u4e00-\u9fff][,.;:?!]|[,;?!][\u4e00-\u9fff]", spoken(punctuate(heard)))


@pytest.mark.slow
@given(transcripts())
@settings(max_examples=40)
def test_one_sentence_is_one_voice_and_knows_its_line(heard: Transcript) -> None:
    numbered = {line.number: line for line in heard.lines}
    sentences = punctuate(heard)
    for sentence in sentences:
        assert numbered[sentence.line].voice == sentence.voice
        assert content(sentence.text)[0] in content(numbered[sentence.line].text)
    assert [s.line for s in sentences] == sorted(s.line for s in sentences)


@given(transcripts())
@settings(max_examples=20)
def test_the_same_lines_give_the_same_sentences(heard: Transcript) -> None:
    assert punctuate(heard) == punctuate(heard)


@pytest.mark.slow
@given(transcripts())
@settings(max_examples=40)
def test_published_text_stays_as_it_is(heard: Transcript) -> None:
    once = punctuate(heard)
    lines = (Line(s.text, number, voice=s.voice) for number, s in enumerate(once, 1))
    stops = [s.text for s in once]
    again = [s.text for s in punctuate(Transcript(tuple(lines)))]
    assert re.sub(rf"[{FULL} ]", "", "".join(again)) == re.sub(rf"[{FULL} ]", "", "".join(stops))
    assert len(again) >= len(stops)


@given(
    st.lists(st.tuples(st.floats(-4, 4), st.integers(1, 20), st.booleans()), min_size=1, max_size=9)
)
def test_no_cut_is_better_than_the_one_found(stretches: list[tuple[float, int, bool]]) -> None:
    gains = np.array([gain for gain, _, _ in stretches], np.float32)
    places = np.cumsum([size for _, size, _ in stretches])
    forced = np.array([must for _, _, must in stretches])
    forced[-1] = True
    length = Length(5, 12, 0.3, 0.1)

    def worth(cuts: np.ndarray) -> float:
        sizes = np.diff(places[cuts], prepend=0)
        return float(gains[cuts].sum() - length.cost(sizes).sum())

    count = len(stretches)
    every = (np.array([bool(bits >> i & 1) for i in range(count)]) for bits in range(2**count))
    best = max(worth(cuts) for cuts in every if (cuts | ~forced).all())
    assert worth(segment(gains, places, forced, length)) == pytest.approx(best, abs=1e-4)


# Cases --------------------------------------------------------------------------------------


def test_nothing_gives_nothing() -> None:
    assert punctuate(Transcript(())) == ()
    assert punctuate(transcript("", "  ", "……", "♪")) == ()


def test_a_line_end_inside_a_phrase_is_no_mark() -> None:
    text = spoken(punctuate(transcript("我们今天要讨论的是人工智能的", "发展对社会的影响")))
    assert "人工智能的发展" in text


def test_a_question_is_asked() -> None:
    text = spoken(punctuate(transcript("你觉得这个问题应该怎么解决呢", "我觉得可以从两个方面来看")))
    assert "呢？" in text
    assert text.endswith("。")


def test_written_marks_stay_in_full_width() -> None:
    text = spoken(punctuate(transcript("现在还不是代理,刚刚进入代理", "对吗?", "他说:“好.”")))
    assert "代理，刚刚进入代理" in text
    assert "对吗？" in text
    assert "他说：“好。”" in text


def test_numbers_and_names_stay_whole() -> None:
    text = spoken(
        punctuate(transcript("GPT-4.5 在2025年2月,涨了3.5%", "OpenAI", "Google 10:30 发布"))
    )
    assert text.startswith("GPT-4.5 在2025年2月，涨了3.5%")
    assert "10:30" in text


def test_a_voice_is_not_cut_short_by_another() -> None:
    heard = Transcript((Line("你好吗", 1), Line("我很好", 2, voice=GUEST), Line("那就好", 3)))
    assert [(s.line, s.voice) for s in punctuate(heard)] == [(1, HOST), (2, GUEST), (3, HOST)]


def test_a_long_pause_ends_a_sentence() -> None:
    def heard(pause: int) -> Transcript:
        texts = ["我们先看第一个模型", "它的参数多了一倍", "然后我们再看第二个", "它的速度很快"]
        starts = [0, 1000, 2000 + pause, 3000 + pause]
        return Transcript(
            tuple(
                Line(t, n, s, s + 1000)
                for n, (t, s) in enumerate(zip(texts, starts, strict=True), 1)
            )
        )

    assert 3 in [s.line for s in punctuate(heard(2500))]
    assert [s.pause_ms for s in punctuate(heard(2500)) if s.line == 3] == [2500]


@pytest.mark.slow
def test_a_line_of_twenty_thousand_characters_is_no_trouble() -> None:
    text = SEED.read_text("utf-8").replace("\n", "")
    with no_explosion():
        sentences = punctuate(transcript(text[:20_000]))
    assert np.median([len(s.text) for s in sentences]) < 80


def test_the_seed_can_be_breathed_through() -> None:
    lines = SEED.read_text("utf-8").splitlines()[:300]
    lengths = np.array([len(s.text) for s in punctuate(transcript(*lines))])
    assert 15 <= np.median(lengths) <= 60
    assert (lengths > 120).mean() < 0.05


@pytest.mark.parametrize("word", ["因为", "如果", "把", "非常", "所以", "而且", "关于"])
def test_no_sentence_ends_with_a_word_that_opens_one(word: str) -> None:
    for after in ("Andrej Karpathy 说过", "我们今天没有时间", "这个模型"):
        text = spoken(punctuate(transcript("我们昨天讲过这个了", f"今天再讲一讲{word}", after)))
        assert not re.search(rf"{word}[。？！]", text)
    assert opening_bias(list(f"讲{word}")).tolist()[-1] < -5
    assert opening_bias(list("大家服从")).tolist() == [0, 0, 0, 0]


def test_what_only_seems_to_ask_is_no_question() -> None:
    told = spoken(punctuate(transcript("然后你喜欢什么", "他们就让他们学什么", "开心就好")))
    assert "你喜欢什么，他们" in told
    assert "问题？" not in spoken(punctuate(transcript("我觉得这个世界不会有什么问题", "我们再看")))
    assert "？" not in spoken(punctuate(transcript("当选还好没出现什么事儿", "现在干了一个多月")))
    assert "R2 吗？" in spoken(punctuate(transcript("不是5月份会出 R2 吗", "我们看看它有多大进步")))


def test_a_filler_left_out_ends_the_sentence_before_it() -> None:
    lines = SEED.read_text("utf-8").splitlines()[:600]
    heard = transcript(*lines)
    kept = Transcript(tuple(line for line in heard.lines if line.text.strip() != "好吧"))
    gone = {line.number for line in heard.lines} - {line.number for line in kept.lines}
    ended = [number for number in gone if number - 1 not in gone and number + 1 not in gone]
    begun = {s.line for s in punctuate(kept, heard=heard)}
    assert len(ended) > 5
    assert sum(number + 1 in begun for number in ended) >= 0.9 * len(ended)


@pytest.mark.slow
def test_memory_is_for_a_passage_whatever_the_length() -> None:
    seen: list[int] = []

    class Watched(Tagger):
        def __init__(self) -> None: ...

        def score(self, tokens: Sequence[Token]) -> Floats:
            seen.append(len(tokens))
            scores = np.full((len(tokens), len(CLASSES)), -9, np.float32)
            scores[:, 0] = -0.01
            scores[::7, 5] = -0.1
            return scores

    text = SEED.read_text("utf-8").replace("\n", "")
    sentences = punctuate(transcript((text * 3)[:90_000]), Watched())
    assert content(spoken(sentences)) == content((text * 3)[:90_000])
    assert len(seen) > 4
    assert max(seen) <= PASSAGE + BEFORE


@pytest.mark.slow
def test_where_passages_meet_hardly_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = transcript(*SEED.read_text("utf-8").splitlines()[:900])
    whole = punctuate(heard)
    monkeypatch.setattr(passages, "PASSAGE", 3000)
    parts = punctuate(heard)
    assert spoken(parts) != "" and content(spoken(parts)) == content(spoken(whole))
    shared = {(s.line, s.text) for s in whole} & {(s.line, s.text) for s in parts}
    assert len(shared) > 0.95 * len(whole)


# Parts --------------------------------------------------------------------------------------


def test_gaps_are_set_as_printed() -> None:
    assert set_gap(Token("好", "”", 1), "。", "他") == ("”。", "")
    assert set_gap(Token("好", "。”“", 1), "。", "他") == ("。”", "“")
    assert set_gap(Token("说", " “", 1), "：", "好") == ("：", "“")
    assert set_gap(Token("好", "...", 1), "…", "他") == ("……", "")
    assert split_gap("%，$") == ("%", "，", "$")
    assert written_mark("——") == "—"


def test_what_parts_tokens() -> None:
    lines = [Line("天 地", 1), Line("人", 2), Line("和", 4), Line("AI 了", 5)]
    kinds = breaks(list(flatten(lines)))
    assert kinds.tolist() == [SPACE, LINE, SKIP, LINE, 0, LINE]
    assert line_lengths(kinds).tolist() == [0, 0, 0, 0, 0, 0]


def test_a_sentence_of_one_word_costs_more_than_a_comma() -> None:
    scores = np.log(np.full((6, 8), 1e-3, np.float32))
    scores[:, 0] = np.log(0.9)
    scores[2] = np.log([0.01, 0.45, 0.01, 0.01, 0.01, 0.49, 0.01, 0.01])
    sizes, none = np.ones(6, np.int64), np.zeros(6, np.int64)
    taste = Taste(biases=(0.0,) * 8, sentence=Length(8, 60, 0.2, 0.03))
    no = np.zeros(6, np.bool_)
    assert decode(scores, sizes, none, barred=no, asks=no, taste=taste).tolist() == [
        0,
        0,
        1,
        0,
        0,
        5,
    ]
    asks = np.arange(6) == 2
    assert decode(scores, sizes, none, barred=no, asks=asks, taste=taste).tolist() == [
        0,
        0,
        6,
        0,
        0,
        5,
    ]


def test_a_stop_inside_a_phrase_is_dearer_than_one_for_a_comma() -> None:
    """A stop of equal chance is set where the choice is a comma, not where it is no mark at all."""
    sizes, none = np.array([4, 8, 12]), np.zeros(3, np.int64)
    no = np.zeros(3, np.bool_)
    marks = []
    for comma, nothing in ((0.6, 0.01), (0.01, 0.6)):
        scores = np.log(np.full((3, 8), 1e-3, np.float32))
        scores[1] = np.log([nothing, comma, 1e-3, 1e-3, 1e-3, 0.35, 1e-3, 1e-3])
        found = decode(scores, sizes, none, barred=no, asks=no, taste=Taste())
        marks.append(int(found[1]))
    assert marks == [5, 0]


def test_a_figure_is_followed_by_nobody_and_a_noun_not_by_itself() -> None:
    greeted = spoken(punctuate(transcript("对所以欢迎来到2025我特意截了两个图", "第二个呢")))
    assert re.search("2025[，。]我特意截了两个图", greeted)
    assert "买鱼，鱼要看鳃" in spoken(punctuate(transcript("买鱼", "鱼要看鳃")))


def test_a_sentence_knows_how_surely_it_ends() -> None:
    heard = transcript("大家好我是小林", "欢迎收听今天的节目", "今天我们来聊一聊番茄。", "再见")
    known = [sentence.proof for sentence in punctuate(heard)]
    assert known[-2] is None and all(known[:-2])
    assert Sentence("好。", 1, proof=3.0) == Sentence("好。", 1)


def test_the_usual_pause_says_nothing() -> None:
    assert not pause_bias(np.array([100, 100, 100, -1], np.float32), 100).any()
    assert pause_bias(np.array([0, 0, 900], np.float32), 0)[2, 5] > 2


@pytest.mark.parametrize(
    ("marks", "words", "style"),
    [
        ("auto", "我们透过网路", TAIWAN),
        ("auto", "我们通过网络", MAINLAND),
        ("mainland", "我们透过网路", MAINLAND),
        ("taiwan", "我们通过网络", TAIWAN),
    ],
)
def test_the_network_that_a_recipe_names_is_told_whose_marks_a_talk_gets(
    monkeypatch: pytest.MonkeyPatch, marks: str, words: str, style: int
) -> None:
    told = []

    def in_style(tagger: Tagger, style: int) -> Tagger:
        told.append(style)
        return tagger

    monkeypatch.setattr(Tagger, "in_style", in_style)
    punctuate(Transcript((Line(words, 1),)), scorer(Recipe().punctuation), marks=marks)
    assert told == [style]
