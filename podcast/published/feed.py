"""out/ -> out/feed.xml: all built episodes in one feed."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlsplit

from podcast.errors import WriteError
from podcast.files.names import NOTES, SOUND
from podcast.files.whole import replacing
from podcast.formats.feed import Item, Show, feed_text
from podcast.published.report import Report, require_fields
from podcast.published.serve import episodes


def write_feed(out: Path, show: Show) -> Path:
    """Write the feed of all episodes in `out`; returns the path of the feed.

    Raises WriteError if there is no episode, `show.link` is no web address or the feed cannot be
    written, and ReadError if the report of an episode lacks its title or its length.
    """
    parts = urlsplit(show.link)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise WriteError(
            f"{show.link!r} is no web address; give the address that {out} will have, https://…"
        )
    items = [_item(out / name) for name, _ in episodes(out)]
    if not items:
        raise WriteError(f"there is no episode in {out}; run `podcast make` first")
    path = out / "feed.xml"
    with replacing(path) as part:
        part.write_bytes(feed_text(show, items).encode())
    return path


def _item(folder: Path) -> Item:
    report = require_fields(folder, "title", "seconds")
    return Item(
        folder.name,
        report.title,
        report.seconds,
        (folder / NOTES).read_text("utf-8"),
        _published(folder, report),
        (folder / SOUND).stat().st_size,
        report.link,
        report.voices,
        report.human,
    )


def _published(folder: Path, report: Report) -> datetime:
    """The episode's own date, or the time at which its sound was written if it has none.

    A date without a time zone is taken as UTC.
    """
    try:
        date = datetime.fromisoformat(report.date)
        zoned = date if date.tzinfo else date.replace(tzinfo=timezone.utc)
        return zoned.astimezone(timezone.utc)
    except (ValueError, OverflowError):  # no date, or one before the year 1 in UTC
        made = (folder / SOUND).stat().st_mtime
        return datetime.fromtimestamp(int(made), timezone.utc)
