"""The times of the script in the recording -> the texts of the files of out/<episode>/original/.

Subtitles, chapter lists, the times themselves, and a page that plays the recording beside them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from podcast.files.keys import content_key
from podcast.files.names import CHAPTERS, ORIGINAL, PAGE, TIMES
from podcast.formats.subtitles.cues import cues
from podcast.formats.subtitles.files import whole_files
from podcast.formats.texts import TEXTS, Beside
from podcast.model import Script, Style
from podcast.recording.times import Alignment, HeardLine

if TYPE_CHECKING:
    from podcast.recording.carry import Carried

CHAPTER_LISTS = (
    CHAPTERS,
    "chapters.txt",
    "chapters.bilibili.txt",
    "chapters.ffmetadata",
)  # rows of TEXTS
FROM_TRANSCRIPT = "transcript"  # the source of times where there is no recording


@dataclass(frozen=True, slots=True)
class Source:
    """The source of times: the name of the recording's file, or empty for the transcript's own."""

    recording: str = ""
    link: str = ""  # the episode's page on the web


def original_files(
    alignment: Alignment, script: Script, source: Source, style: Style, karaoke: bool
) -> Iterator[tuple[str, str]]:
    """The name and text of each file, subtitles first."""
    from podcast.recording.carry import carry  # here, as few talks have times to carry
    from podcast.recording.page import page_text

    carried = carry(alignment, script, style)
    episode = carried.episode
    shown = cues(episode, style)
    yield from whole_files(ORIGINAL, shown, episode, style, karaoke)
    for name in CHAPTER_LISTS:
        yield name, TEXTS[name].write(episode, Beside(link=source.link))
    yield TIMES, timemap_text(alignment, carried, source, script_key(script), style)
    yield PAGE, page_text(alignment, carried, source.recording)


def script_key(script: Script) -> str:
    """The hash of a script by which files that were made of another one are recognised."""
    return content_key("script", script)


def timemap_text(
    alignment: Alignment, carried: Carried, source: Source, script: str, style: Style
) -> str:
    """All times in seconds, as JSON: of raw lines, the script, and sound outside of all lines.

    `script` is the hash of the script, as `script_key` makes it, and `style` that of the subtitles.
    """
    told = {
        "title": carried.episode.title,
        "script": script,
        "style": asdict(style),
        "recording": source.recording or None,
        "times_from": "recording" if source.recording else FROM_TRANSCRIPT,
        "seconds": _seconds(alignment.length_ms),
        "sure": round(alignment.sure, 3),
        "chapters": [
            {"title": chapter.text, "start": _seconds(chapter.start), "end": _seconds(chapter.end)}
            for chapter in carried.episode.chapters
        ],
        "sentences": [
            {
                "chapter": each.chapter,
                "text": each.text,
                "start": _seconds(each.start_ms),
                "end": _seconds(each.end_ms),
            }
            for each in carried.sentences
        ],
        "lines": [_line(line) for line in alignment.lines],
        "sound_without_text": [
            {"start": _seconds(each.start_ms), "end": _seconds(each.end_ms)}
            for each in alignment.untold
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _line(line: HeardLine) -> dict[str, object]:
    return {
        "line": line.number,
        "text": line.text,
        "start": _seconds(line.start_ms),
        "end": _seconds(line.end_ms),
        "sure": line.is_sure,
        "fit": line.fit,
        "heard": line.share,
    }


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000
