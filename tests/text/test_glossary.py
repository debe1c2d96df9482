"""One name, one spelling: what the glossary changes, what it leaves, what it refuses."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import SEEDS

from podcast.errors import ReadError
from podcast.model import Line, Recipe, Transcript
from podcast.text.clean import clean
from podcast.text.draft import draft
from podcast.text.glossary import (
    Glossary,
    Term,
    correct_names,
    parse_glossary,
    read_glossary,
    shipped_glossary,
    spelling_key,
)
from podcast.text.script import script_text

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SHIPPED = shipped_glossary()


def corrected(glossary: Glossary, *texts: str) -> list[str]:
    lines = tuple(Line(text, number) for number, text in enumerate(texts, 1))
    return [line.text for line in correct_names(Transcript(lines), glossary).lines]


@pytest.mark.parametrize(
    ("printed", "right"),
    [
        ("用deepseek写", "用DeepSeek写"),
        ("Deepseek和deep seek和Deep-Seek", "DeepSeek和DeepSeek和DeepSeek"),
        ("GPD-4.5和gpt4.5和GPT 4o", "GPT-4.5和GPT-4.5和GPT-4o"),
        ("operator.Chatgbt.com", "operator.chatgpt.com"),
        ("泽联斯基和伊隆玛特", "泽连斯基和Elon Musk"),
        ("ScalingLaw在hugging face和github", "Scaling Law在Hugging Face和GitHub"),
        ("nvidia的Tik Tok", "NVIDIA的TikTok"),
        ("ai和api", "AI和API"),
        ("ModelS和model s，model-3和Model3", "Model S和Model S，Model 3和Model 3"),
        ("these models和这些models", "these models和这些models"),
    ],
)
def test_shipped_names_are_corrected(printed: str, right: str) -> None:
    assert corrected(SHIPPED, printed) == [right]


@pytest.mark.parametrize(
    "text",
    [
        "deepseeker和xgithub",
        "maintain和capital和rapid",
        "GPT4ALL很好",
        "思维练习和计算率先",
        "在美联出版社",
        "iphones",
        "OpenAIs",
        "he said it again",
    ],
)
def test_nothing_is_changed_inside_another_word(text: str) -> None:
    assert corrected(SHIPPED, text) == [text]


def test_near_and_lines_say_where() -> None:
    glossary = parse_glossary(
        {
            "宇树": {"wrong": ["语速"], "near": ["机器人"]},
            "命": {"wrong": ["名"], "lines": "2, 4-5"},
        }
    )
    far = ["没什么"] * 20
    assert corrected(glossary, "语速的机器人", *far, "语速太快") == [
        "宇树的机器人",
        *far,
        "语速太快",
    ]
    assert corrected(glossary, *"名名名名名名") == list("名命名命命名")


@pytest.mark.slow
def test_the_seeds_own_glossary_adds_to_the_shipped_one() -> None:
    mine = parse_glossary({"deepseek": ["DeepSick"], "泽倫斯基": ["泽联斯基"], "Grok": ["Groq"]})
    both = SHIPPED | mine
    assert corrected(both, "DeepSick DeepSeak") == ["deepseek deepseek"]
    assert corrected(both, "泽联斯基和泽林斯基和Groq") == ["泽倫斯基和泽连斯基和Grok"]
    assert SHIPPED | Glossary() == SHIPPED
    assert (Glossary() | SHIPPED).terms == SHIPPED.terms


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.toml")), ids=lambda path: path.name)
def test_the_glossaries_beside_the_seeds_are_understood(path: Path) -> None:
    assert read_glossary(path).terms
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    assert set(table) <= {"title", "date", "author", "cast", "glossary"}


def test_every_shipped_spelling_is_corrected_and_every_right_one_stays() -> None:
    assert len(SHIPPED.terms) >= 150
    for term in SHIPPED.terms:
        assert corrected(SHIPPED, term.right) == [term.right]
        for word in term.wrong:
            assert corrected(SHIPPED, word) == [term.right], word


def test_no_two_shipped_entries_claim_one_spelling() -> None:
    claims = [key for t in SHIPPED.terms for key in {*map(spelling_key, (t.right, *t.wrong))}]
    assert len(claims) == len(set(claims))


@given(
    st.lists(st.sampled_from(["deepseek", " ", "Deep", "seek", "泽联斯基", "的", "GPD-4.5", "."]))
)
def test_correcting_twice_is_correcting_once(parts: list[str]) -> None:
    once = corrected(SHIPPED, "".join(parts))
    assert corrected(SHIPPED, *once) == once


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[glossary]\n甲 = 3", "not valid|list|Invalid|cannot read"),
        ('[glossary]\n"甲" = 3', "list"),
        ('[glossary]\n"甲" = [3]', "quotes"),
        ('[glossary]\n"甲" = [""]', "quotes"),
        ('[glossary]\n"" = ["乙"]', "empty"),
        ('[glossary]\n"甲" = {wrongs = ["乙"]}', "wrong, near, lines"),
        ('[glossary]\n"甲" = {wrong = ["乙"], lines = "one"}', "lines must look like"),
        ('[glossary]\n"甲" = ["乙"]\n"乙" = ["丙"]', "both right and"),
        ("glossary = 3", "table"),
    ],
)
def test_what_is_not_understood_is_said(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "glossary.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReadError, match=complaint) as error:
        read_glossary(path)
    assert "glossary.toml" in str(error.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"cannot read .*none.toml: there is no such file"):
        read_glossary(tmp_path / "none.toml")


def test_a_right_spelling_that_holds_a_wrong_one_does_not_grow() -> None:
    glossary = parse_glossary({"Elon Musk": ["Musk", "Elon"], "大模型": ["模型"]})
    transcript = Transcript((Line("Elon Musk和Musk的模型与大模型", 1),))
    once = clean(transcript, glossary)
    assert once.lines[0].text == "Elon Musk 和 Elon Musk 的大模型与大模型"
    assert clean(once, glossary) == once


def test_a_term_knows_its_lines() -> None:
    assert Term("甲").covers(9) and not Term("甲", lines=((1, 3), (5, 5))).covers(4)


def test_seeds_of_a_folder_share_a_glossary_and_each_has_its_own(tmp_path: Path) -> None:
    seed = tmp_path / "talk.txt"
    seed.write_text("蓝鲸计划发布了\n小白龙也发布了\n", encoding="utf-8")
    (tmp_path / "glossary.toml").write_text(
        '[glossary]\n"蓝景计划" = ["蓝鲸计划"]\n"小白鲸" = ["小白龙"]\n', encoding="utf-8"
    )
    (tmp_path / "talk.toml").write_text('[glossary]\n"小白隆" = ["小白龙"]\n', encoding="utf-8")
    text = script_text(draft(seed, Recipe()))
    assert "蓝景计划发布了" in text
    assert "小白隆也发布了" in text
