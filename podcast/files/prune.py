"""The memory of earlier builds -> what is worth keeping: what was unused longest goes first."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from podcast.errors import WriteError
from podcast.files.store import KINDS, Store, is_running

DAY = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing remembered, in one file or two; `used` in seconds, as a file system tells it."""

    paths: tuple[Path, ...]
    size: int
    used: float


def prune(store: Store, days: float | None, megabytes: float | None) -> int:
    """Forget what was not used for `days`, then the oldest above `megabytes`; how many bytes.

    Raises WriteError while a build uses the folder.
    """
    if any(map(is_running, store.folder.glob("work-*"))):
        raise WriteError(f"a build is using {store.folder}; try again when it is done")
    entries = sorted(read_entries(store), key=lambda entry: entry.used)
    size = sum(entry.size for entry in entries)
    oldest = -1.0 if days is None else time.time() - days * DAY
    most = size if megabytes is None else megabytes * 1e6
    freed = 0
    for entry in entries:
        if entry.used <= oldest or size - freed > most:
            for path in entry.paths:
                path.unlink(missing_ok=True)
            freed += entry.size
    return freed


def read_entries(store: Store) -> list[Entry]:
    """All that is remembered; a take's two files are one entry, the one that names it first."""
    names: dict[tuple[str, str], list[Path]] = {}
    for path in _files(store):
        names.setdefault((KINDS[path.suffix].what, path.stem), []).append(path)
    entries = []
    for paths in names.values():
        with suppress(FileNotFoundError):  # a build, just begun, may have replaced it
            told = [path.stat() for path in paths]
            size = sum(each.st_size for each in told)
            entries.append(Entry(tuple(sorted(paths)), size, max(t.st_mtime for t in told)))
    return entries


def cache_text(store: Store) -> str:
    """A line a kind of thing remembered: how many, how large; then all of it."""
    files = [(KINDS[path.suffix].what, path.stat().st_size) for path in _files(store)]
    rows = [_row(kind, [size for name, size in files if name == kind]) for kind in _kinds()]
    return "\n".join([*rows, _row(f"in {store.folder}", [size for _, size in files])]) + "\n"


def _kinds() -> tuple[str, ...]:
    return tuple(dict.fromkeys(kind.what for kind in KINDS.values()))


def _row(name: str, sizes: Iterable[int]) -> str:
    sizes = list(sizes)
    return f"{sum(sizes) / 1e6:10.1f} MB {len(sizes):6} {name}"


def _files(store: Store) -> list[Path]:
    kept = [store.folder / kind.folder / f"*{suffix}" for suffix, kind in KINDS.items()]
    every = [path for pattern in kept for path in pattern.parent.glob(pattern.name)]
    return sorted(path for path in every if not _is_part(path))


def _is_part(path: Path) -> bool:
    return path.name.startswith(".")
