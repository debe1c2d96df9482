"""Episode -> the chapter list to paste under a YouTube video."""

from __future__ import annotations

from collections.abc import Sequence

from podcast.formats.printed import clock, milliseconds, one_line
from podcast.model import Episode, Span

SHORTEST_SECONDS = 10  # seconds of a chapter (YouTube Help, "Video chapters")


def youtube_text(episode: Episode) -> str:
    """Lines of `M:SS title`, the first at 0:00.

    YouTube shows chapters only if there are at least three, each of at least ten seconds. So a
    shorter chapter is left out and belongs to the one before it. With fewer than three chapters,
    YouTube only turns the times into links. Source: YouTube Help.
    """
    return "".join(
        f"{clock(milliseconds(chapter.start, episode.rate))} {one_line(chapter.text)}\n"
        for chapter in long_enough(episode.chapters, SHORTEST_SECONDS * episode.rate)
    )


def long_enough(chapters: Sequence[Span], shortest: int) -> list[Span]:
    """Chapters of at least `shortest` samples: a shorter one belongs to the one before.

    The first takes in what follows until it is long enough.

    >>> chapters = [Span(0, 9, "一"), Span(9, 20, "二"), Span(20, 22, "三"), Span(22, 40, "四")]
    >>> [(one.start, one.end, one.text) for one in long_enough(chapters, 10)]
    [(0, 22, '一'), (22, 40, '四')]
    """
    kept: list[Span] = []
    for chapter in chapters:
        last = kept[-1] if kept else None
        is_short = chapter.end - chapter.start < shortest
        if last and (is_short or last.end - last.start < shortest):
            kept[-1] = Span(last.start, chapter.end, last.text)
        else:
            kept.append(chapter)
    return kept
