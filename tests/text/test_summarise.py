"""What a summary of a chapter may and may not be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from podcast.model import Chapter, Paragraph, Script
from podcast.text.summarise import BOTH, summarise
from podcast.text.words import length

PIECES = (
    "机器人的进展很快",
    "然后",
    "对",
    "我们看NVIDIA的芯片",
    "川普发了行政令",
    "这个东西呢",
    "为什么",
)
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("，".join)
paragraphs = st.lists(texts, min_size=1, max_size=6).map(
    lambda said: Paragraph("。".join(said) + "。")
)
chapters = st.lists(paragraphs, min_size=1, max_size=5).map(
    lambda some: Chapter("机器人的进展", tuple(some))
)


@given(chapters)
def test_one_or_two_sentences_are_taken_as_they_are_said_and_in_order(chapter: Chapter) -> None:
    said = "".join(paragraph.text for paragraph in chapter.paragraphs)
    taken = summarise(chapter, Script("集", (chapter,)))
    assert len(taken) <= 2
    after = 0
    for text in taken:
        after = said.index(text, after) + len(text)


@given(chapters)
def test_a_summary_is_short(chapter: Chapter) -> None:
    taken = summarise(chapter, Script("集", (chapter,)))
    assert sum(length(text) for text in taken) <= BOTH


def test_the_central_sentence_is_taken_and_its_lead_dropped() -> None:
    chapter = Chapter(
        "机器人的进展",
        (
            Paragraph("好吧。我们休息一下喝口水，大家稍微等等我。"),
            Paragraph("对，宇树的机器人便宜又灵活，很适合做实验室采数据。对吧。"),
            Paragraph("机器人的电控和速控都做得很好，宇树这家公司很厉害。"),
        ),
    )
    taken = summarise(chapter, Script("集", (chapter,)))
    assert "宇树的机器人便宜又灵活，很适合做实验室采数据。" in taken


def test_the_sentence_said_first_comes_first_though_the_other_is_worth_more() -> None:
    cheap = "宇树的机器人便宜又灵活，很适合做实验室采数据。"
    strong = "机器人的电控和速控都做得很好，宇树这家公司很厉害。"
    for said in ((cheap, strong), (strong, cheap)):
        chapter = Chapter("机器人的进展", (Paragraph("".join(said)),))
        assert summarise(chapter, Script("集", (chapter,))) == said


def test_a_chapter_of_markers_has_no_summary() -> None:
    chapter = Chapter("好", (Paragraph("好吧。对。OK。"),))
    assert summarise(chapter, Script("集", (chapter,))) == ()


def test_a_sentence_that_hangs_on_the_one_before_it_is_not_taken() -> None:
    whole = "宇树的机器人便宜又灵活，很适合做实验室采数据，而且电控和速控都做得很好，很厉害。"
    hangs = "这个机器人便宜又灵活，很适合做实验室采数据，机器人的电控和速控也做得很好，很厉害。"
    chapter = Chapter("机器人的进展", (Paragraph(f"{hangs}所以其实{whole}"),))
    assert summarise(chapter, Script("集", (chapter,))) == (whole,)


def test_a_sentence_of_thirty_characters_is_taken_before_a_shorter_one() -> None:
    short = "宇树的机器人便宜又灵活，机器人的进展快。"
    full = "宇树的机器人适合做实验室采数据，电控和速控都做得很好，价格也便宜。"
    chapter = Chapter("机器人的进展", (Paragraph(short + full),))
    assert summarise(chapter, Script("集", (chapter,))) == (full,)


def test_a_summary_begins_with_its_first_word() -> None:
    said = "所以 AI 的创造力有三个层次，我们真的能实现第三级的创造，那就是人类可以退休了。"
    left_open = "让 AI 的创造力有三个层次，让我们真的能实现第三级的创造，那就是人类可以退休了。"
    chapter = Chapter("创造力", (Paragraph(said), Paragraph(left_open)))
    assert summarise(chapter, Script("集", (chapter,))) == (said.removeprefix("所以 "),)
