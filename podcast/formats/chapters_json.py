"""Episode -> Podcasting 2.0 chapters."""

from __future__ import annotations

import json

from podcast.formats.printed import milliseconds, one_line
from podcast.model import Episode


def chapters_json_text(episode: Episode) -> str:
    """Chapters in seconds to the millisecond, as `application/json+chapters`.

    Source: Podcast Namespace, JSON chapters 1.2.0.
    """
    chapters = [
        {
            "startTime": milliseconds(chapter.start, episode.rate) / 1000,
            "endTime": milliseconds(chapter.end, episode.rate) / 1000,
            "title": one_line(chapter.text),
        }
        for chapter in episode.chapters
    ]
    page: dict[str, object] = {"version": "1.2.0", "title": one_line(episode.title)}
    if episode.author:
        page["author"] = one_line(episode.author)
    page["chapters"] = chapters
    return json.dumps(page, ensure_ascii=False, indent=2) + "\n"
