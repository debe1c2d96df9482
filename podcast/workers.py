"""Processes that make chapters: as many as asked for, or none but this one."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread
from types import TracebackType
from typing import TypeVar

from podcast.errors import PodcastError

T = TypeVar("T")


class Workers:
    """Runs calls side by side; a context manager that leaves no process behind.

    With one worker everything runs in this process, in order.
    """

    def __init__(self, count: int) -> None:
        """`count` processes; they start with the first call."""
        self.count = count
        self.pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Workers:
        """Start nothing yet."""
        return self

    def done(self, call: Callable[..., T], arguments: Iterable[tuple[object, ...]]) -> Iterator[T]:
        """The results of `call` for each of the arguments, as each is ready.

        The first failure is raised at once, and what has not begun is not begun.
        """
        yield from self.begun(call, arguments)

    def begun(self, call: Callable[..., T], arguments: Iterable[tuple[object, ...]]) -> Iterator[T]:
        """The same, but the calls begin now, and not when the first result is asked for.

        With one worker each waits until its result is.
        """
        if self.count <= 1:
            return (call(*each) for each in arguments)
        futures: list[Future[T]] = []
        try:
            with _deaths_told():
                futures.extend(self._pool().submit(call, *each) for each in arguments)
        except BaseException:
            _cancel(futures)
            raise
        return self._results(futures)

    def _results(self, futures: list[Future[T]]) -> Iterator[T]:
        try:
            with _deaths_told():
                for future in as_completed(futures):
                    yield future.result()
        finally:
            _cancel(futures)

    def soon(self, call: Callable[..., T], *arguments: object) -> Callable[[], T]:
        """Begin a call now, if there is a process for it; what comes back waits for its result."""
        if self.count <= 1:
            return lambda: call(*arguments)
        return self._pool().submit(call, *arguments).result

    def warm(self, most: int) -> None:
        """Start up to `most` processes and their imports now, while this one does other work."""
        if self.count > 1:
            for _ in range(min(self.count, most)):
                self._pool().submit(_import)

    def _pool(self) -> ProcessPoolExecutor:
        if self.pool is None:
            # a process a core is enough: numpy's own threads would only wait for each other
            os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
            # spawn: a fork of a process that has run onnxruntime's threads may hang
            self.pool = ProcessPoolExecutor(self.count, get_context("spawn"), _attend_parent)
        return self.pool

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes: at once where something failed, else when they are idle."""
        if self.pool is None:
            return
        processes = list((self.pool._processes or {}).values())
        self.pool.shutdown(wait=kind is None, cancel_futures=True)
        if kind is not None:
            for process in processes:
                process.terminate()
            for process in processes:
                process.join(5)


@contextmanager
def _deaths_told() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        raise PodcastError(
            "a worker process was killed, perhaps for want of memory; try --jobs 1"
        ) from error


def _cancel(futures: Iterable[Future[T]]) -> None:
    for future in futures:
        future.cancel()


def _attend_parent() -> None:
    """End when the parent says so or is gone, and not by the terminal's interrupt."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _import() -> None:
    import podcast.produce  # noqa: F401
