"""Builds in the background: one at a time, each told of to the pages that show its episode."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock, Thread
from time import monotonic
from typing import Any

from podcast.errors import PodcastError, Stopped
from podcast.files.open_store import open_store
from podcast.model import Tell, Watch
from podcast.production.build import build_with
from podcast.production.open_workers import open_workers
from podcast.production.order import Built, Means, Order
from podcast.production.progress import STAGES, advance, build_share
from podcast.production.workers import Workers

ENOUGH = 0.03  # of a build that must be done before the rest can be told
STEP = 0.005  # of a build, after which the pages are told again

Send = Callable[[str, dict[str, Any]], None]
"""A function that sends an event with its values to the pages of one episode."""


class Progress:
    """How far one build is; a Watch, which sends what it sees as the event `progress`."""

    def __init__(
        self, send: Send, titles: Sequence[str] = (), now: Callable[[], float] = monotonic
    ) -> None:
        """`titles` are those of the episode's chapters; `now` is a clock, in seconds."""
        self.send, self.titles, self.now = send, list(titles), now
        self.done = dict.fromkeys(STAGES, 0.0)
        self.begun, self.told = now(), -1.0
        self.last = self._told("text", "", 0.0, None)

    def __call__(self, stage: str, chapter: str, share: float) -> None:
        """`share` of the work of a stage (0 to 1) was done for `chapter`."""
        advance(self.done, stage, share)
        whole = min(1.0, build_share(self.done))
        if whole - self.told < STEP and stage == self.last["stage"]:
            return
        self.told = whole
        left = (self.now() - self.begun) / whole * (1 - whole) if whole > ENOUGH else None
        self.last = self._told(stage, chapter, whole, left)
        self.send("progress", self.last)

    def _told(self, stage: str, title: str, share: float, left: float | None) -> dict[str, Any]:
        """The values of an event: `chapter` is the number of the one with this title, or 0."""
        number = self.titles.index(title) + 1 if title in self.titles else 0
        return {
            "stage": stage,
            "chapter": number,
            "chapters": len(self.titles) if number else 0,
            "title": title,
            "share": round(share, 4),
            "left_s": None if left is None else round(left, 1),
        }


Make = Callable[[Means, Order, Watch, Tell], Built]


@dataclass
class Build:
    """A build that waits or runs. `again` is set if another was asked for meanwhile."""

    name: str
    progress: Progress
    workers: Workers | None = None
    cancelled: bool = False
    again: bool = False


class Builds:
    """The builds of a studio. Its methods may be called by several threads at a time."""

    def __init__(
        self,
        order_of: Callable[[str], Order],
        send: Callable[[str, str, dict[str, Any]], None],
        titles_of: Callable[[str], Sequence[str]] = lambda _: (),
        make: Make = build_with,
    ) -> None:
        """`order_of` gives the order of an episode, `titles_of` the titles of its chapters.

        `send` tells the pages of an episode of an event.
        """
        self.order_of, self.send, self.titles_of, self.make = order_of, send, titles_of, make
        self.lock, self.turn = Lock(), Lock()
        self.running: dict[str, Build] = {}
        self.ended: dict[str, tuple[str, dict[str, Any]]] = {}  # the last event of each episode
        self.count = 0

    def start(self, name: str) -> None:
        """Build an episode; if it is being built, build it once more afterwards."""
        progress = Progress(
            lambda event, values: self.send(name, event, values), self.titles_of(name)
        )
        build = Build(name, progress)
        with self.lock:
            if name in self.running:
                self.running[name].again = True
                return
            self.running[name] = build
            self.ended.pop(name, None)
        Thread(target=self._run, args=(build,), daemon=True, name=f"build {name}").start()

    def cancel(self, name: str) -> bool:
        """End the build of an episode at once; whether there was one."""
        with self.lock:
            build = self.running.get(name)
            if build is None:
                return False
            build.cancelled, build.again = True, False
            workers = build.workers
        if workers:
            workers.stop()
        return True

    def close(self) -> None:
        """End all builds."""
        for name in list(self.running):
            self.cancel(name)

    def state(self, name: str) -> tuple[str, dict[str, Any]] | None:
        """The event that says how the last build of an episode stands; None if there was none."""
        with self.lock:
            build = self.running.get(name)
            return ("progress", build.progress.last) if build else self.ended.get(name)

    def is_running(self, name: str) -> bool:
        """Whether an episode is being built."""
        return name in self.running

    def _run(self, build: Build) -> None:
        with self.turn:
            event, values = self._result(build)
        with self.lock:
            del self.running[build.name]
            self.ended[build.name] = event, values
        self.send(build.name, event, values)
        if build.again:
            self.start(build.name)

    def _result(self, build: Build) -> tuple[str, dict[str, Any]]:
        """Build, and return the event that says how it ended."""
        try:
            order = self.order_of(build.name)
            store, tell = open_store(order.store, order.cache), self._teller(build)
            with open_workers(order, store, tell) as workers:
                with self.lock:
                    build.workers = workers
                built = self.make(Means(workers, store), order, self._watch(build), tell)
        except Stopped:
            return "stopped", {}
        except PodcastError as error:
            return ("stopped", {}) if build.cancelled else ("failed", {"error": str(error)})
        except Exception as error:  # a thread has nobody above it who could tell of this
            kind = type(error).__name__
            return "failed", {"error": f"the build broke: {kind}: {error}; please report this"}
        self.count += 1
        return "built", {"version": self.count, "fresh": built.fresh}

    def _watch(self, build: Build) -> Watch:
        def watch(stage: str, chapter: str, share: float) -> None:
            if build.cancelled:
                raise Stopped("stopped")
            build.progress(stage, chapter, share)

        watch("text", "", 0.0)
        return watch

    def _teller(self, build: Build) -> Tell:
        return lambda text: self.send(build.name, "told", {"text": text})
