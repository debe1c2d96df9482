"""Episode -> the chapter list for 小宇宙's show notes."""

from __future__ import annotations

from podcast.formats.printed import full_clock, milliseconds, one_line
from podcast.model import Episode


def xiaoyuzhou_text(episode: Episode) -> str:
    """Lines of `MM:SS title`, or `HH:MM:SS title` from the first hour on.

    The app turns each time into a link.
    """
    return "".join(
        f"{full_clock(milliseconds(chapter.start, episode.rate))} {one_line(chapter.text)}\n"
        for chapter in episode.chapters
    )
