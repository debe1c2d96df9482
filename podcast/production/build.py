"""A transcript or an edited script -> out/<episode>/, whole, and never over a person's edit.

What is asked for is made only if it is not there already; what makes it (`make.py`) is imported
only then.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from podcast import engines
from podcast.errors import ServiceError
from podcast.files.keys import content_key, digest_if_any, program_key
from podcast.files.open_store import open_store
from podcast.files.settings import glossary_path, read_settings, settings_path
from podcast.model import PUNCTUATORS, Recipe
from podcast.outside import ffmpeg
from podcast.production.open_workers import open_workers
from podcast.production.order import (
    EDITOR,
    MAKER,
    Built,
    Means,
    Order,
    Tell,
    look,
    own_picture,
    require_folder,
    require_source,
    share,
)
from podcast.published.folder import is_complete, recover
from podcast.published.report import Report
from podcast.speech.cast import Cast, identified, recast
from podcast.speech.choose import AUTO, preferred

if TYPE_CHECKING:
    from podcast.production.produce import Watch


def build(order: Order, watch: Watch, tell: Tell) -> Built:
    """Make the episode, unless it is there already from the same inputs."""
    store = open_store(order.store, order.cache)
    with open_workers(order, store, tell) as workers:
        return build_with(Means(workers, store), order, watch, tell)


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
        share(means.store, order.folder, report)
        return Built(order.folder, report, fresh=False)
    means.workers.warm(MAKER, 1 if edit else order.jobs)  # an edit is of a chapter or two
    from podcast.production.make import make

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


# Whose script it is ------------------------------------------------------------------------


# What is asked for, and what is there ------------------------------------------------------


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
    from podcast.text.punctuate.by_name import scorer_key

    return scorer_key(recipe.punctuation)


def _sound_keys(recipe: Recipe) -> list[str]:
    if not (recipe.intro or recipe.outro or recipe.music):
        return []
    from podcast.sound.sounds import file_keys

    return file_keys(recipe)


def _editor_url(recipe: Recipe) -> str:
    if not recipe.editor:
        return ""
    from podcast.outside.endpoint import find_endpoint

    return find_endpoint(EDITOR).url
