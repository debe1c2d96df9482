"""A transcript or an edited script -> out/<episode>/, whole, and never over a person's edit.

What is asked for is made only if it is not there already; what makes it (`make.py`) is imported
only then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from podcast import engines, ffmpeg
from podcast.cast import Cast, identified, recast
from podcast.choose import AUTO, choose, preferred
from podcast.errors import ReadError, ServiceError, WriteError
from podcast.folder import SCRIPT, is_complete, recover
from podcast.keys import content_key, digest_if_any, program_key
from podcast.model import PUNCTUATORS, Recipe, Script
from podcast.read import is_script
from podcast.report import Report, read_report
from podcast.settings import glossary_path, picture_beside, read_settings, settings_path
from podcast.store import Store, open_store
from podcast.workers import Workers, on_cluster

if TYPE_CHECKING:
    from podcast.produce import Watch

Tell = Callable[[str], None]
"""Hears what a person should know."""

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


def build(order: Order, watch: Watch, tell: Tell) -> Built:
    """Make the episode, unless it is there already from the same inputs."""
    store = open_store(order.store, order.cache)
    with open_workers(order, store, tell) as workers:
        return build_with(Means(workers, store), order, watch, tell)


def open_workers(order: Order, store: Store, tell: Tell) -> Workers:
    """The workers of one build, here or on a cluster; none starts yet."""
    if order.scheduler:
        return on_cluster(order.scheduler, order.jobs, store, tell)
    return Workers(order.jobs)


def build_with(means: Means, order: Order, watch: Watch, tell: Tell) -> Built:
    """As `build`, with means that other builds may use meanwhile."""
    require_source(order.source)
    require_folder(order.out)
    recover(order.folder)
    before = look(order)
    edit, report = before.edit, before.report
    if edit == order.script and order.source.absolute() != edit.absolute():
        tell(f"using {edit}, which you edited; --rewrite starts over from {order.source}")
    order = _with_editor(order, edit, report, tell)
    cast = _cast(means, order, edit, report, tell)
    inputs = inputs_key(order, edit, cast)
    if report.inputs == inputs and is_complete(order.folder, report):
        means.store.share_episode(order.folder, dict(report.files))
        return Built(order.folder, report, fresh=False)
    means.workers.warm(1 if edit else order.jobs)  # an edit is of a chapter or two
    from podcast.make import make

    report = make(means, order, before, cast, inputs, watch, tell)
    return Built(order.folder, report, fresh=True)


def _cast(means: Means, order: Order, edit: Path | None, report: Report, tell: Tell) -> Cast:
    """Who speaks this build. For an episode that lacks nothing no service is asked."""
    parts = read_settings(order.source).cast
    if order.recipe.engine == AUTO and not order.offline:
        best = identified(recast(preferred(order.voices), parts))
        if report.inputs == inputs_key(order, edit, best):
            return best
    chosen = means.choose(order.recipe.engine, order.voices, order.offline, tell)
    return identified(recast(chosen, parts))


def _with_editor(order: Order, edit: Path | None, report: Report, tell: Tell) -> Order:
    """The order, with the editor model it names only where there is a text for it.

    Raises ServiceError where the model may not be asked, or cannot be.
    """
    if not order.recipe.editor:
        if report.editor and not edit:
            model = report.editor.model
            tell(f"without the editor model this time; --editor {model} brings its edits back")
        return order
    if order.offline:
        raise ServiceError(
            "--offline sends nothing anywhere, and an editor model is named; "
            "leave out --offline, or say --editor ''"
        )
    if edit:
        tell(f"{edit} is a person's text: the editor model is not asked")
        return replace(order, recipe=replace(order.recipe, editor=""))
    _editor_url(order.recipe)
    return order


def drafted(source: Path, recipe: Recipe) -> Script:
    """The script that the program writes for a transcript: `draft.draft`.

    Here, so that the process that makes it imports nothing that makes sound.
    """
    from podcast.draft import draft

    return draft(source, recipe)


def own_picture(source: Path) -> Path | None:
    """The cover that a person gave, if there is one."""
    return read_settings(source).cover or picture_beside(source)


# Whose script it is ------------------------------------------------------------------------


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


# What is asked for, and what is there ------------------------------------------------------


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


def inputs_key(order: Order, edit: Path | None, cast: Cast) -> str:
    """A name for all that the files in the episode's folder are made from."""
    settings = settings_path(order.source)
    picture = own_picture(order.source)
    read = [edit or order.source, settings, glossary_path(order.source), picture]
    names = sorted({voice.engine for _, voice in cast})
    return content_key(
        program_key(),
        ffmpeg.version(ffmpeg.executable()),
        [(name, engines.load(name).version) for name in names],
        "" if edit else _scorer_key(order.recipe),
        cast,
        replace(order.recipe, engine=""),  # the cast tells
        _sound_keys(order.recipe),
        _editor_url(order.recipe),
        edit is not None,
        [path and (path.suffix, digest_if_any(path)) for path in read],
    )


# What few recipes have is imported only for those that have it: it takes longer than all else.


def _scorer_key(recipe: Recipe) -> str:
    if recipe.punctuation == PUNCTUATORS[0]:
        return ""
    from podcast.punctuate.by_name import scorer_key

    return scorer_key(recipe.punctuation)


def _sound_keys(recipe: Recipe) -> list[str]:
    if not (recipe.intro or recipe.outro or recipe.music):
        return []
    from podcast.sounds import file_keys

    return file_keys(recipe)


def _editor_url(recipe: Recipe) -> str:
    if not recipe.editor:
        return ""
    from podcast.endpoint import find_endpoint

    return find_endpoint(EDITOR).url
