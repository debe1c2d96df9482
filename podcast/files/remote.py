"""A URL -> the files there: s3://, gs://, file://, memory://, … Whatever fails is one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fsspec.core import url_to_fs

from podcast.errors import WriteError


@dataclass(frozen=True, slots=True)
class Remote:
    """The files under a URL, by their names there. Every method raises WriteError."""

    url: str

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; None where there is no such file."""
        with _reaching(self.url):
            try:
                content: bytes = self._files.cat_file(self._at(name))
            except FileNotFoundError:
                return None
            return content

    def write(self, name: str, content: bytes) -> None:
        """Put these bytes there, in the place of what was there."""
        with _reaching(self.url):
            self._files.pipe_file(self._at(name), content)

    def copy(self, path: Path, name: str) -> None:
        """Put a file of this machine there, however large it is."""
        with _reaching(self.url):
            self._files.put_file(str(path), self._at(name))

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with _reaching(self.url), suppress(FileNotFoundError):
            self._files.rm_file(self._at(name))

    def names(self, folder: str) -> tuple[str, ...]:
        """The names of all files in a folder there, those in folders of it too."""
        with _reaching(self.url):
            found = self._files.find(self._at(folder))
            return tuple(path.removeprefix(self._at("")) for path in found)

    @property
    def _files(self) -> Any:
        return _opened(self.url)[0]

    def _at(self, name: str) -> str:
        return f"{_opened(self.url)[1].rstrip('/')}/{name}"


@cache
def _opened(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path there."""
    options = {"auto_mkdir": True} if url.startswith(("file:", "local:")) else {}
    files, path = url_to_fs(url, use_listings_cache=False, **options)
    return files, str(path)


@contextmanager
def _reaching(url: str) -> Iterator[None]:
    """Whatever a service answers becomes one sentence; each kind raises errors of its own."""
    try:
        yield
    except Exception as error:
        told = str(error).strip().splitlines() or [type(error).__name__]
        raise WriteError(
            f"cannot use the store {url}: {told[0]}; check its address and your credentials"
        ) from error
