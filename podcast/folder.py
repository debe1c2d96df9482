"""out/<episode>/: whether all of it is there, and how a new one takes its place.

At once or not at all, and one build at a time.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

from podcast.errors import WriteError
from podcast.keys import digest_if_any
from podcast.report import BUILT, Report

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

SCRIPT = "script.md"
PREVIOUS = "script.previous.md"
LONGEST_FOLDER = 240  # bytes: two dots and `old` are put to it
PATIENCE = 60  # seconds to wait for another build to put its episode in place


def is_complete(folder: Path, report: Report) -> bool:
    """Whether the report tells all of the last build, and each file is there, as long as it was."""
    if report.lacks(*BUILT) or digest_if_any(folder / SCRIPT) != report.script.sha256:
        return False
    paths = [(folder / name, size) for name, size in report.files]
    return all(path.is_file() and path.stat().st_size == size for path, size in paths)


def replace_folder(new: Path, folder: Path) -> None:
    """Put `new` in the place of `folder`; a crash between leaves one for `recover` to find."""
    swap(new, folder, _old(folder))


def swap(new: Path, folder: Path, old: Path) -> None:
    """Put `new` in the place of `folder`, which is `old` until it is done, and then goes."""
    rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    rmtree(old, ignore_errors=True)


def recover(folder: Path) -> None:
    """Undo a replacement that a crash cut short: the old folder comes back."""
    old = _old(folder)
    if old.exists() and not folder.exists():
        with writing(folder), alone(folder.parent):
            if not folder.exists():  # the build that was between the two may be done by now
                old.rename(folder)


def _old(folder: Path) -> Path:
    name = folder.name
    if len(os.fsencode(name)) > LONGEST_FOLDER:
        name = sha256(os.fsencode(name)).hexdigest()
    return folder.with_name(f".{name}.old")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While this lasts no other build replaces what is in `folder`, if the system has such locks.

    Raises WriteError where another build does not let go.
    """
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        end = time.monotonic() + PATIENCE
        while not _is_locked(handle):
            if time.monotonic() > end:
                raise WriteError(f"another build holds {folder}; end it, or build again later")
            time.sleep(0.05)
        yield
    finally:
        os.close(handle)


def _is_locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Raises WriteError for what keeps `folder` from being written meanwhile."""
    try:
        yield
    except OSError as error:
        raise WriteError(
            f"cannot write {folder}: {error.strerror or error}; "
            "free some space, or choose another folder with -o"
        ) from error
