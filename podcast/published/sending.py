"""out/<episode>/ -> the episode as it is to be sent: complete, and the same until all is sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from podcast.errors import ReadError, WriteError
from podcast.files.names import CHAPTERS, COVER, NOTES, REPORT, SOUND, SUBTITLES
from podcast.published.folder import require_complete
from podcast.published.report import Report

NEEDED = (SOUND, SUBTITLES, CHAPTERS, NOTES, COVER)


@dataclass(frozen=True, slots=True)
class Build:
    """One build of the episode in `folder`.

    `written` are the bytes that its report.json had before anything else was read.
    """

    folder: Path
    report: Report
    written: bytes | None

    def require_unchanged(self) -> None:
        """Raise WriteError unless this build is still the one in the folder."""
        if _written(self.folder) != self.written:
            raise WriteError(f"{self.folder} was built again meanwhile; publish it again")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Raise WriteError or ReadError in place of an OSError that occurs while files are read."""
        try:
            yield
        except OSError as error:
            self.require_unchanged()  # a new build takes away the files of the old one
            raise ReadError(
                f"{self.folder} cannot be read ({error.strerror or error}); see whether its files "
                "are yours"
            ) from error


def read_build(folder: Path) -> Build:
    """The build in `folder`; raises ReadError if it is not complete."""
    written, report = _written(folder), require_complete(folder)
    if lacking := sorted({*NEEDED} - {name for name, _ in report.files}):
        raise ReadError(f"{folder} has no {', no '.join(lacking)}; run `podcast make` again")
    return Build(folder, report, written)


def _written(folder: Path) -> bytes | None:
    """The bytes of the report in `folder`, or None if it cannot be read."""
    try:
        return (folder / REPORT).read_bytes()
    except OSError:
        return None
