"""A Dask cluster as the workers of a build: it makes chapters; local processes do the rest.

A worker makes one chapter at a time. The reel stays on the worker's own disk until the chapter is
pressed, by the same worker if possible. Takes and MP3 frames go through the store, which every
machine must reach. If a worker dies, the scheduler gives its tasks to another worker, which makes
the same bytes. Only this machine calls online voices (`fetch.py`), before a chapter becomes a
task; so a service sees the connections of one program, however many workers there are.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import version
from itertools import chain, islice
from pathlib import Path
from queue import Empty, Queue
from shutil import copyfile, rmtree
from tempfile import TemporaryDirectory
from threading import Lock
from time import monotonic, time
from types import TracebackType
from typing import Any, TypeVar
from uuid import uuid4

import dask

# This must be set before `distributed` is imported. Its log is not shown, because failures are
# raised here as a ClusterError.
dask.config.set({"logging.distributed": "critical"})

from distributed import (  # noqa: E402
    CancelledError,
    Client,
    KilledWorker,
    TimeoutError,  # in 3.10 not the builtin one
    get_worker,
)

from podcast.errors import ClusterError  # noqa: E402
from podcast.files.keys import content_key, program_key  # noqa: E402
from podcast.files.store import Store  # noqa: E402
from podcast.files.whole import replacing  # noqa: E402
from podcast.outside import ffmpeg  # noqa: E402
from podcast.production.jobs import Job, press, press_aac  # noqa: E402
from podcast.production.workers import Arguments, SharedWorkers  # noqa: E402
from podcast.sound.sounds import Sound  # noqa: E402

T = TypeVar("T")

PATIENCE_SECONDS = 30  # the longest wait for a scheduler to answer
WORKERLESS = 30  # seconds: the longest wait for the first worker
DESERTED = 120  # seconds without any worker after which a build fails
LOOK = 5  # seconds between two looks at the number of workers
STALE = 6 * 3600  # seconds after which a reel is deleted that its build never pressed
CHAPTERS = 4  # tasks that an episode has ready at a time, on the average of its build
MOST_ABREAST = 64  # builds at a time: each is a thread of this process
LIBRARIES = ("numpy", "soxr")  # packages of which other versions could make other samples
SOUNDS = ("intro", "outro", "bells", "music")  # the fields of Sounds that are a Sound

_turn = Lock()  # only one thread of a worker's process may use espeak-ng at a time


class Cluster(SharedWorkers):
    """Workers on other machines, which make chapters; `count` local processes do the rest."""

    def __init__(self, address: str, count: int, store: Store, tell: Callable[[str], None]) -> None:
        """`address` is the scheduler's, as tcp://host:8786. The first build connects to it."""
        super().__init__(count)
        self.address, self.store, self.tell = address, store, tell
        self.connecting, self.sharing = Lock(), Lock()
        self.shared: set[str] = set()  # names of sounds that this process put into the store
        self.client: Any = None
        self.size = 0  # number of workers of the cluster
        self.places: dict[str, str] = {}  # key of a take -> address of the worker with its reel

    @property
    def _is_here(self) -> bool:
        """Always False: this process runs the threads of all builds, so it makes no text itself."""
        return False

    @property
    def builds_at_once(self) -> int:
        """The number of builds at a time that keep the cluster busy. Raises ClusterError."""
        self._connect()
        return min(MOST_ABREAST, super().builds_at_once + self.size // CHAPTERS)

    def prepare(self, module: str, most: int = sys.maxsize) -> None:
        """Connect to the cluster and start the local processes.

        Raises ClusterError if no scheduler answers, it has no worker, or a worker cannot read the
        store.
        """
        self._connect()
        super().prepare(module)

    def _connect(self) -> None:
        with self.connecting:
            if self.client is None:
                self.client = _connected(self.address)
                self._require_workers()
                self._require_one_store()

    def _begun(self, call: Callable[..., Any], arguments: Iterable[Arguments]) -> Iterator[Any]:
        """As SharedWorkers does, but calls whose first argument is a Job run on the cluster."""
        waiting = iter(arguments)
        first = list(islice(waiting, 1))
        arguments = chain(first, waiting)
        if not (first and isinstance(first[0][0], Job)):
            yield from super()._begun(call, arguments)
            return
        self._connect()
        jobs: dict[Any, Job] = {}  # future -> its job
        ended: Queue[Any] = Queue()
        try:
            for job, *rest in arguments:
                assert isinstance(job, Job)
                self._share_sounds(job)
                future = self._task(call, job, rest)
                jobs[future] = job
                future.add_done_callback(ended.put)
            yield None
            while jobs:
                future = self._next(ended)
                job = jobs.pop(future)
                place, result = self._made(future, job)
                if not _is_last(call, job):
                    self.places[job.key] = place
                yield result
        finally:
            if jobs:
                self.client.cancel(list(jobs))

    def _share_sounds(self, job: Job) -> None:
        """Put the music, bells, intro and outro of a job into the store, unless they are there."""
        for sound in _sounds(job):
            name = _sound_name(sound, job)
            with self.sharing:
                if name not in self.shared:
                    with self.store.writing(name) as part:
                        copyfile(sound.path, part)
                    self.shared.add(name)

    def _task(self, call: Callable[..., T], job: Job, rest: list[object]) -> Any:
        """The future of a chapter's task, which prefers the worker that has the chapter's reel."""
        self._require_going()
        place = self.places.pop(job.key, None)
        return self.client.submit(
            _made,
            call,
            job,
            rest,
            _likeness(),
            job.key,
            workers=[place] if place else None,
            allow_other_workers=place is not None,
            key=f"{call.__name__}-{uuid4().hex}",
            pure=False,
        )

    def _next(self, ended: Queue[Any]) -> Any:
        """The next task that ended. Raises ClusterError if the cluster has lost all its workers."""
        peopled = monotonic()
        while True:
            self._require_going()
            with suppress(Empty):
                return ended.get(timeout=LOOK)
            if self.client.scheduler_info()["workers"]:
                peopled = monotonic()
            if monotonic() - peopled > DESERTED:
                raise ClusterError(
                    f"the scheduler {self.address} has had no worker for {DESERTED} seconds; "
                    "start some and build again: finished chapters are kept"
                )

    def _made(self, future: Any, job: Job) -> tuple[str, Any]:
        """The address of the worker that did a task, and the result of the call.

        Raises the exception of the call, or ClusterError if the workers or the scheduler died.
        """
        try:
            made: tuple[str, Any] = future.result()
        except KilledWorker as error:
            raise ClusterError(
                f"every worker that made chapter {job.chapter.title!r} died, perhaps for want of "
                "memory; give the workers more memory"
            ) from error
        except CancelledError as error:
            self._require_going()
            raise ClusterError(
                f"the scheduler {self.address} stopped answering; "
                "start it and build again: finished chapters are kept"
            ) from error
        return made

    def _require_workers(self) -> None:
        try:
            self.client.wait_for_workers(1, timeout=WORKERLESS)
        except TimeoutError as error:
            raise ClusterError(
                f"the scheduler {self.address} has no worker; "
                f"start some: dask worker {self.address} --nthreads 1 --nworkers N"
            ) from error
        threads: dict[str, int] = self.client.nthreads()
        self.size = len(threads)
        if wide := [place for place, count in threads.items() if count > 1]:
            self.tell(
                f"the worker {wide[0]} has {threads[wide[0]]} threads but makes one chapter at a "
                "time; start workers with --nthreads 1 --nworkers N"
            )

    def _require_one_store(self) -> None:
        """Raise ClusterError unless every worker can read a file that this process stores."""
        name = f"probe-{uuid4().hex}"
        self.store.put(name, name.encode())
        try:
            answers: dict[str, object] = self.client.run(_sees, self.store, name, on_error="return")
        except Exception as error:  # the call could not be sent to a worker
            answers = {"one": error}
        finally:
            self.store.forget(name)
        for place, answer in answers.items():
            if answer != name:
                is_error = isinstance(answer, Exception)
                why = f"{type(answer).__name__}: {answer}" if is_error else "no file"
                raise ClusterError(
                    f"the worker {place} does not find {self.store.place} ({why}); install podcast "
                    "there, and give --store a folder or URL that all machines reach"
                )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the local processes and disconnect; the cluster goes on running."""
        super().__exit__(kind, error, trace)
        if self.client is not None:
            self.client.close(timeout=5)


def _connected(address: str, tries: int = 3) -> Any:
    """A client of the scheduler. Raises ClusterError if no scheduler answers.

    Dask asserts that its own thread has started within ten seconds. A very busy machine may be
    slower, so a failed assertion is tried again.
    """
    try:
        return Client(address, timeout=PATIENCE_SECONDS, set_as_default=False)
    except AssertionError:
        if tries > 1:
            return _connected(address, tries - 1)
        raise ClusterError(
            "this machine is too busy to start Dask's client; end other work, then run it again"
        ) from None
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterError(
            f"no scheduler answers at {address}; start one: dask scheduler --port 8786"
        ) from error


# On a worker -------------------------------------------------------------------------------


def _made(
    call: Callable[..., object], job: Job, rest: list[object], likeness: str, key: str
) -> tuple[str, object]:
    """Make a chapter in this worker's own folders; return its address and the call's result.

    `likeness` and `key` are those of the machine that sent the task. Raises ClusterError if those
    of this worker differ, as it would then make other sound.
    """
    worker = get_worker()
    own = Path(worker.local_directory)
    with _turn, TemporaryDirectory(prefix="near-", dir=own) as near:
        _sweep(own)
        here = _here(job, own, Path(near))
        if likeness != _likeness() or key != here.key:
            raise ClusterError(
                f"the worker {worker.address} would produce different audio: its podcast, ffmpeg, "
                "numpy, soxr or engine version differs; install the same versions there"
            )
        result = call(here, *rest)
        if _is_last(call, job):
            here.reel.unlink(missing_ok=True)
    return str(worker.address), result


def _is_last(call: Callable[..., object], job: Job) -> bool:
    """Whether no later call of the build needs the reel of the chapter."""
    return call is press_aac if job.recipe.m4b else call is press


def _here(job: Job, own: Path, near: Path) -> Job:
    """The job with paths of this worker. Sounds stay in its `own` folder for the next chapter."""
    store = job.store.beside(near)
    placed: dict[Sound | None, Sound | None] = {None: None}
    for sound in _sounds(job):
        path = own / "sounds" / _sound_name(sound, job)
        placed[sound] = replace(sound, path=_unsealed_file(store, path))
    named = {name: placed[getattr(job.sounds, name)] for name in SOUNDS}
    return replace(
        job,
        work=own / job.work.name,
        store=store,
        opening=tuple(filter(None, map(placed.__getitem__, job.opening))),
        closing=tuple(filter(None, map(placed.__getitem__, job.closing))),
        sounds=replace(job.sounds, **named),  # type: ignore[arg-type]
    )


def _unsealed_file(store: Store, path: Path) -> Path:
    """Write the store's file of this name to the path, without its seal, and return the path.

    Raises ClusterError if the store has no such file, or a damaged one.
    """
    if not path.exists():
        content = store.get(path.name)
        if content is None:
            raise ClusterError(f"{path.name} in {store.place} is damaged; {store.remedy}")
        with replacing(path) as part:
            part.write_bytes(content)
    return path


def _sounds(job: Job) -> list[Sound]:
    """The sounds of a chapter other than speech, each once."""
    named = [getattr(job.sounds, name) for name in SOUNDS]
    return list(dict.fromkeys(filter(None, [*job.opening, *job.closing, *named])))


def _sound_name(sound: Sound, job: Job) -> str:
    return f"{content_key(job.program, sound.key)}.sound"


def _likeness() -> str:
    """A text that is the same on two machines if they make the same bytes."""
    libraries = [f"{name} {version(name)}" for name in LIBRARIES]
    return ", ".join([program_key(), ffmpeg.version(ffmpeg.executable()), *libraries])


def _sees(store: Store, name: str) -> str:
    """The content of a file of the store, read by a worker; empty if the worker finds none."""
    with TemporaryDirectory(prefix="near-") as near:
        return (store.beside(Path(near)).get(name) or b"").decode()


def _sweep(own: Path) -> None:
    """Remove the work folders of old builds from a worker's folder."""
    for folder in own.glob("work-*"):
        if folder.stat().st_mtime < time() - STALE:
            rmtree(folder, ignore_errors=True)
