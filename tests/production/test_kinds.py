"""What workers promise, every kind of them keeps."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from patience import wait_until

from podcast.errors import NoSuchEngine, Stopped
from podcast.files.store import Store
from podcast.model import Chapter, Paragraph, Recipe, Voice
from podcast.production.jobs import Job
from podcast.production.workers import SharedWorkers, Workers
from podcast.sound.sounds import Sounds

pytestmark = [pytest.mark.slow]  # it starts processes of every kind
CAST = (("host", Voice("host", "tone")),)
Kind = Callable[[], Workers]


def note(job: Job) -> Job:
    """Leave a file that tells that this call began."""
    (job.store.folder / job.chapter.title).touch()
    return job


def title(job: Job) -> str:
    return job.chapter.title


def jobs(folder: Path, count: int) -> list[tuple[Job]]:
    chapters = [Chapter(f"noted {n}", (Paragraph("你好。"),)) for n in range(count)]
    store, recipe = Store(folder), Recipe(engine="tone")
    return [
        (Job(chapter, CAST, recipe, store, folder, "", {}, (), (), Sounds()),)
        for chapter in chapters
    ]


def noted(folder: Path) -> int:
    return len(list(folder.glob("noted *")))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Of a scheduler with one worker, both threads of this process."""
    from distributed import LocalCluster  # here: the processes that tests start import this file

    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        protocol="tcp",
        dashboard_address="127.0.0.1:0",  # any free port; without it always 8787
    ) as cluster:
        yield cluster.scheduler_address


APART = ["processes of a build", "processes of many builds", "machines"]


def kind_called(name: str, request: pytest.FixtureRequest, folder: Path) -> Kind:
    if name == "machines":
        from podcast.production.cluster import Cluster

        address: str = request.getfixturevalue("address")
        return lambda: Cluster(address, 2, Store(folder), lambda _: None)
    kinds: dict[str, Kind] = {
        "processes of a build": lambda: Workers(2),
        "processes of many builds": lambda: SharedWorkers(2),
        "this process": lambda: Workers(1),
        "this process for many builds": lambda: SharedWorkers(1),
    }
    return kinds[name]


EVERY = [*APART, "this process", "this process for many builds"]


@pytest.fixture(params=EVERY)
def any_kind(request: pytest.FixtureRequest, tmp_path: Path) -> Kind:
    return kind_called(request.param, request, tmp_path)


@pytest.fixture(scope="module", params=EVERY)
def workers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workers]:
    """Workers of every kind, for all tests that do not stop them: to start them takes longest."""
    with kind_called(request.param, request, tmp_path_factory.mktemp("workers"))() as started:
        yield started


def square(number: int) -> int:
    return number * number


def refuse(number: int) -> int:
    raise NoSuchEngine("x", ["y"])


def process(_: int = 0) -> int:
    return os.getpid()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_start_gives_every_result_once_and_a_failure_as_itself(workers: Workers) -> None:
    assert sorted(workers.start(square, [(n,) for n in range(7)])) == [n * n for n in range(7)]
    assert list(workers.start(square, [])) == []
    assert list(workers.start(square, [(3,)], only=True)) == [9]
    with pytest.raises(NoSuchEngine, match="no engine named 'x'; installed: y"):
        list(workers.start(refuse, [(1,), (2,)]))


def test_start_gives_what_the_call_returned_for_a_chapter_too(
    workers: Workers, tmp_path: Path
) -> None:
    made = workers.start(title, jobs(tmp_path, 2))
    assert sorted(made) == ["noted 0", "noted 1"]


def test_call_gives_a_result_and_a_failure_as_itself(workers: Workers) -> None:
    for apart in (False, True):
        assert workers.call(square, 4, apart=apart) == 16
        with pytest.raises(NoSuchEngine, match="no engine named 'x'; installed: y"):
            workers.call(refuse, 1, apart=apart)


def test_what_is_called_apart_leaves_this_process_as_it_was(workers: Workers) -> None:
    is_here = workers.call(process, apart=True) == os.getpid()
    assert is_here == (workers.count == 1)


def test_prepare_imports_and_changes_no_result(workers: Workers) -> None:
    workers.prepare("podcast.production.jobs", 1)
    workers.prepare("podcast.production.jobs")
    assert sorted(workers.start(square, [(1,), (2,)])) == [1, 4]


def test_every_kind_says_how_many_builds_keep_it_busy(workers: Workers) -> None:
    assert workers.builds_at_once >= 1 and isinstance(workers.has_idle, bool)
    if workers.count == 1:
        assert workers.builds_at_once == 1 and not workers.has_idle


def test_a_failure_inside_building_comes_through(any_kind: Kind) -> None:
    with any_kind() as workers:
        with workers.building():
            assert workers.call(square, 2) == 4
        with pytest.raises(ZeroDivisionError), workers.building():
            raise ZeroDivisionError


def test_after_stop_nothing_begins_and_no_process_is_left(any_kind: Kind) -> None:
    with any_kind() as workers:
        (pid,) = workers.start(process, [(0,)])
        workers.stop()
        for ask in (
            lambda: list(workers.start(square, [(1,)])),
            lambda: workers.call(square, 1),
            lambda: workers.call(square, 1, apart=True),
        ):
            with pytest.raises(Stopped):
                ask()
        assert pid == os.getpid() or not is_alive(pid)


def test_workers_offer_five_verbs() -> None:
    from podcast.production.cluster import Cluster

    for of_kind in (Workers, SharedWorkers, Cluster):
        verbs = {
            name
            for name, member in inspect.getmembers(of_kind, inspect.isfunction)
            if not name.startswith("_")
        }
        assert verbs == {"start", "call", "prepare", "building", "stop"}


@pytest.mark.parametrize("workers", APART, indirect=True)
def test_calls_begin_before_anybody_asks_for_a_result(workers: Workers, tmp_path: Path) -> None:
    results = workers.start(note, jobs(tmp_path, 3))
    wait_until(lambda: noted(tmp_path) == 3)
    assert sorted(job.chapter.title for job in results) == ["noted 0", "noted 1", "noted 2"]


@pytest.mark.parametrize("workers", APART, indirect=True)
def test_results_that_nobody_asks_for_hold_nobody_up(workers: Workers, tmp_path: Path) -> None:
    left = workers.start(note, jobs(tmp_path, 9))
    del left
    with closing(workers.start(note, jobs(tmp_path, 9))):  # type: ignore[type-var]
        pass
    assert len(list(workers.start(note, jobs(tmp_path, 2)))) == 2


@pytest.mark.parametrize("kind_here", [Workers, SharedWorkers])
def test_without_another_process_each_call_waits_for_its_turn(
    kind_here: type[Workers], tmp_path: Path
) -> None:
    with kind_here(1) as workers:
        results = workers.start(note, jobs(tmp_path, 3))
        assert noted(tmp_path) == 0
        for count, _ in enumerate(results, 1):
            assert noted(tmp_path) == count
