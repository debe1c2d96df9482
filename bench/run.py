"""Every benchmark, one after another -> docs/benchmarks.md.

    python bench/run.py [NAME ...]

With names, only those are run, and the others keep what they said before. Each figure is a ratio of
two things measured in one run; the machine should have nothing else to do.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"

BENCHMARKS = {  # name -> (what it measures, what is asked of it, arguments)
    "cold": ("A cold build against bare synthesis and encoding", "wall <= 1.25 x bare / cores", ()),
    "incremental": ("What an edit costs", "nothing <= 2 %, a sentence <= 10 % of cold", ()),
    "memory": ("Memory for an hour and for ten", "<= 300 MB, growth <= 15 %", ()),
    "text": ("The text stages", "linear; 1 M characters marked in 60 s", ()),
    "plain": ("Against a plain pydub and espeak-ng script", ">= 12 x faster, <= 1/6 memory", ()),
    "page": ("A page of three hours in Chromium", "each answer in 100 ms", ()),
    "batch": ("A batch on two processes against one", ">= 1.8 x", ()),
    "edge": ("Online voices against edge-tts --file", ">= 4 x", ("--characters", "12000")),
}


def measured(name: str) -> str:
    """The section of a benchmark, run now."""
    title, asked, arguments = BENCHMARKS[name]
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, f"bench/{name}.py", *arguments],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    verdict = {0: "met", 1: "not met"}.get(done.returncode, "failed to run")
    took = time.monotonic() - begun
    print(f"{name}: {verdict}, {took:.0f} s", file=sys.stderr)
    head = f"## {title}\n\nAsked: {asked}. **{verdict}** (`bench/{name}.py`)"
    return f"{head}\n\n```\n{done.stdout}```\n"


def earlier() -> dict[str, str]:
    """What the page says of each benchmark already."""
    text = PAGE.read_text("utf-8") if PAGE.exists() else ""
    sections = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    names = {found[1]: s for s in sections if (found := re.search(r"`bench/(\w+)\.py`", s))}
    return {name: section.strip() + "\n" for name, section in names.items()}


def main(names: list[str]) -> int:
    """Run them and write the page; 1 where something asked is not met."""
    sections = earlier()
    for name in names or BENCHMARKS:
        sections[name] = measured(name)
        machine = (
            f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
        )
        page = [f"# Benchmarks\n\nWritten by `make bench`. Measured on {machine}.\n"]
        page += [sections[each] for each in BENCHMARKS if each in sections]
        PAGE.write_text("\n".join(page), "utf-8")
    return int(any("**met**" not in sections[name] for name in names or BENCHMARKS))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
