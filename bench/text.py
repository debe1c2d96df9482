"""CPU time and memory of every text stage at 10 k, 100 k and 1 M characters, in one run.

    python bench/text.py [SEED]

The transcript repeats the seed's lines, each time beginning at another line. A stage is linear if a
character costs it at 1 M not much more than at 100 k. Tables and models are loaded before the clock
starts. The benchmark fails if a stage is not linear, or if punctuating 1 M takes over 60 s.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from podcast.files.settings import Settings
from podcast.model import Recipe
from podcast.text.draft import chaptered, edited
from podcast.text.punctuate import punctuate
from podcast.text.read import read
from podcast.text.script import script_text

ROOT = Path(__file__).parent.parent
SEED = ROOT / "seeds" / "2025-02-indigo.txt"
SIZES = (10_000, 100_000, 1_000_000)  # characters
MOST_SECONDS = 60  # of CPU to punctuate 1 M characters
MOST_GROWTH = 1.6  # greatest cost of a character at 1 M, as a multiple of that at 100 k

Made = TypeVar("Made")


def long_text(seed: Path, size: int) -> str:
    """Lines of the seed with `size` characters in all."""
    lines = seed.read_text("utf-8").splitlines()
    turns = (lines[start:] + lines[:start] for start in cycle(range(0, len(lines), 97)))
    text = ""
    for turn in turns:
        text += "\n".join(turn) + "\n"
        if len(text) >= size:
            return text[:size]
    raise AssertionError("cycle ends")


class Clock:
    """The CPU seconds of each stage, and the largest memory of the process after it."""

    def __init__(self) -> None:
        """Begin without any stage."""
        self.rows: dict[str, tuple[float, float]] = {}

    def run(self, stage: str, work: Callable[[], Made]) -> Made:
        """Run `work`, note its time and memory under a stage, and return its result."""
        begun = time.process_time()
        made = work()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self.rows[stage] = (time.process_time() - begun, memory)
        return made


def run_stages(path: Path) -> dict[str, tuple[float, float]]:
    """The CPU seconds of each stage, and the largest memory in MB up to its end."""
    clock, settings = Clock(), Settings(title="…")
    heard = clock.run("read", lambda: read(path))
    kept = clock.run("clean", lambda: edited(heard, settings, path).transcript)
    sentences = clock.run("punctuate", lambda: punctuate(kept, heard=heard))
    script = clock.run("divide", lambda: chaptered(sentences, heard, (), settings, Recipe()))
    clock.run("script", lambda: script_text(script))
    return clock.rows


def measure(seed: Path, size: int) -> dict[str, tuple[float, float]]:
    """The result of `run_stages` in a process of its own, warmed up on a page of text."""
    with TemporaryDirectory() as folder:
        path, small = Path(folder) / "long.txt", Path(folder) / "small.txt"
        path.write_text(long_text(seed, size), "utf-8")
        small.write_text(long_text(seed, 2_000), "utf-8")
        command = [sys.executable, __file__, "--stages", str(small), str(path)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    rows: dict[str, tuple[float, float]] = json.loads(done.stdout)
    return rows


def table(measured: list[dict[str, tuple[float, float]]]) -> Iterator[str]:
    """The rows to print."""
    heads = [f"{size // 1000} k" for size in SIZES]
    yield f"{'CPU seconds':12}" + "".join(f"{head:>10}" for head in heads) + "  per char, x 100 k"
    for stage in measured[0]:
        seconds = [rows[stage][0] for rows in measured]
        yield f"{stage:12}" + "".join(f"{s:10.2f}" for s in seconds) + f"{growth(seconds):10.2f}"
    yield f"{'all':12}" + "".join(f"{sum(s for s, _ in rows.values()):10.2f}" for rows in measured)
    for stage in measured[0]:
        yield f"{'MB after ' + stage:20}" + "".join(f"{rows[stage][1]:8.0f}" for rows in measured)


def growth(seconds: list[float]) -> float:
    """The cost of a character at the largest size, as a multiple of that at the middle size."""
    return (seconds[-1] / SIZES[-1]) / (max(seconds[-2], 0.01) / SIZES[-2])


def main(seed: Path) -> int:
    """Print the table; return 1 if a limit is passed."""
    measured = [measure(seed, size) for size in SIZES]
    print("\n".join(table(measured)))
    longest = measured[-1]["punctuate"][0]
    steep = [
        stage
        for stage in measured[0]
        if growth([rows[stage][0] for rows in measured]) > MOST_GROWTH
    ]
    print(f"1 M characters punctuated in {longest:.0f} s of CPU")
    print(f"stages that are not linear: {', '.join(steep) or 'none'}")
    return int(longest > MOST_SECONDS or bool(steep))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--stages"]:
        small, path = map(Path, sys.argv[2:])
        run_stages(small)
        print(json.dumps(run_stages(path)))
    else:
        sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else SEED))
