"""Times of raw lines are carried to the cleaned script, and nothing that was dropped has any."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.errors import ReadError
from podcast.formats.subtitles.lines import DEFAULT
from podcast.model import Chapter, Line, Paragraph, Script, Span, Transcript
from podcast.recording.carry import Carried, carry
from podcast.recording.times import has_times, moved, told_times


def heard(*lines: str, ms: int = 200) -> Transcript:
    """Lines on end, each character `ms` long."""
    ends = [ms * len("".join(lines[: n + 1])) for n in range(len(lines))]
    starts = [0, *ends[:-1]]
    return Transcript(
        tuple(
            Line(text, number, start, end)
            for number, (text, start, end) in enumerate(zip(lines, starts, ends, strict=True), 1)
        )
    )


def script(*chapters: str) -> Script:
    told = (Chapter(f"第{number}章", (Paragraph(text),)) for number, text in enumerate(chapters))
    return Script("集", tuple(told))


def carried(transcript: Transcript, *chapters: str) -> Carried:
    return carry(told_times(transcript), script(*chapters), DEFAULT)


def starts(made: Carried) -> list[int | None]:
    return [each.start_ms for each in made.sentences]


def test_a_sentence_has_the_time_of_its_words_and_not_of_the_fillers_before_them() -> None:
    made = carried(heard("嗯那个就是说呃", "今天天气很好", "对不对", "我们出去走走"),
                   "今天天气很好。我们出去走走。")  # fmt: skip
    assert starts(made) == [1400, 3200]
    assert [line.text for line in made.episode.lines] == ["今天天气很好。", "我们出去走走。"]


def test_of_words_said_twice_the_last_are_kept_where_the_talk_goes_on() -> None:
    made = carried(heard("走吧", "我我我觉得这样不行"), "走吧。我觉得这样不行。")
    assert starts(made) == [0, 800]


@pytest.mark.parametrize(
    ("raw", "text", "word", "ms"),
    [
        ("首先我其实其实很好奇", "首先我其实很好奇。", "其", 1000),
        ("首先我其实嗯其实很好奇", "首先我其实很好奇。", "其", 1200),
        ("之后然后解除了", "之后解除了。", "后", 200),
        ("上面来后来后来就被解除", "上面来后来就被解除。", "来", 400),
        ("还没有完全渗透到渗透到唯一唯一的", "还没有完全渗透到，唯一的。", "渗", 1600),
        ("是海是海盗党", "是海盗党。", "是", 400),
        ("占领国会三国会三周", "占领国会三周。", "国", 1000),
        ("掌声欢迎欢迎欢迎唐凤唐凤委员", "掌声欢迎，欢迎唐凤委员。", "欢", 800),
    ],
)
def test_what_is_left_out_of_words_said_twice_is_the_first_and_whole_words(
    raw: str, text: str, word: str, ms: int
) -> None:
    made = carried(heard(raw), text)
    assert next(each.start for each in made.episode.words if each.text[0] == word) == ms


def test_words_that_were_corrected_have_the_time_of_those_they_stand_for() -> None:
    made = carried(heard("我们用叉特GPT写代码", "很快"), "我们用ChatGPT写代码，很快。")
    first, second = (word for word in made.episode.words if word.text[0] in "C很")
    assert (first.start, first.text) == (600, "ChatGPT")
    assert second.start == 2200


def test_a_clause_that_nobody_says_is_left_out_and_told_without_times() -> None:
    made = carried(heard("今天天气很好"), "今天天气很好，这一句是后来写上去的。明年还要再来一次。")
    assert [line.text for line in made.episode.lines] == ["今天天气很好，"]
    assert starts(made) == [0, None]


def test_chapters_cover_the_recording_and_one_that_is_not_heard_is_none() -> None:
    transcript = heard("今天天气很好我们走", "后来下雨了大家回家")
    unsaid = "这里没有人说过什么话语。"
    made = carried(transcript, "今天天气很好我们走。", unsaid, "后来下雨了大家回家。")
    assert made.episode.chapters == (Span(0, 1800, "第0章"), Span(1800, 3600, "第2章"))


def test_a_part_whose_first_chapter_is_not_heard_opens_with_the_next() -> None:
    silent = Chapter("甲", (Paragraph("这里没有人说过什么话语。"),), part="上篇")
    spoken = Chapter("乙", (Paragraph("今天天气很好。"),))
    made = carry(told_times(heard("今天天气很好")), Script("集", (silent, spoken)), DEFAULT)
    assert [(track.part, track.title) for track in made.episode.tracks] == [("上篇", "乙")]


def test_nothing_heard_is_no_chapter_at_all() -> None:
    assert carried(heard("今天天气很好"), "别的什么都没有人说过。").episode.tracks == ()


def test_no_line_goes_on_over_a_long_pause() -> None:
    lines = (Line("我们今天说的就是", 1, 0, 1600), Line("非常重要的事情", 2, 9600, 11_000))
    made = carry(told_times(Transcript(lines)), script("我们今天说的就是非常重要的事情。"), DEFAULT)
    assert [(line.start, line.end) for line in made.episode.lines] == [(0, 1600), (9600, 11_000)]


WORDS = st.text("天地人我你他的了嗯呃，。AB12 ", max_size=30)


@given(st.lists(WORDS, min_size=1, max_size=5), st.lists(WORDS, min_size=1, max_size=4))
def test_words_rise_lines_are_runs_of_words_and_chapters_follow_each_other(
    raw: list[str], texts: list[str]
) -> None:
    made = carried(heard(*raw), *texts)
    words, lines = made.episode.words, made.episode.lines
    assert all(one.end <= other.start for one, other in pairwise(words))
    assert "".join(line.text for line in lines) == "".join(word.text for word in words)
    assert all(one.end == other.start for one, other in pairwise(made.episode.chapters))
    assert "".join(each.text for each in made.sentences).replace(" ", "") == "".join(texts).replace(
        " ", ""
    )


# Times of a transcript -----------------------------------------------------------------------


def test_a_transcript_without_times_has_none_to_tell() -> None:
    bare = Transcript((Line("今天天气很好", 1),))
    assert not has_times(bare) and not has_times(Transcript(()))
    with pytest.raises(ReadError, match="tells no times; give its recording"):
        told_times(bare)


def test_a_line_without_an_end_lasts_to_the_next_but_no_longer_than_it_takes_to_say() -> None:
    lines = (Line("很好", 1, 0), Line("走", 2, 300), Line("吧", 3, 9000))
    alignment = told_times(Transcript(lines))
    assert [(line.start_ms, line.end_ms) for line in alignment.lines] == [
        (0, 300),
        (300, 700),
        (9000, 9400),
    ]


def test_a_part_of_a_recording_has_the_times_of_the_whole() -> None:
    alignment = told_times(heard("很好", "走吧"))
    later = moved(alignment, 60_000)
    assert later.lines[1].start_ms == 60_400 and later.characters[0].start_ms == 60_000
    assert later.length_ms == 60_800
    assert moved(later, -60_000) == alignment
