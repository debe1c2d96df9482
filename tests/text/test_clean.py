"""Laws of cleaning, over anything a recogniser may print, and the cases that taught the rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from patience import no_explosion
from places import DATA, SEED

from podcast.model import GUEST, HOST, Line, Transcript
from podcast.text.clean import clean
from podcast.text.clean.characters import fold_characters, space_scripts, widen_marks
from podcast.text.clean.simplify import simplify
from podcast.text.clean.words import words
from podcast.text.glossary import Glossary, Term, shipped_glossary
from podcast.text.spacing import HANZI

MARKED = DATA / "seed_fillers.txt"

WORDS = words("""
    对 对吧 好吧 OK 是吧 对不对 嗯 啊 呃 那个 这个 就是说 然后呢 然后 好 好的 我 我们 你 你们 美国
    这个 在 在这个 从 关税 两个 图 2月 10号 恨 研究 讨论 看看 妈妈 一个 很多 GPT-4.5 deepseek Deep
    seek 4.5 2025 年 的 了 吗 是不是 乾隆 著 後面 裡 髮 头发 说的 是 不是 有 觉得 消息 不对劲 对于
    来说 ， , 。 . ？ ? … ... 、 “ ” " ( ) ： : １２ ＡＢ % $ 哈哈 三 九九 的的确确 Elon Musk 算率
    也会 告诉 伊隆玛特
""") | {"\u3000", "\u200b", "\t", " "}
texts = st.lists(st.sampled_from(sorted(WORDS)), max_size=9).map("".join)
transcripts = st.lists(
    st.tuples(st.one_of(texts, st.text(max_size=12)), st.sampled_from([HOST, HOST, HOST, GUEST])),
    max_size=12,
).map(
    lambda said: Transcript(
        tuple(
            Line(text, number, number * 9, number * 9 + 8, voice)
            for number, (text, voice) in enumerate(said, 1)
        )
    )
)
glossaries = st.sampled_from(
    [Glossary(), Glossary((Term("算力", ("算率",)), Term("DeepSeek")), keep=("乾隆", "两个两个"))]
)


def said(*texts: str, glossary: Glossary | None = None) -> list[str]:
    lines = tuple(Line(text, number) for number, text in enumerate(texts, 1))
    return [line.text for line in clean(Transcript(lines), glossary or Glossary()).lines]


def content(text: str) -> str:
    together = "".join(fold_characters(text).split())
    return "".join(c for c in simplify(together).casefold() if c.isalnum())


@pytest.mark.slow
@given(transcripts, glossaries)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_cleaning_twice_is_cleaning_once(transcript: Transcript, glossary: Glossary) -> None:
    once = clean(transcript, glossary)
    assert clean(once, glossary) == once


@given(transcripts)
def test_no_content_is_invented_and_lines_keep_their_order(transcript: Transcript) -> None:
    before = {line.number: line for line in transcript.lines}
    cleaned = clean(transcript).lines
    assert [line.number for line in cleaned] == sorted({line.number for line in cleaned})
    for line in cleaned:
        source = before[line.number]
        assert (line.start_ms, line.end_ms, line.voice) == (
            source.start_ms,
            source.end_ms,
            source.voice,
        )
        rest = iter(content(source.text))
        assert all(c in rest for c in content(line.text)), (source.text, line.text)


@given(transcripts)
def test_marks_are_chinese_single_and_never_first(transcript: Transcript) -> None:
    for line in clean(transcript).lines:
        assert re.search(r"\w", line.text)
        assert not re.search(rf"[{HANZI}] ?[,;:?!]|[,;:?!] ?[{HANZI}]", line.text), line.text
        assert not re.search(r"[，、；：。！？…]\s*[，、；：。！？…]", line.text), line.text
        assert not re.match(r"[，、；：。！？…\s]", line.text), line.text
        assert not re.search(r"\s\s|\s$|[\u200b\ufeff\x00\u3000]", line.text), line.text


@pytest.mark.parametrize(
    "lone",
    sorted(words("对 对对 好吧 OK 是吧 对吧 对不对 嗯 啊 呃 那个 就是说 然后呢")),
)
def test_a_line_of_filler_is_absent(lone: str) -> None:
    assert said("我们今天讲模型", lone, "模型很大") == ["我们今天讲模型", "模型很大"]


@pytest.mark.parametrize(
    "text",
    [
        "有点不对劲",
        "好消息来了",
        "对美国来说很难",
        "对于这个问题",
        "对机器人的要求",
        "对中国造成影响",
        "对我来说很重要",
        "好好学习",
        "好看的电影",
        "好多人",
        "对手很强",
        "对面的人",
        "OK 的",
        "说得对不对",
        "看他说的对不对",
        "应该就是吧",
        "还好吧",
        "对比一下",
        "对自己负责",
        "啊根廷",
        "不对吧",
        "你最好吧",
        "对不起大家",
        "对话很好",
        "好莱坞",
        "看看妈妈",
        "天天慢慢刚刚常常",
        "讨论讨论研究研究",
        "一个一个来",
        "非常非常好",
        "人人都有",
        "干干净净",
        "九九八十一",
        "告诉我我可以走了",
        "1992年",
        "一一对应",
        "哈哈哈哈",
        "越来越越来越",
        "爸爸妈妈",
        "我们把把关",
        "战争和和平",
        "什么什么公司",
        "有目的的行动",
        "上上周",
        "打呃逆",
        "Duran Duran",
        "二二八",
        "谢谢谢谢",
        "的的确确",
        "北京大学大学生",
        "我和和尚",
    ],
)
def test_words_that_look_like_fillers_or_stutters_stay(text: str) -> None:
    assert said("今天讲一件事", text, "讲完了") == ["今天讲一件事", text, "讲完了"]


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("从从关税到海关", "从关税到海关"),
        ("2月2月10号", "2月10号"),
        ("我我我想看看妈妈", "我想看看妈妈"),
        ("恨这个恨这个DEI病毒", "恨这个 DEI 病毒"),
        ("这个这个问题", "这个问题"),
        ("两个两个图", "两个图"),
        ("自己自己的AI计划", "自己的 AI 计划"),
        ("美美国政府", "美国政府"),
        ("我我们去", "我们去"),
        ("因为因为他在", "因为他在"),
        ("他有有能力", "他有能力"),
        ("对这个我已经有国王了", "这个我已经有国王了"),
        ("可以治理的是吧", "可以治理的"),
        ("OK我们来看", "我们来看"),
        ("好大家看一下", "大家看一下"),
        ("对所以欢迎", "所以欢迎"),
        ("嗯我觉得呃可以", "我觉得可以"),
        ("好吧,这个里面还好", "这个里面还好"),
        ("对吧,OK,这是两点", "这是两点"),
        ("然后呢然后我回答", "然后我回答"),
        ("那的的那是", "那的那是"),
        ("the the model", "the model"),
        ("的的的的的的的", "的"),
        ("我们我们我们我们我们我们走", "我们走"),
        ("很清楚，对不对？我们走", "很清楚。我们走"),
        ("代理,刚刚进入代理", "代理，刚刚进入代理"),
    ],
)
def test_fillers_and_stutters_go(text: str, cleaned: str) -> None:
    assert said("今天讲一件事", text, "讲完了") == ["今天讲一件事", cleaned, "讲完了"]


def test_an_answer_is_no_filler() -> None:
    assert said("你觉得可以吗", "OK", "你是北京人对吧", "对", "好吧") == [
        "你觉得可以吗",
        "OK",
        "你是北京人对吧",
        "对",
    ]
    assert said("这是为什么", "对", "因为便宜") == ["这是为什么", "因为便宜"]


def test_a_word_that_finishes_a_phrase_is_no_filler() -> None:
    assert said("你说得", "对", "我要", "这个") == ["你说得", "对", "我要", "这个"]
    assert said("好吧，我承认我怕") == ["好吧，我承认我怕"]


def test_another_voice_neither_restarts_nor_doubles() -> None:
    lines = (Line("没有创造力", 1), Line("没有创造力", 2, voice=GUEST), Line("在", 3, voice=GUEST))
    assert [line.number for line in clean(Transcript((*lines, Line("在这里", 4)))).lines] == [
        1,
        2,
        3,
        4,
    ]


def test_restarts_cross_the_line() -> None:
    assert said("美国的在", "在这个平台") == ["美国的", "在这个平台"]
    assert said("为了抵制", "对", "为了抵制当时的政府") == ["为了抵制当时的政府"]
    assert said("他告诉我", "我可以走了") == ["他告诉我", "我可以走了"]
    assert said("我们靠技术", "技术最重要") == ["我们靠技术", "技术最重要"]


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("乾隆看著後面的頭髮", "乾隆看着后面的头发"),
        ("在心裡乾淨", "在心里干净"),
        ("皇后在后面", "皇后在后面"),
        ("著名的什么什么", "著名的什么什么"),
        ("他說「薩頓教授」說過", "他说「萨顿教授」说过"),
        ("Meme幣", "Meme 币"),
        ("看著川普发Meme幣", "看着川普发 Meme 币"),
        ("接著讲显著的名著", "接着讲显著的名著"),
    ],
)
def test_traditional_becomes_simplified(text: str, cleaned: str) -> None:
    assert said(text) == [cleaned]


def test_a_word_to_keep_is_kept() -> None:
    assert said("乾坤和後宮", glossary=Glossary(keep=("後宮",))) == ["乾坤和後宮"]


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("用GPT-4.5写 2025 年的报告", "用 GPT-4.5 写2025年的报告"),
        ("3500亿美金", "3500亿美金"),
        ("operator.chatgpt.com网站", "operator.chatgpt.com 网站"),
        ("L.A.大火", "L.A.大火"),
        ("1,000个3:30到", "1,000个3:30到"),
        ("真的吗??!好。。", "真的吗？好。"),
        ("ＧＰＴ４，很好", "GPT4，很好"),
        ("，开头的逗号", "开头的逗号"),
        ("我 们 觉 得 好", "我们觉得好"),
        ("他说...算了", "他说…算了"),
        ("最大的挑战 资本大于人力", "最大的挑战，资本大于人力"),
        ("C++的程序", "C++ 的程序"),
        ("涨了3.5%吗?", "涨了3.5%吗？"),
        ("Sonnet 3.7的发布", "Sonnet 3.7 的发布"),
        ("1.苹果 ,2.香蕉", "1、苹果，2、香蕉"),
    ],
)
def test_characters_marks_and_spaces(text: str, cleaned: str) -> None:
    assert said(text) == [cleaned]


@given(st.text(max_size=30))
def test_each_rule_of_characters_is_done_once(text: str) -> None:
    assert fold_characters(fold_characters(text)) == fold_characters(text)
    assert space_scripts(space_scripts(text)) == space_scripts(text)
    assert content(widen_marks(fold_characters(text))) == content(text)


def test_the_seed_marked_by_hand() -> None:
    rows = [line.split("\t") for line in MARKED.read_text().splitlines() if line[0] != "#"]
    lines = tuple(Line(text, at) for at, text in enumerate(SEED.read_text().splitlines(), 1))
    cleaned = {line.number: content(line.text) for line in clean(Transcript(lines)).lines}
    fillers = dropped = wanted = kept = 0
    for number, text in rows:
        marked, got = content(re.sub(r"\{.*?\}", "", text)), cleaned.get(int(number), "")
        same = _common(marked, got)
        wanted, kept = wanted + len(marked), kept + same
        filler = len(content(re.sub(r"[{}]", "", text))) - len(marked)
        fillers, dropped = fillers + filler, dropped + filler - min(filler, len(got) - same)
    assert dropped / fillers >= 0.95
    assert kept / wanted >= 0.998


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks)


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["lines", "one line", "loop", "fillers", "marks"])
def test_work_grows_with_the_text_and_no_faster(shape: str) -> None:
    text = re.sub(r"\W", "", SEED.read_text()) * 4
    lines = {
        "lines": [text[at : at + 12] for at in range(0, len(text) // 2, 12)],
        "one line": [text],
        "loop": ["我们2月" * 50_000],
        "fillers": ["对，" * 50_000, *["好吧"] * 50_000],
        "marks": ["，" * 100_000, '"' * 100_001, "(" * 100_000, "a." * 50_000, "。 " * 50_000],
    }[shape]
    transcript = Transcript(tuple(Line(line, at) for at, line in enumerate(lines)))
    glossary = shipped_glossary()
    with no_explosion():
        clean(transcript, glossary)


# Addresses ---------------------------------------------------------------------------------

ADDRESSES = (
    "https://www.example.com/watch?v=abc123&t=10",
    "http://example.com:8080/a,b;c?x=1&y=2#top",
    "https://github.com/deepseek-ai/deepseek?tab=readme#usage",
    "zhang_san+tag@example.co.uk",
    "www.x.cn/y!z",
    r"C:\Users\test\a.txt",
    r"D:\资料\2024年\报告(终稿).docx",
    "/home/user/a.txt",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_comes_through_as_it_is(address: str) -> None:
    glossary = Glossary((Term("DeepSeek"), Term("GitHub"), Term("Test")))
    for text in (
        f"网址是{address}大家可以去看",
        f"{address},我们看",
        f"嗯嗯 在 {address}。",
        address,
    ):
        line = clean(Transcript((Line(text, 1),)), glossary).lines[0]
        assert address in line.text
        assert clean(Transcript((line,)), glossary).lines == (line,)


def test_marks_around_an_address_are_the_sentences() -> None:
    text = "看https://a.cn/x?y=1,再看www.b.cn!挺好看"
    line = clean(Transcript((Line(text, 1),))).lines[0]
    assert line.text == "看 https://a.cn/x?y=1，再看 www.b.cn！挺好看"


def test_a_clause_that_says_the_clause_before_it_again_goes_once() -> None:
    assert said("是一个很好的一个", "一个", "也是助手") == ["是一个很好的一个", "也是助手"]
    assert said("先说 Grok", "Grok", "它是一个助手") == ["先说 Grok", "它是一个助手"]
    assert said("最好的是有颠覆性的改进，有颠覆性的改进。") == ["最好的是有颠覆性的改进。"]
    assert said("我说两遍：它没有创造力，没有创造力。") == ["我说两遍：它没有创造力，没有创造力。"]
    assert said("它没有创造力", "没有创造力") == ["它没有创造力", "没有创造力"]
    assert said("国有企业的改革，企业的改革。") == ["国有企业的改革，企业的改革。"]


def test_a_speaker_who_takes_the_floor_with_that_keeps_it() -> None:
    talk = Transcript((Line("我开店十年了", 1, voice=GUEST), Line("那我们先聊豆子", 2)))
    assert [line.text for line in clean(talk).lines] == ["我开店十年了", "那我们先聊豆子"]


def test_a_deletion_leaves_what_is_said_as_it_is_meant() -> None:
    for kept in (
        ["住在北京的他的父母来了"],
        ["他们在做人工智能", "人工智能", "改变了世界"],
        ["我们在聊人工智能", "人工智能", "很重要"],
        ["我要做人工智能，人工智能，是未来。"],
        ["你是不是有三个人", "三个人", "我想是的"],
        ["中国是第一", "第一", "人口很多"],
        ["他用 ChatGPT", "也叫 GPT", "很好"],
        ["今年的冠军是 Claude", "也是 Claude", "拿了亚军"],
        ["我以为他会来的，他会来的。"],
        ["禁止携带手机，携带手机。"],
        ["如果我们失败了，我们失败了，就没有明天。"],
        ["我很了解政治", "对川普首先要有耐心"],
        ["他来了", "对我是一种折磨"],
        ["他来了", "对她我是真心的"],
        ["天晴，那我们去爬山；下雨，那我们在家。"],
    ):
        assert said(*kept) == kept
