"""Chapter marks, in every file that lists chapters -> faults."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from mutagen.id3 import ID3, CTOCFlags

from podcast.files.names import SOUND
from podcast.formats.texts import TEXTS
from podcast.published.check.opened import Folder
from podcast.published.check.readers import READERS


def cover_all(folder: Folder) -> Iterator[str]:
    """The chapters of chapters.json cover the sound from end to end, and each has a title."""
    chapters = folder.chapters
    folder.measurements["chapters cover the sound"] = f"{len(chapters)} chapters"
    if not chapters or chapters[0]["startTime"] != 0:
        yield "the first chapter does not begin at 0"
    for before, after in pairwise(chapters):
        if before["endTime"] != after["startTime"]:
            yield f"a gap before {after['title']}"
    for chapter in chapters:
        if not chapter["title"].strip():
            yield f"no title at {chapter['startTime']} s"
        if chapter["endTime"] <= chapter["startTime"]:
            yield f"{chapter['title']} ends before it begins"
    if chapters and abs(chapters[-1]["endTime"] - folder.report.seconds) > 0.002:
        yield "the last chapter does not end with the sound"


def in_tag(folder: Folder) -> Iterator[str]:
    """The tag has the chapters of chapters.json, and one table lists them in order.

    Source: ID3v2 Chapter Frame Addendum 1.0, sections 3.1 (CHAP) and 3.2 (CTOC).
    """
    tags = ID3(folder.path / SOUND)
    frames: dict[str, Any] = {frame.element_id: frame for frame in tags.getall("CHAP")}
    tables: dict[str, Any] = {frame.element_id: frame for frame in tags.getall("CTOC")}
    tops = [table for table in tables.values() if table.flags & CTOCFlags.TOP_LEVEL]
    if len(tops) != 1 or not tops[0].flags & CTOCFlags.ORDERED:
        yield "no single ordered top-level CTOC"
        return
    listed = [
        name
        for child in tops[0].child_element_ids
        for name in (tables[child].child_element_ids if child in tables else [child])
    ]
    found = [
        (frames[name].start_time, frames[name].end_time, str(frames[name].sub_frames["TIT2"]))
        for name in listed
    ]
    if found != _expected(folder) or len(frames) != len(listed):
        yield "CHAP frames differ from chapters.json"


def _expected(folder: Folder) -> list[tuple[int, int, str]]:
    """Start and end in milliseconds, and the title, of each chapter in chapters.json."""
    return [
        (
            round(chapter["startTime"] * 1000),
            round(chapter["endTime"] * 1000),
            str(chapter["title"]),
        )
        for chapter in folder.chapters
    ]


def in_texts(folder: Folder) -> Iterator[str]:
    """Every text that lists chapters lists those of chapters.json."""
    expected = _expected(folder)
    for name, text in TEXTS.items():
        if "chapters" not in text.tells:
            continue
        if name not in READERS:
            yield f"{name} cannot be checked: READERS has no reader for it"
        else:
            yield from _differs(folder, name, expected)


def _differs(folder: Folder, name: str, expected: list[tuple[int, int, str]]) -> Iterator[str]:
    titled = [(start, title) for start, _, title in expected]
    end_ms = expected[-1][1] if expected else None
    try:
        if READERS[name].differs(folder.text(name), titled, end_ms):
            yield f"{name} differs from chapters.json"
    except (OSError, ValueError, LookupError) as error:
        yield f"{name} cannot be read: {error}"


def links(folder: Folder) -> Iterator[str]:
    """Each chapter has a link to its second of the episode's page, if the report has a link."""
    page = folder.report.link
    folder.measurements["chapter links"] = page or "none"
    wanted = [f"{page}#t={start // 1000}" if page else "" for start, _, _ in _expected(folder)]
    if [chapter.get("url", "") for chapter in folder.chapters] != wanted:
        yield "chapters.json has other links"
    frames = sorted(ID3(folder.path / SOUND).getall("CHAP"), key=lambda frame: frame.start_time)
    found = ["".join(f.url for f in frame.sub_frames.getall("WXXX")) for frame in frames]
    if found != wanted:
        yield "CHAP frames have other links"


def chapter_files(folder: Folder) -> Iterator[str]:
    """Each chapter has a numbered MP3, SRT, VTT and ASS; the MP3's tags have its title."""
    songs = folder.songs
    if len(songs) != len(folder.chapters):
        yield f"{len(songs)} files for {len(folder.chapters)} chapters"
    for number, (path, chapter) in enumerate(zip(songs, folder.chapters, strict=False), 1):
        if int(path.name.split("-")[0]) != number:
            yield f"{path.name} is not number {number}"
        for suffix in (".srt", ".vtt", ".ass"):
            if not path.with_suffix(suffix).is_file():
                yield f"{path.name} has no {suffix[1:]} beside it"
        tags = ID3(path)
        if str(tags.get("TIT2")) != chapter["title"]:
            yield f"{path.name} is tagged {tags.get('TIT2')}, not {chapter['title']}"
        if str(tags.get("TRCK")) != f"{number}/{len(songs)}":
            yield f"{path.name} is tagged as track {tags.get('TRCK')}"


RULES = (
    ("chapters cover the sound", cover_all),
    ("chapters in the tag", in_tag),
    ("chapters in texts", in_texts),
    ("chapter links", links),
    ("chapter files", chapter_files),
)
