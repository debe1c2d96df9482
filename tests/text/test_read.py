"""Every usual file becomes its lines; every other is refused in one sentence."""

from __future__ import annotations

import codecs
import json
import os
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from patience import no_explosion
from places import SEED

from podcast.errors import ReadError
from podcast.files.decode import LARGEST, decode
from podcast.files.tidy import Unreadable, tidy
from podcast.model import GUEST, HOST, Line
from podcast.text.read import MOST_CHARS, is_script, read, read_text, reading
from podcast.text.read.forms.copies import grown, in_chinese
from podcast.text.read.forms.cues import ReadCue, is_rolling, read_cues, with_names
from podcast.text.read.forms.recognised import read_json
from podcast.text.read.roles import to_transcript
from podcast.text.spacing import join_lines

SIMPLIFIED = "进入2025年之后，这个世界的狂奔速度太快了\nOpenAI 发布了 GPT-4.5，我们来聊一聊\n"
TRADITIONAL = "進入2025年之後，這個世界的狂奔速度太快了\nOpenAI 發布了 GPT-4.5，我們來聊一聊\n"
CANTONESE = "我哋今日喺度傾下，佢哋嘅嘢好唔好用㗎\n"


def lines_of(folder: Path, content: str | bytes, name: str = "talk.txt") -> tuple[Line, ...]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path).lines


def texts_of(folder: Path, content: str | bytes, name: str = "talk.txt") -> list[str]:
    return [line.text for line in lines_of(folder, content, name)]


# Encodings -----------------------------------------------------------------------------------

CONTROLS = "".join(map(chr, [*range(32), *range(127, 160)]))
UNICODE = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("encoding", [*UNICODE, "gb18030", "gbk"])
def test_simplified(encoding: str) -> None:
    assert decode(SIMPLIFIED.encode(encoding)) == SIMPLIFIED


@pytest.mark.parametrize("encoding", [*UNICODE, "big5", "cp950", "gb18030"])
def test_traditional(encoding: str) -> None:
    assert decode(TRADITIONAL.encode(encoding)) == TRADITIONAL


@pytest.mark.parametrize("encoding", ["utf-8", "big5hkscs", "gb18030"])
def test_cantonese(encoding: str) -> None:
    assert decode(CANTONESE.encode(encoding)) == CANTONESE


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF32_BE, "utf-32-be")],
)
def test_big_endian_marks(mark: bytes, encoding: str) -> None:
    assert decode(mark + SIMPLIFIED.encode(encoding)) == SIMPLIFIED


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_latin_without_a_mark(encoding: str) -> None:
    assert decode("Hello, world\n".encode(encoding)) == "Hello, world\n"


def test_the_seed_in_every_encoding() -> None:
    text = SEED.read_text(encoding="utf-8")
    for encoding in ("utf-16-le", "utf-16-be", "gb18030"):
        assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("encoding", "of"),
    [("gb18030", "simplified"), ("gb18030", "traditional"), ("cp950", "traditional")],
)
def test_two_dozen_characters_are_enough(encoding: str, of: str) -> None:
    opencc = pytest.importorskip("opencc")
    text = SEED.read_text(encoding="utf-8").replace("\n", "")
    if of == "traditional":
        text = opencc.OpenCC("s2t").convert(text)
    chance = random.Random(7)
    for _ in range(300):
        start = chance.randrange(len(text) - 24)
        encoded = text[start : start + 24].encode(encoding, "ignore")
        assert decode(encoded) == encoded.decode(encoding)


@given(
    st.text(st.characters(codec="utf-8", exclude_characters=CONTROLS), min_size=1),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_any_text_with_a_mark_or_in_utf_8(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).lstrip("\ufeff") == text.lstrip("\ufeff")


# Plain text ----------------------------------------------------------------------------------


def test_the_seed() -> None:
    lines = read(SEED).lines
    assert len(lines) == 2336
    assert lines[0] == Line("欢迎回到 indigo 的月末直播", 1)
    assert lines[-1] == Line("谢谢大家", 2336)


def test_lines_keep_their_number(tmp_path: Path) -> None:
    assert lines_of(tmp_path, "\n你好\r\n \t\r\n张三： 世界 \r再见\u2028完") == (
        Line("你好", 2),
        Line("张三： 世界", 4),
        Line("再见", 5),
        Line("完", 6),
    )


@pytest.mark.parametrize("extension", ["txt", "text", "log", ""])
def test_an_extension_means_nothing(tmp_path: Path, extension: str) -> None:
    assert texts_of(tmp_path, "你好", f"talk.{extension}") == ["你好"]


@pytest.mark.parametrize(
    ("page", "starts"),
    [
        (
            "[00:00:01.000 --> 00:00:02.500]  你好\n[00:00:02.500 --> 00:01:00.000]  世界\n",
            (1000, 2500),
        ),
        ("[00:01.50]你好\n[00:02.5]世界\n[00:03]再见", (1500, 2500)),
        ("(1:02:03) 你好\n(1:02:04) 世界\n(1:02:05) 再见", (3723000, 3724000)),
        ("00:12 你好\n00:15 世界\n00:18 再见", (12000, 15000)),
        ("0:05\n你好\n0:07\n世界\n1:00\n再见", (5000, 7000)),
        ("【00:01】你好\n【00:02】世界\n【00:03】再见", (1000, 2000)),
    ],
)
def test_leading_times(tmp_path: Path, page: str, starts: tuple[int, int]) -> None:
    lines = lines_of(tmp_path, page)
    assert [line.text for line in lines[:2]] == ["你好", "世界"]
    assert tuple(line.start_ms for line in lines[:2]) == starts


def test_a_range_has_an_end(tmp_path: Path) -> None:
    assert lines_of(tmp_path, "[00:00:01.000 --> 00:00:02.500]  你好")[0] == Line(
        "你好", 1, 1000, 2500
    )


@pytest.mark.parametrize(
    "page",
    [
        "12:30 开会\n我们到了",
        "我们 12:30 开会\n13:30 吃饭\n然后 14:30 散会\n结束",
        "比分 3:20\n比分 2:10\n比分 1:05\n完",
        "早餐 08:00\n午餐 12:00\n晚餐 18:00",
        "09:00 开场\n" + "\n".join(["我们继续讲"] * 9) + "\n10:00 休息\n11:00 散会",
        "[真] 你好\n[1] 世界",
        "[1, 2, 3]",
        "我们说 a --> b",
    ],
)
def test_words_about_times_stay(tmp_path: Path, page: str) -> None:
    assert texts_of(tmp_path, page) == page.split("\n")


def test_names_above_what_they_say(tmp_path: Path) -> None:
    page = "张三 00:01\n你好\n世界\n\n李四(00:05):\n你好\n\n张三 00:09\n再见"
    assert lines_of(tmp_path, page) == (
        Line("你好", 2, 1000),
        Line("世界", 3),
        Line("你好", 6, 5000, voice=GUEST),
        Line("再见", 9, 9000),
    )


@pytest.mark.slow
def test_a_line_of_a_megabyte(tmp_path: Path) -> None:
    for text in (
        "我们今天" * 90_000,
        "a" * 1_000_000,
        "<" * 1_000_000,
        "0" * 999_999,
    ):
        with no_explosion():
            assert texts_of(tmp_path, text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "a --> b",
        "<b>你好</b> & &amp;",
        "👨‍👩‍👧 你好 🎙️",
        "# 你好",
        "{你好}",
        '"你好"',
        "List<int>",
        "-->",
    ],
)
def test_markup_and_emoji_are_text(tmp_path: Path, text: str) -> None:
    assert texts_of(tmp_path, text) == [text]


def test_nothing_unsayable_is_left(tmp_path: Path) -> None:
    assert texts_of(tmp_path, "我们今天说你\x00好\x1b，\u202e世\ufeff界\ufffd\n\x07\u200b\n") == [
        "我们今天说你好，世界"
    ]


@given(st.text())
def test_tidy_is_one_encodable_line_and_twice_is_once(text: str) -> None:
    once = tidy(text + "\ud800\x00")
    assert tidy(once) == once == once.strip()
    assert len(once.splitlines()) <= 1
    once.encode()


# Subtitles -----------------------------------------------------------------------------------

SRT = (
    "1\n00:00:01,000 --> 00:00:02,500\n你好\n\n2\n00:00:03,000 --> 00:00:04,000\n我们今天\n聊一聊\n"
)
HEARD = (Line("你好", 1, 1000, 2500), Line("我们今天聊一聊", 2, 3000, 4000))


@pytest.mark.parametrize("name", ["talk.srt", "talk.txt", "talk.vtt", "talk.md"])
def test_subrip_under_any_name(tmp_path: Path, name: str) -> None:
    assert lines_of(tmp_path, SRT, name) == HEARD


@pytest.mark.parametrize(
    "page",
    [
        SRT.replace("\n", "\r\n"),
        SRT.replace("\n", "\r"),
        SRT.replace("\n", "\u2028"),
        "\ufeff\n\n" + SRT,
        SRT.replace(",", "."),
        SRT.replace("00:00:0", "00:0"),
        SRT.replace("00:00:0", "0:0:"),
        SRT.replace(" --> ", "-->"),
        SRT.replace(" --> ", " -> "),
        SRT.replace("\n\n", "\n"),
        SRT.replace("1\n", "", 1).replace("2\n", "", 1),
        SRT.replace("1\n", "7\n", 1),
        SRT.replace("\n你好", " X1:1 X2:2 Y1:3 Y2:4\n{\\an8}<i>你好</i>"),
        SRT.replace("\n你好", '\n<font color="#fff">你</font><b>好</b>'),
        SRT.replace("\n你好", " 你好"),
        SRT.replace("今天\n", "今天\n\n"),
        SRT.replace("今天\n", "今天\\N"),
        SRT.replace("今天\n", "今天<br>"),
        "WEBVTT - 题\nKind: captions\n\nNOTE\n一条\n注\n\nSTYLE\n::cue { color: red }\n\n"
        "REGION\nid:a\n\n" + SRT.replace(",", "."),
        "WEBVTT\n\n开场\n"
        + SRT.replace(",", ".").removeprefix("1\n").replace("\n2\n", "\n\nNOTE 注\n\n"),
        "WEBVTT\n\n"
        + SRT.replace("00:00:0", "00:0")
        .replace(",", ".")
        .replace("00\n", "00 align:start line:0%\n"),
        "WEBVTT\n\n" + SRT.replace("你好", "<v 张三><c.yellow>你</c><00:00:02.000>&lrm;好</v>"),
    ],
)
def test_forms_of_subtitles(tmp_path: Path, page: str) -> None:
    assert lines_of(tmp_path, page, "talk.srt") == HEARD


def stamp(ms: int, mark: str) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{mark}{ms % 1000:03}"


cues = st.tuples(
    st.lists(
        st.sampled_from(["你好", "2025", "GPT", "7", "NOTE 注", "a --> b"]), min_size=1, max_size=3
    ),
    st.integers(0, 36_000_000),
    st.integers(0, 36_000_000),
)


@pytest.mark.slow
@given(
    st.lists(cues, max_size=8), st.booleans(), st.booleans(), st.sampled_from(["\n", "\r\n", "\r"])
)
def test_any_cues_are_read_back(
    said: list[tuple[list[str], int, int]], is_vtt: bool, is_numbered: bool, end: str
) -> None:
    mark = "." if is_vtt else ","
    page = "WEBVTT\n\n" if is_vtt else ""
    for number, (texts, start_ms, end_ms) in enumerate(said, 1):
        page += f"{number}\n" * is_numbered
        page += f"{stamp(start_ms, mark)} --> {stamp(end_ms, mark)}\n"
        page += "\n".join(texts) + "\n\n"
    heard = read_cues(page.replace("\n", end))
    cues = [ReadCue(0, 0, tuple(texts)) for texts, _, _ in said]
    assume(not is_rolling(cues) and with_names(cues) == cues)
    assume(in_chinese([texts for texts, _, _ in said]) == [tuple(texts) for texts, _, _ in said])
    assume(not any(grown([join_lines(texts) for texts, _, _ in said])))
    assert [(one.text, one.start_ms, one.end_ms) for one in heard] == [
        (join_lines(texts), start_ms, end_ms) for texts, start_ms, end_ms in said
    ]


def test_odd_cues_are_kept(tmp_path: Path) -> None:
    page = (
        "1\n00:00:01,000 --> 00:00:09,000\n长的\n\n2\n00:00:02,000 --> 00:00:02,000\n零\n\n"
        "3\n00:00:05,000 --> 00:00:03,000\n2025\n\n4\n00:00:05,000 --> 00:00:06,000\n\n"
        "5\n100:00:07,5 --> 100:00:08\n对\n\n6\n100:00:08,000 --> 100:00:09,000\n对\n"
    )
    assert lines_of(tmp_path, page) == (
        Line("长的", 1, 1000, 9000),
        Line("零", 2, 2000, 2000),
        Line("2025", 3, 5000, 3000),
        Line("对", 5, 360007500, 360008000),
        Line("对", 6, 360008000, 360009000),
    )


def test_two_timings_in_a_row_make_no_text(tmp_path: Path) -> None:
    page = "00:01.000 --> 00:02.000\n00:02.000 --> 00:03.000\n你好\n00:03.000 --> 00:04.000"
    assert lines_of(tmp_path, page) == (Line("你好", 2, 2000, 3000),)


def test_a_cue_of_turns(tmp_path: Path) -> None:
    page = SRT.replace("我们今天\n聊一聊", "- 你好\n- 你也好")
    assert texts_of(tmp_path, page)[1] == "你好 你也好"


def test_speakers_become_voices(tmp_path: Path) -> None:
    page = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v 张三>你好\n\n"
        "00:02.000 --> 00:03.000\n<v.loud 李四>你也好"
    )
    assert [(line.voice, line.text) for line in lines_of(tmp_path, page)] == [
        (HOST, "你好"),
        (GUEST, "你也好"),
    ]


def rolling(sayings: list[str]) -> str:
    """The form of automatic captions: each line again above the next, and once alone between."""
    cues, shown = [], " "
    for second, said in enumerate(sayings):
        start = f"00:00:{second:02}"
        timed = said[:1] + "".join(
            f"<{start}.{place}00><c>{one}</c>" for place, one in enumerate(said[1:], 1)
        )
        cues.append(f"{start}.000 --> {start}.990 align:start position:0%\n{shown}\n{timed}")
        cues.append(f"{start}.990 --> 00:00:{second + 1:02}.000 align:start position:0%\n{said}\n ")
        shown = said
    return "WEBVTT\nKind: captions\nLanguage: zh-Hans\n\n" + "\n\n".join(cues) + "\n\n"


@given(st.lists(st.sampled_from(["对", "我们", "来看", "GPT 好"]), min_size=4, max_size=20))
def test_rolling_captions_are_said_once(sayings: list[str]) -> None:
    heard = read_cues(rolling(sayings))
    assert [one.text for one in heard] == sayings
    assert [one.start_ms for one in heard] == [1000 * n for n in range(len(sayings))]


def test_doubled_cues_that_do_not_roll_stay(tmp_path: Path) -> None:
    page = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n对\n\n" for n in range(1, 6))
    assert texts_of(tmp_path, page) == ["对"] * 5


def test_ass(tmp_path: Path) -> None:
    page = (
        "[Script Info]\nTitle: x\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, "
        "MarginR, MarginV, Effect, Text\n"
        "Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,我们今天\\N聊一聊\n"
        "Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\\pos(1,2)}你好\n"
        "Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\\p1}m 0 0 l 1 1\n"
        "Comment: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,注\n"
    )
    assert lines_of(tmp_path, page) == HEARD


def test_the_cues_are_as_another_reader_counts_them(tmp_path: Path) -> None:
    srt = pytest.importorskip("srt")
    page = "".join(
        f"{n}\n00:{n // 60:02}:{n % 60:02},000 --> 00:{n // 60:02}:{n % 60:02},900\n第{n}句\n\n"
        for n in range(1, 500)
    )
    cues = list(srt.parse(page))
    lines = lines_of(tmp_path, page, "talk.srt")
    assert [cue.content for cue in cues] == [line.text for line in lines]
    assert [cue.start.total_seconds() * 1000 for cue in cues] == [line.start_ms for line in lines]


# JSON ----------------------------------------------------------------------------------------

SECONDS = [
    {"start": 1.0, "end": 2.5, "text": " 你好"},
    {"start": 3, "end": 4, "text": "我们今天\n聊一聊"},
]
WORDS = [
    {"words": [{"word": "你", "start": 1.0, "end": 1.5}, {"word": "好", "start": 1.5, "end": 2.5}]},
    {
        "text": "我们今天聊一聊",
        "words": [{"word": "我们", "start": 3.0}, {"word": "聊", "end": 4.0}],
    },
]


CLOCKS = [
    {"from": "00:00:01,000", "to": "00:00:02,500"},
    {"from": "00:00:03,000", "to": "00:00:04,000"},
]
TEXTS = [one["text"] for one in SECONDS]
TIMES = [(one["start"], one["end"]) for one in SECONDS]
MOMENTS = [(1000, 2500), (3000, 4000)]


def segments(times: list[tuple[Any, Any]], start: str, end: str, text: str) -> list[dict[str, Any]]:
    return [
        {start: time[0], end: time[1], text: said} for time, said in zip(times, TEXTS, strict=True)
    ]


@pytest.mark.parametrize(
    "value",
    [
        {
            "text": "x",
            "segments": [{"id": 0, "seek": 0, **one} for one in SECONDS],
            "language": "zh",
        },
        SECONDS,
        {"segments": WORDS, "word_segments": []},
        segments([("1.0", "2.5"), ("00:00:03,000", "0:04")], "start", "end", "text"),
        {
            "result": {"language": "zh"},
            "transcription": [
                {"timestamps": CLOCKS[0], "offsets": {"from": 1000, "to": 2500}, "text": TEXTS[0]},
                {"timestamps": CLOCKS[1], "text": TEXTS[1]},
            ],
        },
        {
            "text": "x",
            "chunks": [
                {"timestamp": [*times], "text": text}
                for times, text in zip(TIMES, TEXTS, strict=True)
            ],
        },
        [{"key": "a", "text": "x", "sentence_info": segments(MOMENTS, "start", "end", "text")}],
        {"result": {"utterances": segments(MOMENTS, "start_time", "end_time", "text")}},
        {"body": segments(TIMES, "from", "to", "content")},
    ],
)
@pytest.mark.parametrize("name", ["talk.json", "talk.txt"])
def test_forms_of_json(tmp_path: Path, value: Any, name: str) -> None:
    assert lines_of(tmp_path, json.dumps(value, indent=1), name) == HEARD
    assert (
        lines_of(tmp_path, json.dumps(value, ensure_ascii=False).encode("utf-8-sig"), name) == HEARD
    )


def test_a_segment_a_line(tmp_path: Path) -> None:
    page = "\n".join(json.dumps(one, ensure_ascii=False) for one in SECONDS)
    assert lines_of(tmp_path, page, "talk.jsonl") == HEARD


def test_text_alone_and_no_times(tmp_path: Path) -> None:
    assert lines_of(tmp_path, '{"text": "你好\\n世界"}', "a.json") == (
        Line("你好", 1),
        Line("世界", 2),
    )
    odd = (
        '[{"text": "你好", "start": NaN, "end": 1e999}, {"text": ""},'
        ' {"text": "世\\ud83d界", "start": -1}]'
    )
    assert lines_of(tmp_path, odd, "a.json") == (Line("你好", 1), Line("世界", 3))


def test_diarised_segments(tmp_path: Path) -> None:
    value = [
        {"text": "你好", "speaker": "SPEAKER_01"},
        {"text": "嗯"},
        {"text": "你也好", "speaker": "SPEAKER_00"},
    ]
    assert [line.voice for line in lines_of(tmp_path, json.dumps(value))] == [HOST, HOST, GUEST]


KEYS = ["segments", "text", "start", "end", "words", "offsets", "timestamp", "result"]
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(values)
def test_any_json_is_lines_or_an_error(value: Any) -> None:
    try:
        lines = to_transcript(read_json(json.dumps(value)), {}).lines
    except Unreadable as error:
        assert "give segments as Whisper writes them" in str(error)
    else:
        assert all(line.text and line.number > 0 for line in lines)


# Refused -------------------------------------------------------------------------------------

SOUND = b"RIFF$\x08\x00\x00WAVEfmt " + bytes(range(256)) * 8


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("empty.txt", b"", "it is empty"),
        ("blank.txt", b" \n\r\n\t", "it is empty"),
        ("mark.txt", codecs.BOM_UTF8, "it holds no line of text"),
        ("controls.txt", "\u200b\n\ufeff\ufeff".encode(), "it holds no line of text"),
        ("nul.txt", bytes(4096), "it is not text"),
        ("sound.wav", SOUND, "it is not text"),
        ("random.bin", random.Random(1).randbytes(4097), "it is not text"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + random.Random(2).randbytes(4096), "it is not text"),
        ("escape.bin", b"\x01\x02\x03abc", "it is not text but binary"),
        ("broken.txt", ("你好世界\n" * 9).encode() + b"\xe4\xbd\n", "line 10 is broken UTF-8"),
        ("page.txt", b"<!DOCTYPE html><p>hi</p>", "it is a web page"),
        ("page.rtf", rb"{\rtf1\ansi hi}", "it is an RTF document"),
        ("talk.json", b"{", "it is broken JSON"),
        ("words.json", "你好".encode(), "it is broken JSON"),
        ("talk.json", b'{"a": 1}', "its JSON is not a transcript"),
        ("talk.json", b"3", "its JSON is not a transcript"),
        ("talk.json", b'[{"start": 1}]', "segment 1 of its JSON has no text"),
        ("talk.json", b'{"segments": [3]}', "segment 1 of its JSON has no text"),
        ("talk.json", b'{"segments": []}', "it holds no line of text"),
        ("deep.json", b"[" * 200_000, "its JSON is nested too deep"),
        ("deep.txt", b'[{"a":' * 100_000, "its JSON is nested too deep"),
        ("talk.vtt", b"WEBVTT\n\nNOTE nothing\n", "it holds no line of text"),
        ("talk.srt", b"1\n00:00:01,000 --> 00:00:02,000\n\n", "it holds no line of text"),
    ],
)
def test_what_is_no_transcript(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ReadError, match=re.escape(f"cannot read {path}: {why}")) as caught:
        read(path)
    assert "\n" not in str(caught.value)


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="it is a folder; name a file in it"):
        read(tmp_path)
    with pytest.raises(ReadError, match="there is no such file"):
        read(tmp_path / "none.txt")
    with pytest.raises(ReadError, match="Not a directory"):
        (tmp_path / "file").write_text("x")
        read(tmp_path / "file" / "talk.txt")
    with pytest.raises(ReadError, match=r"File name too long"):
        read(tmp_path / ("x" * 5000))
    with pytest.raises(ReadError, match="null"):
        read(tmp_path / "a\0b")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ReadError, match="it is a device or pipe"):
        read(tmp_path / "pipe")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_text("你好", encoding="utf-8")
    path.chmod(0)
    with pytest.raises(ReadError, match="permission denied; make the file readable to you"):
        read(path)


def test_permission_denied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "talk.txt"
    path.write_text("你好", encoding="utf-8")

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ReadError, match="permission denied; make the file readable to you"):
        read_text(path)


def test_a_file_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "talk.txt"
    with path.open("wb") as file:
        file.truncate(LARGEST + 2**20)
    monkeypatch.setattr(Path, "read_bytes", None)  # Python 3.13 inherits it, so it cannot go
    with pytest.raises(ReadError, match="it is 65 MB, over the limit of 64 MB; split it"):
        read(path)


def test_a_name_that_cannot_be_printed(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"a\\udcffb\\nc\.txt") as caught:
        read(tmp_path / "a\udcffb\nc.txt")
    str(caught.value).encode()


@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_refused(encoded: bytes) -> None:
    try:
        decode(encoded).encode()
    except Unreadable as error:
        assert re.search("UTF|binary", str(error))


def test_scripts_are_known_by_name() -> None:
    assert is_script(Path("out/a/script.MD"))
    assert not is_script(Path("md/talk.txt"))


TURNS = ("大家好欢迎收听", "番茄要晒太阳", "那浇水呢", "见干见湿就可以")
HEADS = {  # how a page of Markdown tells who speaks, and when
    "bold, round": "**{who}** ({time})\n{words}\n",
    "bold, bare": "**{who}** {time}\n{words}\n",
    "one line": "**[{time}] {who}：** {words}\n",
    "above, with a colon": "**[{time}] {who}：**\n{words}\n",
    "a heading": "## {who} {time}\n{words}\n",
    "a quotation": "> **{who}** · {time}\n>\n> {words}\n",
    "a link": "**{who}** [{time}](https://example.org/v?t=9)\n{words}\n",
}


def page_of(head: str) -> str:
    turns = enumerate(zip(("张三", "李四") * 2, TURNS, strict=True))
    made = (HEADS[head].format(who=a, time=f"00:{n}1", words=words) for n, (a, words) in turns)
    return "# 阳台种菜访谈\n\n" + "\n".join(made)


def test_what_is_called_script_is_one_whatever_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "script.md"
    path.write_text(page_of("bold, round"), "utf-8")
    assert is_script(path)
    assert not is_script(path.rename(tmp_path / "talk.md"))


@pytest.mark.parametrize("head", HEADS)
def test_a_transcript_in_markdown_is_no_script(head: str, tmp_path: Path) -> None:
    path = tmp_path / "talk.md"
    path.write_text(page_of(head), "utf-8")
    assert not is_script(path)
    found = reading(path)
    assert [(one.speaker, one.start_ms, one.text) for one in found.heard] == [
        (who, 1000 * (10 * n + 1), words)
        for n, (who, words) in enumerate(zip(("张三", "李四") * 2, TURNS, strict=True))
    ]


@pytest.mark.parametrize(
    "page",
    [
        "---\ntitle: 访谈\ntags: [番茄]\n---\n\n" + "\n\n".join(f"张三：{one}" for one in TURNS),
        "# 访谈\n\n" + "\n\n".join(f"**张三：** {one}" for one in TURNS),
        "\n".join(f"- `00:{n}1` {one}" for n, one in enumerate(TURNS)),
        "\n".join(f"[00:0{n}](https://example.org) {one}" for n, one in enumerate(TURNS)),
        "\n".join(TURNS),
    ],
)
def test_a_page_of_spoken_lines_is_a_transcript(page: str, tmp_path: Path) -> None:
    path = tmp_path / "talk.md"
    path.write_text(page, "utf-8")
    assert not is_script(path)
    assert [line.text for line in read(path).lines] == [*TURNS]


@pytest.mark.parametrize(
    "page",
    [
        "# 集\n\n## 一\n\n大家好。我们 9:30 开始。\n\n12:00 结束。\n",
        "---\nguest: 李四\n---\n\n# 集\n\n张三：你好\n\n李四：你好\n\n张三：番茄\n",
        "# 集\n\n> [guest] 我觉得可以\n\n张三：你好\n\n张三：番茄\n",
        "# 集\n\n**重点：** 土要松。\n\n**其次：** 水要少。\n\n番茄要晒太阳。\n",
        "大家好。\n今天我们聊番茄。\n",
        "# 集\n\n1. 选土\n2. 浇水\n3. 晒太阳\n",
        "# 一天\n\n## 上午\n\n8:00 起床。\n\n8:30 吃饭。\n\n## 下午\n\n13:00 开会。\n\n15:30 散步",
        "\u3000\n",
        "# 讲道\n\n## 经文\n\n3:16 神爱世人。\n\n3:17 神差他的儿子。\n\n3:18 信他的人。\n",
        "# 字幕\n\n字幕是这样写的：\n\n00:01.000 --> 00:02.000\n你好\n\n"
        + "这一行没有时间。\n\n" * 9,
    ],
)
def test_a_script_in_markdown_stays_one(page: str, tmp_path: Path) -> None:
    path = tmp_path / "my.md"
    path.write_text(page, "utf-8")
    assert is_script(path)


def test_the_title_above_a_date_is_not_said(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_text("红烧肉的家常做法\n2025-03-12 19:30\n大家好\n先切肉\n", "utf-8")
    found = reading(path)
    assert [line.text for line in found.transcript.lines] == ["大家好", "先切肉"]
    assert found.title == "红烧肉的家常做法"


@pytest.mark.parametrize(
    "said",
    [
        "They say ありがとうございます, and こんにちは, where we say thank you or hello to them.",
        "我们来看这个句子，わたしは学生です，意思是我是学生。跟我读一遍，わたしは学生です。",
    ],
)
def test_a_talk_that_quotes_another_language_is_read(said: str, tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_text(f"{said}\n{said}\n", "utf-8")
    assert len(read(path).lines) == 2


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("皆さんこんにちは今日は東京に来ました天気がとても良いですね", "Japanese"),
        (
            "政府は経済対策を閣議決定し、国会審議を開始する方針です。東京都議会選挙の結果です",
            "Japanese",
        ),
        ("안녕하세요 여러분 오늘은 토마토를 심는 방법을 알아봅시다 시작할까요", "Korean"),
    ],
)
def test_a_talk_in_a_language_that_is_not_read_is_refused(
    said: str, language: str, tmp_path: Path
) -> None:
    path = tmp_path / "talk.txt"
    path.write_text(f"{said}\n{said}\n", "utf-8")
    with pytest.raises(ReadError, match=f"it is in {language} .* give a Chinese transcript"):
        read(path)


def test_a_few_words_of_japanese_are_read(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_text("今天我们学一句日语\nありがとうございます\n意思就是谢谢你\n" * 3, "utf-8")
    assert len(read(path).lines) == 9


def test_a_line_of_more_than_a_talk_is_refused_before_it_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "talk.txt"
    path.write_text("番" * (MOST_CHARS + 1), "utf-8")
    monkeypatch.setattr("podcast.text.read.heard_in", None)
    with pytest.raises(ReadError, match="it holds 1200001 characters on one line, over the limit"):
        read(path)
