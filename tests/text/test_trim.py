"""Hesitations are deleted where they are empty, and nothing else ever is."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from patience import calls_of
from places import SEED

from podcast.files.settings import read_settings
from podcast.model import EDITS, GUEST, Line, Transcript
from podcast.text.clean.words import words as listed
from podcast.text.deletions import Edited, counts
from podcast.text.draft import edited
from podcast.text.read import read
from podcast.text.trim import trim

VERBATIM, LIGHT, TIGHT = EDITS
GUARDED = re.compile(r"[0-9A-Za-z零二两三四五六七八九十百千万亿半几不没别无未非莫勿否]")

pieces = st.sampled_from(
    sorted(
        listed(
            "这个 那个 然后 就是 就是说 一个 呢 啊 那么 我 我们 他 在 把 的 是 了 不 没有 别 无"
            " 三十 两 2025 年 3.5% GPT-4.5 OpenAI 模型 能力 北京 张三 觉得 做 看到 “ ” 「 」 ， 。"
            " ？ 如果 先 再 吗"
        )
    )
)
talks = st.lists(
    st.lists(pieces, max_size=9).map("".join).filter(lambda text: re.search(r"\w", text)),
    max_size=9,
)
levels = st.sampled_from(EDITS)


def lines_of(*texts: str) -> Transcript:
    return Transcript(tuple(Line(text, number) for number, text in enumerate(texts, 1)))


def words_of(transcript: Transcript) -> str:
    return "".join(c for line in transcript.lines for c in line.text if c.isalnum())


def trimmed(level: str, *texts: str) -> list[str]:
    return [line.text for line in trim(lines_of(*texts), level).transcript.lines]


@given(talks, levels)
def test_numbers_latin_names_and_negations_are_never_deleted(talk: list[str], level: str) -> None:
    before, after = lines_of(*talk), trim(lines_of(*talk), level).transcript
    assert GUARDED.findall(words_of(after)) == GUARDED.findall(words_of(before))


@given(talks, talks, levels)
def test_quotes_and_names_are_never_deleted(talk: list[str], more: list[str], level: str) -> None:
    quoted = "然后这个就是那个人在我们在这个"
    texts = (*talk, f"他说“{quoted}”", *more)
    if any(mark in "".join(talk) for mark in "“”「」"):
        return
    assert f"“{quoted}”" in "".join(trimmed(level, *texts))
    named = trim(lines_of(*talk, quoted, *more), level, [quoted]).transcript
    assert quoted in words_of(named)


@given(talks, levels)
def test_what_is_left_and_what_was_deleted_are_all_words(talk: list[str], level: str) -> None:
    done = trim(lines_of(*talk), level)
    gone = Counter("".join(one.text for one in done.deletions))
    assert Counter(words_of(done.transcript)) + gone == Counter(words_of(lines_of(*talk)))
    assert all(0 <= (one.chance or 0) <= 1 for one in done.deletions)
    assert {line.number for line in done.transcript.lines} <= set(range(1, len(talk) + 1))
    assert done.transcript.lines or not talk


@given(talks, levels)
@pytest.mark.slow
def test_trimming_twice_is_the_same_as_once(talk: list[str], level: str) -> None:
    once = trim(lines_of(*talk), level).transcript
    assert trim(once, level) == Edited(once)


@given(talks)
def test_verbatim_deletes_nothing(talk: list[str]) -> None:
    assert trim(lines_of(*talk), VERBATIM) == Edited(lines_of(*talk))


TALK = (
    "我们在看这个模型的时候",
    "这个效果还是不错",
    "它用的是这个新的算法",
    "然后第二个呢",
    "然后我们再看芯片",
    "然后大家都会问",
)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("我觉得他的这个模型很强", "我觉得他的模型很强"),
        ("然后现在美欧的关系紧张", "现在美欧的关系紧张"),
        ("第三个呢", "第三个"),
        ("这个是他们的想法", "这是他们的想法"),
        ("我们把它放在这个里面", "我们把它放在这个里面"),
        ("这个很重要的原因是什么呢", "这很重要的原因是什么呢"),
        ("就是这个样子", "就是这个样子"),
        ("出于这个原因我们走了", "出于这个原因我们走了"),
        ("我们先吃饭然后再走", "我们先吃饭然后再走"),
        ("我最想要的就是这个", "我最想要的就是这个"),
        ("他讲的“这个模型”很有名", "他讲的“这个模型”很有名"),
    ],
)
def test_what_is_empty_goes_and_what_is_meant_stays(said: str, left: str) -> None:
    assert trimmed(TIGHT, *TALK, said, *TALK)[len(TALK)] == left


def test_a_word_that_is_said_once_is_no_habit() -> None:
    assert trimmed(TIGHT, "今天讲芯片", "这个 API 的速度很快") == [
        "今天讲芯片",
        "这个 API 的速度很快",
    ]


def test_a_beginning_that_is_given_up_is_deleted() -> None:
    talk = ("应该会在现在很多公司在阻挠", "在阻挠这个事情", "我们看看")
    assert trimmed(LIGHT, *talk) == ["应该会在现在很多公司", *talk[1:]]


def test_a_word_that_ends_a_sentence_and_begins_the_next_is_said_twice() -> None:
    kept = "那就需要代理人追认追认之前合同还没有效力"
    assert trimmed(TIGHT, kept) == [kept]
    endless = "我们要看的是模型模型可以写代码也可以画图还可以读书" + "我今天去公园看花" * 8
    assert trimmed(TIGHT, endless) == [endless]
    assert trimmed(TIGHT, "我们要看这个模型模型可以用") == ["我们要看这个模型可以用"]


def test_a_speaker_is_never_silenced() -> None:
    talk = Transcript((Line("你想要哪个", 1), Line("这个", 2, voice=GUEST), Line("好那就买", 3)))
    assert len(trim(talk, TIGHT).transcript.lines) == 3


# The seed ----------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=EDITS)
def seed(request: pytest.FixtureRequest) -> tuple[str, Edited]:
    """The seed at each level."""
    return request.param, edited(read(SEED), read_settings(SEED), SEED, request.param)


@pytest.mark.slow
def test_the_seed_has_as_many_hesitations_as_an_edited_talk(seed: tuple[str, Edited]) -> None:
    level, done = seed
    words = words_of(done.transcript)
    hanzi = len(re.findall(r"[一-鿿]", words))
    rates = {word: 1000 * words.count(word) / hanzi for word in ("然后", "这个")}
    most = {VERBATIM: (7.5, 17.0), LIGHT: (4.5, 10.0), TIGHT: (3.4, 7.0)}[level]
    assert (rates["然后"], rates["这个"]) < most
    assert rates["这个"] < most[1]


@pytest.mark.slow
def test_every_word_of_the_seed_is_kept_or_accounted_for(seed: tuple[str, Edited]) -> None:
    level, done = seed
    if level == VERBATIM:
        assert not done.deletions
    else:
        assert counts(done.deletions)[0][1] > 100


def test_work_grows_as_the_talk() -> None:
    texts = ["我们在看这个模型的时候", "然后就是说这个能力呢", "我我们觉得"] * 20
    trimmed(TIGHT, *texts)  # loads the words and the weights

    def once() -> None:
        trimmed(TIGHT, *texts)

    def twice() -> None:
        trimmed(TIGHT, *texts, *texts)

    assert calls_of(twice) < 2.3 * calls_of(once)
