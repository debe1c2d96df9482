"""The studio at an address of this machine."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

import pytest
from asking import ask
from click.testing import CliRunner
from starlette.types import ASGIApp

from podcast.cli import main
from podcast.errors import ServerError
from podcast.studio.serve import LOCALHOST, listening, own_address


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.EADDRINUSE, "in use"), "port 80 is taken by another program; end that"),
        (PermissionError(errno.EACCES, "denied"), "you may not use port 80: .*; try --port 8000"),
        (PermissionError(errno.EPERM, "no"), "you may not use port 80: .*; try --port 8000"),
        (OSError(errno.EADDRNOTAVAIL, "no such address"), "port 80: no such address; look"),
        (OSError(errno.EMFILE, "too many open files"), "port 80: too many open files; look"),
    ],
)
def test_why_nothing_can_be_served_is_told_as_what_it_is(
    monkeypatch: pytest.MonkeyPatch, error: OSError, told: str
) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr("socket.create_server", refuse)
    with pytest.raises(ServerError, match=told):
        listening(80)


def test_a_socket_is_bound_to_the_loopback_unless_shared() -> None:
    with listening(0) as opened:
        assert opened.getsockname()[0] == LOCALHOST
        assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_this_machine_has_an_address() -> None:
    socket.inet_aton(own_address())


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[ASGIApp, str]]:
    """The apps that a command serves, each with the address that it is bound to."""
    monkeypatch.chdir(tmp_path)
    apps: list[tuple[ASGIApp, str]] = []

    def serve(app: ASGIApp, opened: socket.socket, ready: object) -> None:
        apps.append((app, opened.getsockname()[0]))

    monkeypatch.setattr("podcast.studio.serve.serve", serve)
    return apps


def studio(*arguments: str, **environment: str) -> tuple[int, list[str], str]:
    result = CliRunner().invoke(
        main, ["studio", "--port", "0", "--no-browser", *arguments], env=environment
    )
    return result.exit_code, result.stdout.splitlines(), result.stderr


def test_the_studio_prints_an_address_with_a_token_of_its_own(
    served: list[tuple[ASGIApp, str]], tmp_path: Path
) -> None:
    (tmp_path / "一 集.txt").write_text("今天我们聊一聊。\n", "utf-8")
    _, (first,), _ = studio()
    _, (second,), _ = studio("一 集.txt")
    assert "/?token=" in first and "/edit/%E4%B8%80%20%E9%9B%86?token=" in second
    assert first.partition("token=")[2] != second.partition("token=")[2]
    assert len(first.partition("token=")[2]) >= 20
    (app, host), (_, other) = served
    assert host == other == LOCALHOST
    token = first.partition("token=")[2]
    assert ask(app, "/api/x/build", {}, x_token=token).status == 422
    assert ask(app, "/api/x/build", {}).status == 403


def test_to_share_takes_a_password_and_says_what_it_means(
    served: list[tuple[ASGIApp, str]],
) -> None:
    code, _, told = studio("--share", PODCAST_PASSWORD="short")
    assert code == 2 and "needs 8 characters" in told and not served
    code, addresses, told = studio("--share", PODCAST_PASSWORD="long enough")
    assert code == 0 and len(addresses) == 2
    assert "not encrypted" in told
    ((app, host),) = served
    assert host == "0.0.0.0"
    assert ask(app, "/").status == 401


def test_a_seed_that_is_not_there_is_told(served: list[tuple[ASGIApp, str]]) -> None:
    code, _, told = studio("none.txt")
    assert code == 1 and "there is no file none.txt" in told and not served
