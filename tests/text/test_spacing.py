"""One rule of where a space stands, whichever way two words come together."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.model import Line, Transcript
from podcast.text.clean import clean
from podcast.text.clean.characters import space_scripts
from podcast.text.divide.titles import titles
from podcast.text.punctuate import punctuate
from podcast.text.script import parse_script
from podcast.text.spacing import HANZI, join_lines, joined, spaced

PRINTED = [
    *("2025年展望", "进入2025年", "用 GPT-4.5 写", "3500亿美金", "涨了3.5%的", "Grok 3 报告"),
    *("Grok 3年", "第3个", "做 3D 打印", "iPhone 16 系列", "C++ 的", "Beyoncé 的歌", "用$30买"),
    *("好，GPT 来了", "《三体》Netflix 版", "你们好", "Claude Code", "3+2的结果", "L.A.大火"),
]
words = st.sampled_from(
    ["我们", "看", "年", "报告", "个", "GPT-4.5", "Grok", "3", "2025", "50%", "$30", "C++", "é"]
)
signs = st.sampled_from(
    ["", "", "", " ", "，", "。", ",", ".", "“", "”", "(", ")", "《", "》", "#"]
)
pieces = st.lists(st.tuples(signs, words, signs), min_size=1, max_size=5).map(
    lambda parts: "".join(sign for part in parts for sign in part).strip()
)
anything = st.text(max_size=30)
mixed = st.one_of(pieces, anything)


@pytest.mark.parametrize("text", PRINTED)
def test_what_is_printed_right_stays(text: str) -> None:

    assert spaced(text) == space_scripts(text) == text


@pytest.mark.parametrize("text", PRINTED)
def test_every_way_that_words_come_together_gives_the_same(text: str) -> None:
    """A subtitle's rows, a script's wrapped paragraph, a recogniser's words, a line's end."""
    text = spaced(text)
    solid = re.sub(rf"(?<=[{HANZI}]) | (?=[{HANZI}])", "", text)
    places = [m.start() for m in re.finditer(rf"(?<=[{HANZI}])(?![{HANZI}])", solid)][:1]
    for place in filter(None, places):
        parts = (solid[:place], solid[place:].lstrip())
        assert spaced(joined(*parts)) == spaced(join_lines(parts)) == text
        script = parse_script("# 题\n\n## 章\n\n" + "\n".join(parts) + "\n")
        assert spaced(script.chapters[0].paragraphs[0].text) == text
    cleaned = "".join(line.text for line in clean(Transcript((Line(f"看{solid}", 1),))).lines)
    assert cleaned == spaced(f"看{solid}")


def test_a_year_is_joined_to_its_hanzi_everywhere() -> None:
    assert join_lines(["进入", "2025", "年展望"]) == "进入2025年展望"
    assert joined("2025", "年展望") == spaced("2025 年展望") == "2025年展望"
    lines = Transcript((Line("我们进入 2025", 1), Line("年展望是什么", 2)))
    assert "进入2025年展望" in "".join(sentence.text for sentence in punctuate(lines))
    talks = ["2025年展望，2025年展望。" * 3, "机器人市场，机器人市场。" * 3]
    assert not any(re.search(rf"\d [{HANZI}]|[{HANZI}] \d", title) for title in titles(talks))


@pytest.mark.parametrize(
    ("left", "right", "whole"),
    [
        ("OpenAI", "发布", "OpenAI 发布"),
        ("发布", "OpenAI", "发布 OpenAI"),
        ("OpenAI", "GPT", "OpenAI GPT"),
        ("进入", "2025年", "进入2025年"),
        ("2025", "年", "2025年"),
        ("GPT-4", "很好", "GPT-4 很好"),
        ("人", "类", "人类"),
        ("", "人", "人"),
        ("OpenAI，", "人", "OpenAI，人"),
        ("OpenAI，", "GPT", "OpenAI，GPT"),
        ("OK,", "next", "OK, next"),
        ("OK", ", next", "OK, next"),
        ("agent", "(AI)", "agent (AI)"),
        ("代理", "(agent)", "代理(agent)"),
        ("50", "%", "50%"),
        ("$", "30", "$30"),
        ("用 Grok 3", "报告", "用 Grok 3 报告"),
    ],
)
def test_join(left: str, right: str, whole: str) -> None:
    assert joined(left, right) == whole


@given(mixed)
def test_spaced_twice_is_spaced_once(text: str) -> None:
    assert spaced(spaced(text)) == spaced(text)
    assert space_scripts(space_scripts(text)) == space_scripts(text)


@given(mixed)
def test_only_spaces_come_and_go(text: str) -> None:
    assert spaced(text).replace(" ", "") == text.replace(" ", "")


@given(mixed, mixed)
def test_joining_adds_one_space_at_most(left: str, right: str) -> None:
    assert joined(left, right) in (left + right, f"{left} {right}")


@given(pieces, pieces)
def test_spacing_the_pieces_first_changes_nothing(left: str, right: str) -> None:
    assert spaced(joined(spaced(left), spaced(right))) == spaced(joined(left, right))


@given(st.lists(mixed, max_size=5))
def test_lines_join_as_pairs_do(lines: list[str]) -> None:
    whole = ""
    for line in lines:
        whole = joined(whole, line.strip()) if line.strip() else whole
    assert join_lines(lines) == whole
