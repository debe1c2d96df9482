"""A Store kept at a URL, so that many machines share it: s3://, gs://, file://, memory://, …

    URL/KEY.json, KEY.npy, KEY-GAINKEY.bare, .aac, clips/KEY.clip    sealed: SHA-256, then the file
    URL/episodes/NAME/…                                        published files, as they are

What is asked for comes into the folder once; what is made is put in both. Nobody waits for a
lock: two that write one name write the same bytes, and a seal that does not fit counts as absent.
An episode is whole where its report.json is, which is put there last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from fsspec.core import url_to_fs

from podcast.errors import WriteError
from podcast.files.store import Store
from podcast.files.whole import replacing

DIGEST = 32  # bytes of SHA-256
EPISODES = "episodes"
REPORT = "report.json"


@dataclass(frozen=True, slots=True)
class Bucket(Store):
    """Chapters made before by anyone who knows the URL; `folder` holds what was used here."""

    url: str

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
        name = f"probe-{uuid4().hex}"
        self._put(name, b"podcast")
        if self._get(name) != b"podcast":
            raise WriteError(f"{self.url} does not keep what is put there; choose another --store")
        self.forget(name)

    def bring(self, *names: str) -> None:
        """Have these files in the folder, if they are whole at the URL or here already."""
        for name in names:
            path = self.folder / name
            if path.exists() or (content := self._get(name)) is None:
                continue
            with replacing(path) as part:
                part.write_bytes(content)

    def share(self, *names: str) -> None:
        """Put these files of the folder at the URL."""
        for name in names:
            self._put(name, (self.folder / name).read_bytes())

    def forget(self, name: str) -> None:
        """Have this file nowhere."""
        (self.folder / name).unlink(missing_ok=True)
        with _reaching(self.url), suppress(FileNotFoundError):
            self._files.rm_file(self._at(name))

    def beside(self, folder: Path) -> Bucket:
        """The same URL, with another folder for what is used."""
        return replace(self, folder=folder)

    def share_episode(self, folder: Path, files: Iterable[str]) -> None:
        """Put an episode's files at the URL, unless they are there: all, then its report."""
        report, place = (folder / REPORT).read_bytes(), f"{EPISODES}/{folder.name}"
        with _reaching(self.url):
            if self._read(f"{place}/{REPORT}") == report:
                return
            with suppress(FileNotFoundError):
                self._files.rm_file(self._at(f"{place}/{REPORT}"))
            names = sorted(files)
            for name in names:
                self._files.put_file(str(folder / name), self._at(f"{place}/{name}"))
            self._remove_all_but(place, names)
            self._files.pipe_file(self._at(f"{place}/{REPORT}"), report)

    def _remove_all_but(self, place: str, names: list[str]) -> None:
        kept = {self._at(f"{place}/{name}") for name in names}
        for path in self._files.find(self._at(place)):
            if path not in kept:
                self._files.rm_file(path)

    def _get(self, name: str) -> bytes | None:
        """What lies under a name, if it is whole."""
        with _reaching(self.url):
            sealed = self._read(name) or b""
        digest, content = sealed[:DIGEST], sealed[DIGEST:]
        return content if sha256(content).digest() == digest else None

    def _put(self, name: str, content: bytes) -> None:
        with _reaching(self.url):
            self._files.pipe_file(self._at(name), sha256(content).digest() + content)

    def _read(self, name: str) -> bytes | None:
        try:
            content: bytes = self._files.cat_file(self._at(name))
        except FileNotFoundError:
            return None
        return content

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
