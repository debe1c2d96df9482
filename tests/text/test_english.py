"""What is in English is marked, titled and remarked on by rules of its own."""

from __future__ import annotations

import pytest

from podcast.files.english import is_english
from podcast.model import HOST, Chapter, Line, Paragraph, Recipe, Script, Transcript
from podcast.pronounce import IN_FULL, Needs, pronounce
from podcast.text.clean import clean
from podcast.text.divide.titles import titles
from podcast.text.english import english_title
from podcast.text.punctuate import punctuate
from podcast.text.remarks import remarks

TALK = (
    "okay welcome back i'm your host",
    "uh what got you into sleep research",
    "well it started in 2009 when i was working",
    "of course with Dr. Lee at https://www.sleep.org/a?b=1",
    "thanks for coming",
)


def transcript(*lines: str) -> Transcript:
    return Transcript(tuple(Line(text, number) for number, text in enumerate(lines, 1)))


def sentences(*lines: str) -> list[str]:
    return [sentence.text for sentence in punctuate(clean(transcript(*lines)))]


def test_lines_without_marks_become_sentences() -> None:
    assert sentences(*TALK) == [
        "Okay welcome back I'm your host.",
        "What got you into sleep research?",
        "Well it started in 2009 when I was working of course with Dr. Lee at"
        " https://www.sleep.org/a?b=1.",
        "Thanks for coming.",
    ]


def test_marks_that_are_written_stay() -> None:
    assert sentences("Hi, I'm Anna and this is", "Slow Coffee. It costs $3.50, no?", "Yes!") == [
        "Hi, I'm Anna and this is Slow Coffee.",
        "It costs $3.50, no?",
        "Yes!",
    ]


def test_english_among_chinese_is_marked_as_english() -> None:
    said = "so the most important thing is that you love what you do"
    found = sentences("我们先听一段原声", said, "这段话我听了很多遍")
    assert found[1] == "So the most important thing is that you love what you do."
    assert found[0].endswith("。") and found[2].endswith("。")


def test_a_sentence_knows_its_line() -> None:
    assert [one.line for one in punctuate(transcript(*TALK))] == [1, 2, 3, 5]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Today we talk about how to grow tomatoes on a balcony.", "How to grow tomatoes"),
        ("We're discussing cold brew at home. It costs a lot.", "Cold brew at home"),
        ("You sleep. We all sleep and sleep has stages.", "Sleep"),
    ],
)
def test_a_title_says_what_it_is_about(text: str, title: str) -> None:
    assert english_title(text) == title


def test_chapters_of_words_that_are_no_subject_are_numbered() -> None:
    text = "You can't really do that in a day, right?"
    assert english_title(text) == ""
    assert titles([text, text], {}) == ["Part 1", "Part 2"]


def test_an_english_voice_is_given_figures_and_a_chinese_one_words() -> None:
    text = "we paid $3.50 for it in 2025"
    assert is_english(text)
    assert pronounce(text, IN_FULL).text == text
    assert "二零二五" in pronounce(text, Needs(latin="words")).text


# Remarks -----------------------------------------------------------------------------------


def script(text: str, count: int = 1) -> Script:
    return Script("题", (Chapter("章", (Paragraph(text, HOST),)),) * count)


def test_a_chinese_script_with_the_chapters_asked_for_needs_no_remark() -> None:
    assert list(remarks(script("大家好，this is a test。", 3), Recipe(chapters=3))) == []
    assert list(remarks(script("123。"), Recipe())) == []


def test_what_differs_is_said_in_one_line_each() -> None:
    few, foreign = remarks(script("Hello there, everyone.", 2), Recipe(chapters=8))
    assert few.startswith("2 chapters instead of the 8") and foreign.startswith("no Chinese")
    (little,) = remarks(script("Hello there, everyone. This is 好 for all of you."), Recipe())
    assert little.startswith("hardly any Chinese")
