"""report.json <-> Report: what the last build of an episode tells of itself.

A person or another program may have written in the file. So there is one reader, it never fails,
and what is not of its kind counts as not told: text is then empty, a number 0, a list empty. A
command that cannot do without something asks for it with `require_told`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from podcast.errors import ReadError
from podcast.files.names import REPORT
from podcast.files.options import OPTIONS, OutOfRange
from podcast.model import Recipe
from podcast.text.read.account import Account, LeftOut, Speaker

BUILT = ("title", "rate", "samples", "seconds", "chapters", "files")  # what every build tells
GREATEST = 2**63 - 1  # of a count
LONGEST_STEP = 255  # bytes of a file's name: what file systems allow
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
    """One chapter as listeners know it.

    `part` names the larger section that opens with it, `summary` is a sentence or two out of it,
    `names` are the episode's names that are said in it. A build older than these three tells none.
    """

    title: str
    start_seconds: float
    seconds: float
    part: str = ""
    summary: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptText:
    """A text that an editor model wanted to change and that stayed as it was, and why."""

    what: str
    chapter: str
    begins: str
    why: str


@dataclass(frozen=True, slots=True)
class EditorReport:
    """What an editor model did: of so many paragraphs it changed some, and some titles."""

    model: str
    paragraphs: int = 0
    changed: int = 0
    titles_changed: int = 0
    kept_offline: tuple[KeptText, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What a build tells of itself, field by field as report.json has it.

    `recipe` is what was asked for; of its sound files only the names are told. `voices`,
    `gains_db` and `files` pair a role with a voice, a role with decibels, a file with its bytes.
    `reading` is how the transcript was read of which the script was written; a build older than
    that tells none. `inputs` is the key of all that the episode was made from.
    """

    episode: str = ""
    title: str = ""
    author: str = ""
    date: str = ""
    link: str = ""
    source: str = ""
    summary: str = ""
    script: ScriptReport = field(default_factory=ScriptReport)
    engine: str = ""
    voices: tuple[tuple[str, str], ...] = ()
    cover: str = ""  # "own" or "drawn"
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
    inputs: str = ""
    files: tuple[tuple[str, int], ...] = ()

    def lacks(self, *names: str) -> tuple[str, ...]:
        """Those of the fields called `names` that are not told."""
        return tuple(name for name in names if not getattr(self, name))


# The file ----------------------------------------------------------------------------------


def report_text(report: Report) -> str:
    """The text of report.json; half a character of a file's name is written as JSON escapes it."""
    text = json.dumps(_plain(report), ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "backslashreplace").decode()


def read_report(folder: Path) -> Report:
    """What the last build told of itself; nothing is told where there was none."""
    try:
        told = json.loads((folder / REPORT).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return Report()
    return report_of(told)


def require_told(folder: Path, *names: str) -> Report:
    """The report in `folder`; raises ReadError where a field called one of `names` is not told."""
    if not (folder / REPORT).is_file():
        raise ReadError(f"{folder} is no built episode: it has no {REPORT}; run podcast make first")
    report = read_report(folder)
    if lacking := report.lacks(*names):
        raise ReadError(
            f"{folder / REPORT} cannot be read: it tells no {', no '.join(lacking)}; "
            "run podcast make first"
        )
    return report


def _plain(report: Report) -> dict[str, Any]:
    """The report as JSON has it; pairs are tables, and a file of the recipe is its name."""
    recipe = {
        name: value.name if isinstance(value, Path) else value
        for name, value in asdict(report.recipe).items()
    }
    tables = {name: dict(getattr(report, name)) for name in ("voices", "gains_db", "files")}
    return asdict(report) | {"recipe": recipe} | tables


# What of it is told ------------------------------------------------------------------------


class _Unlike(ValueError):
    """A value is not of the kind that stands in its place."""


Kind = Callable[[Any], T]
"""The value as its kind; raises _Unlike where it is none."""


def report_of(told: Any) -> Report:
    """The report that any JSON value tells.

    >>> report_of({"title": "一集", "seconds": "x", "chapters": 3}) == Report(title="一集")
    True
    """
    table = told if isinstance(told, dict) else {}
    return Report(**_fields(table, _REPORT))


def _fields(table: Mapping[str, Any], kinds: Mapping[str, Kind[Any]]) -> dict[str, Any]:
    """Each field that the table tells and that is of its kind."""
    found = {}
    for name, kind in kinds.items():
        try:
            found[name] = kind(table[name])
        except (KeyError, _Unlike):
            continue
    return found


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Unlike
    return value


def _whole(make: Callable[..., T], kinds: Mapping[str, Kind[Any]], needed: int) -> Kind[T]:
    """A table as the dataclass `make`; the first `needed` of its fields must be told."""

    def kind(value: Any) -> T:
        found = _fields(_table(value), kinds)
        if not found.keys() >= set(list(kinds)[:needed]):
            raise _Unlike
        return make(**found)

    return kind


def _rows(kind: Kind[T]) -> Kind[tuple[T, ...]]:
    """A list of which each is of a kind; one that is not makes all of it untold."""

    def rows(value: Any) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise _Unlike
        return tuple(map(kind, value))

    return rows


def _pairs(name: Kind[str], kind: Kind[T]) -> Kind[tuple[tuple[str, T], ...]]:
    """A table of which each name and each value is of its kind, as pairs."""

    def pairs(value: Any) -> tuple[tuple[str, T], ...]:
        return tuple((name(key), kind(each)) for key, each in _table(value).items())

    return pairs


def _named(value: Any) -> str:
    """Any text, also one with half a character, as a file's name may have it."""
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
    """The path of a file inside the episode's folder: never one outside, or none at all."""
    steps = _named(value).split("/")
    if "\0" in value or "\\" in value or {"", ".", ".."} & set(steps):
        raise _Unlike
    sizes = [len(step.encode("utf-8", "surrogatepass")) for step in steps]
    if max(sizes) > LONGEST_STEP or sum(sizes) + len(sizes) > LONGEST_PATH:
        raise _Unlike
    return str(value)


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
    if not -GREATEST <= value <= GREATEST:  # nor NaN, nor infinite
        raise _Unlike
    return float(value)


def _seconds(value: Any) -> float:
    seconds = _number(value)
    if seconds < 0:
        raise _Unlike
    return seconds


def _recipe(value: Any) -> Recipe:
    """The recipe that a table tells; a field that its option does not allow is the default."""
    found: dict[str, Any] = {}
    for name, told in _table(value).items():
        option = OPTIONS.get(name)
        if option is None:
            continue
        try:
            taken = _sound_file(told) if option.kind is Path else option.take(told)
            found[name] = _text(taken) if isinstance(taken, str) else taken
        except (OutOfRange, _Unlike):
            continue
    return Recipe(**found)


def _sound_file(value: Any) -> Path | None:
    """A sound beside speech by its name: where it lies is nobody's business but the builder's."""
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
    },
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
    "script": _whole(ScriptReport, {"edited": _flag, "sha256": _text}, needed=0),
    "engine": _text,
    "voices": _pairs(_text, _text),
    "cover": _text,
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
    "inputs": _text,
    "files": _pairs(_file, _count),
}
