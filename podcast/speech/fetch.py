"""The texts of online voices -> clips in the store, before chapters are recorded.

Each service has one pool of threads for a whole build, and all builds of a process together send
it no more requests at a time than its engine allows. The processes that record chapters then find
every clip in the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, InvalidStateError, ThreadPoolExecutor, wait
from contextlib import suppress
from threading import Event
from typing import Any, NamedTuple, TypeVar

from podcast.engines import Engine, Online, is_online, is_remembered, threads
from podcast.engines.cached import Anew, Cached
from podcast.engines.checked import Checked
from podcast.engines.limited import Limited
from podcast.engines.remembered import Remembered
from podcast.engines.retried import Retried
from podcast.errors import EngineError, SpeechFailed
from podcast.files.store import Store
from podcast.model import Voice

T = TypeVar("T")


class Request(NamedTuple):
    """A text, and the voice that is to say it."""

    text: str
    voice: Voice


def reliable(engine: Engine, store: Store) -> Engine:
    """An online engine wrapped with checking, retries and the cache in `store`.

    A local engine is returned unchanged, or with a cache if it asks for one (`is_remembered`).
    """
    if not is_online(engine):
        return Remembered(engine, store) if is_remembered(engine) else engine
    return Cached(_steady(engine), store)


def _steady(engine: Online, stop: Event | None = None) -> Online:
    return Retried(Limited(Checked(engine)), stop)


def fetch(
    batches: Sequence[tuple[T, Sequence[Request]]],
    online: Mapping[str, Online],
    store: Store,
    tell: Callable[[T, Request], None],
    *,
    anew: bool = False,
) -> Iterator[T]:
    """Yield the first element of each batch, in order, once all its requests are in `store`.

    With `anew`, what the store has is said again, and the new speech takes its place.
    `online` has the engine of each request's voice, by name. `tell` is called for each request
    that is done, in order. The first failure ends the fetch: requests that have not begun are
    cancelled, and requests that have begun are finished and stored. Then EngineError is raised, or
    the error of the engine, such as VoiceError.
    """
    stop, broken = Event(), Future[None]()
    kept = Anew if anew else Cached
    sources = {name: kept(_steady(engine, stop), store) for name, engine in online.items()}
    pools = {name: ThreadPoolExecutor(threads(engine)) for name, engine in online.items()}
    answers: dict[Request, Future[object]] = {}
    try:
        for request in (request for _, requests in batches for request in requests):
            if request not in answers:
                name = request.voice.engine
                answers[request] = pools[name].submit(sources[name].speak, *request)
                answers[request].add_done_callback(lambda future: _pass_on(future, broken))
        for batch, requests in batches:
            for request in requests:
                either: tuple[Future[Any], ...] = (answers[request], broken)
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
    """Put the error of a failed request into `broken`, if it is the first error."""
    if not future.cancelled() and (error := future.exception()):
        with suppress(InvalidStateError):
            broken.set_exception(error)


def _require_whole(broken: Future[None]) -> None:
    if broken.done():
        error = broken.exception()
        if isinstance(error, SpeechFailed):
            raise EngineError(
                f"{error}; the speech until then is kept, so try again later, or use --offline"
            ) from error
        broken.result()
