"""Fields of Recipe -> options, as a person sets them.

What each may be and what it means stands on the field. The command line and the table [recipe] of
a settings file both ask here: one range, one meaning and one complaint each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from podcast.model import Change, Recipe


class OutOfRange(ValueError):
    """Why a value cannot be a field's; the caller knows which field it is."""


@dataclass(frozen=True, slots=True)
class Option:
    """A field of Recipe as a person sets it.

    A number is from `least` to `most`; anything else is one of `choices`, where there are any.
    Its kind is that of the field's `default`, which holds where nobody sets it; a field whose
    default is None is a file.
    """

    name: str
    default: Any
    meaning: str
    changes: tuple[Change, ...]
    least: float
    most: float
    choices: tuple[str | int, ...]

    @property
    def kind(self) -> type:
        """Of its values: bool, int, float, str or Path."""
        return Path if self.default is None else type(self.default)

    @property
    def values(self) -> str:
        """What it may be, in short.

        >>> OPTIONS["sentence_pause"].values, OPTIONS["subtitle_lines"].values
        ('0-10', '1|2')
        """
        if self.choices:
            return "|".join(map(str, self.choices))
        if self.kind in (int, float):
            return f"{self.least:g}{'-' if self.least >= 0 else ' to '}{self.most:g}"
        return {bool: "true|false", str: "name"}.get(self.kind, "file")

    def take(self, value: Any, folder: Path = Path()) -> Any:
        """The value as Recipe holds it; a file is named from `folder`. Raises OutOfRange.

        >>> OPTIONS["loudness"].take(-18)
        -18.0
        """
        taken = _taken(self, value, folder)
        if self.choices and taken not in self.choices:
            raise OutOfRange(f"{_shown(value)} is none of {', '.join(map(str, self.choices))}")
        ranged = self.kind in (int, float) and not self.choices
        if ranged and not self.least <= taken <= self.most:
            raise OutOfRange(f"{_shown(value)} is not a number {_between(self)}")
        return taken

    def parse(self, text: str) -> Any:
        """The value that a word of the command line writes. Raises OutOfRange."""
        if self.kind not in (int, float):
            return self.take(text)
        try:
            return self.take(self.kind(text))
        except ValueError as error:
            if isinstance(error, OutOfRange):
                raise
            raise OutOfRange(_wrong_kind(self, text)) from None


def _between(option: Option) -> str:
    return f"from {option.least:g} to {option.most:g}"


def _taken(option: Option, value: Any, folder: Path) -> Any:
    """The value, of the right kind: TOML and Python tell 1 from true and from "1"."""
    if option.kind is Path:
        if not isinstance(value, str) or not value.strip():
            raise OutOfRange(_wrong_kind(option, value))
        path = folder / value
        if not path.is_file():
            raise OutOfRange(f"there is no file {path}")
        return path
    accepted = (int, float) if option.kind is float else option.kind
    if not isinstance(value, accepted) or isinstance(value, bool) != (option.kind is bool):
        raise OutOfRange(_wrong_kind(option, value))
    try:
        return option.kind(value)
    except OverflowError:  # a whole number larger than any float
        raise OutOfRange(f"{_shown(value)} is not a number {_between(option)}") from None


def _wrong_kind(option: Option, value: Any) -> str:
    wanted = {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        str: "a name in quotes",
        Path: "the name of a file in quotes",
    }[option.kind]
    return f"{_shown(value)} is not {wanted}"


def _shown(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def recipe_of(settings: Mapping[str, Any], given: Mapping[str, Any]) -> Recipe:
    """The defaults, changed by what the settings file says, changed by what was `given`."""
    return replace(Recipe(), **{**settings, **given})


OPTIONS: dict[str, Option] = {
    field.name: Option(field.name, default=field.default, **field.metadata)
    for field in fields(Recipe)
}
