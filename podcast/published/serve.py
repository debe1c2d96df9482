"""out/ -> what a server on this machine may show of it: the episodes, and their files."""

from __future__ import annotations

from pathlib import Path

from podcast.files.names import PAGE, REPORT
from podcast.formats.texts import TEXTS
from podcast.published.report import Report, read_report

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".srt": "application/x-subrip; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".xml": "application/rss+xml; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".m4b": "audio/mp4",
    ".mp4": "video/mp4",
    ".jpg": "image/jpeg",
    ".png": "image/png",
}
OTHER = "application/octet-stream"
UTF_8 = "; charset=utf-8"


def media_type(path: Path) -> str:
    """The media type of a file: TEXTS has that of an episode's texts, the suffix tells others.

    >>> media_type(Path("out/talk/chapters.podlove.xml")), media_type(Path("out/feed.xml"))
    ('application/xml; charset=utf-8', 'application/rss+xml; charset=utf-8')
    """
    if text := TEXTS.get(path.name):
        return text.media_type + UTF_8
    return TYPES.get(path.suffix.lower(), OTHER)


def require_inside(folder: Path, address: str) -> Path:
    """The file or folder that an address names, in which nothing is percent-encoded any more.

    Raises FileNotFoundError if there is none, if it is outside `folder`, or if a name in the
    address begins with a dot: hidden files are not served.
    """
    parts = [part for part in address.split("/") if part]
    if any(part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        raise FileNotFoundError(address)
    root = folder.resolve()
    path = root.joinpath(*parts).resolve()
    if not path.is_relative_to(root) or not path.exists():
        raise FileNotFoundError(address)
    return path


def episodes(folder: Path) -> list[tuple[str, Report]]:
    """The name and the report of each built episode in a folder, the newest first."""
    found = [
        (path.parent.name, read_report(path.parent))
        for path in folder.glob(f"*/{REPORT}")
        if (path.parent / PAGE).is_file()
    ]
    return sorted(found, key=lambda each: (each[1].date, each[0]), reverse=True)
