"""An episode without a title is called after what recurs all through the talk."""

from __future__ import annotations

from podcast.model import Chapter, Paragraph, Script
from podcast.text.entitle import NAMELESS, entitle
from podcast.text.subject import LEAST_PIECES, PIECES, subject

OTHER = "那天走了很久的路，回来以后想了想，还是觉得值得。"


def script_of(*texts: str) -> Script:
    """A script with a chapter for each text, the titles of which say nothing."""
    return Script("", tuple(Chapter("开场", (Paragraph(text),)) for text in texts))


def subject_of(*texts: str) -> str:
    return subject(script_of(*texts), texts[0])


def test_a_phrase_that_recurs_is_the_subject() -> None:
    assert subject_of(*["太阳能的成本下降了。" + OTHER] * PIECES) == "太阳能的成本"


def test_two_words_that_recur_are_the_subject_together() -> None:
    text = "珊瑚礁很美。" + OTHER + "渔民也很辛苦。" + OTHER
    assert subject_of(*[text] * PIECES) in ("珊瑚礁与渔民", "渔民与珊瑚礁")


def test_what_only_a_part_of_the_talk_speaks_of_is_none() -> None:
    few = LEAST_PIECES - 1
    texts = ["太阳能的成本。太阳能的成本。" + OTHER] * few + [OTHER * 2] * (PIECES - few)
    assert subject_of(*texts) == ""


def test_words_of_any_talk_are_none() -> None:
    assert subject_of(*["方法很好，人们有方法。" + OTHER] * PIECES) == ""


def test_names_have_their_usual_spelling() -> None:
    texts = ["OpenAI 的路线图。" + OTHER] * PIECES
    texts[0] = "openai 的路线图。" + OTHER
    assert subject_of(*texts) == "OpenAI 的路线图"


def test_a_talk_without_words_has_none() -> None:
    assert subject(Script("", ()), "") == ""
    assert subject_of("。") == ""


def test_a_talk_in_english_keeps_the_title_of_a_chapter() -> None:
    text = "We talk about coral reefs in Australia. The reefs in Australia are warm now. "
    assert subject_of(*[text * 3] * PIECES) == ""


def test_two_words_that_are_said_as_one_phrase_are_not_put_apart() -> None:
    parts = "项目很多。" + OTHER + "开源很好。" + OTHER + "开源项目来了。"
    assert subject_of(*[parts] * PIECES) == "开源项目"


def test_it_is_the_title_before_that_of_a_chapter() -> None:
    chapters = script_of(*["太阳能的成本下降了。" + OTHER] * PIECES).chapters
    script = Script("", (*chapters, Chapter("渔港", (Paragraph(OTHER),))))
    assert entitle(script, "talk_01").title == "太阳能的成本"
    assert entitle(Script("", (Chapter("开场", (Paragraph("好。"),)),)), "talk").title == NAMELESS
