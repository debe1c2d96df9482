"""Every format of the table: what it says is read back, and told apart from something else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from podcast.formats.texts import TEXTS, Beside, Text
from podcast.model import NOTICE, Episode, Span, Track
from podcast.published.check import marks
from podcast.published.check.opened import Folder
from podcast.published.check.papers import NAMES
from podcast.published.check.readers import READERS
from podcast.published.serve import TYPES, media_type

RATE = 44_100
TITLES = ('说"好"', "二" * 90, "a=b; <三> *星*", "结尾；[CHAPTER]")
BESIDE = Beside("介绍。", "https://example.org/1", ("01", "02", "03", "04"))
TELLING = sorted(name for name, text in TEXTS.items() if "chapters" in text.tells)
DOCS = Path(__file__).parents[2] / "docs"


def episode(*seconds: float) -> Episode:
    tracks = tuple(
        Track(
            title,
            round(length * RATE),
            (),
            (Span(0, 1000, "好。"),),
            turns=(Span(0, 1000, "host"),),
        )
        for title, length in zip(TITLES, seconds, strict=True)
    )
    return Episode("集", RATE, tracks)


def told(of: Episode) -> list[tuple[int, str]]:
    return [(chapter.start * 1000 // of.rate, chapter.text) for chapter in of.chapters]


PLAIN = episode(61.2345, 3599.999, 77.77, 20)
MOVED = episode(63.3, 3599.999, 77.77, 20)


@pytest.mark.parametrize("name", TELLING)
def test_a_reader_finds_the_chapters_of_its_format_and_misses_others(name: str) -> None:
    text = TEXTS[name].write(PLAIN, BESIDE)
    assert not READERS[name].differs(text, told(PLAIN))
    assert READERS[name].differs(text, told(MOVED))


@pytest.mark.parametrize("name", TELLING)
def test_an_empty_file_is_no_list_of_chapters(name: str) -> None:
    try:
        assert READERS[name].differs("", told(PLAIN))
    except ValueError:
        assert name in ("chapters.json", "chapters.podlove.xml")


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_format_has_who_reads_it(name: str) -> None:
    text = TEXTS[name]
    assert text.tells, "a text that tells nothing cannot be checked"
    assert "chapters" not in text.tells or name in READERS
    assert "notice" not in text.tells or NOTICE in text.write(PLAIN, BESIDE)
    assert name in NAMES


def test_no_reader_is_left_of_a_format_that_is_gone() -> None:
    assert set(READERS) == set(TELLING)


def test_the_check_of_an_episode_tells_a_format_that_nobody_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text.write(PLAIN, BESIDE), "utf-8")
    assert list(marks.in_texts(Folder(tmp_path))) == []
    new = Text(lambda *_: "", ("chapters",), "text/plain")
    monkeypatch.setitem(TEXTS, "chapters.new", new)
    (fault,) = marks.in_texts(Folder(tmp_path))
    assert fault.startswith("chapters.new cannot be checked")


def test_a_text_is_served_as_its_format_says() -> None:
    for name, text in TEXTS.items():
        assert media_type(Path("out/talk") / name) == f"{text.media_type}; charset=utf-8"
    assert media_type(Path("a/b.MP3")) == TYPES[".mp3"]


@pytest.mark.parametrize("page", ["files.md", "files.zh-CN.md"])
def test_the_page_of_the_files_has_every_text(page: str) -> None:
    named = re.findall(r"^\| `([^`]+)`", (DOCS / page).read_text("utf-8"), re.MULTILINE)
    assert set(TEXTS) <= set(named)


def test_the_list_of_youtube_leaves_out_what_is_too_short_and_nothing_else() -> None:
    short = episode(61.2345, 9.5, 77.77, 4)
    end_ms = short.length * 1000 // RATE
    reader = READERS["chapters.txt"]
    text = TEXTS["chapters.txt"].write(short, BESIDE)
    assert len(text.splitlines()) == 2 and not reader.differs(text, told(short), end_ms)
    every = TEXTS["chapters.xiaoyuzhou.txt"].write(short, BESIDE).replace("00:00", "0:00")
    assert reader.differs(every, told(short), end_ms)
    assert reader.differs(text.splitlines()[0] + "\n", told(short), end_ms)


def test_the_list_of_bilibili_may_leave_chapters_out_but_not_add_any() -> None:
    many = replace(PLAIN, tracks=PLAIN.tracks * 4)
    text = TEXTS["chapters.bilibili.txt"].write(many, BESIDE)
    reader = READERS["chapters.bilibili.txt"]
    assert text.count("\n") == 10 and not reader.differs(text, told(many))
    assert reader.differs(text.replace("00:00 ", "00:09 "), told(many))
    assert reader.differs(text + "00:30 不是\n", told(many))
