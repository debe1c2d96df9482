"""`auto` -> the engine that speaks a whole build: the first of the host's voices that answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from podcast import engines
from podcast.cast import read_cast, read_voices, voice_of
from podcast.errors import EngineError, ModelError, SpeechFailed
from podcast.model import HOST, Voice

AUTO = "auto"
OFFLINE = "espeak"  # always installed, needs nothing


def choose(name: str, voices: Path, offline: bool, tell: Callable[[str], None]) -> str:
    """The engine called `name`; for `auto` the first of the host's that speaks now.

    `tell` hears what a person should know of the choice. `offline` takes no online one, and
    raises EngineError where one was asked for by name.
    """
    if name != AUTO:
        if offline and engines.is_online(engines.load(name)):
            raise EngineError(f"{name} is an online voice; leave out --offline or --engine {name}")
        return name
    return next(
        candidate
        for candidate in preferred(voices)
        if _is_here(candidate, voices, tell)
        and (
            not engines.is_online(engines.load(candidate))
            or (not offline and _answers(candidate, voices, tell))
        )
    )


def preferred(voices: Path) -> tuple[str, ...]:
    """The installed engines of the host's voices, in order, and at last the offline one."""
    path = voices / f"{HOST}.toml"
    listed = [voice.engine for voice in read_voices(path)] if path.is_file() else []
    installed = engines.offered()
    return tuple(dict.fromkeys([*filter(installed.__contains__, listed), OFFLINE]))


def _is_here(name: str, voices: Path, tell: Callable[[str], None]) -> bool:
    """Whether the host's voice of an engine has what it speaks from; if not, that is said."""
    try:
        engines.model_key(dict(read_cast(voices, name)).get(HOST, Voice(HOST, name)))
    except ModelError as error:
        tell(f"{error}: the next voice of the host is asked")
        return False
    return True


def _answers(name: str, voices: Path, tell: Callable[[str], None]) -> bool:
    """Whether an online engine speaks now; whatever it is, it is said."""
    engine = engines.load(name)
    assert engines.is_online(engine)
    voice = voice_of(read_cast(voices, name), HOST)
    try:
        engine.require_answer(voice)
    except (EngineError, SpeechFailed) as error:
        tell(f"{error}: the offline voice speaks all of this episode")
        return False
    tell(f"the online voice {name} speaks; --offline sends nothing anywhere")
    return True
