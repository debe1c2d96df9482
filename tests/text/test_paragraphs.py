"""Where paragraphs begin, and where they never do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import paragraphs as bench
import pytest
from hypothesis import given
from hypothesis import strategies as st
from patience import calls_of

from podcast.model import Sentence
from podcast.text.divide.breaks import KNOTS_HANZI, LONGEST_HANZI, breaks, knots
from podcast.text.divide.paragraphs import paragraphs
from podcast.text.words import length

PLAIN = "我们今天说一说城市里的公园，大家周末都喜欢去那里走一走。"


def said(*texts: str) -> list[Sentence]:
    return [Sentence(text, number) for number, text in enumerate(texts, 1)]


def begun(sentences: Sequence[Sentence]) -> list[str]:
    """The sentences that begin paragraphs when nothing tells of a new topic."""
    return [sentences[at].text for at in breaks(sentences, np.zeros(len(sentences)))]


pieces = st.sampled_from(
    [
        "好。",
        PLAIN,
        "另外，交通也很重要。",
        "为什么呢？",
        "它可能通过。",
        "的公园很大。",
        "长" * 300 + "。",
    ]
)


@given(st.lists(pieces, min_size=1, max_size=30), st.floats(-9.0, 9.0))
def test_a_paragraph_is_whole_sentences_and_not_too_long(texts: list[str], topic: float) -> None:
    sentences = said(*texts)
    starts = breaks(sentences, np.full(len(sentences), topic))
    assert starts[0] == 0 and starts == sorted(set(starts))
    for first, end in pairwise([*starts, len(texts)]):
        hanzi = sum(map(length, texts[first:end]))
        assert hanzi <= LONGEST_HANZI or end == first + 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("所以我觉得它可能也有可能通过。", "Agent 协作实现更大的目标，这个事情大家要看到。"),
        ("我们看到的是一个特别好的工具，它就是。", "新闻总结的工具，每天都可以用。"),
        ("我在去年年末的时候买了一个。", "新的手机，用到现在都没有坏。"),
        ("这是我们去年在城市里面看到。", "的公园，它比以前大得多。"),
        ("他说他喜欢看电影和听音乐。", "等等，所以我们就一起去了。"),
    ],
)
def test_no_paragraph_begins_inside_a_sentence(before: str, after: str) -> None:
    sentences = said(*[PLAIN] * 3, before, after, *[PLAIN] * 3)
    topic = np.zeros(len(sentences))
    topic[4] = 9.0
    assert 4 not in breaks(sentences, topic)
    sentences[3] = Sentence(PLAIN, 4)
    sentences[4] = Sentence("另外，我们再说一下城市的交通，它也变了很多。", 5)
    assert 4 in breaks(sentences, topic)


def test_a_paragraph_begins_after_a_sentence_that_surely_ends() -> None:
    """Of two places that are alike, the break goes to the one whose stop is better proved."""
    opens = "另外，我们再说一下城市的交通，它也变了很多。"
    sentences = said(*[PLAIN] * 3, opens, opens, *[PLAIN] * 3)
    topic = np.zeros(len(sentences))
    topic[3:5] = 3.0
    for sure, shaky in ((3, 4), (4, 3)):
        judged = list(sentences)
        judged[sure - 1] = replace(judged[sure - 1], proof=3.0)
        judged[shaky - 1] = replace(judged[shaky - 1], proof=-1.0)
        found = breaks(judged, topic)
        assert sure in found and shaky not in found


def test_a_short_turn_is_one_paragraph() -> None:
    assert breaks(said("你准备好了吗？", PLAIN, "另外，再来看交通。"), np.full(3, 4.0)) == [0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("“土要松，”大爷说，“水要能流得出去。”", "我问：“为什么？”"),
        ("他说：“我明天和大家一起去。", "后天我就回来，你们等我。”"),
    ],
)
def test_no_paragraph_begins_inside_what_is_quoted(before: str, after: str) -> None:
    sentences = said(*[PLAIN] * 4, before, after, *[PLAIN] * 4)
    topic = np.zeros(len(sentences))
    topic[5] = 9.0
    assert 5 not in breaks(sentences, topic)


def test_a_quotation_that_never_closes_quotes_nothing() -> None:
    opens = "另外，我们再说一下城市的交通，它也变了很多。"
    sentences = said(*[PLAIN] * 3, "他说：“我来。", PLAIN, opens, *[PLAIN] * 3, "他问：“真的吗？”")
    topic = np.zeros(len(sentences))
    topic[5] = 9.0
    assert 5 in breaks(sentences, topic)


def test_work_on_a_quotation_that_never_closes_grows_as_the_talk() -> None:
    def work(times: int) -> int:
        sentences = said("他说：“我来。", *[PLAIN] * times)
        return calls_of(lambda: breaks(sentences, np.zeros(len(sentences))))

    work(10)  # fills the caches
    assert work(600) < 4 * work(200)


def test_a_word_that_opens_begins_a_paragraph_and_one_that_goes_on_does_not() -> None:
    opens = said(*[PLAIN] * 3, "另外，交通是另一个问题，很多人没有车。", *[PLAIN] * 3)
    goes_on = said(*[PLAIN] * 3, "是因为交通也是同一个问题，很多人没有车。", *[PLAIN] * 3)
    assert opens[3].text in begun(opens)
    assert goes_on[3].text not in begun(goes_on)


def test_another_voice_is_another_paragraph() -> None:
    sentences = [Sentence("好。", 1, None, "host"), Sentence("好。", 2, None, "guest")]
    assert [one.voice for one in paragraphs(sentences, np.zeros(2))] == ["host", "guest"]


@given(st.floats(0.0, 400.0))
def test_the_shares_of_the_knots_are_one_together(span: float) -> None:
    shares = knots(np.array([span]))
    assert shares.shape == (1, len(KNOTS_HANZI)) and shares.sum() == pytest.approx(1.0)


def test_the_bench_knows_the_editors_breaks_and_the_false_stops() -> None:
    talk = [
        ("甲", "我来了，他走了。"),
        ("甲", "说三点："),
        ("甲", "第一，好。真的。"),
        ("乙", "对。"),
    ]
    (first, _) = bench.turns(talk)
    assert [s.text for s in first.sentences] == ["我来了，他走了。", "说三点：第一，好。", "真的。"]
    assert (first.starts, first.false) == ((1,), ())
    (first, _) = bench.turns(talk, bench.cutter(1, 1.0, 0.0))
    assert [s.text for s in first.sentences][:3] == ["我来了。", "他走了。", "说三点：第一。"]
    assert (first.starts, first.false) == ((2,), (1, 3))
    assert bench.scored([first], lambda turn: [1, 2]) == (0.5, 1.0, 2 / 3, 2.0)
    assert bench.false_share([first], lambda turn: [1, 2]) == 0.5
