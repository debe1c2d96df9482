"""Requests to an app in this process: no server, no port."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from starlette.types import ASGIApp

from podcast.speech.cast import voices_folder
from podcast.studio.app import studio_app
from podcast.studio.guard import Rules
from podcast.studio.shelf import Shelf

HOST = "127.0.0.1:8000"
TOKEN = "token of the test"


def studio_in(folder: Path) -> ASGIApp:
    """A studio of the seeds and the episodes in a folder, whose voices are offline."""
    shelf = Shelf(folder / "seeds", folder / "out", voices_folder(), offline=True)
    return studio_app(shelf, Rules(TOKEN))


@dataclass(frozen=True)
class Answer:
    """What an app answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def ask(
    app: ASGIApp,
    path: str,
    body: Any = None,
    *,
    method: str = "",
    raw: Iterable[bytes] | None = None,
    heard: list[Answer] | None = None,
    **headers: str,
) -> Answer:
    """The answer to a request: with a body a POST, which has the token unless a header says so.

    It is added to `heard`, also where the app then raises an error. The pieces of `raw` are taken
    one by one, as the app asks for them.
    """
    pieces = raw if raw is not None else [] if body is None else [json.dumps(body).encode()]
    method = method or ("GET" if raw is None and body is None else "POST")
    sent = {"host": HOST} | ({"x-token": TOKEN} if method not in ("GET", "HEAD") else {})
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return asyncio.run(_asked(app, path, method, pieces, sent, [] if heard is None else heard))


async def _asked(
    app: ASGIApp,
    path: str,
    method: str,
    pieces: Iterable[bytes],
    headers: dict[str, str],
    heard: list[Answer],
) -> Answer:
    plain, _, query = path.partition("?")
    address = plain if "%" in plain else quote(plain)
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1",
        "method": method, "scheme": "http", "server": ("127.0.0.1", 8000), "root_path": "",
        "path": unquote_to_bytes(address).decode("utf-8", "replace"),
        "raw_path": address.encode(),
        "query_string": quote(query, safe="=&").encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    waiting = iter(pieces)
    got: dict[str, Any] = {"body": b""}

    async def receive() -> dict[str, Any]:
        piece = next(waiting, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            got["status"], got["headers"] = message["status"], message["headers"]
        elif message["type"] == "http.response.body":
            got["body"] += message.get("body", b"")

    try:
        await app(scope, receive, send)
    finally:
        if "status" in got:
            told = {name.decode().lower(): value.decode() for name, value in got["headers"]}
            heard.append(Answer(got["status"], told, got["body"]))
    return heard[-1]
