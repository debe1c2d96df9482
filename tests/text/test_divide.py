"""The laws of `divide`, and its figures on the default episode."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from patience import calls_of, no_explosion
from places import SEED
from rough import GOLD, roughly_punctuated

from podcast.errors import ReadError
from podcast.model import GUEST, HOST, Chapter, Line, Opening, Script, Sentence, Transcript
from podcast.text.divide import divide, hearing
from podcast.text.divide.boundaries import boundaries
from podcast.text.divide.phrases import WIDEST, words_of
from podcast.text.divide.signposts import NAMES, is_marker, signposts
from podcast.text.divide.titles import titles
from podcast.text.words import SPEED, length

NEAR = 40  # characters

pieces = st.sampled_from(
    "好吧 我们来看 机器人的进展 然后 NVIDIA 第一个 Scaling Law 川普 关税 对"  # noqa: SIM905
    " 数字文明 3500亿 谢谢大家 ？ 《技术共和国》".split()
)
texts = st.lists(pieces, min_size=1, max_size=12).map(lambda some: "".join(some) + "。")
talks = st.lists(
    st.tuples(texts, st.sampled_from([HOST, GUEST]), st.none() | st.integers(0, 5000)),
    min_size=1,
    max_size=60,
).map(lambda rows: tuple(Sentence(t, at + 1, p, v) for at, (t, v, p) in enumerate(rows)))


def said(chapters: Iterable[Chapter]) -> str:
    return "".join(paragraph.text for chapter in chapters for paragraph in chapter.paragraphs)


def first_lines(script: Script, sentences: tuple[Sentence, ...]) -> list[int]:
    """The transcript line each chapter begins in."""
    lines, at = [], 0
    for chapter in script.chapters:
        lines.append(sentences[at].line)
        left = len(said([chapter]))
        while left > 0:
            left -= len(sentences[at].text)
            at += 1
        assert left == 0, "a sentence is cut"
    return lines


@pytest.fixture(scope="module")
def seed() -> tuple[Sentence, ...]:
    return roughly_punctuated(SEED.read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="module")
def script(seed: tuple[Sentence, ...]) -> Script:
    return divide(seed, "月末直播")


@given(talks, st.none() | st.integers(1, 9), st.floats(0.5, 9.0))
@pytest.mark.slow
def test_every_sentence_is_kept_whole_and_in_order(
    talk: tuple[Sentence, ...], count: int | None, minutes: float
) -> None:
    script = divide(talk, "集", count=count, minutes=minutes)
    assert said(script.chapters) == "".join(sentence.text for sentence in talk)
    first_lines(script, talk)
    assert script.chapters and all(chapter.paragraphs for chapter in script.chapters)


@pytest.mark.slow
@given(talks, st.none() | st.integers(1, 9))
def test_titles_are_short_and_no_two_are_alike(
    talk: tuple[Sentence, ...], count: int | None
) -> None:
    script = divide(talk, "集", count=count, minutes=1.0)
    named = [chapter.title for chapter in script.chapters]
    assert all(0 < len(title) <= WIDEST for title in named)
    assert len({title.casefold() for title in named}) == len(named)


@settings(max_examples=40)
@given(talks, st.lists(texts, max_size=60))
@pytest.mark.slow
def test_what_was_heard_changes_no_word(talk: tuple[Sentence, ...], lines: list[str]) -> None:
    heard = Transcript(tuple(Line(text, number) for number, text in enumerate(lines, 1)))
    assert said(divide(talk, "集", minutes=1.0, heard=heard).chapters) == said(
        divide(talk, "集", count=1).chapters
    )


@pytest.mark.slow
@given(talks)
def test_a_paragraph_has_one_voice(talk: tuple[Sentence, ...]) -> None:
    voices = [voice for s in talk for voice in [s.voice] * len(s.text)]
    paragraphs = [p for chapter in divide(talk, "集").chapters for p in chapter.paragraphs]
    assert voices == [voice for p in paragraphs for voice in [p.voice] * len(p.text)]


@settings(max_examples=40)
@given(talks)
@pytest.mark.slow
def test_the_same_talk_is_divided_the_same_way(talk: tuple[Sentence, ...]) -> None:
    assert divide(talk, "集") == divide(talk, "集")


@pytest.mark.slow
@given(st.data(), talks)
def test_chapters_set_by_hand_are_kept(data: st.DataObject, talk: tuple[Sentence, ...]) -> None:
    lines = data.draw(st.sets(st.integers(1, len(talk)), min_size=1, max_size=5))
    marks = [Opening(f"第{line}行", line, f"部分{line}") for line in sorted(lines)]
    script = divide(talk, "集", openings=marks)
    chapters = script.chapters if 1 in lines else script.chapters[1:]
    assert [(c.title, c.part) for c in chapters] == [(m.title, m.part) for m in marks]
    assert first_lines(script, talk) == sorted(lines | {1})


def test_words_are_joined_only_where_both_are_names() -> None:
    one, two = "代码的速度。我们看指数。" * 3, "Gemini来了，Claude也来了。" * 3
    assert titles([one]) == ["代码的速度"]
    assert titles([two]) == ["Gemini 与 Claude"]


def test_a_break_names_no_chapter() -> None:
    text = "我休息一下，喝口水。然后看机器人的进展。喝口水。"
    assert titles([text]) == ["机器人的进展"]


def test_a_marker_said_without_end_takes_no_time_without_end() -> None:
    with no_explosion():
        assert is_marker("好吧" * 5000) and not is_marker("好吧对吧" * 5000 + "走")
        signposts([Sentence("对吧" * 60 + "走。", 1)])


@pytest.mark.slow
def test_a_chapter_in_english_takes_no_time_without_end() -> None:
    with no_explosion():
        assert words_of("and then we take a break " * 40_000)


def test_no_sentences_give_no_chapters() -> None:
    assert divide((), "空") == Script("空", ())


def test_a_short_talk_is_one_chapter() -> None:
    talk = roughly_punctuated(["大家好", "今天说说机器人", "机器人的进展很快", "谢谢大家"])
    assert len(divide(talk, "短").chapters) == 1


def test_a_phrase_marks_the_sentence_it_is_said_in() -> None:
    talk = roughly_punctuated(["今天天气不错", "好吧", "我们来看機器人", "的进展"])
    script = divide(talk, "集", openings=[Opening("机器人", "看机器人的进")])
    assert [c.title for c in script.chapters][1:] == ["机器人"]
    assert first_lines(script, talk) == [1, 3]


@pytest.mark.parametrize("place", ["没有人说过", "", 0])
def test_a_mark_nobody_says_is_refused(place: str | int) -> None:
    with pytest.raises(ReadError, match="机器人"):
        divide((Sentence("你好。", 1),), "集", openings=[Opening("机器人", place)])


def test_two_marks_in_one_sentence_are_refused() -> None:
    with pytest.raises(ReadError, match="same sentence"):
        divide(
            (Sentence("你好，世界。", 1),),
            "集",
            openings=[Opening("甲", "你好"), Opening("乙", "世界")],
        )


@pytest.mark.slow
def test_chapters_last_half_a_minute_at_least(script: Script) -> None:
    assert all(length(said([chapter])) / SPEED >= 30 for chapter in script.chapters)


@pytest.mark.slow
@given(st.lists(st.integers(-300, 300), min_size=3, max_size=3))
def test_the_surest_turns_of_a_long_talk_are_found(shifts: list[int]) -> None:
    places = [1000 * number + shift for number, shift in enumerate(shifts, 1)]
    gain = np.full(4000, -40.0)
    gain[places] = 40.0
    assert boundaries(gain, [20.0] * 4000, 1.0, 400.0, count=4) == [0, *places]


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 10, 50])
def test_as_many_chapters_as_are_asked_for(seed: tuple[Sentence, ...], count: int) -> None:
    assert len(divide(seed, "月末直播", count=count).chapters) == count


@pytest.mark.slow
def test_minutes_set_the_number_of_chapters(seed: tuple[Sentence, ...]) -> None:
    few, many = (len(divide(seed, "月末直播", minutes=m).chapters) for m in (10.0, 2.0))
    assert few < 15 < 30 < many


def test_parts_open_where_the_agenda_says(script: Script) -> None:
    parts = [chapter.part for chapter in script.chapters if chapter.part]
    assert 3 <= len(parts) <= 10
    assert {"鸡汤", "星辰大海", "个人成长"} <= set(parts)


def test_a_silence_marks_a_turn() -> None:
    talk = tuple(
        Sentence(
            f"这里我们继续说第{at}件平常的小事，它和前后都差不多。", at, 4000 if at == 31 else 200
        )
        for at in range(1, 61)
    )
    assert 31 in first_lines(divide(talk, "集", count=2), talk)


def test_a_topic_begins_where_it_is_named_not_with_what_stands_before() -> None:
    texts = (
        "这就是它往前走的路。",
        "好。",
        "当时我做了两个东西。",
        "然后呢。",
        "再来看机器人。",
        "它快。",
    )
    talk = tuple(Sentence(text, at) for at, text in enumerate(texts, 1))
    signs = signposts(talk)
    done, moves = (signs[:, NAMES.index(name)].tolist() for name in ("done", "moves to"))
    assert done[2:] == [0.0, 0.0, 1.0, 0.0]
    assert moves[2:] == [0.0, 0.0, 1.0, 0.0]
    other = (*talk[:4], Sentence("再来看一下。", 5), talk[5])
    assert signposts(other)[2, NAMES.index("done")] == 1.0


def test_the_turns_of_the_default_episode_are_found(
    seed: tuple[Sentence, ...], script: Script
) -> None:
    assert f1_of_turns(first_lines(script, seed)) >= 0.68


@pytest.mark.slow
def test_work_on_a_talk_in_one_line_grows_as_the_talk() -> None:
    def work(times: int) -> int:
        talk = tuple(Sentence(f"{at:04}步走了。", 1) for at in range(times))
        text = "".join(sentence.text for sentence in talk)
        heard = hearing.heard_in(Transcript((Line(text.replace("。", "，"), 1),)))
        return calls_of(lambda: hearing.speakers(talk, heard, np.zeros(len(heard.clauses))))

    assert work(600) < 4 * work(200)


@pytest.mark.slow
def test_turns_are_heard_that_cleaning_and_punctuation_hide() -> None:
    lines = [Line(text, n) for n, text in enumerate(SEED.read_text("utf-8").splitlines(), 1)]
    kept = [line for line in lines if not is_marker(line.text)]
    blind = tuple(
        Sentence("，".join(line.text for line in kept[at : at + 3]) + "。", kept[at].number)
        for at in range(0, len(kept), 3)
    )
    deaf, hearing = (divide(blind, "集", heard=heard) for heard in (None, Transcript(tuple(lines))))
    assert f1_of_turns(first_lines(hearing, blind)) > f1_of_turns(first_lines(deaf, blind)) + 0.1
    assert f1_of_turns(first_lines(hearing, blind)) >= 0.55


def f1_of_turns(lines: Iterable[int]) -> float:
    """Of chapters that begin in `lines`, against those a reader heard, within `NEAR`."""
    rows = GOLD.read_text(encoding="utf-8").splitlines()
    found = starts_in_characters(lines)
    gold = starts_in_characters(int(row.split("\t")[0]) for row in rows)
    free, hits = list(gold), 0
    for start in found:
        near = min(free, key=lambda g: abs(g - start), default=None)
        if near is not None and abs(near - start) <= NEAR:
            free.remove(near)
            hits += 1
    return 2 * hits / (len(found) + len(gold))


def starts_in_characters(lines: Iterable[int]) -> list[int]:
    """Letters before each line but the first, in the default episode."""
    before = [0]
    for line in SEED.read_text(encoding="utf-8").splitlines():
        before.append(before[-1] + sum(c.isalnum() for c in line))
    return sorted({before[line - 1] for line in lines} - {0})


@pytest.mark.slow
def test_work_grows_as_the_talk(seed: tuple[Sentence, ...]) -> None:
    part = seed[: len(seed) // 5]

    def work(times: int) -> int:
        talk = tuple(Sentence(s.text, at, None, s.voice) for at, s in enumerate(part * times, 1))
        return calls_of(lambda: divide(talk, "长"))

    divide(seed[:200], "短")  # fills the caches
    assert work(3) < 4 * work(1)
