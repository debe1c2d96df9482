"""out/<episode>/ -> URL/episodes/NAME/: a copy of the published files, for other machines.

The report.json is written last, so an episode at the URL is complete if it has its report.json.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from podcast.files.names import REPORT
from podcast.files.remote import Remote

EPISODES = "episodes"


def share_episode(url: str, folder: Path, files: Iterable[str]) -> None:
    """Copy an episode to the URL, unless the same build of it is there already.

    `files` are the paths of all published files, relative to `folder`. Files of an earlier build
    are removed from the URL. Raises WriteError if the URL cannot be read or written.
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
