"""What a build is asked for, what it is made with, and whose script it builds from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from podcast.errors import ReadError, WriteError
from podcast.files.decode import read_bytes
from podcast.files.keys import digest_if_any
from podcast.files.names import SCRIPT
from podcast.files.settings import (
    Settings,
    glossary_path,
    picture_beside,
    read_settings,
    settings_path,
)
from podcast.files.store import Store
from podcast.model import Recipe, Script, Tell
from podcast.production.workers import Workers
from podcast.published.report import Report, read_report
from podcast.speech.cast import Cast
from podcast.speech.choose import choose
from podcast.text.read import is_script
from podcast.text.read.account import Account
from podcast.text.script import script_in

MAKER = "podcast.production.produce"  # the module whose functions the workers of a build call
EDITOR = "EDITOR"  # the purpose that its service is set for


Choose = Callable[[str, Path, bool, Tell], Cast]
"""The cast of a build, as `choose.choose` finds it."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built, as it was asked for."""

    source: Path
    out: Path
    recipe: Recipe
    voices: Path
    jobs: int = 1
    rewrite: bool = False
    offline: bool = False
    store: str = ""  # a folder or a URL; else out/.cache
    scheduler: str = ""  # of a cluster that makes the chapters; else processes here do
    settings: Settings | None = None  # those beside `source`; None: `look` reads them

    @property
    def name(self) -> str:
        """The episode's: a script in a folder of `out` is that folder's; else the file's own.

        Without dots before it: `..` is another folder, and `.cache` is not an episode's.
        """
        path = self.source.absolute()
        inside = path.name == SCRIPT and path.parent.parent == self.out.absolute()
        return path.parent.name if inside else path.stem.lstrip(". ") or "untitled"

    @property
    def folder(self) -> Path:
        """Where the episode is published."""
        return self.out / self.name

    @property
    def cache(self) -> Path:
        """Where what is made on the way is remembered on this machine."""
        return self.out / ".cache"

    @property
    def script(self) -> Path:
        """Where a person edits it."""
        return self.folder / SCRIPT


@dataclass(frozen=True, slots=True)
class Means:
    """What an episode is made with; several builds may share it."""

    workers: Workers
    store: Store
    choose: Choose = choose


@dataclass(frozen=True, slots=True)
class Built:
    """What a build left in `folder`; not `fresh` if all of it was there already."""

    folder: Path
    report: Report
    fresh: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """A script that a person wrote: where it lies, and all its bytes, as they were read once."""

    path: Path
    content: bytes
    sha256: str  # of the content

    @property
    def script(self) -> Script:
        """The script in it. Raises ReadError or ScriptError, naming file and line."""
        return script_in(self.content, self.path)


@dataclass(frozen=True, slots=True)
class Before:
    """What there is before a build, read once, so that all of the build sees the same.

    `settings` and `picture` (of the cover) are what a person gave beside the transcript. `report`
    is the last build's. `edit` is the script to build from where a person wrote one, `script` the
    SHA-256 of the one in the episode's folder, and `is_a_persons` says whether that is a person's.
    `sources` has the suffix and the SHA-256 of each file that the build is made from.
    """

    settings: Settings
    picture: Path | None
    report: Report
    edit: Edit | None
    script: str | None
    is_a_persons: bool
    sources: tuple[tuple[str, str | None] | None, ...]


def look(order: Order) -> Before:
    """What there is before a build of an order. Raises ReadError.

    The script in the episode's folder is a person's if it is not as the last build left it, which
    its report tells, or was a person's then, or if it is itself what is to be built.
    """
    given = order.settings
    settings = read_settings(order.source) if given is None else given
    picture = settings.cover or picture_beside(order.source)
    report = read_report(order.folder)
    there = _read_edit(order.script) if order.script.exists() else None
    script = there.sha256 if there else None
    is_edited = there is not None and (report.script.edited or report.script.sha256 != script)
    edit = there if is_edited and not order.rewrite else _given_script(order, there)
    path, digest = (edit.path, edit.sha256) if edit else (order.source, None)
    sources = (
        (path.suffix, digest or digest_if_any(path)),
        (settings_path(order.source).suffix, settings.sha256),
        _named(glossary_path(order.source)),
        _named(picture),
    )
    is_a_persons = is_edited or (is_script(order.source) and order.source == order.script)
    return Before(settings, picture, report, edit, script, is_a_persons, sources)


def _read_edit(path: Path) -> Edit:
    content = read_bytes(path)
    return Edit(path, content, sha256(content).hexdigest())


def _given_script(order: Order, there: Edit | None) -> Edit | None:
    """What the order names as its source, where that is a script; `there` is in its folder."""
    if not is_script(order.source):
        return None
    if there and order.source.absolute() == order.script.absolute():
        return replace(there, path=order.source)
    return _read_edit(order.source)


def _named(path: Path | None) -> tuple[str, str | None] | None:
    return (path.suffix, digest_if_any(path)) if path else None


def drafted(source: Path, recipe: Recipe, settings: Settings) -> tuple[Script, Account]:
    """The script that the program writes for a transcript, and how that was read: `draft.drafted`.

    Here, so that the process that makes it imports nothing that makes sound.
    """
    from podcast.text.draft import drafted as draft

    return draft(source, recipe, settings)


def require_source(source: Path) -> None:
    """Raise ReadError where there is no file to build from."""
    if source.is_dir():
        raise ReadError(f"{source} is a folder; give a transcript or a script.md in it")
    if not source.exists():
        raise ReadError(f"there is no file {source}; give a transcript or a script.md")


def require_folder(out: Path) -> None:
    """Raise WriteError where `out` is something else than a folder, or a folder to be."""
    if out.exists() and not out.is_dir():
        raise WriteError(f"{out} is a file, not a folder; choose a folder with -o")


def share(store: Store, folder: Path, report: Report) -> None:
    """Put a published episode where all who use the store find it; a folder needs nothing.

    Raises WriteError.
    """
    if store.url:
        from podcast.published.shared import share_episode  # here: few stores are at a URL

        share_episode(store.url, folder, dict(report.files))
