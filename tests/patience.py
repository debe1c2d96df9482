"""How tests wait, and how they measure work: so that none passes or fails by a machine's speed.

A test that needs something to happen waits for it with `wait_until`. A test of how much work
grows with its input counts calls with `calls_of`. The clock is asked here alone, and only to end
a test that would otherwise never end.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

PATIENCE = 300.0  # seconds after which what a test waits for counts as never coming
MOST_CPU = 120.0  # seconds of CPU after which a computation counts as endless
PAUSE = 0.01  # seconds between two looks


def wait_until(
    holds: Callable[[], object],
    running: subprocess.Popen[bytes] | subprocess.Popen[str] | None = None,
) -> None:
    """Return once `holds` does; fail if the process `running`, which is to bring it about, ends."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert not running or running.poll() is None, f"ended with status {running.returncode}"
        assert time.monotonic() < end, f"nothing happened for {PATIENCE:.0f} seconds"
        time.sleep(PAUSE)


def appear(folder: Path, count: int) -> None:
    """Return once there are `count` files in a folder, which other processes put there."""
    wait_until(lambda: len(list(folder.iterdir())) >= count)


def calls_of(work: Callable[[], object]) -> int:
    """How many functions, of Python and of C, are called while `work` is done in this thread."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@contextmanager
def no_explosion() -> Iterator[None]:
    """Fail if this takes so much CPU that its work must grow much faster than its input.

    A match of a regular expression is one call however long it takes, so calls cannot tell. Inputs
    are so long that linear work takes a few seconds and quadratic work takes hours.
    """

    def end(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"not done after {MOST_CPU:.0f} seconds of CPU")

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, MOST_CPU)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
