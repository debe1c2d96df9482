"""A URL -> the files there: s3://, gs://, file://, memory://, … Every failure is a WriteError."""

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
    """The files under a URL, by their names relative to it. Every method raises WriteError."""

    url: str

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, or None if there is no such file."""
        with _reaching(self.url):
            try:
                content: bytes = self._files.cat_file(self._at(name))
            except FileNotFoundError:
                return None
            return content

    def write(self, name: str, content: bytes) -> None:
        """Write a file; an old file of that name is replaced."""
        with _reaching(self.url):
            self._files.pipe_file(self._at(name), content)

    def copy(self, path: Path, name: str) -> None:
        """Upload a file of this machine without holding all of it in memory."""
        with _reaching(self.url):
            self._files.put_file(str(path), self._at(name))

    def remove(self, name: str) -> None:
        """Remove a file, if there is one of that name."""
        with _reaching(self.url), suppress(FileNotFoundError):
            self._files.rm_file(self._at(name))

    def names(self, folder: str) -> tuple[str, ...]:
        """The names of all files in a folder there and in the folders below it."""
        with _reaching(self.url):
            paths = self._files.find(self._at(folder))
            return tuple(path.removeprefix(self._at("")) for path in paths)

    @property
    def _files(self) -> Any:
        return _opened(self.url)[0]

    def _at(self, name: str) -> str:
        return f"{_opened(self.url)[1].rstrip('/')}/{name}"


@cache
def _opened(url: str) -> tuple[Any, str]:
    """The fsspec file system of a URL, and the path in it."""
    options = {"auto_mkdir": True} if url.startswith(("file:", "local:")) else {}
    files, path = url_to_fs(url, use_listings_cache=False, **options)
    return files, str(path)


@contextmanager
def _reaching(url: str) -> Iterator[None]:
    """Raise WriteError for any exception: each fsspec file system has exceptions of its own."""
    try:
        yield
    except Exception as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise WriteError(
            f"cannot use the store {url}: {lines[0]}; check its address and your credentials"
        ) from error
