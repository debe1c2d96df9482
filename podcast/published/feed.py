"""out/ -> out/feed.xml: all built episodes in one feed."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from podcast.errors import ReadError, WriteError
from podcast.files.addresses import is_web_address
from podcast.files.names import FEED, NOTES, SOUND
from podcast.files.whole import replacing
from podcast.formats.feed import Item, Show, feed_text, read_feed
from podcast.published.report import Report, require_fields
from podcast.published.serve import episodes


def write_feed(out: Path, show: Show) -> Path:
    """Write the feed of all episodes in `out`; returns the path of the feed.

    Raises WriteError if there is no episode, `show.link` is no web address or the feed cannot be
    written, and ReadError if the report of an episode lacks its title or its length.
    """
    if not is_web_address(show.link):
        raise WriteError(
            f"{show.link!r} is no web address; give the address that {out} will have, https://…"
        )
    items = [item_of(out / name) for name, _ in episodes(out)]
    if not items:
        raise WriteError(f"there is no episode in {out}; run `podcast make` first")
    path = out / FEED
    with replacing(path) as part:
        part.write_bytes(feed_text(show, items).encode())
    return path


def read_show(out: Path) -> Show:
    """The podcast that the feed in `out` tells of.

    Raises ReadError if there is no feed, or it cannot be understood.
    """
    again = "run `podcast feed --link … --title … --author …`"
    try:
        return read_feed((out / FEED).read_bytes()).show
    except FileNotFoundError:
        raise ReadError(
            f"{out} has no {FEED}, which tells the podcast's name and its address on the web; "
            f"{again} first"
        ) from None
    except (OSError, ValueError) as error:
        raise ReadError(f"{out / FEED} cannot be understood ({error}); {again} again") from error


def item_of(folder: Path, published: datetime | None = None) -> Item:
    """The episode in `folder` as an item of a feed.

    An episode whose report tells no date has the date `published`, or else that of its sound file.
    Raises ReadError if the report lacks its title or its length.
    """
    report = require_fields(folder, "title", "seconds")
    return Item(
        folder.name,
        report.title,
        report.seconds,
        (folder / NOTES).read_text("utf-8"),
        _own_date(report) or published or _made(folder),
        (folder / SOUND).stat().st_size,
        report.link,
        report.voices,
        report.human,
        report.keywords,
    )


def _own_date(report: Report) -> datetime | None:
    """The date that the episode's report tells, or None. One without a time zone is in UTC."""
    try:
        date = datetime.fromisoformat(report.date)
        zoned = date if date.tzinfo else date.replace(tzinfo=timezone.utc)
        return zoned.astimezone(timezone.utc)
    except (ValueError, OverflowError):  # no date, or one before the year 1 in UTC
        return None


def _made(folder: Path) -> datetime:
    """The time at which an episode's sound was written."""
    return datetime.fromtimestamp(int((folder / SOUND).stat().st_mtime), timezone.utc)
