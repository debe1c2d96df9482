"""seeds/NAME.txt -> what a person wrote about it in seeds/NAME.toml, if anything.

title = "2025 双月回顾"
date = 2025-03-01
author = "Indigo"
description = "One or more lines for the show notes."
cover = "cover.png"             # beside this file
link = "https://…/1"            # the episode's page on the web

[cast]                          # role = whose voice plays it: voices/narrator.toml's
host = "narrator"

[glossary]                      # this seed's; glossary.toml beside it is for all seeds there
"泽连斯基" = ["泽联斯基"]      # right = [wrong, ...]

[pronounce]                     # word = how it is said: same-sounding characters, or pinyin
"乐队" = "yue4 dui4"            # (for voices that take it); what is shown stays as it is

[recipe]                        # any field of Recipe; the command line wins over it
music = "bed.mp3"               # beside this file

[[chapters]]                    # marks set by hand, in order
title = "开场"
begins = "欢迎回到"             # the first words of the chapter, or its line number
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
from urllib.parse import urlsplit

from podcast.errors import ReadError
from podcast.files import toml
from podcast.files.decode import read_bytes
from podcast.files.options import OPTIONS, OutOfRange
from podcast.files.suggest import suggest
from podcast.files.tidy import named, tidy
from podcast.model import Opening


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person wrote about an episode beside its transcript. All of it may be empty.

    `date` is ISO 8601; `cast` pairs a role with a voice; `glossary` is the table as written;
    `pronounce` has the word and its respelling, as `pronounce.pronounce` takes them;
    `recipe` holds the fields of Recipe that are set.
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
    sha256: str | None = field(default=None, compare=False)  # of the file, where there is one


class Mistake(ValueError):
    """What is wrong in a settings file; which file it is, the caller knows."""


def settings_path(seed: Path) -> Path:
    """Where a seed's settings are, if it has any.

    >>> settings_path(Path("seeds/v1.2-talk.txt")).name
    'v1.2-talk.toml'
    """
    return seed.with_suffix(".toml")


def picture_beside(seed: Path) -> Path | None:
    """The picture that lies beside a transcript under its name, if there is one."""
    pictures = (seed.with_suffix(suffix) for suffix in (".png", ".jpg", ".jpeg"))
    return next((path for path in pictures if path.is_file()), None)


def glossary_path(seed: Path) -> Path | None:
    """The glossary.toml that all seeds of a folder share, if there is one."""
    path = seed.with_name("glossary.toml")
    return path if path.is_file() and path not in (seed, settings_path(seed)) else None


def read_settings(seed: Path) -> Settings:
    """The settings beside a seed, which are empty where there is no such file.

    Raises ReadError when the file is no TOML, or says what is not understood.
    """
    path = settings_path(seed)
    if not path.exists() or path == seed:
        return Settings()
    encoded = read_bytes(path)
    try:
        told = read_table(toml.table_in(encoded, path), READERS, path)
        return Settings(**told, sha256=sha256(encoded).hexdigest())
    except Mistake as mistake:
        raise ReadError(f"cannot read {named(path)}: {mistake}") from None


Reader = Callable[[Any, str, Path], Any]


def read_table(
    table: Mapping[str, Any], readers: Mapping[str, Reader], path: Path
) -> dict[str, Any]:
    """Each value as its key's reader takes it. Raises Mistake on a key that has none."""
    for key in table:
        if key not in readers:
            raise Mistake(f"unknown key {shown(key)}; {suggest(key, readers)}")
    return {key: readers[key](value, key, path) for key, value in table.items()}


def read_line(value: Any, key: str, path: Path) -> str:
    """Text on one line, not empty."""
    text = tidy(value) if isinstance(value, str) else ""
    if not text:
        raise Mistake(f"{key} must be text in quotes, not {shown(value)}")
    return text


def read_lines(value: Any, key: str, path: Path) -> str:
    """Text of any number of lines."""
    if not isinstance(value, str):
        raise Mistake(f"{key} must be text in quotes, not {shown(value)}")
    return "\n".join(map(tidy, value.strip().splitlines()))


def read_date(value: Any, key: str, path: Path) -> str:
    """A date, or a date and time, as ISO 8601 writes it."""
    if isinstance(value, date):
        return value.isoformat()
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Mistake(f"{key} must be a date like 2025-03-01, not {shown(value)}") from None
    return str(value)


def read_cover(value: Any, key: str, path: Path) -> Path:
    """The picture, named from where the settings are."""
    picture = path.parent / read_line(value, key, path)
    with suppress(OSError):  # a name longer than any file's
        if picture.is_file():
            return picture
    raise Mistake(f"{key} names {shown(value)}, and there is no such file")


def read_cast(value: Any, key: str, path: Path) -> tuple[tuple[str, str], ...]:
    """Pairs of role and voice."""
    table = read_mapping(value, key, path)
    return tuple(
        (role, read_line(voice, f"{key}.{role:.60}", path)) for role, voice in table.items()
    )


def read_mapping(value: Any, key: str, path: Path) -> Mapping[str, Any]:
    """A table, as it is written."""
    if not isinstance(value, Mapping):
        raise Mistake(f"{key} must be a table, headed [{key}], not {shown(value)}")
    return value


def read_pronounce(value: Any, key: str, path: Path) -> Mapping[str, str]:
    """Each word with one respelling, which may be empty: then the word is not said."""
    table = read_mapping(value, key, path)
    for word, respelling in table.items():
        if not word:
            raise Mistake(f"{key} has a respelling of no word; write one before the =")
        if not isinstance(respelling, str):
            raise Mistake(f"{key}.{word:.60} must be text in quotes, not {shown(respelling)}")
    return table


def read_link(value: Any, key: str, path: Path) -> str:
    """A web address."""
    parts = urlsplit(value) if isinstance(value, str) else None
    if not parts or parts.scheme not in ("http", "https") or not parts.netloc:
        raise Mistake(f"{key} must be a web address, https://…, not {shown(value)}")
    return str(value).partition("#")[0]


def read_recipe(value: Any, key: str, path: Path) -> dict[str, Any]:
    """Fields of Recipe; files are named from where the settings are."""
    made = {}
    for name, setting in read_mapping(value, key, path).items():
        if name not in OPTIONS:
            raise Mistake(f"unknown key '{key}.{name}'; {suggest(name, OPTIONS)}")
        try:
            made[name] = OPTIONS[name].take(setting, path.parent)
        except OutOfRange as error:
            raise Mistake(f"{key}.{name}: {error}") from None
    return made


def read_openings(value: Any, key: str, path: Path) -> tuple[Opening, ...]:
    """The chapters set by hand."""
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise Mistake(f"{key} must be tables, each headed [[{key}]], not {shown(value)}")
    return tuple(read_opening(one, f"chapter {n}", path) for n, one in enumerate(value, 1))


def read_opening(table: Mapping[str, Any], which: str, path: Path) -> Opening:
    """One chapter set by hand."""
    try:
        fields = read_table(table, OPENING_READERS, path)
    except Mistake as mistake:
        raise Mistake(f"{which}: {mistake}") from None
    missing = [key for key in ("title", "begins") if key not in fields]
    if missing:
        raise Mistake(f"{which} has no {missing[0]}; give its title and how it begins")
    return Opening(**fields)


def read_begins(value: Any, key: str, path: Path) -> str | int:
    """A chapter's first words, or its line's number."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    if isinstance(value, str) and tidy(value):
        return tidy(value)
    raise Mistake(f"{key} must be the first words or a line number from 1, not {shown(value)}")


def shown(value: Any) -> str:
    """A value in an error: short, and as TOML would name its kind."""
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
}
