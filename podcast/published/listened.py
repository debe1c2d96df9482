"""What was heard of an episode -> its report, and marks on its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from podcast.files.keys import digest
from podcast.files.names import PAGE, REPORT, SOUND
from podcast.files.whole import replacing
from podcast.formats.faults import Fault, marked
from podcast.published.report import Listened, Report, read_report, report_text


def write_listened(listened: Listened, folder: Path) -> None:
    """Write what was heard into the report of the episode in `folder`, and onto its page.

    Raises ValueError if the page has no place for a mark, OSError if it cannot be read, or
    WriteError.
    """
    mark_page(folder / PAGE, listened.faults)
    report = read_report(folder)
    sizes = dict(report.files) | {PAGE: (folder / PAGE).stat().st_size}
    report = replace(report, listened=listened, files=tuple(sorted(sizes.items())))
    with replacing(folder / REPORT) as part:
        part.write_bytes(report_text(report).encode())


def mark_page(page: Path, faults: Sequence[Fault]) -> None:
    """Put a mark at each of these faults onto a page, in place of the marks that it has.

    Raises ValueError, OSError or WriteError as `write_listened` does.
    """
    text = marked(page.read_bytes().decode(), faults)
    with replacing(page) as part:
        part.write_bytes(text.encode())


def still_heard(report: Report, folder: Path) -> Report:
    """The report, without what was heard if that was another sound than the one in `folder`."""
    listened = report.listened
    if listened and listened.of != digest(folder / SOUND):
        return replace(report, listened=None)
    return report
