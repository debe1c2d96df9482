"""out/<episode>/: whether all of it is there, and how a new one takes its place.

At once or not at all, and one build at a time.
"""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from podcast.files.whole import alone, swap, writing
from podcast.published.report import BUILT, Report

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

LONGEST_FOLDER = 240  # bytes: two dots and `old` are put to it


def is_complete(folder: Path, report: Report, script: str | None) -> bool:
    """Whether the report tells all of the last build, and each file is there, as long as it was.

    `script` is the SHA-256 of the script in the folder, if there is one.
    """
    if report.lacks(*BUILT) or script != report.script.sha256:
        return False
    paths = [(folder / name, size) for name, size in report.files]
    return all(path.is_file() and path.stat().st_size == size for path, size in paths)


def replace_folder(new: Path, folder: Path) -> None:
    """Put `new` in the place of `folder`; a crash between leaves one for `recover` to find."""
    swap(new, folder, _old(folder))


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
