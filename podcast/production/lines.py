"""Takes -> the subtitle lines of each chapter, cut unless the store holds them.

Lines are no part of a take: another style of subtitles, or another way to cut lines, must not
record a chapter again.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from podcast.files.keys import content_key
from podcast.files.sources import sources_key
from podcast.files.store import Store
from podcast.formats.subtitles.lines import style_of, subtitle_turns
from podcast.model import RATE, Span, Style
from podcast.production.jobs import Job
from podcast.sound.assemble import Take

Lines = tuple[Span, ...]


def lined(jobs: Sequence[Job], takes: Sequence[Take]) -> list[Lines]:
    """The subtitle lines of each take, in the style of the recipe. Raises WriteError.

    They are not put at the store's URL: to cut them again takes less time than to fetch them.
    """
    style = style_of(jobs[0].recipe)
    look = content_key(style, sources_key(__name__))
    return [
        _remembered(job.store.here, f"{job.key}-{content_key(look, take.sound)}.lines", take, style)
        for job, take in zip(jobs, takes, strict=True)
    ]


def _remembered(store: Store, name: str, take: Take, style: Style) -> Lines:
    """The lines that the store has under a name; if it has none, they are cut and stored."""

    def cut() -> bytes:
        made = subtitle_turns(words_by_turn(take), RATE, style)
        rows = [(line.start, line.end, line.text) for line in made]
        return json.dumps(rows, ensure_ascii=False).encode("utf-8", "surrogatepass")

    rows = json.loads(store.once(name, cut))
    return tuple(Span(start, end, text) for start, end, text in rows)


def words_by_turn(take: Take) -> Iterator[tuple[Span, ...]]:
    """The words of each turn in which somebody speaks, in order."""
    starts = [turn.start for turn in take.turns]
    turns: dict[int, list[Span]] = {}
    for word in take.track.words:
        turns.setdefault(bisect_right(starts, word.start), []).append(word)
    return (tuple(words) for words in turns.values())
