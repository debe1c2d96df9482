"""A transcript or an edited script -> out/<episode>/, whole, and never over a person's edit."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from podcast import engines, ffmpeg
from podcast.cast import Cast, read_cast
from podcast.choose import AUTO, choose, preferred
from podcast.cover import Cover, draw_cover, read_cover
from podcast.draft import draft
from podcast.errors import ReadError, ScriptError, WriteError
from podcast.model import Episode, Recipe, Script
from podcast.produce import Production, Watch, produce
from podcast.publish import PREVIOUS, REPORT, SCRIPT, publish, recover
from podcast.read import is_script
from podcast.script import read_script, script_text
from podcast.store import Store, content_key, program_key, replacing
from podcast.workers import Workers

PICTURES = (".png", ".jpg", ".jpeg")


@dataclass(frozen=True, slots=True)
class Built:
    """What a build left in `folder`; `fresh` unless all of it was there already."""

    folder: Path
    report: dict[str, Any]
    fresh: bool


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

    @property
    def name(self) -> str:
        """The episode's: a script in a folder of `out` is that folder's; else the file's own."""
        path = self.source.absolute()
        inside = path.name == SCRIPT and path.parent.parent == self.out.absolute()
        return path.parent.name if inside else path.stem

    @property
    def folder(self) -> Path:
        """Where the episode is published."""
        return self.out / self.name


def build(order: Order, watch: Watch, tell: Callable[[str], None]) -> Built:
    """Make the episode unless it is there already; `tell` hears what a person should know."""
    require_source(order.source)
    require_folder(order.out)
    recover(order.folder)
    script = order.folder / SCRIPT
    edit = _edited_script(order)
    if edit == script and order.source != script:
        tell(f"using {script}, which you edited; --rewrite starts over from {order.source}")
    report = read_report(order.folder)
    engine = _engine(order, edit, report, tell)
    order = _spoken_by(engine, order)
    cast = read_cast(order.voices, engine)
    inputs = _inputs_key(order, edit, cast)
    if report.get("inputs") == inputs and is_complete(order.folder, report):
        return Built(order.folder, report, fresh=False)
    return _make(order, edit, cast, inputs, watch, tell)


def _engine(
    order: Order, edit: Path | None, report: dict[str, Any], tell: Callable[[str], None]
) -> str:
    """The engine of this build. For an episode that lacks nothing no service is asked."""
    spoken = report.get("engine")
    if order.recipe.engine == AUTO and not order.offline and spoken == preferred(order.voices)[0]:
        inputs = _inputs_key(_spoken_by(spoken, order), edit, read_cast(order.voices, spoken))
        if report.get("inputs") == inputs:
            return str(spoken)
    return choose(order.recipe.engine, order.voices, order.offline, tell)


def _spoken_by(engine: str, order: Order) -> Order:
    return replace(order, recipe=replace(order.recipe, engine=engine))


def _make(
    order: Order,
    edit: Path | None,
    cast: Cast,
    inputs: str,
    watch: Watch,
    tell: Callable[[str], None],
) -> Built:
    mine = _sha256(order.folder / SCRIPT)
    if order.rewrite and _edited_script(replace(order, rewrite=False)) == order.folder / SCRIPT:
        mine = None
    store = Store(order.out / ".cache")
    with store.work() as work, Workers(order.jobs) as workers:
        workers.warm()
        watch("text", "", 0.0)
        script = read_script(edit) if edit else draft(order.source, order.recipe)
        production = produce(script, cast, order.recipe, store, work, workers, watch)
        watch("publish", "", 1.0)
        in_place = edit == order.folder / SCRIPT
        text = edit.read_bytes() if edit and in_place else script_text(script).encode()
        report = _report(order, production, inputs, in_place)
        cover = _cover(order, script)
        kept = publish(production, text, report, cover, order.folder, work, mine, order.rewrite)
    if kept and order.rewrite:
        tell(f"your edited script is kept as {order.folder / PREVIOUS}")
    elif kept:
        tell(f"{order.folder / SCRIPT} was edited meanwhile and is kept; build again to use it")
    return Built(order.folder, read_report(order.folder), fresh=True)


def write_draft(seed: Path, output: Path | None, order: Order) -> Path:
    """Write the script of a transcript where it can be edited; returns where that is.

    Into the episode's folder unless `output` says otherwise. A script that a person may have
    changed is written over only if the order says rewrite, and kept beside.
    """
    require_source(seed)
    if is_script(seed):
        raise ReadError(f"{seed} is a script already; edit it, then podcast make {seed}")
    path = output or order.folder / SCRIPT
    text = script_text(draft(seed, order.recipe)).encode()
    require_ours(path, text, order, output is not None)
    with replacing(path) as part:
        part.write_bytes(text)
    if output is None:
        report = read_report(order.folder)
        told = {**report, "script": {"edited": False, "sha256": sha256(text).hexdigest()}}
        with replacing(order.folder / REPORT) as part:
            part.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return path


def require_ours(path: Path, text: bytes, order: Order, elsewhere: bool) -> None:
    """Raise ScriptError where writing `text` to `path` would lose what a person wrote."""
    if not path.is_file() or path.read_bytes() == text:
        return
    if not elsewhere and _edited_script(replace(order, rewrite=False)) != path:
        return
    if not order.rewrite:
        raise ScriptError(
            f"{path} may hold your edits; --rewrite starts over and keeps them in {PREVIOUS}"
        )
    path.replace(path.with_name(PREVIOUS))


def _cover(order: Order, script: Script) -> Cover:
    """The picture beside the transcript, else one that shows the title."""
    own = next(filter(Path.is_file, map(order.source.with_suffix, PICTURES)), None)
    return read_cover(own) if own else draw_cover(script.title, script.author, script.date)


def require_source(source: Path) -> None:
    """Raise ReadError where there is no file to build from."""
    if not source.exists():
        raise ReadError(f"there is no file {source}; give a transcript or a script.md")
    if source.is_dir():
        raise ReadError(f"{source} is a folder; give a transcript or a script.md in it")


def require_folder(out: Path) -> None:
    """Raise WriteError where `out` is something else than a folder, or a folder to be."""
    if out.exists() and not out.is_dir():
        raise WriteError(f"{out} is a file, not a folder; choose a folder with -o")


def _edited_script(order: Order) -> Path | None:
    """The script to build from, where a person wrote one; nothing where ours is to be made.

    The script in the episode's folder is a person's if it is not as the last build left it, or
    was a person's then.
    """
    path = order.folder / SCRIPT
    if path.exists() and not order.rewrite:
        told = read_report(order.folder).get("script", {})
        if told.get("edited") or told.get("sha256") != _sha256(path):
            return path
    return order.source if is_script(order.source) else None


def _inputs_key(order: Order, edit: Path | None, cast: Cast) -> str:
    """A name for all that the files in the episode's folder are made from."""
    beside = [order.source.with_suffix(suffix) for suffix in (".toml", *PICTURES)]
    read = [edit or order.source, *filter(Path.is_file, beside)]
    engine_versions = sorted(
        (name, engines.load(name).version) for name in {voice.engine for _, voice in cast}
    )
    return content_key(
        program_key(),
        ffmpeg.version(ffmpeg.executable()),
        engine_versions,
        cast,
        order.recipe,
        edit is not None,
        [(path.suffix, _sha256(path)) for path in read],
    )


def read_report(folder: Path) -> dict[str, Any]:
    """What the last build told of itself; empty if there was none, or it cannot be read."""
    try:
        report = json.loads((folder / REPORT).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return report if isinstance(report, dict) else {}


def is_complete(folder: Path, report: dict[str, Any]) -> bool:
    """Whether all files that a report tells of are there, as long as it says."""
    files = report.get("files", {})
    sizes = all(
        (folder / name).is_file() and (folder / name).stat().st_size == size
        for name, size in files.items()
    )
    return bool(files) and sizes and _sha256(folder / SCRIPT) == report["script"]["sha256"]


def _sha256(path: Path) -> str | None:
    return sha256(path.read_bytes()).hexdigest() if path.exists() else None


def _report(order: Order, production: Production, inputs: str, edited: bool) -> dict[str, Any]:
    episode = production.episode
    return {
        "episode": order.name,
        "title": episode.title,
        "source": order.source.name,
        "script": {"edited": edited},
        "engine": order.recipe.engine,
        "voices": dict(episode.cast),
        "gains_db": dict(production.gains),
        "loudness_lufs": round(production.loudness, 2),
        "rate": episode.rate,
        "samples": episode.length,
        "seconds": round(episode.length / episode.rate, 3),
        "lines": len(episode.lines),
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
