"""Where a service is, whose key it gets, and that no message holds it."""

from __future__ import annotations

import asyncio
import sys
from email.utils import formatdate
from typing import Any

import pytest
from openai_server import KEY, OpenAIServer

from podcast.errors import ServiceBusy, ServiceError
from podcast.outside.endpoint import (
    HOME,
    LONGEST_SAYING,
    NO_KEY,
    Endpoint,
    find_endpoint,
    retry_after,
)

pytestmark = [pytest.mark.server]

NAMES = [
    *(f"PODCAST_{purpose}_{what}" for purpose in ("EDITOR", "SPEECH") for what in ("URL", "KEY")),
    *("OPENAI_BASE_URL", "OPENAI_API_KEY"),
]


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def found(monkeypatch: pytest.MonkeyPatch, purpose: str = "EDITOR", **values: str) -> Endpoint:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return find_endpoint(purpose)


def test_the_usual_variables_serve_every_purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    for purpose in ("EDITOR", "SPEECH"):
        endpoint = found(
            monkeypatch, purpose, OPENAI_BASE_URL="http://a.b:1/v1", OPENAI_API_KEY=KEY
        )
        assert (endpoint.url, endpoint.key) == ("http://a.b:1/v1", KEY)
    monkeypatch.delenv("OPENAI_BASE_URL")
    assert find_endpoint("SPEECH").url == HOME


def test_a_key_goes_only_where_it_was_set_for(monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = found(monkeypatch, PODCAST_EDITOR_URL="http://else.where/v1", OPENAI_API_KEY=KEY)
    assert endpoint.key == NO_KEY
    endpoint = found(monkeypatch, PODCAST_EDITOR_KEY="own")
    assert (endpoint.key, endpoint.variable) == ("own", "PODCAST_EDITOR_KEY")
    assert find_endpoint("SPEECH").key == KEY


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({}, "set OPENAI_API_KEY, or PODCAST_EDITOR_URL"),
        ({"OPENAI_BASE_URL": "localhost:11434"}, "OPENAI_BASE_URL must be an address"),
        ({"OPENAI_BASE_URL": "ftp://a/b"}, "OPENAI_BASE_URL must be an address"),
        ({"PODCAST_EDITOR_URL": "http://a:99999999/"}, "PODCAST_EDITOR_URL must be an address"),
        ({"OPENAI_API_KEY": "sk-密码"}, "OPENAI_API_KEY holds characters"),
        ({"OPENAI_API_KEY": "sk-a\nb"}, "OPENAI_API_KEY holds characters"),
    ],
)
def test_a_mistake_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], says: str
) -> None:
    with pytest.raises(ServiceError, match=says) as caught:
        found(monkeypatch, **values)
    assert "sk-" not in str(caught.value)


def test_a_missing_package_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(ServiceError, match="pip install openai"):
        find_endpoint("EDITOR")


def test_what_is_secret_is_not_shown() -> None:
    endpoint = Endpoint("https://me:pass@a.b:8/v1/?token=t", KEY)
    assert str(endpoint) == "the service at https://a.b:8/v1"
    assert KEY not in repr(endpoint)


def test_a_long_complaint_is_cut_and_the_key_is_not_in_it() -> None:
    with OpenAIServer(faults=["500"]) as server:
        endpoint = Endpoint(server.url, KEY * 20)

        async def asking() -> None:
            async with endpoint.client() as client:
                completion = client.chat.completions.create(model="m", messages=[])
                await endpoint.ask(completion, 5)

        with pytest.raises(ServiceBusy) as caught:
            asyncio.run(asking())
    assert KEY not in str(caught.value)
    assert len(str(caught.value)) < LONGEST_SAYING + 120


def test_a_proxy_is_not_asked_for_a_service_on_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with OpenAIServer() as server:
        endpoint = Endpoint(server.url, KEY)

        async def asking() -> None:
            async with endpoint.client() as client:
                sent: Any = [{"role": "user", "content": "好"}]
                await endpoint.ask(client.chat.completions.create(model="m", messages=sent), 5)

        asyncio.run(asking())
        assert len(server.asked) == 1


def test_a_wait_may_be_a_date(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_800_000_000.0  # seconds, as `time.time` tells them
    monkeypatch.setattr("podcast.outside.endpoint.time", lambda: now)
    assert retry_after({"retry-after": formatdate(now + 30, usegmt=True)}) == 30
    assert retry_after({"retry-after": formatdate(now - 30, usegmt=True)}) == 0
    assert retry_after({"retry-after": "inf"}) == retry_after({"retry-after": "nan"}) == 0
