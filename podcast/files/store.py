"""What builds have made, kept for later builds under the name of its content: out/.cache/.

    KINDS           what is kept, by suffix; the module named there gives the name and the bytes
    work-PID-…/     what one running build needs, removed at its end

A name holds the hash of everything that could change what lies under it; so nothing here is ever
wrong or needs to be updated, only missing. Files appear whole or not at all, and each ends in its
seal (`seal.py`): one that a disk has damaged since counts as missing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from podcast.files.seal import seal, unsealed
from podcast.files.whole import replacing, unwritable


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file that stores hold: what a person calls many of them, and their folder."""

    what: str
    folder: str = ""  # in the store's own; files of one kind and stem are one thing


KINDS = {
    ".clip": Kind("clips of what was said", "clips"),  # engines/cached.py
    ".edit": Kind("answers of editor models", "edits"),  # text/editor/answers.py
    ".json": Kind("takes"),  # sound/takes.py
    ".npy": Kind("takes"),  # the levels of the take of the same stem
    ".bare": Kind("chapters"),  # MP3 frames: production/jobs.py
    ".aac": Kind("chapters"),  # AAC frames: production/jobs.py
    ".sound": Kind("sounds"),  # heard beside speech: production/cluster.py
    ".times": Kind("times of recordings"),  # recording/heard.py
    ".jpg": Kind("covers"),  # production/make.py
}


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of what was made before; several builds may share it.

    Everybody who uses the store gives names; it knows nothing of what lies under them.
    """

    folder: Path
    url: str = ""  # where other machines find all of it too (`bucket.py`); empty: nowhere

    @property
    def place(self) -> str:
        """Where it is, as a person would say it."""
        return str(self.folder)

    @property
    def remedy(self) -> str:
        """What a person does about a file here that is not what was put there."""
        return f"remove {self.folder} and build again"

    def get(self, name: str) -> bytes | None:
        """The content kept under a name; None where there is none, or it is damaged.

        It counts as used now, so that it is pruned last.
        """
        path = self.path(name)
        content = unsealed(path)
        if content is not None:
            with suppress(OSError):  # a store that this user may only read
                path.touch()
        return content

    def has(self, name: str) -> bool:
        """Whether `get` would find something. It counts as used, too."""
        return self.get(name) is not None

    def put(self, name: str, content: bytes) -> None:
        """Keep this content under a name. Raises WriteError."""
        with self.writing(name) as part:
            part.write_bytes(content)

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        """A file to write, which is then sealed and kept under a name. Raises WriteError."""
        with replacing(self.folder / name) as part:
            yield part
            seal(part)
        self._share(name)

    def path(self, name: str) -> Path:
        """Where a file lies if there is one: its content, then its seal. For reading in part."""
        self._bring(name)
        return self.folder / name

    def forget(self, name: str) -> None:
        """Remove a file wherever it is."""
        (self.folder / name).unlink(missing_ok=True)

    def beside(self, folder: Path) -> Store:
        """The same store as another machine reaches it, whose own files may lie in `folder`."""
        return self

    def _bring(self, name: str) -> None:
        """Have a file in the folder if it is anywhere. Here it lies in it already."""

    def _share(self, name: str) -> None:
        """Give a file of the folder to all who use the store. Here they have it."""

    @contextmanager
    def work(self) -> Iterator[Path]:
        """A folder for one build's large passing files, removed at its end.

        What builds that were killed left of theirs is removed too.
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
    """Whether the build that made this work folder still runs."""
    try:
        os.kill(int(work.name.split("-")[1]), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True
