"""Many transcripts -> many episodes, side by side, on processes that they share.

The chapters of all episodes wait in one queue, so that no process is idle while any chapter is
left. If one episode fails, the others go on.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic

from podcast.errors import PodcastError, ReadError, Stopped
from podcast.files.open_store import open_store
from podcast.files.store import Store
from podcast.model import Tell
from podcast.production.build import build_with
from podcast.production.open_workers import on_cluster
from podcast.production.order import MAKER, Built, Means, Order
from podcast.production.workers import SharedWorkers
from podcast.speech.cast import Cast
from podcast.speech.choose import choose

BUILT, CURRENT, FAILED = "built", "up to date", "failed"
WatchAll = Callable[[str, str, float], None]
"""A function that shows progress. It takes the name of an episode, a stage, and the share of the
stage's work that was done since the last call (0 to 1)."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one build: BUILT, CURRENT or FAILED.

    `length` is that of the episode and `took` the time of the build, both in seconds. `error` is
    a sentence, or empty. `folder` is None if the build failed.
    """

    name: str
    outcome: str
    length: float
    took: float
    error: str = ""
    folder: Path | None = None


def require_different_names(orders: Sequence[Order]) -> tuple[Order, ...]:
    """The orders, each seed once. Raises ReadError if two seeds have one episode's name."""
    by_name: dict[str, Order] = {}
    for order in orders:
        name = unicodedata.normalize("NFC", order.name).casefold()  # some disks compare names so
        other = by_name.setdefault(name, order)
        if other.source.resolve() != order.source.resolve():
            raise ReadError(
                f"{other.source} and {order.source} would both become {order.folder}; "
                "rename one of them"
            )
    return tuple(by_name.values())


def build_all(
    orders: Sequence[Order], watch: WatchAll, tell: Tell
) -> Generator[Result, None, None]:
    """Build all episodes with the processes and the store of the first order; yield each result.

    Raises ReadError if two seeds have one episode's name, and WriteError or ClusterError if the
    store or the cluster cannot be used. The failure of one build is a Result.
    """
    orders = require_different_names(orders)
    if not orders:
        return
    first = orders[0]
    store = open_store(first.store, first.cache)
    with open_workers(first, store, tell) as workers:
        yield from batch(orders, workers, store, watch, tell)


def open_workers(order: Order, store: Store, tell: Tell) -> SharedWorkers:
    """The workers of many builds, on this machine or on a cluster. No process is started yet.

    Raises ClusterError if the packages for a cluster are not installed.
    """
    if order.scheduler:
        return on_cluster(order.scheduler, order.jobs, store, tell)
    return SharedWorkers(order.jobs)


def batch(
    orders: Sequence[Order], workers: SharedWorkers, store: Store, watch: WatchAll, tell: Tell
) -> Generator[Result, None, None]:
    """Build the episodes and yield each result as soon as it is known.

    If the caller stops early, or is interrupted, the finished episodes stay. With one worker
    everything runs in this thread, in order.
    """
    means = Means(workers, store, _Once(tell))
    one = partial(_result, means, workers, watch, tell)
    if workers.builds_at_once <= 1:
        for order in orders:
            yield one(order)
        return
    workers.prepare(MAKER)
    with ThreadPoolExecutor(workers.builds_at_once) as threads:
        futures: list[Future[Result]] = []
        try:
            futures += [threads.submit(one, order) for order in orders]
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            for future in futures:
                future.cancel()
            workers.stop()
            raise


def _result(
    means: Means, workers: SharedWorkers, watch: WatchAll, tell: Tell, order: Order
) -> Result:
    """Build one episode. Its failure is a Result; only Stopped is raised."""

    def watch_episode(stage: str, chapter: str, share: float) -> None:
        if workers.stopped:
            raise Stopped("stopped")
        watch(order.name, stage, share)

    began = monotonic()
    try:
        built = build_with(
            means, order, watch_episode, lambda notice: tell(f"{order.name}: {notice}")
        )
    except Stopped:
        raise
    except PodcastError as error:
        return Result(order.name, FAILED, 0.0, monotonic() - began, str(error))
    except Exception as error:
        sentence = f"the program failed ({type(error).__name__}: {error}); please report it"
        return Result(order.name, FAILED, 0.0, monotonic() - began, sentence)
    return _success(order, built, monotonic() - began)


def _success(order: Order, built: Built, took: float) -> Result:
    outcome = BUILT if built.fresh else CURRENT
    return Result(order.name, outcome, built.report.seconds, took, folder=built.folder)


class _Once:
    """Chooses a cast once for all builds with the same engine, voices and `offline`.

    So notices about the choice are shown once, and services are tried once.
    """

    def __init__(self, tell: Tell) -> None:
        self.tell, self.lock = tell, Lock()
        self.chosen: dict[tuple[str, Path, bool], Cast] = {}

    def __call__(self, name: str, voices: Path, offline: bool, _: Tell) -> Cast:
        with self.lock:
            key = (name, voices, offline)
            if key not in self.chosen:
                self.chosen[key] = choose(name, voices, offline, self.tell)
            return self.chosen[key]
