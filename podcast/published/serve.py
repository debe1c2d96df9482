"""out/ -> http://127.0.0.1: a local server of the episodes, which other machines cannot reach."""

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
    """The media type of a file: TEXTS has that of an episode's texts, the suffix tells others.

    >>> media_type(Path("out/talk/chapters.podlove.xml")), media_type(Path("out/feed.xml"))
    ('application/xml; charset=utf-8', 'application/rss+xml; charset=utf-8')
    """
    if text := TEXTS.get(path.name):
        return text.media_type + UTF_8
    return TYPES.get(path.suffix.lower(), OTHER)


class Unsatisfiable(ValueError):
    """A Range header asks for bytes that the file does not have."""


def byte_range(header: str, size: int) -> range | None:
    """The bytes of a file that a Range header asks for; None if the whole file is to be sent.

    The whole file is sent where the header is empty, malformed or asks for several ranges. Raises
    Unsatisfiable if the file has none of the bytes. Source: RFC 9110, sections 14.1.2 and 14.2.

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
    """The file or folder that an address names.

    Raises FileNotFoundError if there is none, if it is outside `folder`, or if a name in the
    address begins with a dot: hidden files are not served.
    """
    parts = [part for part in unquote(urlsplit(address).path).split("/") if part]
    if any(part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        raise FileNotFoundError(address)
    root = folder.resolve()
    path = root.joinpath(*parts).resolve()
    if not path.is_relative_to(root) or not (path == root or path.exists()):
        # `folder` itself need not exist: before the first build its page says that it is empty.
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
    """An episode in the list: its cover, its title, and its length as far as the report has it."""
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
        """`folder` is what is served; `arguments` go to SimpleHTTPRequestHandler."""
        self.folder = folder
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Send a file or the list of episodes, or the requested range of a file."""
        self._answer(body=True)

    def do_HEAD(self) -> None:
        """Send only the status and the headers that GET would send."""
        self._answer(body=False)

    def log_message(self, format: str, *args: Any) -> None:
        """Write no log: the terminal is the user's."""

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
        """Whether the Host header names another host than this machine.

        A page of another site can have its own name resolve to 127.0.0.1 (DNS rebinding) and so
        read what is served here; its requests carry that name in the Host header.
        """
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
        sent = part or range(size)
        content_range = f"bytes {sent.start}-{sent.stop - 1}/{size}" if part else ""
        status = HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK
        self._head(status, kind, len(sent), content_range)
        if body:
            with path.open("rb") as file:
                file.seek(sent.start)
                copy(file, self.wfile, len(sent))
        return None

    def _say(
        self, status: HTTPStatus, text: bytes, kind: str, body: bool, content_range: str = ""
    ) -> None:
        self._head(status, kind, len(text), content_range)
        if body:
            self.wfile.write(text)

    def _redirect(self, address: str) -> None:
        self.send_response(HTTPStatus.MOVED_PERMANENTLY)
        self.send_header("Location", "/" + address.lstrip("/"))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _head(self, status: HTTPStatus, kind: str, length: int, content_range: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        if content_range:
            self.send_header("Content-Range", content_range)
        self.end_headers()


def copy(source: BinaryIO, target: Any, length: int) -> None:
    """Copy `length` bytes from `source` to `target`; stop early if the browser disconnects."""
    while length > 0 and (chunk := source.read(min(CHUNK, length))):
        try:
            target.write(chunk)
        except (BrokenPipeError, ConnectionResetError):
            return
        length -= len(chunk)


def server(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """A server of `folder`, not yet running; port 0 takes any free port.

    Raises ServerError if the port cannot be used.
    """
    try:
        listening = ThreadingHTTPServer((LOCALHOST, port), partial(Answering, folder=folder))
    except OSError as error:
        raise ServerError(_why_not_served(port, error)) from error
    listening.daemon_threads = True
    return listening


def _why_not_served(port: int, error: OSError) -> str:
    """The error message: why the server cannot use a port, and what to do."""
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
