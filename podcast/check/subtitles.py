"""Subtitle files -> faults. The rules of a line are counted anew here, not by who cut it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise, zip_longest

from podcast.check.opened import Cue, Folder, letters, read_srt, read_vtt

# Source: the timed text guides of Netflix for Chinese.
WIDEST = 16.0  # characters; a Latin letter is half a one
SHORTEST_MS, LONGEST_MS = 833, 7000
FEWEST = 3  # characters, where the sentence has more
FASTEST = 9.0  # characters a second
STOPS = "。！？!?…"


def wide(text: str) -> float:
    """How many characters wide a line is.

    >>> wide("你好，AI"), wide("……")
    (4.0, 2.0)
    """
    return sum(
        0.5 if unicodedata.east_asian_width(one) in ("N", "Na", "H") else 1.0 for one in text
    )


def _files(folder: Folder) -> Iterator[tuple[str, list[Cue]]]:
    yield "episode.srt", folder.subtitles
    for path in sorted(folder.path.glob("episode.*.srt")):
        yield path.name, read_srt(path.read_text("utf-8"))
    for path in sorted((folder.path / "chapters").glob("*.srt")):
        yield path.name, read_srt(path.read_text("utf-8"))


def width(folder: Folder) -> Iterator[str]:
    """Every cue is one line of at most 16 characters."""
    for name, cues in _files(folder):
        for cue in cues:
            if "\n" in cue.text:
                yield f"{name}: two lines at {_at(cue)}"
            elif not cue.text.strip():
                yield f"{name}: nothing shown at {_at(cue)}"
            elif wide(cue.text) > WIDEST:
                yield f"{name}: {wide(cue.text):g} wide at {_at(cue)}: {cue.text}"


def times(folder: Folder) -> Iterator[str]:
    """Cues last 833 ms to 7 s, in order, none over another, none after the sound."""
    end = folder.report["seconds"] * 1000
    for name, cues in _files(folder):
        for cue in cues:
            if not SHORTEST_MS <= cue.end_ms - cue.start_ms <= LONGEST_MS:
                yield f"{name}: {cue.end_ms - cue.start_ms} ms at {_at(cue)}"
        for cue, after in pairwise(cues):
            if after.start_ms < cue.end_ms:
                yield f"{name}: {_at(after)} begins before the one before it ends"
        if cues and cues[-1].end_ms > end + 1:
            yield f"{name} goes on after the sound"


def crumbs(folder: Folder) -> Iterator[str]:
    """No line of one or two characters, but where that is all of a sentence."""
    for cue in folder.subtitles:
        shown = letters(cue.text)
        if len(shown) < FEWEST and wide(cue.text) < FEWEST and not _is_sentence(shown, folder.said):
            yield f"only {cue.text!r} at {_at(cue)}"


def _is_sentence(shown: str, said: str) -> bool:
    pattern = rf"(?:^|[{STOPS}\n])\W*{re.escape(shown)}\W*?(?:$|[{STOPS}\n])"
    return re.search(pattern, said) is not None


def same_times(folder: Folder) -> Iterator[str]:
    """VTT says what SRT says; so do the chapters' files, moved, and Traditional, in its own way."""
    own = folder.subtitles
    folder.figures["subtitles alike"] = f"{len(own)} lines"
    if read_vtt(folder.text("episode.vtt")) != own:
        yield "episode.vtt differs from episode.srt"
    for path in sorted(folder.path.glob("episode.*.srt")):
        other = read_srt(path.read_text("utf-8"))
        if [(cue.start_ms, cue.end_ms) for cue in other] != [
            (cue.start_ms, cue.end_ms) for cue in own
        ]:
            yield f"{path.name} is timed unlike episode.srt"
    if folder.report["lines"] != len(own):
        yield f"report.json tells {folder.report['lines']} lines, episode.srt has {len(own)}"
    yield from _chapters_differ(folder)


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


def pace(folder: Folder) -> Iterator[str]:
    """Few lines pass faster than 9 characters a second, where the speech allows no less."""
    cues = folder.subtitles
    fast = sum(wide(cue.text) * 1000 > FASTEST * (cue.end_ms - cue.start_ms) for cue in cues)
    folder.figures["subtitle pace"] = f"{fast} of {len(cues)} lines over 9 characters/s"
    if fast > len(cues) / 4:
        yield f"{fast} of {len(cues)} lines over 9 characters/s"


def _at(cue: Cue) -> str:
    seconds = cue.start_ms // 1000
    return f"{seconds // 60}:{seconds % 60:02}"


RULES = (
    ("subtitle width", width),
    ("subtitle times", times),
    ("subtitle crumbs", crumbs),
    ("subtitles alike", same_times),
    ("subtitles say the script", all_said),
    ("subtitle pace", pace),
)
