"""voices/*.toml -> Voices: the voice of each role, of the engines that are installed.

A role's file is named after it (voices/host.toml) and lists its voices in order of preference:

    [[voice]]
    engine = "espeak"
    id = "clear-low"
    speed = 1.0     # times the voice's own pace
    pitch = 1.0     # times its own pitch
    gain = 0.0      # decibels above the loudness that all voices get
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
REWRITTEN = "rewritten"  # the role of paragraphs that the recording lacks which others are cut from
OFFLINE = "espeak"  # the engine that is always installed and needs no model and no network
Cast = tuple[tuple[str, Voice], ...]


def read_cast(folder: Path, engine: str) -> Cast:
    """Each role with its first voice of `engine`, or the engine's default voice if it has none.

    Raises VoiceError if a file in `folder` is not a list of voices as the module describes.
    """
    return _first_voices(folder, lambda voice: voice.engine == engine, engine)


def read_preferred(folder: Path, speaks: Callable[[Voice], bool]) -> Cast:
    """Each role with its first voice for which `speaks` is true and whose engine is installed.

    A role without such a voice gets the offline engine's default voice. Raises VoiceError as
    `read_cast` does.
    """
    installed = engines.offered()
    return _first_voices(folder, lambda each: each.engine in installed and speaks(each), OFFLINE)


def _first_voices(folder: Path, suits: Callable[[Voice], bool], default: str) -> Cast:
    roles = read_roles(folder) or {HOST: ()}
    return tuple(
        (role, next(filter(suits, voices), Voice(role, default))) for role, voices in roles.items()
    )


def read_roles(folder: Path) -> dict[str, tuple[Voice, ...]]:
    """All voices of each role, in order of preference. Raises VoiceError as `read_cast` does."""
    return {path.stem: read_voices(path) for path in sorted(folder.glob("*.toml"))}


def recast(cast: Cast, parts: Iterable[tuple[str, str]]) -> Cast:
    """The cast, in which some roles get the voice of another: `("host", "narrator")`.

    Raises VoiceError if the other role is not in the cast.
    """
    played = {role: replace(voice_of(cast, name), role=role) for role, name in parts}
    return tuple(sorted((dict(cast) | played).items()))


def read_voices(path: Path) -> tuple[Voice, ...]:
    """All voices of one role's file, in order of preference.

    Raises VoiceError if the file cannot be read or is not a list of voices.
    """
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
    """The cast, each voice with the key of its model, if the model is on this machine.

    A missing model is no error here, but when the voice is to speak.
    """
    return tuple((role, _identified(voice)) for role, voice in cast)


def _identified(voice: Voice) -> Voice:
    with suppress(ModelError):
        return replace(voice, model=engines.model_key(voice) or voice.model)
    return voice


def voice_of(cast: Cast, role: str) -> Voice:
    """The voice of a role; raises VoiceError if the role is not in the cast."""
    voices = dict(cast)
    if role not in voices:
        known = ", ".join(sorted(voices))
        raise VoiceError(
            f"no voice for the role {role!r}; add voices/{role}.toml, "
            f"name a further speaker in the script's line `speakers:`, or use: {known}"
        )
    return voices[role]


def voices_folder() -> Path:
    """The folder `voices` of the working folder, or the program's own if there is none.

    An installed program has its voices inside the package; a checkout has them beside it.
    """
    program = Path(__file__).parent.parent
    places = (Path("voices"), program / "voices", program.parent / "voices")
    return next((place for place in places if place.is_dir()), places[0])
