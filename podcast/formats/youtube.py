"""Episode -> the chapter list to paste under a YouTube video."""

from __future__ import annotations

from podcast.formats.printed import clock, milliseconds, one_line
from podcast.model import Episode


def youtube_text(episode: Episode) -> str:
    """A time and a title a line, the first 0:00.

    YouTube shows chapters only where there are at least three of at least ten seconds;
    below that the list is still clickable times.
    """
    return "".join(
        f"{clock(milliseconds(chapter.start, episode.rate))} {one_line(chapter.text)}\n"
        for chapter in episode.chapters
    )
