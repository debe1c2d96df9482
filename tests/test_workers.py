"""Calls side by side: results as they come, the first failure at once, nothing left behind."""

from __future__ import annotations

import os
import time

import pytest

from podcast.errors import NoSuchEngine, PodcastError
from podcast.workers import Workers


def square(number: int) -> int:
    return number * number


def refuse(number: int) -> int:
    raise NoSuchEngine("x", ["y"])


def die(number: int) -> int:
    os._exit(9)


def sleep(seconds: int) -> int:
    time.sleep(seconds)
    return os.getpid()


@pytest.mark.parametrize("count", [1, 2])
def test_every_result_comes_once(count: int) -> None:
    with Workers(count) as workers:
        assert sorted(workers.done(square, [(n,) for n in range(7)])) == [n * n for n in range(7)]


@pytest.mark.parametrize("count", [1, 2])
def test_a_failure_comes_through_as_itself(count: int) -> None:
    with (
        pytest.raises(NoSuchEngine, match="no engine named 'x'; installed: y"),
        Workers(count) as workers,
    ):
        list(workers.done(refuse, [(1,), (2,)]))


def test_a_killed_worker_is_one_sentence() -> None:
    with pytest.raises(PodcastError, match="try --jobs 1"), Workers(2) as workers:
        list(workers.done(die, [(1,)]))


def test_an_interrupt_ends_the_processes_at_once() -> None:
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), Workers(2) as workers:
        results = workers.done(sleep, [(0,), (60,), (60,)])
        next(results)
        raise KeyboardInterrupt
    assert time.monotonic() - started < 30
