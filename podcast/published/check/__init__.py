"""out/<episode>/ -> Findings: every file is read again, by code that did not write it.

opened       the files of the folder, each read once
sound        loudness, peaks, silence, clipping, lengths
subtitles    the rules of the subtitle style; whether SRT, VTT, ASS and script agree
marks        whether the chapters are the same in every file that lists them
readers      text format -> the chapters that are in it
papers       tags, notice, page, links, cover, report
films        the M4B and the video, if they were made
originals    the files that fit the original recording, if there is one
listen       the chapters as a speech recogniser hears them, if that is asked for
compare      what it heard and what the script says, by their sound
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from podcast.errors import Stopped
from podcast.formats.faults import fault_text
from podcast.published.check import films, marks, originals, papers, sound, subtitles
from podcast.published.check.opened import Folder
from podcast.published.report import BUILT, Listened, require_fields

SHOWN = 3  # faults of one kind that are printed; the others are counted


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check: its name, whether it passed, and the faults or figures found."""

    good: bool
    what: str
    found: str


def check(folder: Path, watch: Callable[[float], None] = lambda _: None) -> tuple[Finding, ...]:
    """The findings of all checks of a built episode.

    `watch` is called with the share of the sound that is heard, from 0 to 1, which is nearly all of
    the work; it ends the check by raising Stopped. Raises ReadError if there is no episode, or its
    report lacks a field that every build writes.
    """
    require_fields(folder, *BUILT)
    opened = Folder(folder, watch=watch)
    rules = (*papers.RULES, *sound.RULES, *subtitles.RULES, *marks.RULES)
    optional = [rule for name, rule in films.MADE.items() if (folder / name).is_file()]
    if (folder / originals.TOLD).is_file():
        optional += originals.RULES
    return tuple(_finding(what, rule, opened) for what, rule in [*rules, *optional])


def heard_findings(listened: Listened) -> tuple[Finding, ...]:
    """A finding for each paragraph that is not heard as it is written, and one for all others."""
    good = listened.paragraphs - len(listened.faults)
    told = Finding(True, "heard as written", f"{good} of {listened.paragraphs} paragraphs")
    faults = (Finding(False, fault.what, fault_text(fault)) for fault in listened.faults)
    return (told, *faults)


def _finding(what: str, rule: Callable[[Folder], Iterable[str]], opened: Folder) -> Finding:
    """The finding of one rule, which yields faults; a file that cannot be read is a fault, too."""
    try:
        faults = list(rule(opened))
    except Stopped:
        raise
    except Exception as error:  # what a damaged file makes a library raise is told by none of them
        told = " ".join(str(error).encode("utf-8", "backslashreplace").decode().split())
        faults = [f"cannot be read: {told}" if told else type(error).__name__]
    if not faults:
        return Finding(True, what, opened.measurements.get(what, ""))
    more = f" (and {len(faults) - SHOWN} more)" if len(faults) > SHOWN else ""
    return Finding(False, what, "; ".join(faults[:SHOWN]) + more)
