"""A transcript and its recording -> the texts of out/<episode>/original/."""

from __future__ import annotations

from pathlib import Path

from podcast.errors import ReadError
from podcast.files.names import ORIGINAL
from podcast.files.settings import Settings
from podcast.files.store import Store
from podcast.files.whole import writing
from podcast.model import Line, Recipe, Script, Tell, Transcript
from podcast.production.order import Order, drafted, look, require_source
from podcast.published.folder import replace_folder
from podcast.recording.heard import Recording, heard_in, require_recording, warning
from podcast.recording.original import Source, original_files
from podcast.recording.times import Alignment, has_times, told_times
from podcast.subtitles.lines import style_of
from podcast.text.read import is_script, read
from podcast.text.sentences import sentences

Texts = tuple[tuple[str, str], ...]
"""Names and texts of files."""


def original_texts(
    source: Path,
    script: Script,
    recipe: Recipe,
    settings: Settings,
    store: Store,
    recording: Recording | None,
) -> tuple[Texts, str]:
    """The files that fit the original of a script, and what a person should know of them.

    There are none where neither the recording nor its times are known. Raises ReadError where the
    recording cannot be read or is of another talk.
    """
    transcript = _spoken(script) if is_script(source) else read(source)
    if recording:
        alignment = heard_in(recording, transcript, store, settings.pronounce)
        return _texts(alignment, script, recipe, settings, recording), warning(alignment)
    if has_times(transcript):
        return _texts(told_times(transcript), script, recipe, settings, None), ""
    return (), ""


def _texts(
    alignment: Alignment,
    script: Script,
    recipe: Recipe,
    settings: Settings,
    recording: Recording | None,
) -> Texts:
    told = Source(recording.path.name if recording else "", settings.link)
    return tuple(original_files(alignment, script, told, style_of(recipe), recipe.karaoke))


def _spoken(script: Script) -> Transcript:
    """A script's sentences as the lines of a transcript, where there is no other."""
    spoken = [
        (sentence, paragraph.voice)
        for chapter in script.chapters
        for paragraph in chapter.paragraphs
        for sentence in sentences(paragraph.text)
    ]
    return Transcript(
        tuple(Line(text, number, voice=voice) for number, (text, voice) in enumerate(spoken, 1))
    )


def write_original(order: Order, recording: Recording, folder: Path | None, tell: Tell) -> Path:
    """Write the files that fit a recording of an order's transcript; returns their folder.

    They are of the script in the episode's folder where a person edited it, else of the one that
    the program writes. Raises ReadError, and writes nothing, where the recording does not fit.
    """
    require_source(order.source)
    require_recording(recording)
    before = look(order)
    settings = before.settings
    script = before.edit.script if before.edit else drafted(order.source, order.recipe, settings)[0]
    store = Store(order.cache)
    texts, warned = original_texts(order.source, script, order.recipe, settings, store, recording)
    if warned:
        tell(warned)
    place = folder or order.folder / ORIGINAL
    if place.exists() and not place.is_dir():
        raise ReadError(f"{place} is a file, not a folder; choose a folder with -o")
    with writing(place), store.work() as work:
        new = work / ORIGINAL
        put_texts(texts, new)
        place.parent.mkdir(parents=True, exist_ok=True)
        replace_folder(new, place)
    return place


def put_texts(texts: Texts, folder: Path) -> None:
    """Write each text under its name into a new folder; none, where there are no texts."""
    if texts:
        folder.mkdir()
    for name, text in texts:
        (folder / name).write_bytes(text.encode())
