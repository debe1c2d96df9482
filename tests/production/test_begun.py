"""`begun` begins its calls before it returns, whatever the kind of workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from distributed import LocalCluster
from patience import wait_until

from podcast.files.store import Store
from podcast.model import Chapter, Paragraph, Recipe, Voice
from podcast.production.cluster import Cluster
from podcast.production.jobs import Job
from podcast.production.workers import SharedWorkers, Workers
from podcast.sound.sounds import Sounds

CAST = (("host", Voice("host", "tone")),)
Kind = Callable[[], Workers]


def note(job: Job) -> Job:
    """Leave a file that tells that this call began."""
    (job.store.folder / job.chapter.title).touch()
    return job


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
    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        protocol="tcp",
        dashboard_address="127.0.0.1:0",
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture(params=["processes of a build", "processes of many builds", "machines"])
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Kind:
    if request.param == "machines":
        address: str = request.getfixturevalue("address")
        return lambda: Cluster(address, 2, Store(tmp_path), lambda _: None)
    return {"processes of a build": lambda: Workers(2)}.get(
        str(request.param), lambda: SharedWorkers(2)
    )


@pytest.mark.slow
def test_calls_begin_before_anybody_asks_for_a_result(kind: Kind, tmp_path: Path) -> None:
    with kind() as workers:
        results = workers.begun(note, jobs(tmp_path, 3))
        wait_until(lambda: noted(tmp_path) == 3)
        assert sorted(job.chapter.title for job in results) == ["noted 0", "noted 1", "noted 2"]


@pytest.mark.slow
def test_results_that_nobody_asks_for_hold_nobody_up(kind: Kind, tmp_path: Path) -> None:
    with kind() as workers:
        left = workers.begun(note, jobs(tmp_path, 9))
        del left
        with closing(workers.begun(note, jobs(tmp_path, 9))):  # type: ignore[type-var]
            pass
        assert len(list(workers.done(note, jobs(tmp_path, 2)))) == 2


@pytest.mark.parametrize("kind_here", [Workers, SharedWorkers])
def test_without_another_process_each_call_waits_for_its_turn(
    kind_here: type[Workers], tmp_path: Path
) -> None:
    with kind_here(1) as workers:
        results = workers.begun(note, jobs(tmp_path, 3))
        assert noted(tmp_path) == 0
        for count, _ in enumerate(results, 1):
            assert noted(tmp_path) == count
