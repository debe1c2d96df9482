"""A dropped file -> how it is read, and its place in seeds/; a form <-> seeds/NAME.toml."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from datetime import date
from itertools import chain, count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import tomlkit
from PIL import Image
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

from podcast.errors import ReadError
from podcast.files import toml
from podcast.files.decode import decode, read_bytes
from podcast.files.names import TRANSCRIPTS
from podcast.files.options import OPTIONS
from podcast.files.settings import Settings, settings_in, settings_path, shown
from podcast.files.tidy import tidy
from podcast.files.whole import replacing
from podcast.model import Recipe
from podcast.pictures.cover import FORMATS, LARGEST_PICTURE
from podcast.production.publish import file_name
from podcast.studio.history import Row
from podcast.studio.shelf import Shelf, is_name, require_name
from podcast.text.draft import drafted
from podcast.text.glossary import parse_glossary
from podcast.text.read import Reading, reading
from podcast.text.read.account import account
from podcast.text.read.told import turns
from podcast.text.remarks import remarks

HEAD = 20  # lines of a transcript that are shown
RECORDINGS = frozenset(
    [
        ".mp3",
        ".m4a",
        ".m4b",
        ".aac",
        ".wav",
        ".flac",
        ".ogg",
        ".opus",
        ".mp4",
        ".mkv",
        ".webm",
        ".mov",
        ".m4v",
        ".wma",
        ".aiff",
    ]
)
Made = TypeVar("Made")
FORM = ("title", "author", "date", "cover", "description", "link")  # the plain keys of the form


# Reading -----------------------------------------------------------------------------------


def read_file(content: bytes, given: str) -> dict[str, Any]:
    """How a dropped file is read, as JSON has it; nothing is written. Raises ReadError.

    `given` is the name of the file on the machine of the person who dropped it.
    """
    return {"name": proposed(given), **reading_told(_of_file(content, given, reading))}


def reading_told(found: Reading) -> dict[str, Any]:
    """A reading as JSON has it."""
    told = account(found)
    lines = found.transcript.lines
    return {
        "form": told.form,
        "language": told.language,
        "lines": told.lines,
        "timed": told.timed,
        "characters": sum(len(line.text) for line in lines),
        "speakers": [
            {"name": each.name, "role": each.role, "share": each.share} for each in told.speakers
        ],
        "dropped": [
            {"line": each.number, "text": each.text, "why": each.why} for each in found.dropped
        ],
        "head": [f"[{voice}] {text}" for voice, text in islice(turns(found), HEAD)],
    }


def foreseen(content: bytes, given: str) -> dict[str, Any]:
    """What the program would make of a dropped file by itself, as JSON has it; nothing is written.

    That is its title, the number of its chapters and what it has to remark. It takes as long as a
    draft does: some seconds for an hour of speech. Raises ReadError.
    """
    recipe = Recipe()
    script = _of_file(content, given, lambda path: drafted(path, recipe, Settings())[0])
    return {
        "title": script.title,
        "chapters": len(script.chapters),
        "warnings": list(remarks(script, recipe)),
    }


def _of_file(content: bytes, given: str, make: Callable[[Path], Made]) -> Made:
    """What `make` makes of a dropped file. Raises ReadError, which gives the file's own name."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{proposed(given)}{suffix_of(given)}"
        path.write_bytes(content)
        try:
            return make(path)
        except ReadError as error:
            raise ReadError(str(error).replace(f"{folder}/", "")) from None


def proposed(given: str) -> str:
    """The name of an episode that is made from a file, by the file's own.

    >>> proposed("../一集: 开场.SRT"), proposed(".txt")
    ('一集 开场', 'txt')
    """
    stem = Path(given.replace("\\", "/")).name.rpartition(".")
    text = tidy(stem[0] or stem[2]).strip(". ")
    name = file_name(text) if text else "episode"
    return name if is_name(name) else "episode"


def suffix_of(given: str) -> str:
    """The suffix under which a transcript is kept; .txt for one that is not known.

    >>> suffix_of("a.SRT"), suffix_of("a.exe")
    ('.srt', '.txt')
    """
    suffix = Path(given).suffix.lower()
    return suffix if suffix in TRANSCRIPTS else ".txt"


# Places of files ---------------------------------------------------------------------------


class Taken(Exception):
    """There is a file of that name already; `free` is a name that nothing has."""

    def __init__(self, name: str, free: str) -> None:
        """`name` is the one that is taken."""
        super().__init__(f"there is something called {name} already; choose another name")
        self.free = free


def place_for(shelf: Shelf, name: str, given: str) -> Path:
    """The path of a new transcript. Raises ReadError for a bad name, and Taken."""
    names = {path.stem for path in shelf.seeds.glob("*")}
    names |= {path.name for path in shelf.out.glob("*")}
    if require_name(name) in names:
        raise Taken(name, free_name(name, names))
    return shelf.seeds / f"{name}{suffix_of(given)}"


def place_beside(shelf: Shelf, name: str, given: str, kinds: Iterable[str]) -> Path:
    """The path of a new file beside a transcript, of one of these kinds. Raises ReadError."""
    suffix = Path(given).suffix.lower()
    if suffix not in kinds:
        known = ", ".join(sorted(kinds))
        raise ReadError(f"{given[:60]!r} is of no kind that fits; give one of {known}")
    names = {path.stem for path in shelf.seeds.glob(f"*{suffix}")}
    return shelf.seeds / f"{free_name(require_name(name), names)}{suffix}"


def free_name(name: str, taken: set[str]) -> str:
    """The name, or with the least number behind it that is not taken.

    >>> free_name("一集", {"一集", "一集-2"})
    '一集-3'
    """
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(each for each in names if each not in taken)


def require_picture(path: Path, name: str) -> None:
    """Raise ReadError unless the file is a picture that a cover can be made of."""
    try:
        with Image.open(path, formats=FORMATS) as picture:
            width, height = picture.size
            picture.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise ReadError(f"{name[:60]!r} is no picture; give a PNG or a JPEG") from None
    if width * height > LARGEST_PICTURE:
        raise ReadError(f"{name[:60]!r} has {width} x {height} pixels; give a smaller one")


# Settings ----------------------------------------------------------------------------------


def form(seed: Path) -> dict[str, Any]:
    """The settings beside a seed, as the form shows them. Raises ReadError."""
    table = opened(seed).unwrap()
    cast, recipe = table.get("cast", {}), table.get("recipe", {})
    return {
        **{key: _shown(table.get(key, "")) for key in FORM},
        "cast": {role: str(voice) for role, voice in cast.items()},
        "recipe": {name: recipe[name] for name in recipe if name in OPTIONS},
    }


def _shown(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def fill_in(seed: Path, filled: Mapping[str, Any]) -> None:
    """Write what a person filled into the form beside a seed; comments and other keys stay.

    An empty value removes its key, and so do those of `recipe` and `cast` that are not given.
    Raises ReadError if a value is wrong, and WriteError.
    """
    document = opened(seed)
    for key in FORM:
        if key in filled:
            _set(document, key, _dated(key, filled[key]))
    for key, known in (("recipe", set(OPTIONS)), ("cast", None)):
        if key in filled:
            _fill_table(document, key, filled[key], known)
    _require_beside(seed, document.get("cover"), document.get("recipe", {}))
    write(seed, document)


def _dated(key: str, value: Any) -> Any:
    """The value; a date as TOML has it. A wrong one is refused when all of it is read."""
    if key == "date" and isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _fill_table(
    document: tomlkit.TOMLDocument, key: str, values: Any, known: set[str] | None
) -> None:
    if not isinstance(values, Mapping):
        raise ReadError(f"{key} must be a table")
    table = document.get(key)
    if not isinstance(table, Table):
        if not any(value not in (None, "") for value in values.values()):
            return
        table = tomlkit.table()
        document[key] = table
    for name in [name for name in table if name not in values and (not known or name in known)]:
        del table[name]
    for name, value in values.items():
        _set(table, name, value)
    if not table:
        del document[key]


def _set(table: Any, key: str, value: Any) -> None:
    if value is None or value == "":
        table.pop(key, None)
    elif table.get(key) != value:
        try:
            table[key] = value
        except (TOMLKitError, TypeError, ValueError):
            raise ReadError(f"{key} cannot be {shown(value)}; give a text or a number") from None


def _require_beside(seed: Path, cover: Any, recipe: Mapping[str, Any]) -> None:
    """Raise ReadError if a setting names a file outside the folder of the seed."""
    files = [cover, *(recipe.get(name) for name, each in OPTIONS.items() if each.kind is Path)]
    for name in filter(None, files):
        if not _is_beside(seed, str(name)):
            raise ReadError(f"{str(name)!r:.60} is not in {seed.parent}; put the file there first")


def _is_beside(seed: Path, name: str) -> bool:
    """Whether a name leads to a place in the folder of a seed, or in a folder below it."""
    try:
        return (seed.parent / name).resolve().is_relative_to(seed.parent.resolve())
    except (OSError, RuntimeError, ValueError):  # a loop of links, or no name of a file at all
        return False


def add_spelling(seed: Path, wrong: str, right: str) -> None:
    """Add a row to the glossary beside a seed: `wrong` is always written `right`.

    Raises ReadError if the glossary says otherwise already, and WriteError.
    """
    document = opened(seed)
    table = document.setdefault("glossary", tomlkit.table())
    entry = table.get(right)
    if isinstance(entry, MutableMapping):
        words = entry.get("wrong", [])
        entry["wrong"] = [*([words] if isinstance(words, str) else words), wrong]
    elif isinstance(entry, list):
        entry.append(wrong)
    else:
        table[right] = [entry, wrong] if isinstance(entry, str) else [wrong]
    write(seed, document)


def take_spelling(seed: Path, wrong: str, right: str) -> None:
    """Take a row out of the glossary beside a seed. Raises ReadError or WriteError."""
    document = opened(seed)
    table = document.get("glossary", {})
    entry = table.get(right)
    owner, key = (entry, "wrong") if isinstance(entry, MutableMapping) else (table, right)
    words = owner.get(key)
    if isinstance(words, list) and wrong in words:
        words.remove(wrong)
    elif words != wrong:
        return
    if words in ([], wrong):
        del owner[key]
    _without_empty(document, "glossary")
    write(seed, document)


def say_so(seed: Path, word: str, respelling: str) -> None:
    """Write how a word is spoken into the settings beside a seed; empty: as it is written.

    Raises ReadError or WriteError.
    """
    document = opened(seed)
    _set(document.setdefault("pronounce", tomlkit.table()), word, respelling)
    _without_empty(document, "pronounce")
    write(seed, document)


def said_now(seed: Path, word: str) -> str:
    """How the settings beside a seed say that a word is spoken, or empty. Raises ReadError."""
    return str(opened(seed).get("pronounce", {}).get(word, ""))


def add_row(seed: Path, row: Row) -> None:
    """Write a row into the settings beside a seed. Raises ReadError or WriteError."""
    if row.table == "glossary":
        add_spelling(seed, row.word, row.value)
    else:
        say_so(seed, row.word, row.value)


def take_row(seed: Path, row: Row) -> None:
    """Take a row out of the settings again, unless a person has changed it since.

    Raises ReadError or WriteError.
    """
    if row.table == "glossary":
        take_spelling(seed, row.word, row.value)
    elif said_now(seed, row.word) == row.value:
        say_so(seed, row.word, row.before)


def _without_empty(document: tomlkit.TOMLDocument, key: str) -> None:
    """Take a table away that has nothing in it."""
    if key in document and not document[key]:
        del document[key]


def opened(seed: Path) -> tomlkit.TOMLDocument:
    """The settings file beside a seed, with its comments; empty if there is none.

    Raises ReadError if it is not TOML.
    """
    path = settings_path(seed)
    if not path.is_file():
        return tomlkit.document()
    encoded = read_bytes(path)
    toml.table_in(encoded, path)
    text = decode(encoded) if encoded.strip() else ""
    try:
        return tomlkit.parse(text)
    except TOMLKitError:
        return tomlkit.parse(toml.with_quoted_keys(text))


def write(seed: Path, document: tomlkit.TOMLDocument) -> None:
    """Write the settings file beside a seed, unless a build would refuse it.

    Raises ReadError if so, and WriteError.
    """
    path = settings_path(seed)
    encoded = tomlkit.dumps(document).encode()
    parse_glossary(settings_in(encoded, path).glossary, str(path))
    with replacing(path) as part:
        part.write_bytes(encoded)
