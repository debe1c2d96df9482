"""The environment -> an OpenAI-compatible service: where it is, whose key, what a failure means.

    PODCAST_EDITOR_URL, PODCAST_EDITOR_KEY     the editor model's
    PODCAST_SPEECH_URL, PODCAST_SPEECH_KEY     the voices'
    OPENAI_BASE_URL, OPENAI_API_KEY            where those are not set

A key is sent to the address it was set for and to no other, and no message holds it.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Awaitable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from importlib import import_module
from math import isfinite
from time import time
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from podcast.errors import ServiceBusy, ServiceError

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

T = TypeVar("T")

HOME = "https://api.openai.com/v1"
NO_KEY = "none"  # what a service that wants no key is told: the client insists on one
HERE = ("localhost", "127.0.0.1", "::1")
PASSING = (408, 409, 425, 429)  # of HTTP's refusals, those that pass; as all from 500 on do
LONGEST_WAIT = 120.0  # seconds; a service that asks for more is not waited for
LONGEST_SAYING = 160  # characters of what a service says for itself


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A service, and the key it is asked with."""

    url: str
    key: str = field(repr=False)
    variable: str = "OPENAI_API_KEY"  # where a person sets the key

    def __str__(self) -> str:
        return f"the service at {self.shown}"

    @property
    def shown(self) -> str:
        """Its address, without what may be secret in one: a user's name, a query."""
        parts = urlsplit(self.url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname}{port}{parts.path.rstrip('/')}"

    def client(self) -> AsyncOpenAI:
        """A client that asks once and waits as long as it is let.

        A service on this machine is not asked through a proxy.
        """
        openai = _package()
        is_here = urlsplit(self.url).hostname in HERE
        http_client = openai.DefaultAsyncHttpxClient(trust_env=False) if is_here else None
        client: AsyncOpenAI = openai.AsyncOpenAI(
            api_key=self.key, base_url=self.url, max_retries=0, http_client=http_client
        )
        return client

    async def ask(self, asking: Awaitable[T], deadline: float) -> T:
        """What one request brings within `deadline` seconds.

        Raises ServiceBusy where asking again may help, else ServiceError.
        """
        openai = _package()
        failure: ServiceError
        try:
            return await asyncio.wait_for(asking, deadline)
        except asyncio.TimeoutError:
            failure = ServiceBusy(f"{self} does not answer within {deadline:.0f} seconds")
        except openai.APIStatusError as error:
            failure = self._refusal(error)
        except openai.APIConnectionError as error:
            reason = self._plain(str(error.__cause__ or error))
            failure = ServiceBusy(f"{self} cannot be reached ({reason})")
        except (openai.OpenAIError, ValueError, TypeError, RecursionError):
            failure = ServiceBusy(f"{self} sends what cannot be read")
        raise failure  # outside: what was caught may hold the key

    def _refusal(self, error: APIStatusError) -> ServiceError:
        status, body = error.status_code, error.body
        said = str(body.get("message") or "") if isinstance(body, dict) else ""
        told = f"HTTP {status}: {self._plain(said)}" if said else f"HTTP {status}"
        wait = retry_after(error.response.headers)
        failure: ServiceError
        if wait > LONGEST_WAIT:
            failure = ServiceError(f"{self} asks to be left alone for {wait:.0f} seconds ({told})")
        elif error.code == "insufficient_quota":
            failure = ServiceError(f"{self} wants to be paid first ({told})")
        elif status in PASSING or status >= 500:
            failure = busy = ServiceBusy(f"{self} is busy or broken ({told})")
            busy.wait = wait
        elif status in (401, 403):
            failure = ServiceError(f"{self} refuses the key ({told}); set {self.variable}")
        elif status == 404:
            failure = ServiceError(f"{self} has no such model or path ({told})")
        else:
            failure = ServiceError(f"{self} refuses the request ({told})")
        failure.status = status
        return failure

    def _plain(self, said: str) -> str:
        """What a service says, on one line, short, and without the key."""
        line = " ".join(said.replace(self.key, "…").split())
        return line if len(line) <= LONGEST_SAYING else f"{line[:LONGEST_SAYING]}…"


def find_endpoint(purpose: str) -> Endpoint:
    """The service of a purpose (`EDITOR`, `SPEECH`), as the environment has it.

    Raises ServiceError where it has none, or the `openai` package is not installed.
    """
    _package()
    own_url, own_key = f"PODCAST_{purpose}_URL", f"PODCAST_{purpose}_KEY"
    is_own = bool(_variable(own_url))
    name = own_url if is_own else "OPENAI_BASE_URL"
    url = _require_url(_variable(name) or HOME, name)
    key = _variable(own_key) or ("" if is_own else _variable("OPENAI_API_KEY"))
    variable = own_key if is_own or _variable(own_key) else "OPENAI_API_KEY"
    if not key and urlsplit(url).hostname == urlsplit(HOME).hostname:
        raise ServiceError(f"{HOME} wants a key; set {variable}, or {own_url} for another service")
    if not re.fullmatch(r"[!-~]*", key):
        raise ServiceError(f"{variable} holds characters that no key has; set it again")
    return Endpoint(url, key or NO_KEY, variable)


def _variable(name: str) -> str:
    return os.environ.get(name, "").strip()


def _require_url(url: str, variable: str) -> str:
    try:
        parts = urlsplit(url)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_url = False
    if not is_url:
        raise ServiceError(f"{variable} must be an address such as http://localhost:11434/v1")
    return url


def retry_after(headers: Any) -> float:
    """How many seconds the headers of an answer ask to wait; 0 where they do not.

    >>> retry_after({"retry-after": "2"}), retry_after({"retry-after-ms": "250"})
    (2.0, 0.25)
    >>> retry_after({"retry-after": "soon"}), retry_after({"retry-after": "-1"})
    (0.0, 0.0)
    """
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        told = headers.get(name)
        if told is None:
            continue
        try:
            seconds = float(told) / unit
        except ValueError:
            seconds = _seconds_until(told)
        if isfinite(seconds):
            return max(0.0, seconds)
    return 0.0


def _seconds_until(date: str) -> float:
    try:
        return parsedate_to_datetime(date).timestamp() - time()
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _package() -> Any:
    """The client's package, imported when first needed: it takes a while."""
    try:
        return import_module("openai")
    except ImportError as error:
        raise ServiceError(
            f"the openai package is not installed; run: {sys.executable} -m pip install openai"
        ) from error
