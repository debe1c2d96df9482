"""Builds in the background: what pages are told, and how one ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from patience import wait_until

from podcast.errors import ReadError, Stopped
from podcast.model import Recipe, Tell, Watch
from podcast.production.order import Built, Means, Order
from podcast.published.report import Report
from podcast.studio.builds import Builds, Make, Progress

Told = list[tuple[str, dict[str, Any]]]


def builds(make: Make, folder: Path) -> tuple[Builds, Told]:
    """The builds of a studio whose episodes are made by `make`, and what its pages are told."""
    told: Told = []

    def order(name: str) -> Order:
        return Order(folder / f"{name}.txt", folder / "out", Recipe(), folder)

    return Builds(
        order,
        lambda name, event, values: told.append((event, values)),
        lambda _: ("一", "二"),
        make,
    ), told


def made(how: Callable[[Watch], None] = lambda _: None) -> Make:
    def make(means: Means, order: Order, watch: Watch, tell: Tell) -> Built:
        how(watch)
        return Built(order.folder, Report(), fresh=True)

    return make


def test_a_build_is_told_of_by_stage_and_chapter(tmp_path: Path) -> None:
    def work(watch: Watch) -> None:
        watch("text", "", 1.0)
        for title in ("一", "二"):
            watch("speak", title, 0.5)
            watch("master", title, 0.5)

    some, told = builds(made(work), tmp_path)
    some.start("talk")
    wait_until(lambda: not some.is_running("talk"))
    wait_until(lambda: told and told[-1][0] == "built")
    shares = [values["share"] for event, values in told if event == "progress"]
    assert shares == sorted(shares) and shares[-1] > 0.9
    last = [values for event, values in told if event == "progress"][-1]
    assert (last["chapter"], last["chapters"], last["title"]) == (2, 2, "二")
    assert told[-1][1] == {"version": 1, "fresh": True}


def test_the_time_left_is_told_by_what_is_done() -> None:
    now = 0.0
    told: Told = []
    progress = Progress(lambda event, values: told.append((event, values)), now=lambda: now)
    progress("text", "", 0.0)
    assert told[-1][1]["left_s"] is None
    now = 10.0
    progress("speak", "一", 0.5)
    share = told[-1][1]["share"]
    assert told[-1][1]["left_s"] == round(10 / share * (1 - share), 1)


def test_few_events_are_sent_for_many_steps() -> None:
    told: Told = []
    progress = Progress(lambda event, values: told.append((event, values)))
    for _ in range(10_000):
        progress("speak", "一", 1e-4)
    assert len(told) < 70


def test_a_failed_build_ends_in_its_one_sentence(tmp_path: Path) -> None:
    def fail(watch: Watch) -> None:
        raise ReadError("there is no file x; give a transcript")

    some, _ = builds(made(fail), tmp_path)
    some.start("talk")
    wait_until(lambda: some.state("talk") and not some.is_running("talk"))
    assert some.state("talk") == ("failed", {"error": "there is no file x; give a transcript"})


def test_a_fault_of_the_program_is_told_too(tmp_path: Path) -> None:
    def fail(watch: Watch) -> None:
        raise KeyError("x")

    some, told = builds(made(fail), tmp_path)
    some.start("talk")
    wait_until(lambda: told and told[-1][0] == "failed")
    assert "KeyError" in told[-1][1]["error"]


@pytest.mark.parametrize("is_heard", [True, False])
def test_a_build_is_cancelled(tmp_path: Path, is_heard: bool) -> None:
    begun, ended = Event(), Event()

    def work(watch: Watch) -> None:
        begun.set()
        ended.wait()
        if is_heard:
            watch("speak", "一", 0.1)
        raise Stopped("stopped")

    some, told = builds(made(work), tmp_path)
    some.start("talk")
    begun.wait()
    state = some.state("talk")
    assert state and state[0] == "progress" and some.cancel("talk")
    ended.set()
    wait_until(lambda: told and told[-1][0] == "stopped")
    assert not some.cancel("talk")


def test_a_build_that_is_asked_for_meanwhile_comes_after(tmp_path: Path) -> None:
    begun, go, count = Event(), Event(), 0

    def work(watch: Watch) -> None:
        nonlocal count
        count += 1
        begun.set()
        go.wait()

    some, told = builds(made(work), tmp_path)
    some.start("talk")
    begun.wait()
    some.start("talk")
    some.start("talk")
    go.set()
    wait_until(lambda: [event for event, _ in told].count("built") == 2)
    wait_until(lambda: not some.is_running("talk"))
    assert count == 2
