"""How much faster two processes build a batch than one, in one run.

    python bench/batch.py [SEED] [--parts 4]

The lines of the seed become so many transcripts, each of which is an episode. Two workers must be
at least 1.8 times as fast as one.
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
LEAST = 1.8  # times as fast


def write_parts(seed: Path, parts: int, folder: Path) -> list[Path]:
    """The lines of a transcript, shared among so many files."""
    lines = seed.read_text("utf-8").splitlines()
    size = -(-len(lines) // parts)
    paths = [folder / f"part{number}.txt" for number in range(parts)]
    for number, path in enumerate(paths):
        path.write_text("\n".join(lines[number * size : (number + 1) * size]) + "\n", "utf-8")
    return paths


def build(seeds: list[Path], out: Path, jobs: int) -> tuple[float, float]:
    """Wall and CPU seconds of one `podcast batch`."""
    command = [sys.executable, "-m", "podcast", "batch", *map(str, seeds), "-o", str(out), "-q"]
    command += ["--engine", "espeak", "--jobs", str(jobs)]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Print the table; 1 if two workers are not fast enough."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("seed", type=Path, nargs="?", default=SEED)
    parser.add_argument("--parts", type=int, default=4)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        seeds = write_parts(asked.seed, asked.parts, Path(folder))
        one, one_cpu = build(seeds, Path(folder) / "one", 1)
        two, two_cpu = build(seeds, Path(folder) / "two", 2)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    print(f"1 worker   {one:7.1f} s wall {one_cpu:7.1f} s CPU")
    print(f"2 workers  {two:7.1f} s wall {two_cpu:7.1f} s CPU")
    print(f"ratio      {one / two:7.2f}        (machine's load {load:.1f})")
    return int(one / two < LEAST)


if __name__ == "__main__":
    sys.exit(main())
