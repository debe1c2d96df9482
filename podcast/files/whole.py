"""New files and folders -> in the place of the old ones, whole or not at all."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from platform import node
from shutil import rmtree
from tempfile import mkstemp
from zlib import crc32

from podcast.errors import WriteError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

# It can be asked for only by setting it. This is done here, before there are threads: two of them
# that did it at once would leave the process without a mask.
_UMASK = os.umask(0)
os.umask(_UMASK)


WEEK_SECONDS = 7 * 86_400  # nobody takes that long to write the next bytes of a part

# The end of the name of a part: the machine and the process that write it, and a random word.
_PART = re.compile(r"\.([0-9a-f]{8})-(\d+)\.[^.]*\.part$")


def _machine() -> str:
    """What tells this machine from others that use the same folder: eight figures."""
    return f"{crc32(node().encode()):08x}"


def new_part(path: Path) -> Path:
    """A new, empty file beside `path`, whose name tells which process writes it. Raises OSError."""
    prefix = f".{path.name[:40]}.{_machine()}-{os.getpid()}."
    handle, name = mkstemp(prefix=prefix, suffix=".part", dir=path.parent)
    os.close(handle)
    part = Path(name)
    part.chmod(0o666 & ~_UMASK)
    return part


def is_orphan(path: Path) -> bool:
    """Whether a path is a part that nobody writes any more.

    Its process ran on this machine and was killed; or the part has not been written to for a week:
    its process ran on another machine, or another process has its number now.
    """
    found = _PART.search(path.name)
    if found is None:
        return False
    is_dead = found[1] == _machine() and not is_alive(int(found[2]))
    return is_dead or _is_old(path)


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.lstat().st_mtime > WEEK_SECONDS
    except OSError:  # it has been moved into its place meanwhile
        return False


def is_alive(pid: int) -> bool:
    """Whether a process of this machine is running.

    One that has ended and was not yet waited for, a zombie, is not: in a container it may stay one
    for ever. Where the system has no /proc, it counts as running.
    """
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    try:
        status = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return True
    return status.rpartition(b")")[2].split()[:1] != [b"Z"]


def remove_orphans(folder: Path) -> None:
    """Remove the parts in a folder that nobody writes any more, except where that is forbidden."""
    with suppress(OSError):  # the folder may be another user's
        for left in list(folder.glob(".*.part")):
            if is_orphan(left):
                with suppress(OSError):
                    left.unlink()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a path to write to, and move that file to `path` at the end, unless something fails.

    If the process is killed meanwhile, the part stays; `remove_orphans` removes it. Raises
    WriteError if the file cannot be written.
    """
    part = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = new_part(path)
        yield part
        part.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        if part:
            part.unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> WriteError:
    """The error that says why `path` could not be written, and what to do."""
    return WriteError(
        f"cannot write {path}: {error.strerror or error}; "
        "free some space, or choose another folder with -o"
    )


PATIENCE_SECONDS = 60  # the longest wait for another build to put its episode in place


def swap(new: Path, folder: Path, old: Path) -> None:
    """Put `new` in the place of `folder`, which is kept as `old` until that is done.

    Raises OSError; `folder` is then unchanged.
    """
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


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Lock `folder`, so that no other build replaces an episode in it; Windows has no such lock.

    Raises WriteError if another build holds the lock for more than PATIENCE_SECONDS.
    """
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        end = time.monotonic() + PATIENCE_SECONDS
        while not _is_locked(handle):
            if time.monotonic() > end:
                raise WriteError(f"another build has locked {folder}; end it, or build again later")
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
    """Raise WriteError in place of an OSError that occurs while `folder` is being written."""
    try:
        yield
    except OSError as error:
        raise WriteError(
            f"cannot write {folder}: {error.strerror or error}; "
            "free some space, or choose another folder with -o"
        ) from error
