"""Calls of functions -> their results, made by worker processes.

Workers         the processes of one build
SharedWorkers   the processes of several builds at once
Cluster         the workers of a Dask cluster (`cluster.py`)
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    CancelledError,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    as_completed,
)
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
    """The processes of one build; a context manager that leaves no process behind.

    Every kind of workers has the same five methods:

    start       begin calls side by side, and yield each result when it is ready
    call        make one call, and wait for its result
    prepare     start the processes before there is work
    building    surround one build: if it fails, its calls end
    stop        end all processes at once; every waiting or later call raises Stopped

    With one worker everything runs in the calling thread, in order. Every kind also says two
    things of itself: `has_idle` and `builds_at_once`.
    """

    _SINGLE = 4  # threads for calls of which there is only one: more than a build begins at a time

    def __init__(self, count: int) -> None:
        """`count` is the number of processes. They start with the first call."""
        self.count, self.stopped = count, False
        self.pool: _Pool | None = None
        self.apart: list[_Pool] = []  # pools of one process, each for a single call
        self.beside: ThreadPoolExecutor | None = None

    def __enter__(self: W) -> W:
        """Start nothing yet."""
        return self

    @property
    def has_idle(self) -> bool:
        """Whether a process may be idle, so that work on a guess costs nothing."""
        return not self._is_here

    @property
    def builds_at_once(self) -> int:
        """The number of builds at a time that keep the processes busy."""
        return 1

    def start(
        self,
        call: Callable[..., T],
        arguments: Iterable[Arguments],
        *,
        only: bool = False,
        apart: bool = False,
    ) -> Iterator[T]:
        """Begin a call with each of the arguments at once, and return an iterator of the results.

        Results come in any order, each as soon as it is ready. The first exception of a call is
        raised in place of its result. Without other processes, a call begins when its result is
        wanted. With `only`, which says that there is a single call, it is made by a thread of this
        process: to start a process may take longer than the call. With `apart`, each call is made
        by a process of its own, which then ends, so that its memory is free. Raises Stopped, or
        PodcastError if a process was killed.
        """
        self._require_going()
        if self._is_here:
            return (call(*each) for each in arguments)
        if apart:
            return self._results([self._begun_apart(call, each) for each in arguments])
        if only:
            return self._results([self._threads().submit(call, *each) for each in arguments])
        with _deaths_told():
            return self._results([self._pool().submit(call, *each) for each in arguments])

    def _results(self, futures: list[Future[T]]) -> Iterator[T]:
        try:
            with _deaths_told():
                for future in as_completed(futures):
                    result = future.result()
                    self._require_going()
                    yield result
        except PodcastError:
            self._require_going()
            raise

    def call(self, function: Callable[..., T], *arguments: object, apart: bool = False) -> T:
        """Make one call and return its result.

        With `apart` and more than one worker, the call is made in a process of its own, so that
        its memory is free afterwards. Raises the exception of the call, Stopped, or PodcastError
        if the process was killed.
        """
        self._require_going()
        if self._is_here or not apart:
            return function(*arguments)
        pool = _start(1)
        try:
            with _deaths_told():
                return pool.submit(function, *arguments).result()
        finally:
            _end(pool)

    def _begun_apart(self, call: Callable[..., T], arguments: Arguments) -> Future[T]:
        """The future of a call that a new process makes, which ends when the call has ended."""
        pool = _start(1)
        self.apart.append(pool)
        future = pool.submit(call, *arguments)
        pool.shutdown(wait=False)
        return future

    def prepare(self, module: str, most: int = sys.maxsize) -> None:
        """Start up to `most` processes and return at once. Raises Stopped.

        Each process imports `module`, whose functions it will have to call.
        """
        self._require_going()
        if not self._is_here:
            for _ in range(min(self.count, most)):
                self._pool().submit(_import, module)

    @contextmanager
    def building(self) -> Iterator[None]:
        """Surround one build. If it fails, its calls have ended before this context is left.

        So a build that opens its work folder outside this context can remove it safely: nobody
        writes to it any more.
        """
        try:
            yield
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the processes at once. Every waiting or later call raises Stopped.

        A call that a thread of this process makes cannot be ended, so it is waited for.
        """
        self.stopped = True
        for pool in (self.pool, *self.apart):
            _end(pool)
        if self.beside:
            self.beside.shutdown()

    def _require_going(self) -> None:
        if self.stopped:
            raise Stopped("stopped")

    @property
    def _is_here(self) -> bool:
        """Whether everything runs in the calling thread."""
        return self.count <= 1

    def _pool(self) -> _Pool:
        if self.pool is None:
            self.pool = _start(self.count)
        return self.pool

    def _threads(self) -> ThreadPoolExecutor:
        if self.beside is None:
            self.beside = ThreadPoolExecutor(self._SINGLE)
        return self.beside

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes: at once after an exception, else when they are idle."""
        if kind is not None:
            self.stop()
            return
        for pool in (self.pool, *self.apart, self.beside):
            if pool is not None:
                pool.shutdown(cancel_futures=True)


class SharedWorkers(Workers):
    """The workers of several builds at once, each in a thread of its own.

    A call whose process died is made again, in a process of its own; so a call that kills its
    process ends only its own build.
    """

    def __init__(self, count: int) -> None:
        """`count` is the number of processes. With one, everything runs in the calling thread."""
        super().__init__(count)
        self.starting, self.retrying = Lock(), Lock()
        self.spare: _Pool | None = None

    @property
    def builds_at_once(self) -> int:
        """The number of builds at a time that keep the processes busy.

        It is one more than there are processes: a build that waits for its last chapter keeps only
        one busy. It is one where everything runs in the calling thread.
        """
        return 1 if self._is_here else self.count + 1

    @property
    def has_idle(self) -> bool:
        """Always False: other builds keep the processes busy."""
        return False

    def prepare(self, module: str, most: int = sys.maxsize) -> None:
        """Start all processes, each of which imports `module`, if they are not started yet."""
        with self.starting:
            if self.pool is None:
                super().prepare(module)

    def start(
        self,
        call: Callable[..., T],
        arguments: Iterable[Arguments],
        *,
        only: bool = False,
        apart: bool = False,
    ) -> Iterator[T]:
        """As `Workers.start`, but calls that have not begun are cancelled with the iterator.

        `only` and `apart` are ignored: this process runs the threads of other builds, so a single
        call goes to another process, too, and the processes take turns with all kinds of calls.
        """
        self._require_going()
        if self._is_here:
            return super().start(call, arguments)
        results = self._begun(call, arguments)
        next(results)  # run the generator until all calls have begun
        return results

    def _begun(self, call: Callable[..., Any], arguments: Iterable[Arguments]) -> Iterator[Any]:
        """Yield None when all calls have begun, and then each result when it is ready.

        The caller advances this generator to the None before it hands it on. So its `finally`
        cancels the calls that have not begun even if no result is ever taken.
        """
        pending: dict[Future[Any], Arguments] = {}
        try:
            for each in arguments:
                pending[self._submit(call, *each)] = each
            yield None
            for future in as_completed(list(pending)):
                yield self._result(future, call, pending.pop(future))
        finally:
            if not self.stopped:  # a pool that is ending fails on a call that is cancelled then
                for future in pending:
                    future.cancel()

    def call(self, function: Callable[..., T], *arguments: object, apart: bool = False) -> T:
        """As `Workers.call`, but always in another process: this one runs the other builds."""
        if self._is_here:
            return super().call(function, *arguments)
        return self._result(self._submit(function, *arguments), function, arguments)

    @contextmanager
    def building(self) -> Iterator[None]:
        """Surround one build. The processes go on after a failure, as the other builds need them.

        `start` cancels the calls of a failed build that have not begun.
        """
        yield

    def stop(self) -> None:
        """End the processes of all builds at once. Every waiting or later call raises Stopped."""
        self.stopped = True
        with self.starting:
            for pool in (self.pool, self.spare):
                _end(pool)

    def _submit(self, call: Callable[..., T], *arguments: object) -> Future[T]:
        """The future of a call, on new processes if the old ones have died."""
        with self.starting:
            self._require_going()
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
        """Make a call whose process died again, in a process that does nothing else."""
        with self.starting:
            self._require_going()
            self.spare = _start(1)
        with self.spare:
            try:
                return self.spare.submit(call, *arguments).result()
            except (BrokenProcessPool, CancelledError) as error:
                self._require_going()
                raise PodcastError(KILLED) from error


class _Process(SpawnProcess):
    """A worker process, which a pool can end although it ignores the pool's SIGTERM."""

    def terminate(self) -> None:
        """Kill the process. A broken pool waits for its end with a lock that `submit` needs."""
        self.kill()


class _Context(SpawnContext):
    """Starts processes by spawning: a fork of a process with onnxruntime's threads may hang."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[_Process] = []

    def Process(self, *args: Any, **kwargs: Any) -> _Process:  # type: ignore[override]
        """A new process, which is noted in `started` so that it can be ended."""
        process = _Process(*args, **kwargs)
        self.started.append(process)
        return process


class _Pool(ProcessPoolExecutor):
    """A pool that lists its processes in `started`, so that they can be ended at any time."""

    def __init__(self, count: int) -> None:
        context = _Context()
        self.started = context.started
        super().__init__(count, context, _begin, (ffmpeg.executable(),))


def _start(count: int) -> _Pool:
    # There is a process for each core, so threads of numpy's own would only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return _Pool(count)


def _end(pool: _Pool | None) -> None:
    """End the processes of a pool, whatever they are doing."""
    if pool is None:
        return
    # This attribute is private, but there is no public way. When its processes die, Python 3.10's
    # pool sets an exception on every call that is left. For a cancelled call this fails, and ends
    # the thread that sets them; so the callers of the other calls would wait for ever.
    pending = pool._pending_work_items
    for number, item in list(pending.items()):
        if item.future.cancelled():
            pending.pop(number, None)
    pool.shutdown(wait=False)  # without `cancel_futures`: callers would wait for cancelled calls
    for process in pool.started:
        process.kill()
    for process in pool.started:
        process.join(5)


@contextmanager
def _deaths_told() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        raise PodcastError(KILLED) from error


def _begin(chosen_ffmpeg: str) -> None:
    """Prepare a worker process, which uses its build's ffmpeg and ends with its build."""
    ffmpeg.use(chosen_ffmpeg)
    _attend_parent()


def _attend_parent() -> None:
    """End this process with its parent, and not by a signal to the whole process group."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _import(module: str) -> None:
    import_module(module)
