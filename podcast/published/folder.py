"""out/<episode>/: whether an episode is complete, and how a new one replaces it.

An episode is replaced wholly or not at all, by one build at a time.
"""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from podcast.errors import ReadError
from podcast.files.keys import digest_if_any
from podcast.files.names import SCRIPT
from podcast.files.whole import alone, swap, writing
from podcast.published.report import BUILT, Report, require_fields

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

LONGEST_FOLDER = 240  # bytes of a folder's name: leaves room for the `.` and `.old` put to it


def is_complete(folder: Path, report: Report, script: str | None) -> bool:
    """Whether the report has all that a build writes, and every file has the size it had then.

    `script` is the SHA-256 of the script in the folder, or None if there is no script.
    """
    if report.lacks(*BUILT) or script != report.script.sha256:
        return False
    paths = [(folder / name, size) for name, size in report.files]
    return all(path.is_file() and path.stat().st_size == size for path, size in paths)


def require_complete(folder: Path) -> Report:
    """The report of the episode in `folder`, in which every file is as the build left it.

    Raises ReadError if a file is missing, or the script was edited since.
    """
    report = require_fields(folder, *BUILT)
    if not is_complete(folder, report, digest_if_any(folder / SCRIPT)):
        raise ReadError(
            f"{folder} is not as the last build left it: {SCRIPT} was edited, or a file is missing "
            "or changed; run `podcast make` again"
        )
    return report


def replace_folder(new: Path, folder: Path) -> None:
    """Put `new` in the place of `folder`.

    `folder` is kept as `.NAME.old` until `new` has its name; if the program crashes in between,
    `recover` brings it back.
    """
    swap(new, folder, _old(folder))


def recover(folder: Path) -> None:
    """Undo a replacement that a crash cut short: give the old folder its name back.

    Raises WriteError if the folder cannot be written, or another build does not release it.
    """
    old = _old(folder)
    if old.exists() and not folder.exists():
        with writing(folder), alone(folder.parent):
            bring_back(folder)


def bring_back(folder: Path) -> None:
    """Do the same as `recover`, while the caller holds the lock. Raises OSError."""
    old = _old(folder)
    if old.exists() and not folder.exists():  # another build may have put a new one there
        old.rename(folder)


def _old(folder: Path) -> Path:
    name = folder.name
    if len(os.fsencode(name)) > LONGEST_FOLDER:
        name = sha256(os.fsencode(name)).hexdigest()
    return folder.with_name(f".{name}.old")
