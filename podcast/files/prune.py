"""A store -> the same store, smaller: the entries that were unused longest are removed first."""

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
    """One entry of a store, in one file or two.

    `size` is in bytes; `used` is the time of its last use, in seconds since 1970.
    """

    paths: tuple[Path, ...]
    size: int
    used: float


def prune(store: Store, days: float | None, megabytes: float | None) -> int:
    """Remove entries that were not used for `days`, then the oldest until `megabytes` are left.

    Returns the number of bytes that were removed. Raises WriteError while a build uses the folder.
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
    """All entries of a store. The .json and .npy files of a take are one entry."""
    names: dict[tuple[str, str], list[Path]] = {}
    for path in _files(store):
        names.setdefault((KINDS[path.suffix].what, path.stem), []).append(path)
    entries = []
    for paths in names.values():
        with suppress(FileNotFoundError):  # a build that has just begun may have replaced it
            stats = [path.stat() for path in paths]
            size = sum(each.st_size for each in stats)
            entries.append(Entry(tuple(sorted(paths)), size, max(s.st_mtime for s in stats)))
    return entries


def cache_text(store: Store) -> str:
    """The size and the number of the files of each kind, a line each, and a line for all."""
    files = [(KINDS[path.suffix].what, path.stat().st_size) for path in _files(store)]
    rows = [_row(kind, [size for name, size in files if name == kind]) for kind in _kinds()]
    return "\n".join([*rows, _row(f"in {store.folder}", [size for _, size in files])]) + "\n"


def _kinds() -> tuple[str, ...]:
    return tuple(dict.fromkeys(kind.what for kind in KINDS.values()))


def _row(name: str, sizes: Iterable[int]) -> str:
    sizes = list(sizes)
    return f"{sum(sizes) / 1e6:10.1f} MB {len(sizes):6} {name}"


def _files(store: Store) -> list[Path]:
    patterns = [store.folder / kind.folder / f"*{suffix}" for suffix, kind in KINDS.items()]
    every = [path for pattern in patterns for path in pattern.parent.glob(pattern.name)]
    return sorted(path for path in every if not _is_part(path))


def _is_part(path: Path) -> bool:
    return path.name.startswith(".")
