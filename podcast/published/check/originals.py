"""out/<episode>/original/, where there is one -> faults.

Its subtitles keep the rules of the episode's, in the time of the recording, which `timemap.json`
tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from podcast.files import json_text
from podcast.files.names import CHAPTERS, ORIGINAL, TIMES
from podcast.model import Style
from podcast.published.check.opened import Caption, Folder, letters, read_ass, read_srt, read_vtt
from podcast.published.check.readers import READERS
from podcast.published.check.subtitles import CLOSE_MS, ROUNDED_MS, wide

TOLD = f"{ORIGINAL}/{TIMES}"
LANGUAGES = ("", ".zh-Hant", ".zh-HK")
LISTS = ("chapters.txt", "chapters.bilibili.txt", "chapters.ffmetadata", CHAPTERS)


def _times(folder: Folder) -> dict[str, Any]:
    return dict(json_text.parse((folder.path / TOLD).read_text("utf-8")))


def _cues(folder: Folder, language: str) -> list[Caption]:
    return read_srt((folder.path / ORIGINAL / f"{ORIGINAL}{language}.srt").read_text("utf-8"))


def subtitles(folder: Folder) -> Iterator[str]:
    """Lines are as narrow and as long on screen as their style asks, and inside the recording."""
    times = _times(folder)
    end = times["seconds"] * 1000
    style = Style(**times["style"])  # they may have been asked for in another than the episode's
    for language in LANGUAGES:
        cues = _cues(folder, language)
        yield from _shown_badly(style, cues)
        yield from _others_differ(folder, language, cues)
        if cues and cues[-1].end_ms > end + style.hold_ms:
            yield f"{ORIGINAL}{language}.srt goes on after the recording"
    folder.measurements["original subtitles"] = f"{len(_cues(folder, ''))} cues"


def _shown_badly(style: Style, cues: list[Caption]) -> Iterator[str]:
    for cue in cues:
        rows = cue.text.split("\n")
        if len(rows) > style.rows or max(map(wide, rows)) > style.width:
            yield f"too wide at {cue.start_ms / 1000:.1f} s: {cue.text}"
        lasts = cue.end_ms - cue.start_ms
        if lasts > style.longest_ms + ROUNDED_MS or lasts <= 0:
            yield f"{lasts} ms on screen at {cue.start_ms / 1000:.1f} s: {cue.text}"
    for cue, after in pairwise(cues):
        if after.start_ms < cue.end_ms:
            yield f"the cue at {after.start_ms / 1000:.1f} s begins before the one before it ends"


def _others_differ(folder: Folder, language: str, cues: list[Caption]) -> Iterator[str]:
    """Whether VTT, ASS or the Simplified SRT tell other times."""
    own = [(cue.start_ms, cue.end_ms) for cue in cues]
    name = folder.path / ORIGINAL / f"{ORIGINAL}{language}.srt"
    vtt = read_vtt(name.with_suffix(".vtt").read_text("utf-8"))
    ass = read_ass(name.with_suffix(".ass").read_text("utf-8"))
    if [(cue.start_ms, cue.end_ms) for cue in vtt] != own:
        yield f"{ORIGINAL}{language}.vtt differs from the SRT"
    if len(ass) != len(cues) or any(
        abs(cue.start_ms - other.start_ms) > CLOSE_MS for cue, other in zip(cues, ass, strict=True)
    ):
        yield f"{ORIGINAL}{language}.ass differs from the SRT"
    if language and [(cue.start_ms, cue.end_ms) for cue in _cues(folder, "")] != own:
        yield f"{ORIGINAL}{language}.srt is timed unlike the Simplified"


def nothing_added(folder: Folder) -> Iterator[str]:
    """The subtitles say nothing that the script does not, in its order."""
    said = iter(letters(folder.spoken_text))
    for cue in _cues(folder, ""):
        if not all(any(one == other for other in said) for one in letters(cue.text)):
            yield f"not in script.md: {cue.text} at {cue.start_ms / 1000:.1f} s"
            return


def chapters(folder: Folder) -> Iterator[str]:
    """Chapters begin with the recording and cover it; every list of them is there."""
    times = _times(folder)
    told, length = times["chapters"], times["seconds"]
    if told and (told[0]["start"] != 0 or told[-1]["end"] < length):
        yield "the chapters do not cover the recording"
    if any(one["end"] != other["start"] for one, other in pairwise(told)):
        yield "there is a gap between two chapters"
    expected = [(round(one["start"] * 1000), str(one["title"])) for one in told]
    for name in LISTS:
        text = (folder.path / ORIGINAL / name).read_text("utf-8")
        if told and READERS[name].differs(text, expected, round(told[-1]["end"] * 1000)):
            yield f"{ORIGINAL}/{name} differs from {TIMES}"
    folder.measurements["original chapters"] = f"{len(told)}, to {length:.0f} s"


RULES = (
    ("original subtitles", subtitles),
    ("original says the script", nothing_added),
    ("original chapters", chapters),
)
