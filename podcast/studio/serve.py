"""The studio at an address of this machine, until it is interrupted."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from errno import EADDRINUSE

import uvicorn
from starlette.types import ASGIApp

from podcast.errors import ServerError

LOCALHOST = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # nosec B104: only with --share, and its password


def own_address() -> str:
    """The address of this machine in its network; no packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking, suppress(OSError):
        asking.connect(("192.0.2.1", 9))  # RFC 5737: an address that nobody has
        return str(asking.getsockname()[0])
    return LOCALHOST


def listening(port: int, host: str = LOCALHOST) -> socket.socket:
    """A socket at a port of this machine; port 0 takes any free port.

    Raises ServerError if the port cannot be used.
    """
    try:
        opened = socket.create_server((host, port))
    except OSError as error:
        raise ServerError(why_not_served(port, host, error)) from error
    # An answer is written in two pieces. Without this the second one waits for the receipt of the
    # first, which takes 40 ms. Every connection inherits it; asyncio sets it for no such socket.
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def serve(app: ASGIApp, opened: socket.socket, ready: Callable[[], None] = lambda: None) -> None:
    """Answer requests that come to a socket, until this process is interrupted.

    `ready` is called once requests are answered. Raises KeyboardInterrupt.
    """
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="on", server_header=False,
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    ready()
    uvicorn.Server(config).run(sockets=[opened])


def why_not_served(port: int, host: str, error: OSError) -> str:
    """The error message: why the server cannot use a port, and what to do."""
    if error.errno == EADDRINUSE:
        return f"port {port} is taken by another program; end that, or try --port 0"
    if isinstance(error, PermissionError):
        return (
            f"you may not use port {port}: the system keeps ports below 1024, and some others, "
            "for itself; try --port 8000"
        )
    why = error.strerror or str(error)
    return (
        f"cannot serve at {host}, port {port}: {why}; look whether this machine has its "
        "loopback network, and try --port 0"
    )
