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
def test_trimming_twice_is_the_same_as_once(talk: list[str], level: str) -> None:
    once = trim(lines_of(*talk), level).transcript
    assert trim(once, level) == Edited(once)


@given(talks)
def test_verbatim_deletes_nothing(talk: list[str]) -> None:
    assert trim(lines_of(*talk), VERBATIM) == Edited(lines_of(*talk))


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


def test_work_grows_as_the_talk(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["我们在看这个模型的时候", "然后就是说这个能力呢", "我我们觉得"] * 20
    one, two = (
        calls_of(lambda times=times: trim(lines_of(*texts * times), TIGHT)) for times in (1, 2)
    )
    assert two < 2.3 * one
