"""Fields of Recipe -> options that a person can set.

The range and the meaning of each stand on the field. The command line and the table [recipe] of a
settings file both use these options, so that both check alike and give the same error messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from podcast.model import Change, Recipe


class OutOfRange(ValueError):
    """A value that a field cannot have; the message says why, and the caller adds the field."""


@dataclass(frozen=True, slots=True)
class Option:
    """A field of Recipe that a person can set.

    A number may be from `least` to `most`; any other value must be one of `choices`, if there are
    any. The value has the type of `default`; if that is None, the value is a file.
    """

    name: str
    default: Any
    meaning: str
    chinese: str  # the meaning, for the studio's page
    changes: tuple[Change, ...]
    least: float
    most: float
    choices: tuple[str | int, ...]

    @property
    def kind(self) -> type:
        """The type of the option's values: bool, int, float, str or Path."""
        return Path if self.default is None else type(self.default)

    @property
    def values(self) -> str:
        """The values that the option accepts, in short, as the help shows them.

        >>> OPTIONS["sentence_pause"].values, OPTIONS["subtitle_lines"].values
        ('0-10', '1|2')
        """
        if self.choices:
            return "|".join(map(str, self.choices))
        if self.kind in (int, float):
            return f"{self.least:g}{'-' if self.least >= 0 else ' to '}{self.most:g}"
        return {bool: "true|false", str: "name"}.get(self.kind, "file")

    def take(self, value: Any, folder: Path = Path()) -> Any:
        """The value as Recipe holds it; a file's path is relative to `folder`. Raises OutOfRange.

        >>> OPTIONS["loudness"].take(-18)
        -18.0
        """
        converted = _converted(self, value, folder)
        if self.choices and converted not in self.choices:
            raise OutOfRange(f"{_shown(value)} is none of {', '.join(map(str, self.choices))}")
        has_range = self.kind in (int, float) and not self.choices
        if has_range and not self.least <= converted <= self.most:
            raise OutOfRange(f"{_shown(value)} is not a number {_between(self)}")
        return converted

    def parse(self, text: str) -> Any:
        """The value of the text that a person gave on the command line. Raises OutOfRange."""
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


def _converted(option: Option, value: Any, folder: Path) -> Any:
    """The value in the type of the option. TOML distinguishes 1 from true and from "1"."""
    if option.kind is Path:
        if not isinstance(value, str) or not value.strip():
            raise OutOfRange(_wrong_kind(option, value))
        path = folder / value
        with suppress(OSError, ValueError):  # the system allows no file to be called so
            if path.is_file():
                return path
        raise OutOfRange(f"there is no file {path}")
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
    """The default recipe, changed by the fields of `settings`, and then by those of `given`."""
    return replace(Recipe(), **{**settings, **given})


OPTIONS: dict[str, Option] = {
    field.name: Option(field.name, default=field.default, **field.metadata)
    for field in fields(Recipe)
}
