"""What calls tell that may take all memory: each runs in a process of its own.

One process imports what is needed, and each call is made by a fork of it, which is cheap.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable

from patience import PATIENCE

MOST_MB = 1024  # of memory that a call may take
PROGRAM = """
import os, sys
sys.path[:0] = {paths!r}
import abuse
from pathlib import Path
from podcast.errors import PodcastError
{imports}
for name in {names!r}:
    sys.stdout.flush()
    if child := os.fork():
        print(name, "ended with", os.waitpid(child, 0)[1])
        continue
    try:
        print(name, "told", {call})
    except PodcastError as error:
        print(name, "told", error)
    sys.stdout.flush()
    os._exit(abuse.memory() >= {most})
"""


def told_by_each(names: Iterable[object], call: str, imports: str = "") -> str:
    """Make a call, an expression about `name`, for each of some names in a process of its own.

    Two lines are printed for each: `NAME told …`, what the call returned or the message of its
    error, and `NAME ended with 0`, or another status if it took over MOST_MB or failed.
    """
    listed = list(map(str, names))
    program = PROGRAM.format(paths=sys.path, imports=imports, names=listed, call=call, most=MOST_MB)
    command = [sys.executable, "-W", "ignore", "-c", program]
    patience = PATIENCE * len(listed)
    done = subprocess.run(command, capture_output=True, text=True, timeout=patience, check=False)
    return done.stdout + done.stderr
