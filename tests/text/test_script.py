"""The page a person edits says all of a script, and is read generously."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.errors import ReadError, ScriptError
from podcast.model import Chapter, Paragraph, Script
from podcast.text.script import parse_script, read_script, script_text, with_known_names

MARKUP = [
    *("voice: guest", "voice:", "Voice： narrator"),
    *("#", "##", "#a", ">", ">>", "-", "*", "+", "---", "***", "___", "+++", "===", "**", "__"),
    *("\\", "\\\\", "\\#", "[guest]", "[a](b)", "![a](b)", "](", "<!--", "-->", "1.", "12)", "```"),
    *(
        ":",
        '"',
        "'",
        "你",
        "好",
        "。",
        "，",
        "👨\u200d👩\u200d👧",
        "a",
        "B",
        "0",
        "{}",
        "|",
        "~",
        "&",
    ),
    *("<", ">", "\u200b", "\ue000", "\x00"),
]


def is_line(text: str) -> bool:
    return text.splitlines() == [text] and text == text.strip()


characters = st.characters(codec="utf-8")
anything = st.text(characters, min_size=1).map(str.strip).filter(is_line)
tricky = st.lists(st.sampled_from([*MARKUP, " "]), min_size=1).map("".join).map(str.strip)
lines = anything | tricky.filter(is_line)
voices = st.sampled_from(["host", "guest", "narrator", "guest-2", "嘉宾", "Mr. X"])
paragraphs = st.builds(Paragraph, lines, voices)
chapters = st.builds(
    Chapter,
    lines,
    st.lists(paragraphs, min_size=1, max_size=4).map(tuple),
    st.just("") | lines,
)
scripts = st.builds(
    Script,
    lines,
    st.lists(chapters, min_size=1, max_size=4).map(tuple),
    st.just("") | lines,
    st.sampled_from(["", "2025-03-01", "2025-03-01T10:00:00+08:00"]),
    st.sampled_from([(), (("host", "张三: 一"),), (("host", "约翰·李"), ("guest", "host"))]),
    st.sampled_from([(), ("王五",), ("Mr. X", "约翰·王")]),
)


@pytest.mark.slow
@given(scripts)
def test_markdown_read_back_is_the_same_script(script: Script) -> None:
    assert parse_script(script_text(script)) == script


@given(st.text() | st.lists(st.sampled_from([*MARKUP, " ", "\n", "\n\n"])).map("".join))
def test_any_page_is_a_script_or_an_error_that_names_it(page: str) -> None:
    try:
        script = parse_script(page, "page.md")
    except ScriptError as error:
        assert re.match(r"page\.md (line \d+: |has no )", str(error))
        assert "\n" not in str(error)
    else:
        assert parse_script(script_text(script)) == script


def script_of(*texts: str, voice: str = "host") -> Script:
    return Script("题", (Chapter("章", tuple(Paragraph(text, voice) for text in texts)),))


def test_a_script_is_a_clean_page() -> None:
    script = Script(
        "双月回顾：2025",
        (
            Chapter("开场", (Paragraph("欢迎回来（1月和2月）。"), Paragraph("看 C:\\a [1] 2*3。"))),
            Chapter("AI", (Paragraph("He said -> no.", "guest"),), part="第一部分"),
            Chapter("信", (Paragraph("一。", "guest"), Paragraph("二。"))),
        ),
        author="张三",
        date="2025-03-01",
    )
    assert script_text(script) == (
        "---\nauthor: 张三\ndate: 2025-03-01\n---\n\n# 双月回顾：2025\n\n## 开场\n\n"
        "欢迎回来（1月和2月）。\n\n看 C:\\a [1] 2*3。\n\n# 第一部分\n\n"
        "## AI\nvoice: guest\n\nHe said -> no.\n\n## 信\n\n> [guest] 一。\n\n二。\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "# 一",
        "#话题# 你好",
        "> 引",
        "- 条",
        "---",
        "***",
        "[guest] 你好",
        "<!-- 注 -->",
        "1. 一",
        "\\",
    ],
)
def test_text_that_looks_like_markup_is_kept(text: str) -> None:
    for voice in ("host", "guest"):
        script = script_of(text, "下一段。", voice=voice)
        assert parse_script(script_text(script)) == script


@pytest.mark.parametrize("title", ['"引" 号', "a: b", "# 井 #", "##", "🎙️ 播客", "-", "---", "C#"])
def test_titles_keep_their_marks(title: str) -> None:
    script = Script(title, (Chapter(title, (Paragraph("你好。"),), part=title),), author=title)
    assert parse_script(script_text(script)) == script


# A page typed by hand ------------------------------------------------------------------------


def texts(page: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each chapter's title, with its paragraphs' voices and texts."""
    return [
        (chapter.title, [(paragraph.voice, paragraph.text) for paragraph in chapter.paragraphs])
        for chapter in parse_script(page).chapters
    ]


def test_lines_of_a_paragraph_are_joined() -> None:
    page = "# 题\r\n\r\n\r\n## 一\r\n我们今天\r\n聊一聊 Claude\r\nCode 吧，\r\nOK？\r\n\r\n好。"
    assert texts(page) == [
        ("一", [("host", "我们今天聊一聊 Claude Code 吧，OK？"), ("host", "好。")])
    ]


def test_headings_need_no_space_and_may_be_deep() -> None:
    page = "# 题\n##一\n甲。\n### 二 ##\n乙。\n#### **三**\n丙。\n"
    assert [title for title, _ in texts(page)] == ["一", "二", "三"]


def test_a_heading_above_a_deeper_one_is_a_part() -> None:
    script = parse_script("# 题\n## 上\n### 一\n甲。\n### 二\n乙。\n## 三\n丙。")
    assert [(chapter.part, chapter.title) for chapter in script.chapters] == [
        ("上", "一"),
        ("", "二"),
        ("", "三"),
    ]


def test_text_before_the_first_chapter_is_one_of_the_titles_name() -> None:
    assert texts("# 题\n甲。\n## 一\n乙。") == [
        ("题", [("host", "甲。")]),
        ("一", [("host", "乙。")]),
    ]
    assert texts("甲。\n\n# 题\n")[0] == ("题", [("host", "甲。")])


def test_a_first_level_heading_with_text_is_a_chapter() -> None:
    script = parse_script("# 题\n# 一\n甲。\n# 二\n乙。")
    assert [(chapter.part, chapter.title) for chapter in script.chapters] == [
        ("", "一"),
        ("", "二"),
    ]


def test_quotations() -> None:
    page = (
        "# 题\n## 一\n> 第一行\n> 第二行\n>\n> 下一段\n\n主持。\n> [narrator] 书里说\n> 天亮了\n"
        "> [host] 我\n主持二。\n\n> [这里](https://a.b) 是链接\n>\n> \\[guest] 原样\n"
    )
    assert texts(page)[0][1] == [
        ("guest", "第一行第二行"),
        ("guest", "下一段"),
        ("host", "主持。"),
        ("narrator", "书里说天亮了"),
        ("host", "我"),
        ("host", "主持二。"),
        ("guest", "这里 是链接"),
        ("guest", "[guest] 原样"),
    ]


@pytest.mark.parametrize(
    "line",
    ["voice: narrator", "Voice：narrator", "\nvoice: narrator\n", "voice:narrator\n\n---\n"],
)
def test_a_chapter_has_a_voice(line: str) -> None:
    page = (
        f"# 题\n## 一\n{line}\n甲。\n\n> [host] 乙。\n\n> 丙。\n\n丁。\n"
        "## 二\n戊。\n\nvoice: guest\n"
    )
    assert texts(page) == [
        ("一", [("narrator", "甲。"), ("host", "乙。"), ("guest", "丙。"), ("narrator", "丁。")]),
        ("二", [("host", "戊。"), ("host", "voice: guest")]),
    ]


def test_a_chapter_with_a_voice_needs_text() -> None:
    with pytest.raises(ScriptError, match="line 2: the chapter '一' has no text"):
        parse_script("# 题\n## 一\nvoice: narrator\n### 二\n甲。")


def test_what_is_not_said() -> None:
    page = (
        "# 题\n\n<!-- 一条\n\n## 注\n-->\n## 一<!-- x -->\n\n---\n\n- **甲**。\n"
        '- [乙](https://x.y "z")。\n1. 丙\n2. 丁\n\n![图](a.png)\n\n'
        "\\<!-- 戊 -->，  \n硬换行\\\n2**3 和 2 * 2\n"
    )
    said = ("甲。", "乙。", "1. 丙", "2. 丁", "<!-- 戊 -->，硬换行2**3 和 2 * 2")
    assert texts(page) == [("一", [("host", text) for text in said])]


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: \"题: 一\"\nauthor: '张三'  # 主持\ndate: 2025-03-01\n\n# 注\n---\n",
        "---\nTitle： '题: 一'\nauthor: 张三\ndate: \"2025-03-01\"\n---\n# 题: 一\n",
        '+++\ntitle = "题: 一"\nauthor = "张三"\ndate = 2025-03-01\n+++\n',
        "\ufeff---\r\ntitle: 题: 一\r\nauthor: 张三\r\ndate: 2025-03-01\r\n---\r\n",
    ],
)
def test_front_matter(front: str) -> None:
    script = parse_script(front + "\n## 章\n你好。")
    assert script == Script(
        "题: 一", (Chapter("章", (Paragraph("你好。"),)),), "张三", "2025-03-01"
    )


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("", "page.md has no title; begin it with '# ' and the title"),
        ("## 章\n你好。", "page.md has no title"),
        ("# 题\n", "page.md has no text"),
        ("# 题\n\n## 章\n\n## 二\n你好。", "line 3: the chapter '章' has no text"),
        ("# 题\n## 章\n甲。\n## 二\n<!-- 甲 -->", "line 4: the chapter '二' has no text"),
        ("# 题\n## 章\n甲。\n# 上\n", "line 4: the part '上' has no chapter"),
        (
            "# 题\n## 章\n#话题 你好",
            r"line 3: write '# 话题 你好' for a heading or '\#话题 你好' for",
        ),
        ("# 题\n##\n甲。", "line 2: the heading has no title"),
        ("---\ntitle: 题\n## 章\n你好。", "line 1: the front matter that opens with --- is never"),
        ("---\nautor: 张三\n---\n", "line 2: unknown key 'autor'; did you mean 'author'? known:"),
        ("---\n张三\n---\n", "line 2: '张三' is not `key: value`"),
        ('---\ntitle: "张\n---\n', 'line 2: "张 is not text in double quotes'),
        ('---\ntitle: "张" 三\n---\n', 'line 2: "张" 三 is not text in double quotes'),
        ("---\ntitle: '张\n---\n", "line 2: '张 is not text in single quotes"),
        ("---\ndate: 三月\n---\n", "line 2: date '三月' is not a date like 2025-03-01"),
        ("+++\ntitle = 题\n+++\n", "line 2: the front matter: it is not TOML"),
        (
            "# 题\n\n<!-- 注\n## 章\n你好。",
            "line 3: the comment that opens with <!-- is never closed",
        ),
    ],
)
def test_errors_name_the_line(page: str, message: str) -> None:
    with pytest.raises(ScriptError, match=re.escape(message)):
        parse_script(page, "page.md")


@pytest.mark.parametrize(
    "script",
    [
        script_of(""),
        script_of("两\n行"),
        script_of(" 空"),
        script_of("好", voice="a]b"),
        Script("", ()),
        Script("题", (), author="甲\n乙"),
    ],
)
def test_what_markdown_cannot_hold_is_refused(script: Script) -> None:
    with pytest.raises(ScriptError):
        script_text(script)


@pytest.mark.slow
@pytest.mark.parametrize(
    "mark", ["\\", "<!--", "**", "[", "![", "](", "#", "> ", "- ", "`", "*", "[a]("]
)
def test_time_is_linear(mark: str) -> None:
    script = script_of(f"x{mark}" * 100_000 + "x")
    assert parse_script(script_text(script)) == script


# On disk -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "front",
    [
        "---\nhost: 张三\nguest: 李四\nspeakers: 王五, 约翰·李\n---\n",
        "---\nHost: '张三'\nguest: 李四  # 注\nspeakers: [王五、约翰·李]\n---\n",
        '+++\nhost = "张三"\nguest = "李四"\nspeakers = ["王五", "约翰·李"]\n+++\n',
    ],
)
def test_who_speaks(front: str) -> None:
    body = "# 题\n\n## 章\n\n甲。\n\n> [李四] 乙。\n\n> [guest] 丙。\n\n> [约翰·李] 丁。\n"
    script = parse_script(front + body)
    assert script.names == (("host", "张三"), ("guest", "李四"))
    assert script.speakers == ("王五", "约翰·李")
    voices = [one.voice for one in script.chapters[0].paragraphs]
    assert voices == ["host", "guest", "guest", "约翰·李"]
    assert parse_script(script_text(script)) == script


@pytest.mark.parametrize(
    ("front", "message"),
    [
        ("guest: 王五\nspeakers: 王五", "line 2: two speakers are called '王五'"),
        ("speakers: 王五，赵(六)", "line 2: a voice must be a word, not '赵(六)'"),
    ],
)
def test_speakers_that_cannot_be_told_apart(front: str, message: str) -> None:
    with pytest.raises(ScriptError, match=re.escape(message)):
        parse_script(f"---\n{front}\n---\n# 题\n甲。")


def test_errors_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "script.md"
    path.write_text("# 题\n## 章\n", encoding="utf-8")
    with pytest.raises(ScriptError, match=r"script\.md line 2: the chapter '章' has no text"):
        read_script(path)
    with pytest.raises(ReadError, match="no such file"):
        read_script(tmp_path / "none.md")


KNOWN = (("host", "张三"), ("guest", "李四"))


@pytest.mark.parametrize(
    ("first", "names", "voices"),
    [
        ("author: 甲", KNOWN, ["host", "guest", "王五"]),
        ("host: 老张", (("host", "老张"), ("guest", "李四")), ["host", "guest", "王五"]),
        ("guest: 老李", (("host", "张三"), ("guest", "老李")), ["host", "guest", "王五"]),
        ("guest: 张三", (("guest", "张三"),), ["guest", "李四", "王五"]),
        ("speakers: 李四, 王五", KNOWN[:1], ["host", "李四", "王五"]),
    ],
)
def test_names_that_the_page_lacks_are_those_of_the_transcript(
    first: str, names: tuple[tuple[str, str], ...], voices: list[str]
) -> None:
    page = f"---\n{first}\n---\n# 集\n\n> [张三] 一。\n\n> [李四] 二。\n\n> [王五] 三。\n"
    script = with_known_names(parse_script(page), KNOWN)
    assert script.names == names
    assert [one.voice for one in script.chapters[0].paragraphs] == voices
