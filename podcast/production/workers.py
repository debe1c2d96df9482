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
    """Processes of one build; a context manager that leaves none behind.

    Every kind of workers keeps the same five promises:

    start       begin calls side by side; their results, as each is ready
    call        the result of one call that the build waits for
    prepare     get ready for work that will come
    building    what one build does: if it fails, none of its calls goes on
    stop        end everything at once; whoever waits or asks from then on gets Stopped

    With one worker everything runs in the thread that asks, in order.
    """

    def __init__(self, count: int) -> None:
        """`count` processes; they start with the first call."""
        self.count, self.stopped = count, False
        self.pool: _Pool | None = None

    def __enter__(self: W) -> W:
        """Start nothing yet."""
        return self

    @property
    def has_idle(self) -> bool:
        """Whether a process may be idle that nobody else has work for."""
        return not self._is_here

    def start(
        self, call: Callable[..., T], arguments: Iterable[Arguments], *, only: bool = False
    ) -> Iterator[T]:
        """Begin `call` with each of the arguments before this returns; then the results.

        Each result comes as soon as it is ready, in any order; the first failure is raised in its
        place, as itself. Where there is no other process, a call begins when its result is asked
        for; so it does where `only` says that there is but one call, if that is sooner than to
        start a process. Raises Stopped, or PodcastError where a process was killed.
        """
        self._require_going()
        if self._is_here or only:
            return (call(*each) for each in arguments)
        with _deaths_told():
            return self._results([self._pool().submit(call, *each) for each in arguments])

    def _results(self, futures: list[Future[T]]) -> Iterator[T]:
        try:
            with _deaths_told():
                for future in as_completed(futures):
                    yield future.result()
        except PodcastError:
            self._require_going()
            raise

    def call(self, function: Callable[..., T], *arguments: object, apart: bool = False) -> T:
        """The result of a call; its failure is raised, as itself.

        With `apart` it is made in a process of its own if there is any other process, so that the
        memory it took is free afterwards. Raises as `start` does.
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

    def prepare(self, module: str, most: int = sys.maxsize) -> None:
        """Start up to `most` processes, while this one does other work; return at once.

        Each imports `module`, whose functions it will be asked to call. Raises Stopped.
        """
        self._require_going()
        if not self._is_here:
            for _ in range(min(self.count, most)):
                self._pool().submit(_import, module)

    @contextmanager
    def building(self) -> Iterator[None]:
        """While this lasts one build uses the workers; if the build fails, its calls end with this.

        So a build that opens its work folder before this can remove it afterwards.
        """
        try:
            yield
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the processes at once. Whoever waits for a result, or asks later, gets Stopped."""
        self.stopped = True
        _end(self.pool)

    def _require_going(self) -> None:
        if self.stopped:
            raise Stopped("stopped")

    @property
    def _is_here(self) -> bool:
        """Whether everything runs in the thread that asks."""
        return self.count <= 1

    def _pool(self) -> _Pool:
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
            self.stop()
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
        self.starting, self.retrying = Lock(), Lock()
        self.spare: _Pool | None = None

    @property
    def abreast(self) -> int:
        """How many builds keep them busy: while one waits for its last chapter, others go on."""
        return 1 if self._is_here else self.count + 1

    @property
    def has_idle(self) -> bool:
        """Always False: other builds keep the processes busy."""
        return False

    def prepare(self, module: str, most: int = sys.maxsize) -> None:
        """Start all the processes and their imports now, if they are not started."""
        with self.starting:
            if self.pool is None:
                super().prepare(module)

    def start(
        self, call: Callable[..., T], arguments: Iterable[Arguments], *, only: bool = False
    ) -> Iterator[T]:
        """As Workers promises; calls whose results nobody takes are cancelled.

        A single call goes to a process as well: this one has the threads of other builds.
        """
        self._require_going()
        if self._is_here:
            return super().start(call, arguments)
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

    def call(self, function: Callable[..., T], *arguments: object, apart: bool = False) -> T:
        """As Workers promises, always in one of the processes: this one is left to other builds."""
        if self._is_here:
            return super().call(function, *arguments)
        return self._result(self._submit(function, *arguments), function, arguments)

    @contextmanager
    def building(self) -> Iterator[None]:
        """While this lasts one build uses the workers. Its calls that have not begun end with it.

        `start` cancels them; processes do not end, as the other builds need them.
        """
        yield

    def stop(self) -> None:
        """End the processes at once, of all builds; whoever waits or asks is told Stopped."""
        self.stopped = True
        with self.starting:
            for pool in (self.pool, self.spare):
                _end(pool)

    def _submit(self, call: Callable[..., T], *arguments: object) -> Future[T]:
        """The future of a call, on new processes where the old ones are gone."""
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
        """The result of a call whose process died, from a process that does nothing else."""
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
    """A process that ends when a pool wants it to: it ignores the signal that a pool sends."""

    def terminate(self) -> None:
        """End it at once. A pool that broke waits for this with a lock that `submit` wants."""
        self.kill()


class _Context(SpawnContext):
    """Spawn: a fork of a process that has run onnxruntime's threads may hang."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[_Process] = []

    def Process(self, *told: Any, **named: Any) -> _Process:  # type: ignore[override]
        """A process, remembered so that it can be ended."""
        process = _Process(*told, **named)
        self.started.append(process)
        return process


class _Pool(ProcessPoolExecutor):
    """A pool that knows its processes, so that they can be ended whatever they are doing."""

    def __init__(self, count: int) -> None:
        context = _Context()
        self.started = context.started
        super().__init__(count, context, _begin, (ffmpeg.executable(),))


def _start(count: int) -> _Pool:
    # a process a core is enough: numpy's own threads would only wait for each other
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return _Pool(count)


def _end(pool: _Pool | None) -> None:
    """End the processes of a pool, whatever they are doing."""
    if pool is None:
        return
    # Private, for want of a public way: Python 3.10's pool sets an exception on every call that it
    # had left when its processes die. On one that was cancelled this fails, and with it the thread
    # that would tell the others; so they would wait for ever.
    pending = pool._pending_work_items
    for number, item in list(pending.items()):
        if item.future.cancelled():
            pending.pop(number, None)
    pool.shutdown(wait=False)  # and who waits for what it cancels itself is not told
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
