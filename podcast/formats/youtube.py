"""Episode -> the chapter list to paste under a YouTube video."""

from __future__ import annotations

from podcast.formats.printed import milliseconds, one_line, stamp
from podcast.model import Episode


def youtube_text(episode: Episode) -> str:
    """A time and a title a line, the first 0:00.

    YouTube shows chapters only where there are at least three of at least ten seconds;
    below that the list is still clickable times.
    """
    return "".join(
        f"{_clock(milliseconds(chapter.start, episode.rate))} {one_line(chapter.text)}\n"
        for chapter in episode.chapters
    )


def _clock(ms: int) -> str:
    """Hours only where there are any; the first line must read 0:00.

    >>> _clock(0), _clock(3_723_500)
    ('0:00', '1:02:03')
    """
    return stamp(ms).rpartition(".")[0].removeprefix("00:").removeprefix("0")
