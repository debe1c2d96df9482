"""out/ -> out/feed.xml: all built episodes in one feed."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlsplit

from podcast.errors import WriteError
from podcast.files.names import NOTES, SOUND
from podcast.files.whole import replacing
from podcast.formats.feed import Item, Show, feed_text
from podcast.published.report import Report, require_told
from podcast.published.serve import episodes


def write_feed(out: Path, show: Show) -> Path:
    """Write the feed of every episode in `out`; returns where it is.

    Raises WriteError where there is no episode, or the link is none; ReadError where the report of
    one does not tell what a feed must.
    """
    parts = urlsplit(show.link)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise WriteError(f"{show.link!r} is no web address; give where {out} will be, https://…")
    items = [_item(out / name) for name, _ in episodes(out)]
    if not items:
        raise WriteError(f"there is no episode in {out}; run podcast make first")
    path = out / "feed.xml"
    with replacing(path) as part:
        part.write_bytes(feed_text(show, items).encode())
    return path


def _item(folder: Path) -> Item:
    report = require_told(folder, "title", "seconds")
    return Item(
        folder.name,
        report.title,
        report.seconds,
        (folder / NOTES).read_text("utf-8"),
        _published(folder, report),
        (folder / SOUND).stat().st_size,
        report.link,
        report.voices,
    )


def _published(folder: Path, report: Report) -> datetime:
    """The date that the episode tells, in UTC where it tells no zone; else when it was made."""
    try:
        told = datetime.fromisoformat(report.date)
        dated = told if told.tzinfo else told.replace(tzinfo=timezone.utc)
        return dated.astimezone(timezone.utc)
    except (ValueError, OverflowError):  # no date, or one before the year 1 in UTC
        made = (folder / SOUND).stat().st_mtime
        return datetime.fromtimestamp(int(made), timezone.utc)
