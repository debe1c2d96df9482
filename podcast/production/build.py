"""A transcript or an edited script -> out/<episode>/, whole, and never over a person's edit.

What is asked for is made only if it is not there already; what makes it (`make.py`) is imported
only then.
"""

from __future__ import annotations

from dataclasses import replace

from podcast import engines
from podcast.errors import ServiceError
from podcast.files.keys import content_key, digest_if_any, program_key
from podcast.files.open_store import open_store
from podcast.model import PUNCTUATORS, Recipe, Tell, Watch
from podcast.outside import ffmpeg
from podcast.production.open_workers import open_workers
from podcast.production.order import (
    EDITOR,
    MAKER,
    Before,
    Built,
    Means,
    Order,
    look,
    require_folder,
    require_source,
    share,
)
from podcast.published.folder import is_complete, recover
from podcast.speech.cast import Cast, identified, recast
from podcast.speech.choose import AUTO, preferred


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
    if edit and edit.path == order.script and order.source.absolute() != edit.path.absolute():
        tell(f"using {edit.path}, which you edited; --rewrite starts over from {order.source}")
    order = _with_editor(order, before, tell)
    cast = _cast(means, order, before, tell)
    inputs = inputs_key(order, before, cast)
    if report.inputs == inputs and is_complete(order.folder, report, before.script):
        share(means.store, order.folder, report)
        return Built(order.folder, report, fresh=False)
    means.workers.prepare(MAKER, 1 if edit else order.jobs)  # an edit is of a chapter or two
    from podcast.production.make import make

    report = make(means, order, before, cast, inputs=inputs, watch=watch, tell=tell)
    return Built(order.folder, report, fresh=True)


def _cast(means: Means, order: Order, before: Before, tell: Tell) -> Cast:
    """Who speaks this build. For an episode that lacks nothing no service is asked."""
    parts = before.settings.cast
    if order.recipe.engine == AUTO and not order.offline:
        best = identified(recast(preferred(order.voices), parts))
        if before.report.inputs == inputs_key(order, before, best):
            return best
    chosen = means.choose(order.recipe.engine, order.voices, order.offline, tell)
    return identified(recast(chosen, parts))


def _with_editor(order: Order, before: Before, tell: Tell) -> Order:
    """The order, with the editor model it names only where there is a text for it.

    Raises ServiceError where the model may not be asked, or cannot be.
    """
    if not order.recipe.editor:
        if before.report.editor and not before.edit:
            model = before.report.editor.model
            tell(f"without the editor model this time; --editor {model} brings its edits back")
        return order
    if order.offline:
        raise ServiceError(
            "--offline sends nothing anywhere, and an editor model is named; "
            "leave out --offline, or say --editor ''"
        )
    if before.edit:
        tell(f"{before.edit.path} is a person's text: the editor model is not asked")
        return replace(order, recipe=replace(order.recipe, editor=""))
    _editor_url(order.recipe)
    return order


# What is asked for, and what is there ------------------------------------------------------


def inputs_key(order: Order, before: Before, cast: Cast) -> str:
    """A name for all that the files in the episode's folder are made from."""
    is_edit = before.edit is not None
    names = sorted({voice.engine for _, voice in cast})
    return content_key(
        program_key(),
        ffmpeg.version(ffmpeg.executable()),
        [(name, engines.load(name).version) for name in names],
        "" if is_edit else _scorer_key(order.recipe),
        cast,
        replace(order.recipe, engine=""),  # the cast tells
        _sound_keys(order.recipe),
        digest_if_any(order.recipe.recording) if order.recipe.recording else "",
        _editor_url(order.recipe),
        is_edit,
        list(before.sources),
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
