"""Episode -> the chapter list for 小宇宙's show notes."""

from __future__ import annotations

from podcast.formats.printed import milliseconds, one_line, stamp
from podcast.model import Episode


def xiaoyuzhou_text(episode: Episode) -> str:
    """`MM:SS title`, or `HH:MM:SS title` from the first hour on: the app links each time."""
    return "".join(
        f"{_clock(milliseconds(chapter.start, episode.rate))} {one_line(chapter.text)}\n"
        for chapter in episode.chapters
    )


def _clock(ms: int) -> str:
    return stamp(ms).rpartition(".")[0].removeprefix("00:")
