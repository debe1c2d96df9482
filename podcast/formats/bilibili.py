"""Episode -> the chapter list for a Bilibili video."""

from __future__ import annotations

import re
from itertools import pairwise

from podcast.formats.printed import full_clock, milliseconds, one_line
from podcast.model import Episode, Span

# Source: Bilibili's upload page.
_MOST_CHAPTERS = 10  # chapters of a video
_LONGEST_CHARS = 16  # characters of a title
_SHORTEST_SECONDS = 5  # seconds of a chapter


def bilibili_text(episode: Episode) -> str:
    """Lines of `MM:SS title`, within the limits of the site.

    If an episode has more than ten chapters and two to ten parts, its parts are listed. Otherwise
    the shortest neighbours are joined under the title of the first.
    """
    chapters = (
        _by_parts(episode) if len(episode.tracks) > _MOST_CHAPTERS else list(episode.chapters)
    )
    return "".join(
        f"{full_clock(milliseconds(chapter.start, episode.rate))} {_shortened(chapter.text)}\n"
        for chapter in joined(chapters, _MOST_CHAPTERS, _SHORTEST_SECONDS * episode.rate)
    )


def _by_parts(episode: Episode) -> list[Span]:
    """One span for each part; chapters before the first part are one span, titled as the first."""
    spans: list[Span] = []
    for chapter, track in zip(episode.chapters, episode.tracks, strict=True):
        if track.part or not spans:
            spans.append(Span(chapter.start, chapter.end, track.part or chapter.text))
        else:
            spans[-1] = Span(spans[-1].start, chapter.end, spans[-1].text)
    return spans if 2 <= len(spans) <= _MOST_CHAPTERS else list(episode.chapters)


def joined(chapters: list[Span], most: int, shortest: int) -> list[Span]:
    """At most `most` chapters of at least `shortest` samples each: short neighbours are joined.

    A single chapter may be shorter, if the whole sound is.
    """
    chapters = list(chapters)
    while len(chapters) > 1:
        lengths = [chapter.end - chapter.start for chapter in chapters]
        if len(chapters) <= most and min(lengths) >= shortest:
            break
        pairs = [a + b for a, b in pairwise(lengths)]
        least = lengths.index(min(lengths))
        left = max(least - 1, 0)
        pair = min(range(left, min(least + 1, len(pairs))), key=pairs.__getitem__)
        first, second = chapters[pair : pair + 2]
        chapters[pair : pair + 2] = [Span(first.start, second.end, first.text)]
    return chapters


def _shortened(title: str) -> str:
    """A title of at most 16 characters; a longer one is cut before a mark if there is one.

    A mark among the first six characters is too early and is not used.

    >>> _shortened("开场")
    '开场'
    >>> _shortened("特朗普上任一个月：一百多条行政令与关税")
    '特朗普上任一个月'
    >>> _shortened("一二三四五六七八九十一二三四五六七八")
    '一二三四五六七八九十一二三四五…'
    """
    title = one_line(title)
    if len(title) <= _LONGEST_CHARS:
        return title
    marks = [
        found.start() for found in re.finditer(r"[，、：；,;:—– ]", title[: _LONGEST_CHARS + 1])
    ]
    return title[: marks[-1]] if marks and marks[-1] >= 6 else title[: _LONGEST_CHARS - 1] + "…"
