"""out/<episode>/ -> URL/episodes/NAME/: the published files as they are, for other machines.

An episode is whole there where its report.json is, which is put there last.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from podcast.files.names import REPORT
from podcast.files.remote import Remote

EPISODES = "episodes"


def share_episode(url: str, folder: Path, files: Iterable[str]) -> None:
    """Put an episode's files at the URL, unless they are there: all, then its report.

    `files` are named from `folder`, and are all that was published. Files of an earlier build are
    removed there. Raises WriteError.
    """
    remote, place = Remote(url), f"{EPISODES}/{folder.name}"
    report = (folder / REPORT).read_bytes()
    if remote.read(f"{place}/{REPORT}") == report:
        return
    remote.remove(f"{place}/{REPORT}")
    names = sorted(files)
    for name in names:
        remote.copy(folder / name, f"{place}/{name}")
    for left in sorted(set(remote.names(place)) - {f"{place}/{name}" for name in names}):
        remote.remove(left)
    remote.write(f"{place}/{REPORT}", report)
