"""Production -> out/<episode>/: every file of an episode, all at once.

The files are written to a new folder, which then replaces the episode's; so the episode's folder
is always one complete build. Files that a person put into it are copied to the new one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from itertools import chain
from pathlib import Path
from shutil import copy2, copytree

from podcast.files.keys import content_key
from podcast.files.names import (
    AUDIOBOOK,
    CHAPTER_FILES,
    COVER,
    ORIGINAL,
    PAGE,
    PREVIOUS_SCRIPT,
    REPORT,
    SCRIPT,
    SOUND,
)
from podcast.files.seal import content
from podcast.files.sources import sources_key
from podcast.files.store import Store
from podcast.files.whole import alone, is_orphan, remove_orphans, writing
from podcast.formats.subtitles import files as subtitles
from podcast.formats.subtitles.files import ByEnd, packed, subtitle_files, unpacked
from podcast.formats.subtitles.lines import DEFAULT
from podcast.formats.tags import chapter_tags_bytes, tags_bytes
from podcast.formats.texts import TEXTS, Beside
from podcast.model import Episode, Style, Track
from podcast.production.original import Texts, fitted_in, put_texts, written_in
from podcast.production.produce import Production
from podcast.production.told import mentioned
from podcast.published.episode import stale_files
from podcast.published.folder import replace_folder
from podcast.published.listened import mark_page, still_heard
from podcast.published.report import Report, read_report, report_text
from podcast.sound.m4b import write_m4b
from podcast.sound.mp3 import Cut, cut, write_mp3

LONGEST_NAME = 120  # bytes of a title in a file name; file systems allow 255 bytes in all
RESERVED = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')  # in file names, on any system


@dataclass(frozen=True, slots=True)
class Files:
    """The content of the files that are published beside the sound and its subtitles.

    `script` is the Markdown to write. `report` lacks only the list of files. `cover` is a JPEG,
    and `small_cover` the same picture at the size of a tag. `pictures` has a JPEG for each
    chapter, or is empty.
    """

    script: bytes
    report: Report
    cover: bytes
    small_cover: bytes
    pictures: tuple[bytes, ...] = ()
    description: str = ""
    link: str = ""  # the episode's page on the web
    style: Style = DEFAULT
    karaoke: bool = False
    original: Texts = ()  # what fits the original recording
    script_key: str = ""  # what fits it must be of this script, see recording/original.py


def prepare(episode: Episode, files: Files, folder: Path, work: Path, store: Store) -> None:
    """Write the texts of an episode into `work`, from which `publish` moves them to `folder`.

    Raises WriteError.
    """
    new = work / "episode"
    with writing(folder):
        (new / CHAPTER_FILES).mkdir(parents=True)
        write_texts(episode, files, files.small_cover, new, store)
        put_texts(files.original, new / ORIGINAL)


def publish(
    production: Production,
    files: Files,
    folder: Path,
    work: Path,
    *,
    mine: str | None,
    rewrite: bool,
) -> tuple[bool, Report]:
    """Write the episode to `work`, beside its texts, then replace `folder` by it.

    `mine` is the SHA-256 of the script in `folder` that may be replaced. Any other script there
    was edited by a person and is kept: as PREVIOUS_SCRIPT with `rewrite`, else under its own name.
    Returns whether one was kept, and the report as it was written. Raises WriteError, or
    DamagedSound if stored frames are damaged; `folder` is then unchanged.
    """
    new = work / "episode"
    with writing(folder):
        (new / SCRIPT).write_bytes(files.script)
        (new / COVER).write_bytes(files.cover)
        write_sound(production, files, new)
        if production.aac:
            write_m4b(
                new / AUDIOBOOK, production.episode, files.small_cover, production.aac_parts, work
            )
        report = still_heard(files.report, new)
        if report.listened:
            mark_page(new / PAGE, report.listened.faults)
        report = _full_report(report, files, new)
        (new / REPORT).write_bytes(report_text(report).encode())
        kept = put_in_place(new, folder, mine, files.script_key, rewrite=rewrite)
    return kept, report


def put_in_place(
    new: Path, folder: Path, mine: str | None, script_key: str, *, rewrite: bool
) -> bool:
    """Replace `folder` by `new`, with what a person put into `folder`.

    `mine` and `rewrite` are as in `publish`; returns whether an edited script was kept. Nobody else
    who takes the lock can write to `folder` meanwhile. Raises WriteError or OSError.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with alone(folder.parent):
        remove_orphans(folder.parent)
        kept = _keep_what_is_a_persons(folder, new, mine, PREVIOUS_SCRIPT if rewrite else SCRIPT)
        _keep_original(folder, new, script_key)
        replace_folder(new, folder)
    return kept


def _full_report(report: Report, files: Files, new: Path) -> Report:
    """The report with the name and the size in bytes of every file."""
    paths = sorted(path for path in new.rglob("*") if path.is_file())
    sizes = tuple((path.relative_to(new).as_posix(), path.stat().st_size) for path in paths)
    script = replace(report.script, sha256=sha256(files.script).hexdigest())
    return replace(report, script=script, files=sizes)


def write_sound(production: Production, files: Files, folder: Path) -> None:
    """Write episode.mp3 and chapters/NN-title.mp3 with their tags.

    Raises DamagedSound, or OSError.
    """
    episode, cover = production.episode, files.small_cover
    tag = tags_bytes(episode, cover, link=files.link, pictures=files.pictures)
    chapters = _chapters(production, cover, folder / CHAPTER_FILES)
    write_mp3(folder / SOUND, tag, chapters, episode.length)


def _chapters(production: Production, cover: bytes, folder: Path) -> Iterator[Cut]:
    """Yield each chapter's frames, cut to its length, after writing them to its own file."""
    episode = production.episode
    for number, (track, stream) in enumerate(
        zip(episode.tracks, production.streams, strict=True), 1
    ):
        frames = cut(content(stream), track.length)
        path = folder / f"{chapter_name(number, track, episode)}.mp3"
        write_mp3(path, chapter_tags_bytes(episode, number, cover), [frames], track.length)
        yield frames


def write_texts(episode: Episode, files: Files, cover: bytes, folder: Path, store: Store) -> None:
    """Write all text files: subtitles, chapter lists, show notes and the page.

    Subtitles that the store's folder holds are not made again; none are put at its URL, from which
    they would come more slowly. Raises OSError and WriteError.
    """
    chapter_names = [
        chapter_name(number, track, episode) for number, track in enumerate(episode.tracks, 1)
    ]
    beside = Beside(
        files.description,
        files.link,
        tuple(chapter_names),
        cover,
        bool(files.pictures),
        mentioned(episode, store),
    )
    texts = ((name, text.write(episode, beside)) for name, text in TEXTS.items())
    keep = partial(_kept, store.here, sources_key(subtitles.__name__))
    shown = subtitle_files(episode, chapter_names, files.style, files.karaoke, keep)
    for name, text in chain(texts, shown):
        (folder / name).write_bytes(text.encode())
    for name, picture in zip(chapter_names, files.pictures, strict=False):
        (folder / CHAPTER_FILES / f"{name}.jpg").write_bytes(picture)


def _kept(store: Store, program: str, key: str, make: Callable[[], ByEnd]) -> ByEnd:
    """The texts of subtitle files that the store has under a key; else those of `make`, kept."""
    name = f"{content_key(program, key)}.subtitles"
    return unpacked(store.once(name, lambda: packed(make())))


def chapter_name(number: int, track: Track, episode: Episode) -> str:
    """A chapter's file name without suffix; its number has as many digits as the last one needs.

    >>> chapter_name(3, Track("../AI: 下一步?", 0, (), ()), Episode("", 1, ()))
    '03-AI 下一步'
    >>> chapter_name(3, Track("开场", 0, (), ()), Episode("", 1, ()))
    '03-开场'
    """
    digits = max(2, len(str(len(episode.tracks))))
    return f"{number:0{digits}}-{file_name(track.title)}"


def file_name(title: str) -> str:
    """A title as a file name that every system accepts: one path step, no dot first or last.

    >>> file_name("../../x"), file_name("CON"), file_name("DeepSeek R1 的贡献")
    ('x', 'CON', 'DeepSeek R1 的贡献')
    """
    plain = " ".join(RESERVED.sub(" ", title).split()).strip(". ")
    shortened = plain.encode("utf-8", "replace")[:LONGEST_NAME].decode("utf-8", "ignore")
    return shortened.strip(". ") or "chapter"


def _keep_what_is_a_persons(folder: Path, new: Path, mine: str | None, name: str) -> bool:
    """Copy the files that no build made from `folder` to `new`.

    Returns whether an edited script was among them, which is copied under `name`.
    """
    if not folder.is_dir():
        return False
    made = made_files(folder)
    for path in folder.iterdir():
        is_made = path.name in {*made, ORIGINAL} or is_orphan(path)
        if not is_made and not (new / path.name).exists():
            _bring(path, new / path.name)
    drop(new, stale_files(folder, new))
    with suppress(FileNotFoundError):
        script = (folder / SCRIPT).read_bytes()
        if sha256(script).hexdigest() != mine and script != (new / SCRIPT).read_bytes():
            (new / name).write_bytes(script)
            return True
    return False


def _keep_original(folder: Path, new: Path, script_key: str) -> None:
    """Copy to `new` what a person put into `original/`, and what `podcast align` wrote there.

    The latter is left where the new episode has such files, or another script than that of the
    key. What a build wrote is left, too.
    """
    old, place = folder / ORIGINAL, new / ORIGINAL
    if not old.is_dir():
        return
    written = written_in(old)
    if is_aligned(folder, script_key) and not place.exists():
        written = set()
    for path in old.iterdir():
        if path.name not in written and not (place / path.name).exists():
            place.mkdir(exist_ok=True)
            _bring(path, place / path.name)


def is_aligned(folder: Path, script_key: str) -> bool:
    """Whether `podcast align`, and no build, wrote `original/`, for the script with this key."""
    fits = fitted_in(folder / ORIGINAL).script == script_key
    return fits and ORIGINAL not in made_files(folder)


def made_files(folder: Path) -> set[str]:
    """The names in an episode's folder that its last build made, according to its report.

    The report is read from the disk: since this build read it, another may have replaced it.
    """
    return {CHAPTER_FILES, REPORT, *(name.split("/")[0] for name, _ in read_report(folder).files)}


def drop(folder: Path, names: Iterable[str]) -> None:
    """Remove files, and folders that are empty then. Raises OSError if a file cannot be removed."""
    for name in names:
        (folder / name).unlink(missing_ok=True)
        for above in Path(name).parents[:-1]:
            with suppress(OSError):  # the folder is not empty
                (folder / above).rmdir()


def _bring(path: Path, place: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        copytree(path, place, symlinks=True)
    else:
        copy2(path, place, follow_symlinks=False)
