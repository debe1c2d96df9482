"""Words -> lines: the laws over anything, the style's rules over real speech."""

from __future__ import annotations

import re
from itertools import pairwise

import opencc
import pytest
import rjieba
from hypothesis import example, given
from hypothesis import strategies as st
from patience import calls_of
from places import SEED

from podcast.formats.subtitles.breaks import BOUND, NEVER, WHOLE, break_costs
from podcast.formats.subtitles.lines import caption, captioned, subtitle, subtitle_turns, width
from podcast.formats.subtitles.openers import give_openers
from podcast.model import STYLES, Span, Style

RATE = 44_100
NETFLIX, TED = STYLES["netflix"], STYLES["ted"]
SPEED = 4.5  # hanzi a second, the median of Mandarin talks


def speak(
    text: str, pattern: str = r"[“‘「『《（(]*(?:[A-Za-z0-9.%-]+|\s+|\S)"
) -> tuple[Span, ...]:
    """Words as an engine marks them: hanzi one by one, silence after marks."""
    words: list[Span] = []
    at = 0
    for token in re.findall(pattern, text):
        if words and not any(character.isalnum() for character in token):
            last = words.pop()
            words.append(Span(last.start, last.end, last.text + token))
            at += int(RATE * (0.35 if set(token) & set("。！？") else 0.15))
            continue
        end = at + max(1, int(width(token) / SPEED * RATE))
        words.append(Span(at, end, token))
        at = end
    return tuple(words)


def cut(text: str, style: Style = NETFLIX) -> list[str]:
    return [line.text for line in subtitle(speak(text), RATE, style)]


def seed_text() -> str:
    """The seed with a stop after each fourth line, so that sentences are of all lengths."""
    lines = [line for line in SEED.read_text("utf-8").splitlines() if line.strip()]
    return "".join(line + ("。" if at % 4 == 3 else "，") for at, line in enumerate(lines))


# Laws ------------------------------------------------------------------------------------------

PIECES = st.text(
    st.sampled_from(
        "我们的人工智能是在了个，。、：；！？…“”《》（）·—- 　\"'().,%$"
        "AaBb1234567890万亿\n\0\u202e\ufeff😀é한あ\ud800<>&"
    ),
    min_size=0,
    max_size=14,
)


@st.composite
def speeches(draw: st.DrawFn) -> tuple[Span, ...]:
    words, at = [], draw(st.integers(0, 10**6))
    for text in draw(st.lists(PIECES, max_size=30)):
        at += draw(st.sampled_from((0, 0, 0, 1, 4000, 90_000)))
        end = at + draw(st.sampled_from((0, 1, 300, 9000, 40_000, 500_000)))
        words.append(Span(at, end, text))
        at = end
    return tuple(words)


SPACED = tuple(Span(0, 0, text) for text in ("00·", "·00000·、", " 0000000··、、、"))


@pytest.mark.slow
@given(speeches(), st.sampled_from(sorted(STYLES)))
@example(SPACED, "ted")  # a space is shown between two pieces, and not before the first
def test_lines_are_the_words_in_order(words: tuple[Span, ...], name: str) -> None:
    lines = subtitle(words, RATE, STYLES[name])
    assert "".join(line.text for line in lines) == "".join(word.text for word in words)
    assert all(width(caption(line.text, STYLES[name])) <= 16 for line in lines)
    assert all(line.start <= line.end for line in lines)
    assert all(line.end <= following.start for line, following in pairwise(lines))


@given(speeches())
def test_a_line_lies_exactly_on_its_words(words: tuple[Span, ...]) -> None:
    narrow = give_openers(tuple(word for word in words if width(caption(word.text)) <= 8))
    rest = list(narrow)
    for line in subtitle(narrow, RATE):
        taken: list[Span] = []
        while sum(len(word.text) for word in taken) < len(line.text):
            taken.append(rest.pop(0))
        assert line == Span(taken[0].start, taken[-1].end, "".join(word.text for word in taken))
    assert not rest


@given(speeches())
def test_openers_given_twice_are_where_they_were(words: tuple[Span, ...]) -> None:
    given_once = give_openers(words)
    assert give_openers(given_once) == given_once
    assert "".join(word.text for word in given_once) == "".join(word.text for word in words)


@pytest.mark.slow
@given(PIECES, st.sampled_from(sorted(STYLES)))
def test_a_caption_is_safe_to_print(text: str, name: str) -> None:
    shown = caption(text, STYLES[name])
    assert len(captioned(text, STYLES[name])) == len(text)
    assert shown == shown.strip()
    assert "-->" not in shown
    assert len(shown.splitlines()) <= 1
    shown.encode("utf-8")
    assert all(character.isprintable() or character in "\u200c\u200d" for character in shown)


@given(PIECES)
def test_every_place_has_a_cost(text: str) -> None:
    costs = break_costs(text)
    assert len(costs) == len(text)
    assert all(cost >= 0 for cost in costs)


# The style's rules, on the seed ---------------------------------------------------------------


@pytest.fixture(scope="module", params=sorted(STYLES))
def seed_lines(request: pytest.FixtureRequest) -> tuple[Style, tuple[Span, ...]]:
    style = STYLES[request.param]
    return style, subtitle(speak(seed_text()), RATE, style)


@pytest.mark.slow
def test_no_line_is_too_wide_or_too_narrow(seed_lines: tuple[Style, tuple[Span, ...]]) -> None:
    style, lines = seed_lines
    shown = [caption(line.text, style) for line in lines]
    assert [line for line in shown if width(line) > 16] == []
    assert [line for line in shown if len(re.findall(r"\w", line)) < 3] == []


def test_no_line_ends_inside_a_word(seed_lines: tuple[Style, tuple[Span, ...]]) -> None:
    _, lines = seed_lines
    text = "".join(line.text for line in lines)
    ends, at = set(), 0
    for line in lines:
        at += len(line.text)
        ends.add(at)
    at = 0
    for word in rjieba.cut(opencc.OpenCC("t2s").convert(text)):
        inside = set(range(at + 1, at + len(word)))
        assert not inside & ends, word
        at += len(word)
    for found in re.finditer(
        r"[A-Za-z0-9]+(?:[.,'-][A-Za-z0-9]+)*[%万亿]*|[A-Z]\w+ [A-Z]\w+", text
    ):
        assert not set(range(found.start() + 1, found.end())) & ends, found.group()


def test_lines_last_long_enough_to_read(seed_lines: tuple[Style, tuple[Span, ...]]) -> None:
    style, lines = seed_lines
    for line, following in pairwise(lines):
        stay = (following.start - line.start) * 1000 / RATE - style.gap_ms
        assert stay >= style.shortest_ms
        assert (line.end - line.start) / RATE <= 7
        assert width(caption(line.text, style)) * 1000 / stay <= style.fastest


def test_lines_are_as_people_make_them(seed_lines: tuple[Style, tuple[Span, ...]]) -> None:
    """People's lines of Mandarin talks: half below 11 characters, nine tenths below 17.5."""
    style, lines = seed_lines
    widths = sorted(width(caption(line.text, style)) for line in lines)
    assert 9.5 <= widths[len(widths) // 2] <= 12.5
    assert widths[len(widths) // 10] >= 6


@pytest.mark.slow
def test_work_grows_as_the_talk() -> None:
    def work(characters: int) -> int:
        words = speak(seed_text()[:characters])
        return calls_of(lambda: subtitle(words, RATE))

    work(100)  # fills the caches
    assert work(16_000) < 5 * work(4_000)


# Single cases ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "whole",
    [
        "Claude Code",
        "GPT-4.5",
        "3500亿美金",
        "37%",
        "iPad Pro 12.9",
        "1,000个",
        "12:30",
        "《人类简史》",
    ],
)
@pytest.mark.parametrize("before", range(3, 16))
def test_names_and_numbers_stay_whole(whole: str, before: int) -> None:
    text = "我们今天要讨论的是一个很有意思的问题"[:before] + whole + "的事情我们后来再说"
    assert sum(whole in line for line in cut(text)) == 1


def test_breaks_fall_after_marks_and_before_conjunctions() -> None:
    assert cut("今天的天气真的非常好，我们一起出去走走吧。") == [
        "今天的天气真的非常好，",
        "我们一起出去走走吧。",
    ]
    assert cut("他昨天晚上没有来参加会议因为他的飞机晚点了") == [
        "他昨天晚上没有来参加会议",
        "因为他的飞机晚点了",
    ]


def test_no_line_begins_with_a_particle_or_a_mark() -> None:
    text = "人工智能公司创办人最近发表的文章里提到的那些问题，其实大家都知道了吧？！“对。”"
    lines = cut(text)
    assert not [line for line in lines if line[0] in "的了吧？！”，。"]
    assert not [line for line in lines if line[-1] in "“"]


def test_a_short_sentence_shares_a_line_with_its_neighbour() -> None:
    assert cut("对。我们看得到股市也一样。") == ["对。我们看得到股市也一样。"]
    assert cut("对。") == ["对。"]


def test_a_line_holds_one_voice_but_for_the_smallest_turns() -> None:
    said = ("你觉得这个产品好吗？", "我觉得非常好。", "对。", "那我们继续说下一个。", "好。")
    words = speak("".join(said))
    turns, at = [], 0
    for text in said:
        turns.append(words[at : at + len(text) - 1])
        at += len(text) - 1
    lines = [line.text for line in subtitle_turns(turns, RATE)]
    assert lines == [said[0], said[1], said[2] + said[3] + said[4]]
    assert [line.text for line in subtitle_turns([speak("对。")], RATE)] == ["对。"]
    assert subtitle_turns([], RATE) == ()


def test_a_wide_word_is_cut_where_it_may_break() -> None:
    clause = Span(0, 8 * RATE, "今天的天气真的非常好，我们一起出去走走吧。")
    lines = subtitle((clause,), RATE)
    assert [line.text for line in lines] == ["今天的天气真的非常好，", "我们一起出去走走吧。"]
    assert (lines[0].start, lines[-1].end) == (0, 8 * RATE)
    assert lines[0].end == lines[1].start
    assert abs(lines[0].end / RATE - 8 * 11 / 21) < 0.1


def test_a_word_without_places_is_cut_anywhere() -> None:
    lines = subtitle((Span(0, 20 * RATE, "a" * 100),), RATE)
    assert max(len(line.text) for line in lines) <= 32


def test_traditional_words_stay_whole() -> None:
    costs = break_costs("軟體開發的問題")
    assert costs[0] >= WHOLE
    assert costs[2] >= WHOLE
    assert costs[3] == BOUND
    assert costs[5] >= WHOLE


def test_marks_never_begin_a_line() -> None:
    text = "他说：“好。”（笑）然后走了"
    costs = break_costs(text)
    assert costs[text.index("“")] == NEVER
    assert costs[text.index("好")] == NEVER
    assert costs[text.index("。")] == NEVER
    assert costs[text.index("”")] < 1


def test_a_line_may_end_between_a_mark_and_an_opening_quote() -> None:
    text = "针对「社区」、「偏乡」、「儿童」、「教育」等近似议题"
    lines = cut(text)
    assert sum("「儿童」" in line for line in lines) == 1
    assert all(line[0] not in "、」" for line in lines)


def test_english_breaks_like_english() -> None:
    lines = cut(
        "He said that the best way to build a large model is not to wait. So we began at once."
    )
    assert "".join(lines).count(" ") == 19
    assert lines[-1] == "So we began at once."
    assert not [line for line in lines if re.search(r"\b(a|the|to|of)\s*$", line)]


@pytest.mark.parametrize(
    ("line", "netflix", "ted"),
    [
        ("对，没错。", "对 没错", "对，没错。"),
        ("真的吗？！", "真的吗？！", "真的吗？！"),
        ("他说：“好。”", "他说：“好”", "他说：“好。”"),
        ("苹果、香蕉、", "苹果、香蕉", "苹果、香蕉、"),
        ("那……算了。", "那…算了", "那……算了。"),
        ("那⋯⋯算了。", "那⋯算了", "那⋯⋯算了。"),
        ("版本3.5，", "版本3.5", "版本3.5，"),
        ("a --> b", "a → b", "a → b"),
        ("  \0空\n白  ", "空 白", "空 白"),
        ("。", "", "。"),
    ],
)
def test_each_style_shows_a_line_its_way(line: str, netflix: str, ted: str) -> None:
    assert caption(line, NETFLIX) == netflix
    assert caption(line, TED) == ted


@pytest.mark.parametrize(
    ("text", "across"),
    [("é", 0.5), ("Ω", 0.5), ("“", 1), ("①", 1), ("⋯", 1), ("😀", 1), ("e\u0301", 0.5)],
)
def test_widths(text: str, across: float) -> None:
    assert width(text) == across


def test_no_words_make_no_lines() -> None:
    assert subtitle((), RATE) == ()
    assert subtitle((Span(0, 5, ""),), RATE) == ()


@pytest.mark.parametrize("sign", ["1", "a", "a."])
def test_the_places_in_a_word_without_end_take_a_moment(sign: str) -> None:
    assert len(break_costs(sign * 20_000)) == 20_000 * len(sign)
