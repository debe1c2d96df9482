"""Subtitle files -> faults.

The limits are those of the recipe's subtitle style. The code here measures lines itself and shares
nothing with the code that cut them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
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

FEWEST = 3  # characters of a line, unless its whole sentence is shorter
CLOSE_MS = 20  # by which times of ASS may differ: ASS counts hundredths of a second
ROUNDED_MS = 1  # 20 frames of 1/24 s are 833.3 ms, and a cue has whole milliseconds


def style_of(folder: Folder) -> Style:
    """The style that the episode's subtitles were asked for in."""
    return STYLES[folder.recipe.subtitle_style]


def wide(text: str) -> float:
    """The width of a line in hanzi; a letter or a digit is half a hanzi wide, an accent nothing.

    >>> wide("你好，AI"), wide("……"), wide("é\u0301\u0301Ω"), wide("爱❤\ufe0f")
    (4.0, 2.0, 1.0, 1.5)
    """
    return sum(map(_breadth, text))


@cache
def _breadth(character: str) -> float:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):  # U+FE0F of emoji among them
        return 0.0
    kind = unicodedata.east_asian_width(character)
    is_narrow = kind in ("N", "Na", "H") or (kind == "A" and character.isalpha())
    return 0.5 if is_narrow else 1.0


def _files(folder: Folder) -> Iterator[tuple[str, list[Caption]]]:
    yield SUBTITLES, folder.subtitles
    for path in sorted(folder.path.glob("episode.*.srt")):
        yield path.name, read_srt(path.read_text("utf-8"))
    for path in sorted((folder.path / "chapters").glob("*.srt")):
        yield path.name, read_srt(path.read_text("utf-8"))


def width(folder: Folder) -> Iterator[str]:
    """No cue has more lines than the recipe says, and no line is wider than the style allows."""
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
    """Each cue lasts as long as the style asks; cues do not overlap and end with the sound."""
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
    """No line has only one or two characters, unless they are a whole sentence."""
    lines = folder.spoken_text.splitlines()
    whole = {"", *(letters(one) for line in lines for one in sentences(line))}
    for cue in folder.subtitles:
        for row in cue.text.split("\n"):
            shown = letters(row)
            if len(shown) < FEWEST and wide(row) < FEWEST and shown not in whole:
                yield f"only {row!r} at {_at(cue)}"


def same_times(folder: Folder) -> Iterator[str]:
    """All subtitle files agree with episode.srt.

    VTT and ASS have its cues; the files in Traditional characters have its times; the chapters'
    files, moved to where each chapter begins, have its cues.
    """
    own = folder.subtitles
    rows = sum(cue.text.count("\n") + 1 for cue in own)
    folder.measurements["subtitles alike"] = f"{rows} lines"
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
        yield f"report.json has {folder.report.lines} lines, episode.srt {rows}"
    yield from _chapters_differ(folder)


def _others_differ(path: Path) -> Iterator[str]:
    """Faults of the VTT and the ASS beside an SRT whose cues differ from those of the SRT."""
    own = read_srt(path.read_text("utf-8"))
    vtt, ass = path.with_suffix(".vtt"), path.with_suffix(".ass")
    if read_vtt(vtt.read_text("utf-8")) != own:
        yield f"{vtt.name} differs from {path.name}"
    safe = str.maketrans("{}\\", "｛｝＼")  # signs that ASS cannot hold
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
    """The subtitles, joined, have the letters, hanzi and digits of the script."""
    shown = letters("".join(cue.text for cue in folder.subtitles))
    spoken = letters(folder.spoken_text)
    if shown != spoken:
        place = _first_difference(shown, spoken)
        end = place + 12
        yield f"subtitles have {shown[place:end]!r} where script.md has {spoken[place:end]!r}"


def marks(folder: Folder) -> Iterator[str]:
    """The subtitles have no ，。 if the style drops them, and otherwise the script's marks."""
    if style_of(folder).drops_marks:
        for name, cues in _files(folder):
            for cue in cues:
                if re.search("[，。]", cue.text):
                    yield f"{name}: a mark at {_at(cue)}: {cue.text}"
        return
    shown = _solid("".join(cue.text for cue in folder.subtitles))
    spoken = _solid(folder.spoken_text.replace("-->", "→"))
    if shown != spoken:
        place = _first_difference(shown, spoken)
        yield f"marks are not the script's at {shown[max(0, place - 6) : place + 6]!r}"


def _first_difference(shown: str, spoken: str) -> int:
    """The place of the first character in which two texts differ."""
    pairs = enumerate(zip_longest(shown, spoken))
    return next((place for place, (one, other) in pairs if one != other), 0)


def _solid(text: str) -> str:
    """The text without white space and characters that do not print."""
    return "".join(one for one in text if not one.isspace() and one.isprintable())


def word_times(folder: Folder) -> Iterator[str]:
    """The VTT has word timestamps if the recipe asks for them, and they rise inside their cue."""
    wanted = folder.recipe.karaoke
    folder.measurements["word times"] = "in the VTT" if wanted else "none"
    for path in (*folder.path.glob("*.vtt"), *(folder.path / "chapters").glob("*.vtt")):
        timed = read_times(path.read_text("utf-8"))
        if not wanted and any(timed):
            yield f"{path.name} has word times"
        if wanted and not any(timed) and path.name == WEB_SUBTITLES:
            yield f"{path.name} has no word times"
        for times in timed:
            if any(after <= before for before, after in pairwise(times)):
                yield f"{path.name}: word times out of order at {times[0] / 1000:.1f} s"


def pace(folder: Folder) -> Iterator[str]:
    """At most a quarter of the cues are faster than the style asks: the voice sets the pace."""
    cues, fastest = folder.subtitles, style_of(folder).fastest
    speeds = [
        wide(cue.text.replace("\n", "")) * 1000 / max(1, cue.end_ms - cue.start_ms) for cue in cues
    ]
    fast = sum(speed > fastest for speed in speeds)
    share = f"{fast} of {len(cues)} cues over {fastest:g} characters/s"
    folder.measurements["subtitle pace"] = share
    if fast > len(cues) / 4:
        yield share


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
