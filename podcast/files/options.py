"""Fields of Recipe -> what each may be and what it means.

The command line and the table [recipe] of a settings file both ask here: one range, one
meaning and one complaint each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from podcast.model import PUNCTUATORS, Recipe

DEFAULTS = {field.name: field.default for field in fields(Recipe)}


class OutOfRange(ValueError):
    """Why a value cannot be a field's; the caller knows which field it is."""


@dataclass(frozen=True, slots=True)
class Option:
    """A field of Recipe as a person sets it.

    A number is from `least` to `most`; anything else is one of `choices`, where there are any.
    Its kind is that of the field's default; a field without one is a file.
    """

    name: str
    meaning: str
    least: float = 0.0
    most: float = 0.0
    choices: tuple[str | int, ...] = ()

    @property
    def default(self) -> Any:
        """What holds where nobody sets it."""
        return DEFAULTS[self.name]

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
    option.name: option
    for option in (
        Option("engine", "What reads aloud: auto, or the name of an engine."),
        Option("comma_pause", "Seconds at a comma, where the voice pauses.", 0, 10),
        Option("sentence_pause", "Seconds after a sentence.", 0, 10),
        Option("paragraph_pause", "Seconds after a paragraph.", 0, 10),
        Option("chapter_pause", "Seconds after a chapter.", 0, 10),
        Option("loudness", "LUFS of the whole.", -40, -10),
        Option("peak", "dBTP that no peak passes.", -20, 0),
        Option("bitrate", "kbit/s of the MP3.", choices=(64, 80, 96, 112, 128, 160)),
        Option("m4b", "Make episode.m4b, too, for audiobook players."),
        Option("punctuation", "What sets the marks of a transcript.", choices=PUNCTUATORS),
        Option("chapters", "How many; 0 lets the talk decide.", 0, 999),
        Option("chapter_minutes", "What a chapter should last.", 0.5, 120),
        Option("intro", "A sound to open with."),
        Option("outro", "A sound to end with."),
        Option("music", "A sound to play under the speech, as often as it takes."),
        Option("music_loudness", "LUFS of the music where nobody speaks.", -50, -20),
        Option("music_duck", "dB that it gives way while somebody does.", 0, 30),
        Option("chapter_sound", "Two soft bells before each chapter but the first."),
        Option("spoken_notice", "Begin by saying that the voices are synthetic."),
        Option("subtitle_style", "Whose rules subtitles keep.", choices=("netflix", "ted")),
        Option("subtitle_lines", "Lines of a subtitle, at most.", choices=(1, 2)),
        Option("editor", "A model at OPENAI_BASE_URL that corrects the text; see the README."),
        Option("karaoke", "Tell in VTT when each word is said."),
    )
}
