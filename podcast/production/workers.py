"""Processes that make chapters: as many as asked for, or none but this one.

Workers         of one build
SharedWorkers   of several builds at once
Cluster         of other machines (`cluster.py`)
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import parent_process
from multiprocessing.context import SpawnContext, SpawnProcess
from threading import Lock, Thread
from types import TracebackType
from typing import Any, TypeVar

from podcast.errors import PodcastError, Stopped
from podcast.outside import ffmpeg

T = TypeVar("T")
Arguments = tuple[object, ...]
W = TypeVar("W", bound="Workers")
KILLED = "a worker process was killed, perhaps for want of memory; try --jobs 1"


class Workers:
    """Runs calls side by side; a context manager that leaves no process behind.

    With one worker everything runs in this process, in order.
    """

    def __init__(self, count: int) -> None:
        """`count` processes; they start with the first call."""
        self.count = count
        self.pool: ProcessPoolExecutor | None = None

    def __enter__(self: W) -> W:
        """Start nothing yet."""
        return self

    @property
    def is_here(self) -> bool:
        """Whether all runs in the thread that asks."""
        return self.count <= 1

    @property
    def has_idle(self) -> bool:
        """Whether a process may wait for work that nobody else has for it."""
        return not self.is_here

    def done(self, call: Callable[..., T], arguments: Iterable[Arguments]) -> Iterator[T]:
        """The results of `call` for each of the arguments, as each is ready.

        The first failure is raised at once; it ends the build, and the processes with it.
        """
        yield from self.begun(call, arguments)

    def begun(self, call: Callable[..., T], arguments: Iterable[Arguments]) -> Iterator[T]:
        """The same results, of calls that begin before this returns.

        Where there is no other process (`is_here`) nothing can be made meanwhile: then each
        call is made when its result is asked for.
        """
        if self.is_here:
            return (call(*each) for each in arguments)
        with _deaths_told():
            return self._results([self._pool().submit(call, *each) for each in arguments])

    def _results(self, futures: list[Future[T]]) -> Iterator[T]:
        with _deaths_told():
            for future in as_completed(futures):
                yield future.result()

    def hands(self, count: int) -> Workers:
        """Who makes so many calls soonest: a single one is made here, before a process starts."""
        return self if count > 1 else Workers(1)

    def soon(self, call: Callable[..., T], *arguments: object) -> Callable[[], T]:
        """Begin a call now, if there is a process for it; what comes back waits for its result."""
        if self.is_here:
            return lambda: call(*arguments)
        return self._pool().submit(call, *arguments).result

    def alone(self, call: Callable[..., T], *arguments: object) -> T:
        """The result of a call that the rest of a build waits for."""
        return call(*arguments)

    def once(self, call: Callable[..., T], *arguments: object) -> T:
        """The result of a call in a process of its own, which then gives its memory back."""
        if self.is_here:
            return call(*arguments)
        pool = _start(1)
        try:
            with _deaths_told():
                return pool.submit(call, *arguments).result()
        finally:
            _end(pool)

    def warm(self, module: str, most: int = sys.maxsize) -> None:
        """Start up to `most` processes now, while this one does other work.

        Each imports `module`, whose functions it will be asked to call.
        """
        if not self.is_here:
            for _ in range(min(self.count, most)):
                self._pool().submit(_import, module)

    @contextmanager
    def outlived(self) -> Iterator[None]:
        """Whatever holds this from outside outlives the processes, should anything fail in it."""
        try:
            yield
        except BaseException:
            _end(self.pool)
            raise

    def _pool(self) -> ProcessPoolExecutor:
        if self.pool is None:
            self.pool = _start(self.count)
        return self.pool

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes: at once where something failed, else when they are idle."""
        if kind is not None:
            _end(self.pool)
        elif self.pool is not None:
            self.pool.shutdown(cancel_futures=True)


class SharedWorkers(Workers):
    """Workers of several builds at once, each in its own thread.

    A call whose process died is made again, in a process of its own; so what kills processes ends
    only its own build.
    """

    def __init__(self, count: int) -> None:
        """`count` processes; with one, all runs in the thread that asks."""
        super().__init__(count)
        self.starting, self.retrying, self.stopped = Lock(), Lock(), False
        self.spare: ProcessPoolExecutor | None = None

    @property
    def abreast(self) -> int:
        """How many builds keep them busy: while one waits for its last chapter, others go on."""
        return 1 if self.is_here else self.count + 1

    @property
    def has_idle(self) -> bool:
        """None: other builds keep them busy."""
        return False

    def warm(self, module: str, most: int = sys.maxsize) -> None:
        """Start all the processes and their imports now, if they are not started."""
        with self.starting:
            if self.pool is None:
                super().warm(module)

    def begun(self, call: Callable[..., T], arguments: Iterable[Arguments]) -> Iterator[T]:
        """The results of `call` for each of the arguments, of calls that begin now.

        Calls whose results nobody takes are cancelled.
        """
        if self.is_here:
            return super().begun(call, arguments)
        results = self._begun(call, arguments)
        next(results)  # runs it until all calls have begun
        return results

    def _begun(self, call: Callable[..., Any], arguments: Iterable[Arguments]) -> Iterator[Any]:
        """None as soon as all calls have begun; then the result of each, as it is ready.

        It is one generator, already running when somebody gets it: so its `finally` cancels
        what has not begun even if no result is ever asked for.
        """
        asked: dict[Future[Any], Arguments] = {}
        try:
            for each in arguments:
                asked[self._submit(call, *each)] = each
            yield None
            for future in as_completed(list(asked)):
                yield self._result(future, call, asked.pop(future))
        finally:
            if not self.stopped:  # a pool that is ending trips over what is cancelled meanwhile
                for future in asked:
                    future.cancel()

    def hands(self, count: int) -> Workers:
        """All: this process has the threads of other builds."""
        return self

    def soon(self, call: Callable[..., T], *arguments: object) -> Callable[[], T]:
        """Begin a call now, if there is a process for it; what comes back waits for its result."""
        if self.is_here:
            return super().soon(call, *arguments)
        future = self._submit(call, *arguments)
        return lambda: self._result(future, call, arguments)

    def alone(self, call: Callable[..., T], *arguments: object) -> T:
        """The result of a call; this process is left to the other builds."""
        return self.soon(call, *arguments)()

    def once(self, call: Callable[..., T], *arguments: object) -> T:
        """The result of a call, in one of the processes."""
        return self.alone(call, *arguments)

    @contextmanager
    def outlived(self) -> Iterator[None]:
        """Nothing ends with one build: the others need the processes."""
        yield

    def stop(self) -> None:
        """End the processes at once; whoever waits for a result is told so."""
        self.stopped = True
        with self.starting:
            for pool in (self.pool, self.spare):
                _end(pool)

    def require_going(self) -> None:
        """Raise Stopped once `stop` was called."""
        if self.stopped:
            raise Stopped("stopped")

    def _submit(self, call: Callable[..., T], *arguments: object) -> Future[T]:
        """The future of a call, on new processes where the old ones are gone."""
        with self.starting:
            self.require_going()
            try:
                return self._pool().submit(call, *arguments)
            except BrokenProcessPool:
                self.pool = None
                return self._pool().submit(call, *arguments)

    def _result(self, future: Future[T], call: Callable[..., T], arguments: Arguments) -> T:
        try:
            return future.result()
        except (BrokenProcessPool, CancelledError):
            pass
        with self.retrying:
            return self._once_more(call, arguments)

    def _once_more(self, call: Callable[..., T], arguments: Arguments) -> T:
        """The result of a call whose process died, from a process that does nothing else."""
        with self.starting:
            self.require_going()
            self.spare = _start(1)
        with self.spare:
            try:
                return self.spare.submit(call, *arguments).result()
            except (BrokenProcessPool, CancelledError) as error:
                self.require_going()
                raise PodcastError(KILLED) from error


class _Process(SpawnProcess):
    """A process that ends when a pool wants it to: it ignores the signal that a pool sends."""

    def terminate(self) -> None:
        """End it at once. A pool that broke waits for this with a lock that `submit` wants."""
        self.kill()


class _Context(SpawnContext):
    """Spawn: a fork of a process that has run onnxruntime's threads may hang."""

    Process = _Process


def _start(count: int) -> ProcessPoolExecutor:
    # a process a core is enough: numpy's own threads would only wait for each other
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return ProcessPoolExecutor(count, _Context(), _begin, (ffmpeg.executable(),))


def _end(pool: ProcessPoolExecutor | None) -> None:
    """End the processes of a pool, whatever they are doing."""
    if pool is None:
        return
    processes = list((pool._processes or {}).values())
    pending = pool._pending_work_items
    for number, item in list(pending.items()):  # the pool trips over what was cancelled before
        if item.future.cancelled():
            pending.pop(number, None)
    pool.shutdown(wait=False)  # and who waits for what it cancels itself is not told
    for process in processes:
        process.kill()
    for process in processes:
        process.join(5)


@contextmanager
def _deaths_told() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        raise PodcastError(KILLED) from error


def _begin(chosen_ffmpeg: str) -> None:
    """Prepare a worker process: it runs the ffmpeg that its build chose, and ends with it."""
    ffmpeg.use(chosen_ffmpeg)
    _attend_parent()


def _attend_parent() -> None:
    """End when the parent says so or is gone, and not by a signal to the whole group."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _import(module: str) -> None:
    import_module(module)
