"""The store: files that builds have made, kept for later builds under their keys in out/.cache/.

    KINDS           the kinds of files, by suffix; the module named there makes key and content
    work-PID-…/     the reels of one running build, removed at its end

A key is a hash of everything that could change the content; so no file here is ever out of date.
Files appear whole or not at all, and each ends in its seal (`seal.py`); a damaged file counts as
missing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from podcast.files.seal import seal, unsealed
from podcast.files.whole import is_alive, remove_orphans, replacing, unwritable


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file in a store: its name in the plural, for messages, and its folder."""

    what: str
    folder: str = ""  # inside the store's folder; files of one kind and stem are one entry


KINDS = {
    ".clip": Kind("clips of speech", "clips"),  # engines/cached.py
    ".edit": Kind("answers of editor models", "edits"),  # text/editor/answers.py
    ".json": Kind("takes"),  # sound/takes.py
    ".npy": Kind("takes"),  # the levels of the take of the same stem
    ".lines": Kind("subtitles"),  # production/lines.py
    ".subtitles": Kind("subtitles"),  # production/publish.py
    ".told": Kind("names and summaries"),  # production/told.py, production/original.py
    ".gains": Kind("gains"),  # production/levelling.py
    ".bare": Kind("chapters"),  # MP3 frames: production/jobs.py
    ".aac": Kind("chapters"),  # AAC frames: production/jobs.py
    ".sound": Kind("sounds"),  # music, bells, intro, outro: production/cluster.py
    ".times": Kind("times of recordings"),  # recording/heard.py
    ".levels": Kind("levels of recordings"),  # recording/heard.py
    ".heard": Kind("hearings of recordings"),  # recording/witness.py
    ".jpg": Kind("covers"),  # production/make.py
}


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of files that builds have made; several builds may share it.

    The callers choose the names of files; the store knows nothing of their content.
    """

    folder: Path
    url: str = ""  # where other machines find the files, too (`bucket.py`); empty if nowhere

    @property
    def place(self) -> str:
        """The folder, for messages."""
        return str(self.folder)

    @property
    def remedy(self) -> str:
        """What to do about a damaged file, for error messages."""
        return f"remove {self.folder} and build again"

    @property
    def here(self) -> Store:
        """The folder alone, for what is made again in less time than it is fetched from a URL."""
        return Store(self.folder)

    def get(self, name: str) -> bytes | None:
        """The content of the file `name`, or None if it is missing or damaged.

        The file counts as used now, so `prune` removes it late.
        """
        path = self.path(name)
        content = unsealed(path)
        if content is not None:
            with suppress(OSError):  # this user may only read the store
                path.touch()
        return content

    def has(self, name: str) -> bool:
        """Whether `get` would return a content. The file counts as used, too."""
        return self.get(name) is not None

    def put(self, name: str, content: bytes) -> None:
        """Write this content to the file `name`. Raises WriteError."""
        with self.writing(name) as part:
            part.write_bytes(content)

    def once(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The content of the file `name`; if there is none, what `make` returns, which is kept.

        Raises WriteError, and the errors of `make`.
        """
        content = self.get(name)
        if content is None:
            content = make()
            self.put(name, content)
        return content

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        """Yield a path to write to, then seal that file and name it `name`. Raises WriteError."""
        with replacing(self.folder / name) as part:
            yield part
            seal(part)
        self._share(name)

    def path(self, name: str) -> Path:
        """The path of the file `name`, if there is one: its content, followed by its seal."""
        self._bring(name)
        return self.folder / name

    def forget(self, name: str) -> None:
        """Remove a file from all places in which the store keeps it."""
        (self.folder / name).unlink(missing_ok=True)

    def beside(self, folder: Path) -> Store:
        """The same store for another machine, which may keep its copies in `folder`."""
        return self

    def _bring(self, name: str) -> None:
        """Bring a file into the folder. A local store has all of its files there already."""

    def _share(self, name: str) -> None:
        """Give a file of the folder to the other machines. A local store does nothing."""

    def sweep(self) -> None:
        """Remove the parts of files that killed builds left."""
        for inside in {kind.folder for kind in KINDS.values()}:
            remove_orphans(self.folder / inside)

    @contextmanager
    def work(self) -> Iterator[Path]:
        """Yield a folder for the reels of one build, and remove it at the end. Raises WriteError.

        Folders of builds that were killed are removed, too.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for left in self.folder.glob("work-*"):
                if not is_running(left):
                    rmtree(left, ignore_errors=True)
            folder = Path(mkdtemp(prefix=f"work-{os.getpid()}-", dir=self.folder))
        except OSError as error:
            raise unwritable(self.folder, error) from error
        try:
            yield folder
        finally:
            rmtree(folder, ignore_errors=True)


def is_running(work: Path) -> bool:
    """Whether the build that made this work folder is still running."""
    try:
        return is_alive(int(work.name.split("-")[1]))
    except ValueError:
        return False
