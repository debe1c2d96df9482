"""Episode -> Podcasting 2.0 chapters."""

from __future__ import annotations

import json
from collections.abc import Sequence

from podcast.formats.printed import chapter_link, milliseconds, one_line, picture_link
from podcast.model import Episode


def chapters_json_text(episode: Episode, link: str = "", pictures: Sequence[str] = ()) -> str:
    """The text of a JSON chapters file; times are in seconds with milliseconds.

    `link` is the episode's page on the web; each chapter then has a link to its second there.
    `pictures` has the name of each chapter's picture without suffix, or is empty.

    Source: Podcast Namespace, JSON chapters 1.2.0.
    """
    chapters: list[dict[str, object]] = [
        {
            "startTime": milliseconds(chapter.start, episode.rate) / 1000,
            "endTime": milliseconds(chapter.end, episode.rate) / 1000,
            "title": one_line(chapter.text),
        }
        for chapter in episode.chapters
    ]
    if link:
        for chapter, mark in zip(chapters, episode.chapters, strict=True):
            chapter["url"] = chapter_link(link, milliseconds(mark.start, episode.rate))
    for chapter, name in zip(chapters, pictures, strict=False):
        if image := picture_link(link, name):
            chapter["img"] = image
    page: dict[str, object] = {"version": "1.2.0", "title": one_line(episode.title)}
    if episode.author:
        page["author"] = one_line(episode.author)
    page["chapters"] = chapters
    return json.dumps(page, ensure_ascii=False, indent=2) + "\n"
