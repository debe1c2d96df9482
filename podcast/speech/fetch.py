"""What online voices are to say -> the clip cache, ahead of the recording.

One pool of threads a service asks for a whole build, and all builds of a process together send
none more at a time than its engine allows; the processes that record chapters then find every clip
remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, InvalidStateError, ThreadPoolExecutor, wait
from contextlib import suppress
from threading import Event
from typing import Any, NamedTuple, TypeVar

from podcast.engines import Engine, Online, is_online, is_remembered, threads
from podcast.engines.cached import Cached
from podcast.engines.checked import Checked
from podcast.engines.limited import Limited
from podcast.engines.remembered import Remembered
from podcast.engines.retried import Retried
from podcast.errors import EngineError, SpeechFailed
from podcast.files.store import Store
from podcast.model import Voice

T = TypeVar("T")


class Request(NamedTuple):
    """A text that a voice is to say."""

    text: str
    voice: Voice


def reliable(engine: Engine, store: Store, stop: Event | None = None) -> Engine:
    """An online engine checked, retried and remembered in `store`; one of this machine as it is.

    One of this machine that asks for it is remembered, too.
    """
    if not is_online(engine):
        return Remembered(engine, store) if is_remembered(engine) else engine
    return Cached(Retried(Limited(Checked(engine)), stop), store)


def fetch(
    batches: Sequence[tuple[T, Sequence[Request]]],
    online: Mapping[str, Online],
    store: Store,
    tell: Callable[[T, Request], None],
) -> Iterator[T]:
    """Each batch's first half, in order, as soon as all it asks for lies in `store`.

    `online` has the engine of each request's voice, by name. `tell` hears of each request
    done, in order. The first failure ends it all: what has not begun does not begin, what is
    under way is finished and kept, and EngineError says so.
    """
    stop, broken = Event(), Future[None]()
    sources = {name: reliable(engine, store, stop) for name, engine in online.items()}
    pools = {name: ThreadPoolExecutor(threads(engine)) for name, engine in online.items()}
    asked: dict[Request, Future[object]] = {}
    try:
        for request in (request for _, requests in batches for request in requests):
            if request not in asked:
                name = request.voice.engine
                asked[request] = pools[name].submit(sources[name].speak, *request)
                asked[request].add_done_callback(lambda future: _pass_on(future, broken))
        for batch, requests in batches:
            for request in requests:
                either: tuple[Future[Any], ...] = (asked[request], broken)
                wait(either, return_when=FIRST_COMPLETED)
                _require_whole(broken)
                tell(batch, request)
            yield batch
    finally:
        stop.set()
        for pool in pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
        for pool in pools.values():
            pool.shutdown()


def _pass_on(future: Future[object], broken: Future[None]) -> None:
    """Let the first failure of all be known."""
    if not future.cancelled() and (error := future.exception()):
        with suppress(InvalidStateError):
            broken.set_exception(error)


def _require_whole(broken: Future[None]) -> None:
    if broken.done():
        error = broken.exception()
        if isinstance(error, SpeechFailed):
            raise EngineError(
                f"{error}; all it said until then is kept, so try again later, or use --offline"
            ) from error
        broken.result()
