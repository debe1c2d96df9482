"""A command -> the most memory that all its processes take together.

The largest process of a program says little about a program of many processes. What several of
them share, such as the code of a library, is counted once: of each process the proportional set
size (PSS) is taken, which Linux tells in /proc.
"""

from __future__ import annotations

import subprocess
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

EVERY_SECONDS = 0.5  # between two looks; a look at six processes takes the machine about 10 ms


def most_together(command: Sequence[str], cwd: Path) -> float:
    """Run a command; return the MB of it and all processes that it started, at the highest.

    Raises CalledProcessError if the command fails.
    """
    most = 0.0
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            most = max(most, sum(map(_megabytes, descendants(process.pid))))
            time.sleep(EVERY_SECONDS)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return most


def descendants(pid: int) -> list[int]:
    """A process and all processes that it started, and that those started."""
    children = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended
            after_name = (folder / "stat").read_text().rpartition(")")[2]
            children[int(after_name.split()[1])].append(int(folder.name))
    found = [pid]
    for each in found:
        found += children[each]
    return found


def _megabytes(pid: int) -> float:
    """The proportional set size of a process in MB; 0 if it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0
