"""seeds/NAME.txt -> the settings in seeds/NAME.toml, if there is such a file.

title = "2025 双月回顾"
date = 2025-03-01
author = "Indigo"
description = "One or more lines for the show notes."
cover = "cover.png"             # beside this file
link = "https://…/1"            # the episode's page on the web

[cast]                          # role = the role whose voice it gets: here voices/narrator.toml
host = "narrator"

[glossary]                      # for this seed; glossary.toml beside it is for all seeds there
"泽连斯基" = ["泽联斯基"]      # right = [wrong, ...]

[pronounce]                     # word = how it is spoken: characters of the same sound, or pinyin
"乐队" = "yue4 dui4"            # (for engines that read pinyin); the shown text is unchanged

[recipe]                        # any field of Recipe; an option of the command wins over it
music = "bed.mp3"               # beside this file

[[chapters]]                    # chapters set by hand, in order
title = "开场"
begins = "欢迎回到"             # the first words of the chapter, or the number of its first line
part = "上半场"                 # optional
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from podcast.errors import ReadError
from podcast.files import toml
from podcast.files.addresses import is_web_address
from podcast.files.decode import read_bytes
from podcast.files.names import PICTURES
from podcast.files.options import OPTIONS, OutOfRange
from podcast.files.suggest import suggest
from podcast.files.tidy import named, tidy
from podcast.model import Opening


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings that a person wrote beside a transcript. Every field may be empty.

    `date` is in ISO 8601 form. `cast` pairs a role with the role whose voice it gets. `glossary`
    is the table as it is written. `pronounce` maps a word to its respelling. `recipe` holds only
    the fields of Recipe that are set.
    """

    title: str = ""
    date: str = ""
    author: str = ""
    description: str = ""
    cover: Path | None = None
    cast: tuple[tuple[str, str], ...] = ()
    glossary: Mapping[str, Any] = field(default_factory=dict, hash=False)
    pronounce: Mapping[str, str] = field(default_factory=dict, hash=False)
    chapters: tuple[Opening, ...] = ()
    link: str = ""
    recipe: Mapping[str, Any] = field(default_factory=dict, hash=False)
    sha256: str | None = field(default=None, compare=False)  # of the file; None without a file


class Mistake(ValueError):
    """A mistake in a settings file; the caller adds the name of the file."""


def settings_path(seed: Path) -> Path:
    """The path of a seed's settings file, which need not exist.

    >>> settings_path(Path("seeds/v1.2-talk.txt")).name
    'v1.2-talk.toml'
    """
    return seed.with_suffix(".toml")


def picture_beside(seed: Path) -> Path | None:
    """The picture beside a transcript that has its name, if there is one."""
    pictures = (seed.with_suffix(suffix) for suffix in PICTURES)
    return next((path for path in pictures if path.is_file()), None)


def glossary_path(seed: Path) -> Path | None:
    """The glossary.toml that all seeds of a folder share, if there is one."""
    path = seed.with_name("glossary.toml")
    return path if path.is_file() and path not in (seed, settings_path(seed)) else None


def read_settings(seed: Path) -> Settings:
    """The settings beside a seed; they are empty if there is no settings file.

    Raises ReadError if the file is not TOML, or a key or a value in it is wrong.
    """
    path = settings_path(seed)
    if not path.exists() or path == seed:
        return Settings()
    return settings_in(read_bytes(path), path)


def settings_in(encoded: bytes, path: Path) -> Settings:
    """The settings in the bytes of the file `path`. Raises ReadError as `read_settings` does."""
    try:
        values = read_table(toml.table_in(encoded, path), READERS, path)
        return Settings(**values, sha256=sha256(encoded).hexdigest())
    except Mistake as mistake:
        raise ReadError(f"cannot read {named(path)}: {mistake}") from None


Reader = Callable[[Any, str, Path], Any]
"""A function of a value, its key and the path of the settings file.

It returns the value as Settings holds it, or raises Mistake."""


def read_table(
    table: Mapping[str, Any], readers: Mapping[str, Reader], path: Path
) -> dict[str, Any]:
    """Each value as the reader of its key returns it. Raises Mistake for a key without a reader."""
    for key in table:
        if key not in readers:
            raise Mistake(f"unknown key {shown(key)}; {suggest(key, readers)}")
    return {key: readers[key](value, key, path) for key, value in table.items()}


def read_line(value: Any, key: str, path: Path) -> str:
    """A text on one line, not empty. Raises Mistake."""
    text = tidy(value) if isinstance(value, str) else ""
    if not text:
        raise Mistake(f"{key} must be text in quotes, not {shown(value)}")
    return text


def read_lines(value: Any, key: str, path: Path) -> str:
    """A text of any number of lines. Raises Mistake."""
    if not isinstance(value, str):
        raise Mistake(f"{key} must be text in quotes, not {shown(value)}")
    return "\n".join(map(tidy, value.strip().splitlines()))


def read_date(value: Any, key: str, path: Path) -> str:
    """A date, or a date and time, in ISO 8601 form. Raises Mistake."""
    if isinstance(value, date):
        return value.isoformat()
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Mistake(f"{key} must be a date like 2025-03-01, not {shown(value)}") from None
    return str(value)


def read_cover(value: Any, key: str, path: Path) -> Path:
    """The path of a picture, relative to the settings file. Raises Mistake."""
    picture = path.parent / read_line(value, key, path)
    with suppress(OSError, ValueError):  # the system allows no file to be called so
        if picture.is_file():
            return picture
    raise Mistake(f"{key} names {shown(value)}, and there is no such file")


def read_cast(value: Any, key: str, path: Path) -> tuple[tuple[str, str], ...]:
    """Pairs of a role and the role whose voice it gets. Raises Mistake."""
    table = read_mapping(value, key, path)
    return tuple(
        (role, read_line(voice, f"{key}.{role:.60}", path)) for role, voice in table.items()
    )


def read_mapping(value: Any, key: str, path: Path) -> Mapping[str, Any]:
    """A table, unchanged. Raises Mistake for any other value."""
    if not isinstance(value, Mapping):
        raise Mistake(f"{key} must be a table, headed [{key}], not {shown(value)}")
    return value


def read_pronounce(value: Any, key: str, path: Path) -> Mapping[str, str]:
    """Words and their respellings; a word whose respelling is empty is not said. Raises Mistake."""
    table = read_mapping(value, key, path)
    for word, respelling in table.items():
        if not word:
            raise Mistake(f"{key} has a respelling of no word; write one before the =")
        if not isinstance(respelling, str):
            raise Mistake(f"{key}.{word:.60} must be text in quotes, not {shown(respelling)}")
    return table


def read_link(value: Any, key: str, path: Path) -> str:
    """A web address, without its fragment. Raises Mistake."""
    if not isinstance(value, str) or not is_web_address(value):
        raise Mistake(f"{key} must be a web address, https://…, not {shown(value)}")
    return value.partition("#")[0]


def read_recipe(value: Any, key: str, path: Path) -> dict[str, Any]:
    """Fields of Recipe by name; paths are relative to the settings file. Raises Mistake."""
    recipe = {}
    for name, setting in read_mapping(value, key, path).items():
        if name not in OPTIONS:
            raise Mistake(f"unknown key '{key}.{name}'; {suggest(name, OPTIONS)}")
        try:
            recipe[name] = OPTIONS[name].take(setting, path.parent)
        except OutOfRange as error:
            raise Mistake(f"{key}.{name}: {error}") from None
    return recipe


def read_openings(value: Any, key: str, path: Path) -> tuple[Opening, ...]:
    """The chapters that a person set by hand. Raises Mistake."""
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise Mistake(f"{key} must be tables, each headed [[{key}]], not {shown(value)}")
    return tuple(read_opening(one, f"chapter {n}", path) for n, one in enumerate(value, 1))


def read_opening(table: Mapping[str, Any], which: str, path: Path) -> Opening:
    """One chapter that a person set by hand; `which` names it in messages. Raises Mistake."""
    try:
        fields = read_table(table, OPENING_READERS, path)
    except Mistake as mistake:
        raise Mistake(f"{which}: {mistake}") from None
    missing = [key for key in ("title", "begins") if key not in fields]
    if missing:
        raise Mistake(f"{which} has no {missing[0]}; give its title and how it begins")
    return Opening(**fields)


def read_begins(value: Any, key: str, path: Path) -> str | int:
    """The first words of a chapter, or the number of its first line. Raises Mistake."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    if isinstance(value, str) and tidy(value):
        return tidy(value)
    raise Mistake(f"{key} must be the first words or a line number from 1, not {shown(value)}")


def shown(value: Any) -> str:
    """A value for an error message: at most 60 characters, a table or a list as those words."""
    kinds = {bool: "true or false", dict: "a table", list: "a list"}
    text = kinds.get(type(value)) or repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


READERS: dict[str, Reader] = {
    "title": read_line,
    "date": read_date,
    "author": read_line,
    "description": read_lines,
    "cover": read_cover,
    "cast": read_cast,
    "glossary": read_mapping,
    "pronounce": read_pronounce,
    "chapters": read_openings,
    "link": read_link,
    "recipe": read_recipe,
}
OPENING_READERS: dict[str, Reader] = {
    "title": read_line,
    "begins": read_begins,
    "part": read_line,
    "picture": read_cover,
}
