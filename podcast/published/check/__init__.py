"""out/<episode>/ -> Findings: every file read again, by other code than wrote it.

opened       what is in the folder, each file read once
sound        loudness, peaks, silence, clipping, lengths
subtitles    the rules of a line; SRT, VTT and script alike
marks        chapters in every place they are told
readers      the chapters that each format of text tells
papers       tags, notice, page, links, cover, report
films        M4B and video, where there are any
originals    what fits the original recording, where there is any
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from mutagen import MutagenError

from podcast.errors import PodcastError
from podcast.published.check import films, marks, originals, papers, sound, subtitles
from podcast.published.check.opened import Folder
from podcast.published.report import BUILT, require_told

SHOWN = 3  # faults of one kind that are told; the rest are counted


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is as it must be, and what was found."""

    good: bool
    what: str
    found: str


def check(folder: Path) -> tuple[Finding, ...]:
    """All findings on a built episode.

    Raises ReadError where there is none, or its report does not tell what is to be checked.
    """
    require_told(folder, *BUILT)
    opened = Folder(folder)
    rules = (*papers.RULES, *sound.RULES, *subtitles.RULES, *marks.RULES)
    made = [rule for name, rule in films.MADE.items() if (folder / name).is_file()]
    originals_made = originals.RULES if (folder / originals.TOLD).is_file() else ()
    return tuple(_finding(what, rule, opened) for what, rule in [*rules, *made, *originals_made])


def _finding(what: str, rule: Callable[[Folder], Iterable[str]], opened: Folder) -> Finding:
    """A rule yields what is wrong; a file that cannot be read is wrong too."""
    try:
        faults = list(rule(opened))
    except (PodcastError, MutagenError, OSError, ValueError, LookupError, TypeError) as error:
        faults = [f"cannot be read: {error}" if str(error) else type(error).__name__]
    if not faults:
        return Finding(True, what, opened.figures.get(what, ""))
    more = f" (and {len(faults) - SHOWN} more)" if len(faults) > SHOWN else ""
    return Finding(False, what, "; ".join(faults[:SHOWN]) + more)
