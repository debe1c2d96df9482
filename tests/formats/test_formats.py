"""Every format, read back by a reader that is not ours."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pysubs2
import pytest
import srt
from hypothesis import example, given
from hypothesis import strategies as st
from places import SEED

from podcast.formats.bilibili import bilibili_text
from podcast.formats.chapters_json import chapters_json_text
from podcast.formats.cue_sheet import cue_sheet_text
from podcast.formats.ffmetadata import ffmetadata_text
from podcast.formats.podlove import podlove_text, quoted
from podcast.formats.shownotes import keywords, names_in, shownotes_text
from podcast.formats.subtitles.ass import ass_text
from podcast.formats.subtitles.cues import Cue, cues, traditional
from podcast.formats.subtitles.files import ByEnd, subtitle_files
from podcast.formats.subtitles.lines import subtitle, width
from podcast.formats.subtitles.srt import srt_text
from podcast.formats.subtitles.vtt import vtt_text
from podcast.formats.xiaoyuzhou import xiaoyuzhou_text
from podcast.formats.youtube import youtube_text
from podcast.model import NOTICE, STYLES, Episode, Span, Style, Track, later

RATE = 44_100
NETFLIX, TED = STYLES["netflix"], STYLES["ted"]
NASTY = "引号\"'、等号=;#\\、--> <b>&amp;</b> {\\an8} 😀 | *星* 100%"


def speak(text: str, pause: int = RATE // 3) -> tuple[tuple[Span, ...], int]:
    words, at = [], RATE // 10
    for token in re.findall(r"[A-Za-z0-9.%-]+\s*|\s+|\S[，。！？]*", text):
        end = at + int(max(0.5, width(token)) * RATE / 4.5)
        words.append(Span(at, end, token))
        at = end + (pause if token[-1] in "，。！？" else 0)
    return tuple(words), at + pause


def track_of(title: str, text: str, part: str = "", notes: tuple[str, ...] = ()) -> Track:
    words, length = speak(text)
    return Track(title, length, subtitle(words, RATE), words, part, notes)


EPISODE = Episode(
    "双月回顾",
    RATE,
    (
        track_of(
            "开场", "欢迎回到直播。今天我们聊三件事，第一是Claude Code，第二是GPT-4.5。", "上半场"
        ),
        track_of(NASTY, "对。" + NASTY + "，这是难写的标题。Claude Code和GPT-4.5都很好。"),
        track_of(
            "互联网",
            "软件和互联网的信息，意大利的打印机，鼠标和程序。《三体》很好看。",
            "下半场",
            ("说软件。",),
        ),
    ),
    author="张三",
    date="2025-02-28",
    cast=(("host", "晓晓"), ("guest", "云希")),
)


def long_episode(seconds: list[float], parts: tuple[int, ...] = ()) -> Episode:
    tracks = (
        Track(f"第{at}章", int(length * RATE), (), (), "部" if at in parts else "")
        for at, length in enumerate(seconds)
    )
    return Episode("长", RATE, tuple(tracks))


# Cues -----------------------------------------------------------------------------------------


@st.composite
def episodes(draw: st.DrawFn) -> Episode:
    """Tracks whose lines are words of any text, with any gaps."""
    tracks = []
    for title in draw(st.lists(st.text(max_size=20), min_size=1, max_size=4)):
        words, at = [], 0
        for text in draw(st.lists(st.text(max_size=12), max_size=8)):
            at += draw(st.sampled_from((0, 1, 20, 2000, 20_000, 60_000)))
            end = at + draw(st.sampled_from((0, 1, 30, 5000, 40_000, 200_000)))
            words.append(Span(at, end, text))
            at = end
        length = at + draw(st.sampled_from((0, 30_000)))
        tracks.append(
            Track(title, length, tuple(word for word in words if word.text), tuple(words))
        )
    return Episode(draw(st.text(max_size=20)), RATE, tuple(tracks))


@pytest.mark.slow
@given(episodes(), st.sampled_from(sorted(STYLES)))
def test_cues_are_in_order_and_apart(episode: Episode, name: str) -> None:
    made = cues(episode, STYLES[name])
    assert all(0 <= cue.start_ms < cue.end_ms for cue in made)
    assert all(cue.end_ms <= following.start_ms for cue, following in pairwise(made))
    assert all(cue.text == cue.text.strip() != "" for cue in made)
    for cue in made:
        times = [ms for ms, _ in cue.pieces]
        assert times == sorted(times)


@pytest.mark.slow
@given(episodes())
def test_srt_read_back_gives_the_cues(episode: Episode) -> None:
    made = cues(episode)
    text = srt_text(made)
    expected = [(cue.start_ms, cue.end_ms, cue.text) for cue in made]
    parsed = [
        (
            round(sub.start.total_seconds() * 1000),
            round(sub.end.total_seconds() * 1000),
            sub.content,
        )
        for sub in srt.parse(text)
    ]
    assert parsed == expected
    assert [sub.index for sub in srt.parse(text)] == list(range(1, len(made) + 1))


@given(episodes())
def test_vtt_read_back_gives_the_cues(episode: Episode) -> None:
    made = cues(episode)
    text = vtt_text(made)
    blocks = text.split("\n\n")[1:-1]
    assert len(blocks) == len(made)
    for block, cue in zip(blocks, made, strict=True):
        times, shown = block.split("\n")
        assert re.fullmatch(r"\d\d+:\d\d:\d\d\.\d{3} --> \d\d+:\d\d:\d\d\.\d{3}", times)
        assert "<" not in shown
        restored = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        assert restored == cue.text


@given(episodes())
def test_karaoke_times_rise_inside_their_cue(episode: Episode) -> None:
    made = cues(episode)
    blocks = vtt_text(made, karaoke=True).split("\n\n")[1:-1]
    for block, cue in zip(blocks, made, strict=True):
        times = re.findall(r"<(\d+):(\d\d):(\d\d)\.(\d{3})>", block)
        stamps = [((int(h) * 60 + int(m)) * 60 + int(s)) * 1000 + int(ms) for h, m, s, ms in times]
        assert all(a < b for a, b in pairwise([cue.start_ms, *stamps, cue.end_ms]))


def test_pysubs2_reads_srt_vtt_and_ass() -> None:
    made = cues(EPISODE)
    for text, name in ((srt_text(made), "srt"), (vtt_text(made), "vtt"), (ass_text(made), "ass")):
        subs = pysubs2.SSAFile.from_string(text, format_=name)
        assert len(subs) == len(made), name
        assert [sub.start // 10 for sub in subs] == [cue.start_ms // 10 for cue in made], name
    plain = [cue.text for cue in made if not set(cue.text) & set("{}\\<>&")]
    subs = pysubs2.SSAFile.from_string(ass_text(made), format_="ass")
    assert set(plain) <= {sub.plaintext for sub in subs}


# pysubs2 1.9 warns that the time of a word may be a cue that it missed; it missed none.
@pytest.mark.filterwarnings("ignore:Possible missed subtitle start")
@pytest.mark.parametrize("style", [*STYLES.values(), replace(TED, rows=2)])
def test_every_subtitle_file_says_the_same(style: Style) -> None:
    files = dict(subtitle_files(EPISODE, ["01", "02", "03"], style, karaoke=True))
    stems = ["episode", "episode.zh-Hant", "episode.zh-HK"]
    stems += ["chapters/01", "chapters/02", "chapters/03"]
    assert set(files) == {f"{stem}.{kind}" for stem in stems for kind in ("srt", "vtt", "ass")}
    for stem in stems:
        texts = [
            [sub.plaintext for sub in pysubs2.SSAFile.from_string(files[f"{stem}.{kind}"], kind)]
            for kind in ("srt", "vtt")
        ]
        assert len(texts[0]) == len(texts[1])
        assert files[f"{stem}.ass"].count("Dialogue: ") == len(texts[0])
    assert "<00:0" in files["episode.vtt"] and "<00:0" not in files["episode.srt"]
    assert "軟體" in files["episode.zh-Hant.srt"]
    assert "軟件" in files["episode.zh-HK.srt"]
    plain = dict(subtitle_files(EPISODE, ["01", "02", "03"], style, karaoke=False))
    assert "<00:0" not in plain["episode.vtt"]
    widest = max(
        width(row)
        for stem in stems
        for sub in srt.parse(files[f"{stem}.srt"])
        for row in sub.content.split("\n")
    )
    assert widest <= 16


FIRST, SECOND, THIRD = EPISODE.tracks
MOVED = replace(SECOND, words=(later(SECOND.words[0], 1), *SECOND.words[1:]))
TURNED = replace(THIRD, turns=(Span(0, 9, "guest"), Span(9, THIRD.length, "host")))


@pytest.mark.parametrize(
    ("episode", "style", "karaoke", "made"),
    [
        (EPISODE, NETFLIX, False, 0),
        (replace(EPISODE, author="李四", date="2026"), NETFLIX, False, 0),
        (replace(EPISODE, title="新"), NETFLIX, False, 1),  # only the whole
        (replace(EPISODE, tracks=(FIRST, replace(SECOND, title="新"), THIRD)), NETFLIX, False, 1),
        (replace(EPISODE, tracks=(FIRST, MOVED, THIRD)), NETFLIX, False, 2),
        (replace(EPISODE, tracks=(FIRST, SECOND, TURNED)), NETFLIX, False, 4),  # speakers are named
        (replace(EPISODE, tracks=(SECOND, FIRST, THIRD)), NETFLIX, False, 1),
        (EPISODE, TED, False, 4),
        (EPISODE, NETFLIX, True, 4),
    ],
)
def test_kept_subtitles_are_those_that_would_be_made_again(
    episode: Episode, style: Style, karaoke: bool, made: int
) -> None:
    kept: dict[str, ByEnd] = {}
    asked: list[str] = []

    def keep(key: str, make: Callable[[], ByEnd]) -> ByEnd:
        if key not in kept:
            asked.append(key)
            kept[key] = make()
        return kept[key]

    names = ["01", "02", "03"]
    list(subtitle_files(EPISODE, names, NETFLIX, False, keep))
    assert len(asked) == 4
    asked.clear()
    files = list(subtitle_files(episode, names, style, karaoke, keep))
    assert len(asked) == made
    assert files == list(subtitle_files(episode, names, style, karaoke))


def test_a_gap_is_closed_only_up_to_seven_seconds() -> None:
    word = Span(0, round(6.9 * RATE), "说得很慢的一句话。")
    after = Span(round(7.3 * RATE), 9 * RATE, "后面的一句话。")
    track = Track("章", 10 * RATE, (word, after), (word, after))
    for style in (NETFLIX, replace(NETFLIX, rows=2)):
        first = cues(Episode("集", RATE, (track,)), style)[0]
        assert first.end_ms == NETFLIX.longest_ms


def test_two_rows_leave_time_to_close_the_gap_after_them() -> None:
    spans = [
        (0.0, 3.3, "说得很慢的一句话，"),
        (3.3, 6.7, "分成两行来说。"),
        (7.1, 9.0, "后一句话。"),
    ]
    words = tuple(Span(round(a * RATE), round(b * RATE), text) for a, b, text in spans)
    episode = Episode("集", RATE, (Track("章", 10 * RATE, words, words),))
    made = cues(episode, replace(NETFLIX, rows=2))
    assert [cue.text.count("\n") for cue in made] == [0, 0, 0]
    assert all(cue.end_ms - cue.start_ms <= NETFLIX.longest_ms for cue in made)


def test_two_rows_never_hold_two_chapters() -> None:
    word = Span(0, RATE, "没有句号的一句话")
    track = Track("章", RATE + 2304, (word,), (word,))
    episode = Episode("集", RATE, (track, track))
    made = cues(episode, replace(TED, rows=2))
    alone = cues(replace(episode, tracks=(track,)), replace(TED, rows=2))
    assert [cue.text for cue in made] == 2 * [cue.text for cue in alone]


def test_a_cue_begins_with_its_line() -> None:
    for line, cue in zip(EPISODE.lines, cues(EPISODE), strict=True):
        assert cue.start_ms == line.start * 1000 // RATE


def test_a_chapter_file_holds_the_same_cues() -> None:
    whole = cues(EPISODE)
    alone = [cues(replace(EPISODE, tracks=(track,))) for track in EPISODE.tracks]
    assert [cue.text for cue in whole] == [cue.text for made in alone for cue in made]


def test_gaps_are_closed_or_seen() -> None:
    for cue, following in pairwise(cues(EPISODE)):
        gap = following.start_ms - cue.end_ms
        lasts = cue.end_ms - cue.start_ms
        assert gap == NETFLIX.gap_ms or gap > NETFLIX.hold_ms or lasts == NETFLIX.longest_ms
        assert cue.end_ms - cue.start_ms >= NETFLIX.shortest_ms


def test_ted_keeps_the_marks() -> None:
    assert cues(EPISODE, NETFLIX)[0].text == "欢迎回到直播"
    assert cues(EPISODE, TED)[0].text == "欢迎回到直播。"


def test_two_rows_hold_lines_of_one_sentence() -> None:
    style = replace(NETFLIX, rows=2)
    made = cues(EPISODE, style)
    assert len(made) < len(cues(EPISODE))
    assert [row for cue in made for row in cue.text.split("\n")] == [c.text for c in cues(EPISODE)]
    assert max(cue.text.count("\n") for cue in made) == 1
    assert all(cue.end_ms - cue.start_ms <= style.longest_ms for cue in made)
    assert len(list(srt.parse(srt_text(traditional(made, style))))) == len(made)
    subs = pysubs2.SSAFile.from_string(ass_text(made), format_="ass")
    assert subs[0].plaintext == made[0].text


def test_traditional_keeps_times_and_widths() -> None:
    made = cues(EPISODE)
    turned = traditional(made)
    assert [(cue.start_ms, cue.end_ms) for cue in turned] == [
        (cue.start_ms, cue.end_ms) for cue in made
    ]
    text = "".join(cue.text for cue in turned)
    assert "軟體" in text
    assert "義大利" in text
    assert all(width(cue.text) <= 16 for cue in turned)


def test_a_traditional_word_that_does_not_fit_is_only_respelt() -> None:
    full = Cue(0, 4000, ((0, "互联网" * 5 + "网"),))
    (turned,) = traditional((full,))
    assert turned.text == "互聯網" * 5 + "網"
    (turned,) = traditional((Cue(0, 4000, ((0, "互联网"),)),))
    assert turned.text == "網際網路"
    (turned,) = traditional((Cue(0, 4000, ((0, "裏面的互联网"),)),), region="hk")
    assert turned.text == "裏面的互聯網"


# Chapters -------------------------------------------------------------------------------------


def test_chapters_json_covers_the_sound() -> None:
    page = json.loads(chapters_json_text(EPISODE))
    chapters = page["chapters"]
    assert page["version"] == "1.2.0"
    assert [chapter["title"] for chapter in chapters] == ["开场", NASTY, "互联网"]
    assert chapters[0]["startTime"] == 0
    assert all(a["endTime"] == b["startTime"] for a, b in pairwise(chapters))


def test_chapters_point_at_their_second_of_the_page() -> None:
    link = "https://example.org/1?x=2&y=3"
    starts = [chapter.start // RATE for chapter in EPISODE.chapters]
    wanted = [f"{link}#t={start}" for start in starts]
    told = json.loads(chapters_json_text(EPISODE, link))["chapters"]
    assert [chapter["url"] for chapter in told] == wanted
    root = ElementTree.fromstring(podlove_text(EPISODE, link))
    assert [chapter.get("href") for chapter in root] == wanted
    assert "url" not in json.loads(chapters_json_text(EPISODE))["chapters"][0]


def test_youtube_starts_at_nought() -> None:
    text = youtube_text(long_episode([59.9, 3600, 36000]))
    assert text == "0:00 第0章\n0:59 第1章\n1:00:59 第2章\n"


def test_youtube_is_told_no_chapter_shorter_than_ten_seconds() -> None:
    text = youtube_text(long_episode([4, 30, 9.9, 30, 10, 3]))
    assert text == "0:00 第0章\n0:43 第3章\n1:13 第4章\n"
    assert youtube_text(long_episode([3, 3])) == "0:00 第0章\n"


def test_xiaoyuzhou_has_two_digits() -> None:
    text = xiaoyuzhou_text(long_episode([59.9, 3600, 36000]))
    assert text == "00:00 第0章\n00:59 第1章\n01:00:59 第2章\n"


def test_bilibili_takes_ten_short_titles() -> None:
    lines = bilibili_text(long_episode([60] * 25)).splitlines()
    assert len(lines) == 10
    assert lines[0] == "00:00 第0章"
    assert bilibili_text(long_episode([60] * 25, parts=(0, 9, 20))).splitlines() == [
        "00:00 部",
        "09:00 部",
        "20:00 部",
    ]
    assert bilibili_text(long_episode([60, 3, 60])).count("\n") == 2
    assert bilibili_text(long_episode([1])) == "00:00 第0章\n"
    assert all(len(line.split(" ", 1)[1]) <= 16 for line in bilibili_text(EPISODE).splitlines())


def test_chapter_lists_name_the_pictures_where_their_address_is_known() -> None:
    names = [f"{number:02}-章 <{number}>" for number, _ in enumerate(EPISODE.chapters, 1)]
    page = "https://example.org/talk/index.html"
    told = json.loads(chapters_json_text(EPISODE, page, names))["chapters"]
    first = "https://example.org/talk/chapters/01-%E7%AB%A0%20%3C1%3E.jpg"
    assert told[0]["img"] == first and len({each["img"] for each in told}) == len(names)
    root = ElementTree.fromstring(podlove_text(EPISODE, page, names))
    assert [each.get("image") for each in root] == [each["img"] for each in told]
    for unknown in ("", "https://example.org/1"):
        assert '"img"' not in chapters_json_text(EPISODE, unknown, names)
        assert "image=" not in podlove_text(EPISODE, unknown, names)


@given(st.text())
@example("\"'")
def test_a_value_is_quoted_as_the_library_for_xml_quotes_it(text: str) -> None:
    assert quoted(text) == quoteattr(text)


def test_podlove_is_xml() -> None:
    root = ElementTree.fromstring(podlove_text(EPISODE))
    space = "{http://podlove.org/simple-chapters}"
    assert root.tag == f"{space}chapters"
    assert [chapter.get("title") for chapter in root] == ["开场", NASTY, "互联网"]
    assert root[0].get("start") == "00:00:00.000"


def test_a_cue_sheet_has_one_track_a_chapter() -> None:
    text = cue_sheet_text(EPISODE)
    assert re.findall(r"^  TRACK (\d+) AUDIO$", text, re.MULTILINE) == ["01", "02", "03"]
    assert all(line.count('"') in (0, 2) for line in text.splitlines())
    assert "INDEX 01 00:00:00" in text
    assert "INDEX 01 60:59:00" in cue_sheet_text(long_episode([3659, 10]))


@pytest.mark.skipif(not shutil.which("ffprobe"), reason="ffprobe is not installed")
def test_ffprobe_reads_the_ffmetadata(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(ffmetadata_text(EPISODE), "utf-8")
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_chapters", "-show_format", str(path)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    page = json.loads(done.stdout)
    assert [chapter["tags"]["title"] for chapter in page["chapters"]] == ["开场", NASTY, "互联网"]
    assert [chapter["start"] for chapter in page["chapters"]] == [c.start for c in EPISODE.chapters]
    assert page["format"]["tags"]["title"] == "双月回顾"


@given(episodes())
def test_a_chapter_is_one_line_in_every_list(episode: Episode) -> None:
    count = len(episode.tracks)
    assert 1 <= len(youtube_text(episode).splitlines()) <= count
    assert len(xiaoyuzhou_text(episode).splitlines()) == count
    assert len(json.loads(chapters_json_text(episode))["chapters"]) == count
    assert len(ElementTree.fromstring(podlove_text(episode))) == count
    assert len(re.findall("^  TRACK", cue_sheet_text(episode), re.MULTILINE)) == count
    assert ffmetadata_text(episode).count("[CHAPTER]\n") >= count


# Show notes -----------------------------------------------------------------------------------


def test_shownotes_tell_title_voices_chapters_and_names() -> None:
    text = shownotes_text(EPISODE, summary="三件事。")
    assert text.startswith("# 双月回顾\n\n张三 · 2025-02-28 · 1 分钟 · 3 章\n")
    assert f"> {NOTICE}朗读：晓晓、云希。" in text
    assert "\n\n三件事。\n\n" in text
    assert "\n00:00 开场\n" in text
    assert "\n\n说软件。\n" in text
    assert "### 下半场" in text
    assert "\\*星\\*" in text
    named = text.split("## 提到的名字\n\n")[1]
    assert [line.split("：")[0] for line in named.splitlines() if line.startswith("- ")] == [
        "- Claude Code",
        "- GPT-4.5",
        "- 《三体》",
    ]
    assert named.splitlines()[-1].startswith("标签：#ClaudeCode #GPT-4.5")


def test_shownotes_of_english_keep_its_spaces_and_tell_its_names_alone() -> None:
    text = (
        "Good morning. Today we talk about how Sarah Lee left OpenAI in 2019. So I know that "
        "Sarah Lee was at the office. By then I had seen OpenAI for years. So I left."
    )
    track = Track("A talk", 100, (), (Span(0, 100, text),), notes=("I left.", "Today is fine."))
    notes = shownotes_text(Episode("A talk", 1, (track,)))
    assert "I left. Today is fine." in notes
    names = "- Sarah Lee：第 1 章\n- OpenAI：第 1 章"
    assert notes.endswith(f"## 提到的名字\n\n{names}\n\n标签：#SarahLee #OpenAI\n")


def test_keywords_are_words_that_few_talks_have() -> None:
    text = "石斑鱼的产业。石斑鱼很多，产业很大，石斑鱼好。产业和市场。市场，市场，市场的能力。"
    words = keywords(Episode("一", RATE, (Track("章", RATE, (), (Span(0, RATE, text),)),)))
    assert words[0] == "石斑鱼" and "能力" not in words


def test_a_word_of_an_english_sentence_is_no_name_among_hanzi() -> None:
    text = "他说This是这个，This是那个。That's好，That's好。WHO说，WHO又说。"
    episode = Episode("一", RATE, (Track("章", RATE, (), (Span(0, RATE, text),)),))
    assert names_in(episode) == ("WHO",)


def test_a_numbered_title_has_no_sign_too_many_in_the_notes_and_the_feed() -> None:
    notes = shownotes_text(Episode("1. 番茄", RATE, (Track("2) 土 &lt;b&gt;", RATE, (), ()),)))
    assert "# 1\\. 番茄\n" in notes and "00:00 2\\) 土 \\&lt;b\\&gt;\n" in notes


def test_a_keyword_is_no_half_of_a_name_or_of_a_word() -> None:
    def words(text: str) -> tuple[str, ...]:
        return keywords(Episode("一", RATE, (Track("章", RATE, (), (Span(0, RATE, text),)),)))

    assert words("字节跳动很大。字节跳动做事。字节跳动来了，字节跳动好。") == ("字节跳动",)
    assert "字节" in words("字节跳动一秒用多少字节？这个字节多，那个字节少。")
    assert words("一是无知之墙：制。二是白目之墙：假。是资讯爆炸之墙：假。") == ()


def test_shownotes_of_a_single_chapter() -> None:
    text = shownotes_text(Episode("一", RATE, (Track("只有一章", RATE, (), ()),)))
    assert "00:00 只有一章" in text
    assert "名字" not in text


def test_converting_all_cues_at_once_is_converting_each() -> None:
    texts = [line for line in SEED.read_text("utf-8").splitlines() if line.strip()][:1500]
    made = tuple(Cue(0, 4000, ((0, text),)) for text in texts)
    wide = replace(NETFLIX, width=1000)
    for region in ("tw", "hk"):
        alone = [traditional((cue,), wide, region)[0] for cue in made]
        assert list(traditional(made, wide, region)) == alone
