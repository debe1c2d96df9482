"""out/ -> out/feed.xml: all built episodes in one feed."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from podcast.errors import WriteError
from podcast.formats.feed import Item, Show, feed_text
from podcast.serve import episodes
from podcast.store import replacing


def write_feed(out: Path, show: Show) -> Path:
    """Write the feed of every episode in `out`; returns where it is.

    Raises WriteError where there is no episode, or the link is none.
    """
    parts = urlsplit(show.link)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise WriteError(f"{show.link!r} is no web address; give where {out} will be, https://…")
    items = [_item(out / name, report) for name, report in episodes(out)]
    if not items:
        raise WriteError(f"there is no episode in {out}; podcast make one first")
    path = out / "feed.xml"
    with replacing(path) as part:
        part.write_bytes(feed_text(show, items).encode())
    return path


def _item(folder: Path, report: dict[str, Any]) -> Item:
    sound = (folder / "episode.mp3").stat()
    notes = (folder / "shownotes.md").read_text("utf-8")
    return Item(folder.name, report, notes, _published(folder, report), sound.st_size)


def _published(folder: Path, report: dict[str, Any]) -> datetime:
    """The date that the episode tells, in UTC where it tells no zone; else when it was made."""
    try:
        told = datetime.fromisoformat(str(report["date"]))
        return told if told.tzinfo else told.replace(tzinfo=timezone.utc)
    except (KeyError, ValueError):
        made = (folder / "episode.mp3").stat().st_mtime
        return datetime.fromtimestamp(int(made), timezone.utc)
