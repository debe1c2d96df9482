"""Chapters already made, found again by their content: out/.cache/.

    clips/KEY.clip        what a voice said (`engines/cached.py`)
    edits/KEY.edit        what an editor model said (`editor/answers.py`)
    KEY.json, KEY.npy     a Take and its levels (`takes.py`)
    KEY-GAINKEY.bare      its mastered sound as bare MP3 frames
    KEY-GAINKEY.aac       the same as AAC frames
    KEY.jpg               a cover
    work-PID-…/           what one running build needs and removes

A key is the hash of everything that could change what it names; so nothing here is ever wrong
or needs to be updated, only missing. Files appear whole or not at all, and end in the SHA-256 of
what is before it: one that a disk has damaged since counts as missing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from podcast.files.seal import seal, unsealed
from podcast.files.whole import replacing, unwritable


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of chapters made before; several builds may share it."""

    folder: Path

    @property
    def place(self) -> str:
        """Where it is, as a person would say it."""
        return str(self.folder)

    @property
    def remedy(self) -> str:
        """What a person does about a file here that is not what was put there."""
        return f"remove {self.folder} and build again"

    @property
    def clips(self) -> Path:
        """Where what online voices said is remembered."""
        return self.folder / "clips"

    @property
    def edits(self) -> Path:
        """Where what editor models said is remembered."""
        return self.folder / "edits"

    def bring(self, *names: str) -> None:
        """Have these files in the folder, if they are anywhere; here all there is lies in it."""

    def share(self, *names: str) -> None:
        """Let all who use this store have these files; here they have."""

    def forget(self, name: str) -> None:
        """Have this file nowhere."""
        (self.folder / name).unlink(missing_ok=True)

    def share_episode(self, folder: Path, files: Iterable[str]) -> None:
        """Let all who use this store have an episode's files; here they stay where they are."""

    def beside(self, folder: Path) -> Store:
        """The same store as another machine reaches it, whose own files may lie in `folder`."""
        return self

    def clip(self, key: str) -> Path:
        """Where what an online voice said lies, if it does."""
        self.bring(f"clips/{key}.clip")
        return self.clips / f"{key}.clip"

    def share_clip(self, key: str) -> None:
        """Let all who use this store have what was put at `clip(key)`."""
        self.share(f"clips/{key}.clip")

    def edit(self, key: str) -> Path:
        """Where what an editor model said lies, if it does."""
        self.bring(f"edits/{key}.edit")
        return self.edits / f"{key}.edit"

    def share_edit(self, key: str) -> None:
        """Let all who use this store have what was put at `edit(key)`."""
        self.share(f"edits/{key}.edit")

    def bare(self, key: str) -> Path:
        """Where the MP3 frames named by `key` lie, if they do."""
        self.bring(f"{key}.bare")
        return self.folder / f"{key}.bare"

    def kept(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The file called `name`, made where there is none; the name tells all it is made from."""
        self.bring(name)
        path = self.folder / name
        if (held := unsealed(path)) is not None:
            return held
        content = make()
        with self._writing(name) as part:
            part.write_bytes(content)
        return content

    @contextmanager
    def writing_bare(self, key: str) -> Iterator[Path]:
        """A file to write, which is then remembered as the MP3 frames named by `key`."""
        with self._writing(f"{key}.bare") as part:
            yield part

    def aac(self, key: str) -> Path:
        """Where the AAC frames named by `key` lie, if they do."""
        self.bring(f"{key}.aac")
        return self.folder / f"{key}.aac"

    @contextmanager
    def writing_aac(self, key: str) -> Iterator[Path]:
        """A file to write, which is then remembered as the AAC frames named by `key`."""
        with self._writing(f"{key}.aac") as part:
            yield part

    @contextmanager
    def _writing(self, name: str) -> Iterator[Path]:
        """A file to write, which is then sealed and remembered under its name."""
        with replacing(self.folder / name) as part:
            yield part
            seal(part)
        self.share(name)

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
