"""Many short episodes on a Dask cluster of two machines -> what its failures cost.

    python bench/outages.py [--episodes 200] [--workers 8]

The two machines are network namespaces of this one, each with an address of its own and half of
the workers; the scheduler and the client are on the first. While the episodes are built, a worker
of each machine is killed; later the scheduler is killed and started again, and with it the workers,
which end without one. The command is then run again, as a person would. In the end all episodes
must be there, with the bytes of a build on one machine; and no chapter may have been recorded or
pressed twice except those that a worker was just making when something was killed.

This needs Linux, root and `ip` (iproute2).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from filecmp import cmp
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from material import CANNOT_RUN

ROOT = Path(__file__).parent.parent
MACHINES = {"podcast-one": "10.213.7.1", "podcast-two": "10.213.7.2"}
PORT = 8786
MOVED = "record-in-press"  # the call of a worker that has not recorded what it is to press
ON_THE_WAY_SECONDS = 2  # in which the result of a call reaches the client
PATIENCE_SECONDS = 600  # the longest time in which nothing happens
WORKERS_DIE, SCHEDULER_DIES = 0.2, 0.5  # shares of the episodes that are there by then


class Call(NamedTuple):
    """A line that `noted.py` writes: a call for a chapter begins or is done."""

    event: str  # begun or done
    name: str  # record, press or record-in-press
    key: str  # of the chapter's take
    pid: str
    at: float  # seconds since 1970


def run(*words: str) -> None:
    """Run a command. Raises CalledProcessError."""
    subprocess.run(words, check=True)


@contextmanager
def two_machines() -> Iterator[None]:
    """Two network namespaces that reach each other, each with one address."""
    one, two = MACHINES
    try:
        for name in MACHINES:
            run("ip", "netns", "add", name)
        run("ip", "link", "add", "eth0", "netns", one, "type", "veth", "peer", "eth0", "netns", two)
        for name, address in MACHINES.items():
            run("ip", "-n", name, "addr", "add", f"{address}/24", "dev", "eth0")
            for link in ("eth0", "lo"):
                run("ip", "-n", name, "link", "set", link, "up")
        yield
    finally:
        for name in MACHINES:
            subprocess.run(["ip", "netns", "del", name], check=False)


@dataclass
class Site:
    """The scheduler and the workers, and the times at which some of them were killed."""

    folder: Path
    workers: int
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    killed: list[float] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"tcp://{next(iter(MACHINES.values()))}:{PORT}"

    def start(self, name: str, machine: str, *words: str) -> subprocess.Popen[bytes]:
        """Start a Python module on a machine; what it prints goes to a file."""
        command = ["ip", "netns", "exec", machine, sys.executable, "-m", *words]
        paths = {"PYTHONPATH": str(ROOT), "NOTED": str(self.folder / "calls.txt")}
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, env=os.environ | paths, stdout=log, stderr=log, cwd=self.folder
            )
        return self.running[name]

    def open(self) -> None:
        """Start what does not run: the scheduler, and the workers on both machines by turns."""
        machines = list(MACHINES)
        if not self._runs("scheduler"):
            host = MACHINES[machines[0]]
            module = "distributed.cli.dask_scheduler"
            options = ("--host", host, "--port", str(PORT), "--no-dashboard")
            self.start("scheduler", machines[0], module, *options)
        for number in range(self.workers):
            name, machine = f"worker{number}", machines[number % 2]
            if not self._runs(name):
                own = self.folder / name
                own.mkdir(exist_ok=True)
                self.start(
                    name, machine, "distributed.cli.dask_worker", self.address, "--no-nanny",
                    "--nthreads", "1", "--no-dashboard", "--local-directory", str(own),
                    "--host", MACHINES[machine], "--preload", str(ROOT / "bench" / "noted.py"),
                )  # fmt: skip

    def _runs(self, name: str) -> bool:
        return name in self.running and self.running[name].poll() is None

    def kill(self, *names: str) -> None:
        """Kill processes at once, as a power cut does, and note the time."""
        for name in names:
            self.running[name].kill()
            self.running[name].wait()
            self.killed.append(time.time())

    def close(self) -> None:
        """Kill everything."""
        for process in self.running.values():
            process.kill()
            process.wait()

    def batch(self, seeds: Sequence[Path], out: Path) -> subprocess.Popen[bytes]:
        """Begin to build all episodes on the cluster."""
        options = ("--scheduler", self.address, "--store", str(self.folder / "store"))
        machine = next(iter(MACHINES))
        return self.start("client", machine, "podcast", *batch_words(seeds, out), *options)


def batch_words(seeds: Sequence[Path], out: Path) -> list[str]:
    """The arguments of a `podcast batch` of these seeds with the engine `tone`."""
    words = ["batch", *map(str, seeds), "-o", str(out), "-q", "--engine", "tone", "--offline"]
    return [*words, "--jobs", "2", "--no-chapter-pictures"]


def write_seeds(count: int, folder: Path) -> list[Path]:
    """Write scripts of two chapters, of a few seconds each, that all differ."""
    paths = [folder / f"e{number:03}.md" for number in range(1, count + 1)]
    for number, path in enumerate(paths, 1):
        path.write_text(
            f"# 第{number}集\n\n## 开场\n\n大家好，欢迎收听第{number}集。\n\n"
            f"## 结尾\n\n第{number}集到这里，谢谢大家。\n",
            "utf-8",
        )
    return paths


def published(out: Path) -> int:
    """The number of episodes that are there."""
    return len(list(out.glob("*/report.json")))


def wait_for(is_so: Callable[[], bool], out: Path) -> None:
    """Wait until something is so. Raises TimeoutError if nothing is published for too long."""
    there, since = published(out), time.monotonic()
    while not is_so():
        time.sleep(0.2)
        if (now := published(out)) != there:
            there, since = now, time.monotonic()
        if time.monotonic() - since > PATIENCE_SECONDS:
            raise TimeoutError(f"{there} episodes after {PATIENCE_SECONDS} s without a new one")


def build(site: Site, seeds: Sequence[Path], out: Path) -> int:
    """Build all episodes with the failures on the way; returns how often the command was run."""
    site.open()
    client = site.batch(seeds, out)
    wait_for(lambda: published(out) >= WORKERS_DIE * len(seeds), out)
    site.kill("worker0", "worker1")
    wait_for(lambda: published(out) >= SCHEDULER_DIES * len(seeds), out)
    site.kill("scheduler")
    client.wait(PATIENCE_SECONDS)
    runs = 1
    while published(out) < len(seeds) and runs < 3:
        site.open()
        again = site.batch(seeds, out)
        wait_for(partial(_has_ended, again), out)
        runs += 1
    return runs


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is not None


def calls(path: Path) -> list[Call]:
    """The lines that the workers noted, in order."""
    rows = (line.split() for line in path.read_text("utf-8").splitlines())
    return [Call(event, name, key, pid, float(at)) for event, name, key, pid, at in rows]


def repeated(noted: Sequence[Call], killed: Sequence[float]) -> tuple[int, int, int]:
    """How many calls were begun, how many of them again, and how many of these without a reason.

    The reason for a call that a worker had made before is that something was killed while the
    chapter was in flight: from its first call until ON_THE_WAY_SECONDS after it was pressed. A
    chapter is also recorded again by a worker to which the scheduler moved its pressing.
    """
    calls: dict[str, list[Call]] = {}
    for each in noted:
        calls.setdefault(each.key, []).append(each)
    begun = again = without = 0
    for own in calls.values():
        names = (each.name.partition("-")[0] for each in own if each.event == "begun")
        counts = Counter(names)
        more = counts.total() - len(counts)
        pressed = [each.at for each in own if (each.event, each.name) == ("done", "press")]
        end = min(pressed, default=float("inf")) + ON_THE_WAY_SECONDS
        begun, again = begun + counts.total(), again + more
        without += 0 if any(own[0].at <= at <= end for at in killed) else more
    return begun, again, without


def different(one: Path, other: Path) -> list[str]:
    """The files below two folders that are not the same in both."""
    names = {path.relative_to(top).as_posix() for top in (one, other) for path in top.rglob("*")}
    pairs = ((name, one / name, other / name) for name in sorted(names) if ".cache" not in name)
    return [
        name
        for name, a, b in pairs
        if a.is_file() != b.is_file() or (a.is_file() and not cmp(a, b, shallow=False))
    ]


def main() -> int:
    """Print the counts; return 1 if one is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--episodes", type=int, default=200)
    parser.add_argument("--workers", type=int, default=8)
    asked = parser.parse_args()
    if os.geteuid() or not shutil.which("ip"):
        print("this needs root, and ip of iproute2, to make network namespaces", file=sys.stderr)
        return CANNOT_RUN
    with TemporaryDirectory() as name, two_machines():
        folder = Path(name)
        seeds = write_seeds(asked.episodes, folder)
        site = Site(folder, asked.workers)
        try:
            runs = build(site, seeds, folder / "out")
        finally:
            site.close()
        words = batch_words(seeds, folder / "local")
        subprocess.run(
            [sys.executable, "-m", "podcast", *words], cwd=ROOT, stdout=subprocess.DEVNULL
        )
        there, local = published(folder / "out"), published(folder / "local")
        unlike = different(folder / "out", folder / "local")
        noted = calls(folder / "calls.txt")
        begun, again, without = repeated(noted, site.killed)
    print(f"{there} of {asked.episodes} episodes published, by {runs} runs of the command")
    print(f"{len(unlike)} files unlike a build on this machine, of {local} episodes")
    print(f"{begun} calls for chapters begun; {again} of them again")
    moved = sum(call.name == MOVED and call.event == "begun" for call in noted)
    print(f"{without} of them not because something was killed; {moved} because pressing was moved")
    return int(there < asked.episodes or local < asked.episodes or bool(unlike or without))


if __name__ == "__main__":
    sys.exit(main())
