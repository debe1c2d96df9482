"""What a build is asked for, what it is made with, and whose script it builds from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from podcast.errors import ReadError, WriteError
from podcast.files.keys import digest_if_any
from podcast.files.settings import picture_beside, read_settings
from podcast.files.store import Store
from podcast.model import Recipe, Script
from podcast.production.workers import Workers
from podcast.published.folder import SCRIPT
from podcast.published.report import Report, read_report
from podcast.speech.cast import Cast
from podcast.speech.choose import choose
from podcast.text.read import is_script

Tell = Callable[[str], None]
"""Hears what a person should know."""


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
class Before:
    """What lies in the episode's folder before a build: read once, for all of it.

    `edit` is the script to build from where a person wrote one, `is_a_persons` whether the one in
    the folder is a person's.
    """

    report: Report
    edit: Path | None
    is_a_persons: bool


def look(order: Order) -> Before:
    """What lies in the folder of an order's episode."""
    report = read_report(order.folder)
    return Before(report, edited_script(order, report), is_a_persons(order, report))


def drafted(source: Path, recipe: Recipe) -> Script:
    """The script that the program writes for a transcript: `draft.draft`.

    Here, so that the process that makes it imports nothing that makes sound.
    """
    from podcast.text.draft import draft

    return draft(source, recipe)


def own_picture(source: Path) -> Path | None:
    """The cover that a person gave, if there is one."""
    return read_settings(source).cover or picture_beside(source)


def edited_script(order: Order, report: Report) -> Path | None:
    """The script to build from, where a person wrote one; nothing where ours is to be made.

    The script in the episode's folder is a person's if it is not as the last build left it, which
    `report` tells, or was a person's then.
    """
    if order.script.exists() and not order.rewrite:
        told = report.script
        if told.edited or told.sha256 != digest_if_any(order.script):
            return order.script
    return order.source if is_script(order.source) else None


def is_a_persons(order: Order, report: Report) -> bool:
    """Whether the script in the episode's folder is one that a person edited."""
    return edited_script(replace(order, rewrite=False), report) == order.script


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
