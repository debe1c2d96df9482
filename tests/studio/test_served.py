"""The studio at an address of this machine."""

from __future__ import annotations

import errno
import socket

import pytest

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
