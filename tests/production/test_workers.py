"""Calls side by side: results as they come, the first failure at once, nothing left behind."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import pytest
from patience import PATIENCE, appear

from podcast.errors import NoSuchEngine, PodcastError, Stopped
from podcast.production.workers import SharedWorkers, Workers

pytestmark = [pytest.mark.slow]  # they start processes


def square(number: int) -> int:
    return number * number


def refuse(number: int) -> int:
    raise NoSuchEngine("x", ["y"])


def die(number: int) -> int:
    os._exit(9)


HOUR = 3600  # seconds: what sleeps so long is ended by somebody


def sleep(seconds: int) -> int:
    time.sleep(seconds)
    return os.getpid()


def come(folder: Path, seconds: int = 0) -> int:
    """Leave a file in a folder to say that this process is there, and stay for some seconds."""
    (folder / str(os.getpid())).touch()
    return sleep(seconds)


def meet(folder: Path) -> int:
    """Come, and stay until another process has come too."""
    come(folder)
    appear(folder, 2)
    return os.getpid()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("count", [1, 2])
def test_every_result_comes_once(count: int) -> None:
    with Workers(count) as workers:
        assert sorted(workers.start(square, [(n,) for n in range(7)])) == [n * n for n in range(7)]


@pytest.mark.parametrize("count", [1, 2])
def test_a_failure_comes_through_as_itself(count: int) -> None:
    with (
        pytest.raises(NoSuchEngine, match="no engine named 'x'; installed: y"),
        Workers(count) as workers,
    ):
        list(workers.start(refuse, [(1,), (2,)]))


def test_a_killed_worker_is_one_sentence() -> None:
    with pytest.raises(PodcastError, match="try --jobs 1"), Workers(2) as workers:
        list(workers.start(die, [(1,)]))


def send_itself(number: int) -> int:
    signal.raise_signal(number)
    return number


def test_a_signal_to_all_processes_ends_no_worker() -> None:
    """The first process hears it, too, and ends the workers in its own way."""
    sent = [(signal.SIGINT,), (signal.SIGTERM,)]
    with Workers(2) as workers:
        assert sorted(workers.start(send_itself, sent)) == [signal.SIGINT, signal.SIGTERM]


def test_a_single_call_begins_at_once_and_starts_no_process() -> None:
    begun = Event()
    with Workers(2) as workers:
        results = workers.start(begun.set, [()], only=True)
        assert begun.wait(PATIENCE)
        assert list(results) == [None] and workers.pool is None


@pytest.mark.slow
def test_a_call_apart_ends_its_process_and_starts_no_other() -> None:
    with Workers(2) as workers:
        pid = next(workers.start(sleep, [(0,)], apart=True))
        (process,) = workers.apart[0].started
        process.join(PATIENCE)
        assert pid != os.getpid() and not is_alive(pid)
        assert workers.pool is None


def test_a_failed_build_ends_after_its_single_call(tmp_path: Path) -> None:
    begun = Event()

    def write() -> None:
        begun.set()
        time.sleep(0.1)
        (tmp_path / "written").touch()

    with pytest.raises(ZeroDivisionError), Workers(2) as workers, workers.building():
        workers.start(write, [()], only=True)
        assert begun.wait(PATIENCE)
        raise ZeroDivisionError
    assert (tmp_path / "written").exists()


def test_a_single_call_that_outlasts_its_workers_is_stopped() -> None:
    going = Event()
    with Workers(2) as workers:
        results = workers.start(going.wait, [(PATIENCE,)], only=True)
        stopper = Thread(target=workers.stop)
        stopper.start()
        going.set()
        stopper.join()
        with pytest.raises(Stopped):
            next(results)


def test_an_interrupt_ends_the_processes_at_once(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), Workers(2) as workers:
        results = workers.start(come, [(tmp_path, 0), (tmp_path, HOUR), (tmp_path, HOUR)])
        next(results)
        appear(tmp_path, 2)
        raise KeyboardInterrupt
    assert not any(is_alive(int(path.name)) for path in tmp_path.iterdir())


def die_of_nine(number: int) -> int:
    if number == 9:
        os._exit(9)
    return number


@pytest.mark.parametrize("count", [1, 2])
def test_shared_workers_give_every_result_once(count: int) -> None:
    with SharedWorkers(count) as workers, ThreadPoolExecutor(3) as threads:
        sums = threads.map(
            lambda start: sum(workers.start(square, [(n,) for n in range(start, start + 5)])),
            (0, 10, 20),
        )
        assert list(sums) == [sum(n * n for n in range(s, s + 5)) for s in (0, 10, 20)]
        assert workers.call(square, 4) == workers.call(square, 4, apart=True) == 16


def test_what_kills_its_process_ends_nobody_elses_calls() -> None:
    with SharedWorkers(2) as workers, ThreadPoolExecutor(2) as threads:
        good = threads.submit(lambda: list(workers.start(sleep, [(0,), (1,), (1,)])))
        bad = threads.submit(lambda: list(workers.start(die_of_nine, [(9,)])))
        with pytest.raises(PodcastError, match="try --jobs 1"):
            bad.result()
        assert len(good.result()) == 3
        assert sorted(workers.start(die_of_nine, [(1,), (2,)])) == [1, 2]


@pytest.mark.parametrize("_", range(2))
def test_a_process_that_is_idle_holds_nobody_up_when_another_dies(_: int, tmp_path: Path) -> None:
    with SharedWorkers(2) as workers:
        assert len(set(workers.start(meet, [(tmp_path,), (tmp_path,)]))) == 2  # both have started
        with pytest.raises(PodcastError, match="try --jobs 1"):
            list(workers.start(die_of_nine, [(9,)]))
        assert workers.call(square, 3) == 9


def test_shared_workers_stop_at_once(tmp_path: Path) -> None:
    with SharedWorkers(2) as workers, ThreadPoolExecutor(1) as threads:
        calls = [(tmp_path, HOUR), (tmp_path, HOUR)]
        waiting = threads.submit(lambda: list(workers.start(come, calls)))
        appear(tmp_path, 2)
        workers.stop()
        with pytest.raises(Stopped):
            waiting.result(PATIENCE)
        with pytest.raises(Stopped):
            workers.call(square, 1)
    assert not any(is_alive(int(path.name)) for path in tmp_path.iterdir())
