"""A transcript and its recording -> the texts of out/<episode>/original/.

What finds words in a recording is imported by the functions that need it: most talks have none, and
to import it takes as long as much of an edit.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from podcast.errors import ReadError
from podcast.files import json_text
from podcast.files.keys import content_key, digest_if_any
from podcast.files.names import ORIGINAL, PAGE, REPORT, TIMES
from podcast.files.settings import Settings
from podcast.files.sources import sources_key
from podcast.files.store import Store
from podcast.files.whole import replacing
from podcast.formats.subtitles.lines import style_of
from podcast.model import Line, Passage, Recipe, Script, Tape, Tell, Transcript
from podcast.production.order import Before, Order, account_of, drafted, look, require_source
from podcast.published.report import Report, report_text
from podcast.recording import times
from podcast.recording.original import CHAPTER_LISTS, Source, original_files
from podcast.recording.times import Alignment, has_times, told_times
from podcast.text import read as reading
from podcast.text.read import is_script, read
from podcast.text.read.account import known_names
from podcast.text.script import with_known_names
from podcast.text.sentences import sentences

if TYPE_CHECKING:
    from podcast.outside.recogniser import Witness
    from podcast.recording.heard import Recording
    from podcast.recording.passages import Unheard

Texts = tuple[tuple[str, str], ...]
"""Names and texts of files."""


def original_texts(
    source: Path,
    script: Script,
    recipe: Recipe,
    settings: Settings,
    store: Store,
    *,
    recording: Recording | None,
    witness: Witness | None = None,
    watch: Callable[[float], object] = lambda _: None,
) -> tuple[Texts, str]:
    """The files that fit the original of a script, and what a person should know of them.

    A witness, if there is one, also hears the lines that are not sure, and `watch` is told each
    share of that work when it is done. There are no files where neither the recording nor its
    times are known. Raises ReadError where the recording cannot be read or is of another talk.
    """
    if recording:
        from podcast.recording.heard import heard_in, warning
        from podcast.recording.witness import witnessed

        def confirmed(found: Alignment) -> Alignment:
            if witness is None:
                return found
            return witnessed(found, recording, witness, store, settings.pronounce, watch=watch)

        transcript = _spoken(script) if is_script(source) else read(source)
        alignment = heard_in(recording, transcript, store, settings.pronounce, confirmed)
        return _texts(alignment, script, recipe, settings, recording), warning(alignment)
    if not is_script(source) and _is_timed(source, store):
        return _texts(told_times(read(source)), script, recipe, settings, None), ""
    return (), ""


def _is_timed(source: Path, store: Store) -> bool:
    """Whether a transcript tells its times. The store keeps the answer: few edits change it."""
    program = sources_key(reading.__name__, times.__name__)
    key = content_key(program, source.suffix.lower(), digest_if_any(source))
    told = store.here.once(f"{key}.told", lambda: json.dumps(has_times(read(source))).encode())
    return bool(json.loads(told))


def passages_of(
    source: Path, script: Script, recipe: Recipe, settings: Settings, store: Store
) -> list[list[Passage | Unheard]]:
    """What of the recipe's recording is put together to each paragraph of each chapter of a script.

    Raises ReadError where the recording cannot be read or is of another talk.
    """
    from podcast.recording.heard import Recording, heard_in, lulls_in
    from podcast.recording.passages import passages

    assert recipe.recording
    recording = Recording(recipe.recording)
    transcript = _spoken(script) if is_script(source) else read(source)
    alignment = heard_in(recording, transcript, store, settings.pronounce)
    lulls = lulls_in(recording, store)
    noise = lulls.noise_db if recipe.denoise else None
    tape = Tape(recording.path.absolute(), recording.content, noise)
    return passages(alignment, lulls, script, tape, recipe)


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


def write_original(
    order: Order,
    recording: Recording,
    folder: Path | None,
    tell: Tell,
    witness: Witness | None = None,
    *,
    watch: Callable[[float], object] = lambda _: None,
) -> Path:
    """Write the files that fit a recording of an order's transcript; returns their folder.

    A witness, if there is one, also hears the lines that are not sure, and `watch` is told each
    share of that work when it is done. The files are of the script in the episode's folder where a
    person edited it, else of the one that the program writes. Raises ReadError, and writes
    nothing, where the recording does not fit.
    """
    from podcast.recording.heard import require_recording

    require_source(order.source)
    require_recording(recording)
    before = look(order)
    settings = before.settings
    place = folder or order.folder / ORIGINAL
    require_free(place)
    script = _named_script(order, before)
    store = Store(order.cache)
    texts, warned = original_texts(
        order.source,
        script,
        order.recipe,
        settings,
        store,
        recording=recording,
        witness=witness,
        watch=watch,
    )
    if warned:
        tell(f"{warned}; {place / PAGE} lists the others to listen to")
    marked_first = sorted(texts, key=lambda text: text[0] != TIMES)  # it shows whose the rest is
    for name, text in marked_first:
        with replacing(place / name) as part:
            part.write_bytes(text.encode())
    if folder is None:
        _no_more_of_the_build(order.folder, before.report)
    return place


def _named_script(order: Order, before: Before) -> Script:
    """The script that a person edited, else the program's; with the names of host and guest."""
    if before.edit:
        script, account = before.edit.script, account_of(order, before)
    else:
        script, account = drafted(order.source, order.recipe, before.settings)
    return with_known_names(script, known_names(account))


def require_free(place: Path) -> None:
    """Raise ReadError where files that fit a recording cannot be written, or would replace others.

    What an earlier alignment wrote, which its `timemap.json` shows, is replaced.
    """
    if place.exists() and not place.is_dir():
        raise ReadError(f"{place} is a file, not a folder; choose a folder with -o")
    taken = [name for name in (PAGE, *CHAPTER_LISTS) if (place / name).exists()]
    if taken and not (place / TIMES).is_file():
        raise ReadError(
            f"{place / taken[0]} is no file of an alignment and would be replaced; "
            "choose another folder with -o"
        )


def _no_more_of_the_build(folder: Path, report: Report) -> None:
    """Take the files of `original/` out of a build's report: an alignment wrote them anew."""
    files = tuple(pair for pair in report.files if not pair[0].startswith(f"{ORIGINAL}/"))
    if files != report.files:
        with replacing(folder / REPORT) as part:
            part.write_text(report_text(replace(report, files=files)), "utf-8")


def written_in(place: Path) -> set[str]:
    """The names in `place` that an alignment writes; none if no alignment wrote there."""
    if not (place / TIMES).is_file():
        return set()
    subtitles = (
        path.name for kind in ("srt", "vtt", "ass") for path in place.glob(f"{ORIGINAL}.*{kind}")
    )
    return {PAGE, TIMES, *CHAPTER_LISTS, *subtitles}


@dataclass(frozen=True, slots=True)
class Fitted:
    """What the files in a folder fit: the key of their script, and where their times come from.

    Both are empty where there are no such files.
    """

    script: str = ""
    times_from: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether the times were found in a recording."""
        return self.times_from == "recording"


def fitted_in(place: Path) -> Fitted:
    """What the files that an alignment wrote in `place` fit."""
    try:
        told = json_text.parse((place / TIMES).read_text("utf-8"))
        return Fitted(str(told["script"]), str(told["times_from"]))
    except (OSError, ValueError, LookupError, TypeError):
        return Fitted()


def put_texts(texts: Texts, folder: Path) -> None:
    """Write each text under its name into a new folder; none, where there are no texts."""
    if texts:
        folder.mkdir()
    for name, text in texts:
        (folder / name).write_bytes(text.encode())
