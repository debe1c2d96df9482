"""The addresses of the studio, and what answers each.

What takes time runs in threads; only the events are sent from the server's own loop.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route
from starlette.types import ASGIApp

from podcast.errors import PodcastError, Stopped
from podcast.files import json_text
from podcast.files.decode import LARGEST
from podcast.files.names import PAGE
from podcast.files.whole import new_part, remove_orphans, unwritable
from podcast.published.serve import media_type, require_inside
from podcast.studio.blocks import plain
from podcast.studio.desk import BadRequest, Desk, Values
from podcast.studio.front import page_text, static_file
from podcast.studio.guard import PUBLISHED_POLICY, SHOWN_POLICY, Guard, Rules
from podcast.studio.history import Conflict
from podcast.studio.seeds import Taken
from podcast.studio.shelf import Shelf, require_name

LARGEST_JSON = 16 * 2**20  # bytes of a request that is not a file
LARGEST_RECORDING = 8 * 2**30  # bytes
LOOK_SECONDS = 0.5  # between two looks at the files that pages show
ACTIVE = frozenset({".html", ".htm", ".svg", ".xml", ".xhtml"})  # a browser may run what is in them
# An escaped backslash or a whole pair, which stay; or else half of a pair. Source: RFC 8259, 7.
HALF = re.compile(
    r"(\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
STATIC_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}

Answer = Callable[[Request], Awaitable[Response]]


def studio_app(shelf: Shelf, rules: Rules) -> ASGIApp:
    """The studio, which reads and writes the episodes of a shelf."""
    desk = Desk(shelf)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        Thread(target=desk.sayer.warm_up, daemon=True).start()
        looking = asyncio.create_task(_look(desk))
        yield
        looking.cancel()
        desk.builds.close()

    app = Starlette(routes=_routes(desk), lifespan=lifespan, exception_handlers=HANDLERS)
    return Guard(app, rules)


def reading_app(out: Path, rules: Rules) -> ASGIApp:
    """The read-only face of the studio: the list of episodes, their pages and files."""
    shelf = Shelf(out / ".none", out, out / ".none")
    routes = [
        Route("/", _page),
        Route("/static/{name}", _static),
        Route("/files/{path:path}", _files_of(out, SHOWN_POLICY)),
        Route("/api/episodes", _asked(lambda request: shelf.episodes())),
    ]
    return Guard(Starlette(routes=routes, exception_handlers=HANDLERS), rules)


async def _look(desk: Desk) -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        await run_in_threadpool(desk.watch)


def _routes(desk: Desk) -> list[Route]:
    return [
        Route("/", _page),
        Route("/edit/{name}", _page),
        Route("/static/{name}", _static),
        Route("/files/{path:path}", _files_of(desk.shelf.out, PUBLISHED_POLICY)),
        Route("/api/episodes", _asked(lambda request: desk.shelf.episodes())),
        Route("/api/options", _asked(lambda request: desk.options())),
        Route("/api/read", _dropped(desk.read), methods=["POST"]),
        Route("/api/foresee", _dropped(desk.foresee), methods=["POST"]),
        *(
            Route(f"/api/{what}", _upload(desk, *about), methods=["POST"])
            for what, about in {
                "seeds": (desk.keep_seed, LARGEST),
                "recordings": (desk.keep_recording, LARGEST_RECORDING),
                "covers": (desk.keep_cover, LARGEST),
            }.items()
        ),
        Route("/api/seeds/{name}/settings", _asked(lambda r: desk.settings(_name(r)))),
        Route("/api/seeds/{name}/settings", _wanted(desk.set), methods=["PUT"]),
        Route("/api/{name}/dropped", _asked(lambda request: desk.dropped(_name(request)))),
        Route("/api/{name}/files", _asked(lambda request: desk.files(_name(request)))),
        Route("/api/{name}/check", _check_of(desk)),
        Route("/api/{name}/say", _wanted(_sound(desk.say)), methods=["POST"]),
        Route("/api/{name}/script", _asked(lambda request: desk.script(_name(request)))),
        Route("/api/{name}/events", _events_of(desk)),
        *(
            Route(f"/api/{{name}}/{what}", _wanted(handle), methods=["POST"])
            for what, handle in {
                "edit": desk.edit,
                "undo": desk.undo,
                "redo": desk.redo,
                "settle": desk.settle,
                "find": desk.find,
                "glossary": desk.glossary,
                "pronounce": desk.pronounce,
                "build": desk.build,
                "cancel": desk.cancel,
            }.items()
        ),
    ]


def _name(request: Request) -> str:
    return require_name(request.path_params["name"])


def _asked(handle: Callable[[Request], Any]) -> Answer:
    """The answer to a request that has no body, as JSON."""

    async def answer(request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(handle, request))

    return answer


def _wanted(handle: Callable[[str, Values, str], Any]) -> Answer:
    """The answer to a request whose body is JSON, as JSON."""

    async def answer(request: Request) -> Response:
        name, asked = _name(request), await _json(request)
        by = request.headers.get("x-tab", "")[:64]
        result = await run_in_threadpool(handle, name, asked, by)
        return result if isinstance(result, Response) else JSONResponse(result)

    return answer


def _sound(handle: Callable[[str, Values, str], bytes]) -> Callable[[str, Values, str], Response]:
    return lambda name, asked, by: Response(handle(name, asked, by), media_type="audio/wav")


async def _json(request: Request) -> Values:
    """The table in the body of a request; an empty one if there is no body. Raises BadRequest."""
    body = await bounded(request, LARGEST_JSON)
    try:
        asked = json_text.parse(without_halves(body.decode() or "{}"))
    except ValueError:
        raise BadRequest("the request is not JSON") from None
    if not isinstance(asked, dict):
        raise BadRequest("the request must be a table of JSON")
    return asked


def without_halves(text: str) -> str:
    r"""JSON without escapes of halves of surrogate pairs, which no file and no answer can hold.

    >>> print(without_halves(r'{"text": "a\ud800b\ud83d\ude00"}'))
    {"text": "ab\ud83d\ude00"}
    """
    return HALF.sub(lambda found: found[1] or "", text)


async def bounded(request: Request, most: int) -> bytes:
    """The body of a request. Raises HTTPException if it is larger than `most` bytes."""
    return b"".join([piece async for piece in _pieces(request, most)])


async def _pieces(request: Request, most: int) -> AsyncIterator[bytes]:
    """The body of a request as it comes. Raises HTTPException after `most` bytes."""
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > most:
            raise HTTPException(413, f"that is larger than {most >> 20} MB")
        yield piece


# Uploads -----------------------------------------------------------------------------------


def _dropped(tell: Callable[[bytes, str], Values]) -> Answer:
    """The answer that tells something of a dropped file, which is not kept."""

    async def answer(request: Request) -> Response:
        content = await bounded(request, LARGEST)
        given = request.query_params.get("file", "")
        return JSONResponse(await run_in_threadpool(tell, content, given))

    return answer


def _upload(desk: Desk, keep: Callable[[Path, str, str], Values], most: int) -> Answer:
    """The answer that keeps an uploaded file, which is written to the disk as it comes."""

    async def answer(request: Request) -> Response:
        name = require_name(request.query_params.get("name", ""))
        given = request.query_params.get("file", "")
        seeds, path = desk.shelf.seeds, None
        try:
            seeds.mkdir(parents=True, exist_ok=True)
            remove_orphans(seeds)
            path = new_part(seeds / "upload")
            with path.open("wb") as file:
                async for piece in _pieces(request, most):
                    await run_in_threadpool(file.write, piece)
            return JSONResponse(await run_in_threadpool(keep, path, name, given))
        except OSError as error:
            raise unwritable(path or seeds, error) from error
        finally:
            if path:
                path.unlink(missing_ok=True)

    return answer


# Pages and files ---------------------------------------------------------------------------


async def _page(request: Request) -> Response:
    return HTMLResponse(page_text())


async def _static(request: Request) -> Response:
    path = static_file(request.path_params["name"])
    if path is None:
        raise HTTPException(404, "there is no such file")
    return FileResponse(path, media_type=STATIC_TYPES.get(path.suffix) or media_type(path))


def _files_of(out: Path, policy: str) -> Answer:
    """The files of all episodes, with ranges, and nothing that is hidden or outside.

    `policy` is the content security policy of those that a browser may run.
    """

    async def answer(request: Request) -> Response:
        address = request.path_params["path"]
        try:
            path = require_inside(out, address)
        except (OSError, ValueError):
            path = out
        if path.is_dir() and path != out and (path / PAGE).is_file():
            return RedirectResponse(f"/files/{quote(address.rstrip('/'))}/{PAGE}")
        if not path.is_file():
            raise HTTPException(404, "there is no such file")
        headers = {"Content-Security-Policy": policy} if path.suffix.lower() in ACTIVE else {}
        return FileResponse(path, media_type=media_type(path), headers=headers)

    return answer


# Events ------------------------------------------------------------------------------------


def _events_of(desk: Desk) -> Answer:
    async def answer(request: Request) -> Response:
        name = _name(request)
        return StreamingResponse(
            desk.stream(name), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
        )

    return answer


# The check -----------------------------------------------------------------------------------


def _check_of(desk: Desk) -> Answer:
    """The answer that tells how far the check of an episode is, and then what it found.

    It is a table of JSON in each line. The check ends when the page no longer listens.
    """

    async def answer(request: Request) -> Response:
        lines = _told_while(partial(desk.check, _name(request)))
        return StreamingResponse(lines, media_type="application/x-ndjson")

    return answer


async def _told_while(work: Callable[[Callable[[float], None]], Any]) -> AsyncIterator[str]:
    """Lines that tell how far some work is, and what came of it; it ends with the iterator."""
    loop, queue, ended = asyncio.get_running_loop(), asyncio.Queue[Values](), Event()

    def tell(values: Values) -> None:
        with suppress(RuntimeError):  # the server has ended
            loop.call_soon_threadsafe(queue.put_nowait, values)

    def watch(share: float) -> None:
        if ended.is_set():
            raise Stopped("stopped")
        tell({"share": round(share, 3)})

    def run() -> None:
        try:
            tell({"found": work(watch)})
        except PodcastError as error:
            tell({"error": str(error)})
        except Exception as error:  # a thread has nobody above it who could tell of this
            tell({"error": broken(error)})

    Thread(target=run, daemon=True, name="check").start()
    try:
        values: Values = {"share": 0.0}
        while "share" in values:
            yield json.dumps(values, ensure_ascii=False) + "\n"
            values = await queue.get()
        yield json.dumps(values, ensure_ascii=False) + "\n"
    finally:
        ended.set()


# Errors ------------------------------------------------------------------------------------


def _failed(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 422
    if isinstance(error, BadRequest):
        status = 400
    why = error.detail if isinstance(error, HTTPException) else str(error)
    return JSONResponse({"error": why}, status)


def _conflict(request: Request, error: Exception) -> Response:
    assert isinstance(error, Conflict)
    conflict = {
        "mine": [plain(block) for block in error.mine],
        "theirs": [plain(block) for block in error.theirs],
        "version": error.version,
    }
    return JSONResponse({"error": str(error), "conflict": conflict}, 409)


def _taken(request: Request, error: Exception) -> Response:
    assert isinstance(error, Taken)
    return JSONResponse({"error": str(error), "name": error.free}, 409)


def _broken(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": broken(error)}, 500)


def broken(error: Exception) -> str:
    """What is told of an error that the program does not know."""
    return f"the studio broke: {type(error).__name__}: {error}; please report this"


HANDLERS: dict[Any, Any] = {
    PodcastError: _failed,
    BadRequest: _failed,
    HTTPException: _failed,
    Conflict: _conflict,
    Taken: _taken,
    Exception: _broken,
}
