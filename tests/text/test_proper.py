"""Chinese names are found where they are sure to be names."""

from __future__ import annotations

import pytest

from podcast.formats.shownotes import names_in
from podcast.model import Episode, Span, Track
from podcast.text.proper import is_hanzi_name, known_names
from podcast.text.words import words


def named(text: str) -> tuple[str, ...]:
    """The names that an episode with this text lists."""
    return names_in(Episode("", 1, (Track("", 1, (), (Span(0, 1, text),)),)))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("黄仁勋来了。黄仁勋走了。", ("黄仁勋",)),
        ("字节跳动很大。我在字节跳动。", ("字节跳动",)),
        ("我叫高嘉良。高嘉良的工作。", ("高嘉良",)),
        ("高嘉良先生，高嘉良。", ("高嘉良",)),
        ("黄仁勋来了。", ()),  # said once
        ("高嘉良的工作，高嘉良的工作。", ()),  # nothing shows that it is a person
        ("文明的文明。黑洞和黑洞。高智商说高智商说。", ()),
        ("陈老师说好，陈老师说不好。唐凤有说，唐凤有说。", ()),
        ("我联想到他，又联想到你。", ()),  # a word first of all, not the company
        ("北京很大，北京很好。", ()),  # a place is neither a person nor a company
        ("《雷军传》，《雷军传》。", ("《雷军传》",)),
    ],
)
def test_people_and_companies_are_listed(text: str, names: tuple[str, ...]) -> None:
    assert named(text) == names


def test_names_are_in_the_order_in_which_they_are_said() -> None:
    assert named("腾讯和OpenAI。OpenAI和腾讯。《三体》。") == ("腾讯", "OpenAI", "《三体》")


def test_each_listed_name_stands_once_and_is_a_name() -> None:
    assert len(known_names()) > 400
    assert {"person", "company", "place"} == set(known_names().values())
    assert all(is_hanzi_name(words("北京")[0]._replace(text=name)) for name in known_names())
