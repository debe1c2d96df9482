"""An hour of speech, and ten -> the memory of the largest process of each build.

    python bench/memory.py [SEED]

`podcast make` builds both from the lines of the seed, repeated. Ten hours may need 15 % more.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from text import long_text

ROOT = Path(__file__).parent.parent
SEED = ROOT / "seeds" / "2025-02-indigo.txt"
CHARACTERS = {"1 h": 21_000, "10 h": 210_000}  # of a transcript of that length
MOST, GROWTH = 300, 1.15  # MB; a multiple of the memory for an hour


def build(seed: Path, out: Path) -> tuple[float, float]:
    """The hours of the episode, and the MB of the largest process of its build."""
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)\n"
    )
    make = [sys.executable, "-m", "podcast", "make", str(seed), "-o", str(out), "-q"]
    done = subprocess.run(
        [sys.executable, "-c", code, *make, "--engine", "espeak"],
        check=True, stdout=subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    report = json.loads((out / seed.stem / "report.json").read_text("utf-8"))
    return report["seconds"] / 3600, float(done.stdout)


def main(seed: Path) -> int:
    """Print the table; return 1 if a limit is passed."""
    rows = []
    with TemporaryDirectory() as folder:
        for name, size in CHARACTERS.items():
            path = Path(folder) / f"{name.replace(' ', '')}.txt"
            path.write_text(long_text(seed, size), "utf-8")
            rows.append(build(path, Path(folder) / "out"))
    for hours, memory in rows:
        print(f"{hours:5.1f} h {memory:7.0f} MB")
    (_, least), (_, most) = rows
    print(f"growth  {most / least:7.2f} x")
    return int(most > MOST or most > GROWTH * least)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else SEED))
