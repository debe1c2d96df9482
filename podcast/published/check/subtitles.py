"""Subtitle files -> faults.

The limits are those of the style that was asked for; whether a line keeps them is counted anew
here, not by the code that cut it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise, zip_longest
from pathlib import Path

from podcast.files.names import SUBTITLES, WEB_SUBTITLES
from podcast.model import STYLES, Style
from podcast.published.check.opened import (
    Caption,
    Folder,
    letters,
    read_ass,
    read_srt,
    read_times,
    read_vtt,
)
from podcast.text.sentences import sentences

FEWEST = 3  # characters, where the sentence has more
CLOSE_MS = 20  # ASS tells hundredths
ROUNDED_MS = 1  # 20 frames of 1/24 s are 833.3 ms, and a cue has whole milliseconds


def style_of(folder: Folder) -> Style:
    """The style that the episode's subtitles were asked for in."""
    return STYLES[folder.recipe.subtitle_style]


def wide(text: str) -> float:
    """How many characters wide a line is.

    >>> wide("你好，AI"), wide("……")
    (4.0, 2.0)
    """
    return sum(
        0.5 if unicodedata.east_asian_width(one) in ("N", "Na", "H") else 1.0 for one in text
    )


def _files(folder: Folder) -> Iterator[tuple[str, list[Caption]]]:
    yield SUBTITLES, folder.subtitles
    for path in sorted(folder.path.glob("episode.*.srt")):
        yield path.name, read_srt(path.read_text("utf-8"))
    for path in sorted((folder.path / "chapters").glob("*.srt")):
        yield path.name, read_srt(path.read_text("utf-8"))


def width(folder: Folder) -> Iterator[str]:
    """No cue has more lines than were asked for; none is wider than its style allows."""
    widest = style_of(folder).width
    most = folder.recipe.subtitle_lines
    for name, cues in _files(folder):
        for cue in cues:
            rows = cue.text.split("\n")
            if len(rows) > most:
                yield f"{name}: {len(rows)} lines at {_at(cue)}"
            elif not all(row.strip() for row in rows):
                yield f"{name}: nothing shown at {_at(cue)}"
            elif max(map(wide, rows)) > widest:
                yield f"{name}: {max(map(wide, rows)):g} wide at {_at(cue)}: {cue.text}"


def times(folder: Folder) -> Iterator[str]:
    """Cues last as long as their style asks, none over another, none after the sound."""
    style = style_of(folder)
    shortest = style.shortest_ms - ROUNDED_MS
    end = folder.report.seconds * 1000
    for name, cues in _files(folder):
        for cue in cues:
            if not shortest <= cue.end_ms - cue.start_ms <= style.longest_ms:
                yield f"{name}: {cue.end_ms - cue.start_ms} ms at {_at(cue)}"
        for cue, after in pairwise(cues):
            if after.start_ms < cue.end_ms:
                yield f"{name}: {_at(after)} begins before the one before it ends"
        if cues and cues[-1].end_ms > end + 1:
            yield f"{name} goes on after the sound"


def crumbs(folder: Folder) -> Iterator[str]:
    """No line of one or two characters, but where that is all of a sentence."""
    lines = folder.said.splitlines()
    whole = {"", *(letters(one) for line in lines for one in sentences(line))}
    for cue in folder.subtitles:
        for row in cue.text.split("\n"):
            shown = letters(row)
            if len(shown) < FEWEST and wide(row) < FEWEST and shown not in whole:
                yield f"only {row!r} at {_at(cue)}"


def same_times(folder: Folder) -> Iterator[str]:
    """VTT and ASS say what SRT says; so do the chapters' files, moved, and Traditional, its way."""
    own = folder.subtitles
    rows = sum(cue.text.count("\n") + 1 for cue in own)
    folder.figures["subtitles alike"] = f"{rows} lines"
    for path in (
        *sorted(folder.path.glob("episode*.srt")),
        *(song.with_suffix(".srt") for song in folder.songs),
    ):
        yield from _others_differ(path)
    for path in sorted(folder.path.glob("episode.*.srt")):
        other = read_srt(path.read_text("utf-8"))
        if [(cue.start_ms, cue.end_ms) for cue in other] != [
            (cue.start_ms, cue.end_ms) for cue in own
        ]:
            yield f"{path.name} is timed unlike episode.srt"
    if folder.report.lines != rows:
        yield f"report.json tells {folder.report.lines} lines, episode.srt has {rows}"
    yield from _chapters_differ(folder)


def _others_differ(path: Path) -> Iterator[str]:
    """Whether the VTT and the ASS beside an SRT are not as it is."""
    own = read_srt(path.read_text("utf-8"))
    vtt, ass = path.with_suffix(".vtt"), path.with_suffix(".ass")
    if read_vtt(vtt.read_text("utf-8")) != own:
        yield f"{vtt.name} differs from {path.name}"
    safe = str.maketrans("{}\\", "｛｝＼")  # what ASS cannot hold
    for cue, other in zip_longest(own, read_ass(ass.read_text("utf-8"))):
        if (
            not cue
            or not other
            or cue.text.translate(safe) != other.text
            or abs(cue.start_ms - other.start_ms) > CLOSE_MS
            or abs(cue.end_ms - other.end_ms) > CLOSE_MS
        ):
            yield f"{ass.name} differs from {path.name}"
            return


def _chapters_differ(folder: Folder) -> Iterator[str]:
    moved: list[tuple[int, str]] = []
    for path, chapter in zip(folder.songs, folder.chapters, strict=True):
        start = round(chapter["startTime"] * 1000)
        cues = read_srt(path.with_suffix(".srt").read_text("utf-8"))
        moved += [(cue.start_ms + start, cue.text) for cue in cues]
    for cue, other in zip_longest(folder.subtitles, moved):
        if not cue or not other or cue.text != other[1] or abs(cue.start_ms - other[0]) > 3:
            yield "the chapters' subtitles differ from episode.srt"
            return


def all_said(folder: Folder) -> Iterator[str]:
    """Subtitles, put together, are the script."""
    shown = letters("".join(cue.text for cue in folder.subtitles))
    said = letters(folder.said)
    if shown != said:
        at = next((at for at, (one, two) in enumerate(zip_longest(shown, said)) if one != two), 0)
        yield f"subtitles and script.md part at {shown[at : at + 12]!r} and {said[at : at + 12]!r}"


def marks(folder: Folder) -> Iterator[str]:
    """Marks are shown, or not, as the style has it."""
    if style_of(folder).drops_marks:
        for name, cues in _files(folder):
            for cue in cues:
                if re.search("[，。]", cue.text):
                    yield f"{name}: a mark at {_at(cue)}: {cue.text}"
        return
    shown = _solid("".join(cue.text for cue in folder.subtitles))
    said = _solid(folder.said.replace("-->", "→"))
    if shown != said:
        at = next((at for at, (one, two) in enumerate(zip_longest(shown, said)) if one != two), 0)
        yield f"marks are not the script's at {shown[max(0, at - 6) : at + 6]!r}"


def _solid(text: str) -> str:
    """Text without white space and what does not print."""
    return "".join(one for one in text if not one.isspace() and one.isprintable())


def word_times(folder: Folder) -> Iterator[str]:
    """Word times in VTT are there if they were asked for, and rise inside their cue."""
    told = folder.recipe.karaoke
    folder.figures["word times"] = "told" if told else "not told"
    for path in (*folder.path.glob("*.vtt"), *(folder.path / "chapters").glob("*.vtt")):
        timed = read_times(path.read_text("utf-8"))
        if not told and any(timed):
            yield f"{path.name} has word times"
        if told and not any(timed) and path.name == WEB_SUBTITLES:
            yield f"{path.name} has no word times"
        for times in timed:
            if any(after <= before for before, after in pairwise(times)):
                yield f"{path.name}: word times out of order at {times[0] / 1000:.1f} s"


def pace(folder: Folder) -> Iterator[str]:
    """Few cues pass faster than their style asks, where the speech allows no less."""
    cues, fastest = folder.subtitles, style_of(folder).fastest
    speeds = [
        wide(cue.text.replace("\n", "")) * 1000 / max(1, cue.end_ms - cue.start_ms) for cue in cues
    ]
    fast = sum(speed > fastest for speed in speeds)
    told = f"{fast} of {len(cues)} cues over {fastest:g} characters/s"
    folder.figures["subtitle pace"] = told
    if fast > len(cues) / 4:
        yield told


def _at(cue: Caption) -> str:
    seconds = cue.start_ms // 1000
    return f"{seconds // 60}:{seconds % 60:02}"


RULES = (
    ("subtitle width", width),
    ("subtitle times", times),
    ("subtitle crumbs", crumbs),
    ("subtitles alike", same_times),
    ("subtitles say the script", all_said),
    ("subtitle marks", marks),
    ("word times", word_times),
    ("subtitle pace", pace),
)
