"""voices/*.toml -> Voices: who says each role's words, with the engine at hand.

A role's file is named after it (voices/host.toml) and lists its voices in order of preference:

    [[voice]]
    engine = "espeak"
    id = "cmn"
    speed = 1.0     # times the voice's own pace
    pitch = 1.0     # times its own pitch
    licence = "GPL-3.0-or-later"
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from podcast import engines, toml
from podcast.errors import ModelError, ReadError, VoiceError
from podcast.model import HOST, Voice

SETTINGS = {field.name for field in fields(Voice)} - {"role"}
Cast = tuple[tuple[str, Voice], ...]


def read_cast(folder: Path, engine: str) -> Cast:
    """Each role with its first voice of `engine`; a role without one gets that engine's own.

    Raises VoiceError for a file that is not as the module says.
    """
    cast = []
    for path in sorted(folder.glob("*.toml")):
        voices = read_voices(path)
        own = next((voice for voice in voices if voice.engine == engine), None)
        cast.append((path.stem, own or Voice(path.stem, engine)))
    return tuple(cast) or ((HOST, Voice(HOST, engine)),)


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
    for name in ("speed", "pitch"):
        if not isinstance(entry.get(name, 1.0), (int, float)) or not 0.3 <= entry.get(name, 1) <= 3:
            raise VoiceError(f"{path}: {name} must be a number from 0.3 to 3")
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
    program = Path(__file__).parent
    places = (Path("voices"), program / "voices", program.parent / "voices")
    return next((place for place in places if place.is_dir()), places[0])
