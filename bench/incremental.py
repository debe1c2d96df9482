"""An edit -> the time of the build after it, as a share of the time of the first build.

    python bench/incremental.py [SEED]

One sentence is edited, then a chapter's title, then the style of subtitles, then the pauses. All
builds use one folder and the offline voice. The last rows are builds by a process that goes on
running, as the studio does: it has imported everything already.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
SEED = ROOT / "seeds" / "2025-02-indigo.txt"
LASTING = ", lasting"  # ends the names of builds by a process that goes on running
# Shares of the CPU time of the first build that an edit may take.
ALLOWED = {
    "nothing": 0.01,
    "a sentence": 0.08,
    "a title": 0.04,
    "a style": 0.04,
    f"a sentence{LASTING}": 0.04,
    f"a title{LASTING}": 0.04,
}


class Spent(NamedTuple):
    """The seconds of a build: those on a clock, and those of all processors together."""

    wall: float
    cpu: float


def spent(build: Callable[[], object]) -> Spent:
    """The time that a build takes, in this process and those that it starts."""
    began, used = time.monotonic(), _cpu()
    build()
    return Spent(time.monotonic() - began, _cpu() - used)


def _cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def arguments(seed: Path, out: Path, *options: str) -> list[str]:
    """The arguments of one `podcast make`."""
    return ["make", str(seed), "-o", str(out), "-q", "--engine", "espeak", "--offline", *options]


def apart(seed: Path, out: Path, *options: str) -> Spent:
    """The time of one `podcast make` in a process of its own."""
    command = [sys.executable, "-m", "podcast", *arguments(seed, out, *options)]
    return spent(lambda: subprocess.run(command, check=True, cwd=ROOT, capture_output=True))


def lasting(seed: Path, out: Path) -> Spent:
    """The time of one `podcast make` in this process."""
    from podcast.cli import main as podcast

    with redirect_stdout(StringIO()):
        return spent(lambda: podcast(arguments(seed, out), standalone_mode=False))


def edited(script: Path, change: Callable[[str], str]) -> None:
    """Apply a change to a script file, as a person would."""
    before = script.read_text("utf-8")
    after = change(before)
    assert after != before
    script.write_text(after, "utf-8")


def new_sentence(page: str, sentence: str = "这一句是后来加的。") -> str:
    """The script with one sentence more in its middle."""
    stops = [found.end() for found in re.finditer("。", page)]
    middle = stops[len(stops) // 2]
    return f"{page[:middle]}{sentence}{page[middle:]}"


def new_title(page: str) -> str:
    """The script with another title of its first chapter."""
    return re.sub("^## .*$", "## 换了一个标题", page, count=1, flags=re.MULTILINE)


def main(seed: Path) -> int:
    """Print the table; return 1 if a limit is passed."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        cold = apart(seed, out)
        script = out / seed.stem / "script.md"
        rows = {"nothing": apart(seed, out)}
        edited(script, new_sentence)
        rows["a sentence"] = apart(seed, out)
        edited(script, new_title)
        rows["a title"] = apart(seed, out)
        rows["a style"] = apart(seed, out, "--subtitle-style", "ted")
        rows["all pauses"] = apart(seed, out, "--sentence-pause", "0.5")
        lasting(seed, out)  # it imports what the next builds need
        edited(script, lambda page: new_sentence(page, "这一句是刚才加的。"))
        rows[f"a sentence{LASTING}"] = lasting(seed, out)
        edited(script, lambda page: page.replace("## 换了", "## 又换了", 1))
        rows[f"a title{LASTING}"] = lasting(seed, out)
    print(f"{'cold':20} {cold.wall:7.1f} s wall          {cold.cpu:7.1f} s CPU")
    for change, taken in rows.items():
        shares = (taken.wall / cold.wall, taken.cpu / cold.cpu)
        print(
            f"{change:20} {taken.wall:7.1f} s wall {shares[0]:7.1%}  "
            f"{taken.cpu:7.1f} s CPU {shares[1]:7.1%}"
        )
    return int(any(rows[name].cpu > share * cold.cpu for name, share in ALLOWED.items()))


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else SEED))
