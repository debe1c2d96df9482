"""Environment variables -> an OpenAI-compatible service: its address, its key, its errors.

    PODCAST_EDITOR_URL, PODCAST_EDITOR_KEY     for the editor model
    PODCAST_SPEECH_URL, PODCAST_SPEECH_KEY     for the voices
    OPENAI_BASE_URL, OPENAI_API_KEY            for both, if those above are not set

A key is sent only to the address that it was set for, and no message contains it.
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
from podcast.files.addresses import is_web_address

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

T = TypeVar("T")

HOME = "https://api.openai.com/v1"
NO_KEY = "none"  # a key for services that need none, because the client requires one
HERE = ("localhost", "127.0.0.1", "::1")
PASSING = (408, 409, 425, 429)  # HTTP statuses after which a retry may succeed, as from 500 on
LONGEST_WAIT = 120.0  # seconds; a request that would have to wait longer fails
LONGEST_SAYING = 160  # characters of a service's message that are shown


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The address of a service, and the key that is sent to it."""

    url: str
    key: str = field(repr=False)
    variable: str = "OPENAI_API_KEY"  # the environment variable that sets the key

    def __str__(self) -> str:
        return f"the service at {self.shown}"

    @property
    def shown(self) -> str:
        """The address without the parts that may be secret: user name, password, query."""
        parts = urlsplit(self.url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname}{port}{parts.path.rstrip('/')}"

    def client(self) -> AsyncOpenAI:
        """A client that makes each request once; the callers retry and set deadlines.

        It uses no proxy for a service on this machine. Raises ServiceError if the `openai` package
        is not installed.
        """
        openai = _package()
        is_here = urlsplit(self.url).hostname in HERE
        http_client = openai.DefaultAsyncHttpxClient(trust_env=False) if is_here else None
        client: AsyncOpenAI = openai.AsyncOpenAI(
            api_key=self.key, base_url=self.url, max_retries=0, http_client=http_client
        )
        return client

    async def ask(self, asking: Awaitable[T], deadline: float) -> T:
        """The answer to one request, which may take `deadline` seconds.

        Raises ServiceBusy if a retry may succeed, else ServiceError.
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
            failure = ServiceBusy(f"{self} sent an unreadable answer")
        # This is raised outside the `except` clauses, as the exception there may contain the key.
        raise failure

    def _refusal(self, error: APIStatusError) -> ServiceError:
        status, body = error.status_code, error.body
        message = str(body.get("message") or "") if isinstance(body, dict) else ""
        reason = f"HTTP {status}: {self._plain(message)}" if message else f"HTTP {status}"
        wait = retry_after(error.response.headers)
        failure: ServiceError
        if wait > LONGEST_WAIT:
            failure = ServiceError(
                f"{self} limits its requests: it allows the next in {wait:.0f} seconds ({reason})"
            )
        elif error.code == "insufficient_quota":
            failure = ServiceError(f"{self} reports that its quota is used up ({reason})")
        elif status in PASSING or status >= 500:
            failure = busy = ServiceBusy(f"{self} is busy or broken ({reason})")
            busy.wait = wait
        elif status in (401, 403):
            failure = ServiceError(f"{self} refuses the key ({reason}); set {self.variable}")
        elif status == 404:
            failure = ServiceError(f"{self} has no such model or path ({reason})")
        else:
            failure = ServiceError(f"{self} refuses the request ({reason})")
        failure.status = status
        return failure

    def _plain(self, message: str) -> str:
        """A service's message on one line, shortened, and without the key."""
        line = " ".join(message.replace(self.key, "…").split())
        return line if len(line) <= LONGEST_SAYING else f"{line[:LONGEST_SAYING]}…"


def find_endpoint(purpose: str) -> Endpoint:
    """The service for a purpose, `EDITOR` or `SPEECH`, from the environment variables.

    Raises ServiceError if an address or a key is missing or wrong, or the `openai` package is not
    installed.
    """
    _package()
    own_url, own_key = f"PODCAST_{purpose}_URL", f"PODCAST_{purpose}_KEY"
    is_own = bool(_variable(own_url))
    name = own_url if is_own else "OPENAI_BASE_URL"
    url = _require_url(_variable(name) or HOME, name)
    key = _variable(own_key) or ("" if is_own else _variable("OPENAI_API_KEY"))
    variable = own_key if is_own or _variable(own_key) else "OPENAI_API_KEY"
    if not key and urlsplit(url).hostname == urlsplit(HOME).hostname:
        raise ServiceError(f"{HOME} needs a key; set {variable}, or {own_url} for another service")
    if not re.fullmatch(r"[!-~]*", key):
        raise ServiceError(f"{variable} holds characters that no key has; set it again")
    return Endpoint(url, key or NO_KEY, variable)


def _variable(name: str) -> str:
    return os.environ.get(name, "").strip()


def _require_url(url: str, variable: str) -> str:
    if not is_web_address(url):
        raise ServiceError(f"{variable} must be an address such as http://localhost:11434/v1")
    return url


def retry_after(headers: Any) -> float:
    """The seconds that the headers of an answer ask the client to wait (RFC 9110, 10.2.3), or 0.

    >>> retry_after({"retry-after": "2"}), retry_after({"retry-after-ms": "250"})
    (2.0, 0.25)
    >>> retry_after({"retry-after": "soon"}), retry_after({"retry-after": "-1"})
    (0.0, 0.0)
    """
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) / unit
        except ValueError:
            seconds = _seconds_until(value)
        if isfinite(seconds):
            return max(0.0, seconds)
    return 0.0


def _seconds_until(date: str) -> float:
    try:
        return parsedate_to_datetime(date).timestamp() - time()
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _package() -> Any:
    """The `openai` package, imported only when it is needed, as that takes a while."""
    try:
        return import_module("openai")
    except ImportError as error:
        raise ServiceError(
            f"the openai package is not installed; run: {sys.executable} -m pip install openai"
        ) from error
