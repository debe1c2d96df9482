"""Episode -> title, description and tags for the upload pages of YouTube and Bilibili.

Sources: YouTube Help (titles 100 characters, descriptions 5000, tags 500, no angle brackets);
Bilibili's upload page (titles 80 characters, descriptions 2000, ten tags of 20).
"""

from __future__ import annotations

from collections.abc import Sequence

from podcast.formats.bilibili import joined
from podcast.formats.printed import clock, milliseconds, one_line
from podcast.formats.youtube import SHORTEST_SECONDS
from podcast.model import NOTICE_ENGLISH, Episode

_YOUTUBE_TITLE, _YOUTUBE_DESCRIPTION, _YOUTUBE_TAGS = 100, 5000, 500  # characters
_CHAPTERS = (100, 70, 50, 30)  # the number of chapters is reduced in these steps
_LISTED = 3200  # characters: the number is reduced until the list is no longer than this
_BILIBILI_TITLE, _BILIBILI_DESCRIPTION = 80, 2000  # characters
_BILIBILI_TAGS, _BILIBILI_TAG = 10, 20  # tags; characters of each
_CLOSED = str.maketrans("<>", "＜＞")


def youtube_title(episode: Episode) -> str:
    """The title in at most 100 characters, without angle brackets.

    >>> youtube_title(Episode("<三体>" + "八" * 100, 1, ())) == "＜三体＞" + "八" * 95 + "…"
    True
    """
    return _within(one_line(episode.title).translate(_CLOSED), _YOUTUBE_TITLE)


def bilibili_title(episode: Episode) -> str:
    """The title in at most 80 characters."""
    return _within(one_line(episode.title), _BILIBILI_TITLE)


def youtube_description(episode: Episode, summary: str, names: Sequence[str]) -> str:
    """The description: summary, notice, chapters, which YouTube turns into links, and names.

    A part that would make it too long is left out.
    """
    listed = _chapters(episode)
    parts = [
        _within(one_line(summary), 1000),
        episode.notice and f"{episode.notice}\n{NOTICE_ENGLISH}",
        listed and f"章节\n{listed}",
        _listed("提到的名字", names, 1500),
    ]
    return _description(parts, _YOUTUBE_DESCRIPTION).translate(_CLOSED)


def _chapters(episode: Episode) -> str:
    """The list of chapters, a time and a title on each line.

    The shortest chapters are joined to their neighbours until the list is short enough.
    """
    listed = ""
    for most in _CHAPTERS:
        chapters = joined(list(episode.chapters), most, SHORTEST_SECONDS * episode.rate)
        listed = "\n".join(
            f"{clock(milliseconds(each.start, episode.rate))} {_within(one_line(each.text), 40)}"
            for each in chapters
        )
        if len(listed) <= _LISTED:
            break
    return listed


def bilibili_description(episode: Episode, summary: str, names: Sequence[str]) -> str:
    """The description: summary, notice, author, date and names.

    It has no chapters, since the upload page has a separate field for them.
    """
    credit = " · ".join(filter(None, (one_line(episode.author), one_line(episode.date))))
    parts = [
        _within(one_line(summary), 1000),
        episode.notice,
        credit,
        _listed("提到的名字", names, 700),
    ]
    return _description(parts, _BILIBILI_DESCRIPTION)


def youtube_tags(episode: Episode, names: Sequence[str]) -> str:
    """The tags, separated by commas as the upload page takes them; at most 500 characters."""
    kept: list[str] = []
    for tag in _tags(episode, names):
        quoted = [f'"{each}"' if " " in each else each for each in [*kept, tag]]
        if len(",".join(quoted)) <= _YOUTUBE_TAGS:
            kept.append(tag)
    return ",".join(kept) + "\n"


def bilibili_tags(episode: Episode, names: Sequence[str]) -> str:
    """At most ten tags, one on each line."""
    kept = [tag for tag in _tags(episode, names) if len(tag) <= _BILIBILI_TAG][:_BILIBILI_TAGS]
    return "".join(f"{tag}\n" for tag in kept)


def _tags(episode: Episode, names: Sequence[str]) -> list[str]:
    """The tags, each once: 播客, the author, and the names; without characters that end a tag."""
    plain = (one_line(name).strip("《》") for name in ("播客", episode.author, *names))
    kept = ("".join(c for c in tag if c not in ',，<>"') for tag in plain)
    return list(dict.fromkeys(filter(None, kept)))


def _listed(heading: str, names: Sequence[str], most: int) -> str:
    """A heading and as many of the names as fit into `most` characters; empty without names."""
    shown = ""
    for name in map(one_line, names):
        if len(shown) + len(name) + 1 <= most:
            shown += f"、{name}" if shown else name
    return f"{heading}\n{shown}" if shown else ""


def _description(parts: Sequence[str], most: int) -> str:
    """The parts with blank lines between; a part that would exceed `most` characters is missing."""
    kept = ""
    for part in filter(None, parts):
        longer = f"{kept}\n{part}\n" if kept else f"{part}\n"
        if len(longer) <= most:
            kept = longer
    return kept


def _within(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
