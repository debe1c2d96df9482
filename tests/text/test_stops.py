"""Sentences end where a reader is sure that they do, and never inside a phrase."""

from __future__ import annotations

from functools import cache
from itertools import takewhile

import pytest
from places import ROOT

from podcast.model import Line, Transcript
from podcast.text.punctuate import punctuate
from podcast.text.punctuate.cut_short import unfinished
from podcast.text.punctuate.evidence import opening_bias
from podcast.text.punctuate.tokens import STRONG

PLACES = ROOT / "tests" / "data" / "stops.tsv"


def ends_sentence(text: str) -> bool:
    """Whether the program sets a stop at the place | of a text whose lines end at / and |."""
    lines = (line.strip() for line in text.replace("|", "/").split("/"))
    heard = Transcript(tuple(Line(line, n) for n, line in enumerate(lines, 1) if line))
    left = sum(sign.isalnum() for sign in text.split("|")[0])
    said = "".join(sentence.text for sentence in punctuate(heard))
    for place, sign in enumerate(said):
        left -= sign.isalnum()
        if left == 0:
            after = takewhile(lambda mark: not mark.isalnum(), said[place + 1 :])
            return any(mark in STRONG for mark in after)
    raise AssertionError(text)


@cache
def right(wanted: str) -> tuple[int, int]:
    """How many of the places that must or never end a sentence are right, of how many."""
    rows = [line.split("\t") for line in PLACES.read_text("utf-8").splitlines() if line[0] != "#"]
    found = [
        ends_sentence(text) == (wanted == "must") for kind, _, _, text in rows if kind == wanted
    ]
    return sum(found), len(found)


@pytest.mark.slow
@pytest.mark.parametrize(("wanted", "least"), [("never", 97), ("must", 88)])
def test_sentences_end_where_a_reader_is_sure(wanted: str, least: int) -> None:
    good, total = right(wanted)
    assert total == 100
    assert good >= least


def cuts(text: str) -> list[str]:
    """What stands before each unfinished stop of a text whose lines end at its marks."""
    signs = [sign for sign in text if sign not in "，。"]
    marks = [
        "" if text[i + 1 : i + 2] not in ("，", "。") else text[i + 1] for i in range(len(text))
    ]
    marks = [mark for sign, mark in zip(text, marks, strict=True) if sign not in "，。"]
    found = unfinished(signs, marks, [bool(mark) for mark in marks])
    return ["".join(signs[max(0, cut.place - 3) : cut.place + 1]) for cut in found]


@pytest.mark.parametrize(
    "text",
    [
        "所以说它是一个特别好的。新闻总结工具，我都用它。",
        "但是它这两天。我使用完之后，觉得很好。",
        "这个公司的难民。涌入小红书，很过分。",
        "但是也有可能通过。团队协作实现。",
        "这是由一个作者。大概想出来的。",
        "并向项目的。导师发了邮件。",
        "它也可能会涌现出。我们叫做智能网络的东西。",
        "也导致了政府的。为什么效率越来越低，大家都知道。",
    ],
)
def test_a_stop_in_an_unfinished_sentence_is_found(text: str) -> None:
    assert len(cuts(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "这是一个朋友写的。工具很好用。",
        "就是这个意思。我们来看一下。",
        "大家好。我是小明。",
        "这是我的。车在外面。",
        "他现在在北京。我在上海。",
        "谢谢主席。请看下一页。",
        "他喜欢的是什么。我不知道。",
        "他是为了孩子的。我知道。",
    ],
)
def test_a_whole_sentence_is_left(text: str) -> None:
    assert cuts(text) == []


def test_no_sentence_ends_after_a_word_that_needs_an_object() -> None:
    assert opening_bias(["它", "成", "为"])[-1] < -5
    assert opening_bias(["我", "觉", "得"])[-1] < -1
    assert opening_bias(["它", "完", "成"])[-1] == 0
