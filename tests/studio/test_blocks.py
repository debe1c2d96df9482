"""script.md and the blocks of the studio's page: what is changed, and all else that stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.errors import ScriptError
from podcast.model import HOST, Chapter, Paragraph, Script
from podcast.studio.blocks import (
    CHAPTER,
    PARAGRAPH,
    PART,
    TITLE,
    Block,
    Blocks,
    identified,
    runs,
)
from podcast.studio.page import Page, read_page, rewritten
from podcast.text.script import parse_script, script_text

# Texts of every sign that Markdown gives a meaning to, on one line without white space around it.
TEXTS = st.text("甲乙1.#>*_-+[]()!<\\`|~:：voice \"'—😀", min_size=1, max_size=12).map(str.strip)
TEXTS = TEXTS.filter(bool)
ROLES = st.sampled_from(["", "guest", "王五", HOST])
PARAGRAPHS = st.builds(Block, st.just(PARAGRAPH), TEXTS, ROLES)
CHAPTERS = st.builds(Block, st.just(CHAPTER), TEXTS, voice=st.sampled_from(["", "narrator"]))
SPOKEN = st.lists(st.one_of(PARAGRAPHS, PARAGRAPHS, CHAPTERS), max_size=6)

MINE = """\
---
title: 题
author: 张三   # 我
---

<!-- 只给
自己看 -->

## 一
voice: narrator

甲，**重点**。
还是甲。
- 乙 <!-- 注 -->
- 丙

***
> [guest] 丁
> 还是丁

## 二 ##
戊
"""


def named(page: Page) -> Page:
    return replace(page, blocks=identified((), page.blocks))


def changed(text: str, *changes: tuple[int, int, Blocks]) -> str:
    """The text of a file after changes of its blocks, each from where to where, and to what."""
    page = named(read_page(text))
    blocks = list(page.blocks)
    for start, end, put in reversed(changes):
        blocks[start:end] = identified((), put)
    return rewritten(page, blocks)


def test_a_page_has_the_blocks_that_a_person_sees() -> None:
    assert read_page(MINE).blocks == (
        Block(CHAPTER, "一", voice="narrator"),
        Block(PARAGRAPH, "甲，重点。还是甲。"),
        Block(PARAGRAPH, "乙"),
        Block(PARAGRAPH, "丙"),
        Block(PARAGRAPH, "丁还是丁", "guest"),
        Block(CHAPTER, "二"),
        Block(PARAGRAPH, "戊"),
    )


def test_a_heading_without_text_is_a_part_if_a_chapter_is_below_it() -> None:
    kinds = [block.kind for block in read_page("# 题\n# 上\n## 一\n甲\n# 二\n乙\n# 下\n").blocks]
    assert kinds == [TITLE, PART, CHAPTER, PARAGRAPH, CHAPTER, PARAGRAPH, PART]


def test_a_chapter_without_text_is_no_fault_yet() -> None:
    assert read_page("# 题\n\n## 一\n").blocks[-1] == Block(CHAPTER, "一")


def test_a_fault_of_the_file_is_told_with_its_line() -> None:
    with pytest.raises(ScriptError, match=r"script\.md line 3: the heading has no title"):
        read_page("# 题\n\n##\n")


def test_a_change_leaves_every_other_line_as_it_is() -> None:
    after = changed(MINE, (6, 7, (Block(PARAGRAPH, "己"),)))
    assert after == MINE.replace("戊", "\n己")


def test_comments_outlive_the_text_around_them() -> None:
    after = changed(MINE, (1, 4, (Block(PARAGRAPH, "新"),)))
    assert "只给\n自己看" in after and "<!-- 注 -->" in after
    assert [block.text for block in read_page(after).blocks][:3] == ["一", "新", "丁还是丁"]
    gone = changed(MINE, (1, 4, ()))
    assert "<!-- 注 -->" in gone and len(read_page(gone).blocks) == 4


def test_a_comment_that_goes_on_below_is_not_torn() -> None:
    text = "# 题\n\n## 一\n\n甲 <!-- 注\n注 --> 乙\n\n丙\n"
    after = changed(text, (2, 3, (Block(PARAGRAPH, "新"),)))
    assert "<!-- 注" in after and "注 -->" in after
    texts = [block.text for block in read_page(after).blocks]
    assert texts[2] == "新" and texts[-1] == "丙"


def test_a_title_in_the_front_matter_moves_to_its_heading() -> None:
    page = named(read_page(MINE))
    after = rewritten(page, identified((), [Block(TITLE, "新题"), *page.blocks]))
    assert parse_script(after).title == "新题" and "author: 张三   # 我" in after
    twice = MINE.replace("\n<!--", "\n# 题\n\n<!--")
    page = named(read_page(twice))
    blocks = [replace(page.blocks[0], text="新题"), *page.blocks[1:]]
    assert parse_script(rewritten(page, blocks)).title == "新题"


def test_a_title_moves_past_a_heading_that_would_take_its_place() -> None:
    text = "---\ntitle: 题\n---\n\n# 一\nvoice: narrator\n\n甲\n"
    page = named(read_page(text))
    after = rewritten(page, (*identified((), [Block(TITLE, "新题")]), *page.blocks))
    assert parse_script(after).title == "新题"
    assert [block.text for block in read_page(after).blocks] == ["新题", "一", "甲"]


def test_headings_keep_their_levels() -> None:
    text = "## 上\n\n### 一\n\n甲\n\n### 二\n\n乙\n"
    after = changed(
        text, (2, 3, (Block(PARAGRAPH, "甲"), Block(CHAPTER, "新"), Block(PARAGRAPH, "丙")))
    )
    assert "### 新" in after
    assert [block.kind for block in read_page(after).blocks][:2] == [PART, CHAPTER]


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_line_ends_stay_as_they_are(ending: str) -> None:
    text = "# 题\n\n## 一\n\n甲\n\n乙".replace("\n", ending)
    after = changed(text, (3, 4, (Block(PARAGRAPH, "丙"), Block(PARAGRAPH, "丁"))))
    assert after == text.replace("乙", f"丙{ending}{ending}丁{ending}")


@given(SPOKEN, SPOKEN, st.integers(0, 9), st.integers(0, 9), st.data())
def test_what_is_written_is_read_back(
    first: list[Block], put: list[Block], start: int, size: int, data: st.DataObject
) -> None:
    blocks = identified((), [Block(TITLE, "题"), Block(CHAPTER, "章"), *first])
    empty = named(read_page("# 题\n"))
    page = read_page(rewritten(empty, (empty.blocks[0], *blocks[1:])))
    assert as_read(page.blocks) == as_read(blocks)
    page = replace(page, blocks=identified(blocks, page.blocks))
    start = min(len(blocks), 2 + start)
    after = (*page.blocks[:start], *identified((), put), *page.blocks[start + size :])
    assert as_read(read_page(rewritten(page, after)).blocks) == as_read(after)


def as_read(blocks: Blocks) -> list[Block]:
    """The blocks; a paragraph that looks like `voice:` is written with its role."""
    return [
        replace(block, role=block.role or HOST)
        if block.text.startswith(("voice:", "voice：", "voice ")) and block.kind == PARAGRAPH
        else block
        for block in blocks
    ]


def test_a_script_that_the_program_writes_is_a_page() -> None:
    chapters = (Chapter("一", (Paragraph("甲。"), Paragraph("乙。", "guest")), "上"),)
    page = read_page(script_text(Script("题", chapters, "张三")))
    assert [block.kind for block in page.blocks] == [TITLE, PART, CHAPTER, PARAGRAPH, PARAGRAPH]
    assert page.credits == {"author": "张三"}


# Which block is which ----------------------------------------------------------------------


def blocks(*texts: str) -> Blocks:
    return tuple(Block(PARAGRAPH, text) for text in texts)


def test_a_block_keeps_its_id_where_it_is_found_again() -> None:
    before = identified((), blocks("今天天气很好。", "我们去公园。", "晚上回家。"))
    after = identified(before, blocks("新的。", "今天天气很好！", "我们去公园。", "晚上回家。"))
    assert after[0].id not in {block.id for block in before}
    assert [block.id for block in after[1:]] == [block.id for block in before]


def test_of_two_halves_the_more_like_one_keeps_the_id() -> None:
    before = identified((), blocks("今天天气很好，我们去公园。", "晚上。"))
    after = identified(before, blocks("今天天气很好。", "我们去公园。", "晚上。"))
    assert after[0].id == before[0].id and after[2].id == before[1].id


@given(
    st.lists(st.sampled_from("甲乙丙丁"), max_size=8),
    st.lists(st.sampled_from("甲乙丙丁"), max_size=8),
)
def test_runs_lead_from_one_list_to_the_other(left: list[str], right: list[str]) -> None:
    before = identified((), blocks(*left))
    after = identified(before, blocks(*right))
    assert len({block.id for block in after}) == len(after)
    made = list(before)
    for run in reversed(list(runs(before, after))):
        made[run.left : run.left_end] = after[run.right : run.right_end]
    assert [(block.id, block) for block in made] == [(block.id, block) for block in after]
