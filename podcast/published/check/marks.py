"""Chapter marks in every place they are told -> faults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree  # nosec B405 # see _podlove

from mutagen.id3 import ID3, CTOCFlags

from podcast.published.check.opened import Folder

FRAME_MS = 1000 / 75  # what a CUE sheet counts in


def cover_all(folder: Folder) -> Iterator[str]:
    """chapters.json covers the sound end to end, each chapter with a title."""
    chapters = folder.chapters
    folder.figures["chapters cover the sound"] = f"{len(chapters)} chapters"
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
    """CHAP frames are chapters.json, and one top table lists them in order."""
    tags = ID3(folder.path / "episode.mp3")
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
    if found != _told(folder) or len(frames) != len(listed):
        yield "CHAP frames differ from chapters.json"


def _told(folder: Folder) -> list[tuple[int, int, str]]:
    return [
        (
            round(chapter["startTime"] * 1000),
            round(chapter["endTime"] * 1000),
            str(chapter["title"]),
        )
        for chapter in folder.chapters
    ]


def in_texts(folder: Folder) -> Iterator[str]:
    """chapters.txt, shownotes.md and the page tell the same chapters."""
    lines = folder.text("chapters.txt").splitlines()
    told = [(start // 1000, title) for start, _, title in _told(folder)]
    if not lines or not lines[0].startswith("0:00 "):
        yield "chapters.txt does not begin at 0:00"
    listed = [(_seconds(line.split(" ", 1)[0]), line.split(" ", 1)[1]) for line in lines]
    if listed != told:
        yield "chapters.txt differs from chapters.json"
    noted = re.findall(r"^(\d[\d:]*:\d\d) ", folder.text("shownotes.md"), re.MULTILINE)
    if [_seconds(clock) for clock in noted] != [second for second, _ in told]:
        yield "shownotes.md has other chapter times than chapters.json"


def in_files(folder: Folder) -> Iterator[str]:
    """Podlove, CUE and ffmetadata tell the chapters of chapters.json."""
    told = [(start, title) for start, _, title in _told(folder)]
    found = {
        "chapters.podlove.xml": _podlove(folder.text("chapters.podlove.xml")),
        "episode.cue": _cue_sheet(folder.text("episode.cue")),
        "chapters.ffmetadata": _ffmetadata(folder.text("chapters.ffmetadata")),
    }
    quoted = [(start, title.replace('"', "”")) for start, title in told]
    for name, chapters in found.items():
        wanted = quoted if name == "episode.cue" else told
        if [title for _, title in chapters] != [title for _, title in wanted] or any(
            abs(start - other) > FRAME_MS
            for (start, _), (other, _) in zip(chapters, wanted, strict=True)
        ):
            yield f"{name} differs from chapters.json"


def _podlove(text: str) -> list[tuple[float, str]]:
    if "<!" in text:  # its entities could be of any size, and we write none
        raise ValueError("chapters.podlove.xml declares a type of document")
    try:
        chapters = ElementTree.fromstring(text)  # nosec B314 # without a DTD it is only its text
    except ElementTree.ParseError as error:
        raise ValueError(f"chapters.podlove.xml is no XML: {error}") from error
    return [
        (
            _seconds(chapter.get("start", "").partition(".")[0]) * 1000
            + int(chapter.get("start", "").partition(".")[2]),
            chapter.get("title", ""),
        )
        for chapter in chapters
    ]


def _cue_sheet(text: str) -> list[tuple[float, str]]:
    titles = re.findall(r'^    TITLE "(.*)"$', text, re.MULTILINE)
    indices = re.findall(r"^    INDEX 01 (\d+):(\d\d):(\d\d)$", text, re.MULTILINE)
    starts = [((int(m) * 60 + int(s)) * 75 + int(f)) * 1000 / 75 for m, s, f in indices]
    return list(zip(starts, titles, strict=True))


def _ffmetadata(text: str) -> list[tuple[float, str]]:
    chapters = text.split("[CHAPTER]\n")[1:]
    return [_ffmetadata_chapter(chapter) for chapter in chapters]


def _ffmetadata_chapter(text: str) -> tuple[float, str]:
    fields = dict(line.split("=", 1) for line in text.splitlines())
    base, rate = map(int, fields["TIMEBASE"].split("/"))
    title = re.sub(r"\\(.)", r"\1", fields["title"])
    return int(fields["START"]) * base * 1000 / rate, title


def links(folder: Folder) -> Iterator[str]:
    """Each chapter points at its second of the episode's page, where that has a link."""
    page = folder.report.link
    folder.figures["chapter links"] = page or "none"
    wanted = [f"{page}#t={start // 1000}" if page else "" for start, _, _ in _told(folder)]
    if [chapter.get("url", "") for chapter in folder.chapters] != wanted:
        yield "chapters.json has other links"
    frames = sorted(
        ID3(folder.path / "episode.mp3").getall("CHAP"), key=lambda frame: frame.start_time
    )
    found = ["".join(f.url for f in frame.sub_frames.getall("WXXX")) for frame in frames]
    if found != wanted:
        yield "CHAP frames have other links"


def _seconds(clock: str) -> int:
    """The seconds of a time.

    >>> _seconds("1:02:03"), _seconds("2:03")
    (3723, 123)
    """
    seconds = 0
    for part in clock.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds


def chapter_files(folder: Folder) -> Iterator[str]:
    """A numbered MP3, SRT, VTT and ASS for each chapter, tagged as it is called."""
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
    ("chapters in files", in_files),
    ("chapter links", links),
    ("chapter files", chapter_files),
)
