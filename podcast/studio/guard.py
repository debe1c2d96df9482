"""Who may ask: pages of this studio on this machine, whoever has the token, or the password.

A page of another site can send requests to this machine, and can have its own name resolve to it
(DNS rebinding). Its requests carry its own name in the headers Host or Origin, and it cannot know
the token, without which nothing is changed, built or spoken.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from secrets import compare_digest
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_NAMES = ("127.0.0.1", "localhost")
READING = ("GET", "HEAD")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
PUBLISHED_POLICY = "sandbox allow-scripts allow-downloads"  # so it can reach nothing of the studio
SHOWN_POLICY = "frame-ancestors 'none'"  # beside the policy that a published page has itself


@dataclass(frozen=True, slots=True)
class Rules:
    """Whom the server answers.

    Requests that change something need the `token`; with an empty one there are none. With a
    `password`, other devices may ask, too, and each request from any device needs it.
    """

    token: str = ""
    password: str = ""


class Guard:
    """An ASGI app that answers for another one, and refuses what the rules forbid."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        """`app` answers what is allowed."""
        self.app, self.rules = app, rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope["method"], scope["path"], headers)
        if refusal:
            await refusal(scope, receive, _sender(send))
            return
        await self.app(scope, receive, _sender(send))

    def _refusal(self, method: str, path: str, headers: Mapping[str, str]) -> JSONResponse | None:
        host = headers.get("host", "")
        if not is_own_host(host, shared=bool(self.rules.password)):
            return refused(f"this studio is not at {host!r:.60}; use the address that it printed")
        origin = headers.get("origin")
        is_foreign = origin is not None and site_of(origin) != host
        # A request for a picture has no Origin; browsers tell of its site so (Fetch Metadata).
        is_embedded = headers.get("sec-fetch-site", "") in ("cross-site", "same-site")
        if is_foreign or (is_embedded and path.startswith("/api/")):
            return refused("a page of another site asked; use the studio's own page")
        if self.rules.password and not has_password(headers, self.rules.password):
            answer = refused("the password is wrong or missing", 401)
            answer.headers["WWW-Authenticate"] = 'Basic realm="podcast", charset="UTF-8"'
            return answer
        given = headers.get("x-token", "")
        if method not in READING and not same(given, self.rules.token):
            return refused("the token is missing; open the studio at the address that it printed")
        return None


def site_of(origin: str) -> str:
    """The host and port of an Origin header; empty if it is no address."""
    try:
        return urlsplit(origin).netloc
    except ValueError:  # of brackets that hold no IPv6 address
        return ""


def is_own_host(host: str, *, shared: bool) -> bool:
    """Whether a Host header names this machine: by a loopback name, or if shared by any number.

    A site that has its own name resolve to this machine cannot have its name be a number.

    >>> is_own_host("127.0.0.1:8000", shared=False), is_own_host("evil.example", shared=True)
    (True, False)
    >>> is_own_host("192.168.1.5:8000", shared=False), is_own_host("192.168.1.5:8000", shared=True)
    (False, True)
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
        if name in LOCAL_NAMES:
            return True
        ip_address(name)
    except ValueError:
        return False
    return shared


def has_password(headers: Mapping[str, str], password: str) -> bool:
    """Whether a request has the password, as HTTP's basic authentication sends it (RFC 7617)."""
    scheme, _, encoded = headers.get("authorization", "").partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return False
    return scheme.lower() == "basic" and same(given, password)


def same(given: str, secret: str) -> bool:
    """Whether a text is the secret, which is not empty; how long this takes tells nothing."""
    return bool(secret) and compare_digest(given.encode(), secret.encode())


def refused(why: str, status: int = 403) -> JSONResponse:
    """The answer to a request that is refused."""
    return JSONResponse({"error": why}, status)


def _sender(send: Send) -> Send:
    """A `send` that adds the headers which every answer has."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Content-Security-Policy", POLICY)
            headers.setdefault("X-Content-Type-Options", "nosniff")
            headers.setdefault("Referrer-Policy", "no-referrer")
            headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
            headers.setdefault("Cache-Control", "no-cache")
        await send(message)

    return guarded
