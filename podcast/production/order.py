"""The order of a build, the means to build it, and the files there are before it."""

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
from podcast.text.read import is_script, reading
from podcast.text.read.account import Account, account
from podcast.text.script import script_in

MAKER = "podcast.production.jobs"  # the module whose functions the workers of a build call
EDITOR = "EDITOR"  # the purpose in the environment variables of its service: PODCAST_EDITOR_URL


Choose = Callable[[str, Path, bool, Tell], Cast]
"""A function that chooses the cast of a build, as `choose.choose` does."""


Place = tuple[int, int]
"""The number of a chapter and that of a paragraph in it, both counted from 1."""


@dataclass(frozen=True, slots=True)
class Order:
    """What one build was asked for: seed, folder, recipe, and how to build."""

    source: Path
    out: Path
    recipe: Recipe
    voices: Path
    jobs: int = 1
    rewrite: bool = False
    offline: bool = False
    store: str = ""  # a folder or a URL; empty means out/.cache
    scheduler: str = ""  # the address of a Dask scheduler; empty means processes of this machine
    settings: Settings | None = None  # those beside `source`; if None, `look` reads them
    again: tuple[Place, ...] = ()  # paragraphs that online voices are to say again

    @property
    def name(self) -> str:
        """The name of the episode and of its folder.

        A script in a folder of `out` has the name of that folder, any other seed its own without
        the suffix. The name has no leading dots: `..` and `.cache` are not folders of episodes.
        """
        path = self.source.absolute()
        inside = path.name == SCRIPT and path.parent.parent == self.out.absolute()
        return path.parent.name if inside else path.stem.lstrip(". ") or "untitled"

    @property
    def folder(self) -> Path:
        """The folder in which the episode is published."""
        return self.out / self.name

    @property
    def cache(self) -> Path:
        """The folder on this machine that caches what a build makes on the way."""
        return self.out / ".cache"

    @property
    def script(self) -> Path:
        """The path of the script in the episode's folder, where a person may edit it."""
        return self.folder / SCRIPT


@dataclass(frozen=True, slots=True)
class Means:
    """The workers and the store of a build, which several builds may share."""

    workers: Workers
    store: Store
    choose: Choose = choose


@dataclass(frozen=True, slots=True)
class Built:
    """The result of a build: its folder and report. `fresh` is False if nothing had to be made."""

    folder: Path
    report: Report
    fresh: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """A script that a person wrote: its path, and its bytes, which are read only once."""

    path: Path
    content: bytes
    sha256: str  # of the content

    @property
    def script(self) -> Script:
        """The script in these bytes. Raises ReadError or ScriptError, which name file and line."""
        return script_in(self.content, self.path)


@dataclass(frozen=True, slots=True)
class Before:
    """The files there are before a build, read once, so that all of the build sees the same.

    `settings` and `picture` (for the cover) stand beside the transcript. `report` is that of the
    last build. `edit` is the script to build from, or None if there is only a transcript. `script`
    is the SHA-256 of the script in the episode's folder, and `is_a_persons` says whether a person
    edited that script. `sources` has the suffix and the SHA-256 of each file that the build reads.
    """

    settings: Settings
    picture: Path | None
    report: Report
    edit: Edit | None
    script: str | None
    is_a_persons: bool
    sources: tuple[tuple[str, str | None] | None, ...]


def look(order: Order) -> Before:
    """Read the files there are before a build. Raises ReadError.

    The script in the episode's folder counts as edited by a person in three cases: its hash is
    not the one in the report of the last build; that report says that it was edited; or the order
    names it as its source.
    """
    given = order.settings
    settings = read_settings(order.source) if given is None else given
    picture = settings.cover or picture_beside(order.source)
    report = read_report(order.folder)
    present = _read_edit(order.script) if order.script.exists() else None
    script = present.sha256 if present else None
    is_edited = present is not None and (report.script.edited or report.script.sha256 != script)
    edit = present if is_edited and not order.rewrite else _given_script(order, present)
    path, digest = (edit.path, edit.sha256) if edit else (order.source, None)
    sources = (
        (path.suffix, digest or digest_if_any(path)),
        (settings_path(order.source).suffix, settings.sha256),
        _named(glossary_path(order.source)),
        _named(picture),
        *(_named(opening.picture) for opening in settings.chapters if opening.picture),
    )
    is_a_persons = is_edited or (is_script(order.source) and order.source == order.script)
    return Before(settings, picture, report, edit, script, is_a_persons, sources)


def _read_edit(path: Path) -> Edit:
    content = read_bytes(path)
    return Edit(path, content, sha256(content).hexdigest())


def _given_script(order: Order, present: Edit | None) -> Edit | None:
    """The source of the order, if it is a script. `present` is the one in the episode's folder."""
    if not is_script(order.source):
        return None
    if present and order.source.absolute() == order.script.absolute():
        return replace(present, path=order.source)
    return _read_edit(order.source)


def _named(path: Path | None) -> tuple[str, str | None] | None:
    return (path.suffix, digest_if_any(path)) if path else None


def drafted(source: Path, recipe: Recipe, settings: Settings) -> tuple[Script, Account]:
    """The script that `draft.drafted` writes for a transcript, and an account of the reading.

    The function stands here so that the process that runs it imports nothing that makes sound.
    Raises ReadError.
    """
    from podcast.text.draft import drafted as draft

    return draft(source, recipe, settings)


def account_of(order: Order, before: Before) -> Account | None:
    """The account of how the transcript was read that a person's script was made of.

    It is the one in the report. Where the report is gone, the transcript is read again, so that
    host and guest keep their names. There is none for a script without a transcript. Raises
    ReadError.
    """
    if before.report.reading or is_script(order.source):
        return before.report.reading
    return account(reading(order.source, dict(before.settings.cast)))


def require_source(source: Path) -> None:
    """Raise ReadError if there is no file to build from."""
    if source.is_dir():
        raise ReadError(f"{source} is a folder; give a transcript or a script.md in it")
    if not source.exists():
        raise ReadError(f"there is no file {source}; give a transcript or a script.md")


def require_transcript(source: Path) -> None:
    """Raise ReadError if there is no file to read as a transcript, or if it is a script."""
    require_source(source)
    if is_script(source):
        raise ReadError(f"{source} is a script already; edit it, then run `podcast make {source}`")


def require_folder(out: Path) -> None:
    """Raise WriteError if `out` exists and is not a folder."""
    if out.exists() and not out.is_dir():
        raise WriteError(f"{out} is a file, not a folder; choose a folder with -o")


def share(store: Store, folder: Path, report: Report) -> None:
    """Upload a published episode to the store, if the store is at a URL. Raises WriteError."""
    if store.url:
        from podcast.published.shared import share_episode  # here, as few stores are at a URL

        share_episode(store.url, folder, dict(report.files))
