"""What became of each line: nothing missing, nothing invented, safe to open."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from patience import calls_of

from podcast.model import Chapter, Line, Paragraph, Script, Transcript
from podcast.text.deletions import Deletion
from podcast.text.explain import (
    ADDED,
    CHANGED,
    CHAPTER,
    DROPPED,
    KEPT,
    MARK,
    PARAGRAPH,
    PART,
    VOICE,
    Piece,
    Row,
    compare,
    count,
    explain_text,
)


def transcript_of(*texts: str) -> Transcript:
    return Transcript(tuple(Line(text, number) for number, text in enumerate(texts, 1)))


def script_of(*texts: str, title: str = "题") -> Script:
    return Script(title, (Chapter("章", tuple(map(Paragraph, texts))),))


def rows_of(*texts: str, script: str) -> tuple[Row, ...]:
    return compare(transcript_of(*texts), script_of(script))


def line_text(row: Row) -> str:
    return "".join(piece.text for piece in row.before)


def script_text(row: Row) -> str:
    said = (KEPT, ADDED, CHANGED, MARK)
    return "".join(piece.text for piece in row.after if piece.kind in said).strip()


words = st.text("对的是我们 a。，“”<&%", max_size=8)
characters = st.characters(codec="utf-8", exclude_characters="\n")
texts = st.lists(words | st.text(characters, max_size=8), max_size=12)


@given(texts, texts)
def test_the_rows_hold_both_texts_whole(before: list[str], after: list[str]) -> None:
    rows = compare(transcript_of(*before), script_of(*after))
    assert [line_text(row) for row in rows] == (before or [""])
    said = (KEPT, ADDED, CHANGED, MARK)
    shown = [piece.text for row in rows for piece in row.after if piece.kind in said]
    assert "".join(shown) == "".join(after)


@given(texts)
def test_a_script_of_the_same_words_keeps_every_word(before: list[str]) -> None:
    rows = compare(transcript_of(*before), script_of("".join(before)))
    assert all(
        piece.kind in (KEPT, MARK) or not any(map(str.isalnum, piece.text))
        for row in rows
        for piece in row.before + row.after
        if piece.kind not in (CHAPTER, PARAGRAPH)
    )


def test_a_dropped_line_and_marks() -> None:
    first, second, third = rows_of(
        "我们看得到", "对", "股市也一样", script="我们看得到，股市也一样。"
    )
    assert (first.kind, script_text(first)) == (KEPT, "我们看得到，")
    assert first.after == [Piece(CHAPTER, "章"), Piece(KEPT, "我们看得到"), Piece(MARK, "，")]
    assert (second.kind, second.before, second.after) == (DROPPED, [Piece(DROPPED, "对")], [])
    assert (third.kind, script_text(third)) == (KEPT, "股市也一样。")


def test_words_changed_both_ways() -> None:
    rows = rows_of("泽联斯基对吧来了", "用的是GPD 4.5", script="泽连斯基来了，用的是 GPT-4.5。")
    assert rows[0].before == [
        Piece(KEPT, "泽"),
        Piece(CHANGED, "联"),
        Piece(KEPT, "斯基"),
        Piece(DROPPED, "对吧"),
        Piece(KEPT, "来了"),
    ]
    assert Piece(CHANGED, "连") in rows[0].after
    assert Piece(CHANGED, "D") in rows[1].before and Piece(CHANGED, "T") in rows[1].after
    assert [row.kind for row in rows] == [CHANGED, CHANGED]


@pytest.mark.parametrize(
    ("before", "script", "kinds"),
    [
        (["对", "川普来了"], "特朗普来了。", [DROPPED, CHANGED]),
        (["见了川", "对"], "见了特朗。", [CHANGED, DROPPED]),
        (["说川", "对", "GPD是它"], "说，GPT是它。", [CHANGED, DROPPED, CHANGED]),
        (["说川", "对", "是它"], "说特朗，是它。", [CHANGED, DROPPED, KEPT]),
        (["天下", "大乱"], "好。", [CHANGED, CHANGED]),
    ],
)
def test_a_line_dropped_beside_changed_words(
    before: list[str], script: str, kinds: list[str]
) -> None:
    assert [row.kind for row in rows_of(*before, script=script)] == kinds


def test_added_words() -> None:
    assert Piece(ADDED, "真的") in rows_of("我们来看", script="我们真的来看")[0].after


def test_traditional_case_and_width_are_aligned_and_shown() -> None:
    row = rows_of("這裡講ＡＩ和deepseek", script="这里讲AI和DeepSeek")[0]
    assert script_text(row) == "这里讲AI和DeepSeek"
    assert Piece(KEPT, "和") in row.before and Piece(CHANGED, "這裡講ＡＩ") in row.before
    assert row.kind == CHANGED


def test_marks_of_the_transcript_are_not_new() -> None:
    row = rows_of("大概 3.5%吧", script="大概3.5%吧。")[0]
    assert row.after[-2:] == [Piece(KEPT, "大概3.5%吧"), Piece(MARK, "。")]


def test_joined_lines() -> None:
    rows = rows_of("我们", "今天", "对", "来", script="我们今天，来。")
    assert [row.is_joined for row in rows] == [True, False, False, False]
    assert count(rows).joined == 1


def test_an_opening_quote_goes_with_its_word() -> None:
    assert script_text(rows_of("他说", "你好", script="他说：“你好。”")[1]) == "“你好。”"


def test_headings_and_voices_stand_where_they_open() -> None:
    script = Script(
        "题",
        (
            Chapter("一", (Paragraph("甲乙。"), Paragraph("丙丁。", "guest"))),
            Chapter("二", (Paragraph("戊己。"),), part="下"),
        ),
    )
    rows = compare(transcript_of("甲乙", "丙丁", "戊己"), script)
    assert rows[0].after[0] == Piece(CHAPTER, "一")
    assert rows[1].after[:2] == [Piece(PARAGRAPH, ""), Piece(VOICE, "guest")]
    assert rows[2].after[:2] == [Piece(PART, "下"), Piece(CHAPTER, "二")]


def test_nothing_at_all() -> None:
    assert line_text(compare(Transcript(()), Script("题", ()))[0]) == ""
    assert [row.kind for row in compare(transcript_of("对"), Script("题", ()))] == [DROPPED]
    assert "<ins>甲</ins><i>。</i>" in explain_text(Transcript(()), script_of("甲。"))


def test_figures() -> None:
    rows = rows_of("对", "川普来了嗯", "好", script="特朗普来了，好。")
    figures = count(rows)
    assert figures[:3] == (3, 1, 1)
    assert figures.characters_dropped == 2


def test_what_became_of_each_line() -> None:
    rows = compare(transcript_of("欢迎", "对", "川普来了"), script_of("欢迎，特朗普来了。"))
    assert [(row.kind, script_text(row)) for row in rows] == [
        (KEPT, "欢迎，"),
        (DROPPED, ""),
        (CHANGED, "特朗普来了。"),
    ]


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in ("meta", "br", "input"):
            self.open.append(tag)
        if tag in ("title", "span", "del"):
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in {"title", "span", "del"} & set(self.open):
            self.texts[tag][-1] += data


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a & b", '"><img src=x>', "{0} {}"])
def test_the_page_is_whole_and_safe(text: str) -> None:
    page = explain_text(transcript_of(text, "对", "你好"), script_of(text, "你好。", title=text))
    parsed = Page(page)
    assert parsed.open == []
    assert "script" not in parsed.tags and "img" not in parsed.tags and "link" not in parsed.tags
    assert parsed.links == ["#L1", "#L2", "#L3"]
    assert "://" not in page and "url(" not in page and "@import" not in page
    assert parsed.texts["span"][::2] == [text, "对", "你好"]
    assert parsed.texts["del"] == ["dropped", "对"]
    assert parsed.texts["title"] == [f"{text}: transcript and script"]


@pytest.mark.slow
def test_work_grows_as_the_text() -> None:
    def work(copies: int) -> int:
        kept = [f"我们第{n}天来看这个市场的变化{n * 7919 % 1000}" for n in range(copies)]
        before = transcript_of(*(text for one in kept for text in (one, "对")))
        after = script_of(*("，".join(kept[n : n + 20]) + "。" for n in range(0, copies, 20)))
        return calls_of(lambda: explain_text(before, after))

    work(20)  # fills the caches
    assert work(2000) < 12 * work(200)


def test_each_deletion_is_told_with_its_reason_until_it_is_put_back() -> None:
    gone = (Deletion(1, "这个", "这个", 0.98), Deletion(2, "对", "fillers"))
    heard = transcript_of("我看这个<模型", "对")
    page = explain_text(heard, script_of("我看<模型。"), gone)
    assert "<small>这个: 这个 0.98</small>" in page and "<small>对: fillers</small>" in page
    assert "<small>" not in explain_text(heard, script_of("我看这个<模型，对。"), gone)
