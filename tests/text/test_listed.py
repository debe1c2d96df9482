"""What a talk counts up in its opening is found again, and names the chapters."""

from __future__ import annotations

import pytest

from podcast.model import Sentence
from podcast.text.divide import divide
from podcast.text.divide.listed import counted_up

FILLING = "那天我走了很久的路，也看了很多东西，回来以后想了想，还是觉得值得。"


def said(*texts: str) -> list[Sentence]:
    return [Sentence(text, line) for line, text in enumerate(texts, 1)]


TALK = said(
    "大家好，今天聊三件事。",
    "第一件事是阳台种菜，第二件事是怎么挑一台二手相机，第三件事是上个月去大理的旅行。",
    "先说种菜，番茄要晒太阳。",
    *[FILLING] * 4,
    "种菜就说到这里。",
    "接下来说第二件事，二手相机，先看快门。",
    *[FILLING] * 4,
    "最后说一下大理的旅行。",
    *[FILLING] * 4,
)


def test_things_are_counted_from_one_on() -> None:
    things = [thing.text for thing in counted_up(TALK)]
    assert things == ["阳台种菜", "怎么挑一台二手相机", "大理的旅行"]
    assert counted_up(said("第二件事是种菜。", "第三次去的时候，第一年全烂了。")) == []


def test_chapters_begin_where_the_speaker_comes_to_a_thing() -> None:
    script = divide(TALK, "题", count=4)
    opened = [chapter.paragraphs[0].text[:5] for chapter in script.chapters]
    assert opened == ["大家好，今", "先说种菜，", "接下来说第", "最后说一下"]
    assert [chapter.title for chapter in script.chapters][2:] == [
        "怎么挑一台二手相机",
        "大理的旅行",
    ]


@pytest.mark.parametrize("count", [1, 3, 6, 12])
def test_as_many_chapters_as_were_asked_for(count: int) -> None:
    assert len(divide(TALK, "题", count=count).chapters) == count


def test_a_figure_is_not_cut_from_its_unit_in_a_title() -> None:
    (chapter,) = divide(said("洱海人均2300元，洱海人均2300元。"), "题").chapters
    assert not chapter.title.endswith("2300")
