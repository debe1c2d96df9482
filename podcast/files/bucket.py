"""A Store kept at a URL, so that many machines share it: s3://, gs://, file://, memory://, …

    URL/NAME       the same sealed file as in the folder of a Store

What is asked for comes into the folder once; what is made is put in both. Nobody waits for a
lock: two that write one name write the same bytes, and what its seal does not fit is absent.
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
    """What anyone has made who knows the URL; `folder` holds what was used here."""

    @property
    def place(self) -> str:
        """Where it is, as a person would say it."""
        return self.url

    @property
    def remedy(self) -> str:
        """What a person does about a file that is not what was put there: it lies in two places."""
        return f"remove {self.folder} and all that lies at {self.url}, and build again"

    def require_answer(self) -> None:
        """Raise WriteError where the URL cannot be written to and read from."""
        name, remote = f"probe-{uuid4().hex}", Remote(self.url)
        remote.write(name, b"podcast")
        if remote.read(name) != b"podcast":
            raise WriteError(f"{self.url} does not keep what is put there; choose another --store")
        remote.remove(name)

    def forget(self, name: str) -> None:
        """Remove a file here and at the URL. Raises WriteError."""
        (self.folder / name).unlink(missing_ok=True)
        Remote(self.url).remove(name)

    def beside(self, folder: Path) -> Bucket:
        """The same URL, with another folder for what is used."""
        return replace(self, folder=folder)

    def _bring(self, name: str) -> None:
        """Have a file in the folder, if it is there already or whole at the URL."""
        path = self.folder / name
        if path.exists():
            return
        content = Remote(self.url).read(name)
        if content is not None and opened(content) is not None:
            with replacing(path) as part:
                part.write_bytes(content)

    def _share(self, name: str) -> None:
        """Put a file of the folder at the URL."""
        Remote(self.url).write(name, (self.folder / name).read_bytes())
