"""A server of files on this machine that does what bad ones do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Files:
    """What is served, by path, and how badly; `asked` collects each path and its Range."""

    contents: dict[str, bytes] = field(default_factory=dict)
    drops: dict[str, list[int]] = field(default_factory=dict)  # bytes sent before each drop
    answers: dict[str, list[int]] = field(default_factory=dict)  # statuses before the file
    lengths: dict[str, int] = field(default_factory=dict)  # the length that is told instead
    moved: dict[str, str] = field(default_factory=dict)
    pages: set[str] = field(default_factory=set)
    without_ranges: bool = False
    shifted: int = 0  # how far from what was asked the ranges begin
    asked: list[tuple[str, str]] = field(default_factory=list)
    address: str = ""


@contextmanager
def serving(files: Files) -> Iterator[Files]:
    """Serve `files` at its address until the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _answer(self, files)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        files.address = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield files
        server.shutdown()
        thread.join()


def _answer(handler: BaseHTTPRequestHandler, files: Files) -> None:
    path = handler.path
    files.asked.append((path, handler.headers.get("Range", "")))
    if path in files.moved:
        handler.send_response(302)
        handler.send_header("Location", files.moved[path])
        handler.end_headers()
        return
    if files.answers.get(path):
        handler.send_error(files.answers[path].pop(0))
        return
    if path not in files.contents:
        handler.send_error(404)
        return
    _send(handler, files, path)


def _send(handler: BaseHTTPRequestHandler, files: Files, path: str) -> None:
    content = files.contents[path]
    asked = handler.headers.get("Range", "")
    start = 0
    if asked and not files.without_ranges:
        start = int(asked.removeprefix("bytes=").rstrip("-")) + files.shifted
        handler.send_response(206)
        last = len(content) - 1
        handler.send_header("Content-Range", f"bytes {start}-{last}/{len(content)}")
    else:
        handler.send_response(200)
    body = content[start:]
    handler.send_header("Content-Length", str(files.lengths.get(path, len(body))))
    kind = "text/html" if path in files.pages else "application/octet-stream"
    handler.send_header("Content-Type", kind)
    handler.end_headers()
    drops = files.drops.get(path)
    with suppress(ConnectionError):  # whoever asked may be gone
        handler.wfile.write(body[: drops.pop(0)] if drops else body)
