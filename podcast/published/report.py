"""report.json <-> Report: the facts that the last build of an episode wrote down.

A person or another program may have changed the file. So one reader reads it for the whole
program and never fails: a field that is missing or has a value of another type gets its default,
which is an empty text, 0 or an empty list. A command that needs a field calls `require_fields`,
which raises an error if the field is missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from podcast.errors import ReadError
from podcast.files.json_text import OF_64_BITS
from podcast.files.names import REPORT
from podcast.files.options import OPTIONS, OutOfRange
from podcast.formats.faults import Fault
from podcast.model import Kept, Recipe
from podcast.text.read.account import Account, LeftOut, Speaker

BUILT = ("title", "rate", "samples", "seconds", "chapters", "files")  # every build writes these
GREATEST = OF_64_BITS[-1]  # the greatest count that is believed
LONGEST_STEP = 255  # bytes of a file's name: file systems allow no more
LONGEST_PATH = 1000  # bytes of a file's path inside the episode's folder
T = TypeVar("T")


# The values --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScriptReport:
    """The script that was built: whether a person edited it, and the SHA-256 of its bytes."""

    edited: bool = False
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class ChapterReport:
    """One chapter: its title, its place in the episode, and its summary.

    `part` names the larger section that opens with the chapter, `summary` is a sentence or two of
    it, and `names` are the episode's names that it mentions. Older versions of the program did not
    write these three; they are then empty.
    """

    title: str
    start_seconds: float
    seconds: float
    part: str = ""
    summary: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptText:
    """A text that an editor model wanted to change and was not allowed to.

    `what` is the kind of the text, `begins` its first characters, `why` the reason.
    """

    what: str
    chapter: str
    begins: str
    why: str


@dataclass(frozen=True, slots=True)
class EditorReport:
    """The work of an editor model.

    It got `paragraphs` to read and changed `changed` of them, and `titles_changed` titles.
    `kept_offline` are the texts that it was not allowed to change.
    """

    model: str
    paragraphs: int = 0
    changed: int = 0
    titles_changed: int = 0
    kept_offline: tuple[KeptText, ...] = ()


@dataclass(frozen=True, slots=True)
class Listened:
    """The result of hearing an episode: how many paragraphs were compared, and the faulty ones.

    `of` is the SHA-256 of the episode's sound file that was heard.
    """

    recogniser: str
    paragraphs: int = 0
    faults: tuple[Fault, ...] = ()
    of: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The facts of a build. The fields are those of report.json.

    `recipe` is the recipe of the build; of its sound files it has only the names. `voices` pairs
    a role with a voice, `gains_db` a role with decibels, `files` a file with its size in bytes.
    `reading` is the account of how the transcript was read; older versions did not write it.
    `keywords` are the tags of the show notes; older versions did not write them either.
    `listened` is what a speech recogniser heard of the episode's sound, if it was asked to.
    `inputs` is the key of everything that the episode was made from.
    """

    episode: str = ""
    title: str = ""
    author: str = ""
    date: str = ""
    link: str = ""
    source: str = ""
    summary: str = ""
    keywords: tuple[str, ...] = ()
    script: ScriptReport = field(default_factory=ScriptReport)
    engine: str = ""
    voices: tuple[tuple[str, str], ...] = ()
    cover: str = ""  # "own" or "drawn"
    kept: tuple[Kept, ...] = ()  # what of a recording is heard when, in samples
    human: bool = False  # whether all that is said was cut out of a recording of people
    recipe: Recipe = field(default_factory=Recipe)
    gains_db: tuple[tuple[str, float], ...] = ()
    loudness_lufs: float | None = None
    rate: int = 0  # samples a second
    samples: int = 0
    seconds: float = 0.0
    lines: int = 0  # of the subtitles
    chapters: tuple[ChapterReport, ...] = ()
    reading: Account | None = None
    editor: EditorReport | None = None
    listened: Listened | None = None
    inputs: str = ""
    files: tuple[tuple[str, int], ...] = ()

    def lacks(self, *names: str) -> tuple[str, ...]:
        """Those of the fields called `names` that are empty or 0."""
        return tuple(name for name in names if not getattr(self, name))


# The file ----------------------------------------------------------------------------------


def report_text(report: Report) -> str:
    r"""The text of report.json.

    A byte of a file's name that is not UTF-8 is written as a JSON escape, such as `\udcff`.
    """
    text = json.dumps(_plain(report), ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "backslashreplace").decode()


def read_report(folder: Path) -> Report:
    """The report in `folder`; an empty one if report.json is missing or is no JSON."""
    try:
        table = json.loads((folder / REPORT).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return Report()
    return report_of(table)


def require_fields(folder: Path, *names: str) -> Report:
    """The report in `folder`; raises ReadError if it lacks one of the fields `names`."""
    if not (folder / REPORT).is_file():
        raise ReadError(
            f"{folder} is no built episode: it has no {REPORT}; run `podcast make` first"
        )
    report = read_report(folder)
    if lacking := report.lacks(*names):
        raise ReadError(
            f"{folder / REPORT} is incomplete: it has no {', no '.join(lacking)}; "
            "run `podcast make` first"
        )
    return report


def _plain(report: Report) -> dict[str, Any]:
    """The report as values of JSON: pairs become tables, a file of the recipe becomes its name."""
    recipe = {
        name: value.name if isinstance(value, Path) else value
        for name, value in asdict(report.recipe).items()
    }
    tables = {name: dict(getattr(report, name)) for name in ("voices", "gains_db", "files")}
    reading = asdict(report.reading) if report.reading else None
    if reading:
        reading["deleted"] = dict(reading["deleted"])
    kept = [f"{each.at} {each.start} {each.end}" for each in report.kept]
    return asdict(report) | {"recipe": recipe, "reading": reading, "kept": kept} | tables


# Reading one value -------------------------------------------------------------------------


class _Unlike(ValueError):
    """A value is not of the type that its field has."""


Kind = Callable[[Any], T]
"""Turns a value of JSON into the type of its field; raises _Unlike if it is of another type."""


def report_of(value: Any) -> Report:
    """The report in a value of JSON; fields that the value does not have get their defaults.

    >>> report_of({"title": "一集", "seconds": "x", "chapters": 3}) == Report(title="一集")
    True
    """
    table = value if isinstance(value, dict) else {}
    return Report(**_fields(table, _REPORT))


def _fields(table: Mapping[str, Any], kinds: Mapping[str, Kind[Any]]) -> dict[str, Any]:
    """The fields of a table that are there and of their type."""
    fields = {}
    for name, kind in kinds.items():
        try:
            fields[name] = kind(table[name])
        except (KeyError, _Unlike):
            continue
    return fields


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Unlike
    return value


def _whole(make: Callable[..., T], kinds: Mapping[str, Kind[Any]], needed: int) -> Kind[T]:
    """The reader of a table as the dataclass `make`; its first `needed` fields must be there."""

    def kind(value: Any) -> T:
        fields = _fields(_table(value), kinds)
        if not fields.keys() >= set(list(kinds)[:needed]):
            raise _Unlike
        return make(**fields)

    return kind


def _rows(kind: Kind[T]) -> Kind[tuple[T, ...]]:
    """The reader of a list of values of one type; one value of another type spoils the list."""

    def rows(value: Any) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise _Unlike
        return tuple(map(kind, value))

    return rows


def _pairs(name: Kind[str], kind: Kind[T]) -> Kind[tuple[tuple[str, T], ...]]:
    """The reader of a table as pairs, of which each name and each value has its type."""

    def pairs(value: Any) -> tuple[tuple[str, T], ...]:
        return tuple((name(key), kind(each)) for key, each in _table(value).items())

    return pairs


def _named(value: Any) -> str:
    """Any text, also one that cannot be written in UTF-8, as a file's name may be."""
    if not isinstance(value, str):
        raise _Unlike
    return value


def _text(value: Any) -> str:
    """Text that can be written in UTF-8."""
    try:
        _named(value).encode()
    except UnicodeEncodeError:
        raise _Unlike from None
    return str(value)


def _file(value: Any) -> str:
    """The path of a file inside the episode's folder; a path that leads out of it is refused."""
    steps = _named(value).split("/")
    if "\0" in value or "\\" in value or {"", ".", ".."} & set(steps):
        raise _Unlike
    sizes = [len(step.encode("utf-8", "surrogatepass")) for step in steps]
    if max(sizes) > LONGEST_STEP or sum(sizes) + len(sizes) > LONGEST_PATH:
        raise _Unlike
    return str(value)


def _kept(value: Any) -> Kept:
    """Three numbers of samples in one text, as `_plain` writes them: a report has thousands."""
    numbers = _text(value).split()
    if len(numbers) != 3 or not all(map(_is_count, numbers)):
        raise _Unlike
    return Kept(*map(int, numbers))


def _is_count(digits: str) -> bool:
    """Whether a text is a count that is believed; Python refuses to convert thousands of digits."""
    is_short = digits.isdecimal() and len(digits) <= len(str(GREATEST))
    return is_short and int(digits) <= GREATEST


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Unlike
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= GREATEST:
        raise _Unlike
    return value


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _Unlike
    if not -GREATEST <= value <= GREATEST:  # this is false for NaN, too
        raise _Unlike
    return float(value)


def _seconds(value: Any) -> float:
    seconds = _number(value)
    if seconds < 0:
        raise _Unlike
    return seconds


def _recipe(value: Any) -> Recipe:
    """The recipe in a table; a field with a value that its option refuses gets its default."""
    fields: dict[str, Any] = {}
    for name, entry in _table(value).items():
        option = OPTIONS.get(name)
        if option is None:
            continue
        try:
            taken = _sound_file(entry) if option.kind is Path else option.take(entry)
            fields[name] = _text(taken) if isinstance(taken, str) else taken
        except (OutOfRange, _Unlike):
            continue
    return Recipe(**fields)


def _sound_file(value: Any) -> Path | None:
    """The name of a sound file of the recipe, or None.

    Only the name is kept: the folders of the machine that built the episode are private.
    """
    if value is None:
        return None
    if not (name := Path(_named(value)).name):
        raise _Unlike
    return Path(name)


_CHAPTER = _whole(
    ChapterReport,
    {
        "title": _text,
        "start_seconds": _seconds,
        "seconds": _seconds,
        "part": _text,
        "summary": _text,
        "names": _rows(_text),
    },
    needed=3,
)
_KEPT = _whole(KeptText, dict.fromkeys(("what", "chapter", "begins", "why"), _text), needed=4)
_EDITOR = _whole(
    EditorReport,
    {
        "model": _text,
        "paragraphs": _count,
        "changed": _count,
        "titles_changed": _count,
        "kept_offline": _rows(_KEPT),
    },
    needed=1,
)
_SPEAKER = _whole(Speaker, {"name": _text, "role": _text, "share": _number}, needed=3)
_LEFT_OUT = _whole(
    LeftOut, {"why": _text, "count": _count, "lines": _text, "first": _text}, needed=2
)
_READING = _whole(
    Account,
    {
        "form": _text,
        "language": _text,
        "lines": _count,
        "timed": _count,
        "speakers": _rows(_SPEAKER),
        "left_out": _rows(_LEFT_OUT),
        "edit": _text,
        "deleted": _pairs(_text, _count),
    },
    needed=1,
)
_FAULT = _whole(
    Fault,
    {
        "chapter": _count,
        "title": _text,
        "paragraph": _count,
        "what": _text,
        "start_seconds": _seconds,
        "end_seconds": _seconds,
        "chapter_seconds": _seconds,
        "text": _text,
        "heard": _text,
    },
    needed=9,
)
_LISTENED = _whole(
    Listened,
    {"recogniser": _text, "paragraphs": _count, "faults": _rows(_FAULT), "of": _text},
    needed=1,
)
_REPORT: dict[str, Kind[Any]] = {
    "episode": _named,
    "title": _text,
    "author": _text,
    "date": _text,
    "link": _text,
    "source": _named,
    "summary": _text,
    "keywords": _rows(_text),
    "script": _whole(ScriptReport, {"edited": _flag, "sha256": _text}, needed=0),
    "engine": _text,
    "voices": _pairs(_text, _text),
    "cover": _text,
    "human": _flag,
    "kept": _rows(_kept),
    "recipe": _recipe,
    "gains_db": _pairs(_text, _number),
    "loudness_lufs": _number,
    "rate": _count,
    "samples": _count,
    "seconds": _seconds,
    "lines": _count,
    "chapters": _rows(_CHAPTER),
    "reading": _READING,
    "editor": _EDITOR,
    "listened": _LISTENED,
    "inputs": _text,
    "files": _pairs(_file, _count),
}
