"""A batch of episodes -> how much faster two processes build it than one.

    python bench/batch.py [SEED] [--parts 4]

Each part is half of the seed, beginning at another line, and becomes an episode. Two workers with a
core each must be at least 1.8 times as fast as one worker with one core, on a machine that does
nothing else. One worker with both cores is measured as well, because its ffmpeg runs beside it.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
SEED = ROOT / "seeds" / "2025-02-indigo.txt"
LEAST = 1.8  # least speed of two workers, as a multiple of that of one


def write_parts(seed: Path, parts: int, folder: Path) -> list[Path]:
    """Write `count` transcripts, each with half of the seed's lines; return their paths."""
    lines = seed.read_text("utf-8").splitlines()
    paths = [folder / f"part{number}.txt" for number in range(parts)]
    for number, path in enumerate(paths):
        start = number * len(lines) // parts
        turned = lines[start:] + lines[:start]
        path.write_text("\n".join(turned[: len(lines) // 2]) + "\n", "utf-8")
    return paths


def build(seeds: list[Path], out: Path, jobs: int, cores: int) -> tuple[float, float]:
    """The wall and CPU seconds of one `podcast batch` that may use `cores` cores."""
    command = [sys.executable, "-m", "podcast", "batch", *map(str, seeds), "-o", str(out), "-q"]
    command += ["--engine", "espeak", "--jobs", str(jobs)]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[:cores])
    try:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    finally:
        os.sched_setaffinity(0, allowed)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Print the table; return 1 if two workers are slower than LEAST."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("seed", type=Path, nargs="?", default=SEED)
    parser.add_argument("--parts", type=int, default=4)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        seeds = write_parts(asked.seed, asked.parts, Path(folder))
        one, one_cpu = build(seeds, Path(folder) / "one", 1, 1)
        wide, wide_cpu = build(seeds, Path(folder) / "wide", 1, 2)
        two, two_cpu = build(seeds, Path(folder) / "two", 2, 2)
    load = os.getloadavg()[0]
    print(f"1 worker, 1 core     {one:7.1f} s wall {one_cpu:7.1f} s CPU")
    print(f"1 worker, 2 cores    {wide:7.1f} s wall {wide_cpu:7.1f} s CPU")
    print(f"2 workers, 2 cores   {two:7.1f} s wall {two_cpu:7.1f} s CPU")
    print(f"2 workers are {one / two:.2f} times as fast as 1 worker with 1 core,")
    print(
        f"and {wide / two:.2f} times as fast as 1 worker with 2 cores; load at the end: {load:.1f}"
    )
    return int(one / two < LEAST)


if __name__ == "__main__":
    sys.exit(main())
