"""Measured times of tasks -> a simulation of clusters that build a whole back catalogue.

    python bench/cluster.py [SEED] [--lines 1390] [--episodes 100000] [--write]

This run measures the CPU seconds of each kind of task on a part of the seed, the bytes that it
leaves in the store, and the CPU seconds of a real Dask scheduler and its client for each task, on
the loopback. From these it simulates the whole catalogue on clusters of several sizes, event by
event: one scheduler, some clients, a store of a given bandwidth, and workers that die. `--write`
puts both tables into docs/cluster.md.
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import platform
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from distributed import Client

from podcast import engines
from podcast.files.keys import program_key
from podcast.files.store import Store
from podcast.model import RATE, Recipe, Script
from podcast.production.build import build
from podcast.production.jobs import Job, press, record
from podcast.production.order import Order
from podcast.pronounce import pronounce
from podcast.sound.master import voice_gains
from podcast.sound.sounds import Sounds
from podcast.sound.takes import find_take, read_levels
from podcast.speech.cast import read_cast, voice_of, voices_folder
from podcast.text.draft import draft
from podcast.text.sentences import breaths

ROOT = Path(__file__).parent.parent
SEED = ROOT / "seeds" / "2025-02-indigo.txt"
PAGE = ROOT / "docs" / "cluster.md"
TASKS = 1000  # number of tasks by which the scheduler is timed
SIZES = ((64, 1), (256, 3), (512, 6))  # workers, clients

# These figures are assumed, not measured; docs/cluster.md says so.
HOURS = 1.0  # length of an episode
CLIENT_PROCESSES = 16
STORE_BYTES = 5e9  # bytes a second of the store in all: 40 Gbit/s
CLIENT_BYTES = 1.25e9  # bytes a second of each client's own link
STORE_LATENCY = 0.03  # seconds for each request to the store
WORKER_LIFE = 24 * 3600.0  # seconds a worker lives, on the average (exponential): spot machines
NOTICED = 30.0  # seconds until a dead worker's task is given to another
RESTART = 120.0  # seconds until another worker takes its place


@dataclass(frozen=True)
class Costs:
    """The costs of an hour of episode; seconds are of CPU, on one core."""

    chapters: float
    record: float  # of all chapters
    press: float
    text: float  # of the draft
    level: float  # of the gains of all chapters
    publish: float
    take_bytes: float
    bare_bytes: float
    episode_bytes: float
    scheduler: float  # for each task
    client: float  # for each task


# The measurement ---------------------------------------------------------------------------


@contextmanager
def timed(spent: dict[str, float], name: str) -> Iterator[None]:
    """Append the CPU seconds of this process and its child processes to `spent`."""
    before = time.process_time() + _children()
    yield
    spent[name] = spent.get(name, 0.0) + time.process_time() + _children() - before


def _children() -> float:
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime


def measure(seed: Path, lines: int) -> Costs:
    """The costs of an hour, from one build of a part of a seed, task after task."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        part = folder / "part.txt"
        part.write_text("\n".join(seed.read_text("utf-8").splitlines()[:lines]) + "\n", "utf-8")
        order = Order(part, folder / "out", Recipe(engine="espeak"), voices_folder())
        spent: dict[str, float] = {}
        script = draft(part, order.recipe)
        warm_up(order, folder)  # a process loads imports and models once, not for each episode
        with timed(spent, "text"):
            draft(part, order.recipe)
        with timed(spent, "whole"):
            report = build(order, lambda *_: None, lambda _: None).report
        jobs = measure_chapters(script, folder, spent)
        sizes = {
            kind: sum(path.stat().st_size for path in order.cache.glob(f"*.{kind}"))
            for kind in ("json", "npy", "bare")
        }
        scheduler, client = measure_scheduler(jobs[0], folder)
        hours = report.seconds / 3600
        rest = spent["whole"] - sum(spent[kind] for kind in ("text", "record", "press", "level"))
        return Costs(
            len(script.chapters) / hours,
            spent["record"] / hours,
            spent["press"] / hours,
            spent["text"] / hours,
            spent["level"] / hours,
            max(0.0, rest) / hours,
            (sizes["json"] + sizes["npy"]) / hours,
            sizes["bare"] / hours,
            sum(size for _, size in report.files) / hours,
            scheduler,
            client,
        )


def warm_up(order: Order, folder: Path) -> None:
    """Make an episode of a few lines, so that imports and models are loaded."""
    few = folder / "few.txt"
    few.write_text("\n".join(order.source.read_text("utf-8").splitlines()[:40]) + "\n", "utf-8")
    build(replace(order, source=few, out=folder / "few"), lambda *_: None, lambda _: None)


def measure_chapters(script: Script, folder: Path, spent: dict[str, float]) -> list[Job]:
    """Record and press every chapter in this process, as a worker does."""
    store, cast = Store(folder / "store"), read_cast(voices_folder(), "espeak")
    recipe = Recipe(engine="espeak")
    jobs = [
        Job(chapter, cast, recipe, store, folder / "work", program_key(), {}, (), (), Sounds())
        for chapter in script.chapters
    ]
    for job in jobs:
        with timed(spent, "record"):
            record(job)
    takes = [take for job in jobs if (take := find_take(store, job.key))]
    with timed(spent, "level"):
        heard = [
            (read_levels(store, job.key), take.turns) for job, take in zip(jobs, takes, strict=True)
        ]
        voice_gains(heard, RATE, recipe.loudness, recipe.peak)
    for job, take in zip(jobs, takes, strict=True):
        with timed(spent, "press"):
            press(job, take, {turn.text: 0.0 for turn in take.turns}, job.key)
    return jobs


def clips_a_second(engine: str, script: Script, most: int = 150) -> tuple[float, float]:
    """The sentences that an engine says in a second of CPU on one core, and the sound's seconds."""
    cast, speaker = read_cast(voices_folder(), engine), engines.load(engine)
    said = [
        (paragraph.voice, pronounce(shown).text)
        for chapter in script.chapters
        for paragraph in chapter.paragraphs
        for shown in breaths(paragraph.text)
    ][:most]
    start, samples = time.process_time(), 0
    for role, text in said:
        samples += len(speaker.speak(text, voice_of(cast, role)).audio)
    took = time.process_time() - start
    return len(said) / took, samples / speaker.rate / took


def nothing(job: Job) -> str:
    """A task that does nothing, so that only the cost of a task as such is measured."""
    return job.chapter.title


def measure_scheduler(job: Job, folder: Path) -> tuple[float, float]:
    """The CPU seconds for each task of a real scheduler with two workers, and of its client."""
    told = folder / "scheduler.json"
    running: list[subprocess.Popen[bytes]] = []

    def start(module: str, *options: str) -> None:
        command = [sys.executable, "-m", f"distributed.cli.{module}", "--no-dashboard", *options]
        command += ["--scheduler-file", str(told)]
        paths = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'bench'}"}
        running.append(subprocess.Popen(command, env=paths, stderr=subprocess.DEVNULL, cwd=folder))

    try:
        start("dask_scheduler", "--host", "127.0.0.1", "--port", "0")
        while not told.exists():
            time.sleep(0.1)
        for _ in range(2):
            start("dask_worker", "--nthreads", "1", "--no-nanny")
        with Client(scheduler_file=str(told), set_as_default=False) as client:
            client.wait_for_workers(2)
            client.gather([client.submit(nothing, job, pure=False) for _ in range(20)])
            scheduler = psutil.Process(running[0].pid)
            before, own = sum(scheduler.cpu_times()[:2]), time.process_time()
            client.gather([client.submit(nothing, job, pure=False) for _ in range(TASKS)])
            after, mine = sum(scheduler.cpu_times()[:2]), time.process_time()
        return (after - before) / TASKS, (mine - own) / TASKS
    finally:
        for each in running:
            each.kill()
            each.wait()


# The simulation ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """The result of a simulated run. Shares are of the whole time; `busy` is of all workers."""

    workers: int
    clients: int
    hours: float
    busy: float
    scheduler: float
    client: float
    processes: float
    link: float
    store: float
    again: float  # share of tasks made twice, as a worker died or the reel was on another one


class Server:
    """A resource that serves one request after another."""

    def __init__(self, ways: int = 1) -> None:
        self.free: list[float] = [0.0] * ways
        self.used = 0.0

    def serve(self, now: float, takes: float) -> float:
        """The time at which a request that is made at `now` is done."""
        done = max(now, self.free[0]) + takes
        heapq.heapreplace(self.free, done)
        self.used += takes
        return done


class Crew:
    """The workers, each with the time at which it is free and the time at which it dies."""

    def __init__(self, count: int, chance: random.Random) -> None:
        self.chance = chance
        self.free = [0.0] * count
        self.dies = [chance.expovariate(1 / WORKER_LIFE) for _ in range(count)]
        self.queue = [(0.0, worker) for worker in range(count)]
        self.used, self.lost = 0.0, 0

    def run(self, now: float, takes: float, wanted: int, extra: float) -> tuple[float, int, bool]:
        """The time at which a task is done, its worker, and whether it took `extra` seconds more.

        `wanted` is the worker that has the reel, or -1; another worker must record it again.
        """
        while True:
            first = self._first()
            idle = self._start(first, now) == now
            near = wanted >= 0 and not (idle and self._start(wanted, now) > now + extra)
            worker = wanted if near else first
            needs = takes + (extra if wanted >= 0 and not near else 0.0)
            start = self._start(worker, now)
            if start + needs < self.dies[worker]:
                self._busy_until(worker, start + needs)
                self.used += needs
                return start + needs, worker, needs > takes
            self.lost += 1
            if worker == wanted:  # the reel was lost with the worker
                wanted, takes = -1, takes + extra
            now = self.dies[worker] + NOTICED
            self._replace(worker)

    def _start(self, worker: int, now: float) -> float:
        """The time at which a worker can begin, after it was replaced as often as it died idle."""
        while self.dies[worker] <= max(now, self.free[worker]):
            self._replace(worker)
        return max(now, self.free[worker])

    def _replace(self, worker: int) -> None:
        born = self.dies[worker] + RESTART
        self.dies[worker] = born + self.chance.expovariate(1 / WORKER_LIFE)
        self._busy_until(worker, max(born, self.free[worker]))

    def _first(self) -> int:
        while self.queue[0][0] != self.free[self.queue[0][1]]:
            heapq.heappop(self.queue)
        return self.queue[0][1]

    def _busy_until(self, worker: int, until: float) -> None:
        self.free[worker] = until
        heapq.heappush(self.queue, (until, worker))


@dataclass
class Flight:
    """An episode that is being built: its length, the shares of its chapters, their workers."""

    client: int
    hours: float = 0.0
    left: int = 0  # chapters that are not done yet
    shares: tuple[float, ...] = ()
    places: list[int] = field(default_factory=list)


class Run:
    """One catalogue on one cluster: the events in order of time."""

    def __init__(self, costs: Costs, episodes: int, workers: int, clients: int) -> None:
        self.costs, self.left, self.chance = costs, episodes, random.Random(7)
        self.crew = Crew(workers, self.chance)
        self.scheduler = Server()
        self.store = Server()
        self.threads = [Server() for _ in range(clients)]
        self.links = [Server() for _ in range(clients)]
        self.processes = [Server(CLIENT_PROCESSES) for _ in range(clients)]
        self.events: list[tuple[float, int, str, int, int]] = []
        self.open: dict[int, Flight] = {}
        self.serial, self.tasks, self.again = 0, 0, 0
        abreast = min(64, CLIENT_PROCESSES + 1 + workers // 4)
        for number in range(clients * abreast):
            self.open[-number] = Flight(number % clients)
            self._begin(0.0, -number, -1)

    def _begin(self, now: float, last: int, _: int) -> None:
        """Let a client begin its next episode."""
        client = self.open.pop(last).client
        if self.left:
            self.left -= 1
            self.serial += 1
            hours = HOURS * self.chance.uniform(0.5, 1.5)
            done = self.processes[client].serve(now, self.costs.text * hours)
            self.open[self.serial] = Flight(client, hours)
            self._later(done, "record", self.serial, -1)

    def _later(self, at: float, event: str, episode: int, chapter: int) -> None:
        self.serial += 1
        heapq.heappush(self.events, (at, self.serial, event, episode, chapter))

    def go(self) -> Outcome:
        """Simulate until the catalogue is built."""
        now = 0.0
        while self.events:
            now, _, event, episode, chapter = heapq.heappop(self.events)
            getattr(self, f"_{event}")(now, episode, chapter)
        clients = len(self.threads)
        return Outcome(
            len(self.crew.free),
            clients,
            now / 3600,
            self.crew.used / now / len(self.crew.free),
            self.scheduler.used / now,
            sum(thread.used for thread in self.threads) / now / clients,
            sum(each.used for each in self.processes) / now / clients / CLIENT_PROCESSES,
            sum(link.used for link in self.links) / now / clients,
            self.store.used / now,
            self.again / self.tasks,
        )

    # Requests must reach a resource in the order of time, so each step below is an event.

    def _record(self, now: float, episode: int, _: int) -> None:
        """Make every chapter of an episode a task."""
        flight = self.open[episode]
        count = max(1, round(self.costs.chapters * flight.hours))
        sizes = [self.chance.uniform(0.3, 1.7) for _ in range(count)]
        flight.shares = tuple(size / sum(sizes) for size in sizes)
        flight.places = [-1] * count
        self._send(now, episode, "speak")

    def _send(self, now: float, episode: int, event: str) -> None:
        flight = self.open[episode]
        flight.left = len(flight.shares)
        for chapter in range(flight.left):
            sent = self.threads[flight.client].serve(now, self.costs.client)
            self._later(self.scheduler.serve(sent, self.costs.scheduler), event, episode, chapter)

    def _speak(self, now: float, episode: int, chapter: int) -> None:
        """Let a worker record a chapter."""
        took = self._share(self.costs.record, episode, chapter)
        done, worker, _ = self._work(now, took, -1, 0.0)
        self.open[episode].places[chapter] = worker
        self._later(done, "keep_take", episode, chapter)

    def _keep_take(self, now: float, episode: int, chapter: int) -> None:
        size = self._share(self.costs.take_bytes, episode, chapter)
        self._later(self._carry(now, size), "spoken", episode, chapter)

    def _spoken(self, now: float, episode: int, _: int) -> None:
        """Count a take; after the last one of the episode the client reads them all."""
        if self._is_last(episode):
            read = self._fetch(now, self.costs.take_bytes, episode)
            self._later(read, "level", episode, -1)

    def _level(self, now: float, episode: int, _: int) -> None:
        flight = self.open[episode]
        done = self.processes[flight.client].serve(now, self.costs.level * flight.hours)
        self._later(done, "levelled", episode, -1)

    def _levelled(self, now: float, episode: int, _: int) -> None:
        self._send(now, episode, "press")

    def _press(self, now: float, episode: int, chapter: int) -> None:
        """Let a worker press a chapter, if possible the one that has its reel."""
        took = self._share(self.costs.press, episode, chapter)
        extra = self._share(self.costs.record, episode, chapter)
        done, _, again = self._work(now, took, self.open[episode].places[chapter], extra)
        self.again += again
        self._later(done, "keep_bare", episode, chapter)

    def _keep_bare(self, now: float, episode: int, chapter: int) -> None:
        size = self._share(self.costs.bare_bytes, episode, chapter)
        self._later(self._carry(now, size), "pressed", episode, chapter)

    def _pressed(self, now: float, episode: int, _: int) -> None:
        """Count a pressed chapter; after the last one the client reads all frames."""
        if self._is_last(episode):
            read = self._fetch(now, self.costs.bare_bytes, episode)
            self._later(read, "publish", episode, -1)

    def _publish(self, now: float, episode: int, _: int) -> None:
        flight = self.open[episode]
        done = self.processes[flight.client].serve(now, self.costs.publish * flight.hours)
        self._later(done, "upload", episode, -1)

    def _upload(self, now: float, episode: int, _: int) -> None:
        sent = self._fetch(now, self.costs.episode_bytes, episode)
        self._later(sent, "begin", episode, -1)

    def _is_last(self, episode: int) -> bool:
        """Count a chapter as done; return whether it was the last one of the episode."""
        self.open[episode].left -= 1
        return self.open[episode].left == 0

    def _work(self, now: float, took: float, wanted: int, extra: float) -> tuple[float, int, bool]:
        self.tasks += 1
        before = self.crew.lost
        done = self.crew.run(now, took, wanted, extra)
        self.again += self.crew.lost - before
        return done

    def _carry(self, now: float, size: float) -> float:
        return self.store.serve(now, size / STORE_BYTES) + STORE_LATENCY

    def _fetch(self, now: float, hourly: float, episode: int) -> float:
        """The time at which a client has carried an episode's bytes by its link and the store's."""
        flight = self.open[episode]
        size = hourly * flight.hours
        linked = self.links[flight.client].serve(now, size / CLIENT_BYTES)
        return max(linked, self._carry(now, size))

    def _share(self, whole: float, episode: int, chapter: int) -> float:
        """A chapter's share of the costs of an hour."""
        flight = self.open[episode]
        return whole * flight.hours * flight.shares[chapter]


# The tables --------------------------------------------------------------------------------


def measured_text(costs: Costs, speeds: dict[str, tuple[float, float]]) -> str:
    """The measured table, in Markdown."""
    rows = [
        (f"`{name}` speaks, on one core", f"{clips:,.0f} clips/s ({sound:,.0f} x real time)")
        for name, (clips, sound) in speeds.items()
    ]
    rows += [
        ("chapters (each is 2 tasks)", f"{costs.chapters:.1f} per hour of episode"),
        ("recording the chapters", f"{costs.record:.2f} s CPU per hour"),
        ("pressing the chapters", f"{costs.press:.2f} s CPU per hour"),
        ("text stages, on the client", f"{costs.text:.2f} s CPU per hour"),
        (
            "gains and publishing, on the client",
            f"{costs.level + costs.publish:.2f} s CPU per hour",
        ),
        ("takes in the store", f"{costs.take_bytes / 1e6:.1f} MB per hour"),
        ("MP3 frames in the store", f"{costs.bare_bytes / 1e6:.1f} MB per hour"),
        ("the published episode", f"{costs.episode_bytes / 1e6:.1f} MB per hour"),
        ("one task, on the scheduler", f"{costs.scheduler * 1e3:.2f} ms CPU"),
        ("one task, on the client", f"{costs.client * 1e3:.2f} ms CPU"),
    ]
    head = f"Measured on one core of {_machine()}, Python {platform.python_version()}.\n\n"
    return head + _table(("what", "measured"), rows)


def _machine() -> str:
    with Path("/proc/cpuinfo").open() as file:
        found = re.search(r"model name\s*:\s*(.+)", file.read())
    return found[1] if found else platform.processor()


def simulated_text(outcomes: list[Outcome], episodes: int) -> str:
    """The simulated table, in Markdown."""
    heads = ("workers", "clients", "hours", "episodes per hour", "workers busy", "scheduler busy")
    rows = [
        (
            str(each.workers), str(each.clients), f"{each.hours:,.1f}",
            f"{episodes / each.hours:,.0f}", f"{each.busy:.0%}", f"{each.scheduler:.0%}",
            f"{each.client:.0%}", f"{each.processes:.0%}", f"{each.link:.0%}",
            f"{each.store:.0%}", f"{each.again:.2%}",
        )
        for each in outcomes
    ]  # fmt: skip
    more = (
        "client's main thread busy",
        "client's processes busy",
        "client's network busy",
        "store busy",
        "tasks made again",
    )
    return _table((*heads, *more), rows)


def _table(heads: tuple[str, ...], rows: list[Any]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def write(name: str, text: str) -> None:
    """Write a table into docs/cluster.md, between the two comments that mark its place."""
    page = PAGE.read_text("utf-8")
    marks = f"<!-- {name} -->\n", f"<!-- end {name} -->"
    before, _, rest = page.partition(marks[0])
    _, _, after = rest.partition(marks[1])
    PAGE.write_text(f"{before}{marks[0]}\n{text}\n{marks[1]}{after}", "utf-8")


def main() -> None:
    """Measure, simulate and print; with --write also write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("seed", type=Path, nargs="?", default=SEED)
    parser.add_argument("--lines", type=int, default=1390)
    parser.add_argument("--episodes", type=int, default=100_000)
    parser.add_argument("--costs", type=Path, help="Measured before, as JSON; else written there.")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    if asked.costs and asked.costs.exists():
        costs = Costs(**json.loads(asked.costs.read_text()))
    else:
        costs = measure(asked.seed, asked.lines)
        script = draft(asked.seed, Recipe())
        speeds = {name: clips_a_second(name, script) for name in ("espeak", "tone")}
        told = measured_text(costs, speeds)
        print(told)
        if asked.write:
            write("measured", told)
        if asked.costs:
            asked.costs.write_text(json.dumps(asdict(costs)))
    outcomes = []
    for workers, clients in SIZES:
        outcomes.append(Run(costs, asked.episodes, workers, clients).go())
        print(outcomes[-1], file=sys.stderr, flush=True)
    told = simulated_text(outcomes, asked.episodes)
    print(told)
    if asked.write:
        write("simulated", told)


if __name__ == "__main__":
    main()
