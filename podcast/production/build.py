"""A transcript or an edited script -> out/<episode>/, whole, and never over a person's edit.

An episode that is up to date is not made again. `make.py`, which is slow to import, is imported
only if something must be made.
"""

from __future__ import annotations

from dataclasses import replace

from podcast import engines
from podcast.engines import is_cutter
from podcast.errors import ReadError, ServiceError
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
from podcast.speech.cast import REWRITTEN, Cast, identified, recast, voice_of
from podcast.speech.choose import AUTO, preferred


def build(order: Order, watch: Watch, tell: Tell) -> Built:
    """Make the episode of an order, unless the same inputs made the one that is there.

    Raises PodcastError: every error of the program, except ServerError, can end a build.
    """
    store = open_store(order.store, order.cache)
    with open_workers(order, store, tell) as workers:
        return build_with(Means(workers, store), order, watch, tell)


def build_with(means: Means, order: Order, watch: Watch, tell: Tell) -> Built:
    """Do the same as `build`, with workers and a store that other builds may use meanwhile."""
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
    is_current = not order.again and report.inputs == inputs
    if is_current and is_complete(order.folder, report, before.script):
        share(means.store, order.folder, report)
        return Built(order.folder, report, fresh=False)
    if not edit:  # a person edits a chapter at a time, which is made here before a process starts
        means.workers.prepare(MAKER, order.jobs)
    from podcast.production.make import make

    report = make(means, order, before, cast, inputs=inputs, watch=watch, tell=tell)
    return Built(order.folder, report, fresh=True)


def _cast(means: Means, order: Order, before: Before, tell: Tell) -> Cast:
    """The cast of this build. If the episode has its best cast already, no service is tried."""
    parts = [part for part in before.settings.cast if part[0] != REWRITTEN]
    if order.recipe.engine == AUTO and not order.offline:
        best = identified(recast(preferred(order.voices), parts))
        if before.report.inputs == inputs_key(order, before, best):
            return best
    chosen = means.choose(order.recipe.engine, order.voices, order.offline, tell)
    return identified(_with_rewritten(recast(chosen, parts), means, order, before, tell))


def _with_rewritten(cast: Cast, means: Means, order: Order, before: Before, tell: Tell) -> Cast:
    """The cast of an episode that is cut out of a recording, with a voice for what it lacks.

    The settings name the role whose voice says such a paragraph; without that it has none. Raises
    ReadError if there is no recording to cut.
    """
    if not any(is_cutter(engines.load(voice.engine)) for _, voice in cast):
        return cast
    if not order.recipe.recording:
        raise ReadError(
            "the engine recording cuts the episode out of its recording; "
            "give that, too: --recording FILE"
        )
    parts = dict(before.settings.cast)
    if REWRITTEN not in parts:
        return cast
    others = means.choose(AUTO, order.voices, order.offline, tell)
    voice = replace(voice_of(others, parts[REWRITTEN]), role=REWRITTEN)
    return tuple(sorted((dict(cast) | {REWRITTEN: voice}).items()))


def _with_editor(order: Order, before: Before, tell: Tell) -> Order:
    """The order; without its editor model if the script is a person's edit.

    Raises ServiceError if an editor model is named and --offline is given, or its service has no
    address.
    """
    if not order.recipe.editor:
        if before.report.editor and not before.edit:
            model = before.report.editor.model
            tell(f"built without an editor model; use its corrections again with --editor {model}")
        return order
    if order.offline:
        raise ServiceError(
            "an editor model is an online service, which --offline forbids; "
            "leave out --offline, or give --editor ''"
        )
    if before.edit:
        tell(f"{before.edit.path} was edited by a person, so the editor model is not used")
        return replace(order, recipe=replace(order.recipe, editor=""))
    _editor_url(order.recipe)
    return order


# The key of the inputs ---------------------------------------------------------------------


def inputs_key(order: Order, before: Before, cast: Cast) -> str:
    """The key of everything that can change a file in the episode's folder.

    Raises NoSuchEngine, FfmpegError, ModelError or ReadError if an input is missing.
    """
    is_edit = before.edit is not None
    names = sorted({voice.engine for _, voice in cast})
    return content_key(
        program_key(),
        ffmpeg.version(ffmpeg.executable()),
        [(name, engines.load(name).version) for name in names],
        "" if is_edit else _scorer_key(order.recipe),
        cast,
        replace(order.recipe, engine=""),  # the cast holds the engines that speak
        _sound_keys(order.recipe),
        digest_if_any(order.recipe.recording) if order.recipe.recording else "",
        _editor_url(order.recipe),
        is_edit,
        list(before.sources),
    )


# These functions import lazily. Few recipes need the modules, and importing them would take longer
# than everything else in a build that makes nothing.


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
