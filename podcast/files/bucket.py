"""A Store kept at a URL, so that many machines share it: s3://, gs://, file://, memory://, …

    URL/NAME       the same sealed file as in the folder of a Store

A file is downloaded into the folder when it is first read; a new file is written to both places.
There is no lock: two machines that write one name write the same bytes, and a file whose seal is
wrong counts as missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from podcast.errors import WriteError
from podcast.files.remote import Remote
from podcast.files.seal import opened
from podcast.files.store import Store
from podcast.files.whole import replacing


@dataclass(frozen=True, slots=True)
class Bucket(Store):
    """A store at a URL; `folder` holds copies of the files that this machine used or made."""

    @property
    def place(self) -> str:
        """The URL, for messages."""
        return self.url

    @property
    def remedy(self) -> str:
        """What to do about a damaged file, for error messages: remove both copies."""
        return f"remove {self.folder} and all files at {self.url}, then build again"

    def require_answer(self) -> None:
        """Raise WriteError if a file cannot be written to the URL and read from it."""
        name, remote = f"probe-{uuid4().hex}", Remote(self.url)
        remote.write(name, b"podcast")
        if remote.read(name) != b"podcast":
            raise WriteError(
                f"a file written to {self.url} cannot be read back; choose another --store"
            )
        remote.remove(name)

    def forget(self, name: str) -> None:
        """Remove a file here and at the URL. Raises WriteError."""
        (self.folder / name).unlink(missing_ok=True)
        Remote(self.url).remove(name)

    def beside(self, folder: Path) -> Bucket:
        """A store at the same URL whose copies are in another folder."""
        return replace(self, folder=folder)

    def _bring(self, name: str) -> None:
        """Download a file into the folder, unless it is there or is damaged at the URL."""
        path = self.folder / name
        if path.exists():
            return
        content = Remote(self.url).read(name)
        if content is not None and opened(content) is not None:
            with replacing(path) as part:
                part.write_bytes(content)

    def _share(self, name: str) -> None:
        """Upload a file of the folder to the URL. Raises WriteError."""
        Remote(self.url).write(name, (self.folder / name).read_bytes())
