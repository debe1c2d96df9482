"""An edit -> the time of the build after it, as a share of the time of the first build.

    python bench/incremental.py [SEED]

One sentence is edited, then a chapter's title, then the pauses. All builds use one folder and the
offline voice. After an edit of a sentence a build may take a tenth of the time of the first.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
SEED = ROOT / "seeds" / "2025-02-indigo.txt"
ALLOWED = 0.1  # share of the first build's time, after an edit of a sentence


def seconds(seed: Path, out: Path, *options: str) -> float:
    """The wall seconds of one `podcast make`."""
    command = [sys.executable, "-m", "podcast", "make", str(seed), "-o", str(out), "-q"]
    began = time.monotonic()
    subprocess.run(
        [*command, "--engine", "espeak", *options],
        check=True, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return time.monotonic() - began


def edited(script: Path, change: Callable[[str], str]) -> None:
    """Apply a change to a script file, as a person would."""
    before = script.read_text("utf-8")
    after = change(before)
    assert after != before
    script.write_text(after, "utf-8")


def new_sentence(page: str) -> str:
    """The script with one sentence more in its middle."""
    stops = [found.end() for found in re.finditer("。", page)]
    middle = stops[len(stops) // 2]
    return f"{page[:middle]}这一句是后来加的。{page[middle:]}"


def new_title(page: str) -> str:
    """The script with another title of its first chapter."""
    return re.sub("^## .*$", "## 换了一个标题", page, count=1, flags=re.MULTILINE)


def main(seed: Path) -> int:
    """Print the table; return 1 if the limit is passed."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        cold = seconds(seed, out)
        script = out / seed.stem / "script.md"
        rows = {"nothing": seconds(seed, out)}
        edited(script, new_sentence)
        rows["a sentence"] = seconds(seed, out)
        edited(script, new_title)
        rows["a title"] = seconds(seed, out)
        rows["all pauses"] = seconds(seed, out, "--sentence-pause", "0.5")
    print(f"cold        {cold:7.1f} s")
    for change, taken in rows.items():
        print(f"{change:11} {taken:7.1f} s   {taken / cold:6.1%}")
    return int(rows["a sentence"] > ALLOWED * cold)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else SEED))
