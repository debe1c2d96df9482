"""An episode nobody gave a title gets one that can stand on its cover, or a dull one."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.files.settings import Settings
from podcast.model import Chapter, Paragraph, Recipe, Script
from podcast.text.divide.titles import CLOSING, OPENING
from podcast.text.draft import draft, titled
from podcast.text.entitle import (
    LONGEST_CHARS,
    NAMELESS,
    OPENING_LENGTH,
    entitle,
    title_of_file,
    title_said,
)


def script_of(text: str, *headings: tuple[str, str]) -> Script:
    """A script of these parts and chapters' titles, in the first of which `text` is said."""
    chapters = [Chapter(title, (Paragraph("好。"),), part) for part, title in headings]
    opened = Chapter(OPENING, (Paragraph(text),))
    return Script("", (opened, *chapters))


def title_of(text: str, *headings: tuple[str, str], name: str = "talk") -> str:
    return entitle(script_of(text, *headings), name).title


# Which source --------------------------------------------------------------------------------

TOLD = "今天的主题是数据的利与弊。"
HEADINGS = (("", "数据红利"), ("口罩地图", "药局"))


@pytest.mark.parametrize(
    ("name", "text", "headings", "title"),
    [
        ("关于大模型的思考", TOLD, HEADINGS, "关于大模型的思考"),
        ("2025-02-indigo", TOLD, HEADINGS, "数据的利与弊"),
        ("录音001", "大家好。", HEADINGS, "口罩地图"),
        ("录音001", "大家好。", HEADINGS[:1], "数据红利"),
        ("录音001", "大家好。", (), NAMELESS),
    ],
)
def test_the_surest_source_that_has_a_title_gives_it(
    name: str, text: str, headings: tuple[tuple[str, str], ...], title: str
) -> None:
    assert title_of(text, *headings, name=name) == title


@pytest.mark.parametrize("place", [OPENING, CLOSING, "第 1 节"])
def test_a_heading_that_only_says_where_it_stands_is_passed_over(place: str) -> None:
    assert title_of("大家好。", (place, place), ("", "数据红利")) == "数据红利"


def test_a_frame_before_a_heading_is_left_out() -> None:
    assert title_of("大家好。", ("", f"{OPENING}：数据红利")) == "数据红利"


@pytest.mark.parametrize("size", [LONGEST_CHARS, LONGEST_CHARS + 1])
def test_a_heading_too_long_for_a_cover_is_passed_over(size: int) -> None:
    heading = "数" * size
    assert title_of("大家好。", ("", heading)) == (heading if size == LONGEST_CHARS else NAMELESS)


def test_a_subject_is_looked_for_in_the_opening_alone() -> None:
    before = "好" * (OPENING_LENGTH - len(TOLD) - 1) + "。"
    assert title_of(before + TOLD) == "数据的利与弊"
    assert title_of("好" + before + TOLD) == NAMELESS  # nor is half of it a title


def test_a_persons_title_stays() -> None:
    script = script_of(TOLD, *HEADINGS)
    settings = Settings("2025_双月回顾")
    assert titled(script, Path("关于大模型的思考.txt"), settings).title == "2025_双月回顾"


# File names ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["一期节目", "关于大模型的思考", "与 AI 和平共处", "《三体》读书会", "失眠：一个人的战争"],
)
def test_a_name_that_somebody_wrote_is_a_title(name: str) -> None:
    assert title_of_file(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("talk", "2025-02-indigo", "rec_0312", "录音001", "大模型_思考", "2025双月回顾"),
        *(
            "新录音",
            "录音文件",
            "会议录音文稿",
            "腾讯会议逐字稿",
            "未命名文稿",
            "最终版文稿",
            "飞书妙记",
        ),
        *("三体", "a三体b", "数" * (LONGEST_CHARS + 1), "数据.红利", ""),
    ],
)
def test_a_name_that_any_file_may_have_is_none(name: str) -> None:
    assert title_of_file(name) == ""


@given(st.text(), st.sampled_from("0123456789_"), st.text())
def test_a_file_name_with_a_digit_or_underscore_is_never_a_title(
    before: str, mark: str, after: str
) -> None:
    assert title_of_file(before + mark + after) == ""


# What is said --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("今天的题目叫做养猫的十个误区。", "养猫的十个误区"),
        ("我们这一期的题目叫一个人的旅行。", "一个人的旅行"),
        ("今天要跟大家分享的是如何养成早睡的习惯。", "如何养成早睡的习惯"),
        ("今天我们聊人工智能。", "人工智能"),
        ("今天我们来聊一聊普通人怎么理财。", "普通人怎么理财"),
        ("今天呢，我想和大家聊聊阳台种菜。", "阳台种菜"),
        ("我演讲的题目是从零开始学摄影。", "从零开始学摄影"),
        ("这期节目的标题是老照片里的城市。", "老照片里的城市"),
        ("本期主题：大模型。", "大模型"),
        ("本次讲座的主题为敦煌的颜色。", "敦煌的颜色"),
        ("今天我们以人工智能的伦理为题，请来了两位嘉宾。", "人工智能的伦理"),
        ("今天我们将围绕城市更新这个主题展开讨论。", "城市更新"),
        ("这个视频我们来聊聊手冲咖啡。", "手冲咖啡"),
        ("欢迎收听第三十八期，这一期我们聊聊宋朝人的夜生活。", "宋朝人的夜生活"),
        ("今天来聊聊人工智能会不会取代程序员。", "人工智能会不会取代程序员"),
        ("今天的题目是为什么我们要睡觉。", "为什么我们要睡觉"),
        ("今天我们来讨论一下，人工智能会取代我们吗？", "人工智能会取代我们吗？"),
    ],
)
def test_a_subject_that_is_told_is_the_title(text: str, title: str) -> None:
    assert title_said(f"大家好。{text}我们开始吧。") == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("我们的主题呢，就是关于失眠的那些事吧。", "失眠的那些事"),
        ("今天的主题就是那个，呃。", ""),
        ("今天的主题是谈谈垃圾分类啊。", "垃圾分类"),
        ("今天的主题是针对垃圾分类的新规。", "垃圾分类的新规"),
        ("今天我们要聊的话题是延迟退休这个话题。", "延迟退休"),
        ("今天的主题是可持续发展，对吧？", "可持续发展"),
    ],
)
def test_fillers_around_a_title_are_left_out(text: str, title: str) -> None:
    assert title_said(text) == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("今天的主题是《数字文明》。", "数字文明"),
        ("今天的主题是「零碳转型，幸福前行」，请大家看。", "零碳转型，幸福前行"),
        ("今天的主题是“你的英文名字”。", "你的英文名字"),
        ("今天的主题是《三体》的物理学。", "《三体》的物理学"),
        ("今天我们来聊聊《三体》。", "《三体》"),
        ("今天的主题是《三体的物理学。", ""),
    ],
)
def test_quotes_go_where_they_only_say_that_it_is_a_title(text: str, title: str) -> None:
    assert title_said(text) == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("今天的主题是数据的利与弊，就是它的好处。", "数据的利与弊"),
        ("今天的主题是后疫情时代，让未来教育尽早发生。", "后疫情时代，让未来教育尽早发生"),
        ("今天的主题是灰犀牛，也就是看得见的危险。", "灰犀牛"),
        ("今天的主题是医师，心理师的法规。", ""),
        ("今天我们来聊聊怎么种番茄先说土。", ""),
        ("今天的主题是如何在充满假讯息的世界里面，找出事实。", ""),
        (f"今天的主题是{'数据红利' * 8}。", ""),
    ],
)
def test_a_title_is_a_whole_clause_or_none(text: str, title: str) -> None:
    assert title_said(text) == title


@pytest.mark.parametrize(
    "text",
    [
        "今天的主题是什么呢？",
        "今天的主题是这样的。",
        "今天的主题不是区块链。",
        "上一期的主题是区块链。",
        "他的演讲的题目是区块链。",
        "你们的题目是区块链。",
        "今天第二部分的主题是区块链。",
        "这次黑客松的主题是区块链。",
        "这个问题的主题是区块链。",
        "今天讲的话会制作逐字稿。",
        "今天聊天室里有很多人。",
        "今天就聊到这里。",
        "今天我们来谈谈这件事。",
        "今天跟大家聊一聊我这两年的经验。",
        "今天想跟大家聊聊一些经验和心得。",
        "今天我们请来王老师，聊聊他的新书。",
        "今天的主题是故宫有一个画展。",
        "今天的主题是过去一直有人讲区块链。",
        "今天的主题是这个礼拜的区块链。",
        "今天的主题是请王老师站出来。",
        "今天的主题是因为大家都在谈区块链。",
        "今天要讲的是 Share。",
    ],
)
def test_what_is_not_surely_the_subject_is_left(text: str) -> None:
    assert title_said(f"大家好。{text}") == ""


@pytest.mark.parametrize(
    ("name", "told", "title"),
    [
        ("talk", "阳台种菜分享会", "阳台种菜分享会"),
        ("关于大模型的思考", "阳台种菜分享会", "关于大模型的思考"),
        ("talk", "小林的视频会议 2024年5月6日", "番茄"),
        ("talk", "", "番茄"),
    ],
)
def test_a_title_that_the_file_has_above_its_words_comes_after_the_files_name(
    name: str, told: str, title: str
) -> None:
    script = Script("", (Chapter("番茄", (Paragraph("大家好。"),)),))
    assert entitle(script, name, told).title == title


def test_what_is_called_the_subject_comes_before_what_is_talked_of() -> None:
    assert title_said("今天我们来聊聊美国。今天的主题是数据的利与弊。") == "数据的利与弊"


PIECES = st.sampled_from(
    re.findall(
        r"\S+",
        "今天 我们 这期 的 主题 题目 是 叫做 来 聊聊 聊一聊 分享 关于 数据 人工智能 养猫 呃 那个 吧"
        " 吗 《 》 “ ” ， 。 ？ 为题 以 让 x 8 _",
    )
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_a_title_that_is_said_stands_in_what_is_said(text: str) -> None:
    title = title_said(text)
    assert title.removesuffix("？") in text
    assert len(title) <= LONGEST_CHARS


@given(st.lists(PIECES, max_size=40).map("".join), st.text(), st.text())
def test_only_the_title_changes_and_there_is_always_one(text: str, name: str, part: str) -> None:
    before = script_of(text or "好。", (part, "数据红利"))
    after = entitle(before, name)
    assert 0 < len(after.title) <= LONGEST_CHARS
    assert replace(after, title=before.title) == before
    assert entitle(after, name) == after


# A transcript --------------------------------------------------------------------------------

LINES = {
    "简体": (
        "大家好欢迎收听",
        "我们这一期的主题",
        "呃就是",
        "阳台种菜",
        "好吧",
        "先说说要准备些什么",
    ),
    "繁體": (
        "大家好歡迎收聽",
        "我們這一期的主題",
        "呃就是",
        "陽臺種菜",
        "好吧",
        "先說說要準備些什麼",
    ),
    "有标点": (
        "大家好，欢迎收听。",
        "我们这一期的主题，呃，就是阳台种菜。",
        "先说说要准备些什么。",
    ),
}


@pytest.mark.parametrize("lines", LINES.values(), ids=LINES)
def test_a_transcript_gives_its_title_however_it_is_printed(
    tmp_path: Path, lines: tuple[str, ...]
) -> None:
    seed = tmp_path / "rec_0312.txt"
    seed.write_text("\n".join([*lines, "番茄要种在大一点的花盆里", "谢谢大家"]), "utf-8")
    assert draft(seed, Recipe()).title == "阳台种菜"
