"""out/<episode>/ -> what its files tell of the episode, for what is made from it later."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import srt
from mutagen import MutagenError
from mutagen.id3 import ID3
from PIL import Image

from podcast.errors import ReadError
from podcast.formats.cues import Cue
from podcast.keys import content_key, digest
from podcast.model import Episode, Track

SOUND = "episode.mp3"
VIDEO = "episode.mp4"
UPLOAD = "upload"
RECORD = f"{UPLOAD}/video.json"  # what the video was made from, and its files
_SHOWN = (SOUND, "episode.srt", "chapters.json", "cover.jpg")  # what a video is made from
_NEEDED = ("report.json", *_SHOWN, "shownotes.md", "episode.zh-Hant.srt")


@dataclass(frozen=True, slots=True)
class Published:
    """An episode read back. Its positions are milliseconds: `episode.rate` is 1000."""

    folder: Path
    episode: Episode
    cues: tuple[Cue, ...]
    summary: str
    names: tuple[str, ...]
    is_cover_drawn: bool


def read_published(folder: Path) -> Published:
    """The episode in `folder`; raises ReadError where there is none, or not all of it."""
    for name in _NEEDED:
        if not (folder / name).is_file():
            message = f"{folder} is no built episode: it has no {name}; podcast make it first"
            raise ReadError(message)
    try:
        return _read(folder)
    except (ValueError, LookupError, TypeError, MutagenError) as error:
        raise ReadError(f"{folder} cannot be read ({error}); podcast make it again") from error


def _read(folder: Path) -> Published:
    report = json.loads((folder / "report.json").read_text("utf-8"))
    told = json.loads((folder / "chapters.json").read_text("utf-8"))["chapters"]
    notes = (folder / "shownotes.md").read_text("utf-8")
    parts = _parts(notes, len(told))
    starts = [round(chapter["startTime"] * 1000) for chapter in told]
    ends = [*starts[1:], report["samples"] * 1000 // report["rate"]]
    tracks = tuple(
        Track(str(chapter["title"]), end - start, (), (), part)
        for chapter, start, end, part in zip(told, starts, ends, parts, strict=True)
    )
    if not tracks or starts[0] or any(track.length <= 0 for track in tracks):
        raise ValueError("its chapters do not cover its sound")
    tags = ID3(folder / SOUND)
    author, date = (str(tags.get(name, "")) for name in ("TPE1", "TDRC"))
    episode = Episode(str(report["title"]), 1000, tracks, author, date)
    drawn = report.get("cover") == "drawn"
    return Published(folder, episode, _cues(folder), _summary(notes), _names(notes), drawn)


def read_cover(folder: Path) -> Image.Image:
    """The episode's cover, in RGB; raises ReadError where it is no picture."""
    try:
        with Image.open(folder / "cover.jpg") as opened:
            picture: Image.Image = opened.convert("RGB")
            return picture
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ReadError(f"{folder}/cover.jpg is no picture; podcast make it again") from error


def _cues(folder: Path) -> tuple[Cue, ...]:
    text = (folder / "episode.srt").read_text("utf-8")
    try:
        found = sorted(srt.parse(text))
    except srt.SRTParseError as error:
        raise ValueError("episode.srt is no SubRip") from error
    cues = [(_ms(cue.start), _ms(cue.end), cue.content) for cue in found]
    return tuple(Cue(start, end, ((start, content),)) for start, end, content in cues)


def _ms(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)


# Show notes ----------------------------------------------------------------------------------


def _parts(notes: str, count: int) -> list[str]:
    """The part that opens with each chapter, from the headings over its time."""
    parts, part = [], ""
    for line in notes.splitlines():
        if line.startswith("### "):
            part = _plain(line[4:])
        elif re.match(r"\d+:\d\d", line):
            parts.append(part)
            part = ""
    return (parts + [""] * count)[:count]


def _summary(notes: str) -> str:
    """The paragraph between the notice and the first heading under the title."""
    head = re.split(r"^## ", notes, maxsplit=1, flags=re.MULTILINE)[0]
    return _plain(head.rpartition("\n> ")[2].partition("\n\n")[2])


def _names(notes: str) -> tuple[str, ...]:
    listed = re.search(r"^## 提到的名字\n\n(.+)$", notes, re.MULTILINE)
    return tuple(_plain(listed[1]).split("、")) if listed else ()


def _plain(markdown: str) -> str:
    """Text without the backslashes that Markdown needs."""
    return re.sub(r"\\(.)", r"\1", markdown).strip()


# Its video -----------------------------------------------------------------------------------


def video_key(folder: Path) -> str:
    """A name for all that a video of the episode shows and sounds like."""
    return content_key(*(digest(folder / name) for name in _SHOWN))


def video_record(folder: Path) -> dict[str, Any]:
    """What `podcast video` told of what it made; empty if it made nothing here."""
    try:
        record = json.loads((folder / RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) and isinstance(record.get("files"), dict) else {}


def stale_files(folder: Path, new: Path) -> set[str]:
    """The files in `folder` of a video that is not of the episode in `new`; often none."""
    record = video_record(folder)
    if not record or record.get("of") == video_key(new):
        return set()
    return {RECORD, *record["files"]}
