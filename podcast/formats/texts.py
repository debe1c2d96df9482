"""Episode -> the texts that are published with its sound: one table of all formats.

`production/publish.py` writes each of them, `published/check` reads each of them back,
`published/serve.py` sends each with its media type, and a test compares docs/files.md with the
table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from podcast.files.names import CHAPTERS, NOTES, PAGE, TRANSCRIPT
from podcast.formats.bilibili import bilibili_text
from podcast.formats.chapters_json import chapters_json_text
from podcast.formats.cue_sheet import cue_sheet_text
from podcast.formats.ffmetadata import ffmetadata_text
from podcast.formats.page import page_text
from podcast.formats.podlove import podlove_text
from podcast.formats.shownotes import Mentions, shownotes_text
from podcast.formats.transcript import transcript_text
from podcast.formats.xiaoyuzhou import xiaoyuzhou_text
from podcast.formats.youtube import youtube_text
from podcast.model import Episode

Told = Literal["chapters", "notice", "speech"]
"""What a reader of a text must find: the time and title of chapters; the AI-voice notice; all that
is said, and by whom."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Facts for the texts that are not in the episode.

    `link` is the episode's page on the web; `chapter_names` are the names of the chapters' own
    files, without suffix; `cover` is a JPEG of a few hundred pixels. `has_pictures` says whether
    each chapter has a picture of that name. `mentions` are the names and keywords of the episode;
    if None, they are looked for.
    """

    description: str = ""
    link: str = ""
    chapter_names: tuple[str, ...] = ()
    cover: bytes = b""
    has_pictures: bool = False
    mentions: Mentions | None = None

    @property
    def pictures(self) -> tuple[str, ...]:
        """The name of each chapter's picture, without suffix; empty if there are no pictures."""
        return self.chapter_names if self.has_pictures else ()


@dataclass(frozen=True, slots=True)
class Text:
    """A format: the function that writes it, what a reader must find in it, its media type."""

    write: Callable[[Episode, Beside], str]
    tells: tuple[Told, ...]
    media_type: str


def _page(episode: Episode, beside: Beside) -> str:
    return page_text(
        episode, beside.chapter_names, beside.cover, beside.description, beside.pictures
    )


TEXTS: dict[str, Text] = {
    CHAPTERS: Text(
        lambda episode, beside: chapters_json_text(episode, beside.link, beside.pictures),
        ("chapters",),
        "application/json",
    ),
    "chapters.txt": Text(
        lambda episode, _: youtube_text(episode),
        ("chapters",),
        "text/plain",
    ),
    "chapters.bilibili.txt": Text(
        lambda episode, _: bilibili_text(episode),
        ("chapters",),
        "text/plain",
    ),
    "chapters.xiaoyuzhou.txt": Text(
        lambda episode, _: xiaoyuzhou_text(episode),
        ("chapters",),
        "text/plain",
    ),
    "chapters.podlove.xml": Text(
        lambda episode, beside: podlove_text(episode, beside.link, beside.pictures),
        ("chapters",),
        "application/xml",
    ),
    "chapters.ffmetadata": Text(
        lambda episode, _: ffmetadata_text(episode),
        ("chapters",),
        "text/plain",
    ),
    "episode.cue": Text(
        lambda episode, _: cue_sheet_text(episode),
        ("chapters",),
        "text/plain",
    ),
    NOTES: Text(
        lambda episode, beside: shownotes_text(episode, beside.description, beside.mentions),
        ("chapters", "notice"),
        "text/markdown",
    ),
    TRANSCRIPT: Text(
        lambda episode, _: transcript_text(episode),
        ("speech",),
        "application/json",
    ),
    PAGE: Text(_page, ("chapters", "notice"), "text/html"),
}
