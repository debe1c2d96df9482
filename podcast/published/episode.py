"""out/<episode>/ -> Published: the episode read back from its files, for a video or a feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mutagen import MutagenError
from mutagen.id3 import ID3

from podcast.errors import ReadError
from podcast.files import json_text
from podcast.files.keys import content_key, digest
from podcast.files.names import CHAPTERS, COVER, REPORT, SOUND, SUBTITLES
from podcast.formats.subtitles.cues import Cue
from podcast.model import Episode, Track
from podcast.published.report import Report, require_fields

if TYPE_CHECKING:
    from PIL import Image

UPLOAD = "upload"
RECORD = f"{UPLOAD}/video.json"  # has the hash of the video's sources and the list of its files
_SHOWN = (SOUND, SUBTITLES, CHAPTERS, COVER)  # the files that a video is made from
_NEEDED = (REPORT, *_SHOWN, "episode.zh-Hant.srt")


@dataclass(frozen=True, slots=True)
class Published:
    """An episode read back. Its positions are milliseconds: `episode.rate` is 1000.

    Parts, summary and names come from the report. The report of an older version of the program
    has none of them; the episode is then read as one without parts, summary and names.
    """

    folder: Path
    report: Report
    episode: Episode
    cues: tuple[Cue, ...]

    @property
    def summary(self) -> str:
        """The summary of the episode, one or two sentences; empty if the report has none."""
        return self.report.summary

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the episode mentions, each once, in the order in which they are said."""
        return tuple(
            dict.fromkeys(name for chapter in self.report.chapters for name in chapter.names)
        )

    @property
    def is_cover_drawn(self) -> bool:
        """Whether the program drew the cover."""
        return self.report.cover == "drawn"


def read_published(folder: Path) -> Published:
    """The episode in `folder`; raises ReadError if a file of it is missing or cannot be read."""
    for name in _NEEDED:
        if not (folder / name).is_file():
            raise ReadError(
                f"{folder} is no built episode: it has no {name}; run `podcast make` first"
            )
    report = require_fields(folder, "title", "rate", "samples", "chapters")
    try:
        return _read(folder, report)
    except (ValueError, LookupError, TypeError, ArithmeticError, MutagenError) as error:
        raise ReadError(
            f"{folder} cannot be read ({error}); run `podcast make` for it again"
        ) from error


def _read(folder: Path, report: Report) -> Published:
    chapters = json_text.parse((folder / CHAPTERS).read_text("utf-8"))["chapters"]
    parts = [chapter.part for chapter in report.chapters]
    starts = [round(chapter["startTime"] * 1000) for chapter in chapters]
    ends = [*starts[1:], report.samples * 1000 // report.rate]
    tracks = tuple(
        Track(str(chapter["title"]), end - start, (), (), part)
        for chapter, start, end, part in zip(chapters, starts, ends, parts, strict=True)
    )
    if not tracks or starts[0] or any(track.length <= 0 for track in tracks):
        raise ValueError("its chapters do not cover its sound")
    tags = ID3(folder / SOUND)
    author, date = (str(tags.get(name, "")) for name in ("TPE1", "TDRC"))
    episode = Episode(report.title, 1000, tracks, author, date, is_human=report.human)
    return Published(folder, report, episode, _cues(folder))


def read_cover(folder: Path) -> Image.Image:
    """The episode's cover, in RGB; raises ReadError if cover.jpg is missing or no picture."""
    from PIL import Image  # here, as in `_cues`: a build looks only into the video's record

    try:
        with Image.open(folder / COVER, formats=("JPEG",)) as opened:
            picture: Image.Image = opened.convert("RGB")
            return picture
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ReadError(
            f"{folder}/cover.jpg is no picture; run `podcast make` for it again"
        ) from error


def _cues(folder: Path) -> tuple[Cue, ...]:
    import srt

    text = (folder / SUBTITLES).read_text("utf-8")
    try:
        subtitles = sorted(srt.parse(text))
    except srt.SRTParseError as error:
        raise ValueError("episode.srt is no SubRip") from error
    cues = [(_ms(cue.start), _ms(cue.end), cue.content) for cue in subtitles]
    return tuple(Cue(start, end, ((start, content),)) for start, end, content in cues)


def _ms(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)


# Its video -----------------------------------------------------------------------------------


def video_key(folder: Path) -> str:
    """The hash of the files that a video of the episode in `folder` is made from."""
    return content_key(*(digest(folder / name) for name in _SHOWN))


def video_record(folder: Path) -> dict[str, Any]:
    """The record that `podcast video` wrote of its files; empty if there is none in `folder`."""
    record = _table(folder / RECORD)
    return record if isinstance(record.get("files"), dict) else {}


def _table(path: Path) -> dict[str, Any]:
    """The table in a JSON file; empty if there is none, or the file holds something else."""
    try:
        table = json_text.parse(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return table if isinstance(table, dict) else {}


def stale_files(folder: Path, new: Path) -> set[str]:
    """Those files in `folder` that `podcast video` made of another episode than that in `new`."""
    record = video_record(folder)
    if not record or record.get("of") == video_key(new):
        return set()
    return {RECORD, *record["files"]}
