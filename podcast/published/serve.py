"""out/ -> http://127.0.0.1: the episodes, listed and heard, on this machine alone."""

from __future__ import annotations

import re
from errno import EADDRINUSE
from functools import partial
from html import escape
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, unquote, urlsplit

from podcast.errors import ServerError
from podcast.files.names import PAGE, REPORT
from podcast.files.tidy import named
from podcast.formats.texts import TEXTS
from podcast.published.report import Report, read_report

LOCALHOST = "127.0.0.1"
CHUNK = 1 << 16  # bytes sent at a time
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
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
STYLE = """:root{color-scheme:light dark}body{max-width:60rem;margin:0 auto;padding:3rem 1.5rem;
font:17px/1.6 "PingFang SC","Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif;
background:light-dark(#fbf9f4,#171614);color:light-dark(#23211d,#e8e3d9)}
ul{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:2rem;padding:0;
list-style:none}a{color:inherit;text-decoration:none}a:hover b{text-decoration:underline}
img{display:block;width:100%;aspect-ratio:1;object-fit:cover;border-radius:10px;margin-bottom:.6rem}
small{display:block;color:light-dark(#686157,#a59d90)}"""


def media_type(path: Path) -> str:
    """What a file is sent as: a text of an episode as its format says, any other by its suffix.

    >>> media_type(Path("out/talk/chapters.podlove.xml")), media_type(Path("out/feed.xml"))
    ('application/xml; charset=utf-8', 'application/rss+xml; charset=utf-8')
    """
    if text := TEXTS.get(path.name):
        return text.media_type + UTF_8
    return TYPES.get(path.suffix.lower(), OTHER)


class Unsatisfiable(ValueError):
    """A range that holds no byte of the file."""


def byte_range(header: str, size: int) -> range | None:
    """The bytes that a Range header asks of a file; None where it asks for all, or for several.

    Raises Unsatisfiable. Source: RFC 9110, 14.

    >>> byte_range("bytes=2-", 10), byte_range("bytes=-3", 10), byte_range("lines=1-2", 10)
    (range(2, 10), range(7, 10), None)
    """
    found = re.fullmatch(r"bytes=\s*(\d*)\s*-\s*(\d*)\s*", header.strip(), re.IGNORECASE)
    if not found or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= stop:
        raise Unsatisfiable(header)
    return range(start, stop)


def require_inside(folder: Path, address: str) -> Path:
    """The file or folder that an address names; raises FileNotFoundError where it is not shown.

    Nothing outside `folder` is, nor anything whose name begins with a dot.
    """
    parts = [part for part in unquote(urlsplit(address).path).split("/") if part]
    if any(part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        raise FileNotFoundError(address)
    root = folder.resolve()
    path = root.joinpath(*parts).resolve()
    if not path.is_relative_to(root) or not (path == root or path.exists()):
        raise FileNotFoundError(address)  # before a first build there is no folder, but its page
    return path


def episodes(folder: Path) -> list[tuple[str, Report]]:
    """The built episodes in a folder, the newest first: name and report."""
    found = [
        (path.parent.name, read_report(path.parent))
        for path in folder.glob(f"*/{REPORT}")
        if (path.parent / PAGE).is_file()
    ]
    return sorted(found, key=lambda each: (each[1].date, each[0]), reverse=True)


def index_text(folder: Path) -> str:
    """The page that lists the episodes, each with its cover."""
    entries = "".join(_entry(name, report) for name, report in episodes(folder))
    listed = f"<ul>{entries}</ul>" if entries else "<p>还没有节目。</p>"
    return (
        f'<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>全部节目</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY} data:">'
        f"<style>{STYLE}</style></head><body><main><h1>全部节目</h1>{listed}</main></body></html>\n"
    )


def _entry(name: str, report: Report) -> str:
    """An episode's cover, its title, and how long it is, as far as its report tells."""
    address = quote(name, errors="surrogateescape")
    title = escape(report.title or named(Path(name)))
    facts = [f"{max(1, round(report.seconds / 60))} 分钟"] if report.seconds else []
    facts += [f"{len(report.chapters)} 章"] if report.chapters else []
    return (
        f'<li><a href="/{address}/"><img src="/{address}/cover.jpg" alt="" loading="lazy">'
        f"<b>{title}</b><small>{' · '.join(facts)}</small></a></li>"
    )


class Answering(SimpleHTTPRequestHandler):
    """Answers one request for something in `folder`."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: Any, folder: Path) -> None:
        """The rest is what a server tells its handler."""
        self.folder = folder
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Send what is asked for, or the part of it."""
        self._answer(body=True)

    def do_HEAD(self) -> None:
        """Send what would come before it."""
        self._answer(body=False)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def _answer(self, body: bool) -> None:
        if self._is_foreign():
            return self._say(HTTPStatus.FORBIDDEN, b"", OTHER, body)
        try:
            path = require_inside(self.folder, self.path)
        except (OSError, ValueError):
            return self._say(HTTPStatus.NOT_FOUND, "没有这一页。".encode(), TYPES[".txt"], body)
        if path == self.folder.resolve():
            return self._say(HTTPStatus.OK, index_text(self.folder).encode(), TYPES[".html"], body)
        if path.is_dir():
            if not urlsplit(self.path).path.endswith("/"):
                return self._redirect(urlsplit(self.path).path.rstrip("/") + "/")
            path = path / PAGE
        if not path.is_file():
            return self._say(HTTPStatus.NOT_FOUND, "没有这一页。".encode(), TYPES[".txt"], body)
        return self._send(path, body)

    def _is_foreign(self) -> bool:
        """Whether a page elsewhere pretends to be us: then its name is in the Host header."""
        name = self.headers.get("Host", LOCALHOST).rpartition(":")[0] or self.headers.get(
            "Host", LOCALHOST
        )
        return name not in (LOCALHOST, "localhost")

    def _send(self, path: Path, body: bool) -> None:
        size = path.stat().st_size
        kind = media_type(path)
        try:
            part = byte_range(self.headers.get("Range", ""), size)
        except Unsatisfiable:
            return self._say(
                HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, b"", kind, body, f"bytes */{size}"
            )
        asked = part or range(size)
        told = f"bytes {asked.start}-{asked.stop - 1}/{size}" if part else ""
        self._head(HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK, kind, len(asked), told)
        if body:
            with path.open("rb") as file:
                file.seek(asked.start)
                copy(file, self.wfile, len(asked))
        return None

    def _say(self, status: HTTPStatus, text: bytes, kind: str, body: bool, told: str = "") -> None:
        self._head(status, kind, len(text), told)
        if body:
            self.wfile.write(text)

    def _redirect(self, address: str) -> None:
        self.send_response(HTTPStatus.MOVED_PERMANENTLY)
        self.send_header("Location", "/" + address.lstrip("/"))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _head(self, status: HTTPStatus, kind: str, length: int, told: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        if told:
            self.send_header("Content-Range", told)
        self.end_headers()


def copy(source: BinaryIO, target: Any, length: int) -> None:
    """So many bytes, unless the listener leaves before."""
    while length > 0 and (chunk := source.read(min(CHUNK, length))):
        try:
            target.write(chunk)
        except (BrokenPipeError, ConnectionResetError):
            return
        length -= len(chunk)


def server(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """A server of `folder`, not yet running; port 0 takes any free one. Raises ServerError."""
    try:
        made = ThreadingHTTPServer((LOCALHOST, port), partial(Answering, folder=folder))
    except OSError as error:
        raise ServerError(_why_not_served(port, error)) from error
    made.daemon_threads = True
    return made


def _why_not_served(port: int, error: OSError) -> str:
    """The sentence that tells why nothing can be served at a port, and what to do."""
    if error.errno == EADDRINUSE:
        return f"port {port} is taken by another program; end that, or try --port 0"
    if isinstance(error, PermissionError):
        return (
            f"you may not use port {port}: the system keeps ports below 1024, and some others, "
            "for itself; try --port 8000"
        )
    why = error.strerror or str(error)
    return (
        f"cannot serve at {LOCALHOST}, port {port}: {why}; look whether this machine has its "
        "loopback network, and try --port 0"
    )
