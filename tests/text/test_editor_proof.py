"""What is an edit and what is not: laws over any proposal, and cases an editor would meet."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from podcast.text.editor import proof, titles
from podcast.text.editor.prompt import REASONS
from podcast.text.editor.proof import Refusal, edited, letters, names, numbers
from podcast.text.editor.titles import title

TALK = (
    "这个像 DNA 形状的一个过山车，这个是我们就正式开始今天的这个分享。"
    "所以欢迎来到2025我特意截了两个图。"
    "然后第二个呢，我总结一下，网民们在 TikTok 上的美国用户，然后冲在小红书上面来，涨了14%。"
    "当然他们可能就是为了抵制行政令，不是三百五十亿美元，后来就被川普给解除了！"
)
WORDS = """我们 看到 今天 的 这个 模型 非常 强 它 不 没有 涨了 跌了 三百万 两个
然后 对吧 人工智能 发展 很快
GPT-4.5 Claude Code 14% 2025年 $3,500 ， 。 ？ ！ 、 “ ”"""
PARTS = st.sampled_from(WORDS.split())
TEXTS = st.lists(PARTS, min_size=4, max_size=40).map("".join)
PLAIN = st.text("我们看到今天的模型非常强大它涨了很多人工智能发展快", min_size=8, max_size=60)


def distance(one: str, other: str) -> int:
    """Levenshtein's, by its definition."""
    row = list(range(len(other) + 1))
    for at, left in enumerate(one, 1):
        last, row[0] = row[0], at
        for to, right in enumerate(other, 1):
            last, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, last + (left != right))
    return row[-1]


def said(text: str) -> str:
    return "".join(re.findall(r"[^\W_]", text))


@st.composite
def meddled(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and the same after a few cuts, insertions, replacements and moves of any size."""
    before = draw(TEXTS)
    after = before
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(after)))
        until = draw(st.integers(at, min(len(after), at + 8)))
        put = draw(st.one_of(st.just(""), PARTS, st.just(after[at:until] * 2), PLAIN))
        after = after[:at] + put + after[until:]
    return before, after


# Laws --------------------------------------------------------------------------------------


@given(st.one_of(TEXTS, PLAIN, st.text(max_size=60)))
def test_no_change_is_an_edit(text: str) -> None:
    assert edited(text.strip(), text) == text.strip()


@given(meddled())
@example((TALK, TALK.replace("然后", "").replace("这个", "")))
def test_what_is_accepted_keeps_to_the_share_and_to_every_name(texts: tuple[str, str]) -> None:
    before, proposal = texts
    after = edited(before.strip(), proposal)
    if isinstance(after, Refusal):
        return
    changed = distance(said(before), said(after))
    assert changed <= 0.25 * len(said(before)) or not changed
    for kind in (r"[A-Za-z][A-Za-z.]*", r"\d+", r"[不没]", r"[二两三四五六七八九十百千万亿]"):
        kept = [re.findall(kind, text) for text in (before, after)]
        if kind != r"[不没]":
            assert kept[0] == kept[1], kind
        else:
            assert len(kept[1]) <= len(kept[0])
    assert len(after.splitlines()) == 1


@given(meddled())
def test_what_is_accepted_is_accepted_again(texts: tuple[str, str]) -> None:
    after = edited(texts[0].strip(), texts[1])
    if not isinstance(after, Refusal):
        assert edited(texts[0].strip(), after) == after


@given(
    PLAIN, st.lists(st.tuples(st.integers(0, 60), st.sampled_from("，。！？；：、…")), max_size=9)
)
def test_marks_alone_are_always_an_edit(text: str, marks: list[tuple[int, str]]) -> None:
    before, proposal = f"{text}。", f"{text}。"
    for at, mark in marks:
        proposal = proposal[:at] + mark + proposal[at:]
    after = edited(before, proposal)
    assert not isinstance(after, Refusal)
    assert said(after) == said(before)
    assert not re.search(r"[，。！？；：、]{2}|^[，。！？；：、…]", after)
    assert after[-1] in "。！？…"


@given(st.lists(PLAIN, min_size=2, max_size=6), st.data())
def test_a_lost_sentence_is_never_an_edit(sentences: list[str], data: st.DataObject) -> None:
    gone = data.draw(st.integers(0, len(sentences) - 1))
    assume(said(proof.FILLER.sub("", sentences[gone])))
    before = "。".join(sentences) + "。"
    proposal = "。".join(s for at, s in enumerate(sentences) if at != gone) + "。"
    assume(sentences[gone][:4] not in proposal)
    assert isinstance(edited(before, proposal), Refusal)


@given(TEXTS, st.data())
def test_a_changed_figure_is_never_an_edit(text: str, data: st.DataObject) -> None:
    places = [match.start() for match in re.finditer(r"[0-9]", text)]
    assume(places)
    at = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != text[at]] + ["", "11"]))
    changed = text[:at] + digit + text[at + 1 :]
    assume(names(changed) != names(text))
    assert isinstance(edited(text, changed), Refusal)


@given(TEXTS, st.data())
def test_a_changed_name_is_never_an_edit(text: str, data: st.DataObject) -> None:
    places = [match.start() for match in re.finditer(r"[A-Za-z]", text)]
    assume(places)
    at = data.draw(st.sampled_from(places))
    letter = data.draw(st.sampled_from([x for x in "aAbBzZ" if x != text[at]] + ["", "xx"]))
    assert isinstance(edited(text, text[:at] + letter + text[at + 1 :]), Refusal)


# Cases -------------------------------------------------------------------------------------

EDITS = {
    "a stop for a comma": ("过山车，这个是", "过山车。这个是"),
    "a question": ("后来就被川普给解除了！", "后来就被川普给解除了？"),
    "a filler": ("然后第二个呢，我总结", "第二个，我总结"),
    "fillers and a join": (
        "这个是我们就正式开始今天的这个分享。所以欢迎",
        "我们正式开始今天的分享，欢迎",
    ),
    "a homophone": ("网民们", "往民们"),
    "a homophone of two": ("抵制行政令", "抵制行证令"),
    "a near homophone": ("川普", "穿普"),
    "his and its": ("当然他们", "当然它们"),
    "a particle": ("冲在小红书", "冲到小红书"),
    "half-width marks": ("过山车，这个", "过山车,这个"),
    "a space less": ("像 DNA 形状", "像DNA形状"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_accepted(name: str) -> None:
    old, new = EDITS[name]
    assert old in TALK
    after = edited(TALK, TALK.replace(old, new))
    assert isinstance(after, str), after


def test_stutters_and_restarts_may_go() -> None:
    tail = "因为他们的产品在市场上卖得很好，利润也上来了。"
    before = f"我我觉得，我们看我看到的关税的这个关税政策，不不是这样的，对不对？{tail}"
    after = f"我觉得，我看到的关税政策，不是这样的，对不对？{tail}"
    assert edited(before, after) == after


def test_what_is_accepted_is_printed_as_the_house_prints() -> None:
    after = edited(TALK, TALK.replace("过山车，", "过山车,, ").replace(" TikTok ", "TikTok"))
    assert after == TALK


FORGERIES = {
    "a figure": ("14%", "41%", proof.FIGURES),
    "a figure's sign": ("14%", "14", proof.FIGURES),
    "a decimal": ("14%", "1.4%", proof.FIGURES),
    "a figure in hanzi": ("三百五十亿", "三百六十亿", proof.NUMBERS),
    "a count": ("两个图", "三个图", proof.NUMBERS),
    "a figure respelt": ("三百五十亿", "350亿", proof.FIGURES),
    "a name": ("TikTok", "YouTube", proof.FIGURES),
    "a name's case": ("TikTok", "Tiktok", proof.FIGURES),
    "a name in hanzi": ("美国用户", "中国用户", proof.ADDED),
    "a negation lost": ("不是三百", "是三百", proof.TURNED),
    "a negation added": ("正式开始", "没正式开始", proof.ADDED),
    "a clause lost": ("不是三百五十亿美元", "美元", proof.NUMBERS),
    "a meaning turned": ("抵制", "支持", proof.ADDED),
    "rise and fall": ("涨了", "跌了", proof.ADDED),
    "a word lost": ("美国用户", "用户", proof.REMOVED),
    "a sentence lost": ("所以欢迎来到2025我特意截了两个图。", "", proof.LOST),
    "a sentence added": ("。所以", "。这是一个历史性的时刻。所以", proof.ADDED),
    "a fact added": ("川普", "美国总统川普", proof.ADDED),
    "bold": ("过山车", "**过山车**", proof.MARKED_UP),
    "an emoji": ("！", "！🎉", proof.MARKED_UP),
    "a tag": ("过山车", "<b>过山车</b>", proof.MARKED_UP),
    "two paragraphs": ("。所以", "。\n\n所以", proof.LINES),
    "half a quotation": ("过山车", "“过山车", proof.UNBALANCED),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused_with_its_reason(name: str) -> None:
    old, new, kind = FORGERIES[name]
    assert old in TALK
    found = edited(TALK, TALK.replace(old, new))
    assert isinstance(found, Refusal) and found.kind == kind, found


WHOLE = {
    "nothing": ("", proof.EMPTY),
    "marks": ("……", proof.EMPTY),
    "half": (TALK[: len(TALK) // 2], proof.LOST),
    "a fence": (f"```\n{TALK}\n```", proof.LINES),
    "a quotation": (f"> {TALK}", proof.MARKED_UP),
    "a heading": (f"# {TALK}", proof.MARKED_UP),
    "an introduction": (f"修改后的文字：{TALK}", proof.ADDED),
    "an excuse": ("抱歉，我无法完成这个请求。", proof.LOST),
    "a summary": ("主播谈到过山车和行政令。", proof.LOST),
    "twice": (TALK + TALK, proof.FIGURES),
}


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_no_paragraph_is_refused(name: str) -> None:
    proposal, kind = WHOLE[name]
    found = edited(TALK, proposal)
    assert isinstance(found, Refusal) and found.kind == kind, found


@pytest.mark.parametrize(
    ("before", "proposal"),
    [
        ("他不去，你不来，我们都很着急这件事情。", "他去，你不来，我们都很着急这件事情。"),
        ("他不喜欢，他不讨厌，我们都不知道这件事。", "他不讨厌，我们都不知道这件事。"),
        ("这个不贵，那个也不便宜，大家都这样觉得。", "这个贵，那个也不便宜，大家都这样觉得。"),
        ("我没有买，他买了很多，后来又全都卖掉了。", "我没有卖，他买了很多，后来又全都卖掉了。"),
    ],
)
def test_a_no_is_not_lost_because_another_is_near(before: str, proposal: str) -> None:
    assert isinstance(edited(before, proposal), Refusal)


def test_all_faults_are_told_the_first_as_the_reason() -> None:
    found = edited(TALK, TALK.replace("抵制", "支持").replace("涨了", "跌了").replace("14%", "15%"))
    assert isinstance(found, Refusal)
    assert [found.kind, *(fault.kind for fault in found.also)] == [
        proof.FIGURES, proof.ADDED, proof.ADDED, proof.ADDED,
    ]  # fmt: skip


def test_another_order_is_refused() -> None:
    first, second, third = re.findall(r"[^。！]+[。！]", TALK)[:3]
    assert isinstance(edited(TALK, TALK.replace(first + second, second + first)), Refusal)
    assert isinstance(
        edited("今天我们聊模型，明天聊芯片。", "明天我们聊模型，今天聊芯片。"), Refusal
    )
    assert third in TALK


def test_a_quarter_of_fillers_is_too_much() -> None:
    before = "然后这个模型就是说很强，然后那个芯片就是说很快。"
    found = edited(before, "模型很强，芯片很快。")
    assert isinstance(found, Refusal) and found.kind == proof.TOO_MUCH


DEEDS = "看电影 听音乐 读小说 写文章 画风景 做木工 种蔬菜 爬高山 游大海 教孩子"


def test_a_quarter_of_the_characters_may_change_and_not_one_more() -> None:
    before = "".join(f"他{deed}" for deed in DEEDS.split()) + "。"
    assert len(said(before)) == 40
    ten = before.replace("他", "它")
    assert edited(before, ten) == ten
    before = before.replace("教孩子", "他孩子")
    found = edited(before, before.replace("他", "它"))
    assert isinstance(found, Refusal)
    assert (found.kind, found.words) == (proof.TOO_MUCH, "11 of 40 characters")


def test_names_and_numbers_are_found_whole() -> None:
    assert names("L.A.大火，GPT-4.5、H200，3-5年，12:30，$2.5M，AT&T，C++") == [
        "L.A", "GPT-4.5", "H200", "3-5", "12:30", "$2.5M", "AT&T", "C++",
    ]  # fmt: skip
    assert numbers("一个人，一年，十分之一，第二十一章") == ["一", "十", "二十一"]
    assert letters("好，A！").places == (0, 2)


# Titles ------------------------------------------------------------------------------------

SAID = "我们从 Meme 开始聊数字文明，然后谈 GPT-4.5 的价格和关税政策。"
TITLES = {
    "数字文明与 Meme": "数字文明与 Meme",
    "“关税政策”": "关税政策",
    "GPT-4.5的价格。": "GPT-4.5 的价格",
    "": proof.EMPTY,
    "关税政策\n以及价格": proof.LINES,
    "**关税**": proof.MARKED_UP,
    "数字文明与Meme和关税政策的价格和文明": titles.TOO_LONG,
    "人类的末日": titles.UNSAID,
    "gpt-4.5 的价格": titles.UNSAID,
    "关税": titles.TAKEN,
}


@pytest.mark.parametrize("proposal", TITLES)
def test_a_title_is_in_the_chapters_words(proposal: str) -> None:
    found = title(proposal, SAID, frozenset(["关税"]))
    assert (found.kind if isinstance(found, Refusal) else found) == TITLES[proposal]


@given(st.text(max_size=30))
def test_a_title_is_short_and_said(proposal: str) -> None:
    found = title(proposal, SAID, frozenset())
    if not isinstance(found, Refusal):
        assert 0 < len(found) <= 16 and found == found.strip() and len(found.splitlines()) == 1


def test_every_reason_can_be_told_to_a_model() -> None:
    kinds = {
        value
        for module in (proof, titles)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and re.fullmatch(r"[a-zA-Z' ]+", value)
    }
    assert kinds == set(REASONS)
