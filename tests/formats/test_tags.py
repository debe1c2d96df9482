"""The tag, read back by mutagen and, where it is installed, by ffprobe."""

from __future__ import annotations

import json
import shutil
import subprocess
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import ID3, CTOCFlags

from podcast.formats.tags import chapter_tags_bytes, tags_bytes
from podcast.model import NOTICE, Episode, Span, Track
from podcast.pictures.cover import cover_jpeg, smaller_jpeg

RATE = 44_100
FRAME = bytes([0xFF, 0xFB, 0x70, 0xC4]) + bytes(309)  # silence: 96 kbps, 44.1 kHz, mono
TITLES = ("开场", "“三体”=;#\\ 与 Claude Code 😀", "八" * 85, "尾声")


def episode_of(titles: tuple[str, ...], seconds: float = 12.5) -> Episode:
    length = round(seconds * RATE)
    word = Span(0, length, "你好。")
    tracks = tuple(Track(title, length, (word,), (word,)) for title in titles)
    return Episode("全集", RATE, tracks, author="张三", date="2025-02-28")


def read(tag: bytes) -> ID3:
    return ID3(BytesIO(tag), translate=False)


def test_chapters_are_marked_to_the_millisecond() -> None:
    tags = read(tags_bytes(episode_of(TITLES), b"\xff\xd8"))
    assert tags.version == (2, 3, 0)
    (table,) = tags.getall("CTOC")
    assert table.flags == CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED
    assert table.sub_frames["TIT2"].text == ["全集"]
    marks = [tags[f"CHAP:{name}"] for name in table.child_element_ids]
    assert [mark.sub_frames["TIT2"].text[0] for mark in marks] == list(TITLES)
    assert [mark.start_time for mark in marks] == [0, 12500, 25000, 37500]
    assert all(mark.end_time == following.start_time for mark, following in pairwise(marks))
    assert {mark.start_offset for mark in marks} == {0xFFFFFFFF}
    assert {mark.sub_frames["TIT2"].encoding for mark in marks} == {1}


def test_the_episode_says_what_it_is() -> None:
    tags = read(tags_bytes(episode_of(TITLES), b"\xff\xd8"))
    texts = {name: tags[name].text[0] for name in ("TIT2", "TALB", "TPE1", "TCON", "TLAN", "TYER")}
    assert texts == {
        "TIT2": "全集",
        "TALB": "全集",
        "TPE1": "张三",
        "TCON": "Podcast",
        "TLAN": "zho",
        "TYER": "2025",
    }
    assert "TDRC" not in tags
    assert tags["TDAT"].text == ["2802"]
    assert tags["COMM::zho"].text == [NOTICE]
    label = json.loads(tags["TXXX:AIGC"].text[0])
    assert (label["Label"], label["ContentProducer"], len(label)) == ("1", "张三", 7)
    assert tags["APIC:"].data == b"\xff\xd8"


def test_a_chapter_file_is_a_track_of_an_album() -> None:
    tags = read(chapter_tags_bytes(episode_of(TITLES), 2))
    assert tags["TIT2"].text == [TITLES[1]]
    assert tags["TALB"].text == ["全集"]
    assert tags["TRCK"].text == ["2/4"]
    assert tags["USLT::zho"].text == "你好。"
    assert not tags.getall("CHAP")
    assert not tags.getall("APIC")


@pytest.mark.parametrize("count", [0, 1, 255, 256, 700])
def test_any_number_of_chapters(count: int) -> None:
    tags = read(tags_bytes(episode_of(tuple(f"第{at}章" for at in range(count)), 1.0)))
    tables = {table.element_id: table for table in tags.getall("CTOC")}
    assert all(len(table.child_element_ids) <= 255 for table in tables.values())
    names = tables["toc"].child_element_ids if count else []
    marks = [
        name for at in names for name in (tables[at].child_element_ids if at in tables else [at])
    ]
    assert [tags[f"CHAP:{name}"].start_time for name in marks] == [1000 * at for at in range(count)]


def test_a_chapter_has_its_link() -> None:
    episode, link = episode_of(TITLES), "https://example.com/1"
    tags = read(tags_bytes(episode, link=link))
    assert tags["CHAP:chp3"].sub_frames["WXXX:"].url == "https://example.com/1#t=25"


@given(st.lists(st.text(max_size=40), min_size=1, max_size=4).map(tuple), st.text(max_size=20))
def test_any_title_can_be_read_back(titles: tuple[str, ...], date: str) -> None:
    episode = episode_of(titles)
    tags = read(tags_bytes(Episode(titles[0], RATE, episode.tracks, titles[-1], date)))
    assert len(tags.getall("CHAP")) == len(titles)


@pytest.mark.skipif(not shutil.which("ffprobe"), reason="ffprobe is not installed")
@pytest.mark.slow
def test_ffprobe_reads_the_chapters(tmp_path: Path) -> None:
    cover = smaller_jpeg(cover_jpeg("全集"))
    path = tmp_path / "a.mp3"
    path.write_bytes(tags_bytes(episode_of(TITLES), cover) + FRAME * 1900)
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_chapters", "-show_format", str(path)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert done.stderr == ""
    page = json.loads(done.stdout)
    assert [chapter["tags"]["title"] for chapter in page["chapters"]] == list(TITLES)
    assert [float(chapter["start_time"]) for chapter in page["chapters"]][:2] == [0.0, 12.5]
    assert page["format"]["tags"]["title"] == "全集"


def pictures_in(tag: bytes) -> list[bytes]:
    """The picture of each chapter mark; empty bytes for one without."""
    marks = sorted(read(tag).getall("CHAP"), key=lambda mark: mark.start_time)
    return [b"".join(each.data for each in mark.sub_frames.getall("APIC")) for mark in marks]


def test_a_chapter_has_its_picture() -> None:
    pictures = [bytes([0xFF, 0xD8, number]) for number in range(len(TITLES))]
    assert pictures_in(tags_bytes(episode_of(TITLES), pictures=pictures)) == pictures


@pytest.mark.parametrize(("heavier", "shown"), [(0, True), (1, False)])
def test_pictures_weigh_at_most_three_megabytes_an_hour(heavier: int, shown: bool) -> None:
    half_an_hour = episode_of(("上", "下"), seconds=900)
    pictures = [b"\xff" * 750_000, b"\xff" * (750_000 + heavier)]
    assert (pictures_in(tags_bytes(half_an_hour, pictures=pictures)) == pictures) == shown
