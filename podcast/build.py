"""A transcript or an edited script -> out/<episode>/, whole, and never over a person's edit."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from podcast import engines, ffmpeg
from podcast.cast import Cast, identified, recast
from podcast.choose import AUTO, choose, preferred
from podcast.cover import cover_jpeg, picture_beside, picture_jpeg, smaller_jpeg
from podcast.editor import Editing
from podcast.editor import edit as proofread
from podcast.endpoint import find_endpoint
from podcast.errors import ReadError, ScriptError, ServiceError, WriteError
from podcast.model import Episode, Recipe, Script
from podcast.produce import Production, Watch, produce
from podcast.publish import (
    PREVIOUS,
    REPORT,
    SCRIPT,
    Files,
    prepare,
    publish,
    recover,
    report_text,
)
from podcast.published import video_record
from podcast.punctuate.by_name import scorer_key
from podcast.read import is_script, read
from podcast.script import read_script, script_text
from podcast.settings import glossary_path, read_settings, settings_path
from podcast.sounds import file_keys
from podcast.store import Store, content_key, open_store, program_key, replacing
from podcast.subtitle import house_of
from podcast.workers import Workers, on_cluster

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
    report: dict[str, Any]
    fresh: bool


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
    edit = edited_script(order)
    if edit == order.script and order.source.absolute() != edit.absolute():
        tell(f"using {edit}, which you edited; --rewrite starts over from {order.source}")
    report = read_report(order.folder)
    order = _with_editor(order, edit, report, tell)
    cast = _cast(means, order, edit, report, tell)
    inputs = inputs_key(order, edit, cast)
    if report.get("inputs") == inputs and is_complete(order.folder, report):
        means.store.share_episode(order.folder)
        return Built(order.folder, report, fresh=False)
    _make(means, order, edit, cast, inputs, watch, tell)
    return Built(order.folder, read_report(order.folder), fresh=True)


def _cast(
    means: Means, order: Order, edit: Path | None, report: dict[str, Any], tell: Tell
) -> Cast:
    """Who speaks this build. For an episode that lacks nothing no service is asked."""
    parts = read_settings(order.source).cast
    if order.recipe.engine == AUTO and not order.offline:
        best = identified(recast(preferred(order.voices), parts))
        if report.get("inputs") == inputs_key(order, edit, best):
            return best
    chosen = means.choose(order.recipe.engine, order.voices, order.offline, tell)
    return identified(recast(chosen, parts))


def _with_editor(order: Order, edit: Path | None, report: dict[str, Any], tell: Tell) -> Order:
    """The order, with the editor model it names only where there is a text for it.

    Raises ServiceError where the model may not be asked, or cannot be.
    """
    if not order.recipe.editor:
        if "editor" in report and not edit:
            model = report["editor"]["model"]
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
    find_endpoint(EDITOR)
    return order


def _make(
    means: Means,
    order: Order,
    edit: Path | None,
    cast: Cast,
    inputs: str,
    watch: Watch,
    tell: Tell,
) -> None:
    mine = None if order.rewrite and _is_a_persons(order) else _sha256(order.script)
    workers, store = means.workers, means.store
    with Store(order.cache).work() as work, workers.outlived():
        workers.warm(1 if edit else order.jobs)  # an edit is of a chapter or two
        watch("text", "", 0.0)
        script = read_script(edit) if edit else workers.alone(_draft, order.source, order.recipe)
        script, editing = _proofread(script, order, store, watch, tell)
        covers = workers.soon(covers_of, order.source, script, store)
        respellings = read_settings(order.source).pronounce

        def set_down(episode: Episode) -> None:
            prepare(episode, _files(order, edit, script, covers()), order.folder, work)

        production = produce(
            script, cast, order.recipe, store, work, workers, watch, respellings, set_down
        )
        watch("publish", "", 1.0)
        report = _report(order, production, cast, inputs, _is_in_place(order, edit))
        if editing:
            report |= {"editor": editing.report}
        files = replace(_files(order, edit, script, covers()), report=report)
        video = video_record(order.folder)
        kept = workers.alone(publish, production, files, order.folder, work, mine, order.rewrite)
        store.share_episode(order.folder)
    if video and not video_record(order.folder):
        tell(f"the video was of the episode before and is gone: podcast video {order.folder}")
    if kept and order.rewrite:
        tell(f"your edited script is kept as {order.folder / PREVIOUS}")
    elif kept:
        tell(f"{order.script} was edited meanwhile and is kept; build again to use it")


def _draft(source: Path, recipe: Recipe) -> Script:
    from podcast.draft import draft  # here: a third of all imports, and an edit needs none of them

    return draft(source, recipe)


def _is_in_place(order: Order, edit: Path | None) -> bool:
    """Whether an edit is the script in the episode's own folder."""
    return edit is not None and edit.absolute() == order.script.absolute()


def _files(order: Order, edit: Path | None, script: Script, covers: tuple[bytes, bytes]) -> Files:
    """What is published beside the sound, its report to come; an edit stays as it was typed."""
    in_place = _is_in_place(order, edit)
    text = edit.read_bytes() if edit and in_place else script_text(script).encode()
    settings, recipe = read_settings(order.source), order.recipe
    return Files(
        script=text,
        report={},
        cover=covers[0],
        small_cover=covers[1],
        description=settings.description,
        link=settings.link,
        house=house_of(recipe),
        karaoke=recipe.karaoke,
    )


def _proofread(
    script: Script, order: Order, store: Store, watch: Watch, tell: Tell
) -> tuple[Script, Editing | None]:
    """The script as the editor model leaves it, where the order names one."""
    if not order.recipe.editor:
        return script, None
    titled = [opening.title for opening in read_settings(order.source).chapters]
    editing = proofread(
        script,
        order.recipe.editor,
        find_endpoint(EDITOR),
        store,
        lambda chapter, share: watch("edit", chapter, share),
        titled,
    )
    tell(str(editing))
    return editing.script, editing


def covers_of(source: Path, script: Script, store: Store) -> tuple[bytes, bytes]:
    """The picture beside the transcript, else one that shows the title, and a small one; JPEGs."""
    picture = own_picture(source)
    credits = (script.title, script.author, script.date)
    shown = (picture.suffix, _sha256(picture)) if picture else credits
    key = content_key("cover", program_key(), shown)

    def draw() -> bytes:
        return picture_jpeg(picture) if picture else cover_jpeg(*credits)

    cover = store.kept(f"{key}.jpg", draw)
    return cover, store.kept(f"{key}.small.jpg", lambda: smaller_jpeg(cover))


def own_picture(source: Path) -> Path | None:
    """The cover that a person gave, if there is one."""
    return read_settings(source).cover or picture_beside(source)


# Whose script it is ------------------------------------------------------------------------


def edited_script(order: Order) -> Path | None:
    """The script to build from, where a person wrote one; nothing where ours is to be made.

    The script in the episode's folder is a person's if it is not as the last build left it, or
    was a person's then.
    """
    if order.script.exists() and not order.rewrite:
        told = read_report(order.folder).get("script", {})
        if told.get("edited") or told.get("sha256") != _sha256(order.script):
            return order.script
    return order.source if is_script(order.source) else None


def write_draft(
    order: Order,
    output: Path | None,
    watch: Watch = lambda *_: None,
    tell: Tell = lambda _: None,
) -> Path:
    """Write the script of a transcript where it can be edited; returns where that is.

    Into the episode's folder unless `output` says otherwise. A script that a person may have
    changed is written over only if the order says rewrite, and is kept beside.
    """
    require_source(order.source)
    if is_script(order.source):
        raise ReadError(
            f"{order.source} is a script already; edit it, then: podcast make {order.source}"
        )
    path = output or order.script
    store = open_store(order.store, order.cache)
    script, editing = _proofread(_draft(order.source, order.recipe), order, store, watch, tell)
    text = script_text(script).encode()
    if path.is_file() and path.read_bytes() != text and (output or _is_a_persons(order)):
        _keep_beside(path, order.rewrite)
    with replacing(path) as part:
        part.write_bytes(text)
    if output is None:
        report = read_report(order.folder)
        report["script"] = {"edited": False, "sha256": sha256(text).hexdigest()}
        report.pop("editor", None)
        report |= {"editor": editing.report} if editing else {}
        with replacing(order.folder / REPORT) as part:
            part.write_text(report_text(report), "utf-8")
    return path


def write_why(seed: Path, script: Path) -> Path:
    """Write a page beside `script` of what became of each line of `seed`."""
    from podcast.explain import explain_text

    path = script.with_suffix(".why.html")
    with replacing(path) as part:
        part.write_text(explain_text(read(seed), read_script(script)), "utf-8")
    return path


def _is_a_persons(order: Order) -> bool:
    """Whether the script in the episode's folder is one that a person edited."""
    return edited_script(replace(order, rewrite=False)) == order.script


def _keep_beside(path: Path, rewrite: bool) -> None:
    if not rewrite:
        raise ScriptError(
            f"{path} may hold your edits; --rewrite starts over and keeps them as {PREVIOUS}"
        )
    path.replace(path.with_name(PREVIOUS))


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
        "" if edit else scorer_key(order.recipe.punctuation),
        cast,
        replace(order.recipe, engine=""),  # the cast tells
        file_keys(order.recipe),
        find_endpoint(EDITOR).url if order.recipe.editor else "",
        edit is not None,
        [path and (path.suffix, _sha256(path)) for path in read],
    )


def read_report(folder: Path) -> dict[str, Any]:
    """What the last build told of itself; empty if there was none, or it cannot be read."""
    try:
        report = json.loads((folder / REPORT).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return report if isinstance(report, dict) else {}


def is_complete(folder: Path, report: dict[str, Any]) -> bool:
    """Whether every file that the last build made is there, as long as it was."""
    files = report.get("files", {})
    paths = [(folder / name, size) for name, size in files.items()]
    there = all(path.is_file() and path.stat().st_size == size for path, size in paths)
    return bool(files) and there and _sha256(folder / SCRIPT) == report["script"]["sha256"]


def _sha256(path: Path) -> str | None:
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def _report(
    order: Order, production: Production, cast: Cast, inputs: str, edited: bool
) -> dict[str, Any]:
    episode = production.episode
    heard = [voice for role, voice in cast if role in dict(episode.cast)]
    return {
        "episode": order.name,
        "title": episode.title,
        "author": episode.author,
        "date": episode.date,
        "link": read_settings(order.source).link,
        "source": order.source.name,
        "script": {"edited": edited},
        "engine": ", ".join(dict.fromkeys(voice.engine for voice in heard)),
        "voices": dict(episode.cast),
        "cover": "own" if own_picture(order.source) else "drawn",
        "gains_db": dict(production.gains),
        "loudness_lufs": round(production.loudness, 2),
        "rate": episode.rate,
        "samples": episode.length,
        "seconds": round(episode.length / episode.rate, 3),
        "lines": len(episode.lines),
        "subtitles": {
            "style": order.recipe.subtitle_style,
            "lines": order.recipe.subtitle_lines,
            "karaoke": order.recipe.karaoke,
        },
        "spoken_notice": order.recipe.spoken_notice,
        "chapters": _chapters(episode),
        "inputs": inputs,
    }


def _chapters(episode: Episode) -> list[dict[str, Any]]:
    return [
        {
            "title": chapter.text,
            "start_seconds": round(chapter.start / episode.rate, 3),
            "seconds": round((chapter.end - chapter.start) / episode.rate, 3),
        }
        for chapter in episode.chapters
    ]
