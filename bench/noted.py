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
inside: list[str] = []  # the calls that this process is making


def noted(call: Callable[..., Any], path: Path) -> Callable[..., Any]:
    """The call, which also notes its name, its chapter's key, and when it begins and ends.

    A chapter that is recorded because another worker has its reel is a call of `press`, and is
    noted as record-in-press.
    """

    @wraps(call)
    def noting(job: jobs.Job, *rest: object) -> Any:
        name = "-in-".join([call.__name__, *inside])
        inside.insert(0, call.__name__)
        _note(path, "begun", name, job.key)
        try:
            made = call(job, *rest)
        finally:
            inside.pop(0)
        _note(path, "done", name, job.key)
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


# Dask runs this module twice: it imports it, and then loads it again.
if "NOTED" in os.environ and not hasattr(jobs.record, "__wrapped__"):
    for name in CALLS:
        setattr(jobs, name, noted(getattr(jobs, name), Path(os.environ["NOTED"])))
