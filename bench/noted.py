"""The calls that a Dask worker makes for chapters -> a line in a file as each begins and ends.

A worker of `bench/outages.py` is started with `--preload bench/noted.py`. The file is named by
NOTED in the environment; all workers append to it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from podcast.production import jobs

CALLS = ("record", "press")


def noted(call: Callable[..., Any], path: Path) -> Callable[..., Any]:
    """The call, which also notes its name, its chapter's key, and when it begins and ends."""

    @wraps(call)
    def noting(job: jobs.Job, *rest: object) -> Any:
        _note(path, "begun", call.__name__, job.key)
        made = call(job, *rest)
        _note(path, "done", call.__name__, job.key)
        return made

    return noting


def _note(path: Path, *words: str) -> None:
    """Append a line with one write, which no other process can part."""
    line = " ".join([*words, str(os.getpid()), f"{time.time():.3f}"]) + "\n"
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(file, line.encode())
    finally:
        os.close(file)


if "NOTED" in os.environ:
    for name in CALLS:
        setattr(jobs, name, noted(getattr(jobs, name), Path(os.environ["NOTED"])))
