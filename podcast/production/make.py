"""An order whose episode is not up to date -> out/<episode>/: script, sound and all files."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from podcast import engines
from podcast.errors import DamagedSound, ReadError, ScriptError
from podcast.files.names import ORIGINAL, PAGE, PREVIOUS_SCRIPT, REPORT
from podcast.files.open_store import open_store
from podcast.files.settings import Settings, settings_path
from podcast.files.store import Store
from podcast.files.whole import alone, replacing, writing
from podcast.formats.shownotes import Mentions, outline
from podcast.formats.subtitles.lines import style_of
from podcast.model import HOST, Chapter, Episode, Passage, Recipe, Script, Tell, Watch
from podcast.production.forecast import Forecast
from podcast.production.order import (
    EDITOR,
    Before,
    Edit,
    Means,
    Order,
    account_of,
    drafted,
    look,
    require_transcript,
    share,
)
from podcast.production.original import Texts, fitted_in, original_texts, passages_of
from podcast.production.pictures import Drawn, drawn, own_pictures
from podcast.production.produce import Production, produce
from podcast.production.publish import Files, is_aligned, prepare, publish
from podcast.production.told import mentioned
from podcast.published.episode import video_record
from podcast.published.report import (
    ChapterReport,
    EditorReport,
    KeptText,
    Report,
    ScriptReport,
    report_text,
)
from podcast.recording.original import script_key
from podcast.speech.cast import REWRITTEN, Cast, recast
from podcast.speech.further import with_speakers
from podcast.text.read import is_script, read, reading
from podcast.text.read.account import Account, known_names
from podcast.text.read.roles import folded, role_name
from podcast.text.remarks import remarks
from podcast.text.script import read_script, script_text, with_known_names
from podcast.text.spacing import join_lines

if TYPE_CHECKING:
    from podcast.recording.passages import Unheard
    from podcast.text.editor import Editing


def make(
    means: Means,
    order: Order,
    before: Before,
    cast: Cast,
    *,
    inputs: str,
    watch: Watch,
    tell: Tell,
) -> Report:
    """Make the episode of an order, publish it, and return its report.

    `before` holds the files there were before the build, `inputs` the key of all its inputs.
    Raises PodcastError: each stage raises its own errors.
    """
    edit = before.edit
    mine = None if order.rewrite and before.is_a_persons else before.script
    workers, store = means.workers, means.store
    with Store(order.cache).work() as work, workers.building():
        watch("text", "", 0.0)
        if edit:
            script, account = edit.script, account_of(order, before)
        else:
            script, account = workers.call(
                drafted, order.source, order.recipe, before.settings, apart=True
            )
            _tell_of_draft(order, before.settings, script, account, tell)
        script, editing = _proofread(script, order, before.settings, store, watch, tell)
        said = with_known_names(script, known_names(account))
        original = _original(means, order, before, said, watch, tell)
        cast = with_everybody(cast, said, order, before.settings.cast, tell)
        passages = _passages(means, order, before, said, cast)
        own = own_pictures(order, before.settings, script, tell)
        drawing = workers.start(
            drawn, [(before.picture, script, own, store)], only=bool(edit), apart=not edit
        )
        pictures = cache(lambda: next(drawing))

        def files_beside() -> Files:
            files = _files(order, before, script, pictures(), original)
            return replace(files, script_key=script_key(said))

        def write_the_texts(episode: Episode) -> None:
            prepare(episode, files_beside(), order.folder, work, store)

        if any(engines.is_remembered(engines.load(voice.engine)) for _, voice in cast):
            watch = Forecast(watch, tell)
        production = produce(
            said,
            cast,
            order.recipe,
            store,
            work,
            workers=workers,
            watch=watch,
            respellings=before.settings.pronounce,
            meanwhile=write_the_texts,
            likely=dict(before.report.gains_db),
            again=order.again,
            passages=passages,
        )
        watch("publish", "", 1.0)
        mentions = mentioned(production.episode, store)
        report = _report(order, before, production, cast, mentions, inputs)
        report = replace(
            report,
            reading=account,
            editor=_editor_report(editing),
            listened=before.report.listened,
        )
        files = replace(files_beside(), report=report)
        video = video_record(order.folder)
        fitted = fitted_in(order.folder / ORIGINAL)
        try:
            put = partial(publish, mine=mine, rewrite=order.rewrite)
            kept, report = workers.call(put, production, files, order.folder, work)
        except DamagedSound as error:
            raise DamagedSound(f"{error}; {store.remedy}") from error
        share(store, order.folder, report)
    if production.missing:
        tell(_too_soft(production, order.recipe))
    if video and not video_record(order.folder):
        tell(f"removed the outdated video; run `podcast video {order.folder}` to make it again")
    if fitted.is_exact and not fitted_in(order.folder / ORIGINAL).is_exact:
        tell(
            f"removed the outdated files of {order.folder / ORIGINAL} that fit the recording; "
            "run `podcast align`, or build with --recording, to make them again"
        )
    if kept and order.rewrite:
        tell(f"your edited script is kept as {order.folder / PREVIOUS_SCRIPT}")
    elif kept:
        tell(f"{order.script} was edited during the build and is kept; build again to use it")
    return report


def _tell_of_draft(
    order: Order, settings: Settings, script: Script, account: Account, tell: Tell
) -> None:
    """Tell how the transcript was read, and what is unlike the order in the script made of it."""
    tell(f"{order.source.name} is read as {account}")
    # A list of chapters in the settings overrules a number of them.
    recipe = replace(order.recipe, chapters=0) if settings.chapters else order.recipe
    for remark in remarks(script, recipe):
        tell(remark)


def _too_soft(production: Production, recipe: Recipe) -> str:
    """A notice that voices are softer than the recipe says, with the cause and the remedy."""
    voices = ", ".join(f"{role} by {lacks:.1f} LU" for role, lacks in production.missing)
    return (
        f"softer than the {recipe.loudness:g} LUFS you asked for: {voices}; no gain reaches it "
        f"with peaks below {recipe.peak:g} dBTP; raise --peak, or lower --loudness"
    )


def _edit_in_place(order: Order, before: Before) -> Edit | None:
    """The edit to build from, if it is the script in the episode's own folder."""
    edit = before.edit
    return edit if edit and edit.path.absolute() == order.script.absolute() else None


def _original(
    means: Means, order: Order, before: Before, script: Script, watch: Watch, tell: Tell
) -> Texts:
    """The files that fit the original of the talk, where its recording or its times are known."""
    path = order.recipe.recording
    exact = fitted_in(order.folder / ORIGINAL).is_exact
    if not path and exact and is_aligned(order.folder, script_key(script)):
        return ()  # what `podcast align` found is kept: the transcript's own times are rougher
    recording = None
    if path:
        from podcast.recording.heard import Recording  # here, as in `original.py`

        recording = Recording(path)
        watch("align", path.name, 0.0)
    texts, warned = means.workers.call(
        partial(original_texts, recording=recording),
        order.source,
        script,
        order.recipe,
        before.settings,
        means.store,
        apart=path is not None,
    )
    if warned:
        tell(f"{warned}; {order.folder / ORIGINAL / PAGE} lists the others to listen to")
    return texts


def _passages(
    means: Means, order: Order, before: Before, script: Script, cast: Cast
) -> list[list[Passage | None]]:
    """What is cut out of the recording for each paragraph of each chapter, if the cast asks for it.

    Raises ReadError if a paragraph is not in the recording and the cast has no voice for it.
    """
    cut = {role for role, voice in cast if engines.is_cutter(engines.load(voice.engine))}
    used = {paragraph.voice for chapter in script.chapters for paragraph in chapter.paragraphs}
    if not cut & used:
        return []
    from podcast.recording.passages import Unheard

    found = means.workers.call(
        passages_of, order.source, script, order.recipe, before.settings, means.store, apart=True
    )
    lacking = [
        (chapter, number, passage)
        for chapter, own in zip(script.chapters, found, strict=True)
        for number, (paragraph, passage) in enumerate(zip(chapter.paragraphs, own, strict=True), 1)
        if paragraph.voice in cut and isinstance(passage, Unheard)
    ]
    if lacking and REWRITTEN not in dict(cast):
        raise ReadError(_lacking_text(lacking, order))
    return [
        [
            passage if isinstance(passage, Passage) and paragraph.voice in cut else None
            for paragraph, passage in zip(chapter.paragraphs, own, strict=True)
        ]
        for chapter, own in zip(script.chapters, found, strict=True)
    ]


def _lacking_text(lacking: Sequence[tuple[Chapter, int, Unheard]], order: Order) -> str:
    """The sentence that names the first paragraph that is not in the recording."""
    chapter, number, passage = lacking[0]
    others = f" ({len(lacking)} such paragraphs)" if len(lacking) > 1 else ""
    return (
        f"paragraph {number} of chapter {chapter.title!r} is not in the recording{others}: nobody "
        f"says {passage.text[:40]!r} there; write what is said, or let another voice say it "
        f'with [cast] {REWRITTEN} = "{HOST}" in {settings_path(order.source)}'
    )


def _files(
    order: Order,
    before: Before,
    script: Script,
    pictures: Drawn,
    original: Texts,
) -> Files:
    """The files to publish beside the sound, with an empty report. An edit keeps its bytes."""
    edit = _edit_in_place(order, before)
    text = edit.content if edit else script_text(script).encode()
    settings, recipe = before.settings, order.recipe
    return Files(
        script=text,
        report=Report(),
        cover=pictures.cover,
        small_cover=pictures.small_cover,
        pictures=pictures.chapters,
        description=settings.description,
        link=settings.link,
        style=style_of(recipe),
        karaoke=recipe.karaoke,
        original=original,
    )


def _proofread(
    script: Script, order: Order, settings: Settings, store: Store, watch: Watch, tell: Tell
) -> tuple[Script, Editing | None]:
    """The script after the editor model's corrections, if the order names a model.

    Raises ServiceError.
    """
    if not order.recipe.editor:
        return script, None
    from podcast.outside.endpoint import find_endpoint
    from podcast.text.draft import titled
    from podcast.text.editor import edit as proofread

    editing = proofread(
        script,
        order.recipe.editor,
        find_endpoint(EDITOR),
        store,
        lambda chapter, share: watch("edit", chapter, share),
        titled=[opening.title for opening in settings.chapters],
    )
    # The title may come from a sentence or a chapter title that the model has now changed.
    retitled = titled(editing.script, order.source, settings)
    editing = replace(editing, script=retitled)
    tell(str(editing))
    return editing.script, editing


def with_everybody(
    cast: Cast, script: Script, order: Order, parts: Sequence[tuple[str, str]], tell: Tell
) -> Cast:
    """The cast with a voice for each further speaker, and with the `parts` of the settings.

    The script lists its speakers; for a script that an older version wrote, the transcript does. A
    role that neither names gets no voice, so that a misspelt role is an error. A name in `parts`
    that is nobody's is told of.
    """
    used = {paragraph.voice for chapter in script.chapters for paragraph in chapter.paragraphs}
    roles = {name: role for role, name in script.names}
    speakers = list(script.speakers)
    lacks = not used <= {*dict(cast), *speakers} or any(name not in used for name, _ in parts)
    if lacks and not is_script(order.source):
        named = reading(order.source, dict(parts)).roles
        roles = named | roles
        speakers += [*named.values(), *(role_name(name, set()) for name in named)]
    if not used <= dict(cast).keys():
        cast = with_speakers(cast, dict.fromkeys(speakers))
    known = {
        folded(name)
        for name in (REWRITTEN, *roles, *used, *(path.stem for path in order.voices.glob("*.toml")))
    }
    for name, _ in parts:
        if folded(name) not in known:
            tell(f"[cast] names {name!r}, who does not speak here; who does: {', '.join(roles)}")
    return recast(cast, [(roles[name], name) for name, _ in parts if name in roles])


def _report(
    order: Order,
    before: Before,
    production: Production,
    cast: Cast,
    mentions: Mentions,
    inputs: str,
) -> Report:
    """The report of a build, without the list of its files."""
    episode, settings = production.episode, before.settings
    turns = {turn.text for track in episode.tracks for turn in track.turns}
    voices = [voice for role, voice in cast if role in turns or role in dict(episode.cast)]
    has_sound = math.isfinite(production.loudness)
    return Report(
        episode=order.name,
        title=episode.title,
        author=episode.author,
        date=episode.date,
        link=settings.link,
        source=order.source.name,
        summary=settings.description or outline(episode),
        keywords=mentions.keywords,
        script=ScriptReport(edited=_edit_in_place(order, before) is not None),
        engine=", ".join(dict.fromkeys(voice.engine for voice in voices)),
        voices=episode.cast,
        cover="own" if before.picture else "drawn",
        human=episode.is_human,
        kept=production.kept,
        recipe=_recipe_without_folders(order.recipe),
        gains_db=production.gains,
        loudness_lufs=round(production.loudness, 2) if has_sound else None,
        rate=episode.rate,
        samples=episode.length,
        seconds=round(episode.length / episode.rate, 3),
        lines=len(episode.lines),
        chapters=_chapters(episode, mentions),
        inputs=inputs,
    )


def _recipe_without_folders(recipe: Recipe) -> Recipe:
    """The recipe with only the names of sound files: a report is public, the folders are not."""
    names = ("intro", "outro", "music", "recording")
    sounds = {name: getattr(recipe, name) for name in names}
    named = {name: path and Path(path.name) for name, path in sounds.items()}
    return replace(recipe, **named)  # type: ignore[arg-type]


def _chapters(episode: Episode, mentions: Mentions) -> tuple[ChapterReport, ...]:
    return tuple(
        ChapterReport(
            chapter.text,
            round(chapter.start / episode.rate, 3),
            round((chapter.end - chapter.start) / episode.rate, 3),
            track.part,
            join_lines(track.notes),
            names,
        )
        for chapter, track, names in zip(
            episode.chapters, episode.tracks, mentions.by_chapter, strict=True
        )
    )


def _editor_report(editing: Editing | None) -> EditorReport | None:
    """The report of an editor model's work, with each text that it was not allowed to change."""
    if editing is None:
        return None
    kept = tuple(
        KeptText(each.what, each.chapter, each.text[:20], str(each.fault)) for each in editing.kept
    )
    return EditorReport(
        model=editing.model,
        paragraphs=editing.asked,
        changed=editing.changed,
        titles_changed=editing.titles,
        kept_offline=kept,
    )


def write_draft(
    order: Order,
    output: Path | None,
    watch: Watch = lambda *_: None,
    tell: Tell = lambda _: None,
) -> Path:
    """Write the script of a transcript for a person to edit, and return its path.

    The path is `output` if given, else the script in the episode's folder. A script that a person
    may have edited is replaced only if the order says `rewrite`; it is then kept beside. Raises
    ReadError, ScriptError if an edit is in the way, ServiceError or WriteError.
    """
    require_transcript(order.source)
    path = output or order.script
    store = open_store(order.store, order.cache)
    before = look(order)
    settings, report = before.settings, before.report
    draft, account = drafted(order.source, order.recipe, settings)
    _tell_of_draft(order, settings, draft, account, tell)
    script, editing = _proofread(draft, order, settings, store, watch, tell)
    text = script_text(script).encode()
    with writing(path), _alone_in(path.parent.parent if output is None else None):
        if path.is_file() and path.read_bytes() != text and (output or look(order).is_a_persons):
            _keep_beside(path, order.rewrite)
        with replacing(path) as part:
            part.write_bytes(text)
        if output is None:
            mine = ScriptReport(edited=False, sha256=sha256(text).hexdigest())
            report = replace(report, script=mine, reading=account, editor=_editor_report(editing))
            with replacing(order.folder / REPORT) as part:
                part.write_text(report_text(report), "utf-8")
    return path


@contextmanager
def _alone_in(out: Path | None) -> Iterator[None]:
    """Hold the lock of a folder of episodes, so that no build puts an episode into it meanwhile."""
    if out is None:
        yield
        return
    out.mkdir(parents=True, exist_ok=True)
    with alone(out):
        yield


def write_why(order: Order, script: Path) -> Path:
    """Write a page beside `script` that shows what each line of its seed became; return its path.

    Raises ReadError, ScriptError or WriteError.
    """
    from podcast.text.draft import edited
    from podcast.text.explain import explain_text

    path = script.with_suffix(".why.html")
    heard = read(order.source)
    settings = look(order).settings
    edit = edited(heard, settings, order.source, order.recipe.edit)
    with replacing(path) as part:
        part.write_text(explain_text(heard, read_script(script), edit.deletions), "utf-8")
    return path


def _keep_beside(path: Path, rewrite: bool) -> None:
    if not rewrite:
        raise ScriptError(
            f"{path} may hold your edits; --rewrite starts over and keeps them as {PREVIOUS_SCRIPT}"
        )
    path.replace(path.with_name(PREVIOUS_SCRIPT))
