"""A Castopod server -> its podcasts and their episodes, through its REST interface.

    CASTOPOD_URL                        the address of the server
    CASTOPOD_USER, CASTOPOD_PASSWORD    the name and the password of its REST interface

The password is sent only to that address, and no message contains it.
Source: modules/Api/Rest/V1 of Castopod 1.15.5 and of its branch of version 2 of March 2026.
"""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from time import sleep
from typing import Any, BinaryIO, TypeVar
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener
from uuid import uuid4

from podcast.errors import ServiceBusy, ServiceError
from podcast.files import json_text
from podcast.files.addresses import is_web_address
from podcast.outside.endpoint import HERE, LONGEST_SAYING, LONGEST_WAIT, retry_after
from podcast.outside.pauses import pause_seconds

T = TypeVar("T")

GATEWAY = "api/rest/v1"
TRIES = 8  # of one request: if every fifth fails, one in 390 000 is given up
PAUSE = 1.0  # seconds before the second try, at most; doubles with each further try
LONGEST_PAUSE = 20.0  # seconds between two tries
ANSWER_SECONDS = 300.0  # the longest wait: the server reads the sound and scales the cover first
LONGEST_ANSWER = 64 << 20  # bytes
PAGE = 100  # episodes that are asked for at a time
BLOCK = 1 << 16  # bytes of a file that are sent at a time
TAKEN = 409  # HTTP status: there is such an episode, or it is published already
PASSING = (408, 425, 429)  # HTTP statuses after which a retry may succeed, as from 500 on
SETTINGS = "restapi.basicAuthUsername and restapi.basicAuthPassword of its .env"


@dataclass(frozen=True, slots=True)
class Podcast:
    """A podcast of a server. `user` is the number of the person who made it."""

    id: int
    handle: str
    user: int
    is_serial: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """An episode of a podcast, as the server knows it.

    It `is_whole` if it has sound, a cover, a transcript and chapters. `number` is 0 if it has none.
    """

    id: int
    slug: str
    title: str
    description: str  # Markdown
    seconds: float
    link: str
    number: int
    is_whole: bool
    is_published: bool


class Castopod:
    """A server. Every method raises ServiceBusy if a retry may succeed, else ServiceError."""

    def __init__(self, url: str, user: str, password: str) -> None:
        """`url` is an address that `find_castopod` has checked."""
        self.url = url.rstrip("/")
        self._secrets = (password, _basic(user, password))
        self._headers = {"Authorization": f"Basic {_basic(user, password)}"}

    def __str__(self) -> str:
        return f"Castopod at {self.url}"

    def podcasts(self) -> list[Podcast]:
        """All podcasts of the server."""
        return [self._understood(_podcast, each) for each in self._list("podcasts")]

    def episodes(self, podcast: Podcast) -> list[Entry]:
        """All episodes of a podcast, published or not."""
        found: dict[int, Entry] = {}
        asked = 0
        while True:
            query = {"podcastIds": podcast.id, "limit": PAGE, "offset": asked}
            page = [
                self._understood(_entry, each)
                for each in self._list(f"episodes?{urlencode(query)}")
            ]
            asked, known = asked + len(page), len(found)
            found |= {entry.id: entry for entry in page}
            if len(page) < PAGE or len(found) == known:  # a server may take no notice of `offset`
                return list(found.values())

    def create(self, fields: Mapping[str, str], files: Mapping[str, BinaryIO]) -> None:
        """Create an episode; it is asked once. `files` are sent under their names."""
        self._send("episodes", _Form(fields, files))

    def publish(self, podcast: Podcast, entry: Entry) -> None:
        """Publish an episode now; it is asked once."""
        fields = {"publication_method": "now", "created_by": str(podcast.user)}
        self._send(f"episodes/{entry.id}/publish", _Form(fields, {}))

    def _list(self, path: str) -> list[dict[str, Any]]:
        """The table of each thing in a list of the server. Asks TRIES times."""
        for failed in range(1, TRIES + 1):
            try:
                found = self._send(path)
                if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
                    raise ServiceBusy(f"{self} sent an answer that is no list")
                return found
            except ServiceBusy as error:
                busy = error
            if failed < TRIES:
                wait(busy, failed)
        raise ServiceBusy(f"{busy}; tried {TRIES} times")

    def _send(self, path: str, form: _Form | None = None) -> Any:
        """The JSON that the server answers to one request."""
        url = f"{self.url}/{GATEWAY}/{path}"
        headers = self._headers | (form.headers if form else {})
        request = Request(url, data=form, headers=headers)
        failure: ServiceError
        try:
            with self._opener().open(request, timeout=ANSWER_SECONDS) as response:
                content = response.read(LONGEST_ANSWER)
                if response.headers.get_content_type() != "text/html":
                    return json_text.parse(content)
                failure = ServiceError(
                    f"{self} sends a page where Castopod sends data; check CASTOPOD_URL"
                )
        except HTTPError as error:
            with error:
                failure = self._refusal(error)
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            failure = ServiceBusy(f"{self} cannot be reached ({self._plain(str(reason))})")
        except ValueError:
            failure = ServiceBusy(f"{self} sent an unreadable answer")
        # This is raised outside the `except` clauses, as the exception there may contain a key.
        raise failure

    def _opener(self) -> OpenerDirector:
        """What sends a request: to the address itself, and to no other that it may name."""
        is_here = urlsplit(self.url).hostname in HERE
        return build_opener(_NoRedirect, *([ProxyHandler({})] if is_here else []))

    def _refusal(self, error: HTTPError) -> ServiceError:
        status = error.code
        reason = f"HTTP {status}{self._told(error)}"
        failure: ServiceError
        if status >= 500 or status in PASSING:
            seconds = retry_after(error.headers)
            if seconds > LONGEST_WAIT:
                failure = ServiceError(
                    f"{self} allows no request for {seconds:.0f} seconds ({reason})"
                )
            else:
                failure = busy = ServiceBusy(f"{self} is busy or broken ({reason})")
                busy.wait = seconds
        elif status in (401, 403):
            failure = ServiceError(
                f"{self} refuses the name or the password ({reason}); set CASTOPOD_USER and "
                f"CASTOPOD_PASSWORD to {SETTINGS}, and restapi.basicAuth=true there"
            )
        elif status == 404:
            failure = ServiceError(
                f"{self} has no REST interface ({reason}); set restapi.enabled=true in its .env, "
                "or correct CASTOPOD_URL"
            )
        elif status == 413:
            failure = ServiceError(
                f"{self} takes no file of that size; raise upload_max_filesize and post_max_size "
                "of its PHP, and the limit of its web server"
            )
        elif 300 <= status < 400:
            failure = ServiceError(
                f"{self} names another address, {self._plain(error.headers.get('Location', ''))}; "
                "set CASTOPOD_URL to the right one"
            )
        else:
            failure = ServiceError(f"{self} refuses the request ({reason})")
        failure.status = status
        return failure

    def _told(self, error: HTTPError) -> str:
        """What the server says about its refusal, with a colon before it; empty if nothing."""
        try:
            table = json_text.parse(error.read(BLOCK))
        except (OSError, HTTPException, ValueError):
            return ""
        told = table.get("messages") if isinstance(table, dict) else None
        texts = list(told.values()) if isinstance(told, dict) else told
        if not isinstance(texts, list):
            return ""
        return ": " + self._plain("; ".join(text for text in texts if isinstance(text, str)))

    def _plain(self, message: str) -> str:
        """A message on one line, shortened, and without the password."""
        for secret in self._secrets:
            message = message.replace(secret, "…")
        line = " ".join(message.split())
        return line if len(line) <= LONGEST_SAYING else f"{line[:LONGEST_SAYING]}…"

    def _understood(self, meaning: Callable[[dict[str, Any]], T], table: dict[str, Any]) -> T:
        """The meaning of a table of the server; raises ServiceError if a part of it is missing."""
        try:
            return meaning(table)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise ServiceError(
                f"{self} sent something else than Castopod does ({self._plain(repr(error))}); "
                "check CASTOPOD_URL"
            ) from None


def find_castopod() -> Castopod:
    """The server that the environment variables name.

    Raises ServiceError if one of them is missing or wrong.
    """
    names = ("CASTOPOD_URL", "CASTOPOD_USER", "CASTOPOD_PASSWORD")
    url, user, password = (os.environ.get(name, "").strip() for name in names)
    missing = [name for name, value in zip(names, (url, user, password), strict=True) if not value]
    if missing:
        raise ServiceError(
            f"publishing to Castopod needs {' and '.join(missing)}: its address, and {SETTINGS}"
        )
    _require_safe(url)
    if ":" in user + password:
        raise ServiceError(
            "CASTOPOD_USER or CASTOPOD_PASSWORD holds a colon, at which Castopod cuts the "
            "password; choose another there"
        )
    return Castopod(url, user, password)


def wait(busy: ServiceBusy, failed: int) -> None:
    """Wait before a request is sent again that has failed `failed` times."""
    sleep(max(busy.wait, pause_seconds(failed, PAUSE, LONGEST_PAUSE)))


def _require_safe(url: str) -> None:
    parts = urlsplit(url) if is_web_address(url) else None
    if not parts or "@" in parts.netloc or parts.query or parts.fragment:
        raise ServiceError("CASTOPOD_URL must be an address such as https://podcasts.example.org")
    if not re.fullmatch(r"[!-~]+", url):
        raise ServiceError(
            "CASTOPOD_URL holds a space or a character outside ASCII; copy it from the address bar "
            "of a browser"
        )
    if parts.scheme == "http" and parts.hostname not in HERE:
        raise ServiceError(
            "CASTOPOD_URL begins with http://, so the password would cross the network "
            "unencrypted; give the server's https:// address"
        )


def _basic(user: str, password: str) -> str:
    """A name and a password as HTTP sends them (RFC 7617)."""
    return b64encode(f"{user}:{password}".encode()).decode()


def _podcast(table: dict[str, Any]) -> Podcast:
    return Podcast(
        int(table["id"]), str(table["handle"]), int(table["created_by"]), table["type"] == "serial"
    )


def _entry(table: dict[str, Any]) -> Entry:
    parts = ("audio_id", "cover_id", "transcript_id", "chapters_id")
    return Entry(
        int(table["id"]),
        str(table["slug"]),
        str(table["title"]),
        str(table["description_markdown"]),
        float(table["duration"]),
        str(table["guid"]),
        int(table["number"] or 0),
        all(table[part] for part in parts),
        table["published_at"] is not None,
    )


class _NoRedirect(HTTPRedirectHandler):
    """Takes a redirection for an error: the password must not reach another address."""

    def redirect_request(self, *_: Any) -> None:
        """Nothing is requested elsewhere."""


@dataclass(frozen=True, slots=True)
class _Form:
    """Fields and files as the parts of a request (RFC 7578), which are read while they are sent."""

    fields: Mapping[str, str]
    files: Mapping[str, BinaryIO]
    boundary: str = field(default_factory=lambda: uuid4().hex)

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request that sends it."""
        size = sum(len(head) + _size(file) + 2 for head, file in self._parts())
        return {
            "Content-Type": f"multipart/form-data; boundary={self.boundary}",
            "Content-Length": str(size + len(self._end)),
        }

    def __iter__(self) -> Iterator[bytes]:
        for head, content in self._parts():
            yield head
            if isinstance(content, bytes):
                yield content
            else:
                content.seek(0)
                while block := content.read(BLOCK):
                    yield block
            yield b"\r\n"
        yield self._end

    def _parts(self) -> Iterator[tuple[bytes, bytes | BinaryIO]]:
        for name, value in self.fields.items():
            yield self._head(name, ""), value.encode()
        for name, file in self.files.items():
            yield self._head(name, f'; filename="{name}{Path(file.name).suffix}"'), file

    def _head(self, name: str, more: str) -> bytes:
        start = f'--{self.boundary}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
        return start.encode()

    @property
    def _end(self) -> bytes:
        return f"--{self.boundary}--\r\n".encode()


def _size(content: bytes | BinaryIO) -> int:
    return len(content) if isinstance(content, bytes) else os.fstat(content.fileno()).st_size
