"""episode.m4b and episode.mp4 -> faults; both files are optional."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mutagen.mp4 import MP4

from podcast.files.names import AUDIOBOOK, VIDEO
from podcast.formats.tags import M4B_LABEL
from podcast.model import NOTICE
from podcast.outside import ffmpeg
from podcast.published.check.opened import Folder, chapter_blocks
from podcast.published.episode import video_key, video_record

NERO = 255  # chapters that Nero's list can hold
APART = 0.15  # seconds by which lengths may differ: a frame of the video and one of the sound


def m4b(folder: Folder) -> Iterator[str]:
    """The M4B is AAC, as long as the episode, with both chapter lists, tags and cover."""
    path = folder.path / AUDIOBOOK
    file: Any = MP4(path)
    folder.measurements[AUDIOBOOK] = f"{file.info.length:.1f} s, {file.info.bitrate // 1000} kbit/s"
    yield from _sound(path, folder)
    yield from _chapters(path, folder)
    nero = [(round(chapter.start * 1000), chapter.title) for chapter in file.chapters or ()]
    if not _alike(nero, _expected(folder)[:NERO]):
        yield "Nero's chapters differ from chapters.json"
    yield from _tags(file, folder)
    if not file.get("covr"):
        yield "no cover"


def video(folder: Folder) -> Iterator[str]:
    """The video is 1080p H.264 and AAC, as long as the episode, with all chapters.

    The files that `podcast video` wrote with it are there.
    """
    path = folder.path / VIDEO
    streams = ffmpeg.describe(path)[0]
    picture = re.search(r"Video: (\w+).*?(\d{3,5}x\d{3,5}).*?([\d.]+) fps", streams)
    if not picture or (picture[1], picture[2]) != ("h264", "1920x1080"):
        yield "its picture is not H.264 at 1920 x 1080"
    else:
        folder.measurements["video"] = f"{picture[1]}, {picture[2]}, {picture[3]} frames/s"
    if picture and "yuv420p" not in streams:
        yield "its colours are not yuv420p"
    yield from _sound(path, folder)
    yield from _chapters(path, folder)
    yield from _tags(MP4(path), folder)
    record = video_record(folder.path)
    if record and record["of"] != video_key(folder.path):
        yield "it was made from another build; run `podcast video` again"
    for name, size in record.get("files", {}).items():
        written = folder.path / name
        if not written.is_file():
            yield f"no {name}"
        elif name == VIDEO and written.stat().st_size != size:
            yield f"{name} was changed since it was made"


def _sound(path: Path, folder: Folder) -> Iterator[str]:
    streams = ffmpeg.describe(path)[0]
    sound = re.search(r"Audio: (\w+).*?(\d+) Hz", streams)
    if not sound or sound[1] != "aac" or int(sound[2]) not in (44_100, 48_000):
        yield "its sound is not AAC at 44.1 or 48 kHz"
    length = re.search(r"Duration: (\d+):(\d\d):(\d\d\.\d+)", streams)
    seconds = int(length[1]) * 3600 + int(length[2]) * 60 + float(length[3]) if length else 0.0
    if abs(seconds - folder.report.seconds) > APART:
        yield f"it lasts {seconds:.2f} s, the episode {folder.report.seconds:.2f} s"


def _chapters(path: Path, folder: Folder) -> Iterator[str]:
    """The chapter track, which most players show, has all chapters."""
    metadata = ffmpeg.describe(path)[1]
    if not _alike(list(read_chapters(metadata)), _expected(folder)):
        yield "its chapters differ from chapters.json"


def _expected(folder: Folder) -> list[tuple[int, str]]:
    """The start in milliseconds and the title of each chapter in chapters.json."""
    return [
        (round(chapter["startTime"] * 1000), str(chapter["title"])) for chapter in folder.chapters
    ]


def _alike(found: list[tuple[int, str]], expected: list[tuple[int, str]]) -> bool:
    """Whether starts are within 2 ms, and titles equal or cut because they are over 255 bytes."""
    return len(found) == len(expected) and all(
        abs(start_ms - expected_ms) <= 2 and (title == whole or _is_cut(title, whole))
        for (start_ms, title), (expected_ms, whole) in zip(found, expected, strict=True)
    )


def _is_cut(title: str, whole: str) -> bool:
    """Whether `title` is the beginning of `whole`, which is over 255 bytes, with an ellipsis.

    >>> _is_cut("八" * 80 + "…", "八" * 90), _is_cut("八…", "八九")
    (True, False)
    """
    fits = len(whole.encode()) <= 255
    return not fits and title.endswith("…") and whole.startswith(title[:-1].rstrip())


def _tags(file: Any, folder: Folder) -> Iterator[str]:
    if file.get("\xa9nam") != [folder.report.title]:
        yield f"it is tagged {file.get('©nam')}"
    is_told = NOTICE in file.get("\xa9cmt", []) and bool(file.get(M4B_LABEL))
    if not is_told and not folder.report.human:
        yield "its tags do not say that the voices are synthetic"


def read_chapters(text: str) -> Iterator[tuple[int, str]]:
    r"""(start in milliseconds, title) of each chapter in a file of ffmpeg's metadata.

    Raises ValueError if a chapter has no times.

    >>> list(read_chapters("[CHAPTER]\nTIMEBASE=1/100\nSTART=250\nEND=300\ntitle=a\\=[CHAPTER]\n"))
    [(2500, 'a=[CHAPTER]')]
    """
    for block in chapter_blocks(text):
        fields = re.match(
            r"TIMEBASE=(\d+)/(\d+)\nSTART=(\d+)\nEND=\d+\n(?:title=((?:[^\\\n]|\\.)*))?",
            block,
            re.DOTALL,
        )
        if not fields:
            raise ValueError("a chapter has no times")
        ticks, base, start, title = fields.groups()
        yield int(start) * int(ticks) * 1000 // int(base), re.sub(r"\\(.)", r"\1", title or "")


MADE = {AUDIOBOOK: (AUDIOBOOK, m4b), VIDEO: ("video", video)}
