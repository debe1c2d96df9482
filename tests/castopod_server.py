"""Castopod's REST interface on this machine: what it asks for, and the ways in which it can fail.

    with CastopodServer(faults=0.2) as server:
        os.environ["CASTOPOD_URL"] = server.url

It was written after the controllers of Castopod 1.15.5: the same paths, checks and statuses. A
fault comes before the request is done, or after that, so that only the answer is lost.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import threading
from base64 import b64encode
from collections.abc import Callable
from email import message_from_bytes
from email.policy import HTTP
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

USER, PASSWORD = "publisher", "geheim-5f2a"
FAULTS = ("500", "429", "drop", "garbage")
PODCAST = {"id": 7, "handle": "talks", "created_by": 3, "type": "episodic", "title": "T"}
Reply = tuple[int, Any]


class CastopodServer:
    """The server, its episodes, and a count of the requests that it got."""

    def __init__(self, faults: float = 0.0, seed: int = 0, podcasts: Any = (PODCAST,)) -> None:
        self.episodes: list[dict[str, Any]] = []
        self.files: dict[int, dict[str, str]] = {}  # episode -> part -> SHA-256
        self.podcasts = list(podcasts)
        self.faults, self.random = faults, random.Random(seed)
        self.refusal: tuple[int, Any, dict[str, str]] | None = None  # what every request gets
        self.got: list[str] = []
        self.on_request: Callable[[int, str], None] = lambda number, moment: None
        self.lock = threading.Lock()

    def __enter__(self) -> CastopodServer:
        own = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                own._answer(self)

            def do_POST(self) -> None:
                own._answer(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @property
    def posts(self) -> list[str]:
        """The requests that change something."""
        return [each for each in self.got if each.startswith("POST")]

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        try:
            body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
            with self.lock:
                self.got.append(f"{request.command} {request.path}")
                number = len(self.got)
                self.on_request(number, "before")
                fault = self.random.choice(FAULTS) if self.random.random() < self.faults else ""
                is_done = not fault or self.random.random() < 0.5
                status, told = self._done(request, body) if is_done else (500, {})
                self.on_request(number, "after")
            self._write(request, fault, status, told)
        except (OSError, ValueError):  # the client is gone
            request.close_connection = True

    def _write(self, request: BaseHTTPRequestHandler, fault: str, status: int, told: Any) -> None:
        if fault == "drop":
            request.close_connection = True
            return
        content = json.dumps(told).encode()
        headers = dict(self.refusal[2]) if self.refusal else {}
        if fault == "garbage":
            content = content[: len(content) // 2] or b"{"
        elif fault:
            status = int(fault)
        request.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def _done(self, request: BaseHTTPRequestHandler, body: bytes) -> Reply:
        parts, path = urlsplit(request.path), urlsplit(request.path).path
        right = "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.refusal:
            return self.refusal[0], self.refusal[1]
        if request.headers.get("Authorization") != right:
            return 401, None
        if request.command == "GET" and path == "/api/rest/v1/podcasts":
            return 200, self.podcasts
        if request.command == "GET" and path == "/api/rest/v1/episodes":
            return 200, self._listed({name: int(v[0]) for name, v in parse_qs(parts.query).items()})
        form = _form(request.headers["Content-Type"], body)
        if request.command == "POST" and path == "/api/rest/v1/episodes":
            return self._created(form)
        if found := re.fullmatch(r"/api/rest/v1/episodes/(\d+)/publish", path):
            return self._published(int(found[1]), form)
        return 404, _error("Podcast not found")

    def _listed(self, query: dict[str, int]) -> list[dict[str, Any]]:
        of = [each for each in self.episodes if each["podcast_id"] == query["podcastIds"]]
        return of[::-1][query.get("offset", 0) :][: query.get("limit", 10)]  # the newest first

    def _created(self, form: dict[str, bytes]) -> Reply:
        text = {name: value.decode("utf-8", "replace") for name, value in form.items()}
        needed = ("created_by", "updated_by", "title", "slug", "podcast_id", "audio_file",
                  "type", "description")  # fmt: skip
        if missing := [name for name in needed if not form.get(name)]:
            return 400, {"messages": [f"The {name} field is required." for name in missing]}
        if not re.fullmatch(r"[a-zA-Z0-9-]{1,128}", text["slug"]):
            return 400, {"messages": ["The slug field is not in the correct format."]}
        podcast = next(each for each in self.podcasts if each["id"] == int(text["podcast_id"]))
        if podcast["type"] == "serial" and not text.get("episode_number"):
            return 400, {"messages": ["The episode_number field is required."]}
        if any(each["slug"].lower() == text["slug"].lower() for each in self.episodes):
            return 409, _error("An episode with the same slug already exists in this podcast.")
        id = len(self.episodes) + 1
        given = {
            "transcript_id": text.get("transcript-choice") == "upload-file" and "transcript_file",
            "chapters_id": text.get("chapters-choice") == "upload-file" and "chapters_file",
            "cover_id": "cover",
        }
        parts = {name: 10 * id if part and form.get(part) else None for name, part in given.items()}
        self.files[id] = {
            name: sha256(form[name]).hexdigest()
            for name in ("audio_file", "cover", "transcript_file", "chapters_file")
            if name in form
        }
        self.episodes.append({
            "id": id, "podcast_id": podcast["id"], "slug": text["slug"], "title": text["title"],
            "description_markdown": text["description"], "audio_id": 10 * id, **parts,
            "guid": f"{self.url}/@{podcast['handle']}/episodes/{text['slug']}", "duration": 10,
            "number": int(text["episode_number"]) if "episode_number" in text else None,
            "published_at": None,
        })  # fmt: skip
        return 200, self.episodes[-1]

    def _published(self, id: int, form: dict[str, bytes]) -> Reply:
        episode = next((each for each in self.episodes if each["id"] == id), None)
        if episode is None:
            return 404, _error("Episode not found")
        if episode["published_at"]:
            return 409, _error("Episode is already published or scheduled for publication")
        if form.get("publication_method") != b"now" or not form.get("created_by"):
            return 400, {"messages": ["The publication_method field is required."]}
        episode["published_at"] = {"date": "2026-03-01 00:00:00.000000", "timezone": "UTC"}
        return 200, episode


def killer(pid: int, at: int, moment: str) -> Callable[[int, str], None]:
    """What kills a process at a request, before that is done or after."""

    def kill(number: int, now: str) -> None:
        if (number, now) == (at, moment):
            os.kill(pid, signal.SIGKILL)

    return kill


def _form(kind: str, body: bytes) -> dict[str, bytes]:
    """The fields and the files of a request, read by Python's mail parser."""
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=HTTP)
    assert not message.defects
    found: dict[str, bytes] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        found[str(name)] = content
    return found


def _error(message: str) -> dict[str, Any]:
    return {"messages": {"error": message}}
