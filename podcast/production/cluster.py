"""Chapters made by the workers of a Dask cluster; all else by processes here.

A chapter's task runs alone in its worker. Its sound stays on that worker's own disk until it is
pressed, there if it can be; takes and MP3 frames go through the store, which every machine must
reach. What a dead worker had not finished the scheduler gives to another, which makes the same
bytes. Online voices are asked from here alone (`fetch.py`), before a chapter becomes a task; so
however many workers there are, a service sees the connections of one program.
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

# before it is imported: what goes wrong is said here, in a sentence
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

PATIENCE_SECONDS = 30  # seconds for a scheduler to answer
WORKERLESS = 30  # seconds for its first worker to be there
DESERTED = 120  # seconds without any worker after which a build ends
LOOK = 5  # seconds between looks at whether workers are left
STALE = 6 * 3600  # seconds after which a worker's sound of a build that never pressed it goes
CHAPTERS = 4  # tasks that an episode has ready at a time, on the average of its build
MOST_ABREAST = 64  # builds: each is a thread here
LIBRARIES = ("numpy", "soxr")  # other versions could make other samples
SOUNDS = ("intro", "outro", "bells", "music")  # the fields of Sounds that are a Sound

_turn = Lock()  # espeak is one a process, however many threads a worker has


class Cluster(SharedWorkers):
    """Workers whose chapters are made on other machines; `count` processes do the rest here."""

    def __init__(self, address: str, count: int, store: Store, tell: Callable[[str], None]) -> None:
        """`address` is the scheduler's, as tcp://host:8786; it is asked with the first build."""
        super().__init__(count)
        self.address, self.store, self.tell = address, store, tell
        self.connecting, self.sharing = Lock(), Lock()
        self.shared: set[str] = set()  # names of sounds that the store has
        self.client: Any = None
        self.size = 0  # workers
        self.places: dict[str, str] = {}  # the worker that has a take's sound, by its key

    @property
    def _is_here(self) -> bool:
        """Never: the threads of several builds need their own process even for one's text."""
        return False

    @property
    def abreast(self) -> int:
        """How many builds keep the cluster busy."""
        self._connect()
        return min(MOST_ABREAST, super().abreast + self.size // CHAPTERS)

    def prepare(self, module: str, most: int = sys.maxsize) -> None:
        """Connect, and start the processes here; ClusterError where there is no such cluster."""
        self._connect()
        super().prepare(module)

    def _connect(self) -> None:
        with self.connecting:
            if self.client is None:
                self.client = _connected(self.address)
                self._require_workers()
                self._require_one_store()

    def _begun(self, call: Callable[..., Any], arguments: Iterable[Arguments]) -> Iterator[Any]:
        """As on this machine. A call whose arguments begin with a Job is made on the cluster."""
        waiting = iter(arguments)
        first = list(islice(waiting, 1))
        arguments = chain(first, waiting)
        if not (first and isinstance(first[0][0], Job)):
            yield from super()._begun(call, arguments)
            return
        self._connect()
        asked: dict[Any, Job] = {}
        ended: Queue[Any] = Queue()
        try:
            for job, *rest in arguments:
                assert isinstance(job, Job)
                self._share_sounds(job)
                future = self._task(call, job, rest)
                asked[future] = job
                future.add_done_callback(ended.put)
            yield None
            while asked:
                future = self._next(ended)
                job = asked.pop(future)
                place, result = self._made(future, job)
                if not _is_last(call, job):
                    self.places[job.key] = place
                yield result
        finally:
            if asked:
                self.client.cancel(list(asked))

    def _share_sounds(self, job: Job) -> None:
        """Put what is heard beside speech where the workers find it, once."""
        for sound in _sounds(job):
            name = _sound_name(sound, job)
            with self.sharing:
                if name not in self.shared:
                    with self.store.writing(name) as part:
                        copyfile(sound.path, part)
                    self.shared.add(name)

    def _task(self, call: Callable[..., T], job: Job, rest: list[object]) -> Any:
        """The future of a chapter, by the worker that has its sound if one has."""
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
        """The next task that ended; ClusterError when nobody is left to end any."""
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
                    "start some and build again: what is made is kept"
                )

    def _made(self, future: Any, job: Job) -> tuple[str, Any]:
        """The worker that did a task, and what the call returned; its failure is raised."""
        try:
            made: tuple[str, Any] = future.result()
        except KilledWorker as error:
            raise ClusterError(
                f"chapter {job.chapter.title!r} ended every worker that made it, perhaps for want "
                "of memory; give the workers more"
            ) from error
        except CancelledError as error:
            self._require_going()
            raise ClusterError(
                f"the scheduler {self.address} is gone; "
                "build again when it is back: what is made is kept"
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
                f"{wide[0]} has {threads[wide[0]]} threads and makes one chapter at a time; "
                "start workers with --nthreads 1 --nworkers N"
            )

    def _require_one_store(self) -> None:
        """Raise ClusterError unless every worker reads what is written to the store here."""
        name = f"probe-{uuid4().hex}"
        self.store.put(name, name.encode())
        try:
            seen: dict[str, object] = self.client.run(_sees, self.store, name, on_error="return")
        except Exception as error:  # it could not even be told what to do
            seen = {"one": error}
        finally:
            self.store.forget(name)
        for place, told in seen.items():
            if told != name:
                why = f"{type(told).__name__}: {told}" if isinstance(told, Exception) else "no file"
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
        """Leave the cluster as it is; end the processes here."""
        super().__exit__(kind, error, trace)
        if self.client is not None:
            self.client.close(timeout=5)


def _connected(address: str, tries: int = 3) -> Any:
    """A client of the scheduler. Raises ClusterError where none answers.

    Dask asserts that its own thread has started within ten seconds, which a machine that is very
    busy may miss; so that is tried again.
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
    """Make a chapter with this worker's own folders; its address, and what the call returned."""
    worker = get_worker()
    own = Path(worker.local_directory)
    with _turn, TemporaryDirectory(prefix="near-", dir=own) as near:
        _sweep(own)
        here = _here(job, own, Path(near))
        if likeness != _likeness() or key != here.key:
            raise ClusterError(
                f"the worker {worker.address} would make other sound than this program; install "
                "the same podcast, ffmpeg and engines there"
            )
        result = call(here, *rest)
        if _is_last(call, job):
            here.reel.unlink(missing_ok=True)
    return str(worker.address), result


def _is_last(call: Callable[..., object], job: Job) -> bool:
    """Whether a chapter's sound serves nothing after this call."""
    return call is press_aac if job.recipe.m4b else call is press


def _here(job: Job, own: Path, near: Path) -> Job:
    """The job with this worker's paths; sounds stay in its `own` folder for the next chapter."""
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
    """The same path, where what the store holds under its name now lies without its seal."""
    if not path.exists():
        content = store.get(path.name)
        if content is None:
            raise ClusterError(f"{path.name} is not whole in {store.place}; {store.remedy}")
        with replacing(path) as part:
            part.write_bytes(content)
    return path


def _sounds(job: Job) -> list[Sound]:
    """What is heard beside a chapter's speech, each once."""
    named = [getattr(job.sounds, name) for name in SOUNDS]
    return list(dict.fromkeys(filter(None, [*job.opening, *job.closing, *named])))


def _sound_name(sound: Sound, job: Job) -> str:
    return f"{content_key(job.program, sound.key)}.sound"


def _likeness() -> str:
    """What two machines must have alike to make the same bytes."""
    libraries = [f"{name} {version(name)}" for name in LIBRARIES]
    return ", ".join([program_key(), ffmpeg.version(ffmpeg.executable()), *libraries])


def _sees(store: Store, name: str) -> str:
    """What a file of the store holds as it is seen from a worker; empty where it is not."""
    with TemporaryDirectory(prefix="near-") as near:
        return (store.beside(Path(near)).get(name) or b"").decode()


def _sweep(own: Path) -> None:
    """Remove the sound that builds, ended long ago, left in a worker's folder."""
    for folder in own.glob("work-*"):
        if folder.stat().st_mtime < time() - STALE:
            rmtree(folder, ignore_errors=True)
