"""What is said is right, and every said character knows its place in the shown text."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from patience import calls_of, no_explosion
from places import ROOT, SEED

from podcast.model import Saying
from podcast.pronounce import AS_SHOWN, IN_FULL, Needs, pronounce, touching
from podcast.pronounce.numbers import cardinal_text
from podcast.pronounce.respellings import is_pinyin, polyphones, shipped

CASES = [
    tuple(line.split("\t"))
    for line in (ROOT / "tests/data/pronounce_cases.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("# ")
]
PLAIN = Needs(pinyin=False)
ALL_NEEDS = (
    IN_FULL,
    PLAIN,
    AS_SHOWN,
    Needs(latin="letters"),
    Needs(latin="hanzi"),
    Needs(numbers=False),
    Needs(symbols=False),
)

pieces = st.one_of(
    st.text(max_size=6),
    st.text("0123456789.,-/:%$¥€~年月日个万亿第两点到的AIGPTxkB+=＋²℃ 　", max_size=8),
    st.sampled_from(
        ["GPT-4.5", "2025年", "$2.5M", "重庆", "10:30", "a.b.com", "😀", "我们", "O3 mini", "3-5个"]
    ),
)
talk = st.lists(pieces, max_size=8).map("".join)


# The table ---------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("shown", "said"), CASES)
def test_a_case_of_the_table(shown: str, said: str) -> None:
    assert pronounce(shown, PLAIN).text == said


def test_the_table_is_long_and_says_nothing_twice() -> None:
    assert len(CASES) >= 150
    assert len({shown for shown, _ in CASES}) == len(CASES)


# Laws --------------------------------------------------------------------------------------


def require_lawful(shown: str, saying: Saying) -> None:
    assert len(saying.origins) == len(saying.text)
    assert all(0 <= origin < len(shown) for origin in saying.origins)
    assert list(saying.origins) == sorted(saying.origins)


@pytest.mark.slow
@given(talk, st.sampled_from(ALL_NEEDS))
def test_origins_are_places_in_the_shown_text_and_never_go_back(shown: str, needs: Needs) -> None:
    saying = pronounce(shown, needs)
    require_lawful(shown, saying)
    assert saying == pronounce(shown, needs)


@given(talk)
def test_every_hanzi_is_said_at_its_own_place(shown: str) -> None:
    saying = pronounce(shown, PLAIN)
    hanzi = [at for at, char in enumerate(shown) if "\u4e00" <= char <= "\u9fff"]
    unsaid = [at for at in hanzi if at not in saying.origins]
    assert all(_is_in_a_token(shown, at) for at in unsaid)


def _is_in_a_token(shown: str, at: int) -> bool:
    """A hanzi that belongs to a figure's reading: 年, 万, 元 beside it."""
    return re.search(r"[^\u4e00-\u9fff]", shown[max(0, at - 3) : at + 4]) is not None


@given(st.text("我们在重庆吃火锅的时候他说了很多话，。", min_size=1, max_size=40))
def test_plain_words_are_said_as_shown(shown: str) -> None:
    saying = pronounce(shown, PLAIN)
    assert re.sub("[，。]", "", saying.text) == re.sub("[，。]", "", shown)
    assert all(
        saying.text[at] == shown[origin]
        for at, origin in enumerate(saying.origins)
        if saying.text[at] not in "，。"
    )


@given(talk)
def test_an_engine_in_need_is_given_no_figure_and_no_sign(shown: str) -> None:
    said = pronounce(shown, PLAIN).text
    assert not re.search(r"[0-9%$¥€£°+=<>#*_/\\|~^\[\]{}()“”《》😀\n\t]", said)


@given(talk)
def test_text_that_says_nothing_is_empty(shown: str) -> None:
    said = pronounce(shown, PLAIN).text
    assert said == "" or any(char.isalnum() for char in said)


@pytest.mark.slow
@given(talk)
def test_marks_and_spaces_stand_alone_and_inside(shown: str) -> None:
    said = pronounce(shown, PLAIN).text
    assert not re.search(r"[，。！？；：、,.!?;:…]{2}| {2}|^[ ，。]| $", said)


@given(st.integers(0, 10**16 - 1))
def test_a_cardinal_read_back_is_the_number(number: int) -> None:
    assert _value(cardinal_text(str(number))) == number


def _value(said: str) -> int:
    """A cardinal back to its number, by the grammar of hanzi numbers."""
    if "亿" in said:
        high, low = said.split("亿")
        return _value(high) * 10**8 + _value(low)
    if "万" in said:
        high, low = said.split("万")
        return _value(high) * 10**4 + _value(low)
    total, digit = 0, 0
    for char in said.replace("两", "二"):
        if char in "十百千":
            total += (digit or 1) * 10 ** ("十百千".index(char) + 1)
            digit = 0
        else:
            digit = "零一二三四五六七八九".index(char)
    return total + digit


# The seed ----------------------------------------------------------------------------------


def letters(text: str) -> str:
    return "".join(re.findall("[A-Za-z]", text)).lower()


@pytest.mark.slow
def test_no_latin_word_of_the_seed_is_changed() -> None:
    for shown in SEED.read_text("utf-8").splitlines():
        said = pronounce(shown, PLAIN).text
        assert letters(shown) == letters(said) or (
            "2C" in shown and letters(shown) == letters(said).replace("to", "")
        )


def test_no_figure_of_the_seed_is_left() -> None:
    saying = pronounce(SEED.read_text("utf-8"), PLAIN)
    assert not re.search("[0-9%]", saying.text)
    assert "负" not in re.sub("负(?=责|面|担|债)|(?<=[肩欺胜抱辜背自])负", "", saying.text)


# Needs -------------------------------------------------------------------------------------


def test_an_engine_that_reads_all_is_given_what_is_shown() -> None:
    shown = "GPT-4.5在2025/2/10的10:30涨了1/3，即$2.5M~3M，x²≈14%"
    assert pronounce(shown, AS_SHOWN) == Saying(shown, tuple(range(len(shown))))


def test_figures_can_be_left_while_signs_without_sound_go() -> None:
    assert pronounce("涨了14%😀（对）", Needs(numbers=False)).text == "涨了14%，对，"


def test_latin_by_engine() -> None:
    assert pronounce("用GPU", Needs(latin="letters")).text == "用G P U"
    assert pronounce("IPO之后", Needs(latin="words")).text == "I-P-O之后"
    assert pronounce("IPO之后", Needs(latin="shown")).text == "IPO之后"
    said = pronounce("用GPU", Needs(latin="hanzi")).text
    assert said.startswith("用") and not re.search("[A-Za-z]", said)


# Respellings -------------------------------------------------------------------------------


def test_a_respelling_is_said_and_keeps_its_place() -> None:
    saying = pronounce("去重庆玩", PLAIN, {"重庆": "崇庆"})
    assert saying == Saying("去崇庆玩", (0, 1, 2, 3))


def test_pinyin_goes_only_to_engines_that_take_it() -> None:
    table = {"乐山": "le4 shan1"}
    assert pronounce("去乐山玩", IN_FULL, table).text == "去le4shan1玩"
    assert pronounce("去乐山玩", PLAIN, table).text == "去乐山玩"


def test_pinyin_beside_latin_is_kept_apart() -> None:
    assert pronounce("AI重做", IN_FULL, {"重": "chong2"}).text == "AI chong2做"


def test_a_latin_respelling_is_for_the_whole_word() -> None:
    table = {"Meta": "梅塔", "GPT-4": "GPT four"}
    assert pronounce("Metal和Meta", PLAIN, table).text == "Metal和梅塔"
    assert pronounce("GPT-4和GPT-4.5", PLAIN, table).text.startswith("GPT four和GPT")


def test_the_longest_word_wins_and_a_seed_wins_over_the_program() -> None:
    table = {"银行": "银航", "银行卡": "银航卡", "SaaS": "萨斯"}
    assert pronounce("银行卡和SaaS", PLAIN, table).text == "银航卡和萨斯"


def test_a_word_that_is_its_own_respelling_shields_it() -> None:
    assert pronounce("校长大人", PLAIN, {"长大": "掌大", "校长": "校长"}).text == "校长大人"


def test_an_empty_respelling_says_nothing() -> None:
    assert pronounce("嗯好", PLAIN, {"嗯": ""}).text == "好"


@pytest.mark.slow
@given(talk, st.dictionaries(pieces.filter(bool), pieces, max_size=4))
def test_only_respellings_in_a_text_touch_it(shown: str, table: dict[str, str]) -> None:
    touched = touching(shown, table)
    assert pronounce(shown, PLAIN, touched) == pronounce(shown, PLAIN, table)


def test_a_polyphone_is_told_where_it_is_a_word() -> None:
    assert pronounce("他去种田了").text == "他去zhong4tian2了"
    assert pronounce("一种田园生活").text == "一种田园生活"
    assert pronounce("熊和穷人").text == "xong2和qong2ren2"
    saying = pronounce("在东莞，重启")
    assert saying.text == "在dong1guan3，chong2qi3"
    assert [saying.origins[saying.text.index(word)] for word in ("guan3", "qi3")] == [2, 5]


def test_the_shipped_tables_are_sound() -> None:
    for word, pinyin in polyphones().items():
        assert is_pinyin(pinyin) and len(pinyin.split()) == len(word)
    for word, respelling in [*shipped()["hanzi"].items(), *shipped()["latin"].items()]:
        assert word and respelling
        if re.search(r"[1-5]", respelling):
            assert len(respelling.split()) == len(word)


# Cost --------------------------------------------------------------------------------------


AWKWARD = ["9", "a", "a-", "1-", "1,", "1.", "1/", "1:", "a.", "x2", "-", "$", "(", "=", "<a"]


@pytest.mark.slow
@pytest.mark.parametrize("text", AWKWARD)
def test_work_grows_as_the_text_however_awkward(text: str) -> None:
    short, long = (text * (length // len(text)) for length in (1_500, 6_000))
    pronounce(text)  # fills the caches
    with no_explosion():
        assert calls_of(lambda: pronounce(long)) < 5 * calls_of(lambda: pronounce(short))


@pytest.mark.slow
def test_a_hundred_thousand_characters_are_no_trouble() -> None:
    shown = "我们在2025年用GPT-4.5，涨了14%。" * 5_000
    with no_explosion():
        require_lawful(shown, pronounce(shown))


@pytest.mark.slow
def test_importing_is_cheap_and_loads_no_rules() -> None:
    code = (
        "import sys, podcast.pronounce;"
        "print({'wetext', 'pypinyin', 'opencc', 'rjieba', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
    assert done.stdout == b"set()\n"


@pytest.mark.slow
def test_processes_agree() -> None:
    shown = "2025-02-10涨了14%，5kg"
    with ProcessPoolExecutor(2) as pool:
        assert set(pool.map(pronounce, [shown] * 4)) == {pronounce(shown)}


@given(st.text(st.characters(), max_size=30))
def test_no_text_is_refused(shown: str) -> None:
    for needs in ALL_NEEDS:
        require_lawful(shown, pronounce(shown, needs))
