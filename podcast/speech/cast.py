"""voices/*.toml -> Voices: who says each role's words, with the engines at hand.

A role's file is named after it (voices/host.toml) and lists its voices in order of preference:

    [[voice]]
    engine = "espeak"
    id = "clear-low"
    speed = 1.0     # times the voice's own pace
    pitch = 1.0     # times its own pitch
    gain = 0.0      # decibels over the loudness all voices are brought to
    language = "zh-CN"
    licence = "GPL-3.0-or-later"
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from podcast import engines
from podcast.errors import ModelError, ReadError, VoiceError
from podcast.files import toml
from podcast.model import HOST, Voice

SETTINGS = {field.name for field in fields(Voice)} - {"role"}
RANGES = {"speed": (0.3, 3.0), "pitch": (0.3, 3.0), "gain": (-20.0, 20.0)}
OFFLINE = "espeak"  # always installed, needs nothing
Cast = tuple[tuple[str, Voice], ...]


def read_cast(folder: Path, engine: str) -> Cast:
    """Each role with its first voice of `engine`; a role without one gets that engine's own.

    Raises VoiceError for a file that is not as the module says.
    """
    return _first_voices(folder, lambda voice: voice.engine == engine, engine)


def read_preferred(folder: Path, speaks: Callable[[Voice], bool]) -> Cast:
    """Each role with its first voice that `speaks` and whose engine is installed.

    A role without one gets the offline engine's own. Raises VoiceError as `read_cast` does.
    """
    installed = engines.offered()
    return _first_voices(folder, lambda each: each.engine in installed and speaks(each), OFFLINE)


def _first_voices(folder: Path, suits: Callable[[Voice], bool], default: str) -> Cast:
    roles = read_roles(folder) or {HOST: ()}
    return tuple(
        (role, next(filter(suits, voices), Voice(role, default))) for role, voices in roles.items()
    )


def read_roles(folder: Path) -> dict[str, tuple[Voice, ...]]:
    """All voices of each role, in order of preference."""
    return {path.stem: read_voices(path) for path in sorted(folder.glob("*.toml"))}


def recast(cast: Cast, parts: Iterable[tuple[str, str]]) -> Cast:
    """The cast where a role is played by another's voice: `("host", "narrator")`.

    Raises VoiceError for a voice there is none of.
    """
    played = {role: replace(voice_of(cast, name), role=role) for role, name in parts}
    return tuple(sorted((dict(cast) | played).items()))


def read_voices(path: Path) -> tuple[Voice, ...]:
    """All voices of one role's file, in order of preference."""
    try:
        table = toml.read(path)
    except ReadError as error:
        raise VoiceError(str(error)) from error
    listed = table.get("voice")
    if not isinstance(listed, list) or set(table) != {"voice"}:
        raise VoiceError(f"{path} must list its voices as [[voice]] tables, and nothing else")
    return tuple(_voice(path, entry) for entry in listed)


def _voice(path: Path, entry: Any) -> Voice:
    if not isinstance(entry, dict):
        raise VoiceError(f"{path} must list its voices as [[voice]] tables, not {entry!r:.60}")
    unknown = sorted(set(entry) - SETTINGS)
    if unknown or "engine" not in entry:
        what = f"unknown setting {unknown[0]!r:.60}" if unknown else "no engine"
        raise VoiceError(f"{path}: {what}; a voice has {', '.join(sorted(SETTINGS))}")
    for name, value in entry.items():
        if name not in RANGES:
            if not isinstance(value, str):
                raise VoiceError(f"{path}: {name} must be text in quotes")
            continue
        low, high = RANGES[name]
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise VoiceError(f"{path}: {name} must be a number from {low:g} to {high:g}")
        if not low <= value <= high:
            raise VoiceError(f"{path}: {name} must be a number from {low:g} to {high:g}")
    return Voice(role=path.stem, **entry)


def identified(cast: Cast) -> Cast:
    """The cast, each voice with what names its model, where it has one on this machine.

    One that is missing is an error where it is to speak, not before.
    """
    return tuple((role, _identified(voice)) for role, voice in cast)


def _identified(voice: Voice) -> Voice:
    with suppress(ModelError):
        return replace(voice, model=engines.model_key(voice) or voice.model)
    return voice


def voice_of(cast: Cast, role: str) -> Voice:
    """The voice of a role; raises VoiceError for a role nobody plays."""
    voices = dict(cast)
    if role not in voices:
        known = ", ".join(sorted(voices))
        raise VoiceError(f"nobody speaks as {role!r}; add voices/{role}.toml, or use: {known}")
    return voices[role]


def voices_folder() -> Path:
    """`voices` of the folder we are in, else the program's own.

    An installed program has its own inside it; a checkout, beside it.
    """
    program = Path(__file__).parent.parent
    places = (Path("voices"), program / "voices", program.parent / "voices")
    return next((place for place in places if place.is_dir()), places[0])
