"""Suspects: the same name spelt several ways, found without a dictionary."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.model import Line, Transcript
from podcast.text.glossary import parse_glossary
from podcast.text.names import Suspect, names_text, suspects

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def found(*texts: str) -> tuple[Suspect, ...]:
    return suspects(Transcript(tuple(Line(text, number) for number, text in enumerate(texts, 1))))


def spellings(*texts: str) -> list[list[str]]:
    return [[name for name, _ in suspect.spellings] for suspect in found(*texts)]


def test_case_spaces_and_hyphens() -> None:
    assert spellings("用QuantumLeap写", "用quantum leap写", "Quantumleap") == [
        ["QuantumLeap", "quantum leap", "Quantumleap"]
    ]


def test_what_sounds_alike() -> None:
    texts = ["宇树的机器人"] * 4 + ["语速的机器人", "玄戒芯片", "玄戒芯片", "玄界芯片"]
    assert ["宇树", "语速"] in spellings(*texts)
    assert any(names[0].startswith("玄戒") for names in spellings(*texts))


def test_a_slip_of_one_letter() -> None:
    texts = ["请Karpathy讲", "请Karpathy讲", "请Kapathy讲", "GPT-7和GPT-8", "Model Y和Model Q"]
    assert spellings(*texts) == [["Karpathy", "Kapathy"]]


def test_common_words_are_no_suspects() -> None:
    assert (
        found(
            "他的公司", "她的公司", "这是的时候", "试着看", "在做", "再做", "An agent", "an agent"
        )
        == ()
    )


def test_the_most_telling_come_first_with_their_lines() -> None:
    first, *_ = found("DeepSeek", "deepseek", "Deepseek", "宇树", "宇树", "宇树", "语速")
    assert (first.right, first.why, first.lines) == ("DeepSeek", "case", (2, 3))


@pytest.mark.slow
@given(
    st.lists(
        st.sampled_from(["DeepSeek", "deepseek", '"', "宇树", "语速", "\\", "Karpathy", "Kapathy"])
    )
)
def test_the_text_is_a_glossary(parts: list[str]) -> None:
    text = names_text(found(*parts))
    parse_glossary(tomllib.loads(text)["glossary"])
    uncommented = text.replace("# Take", "## Take").replace('\n# "', '\n"')
    parse_glossary(tomllib.loads(uncommented)["glossary"])


def test_no_suspects_is_an_empty_table() -> None:
    assert names_text(()) == "[glossary]\n"
