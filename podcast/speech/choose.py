"""Voices in order of preference -> the cast of a whole build: the first of each role that speaks.

What speaks is found out once, before anything is said; so no voice changes inside an episode.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from podcast import engines
from podcast.errors import EngineError, ModelError
from podcast.model import Voice
from podcast.speech.cast import Cast, read_cast, read_preferred

AUTO = "auto"


def choose(name: str, voices: Path, offline: bool, tell: Callable[[str], None]) -> Cast:
    """All roles by the engine called `name`; for `auto` by the first of each that speaks now.

    `tell` hears what a person should know of the choice. `offline` takes no online one, and
    raises EngineError where one was asked for by name.
    """
    if name != AUTO:
        if offline and engines.is_online(engines.load(name)):
            raise EngineError(f"{name} is an online voice; leave out --offline or --engine {name}")
        return read_cast(voices, name)
    answers: dict[str, bool] = {}
    lacking: list[str] = []

    def speaks(voice: Voice) -> bool:
        lack = lack_of(voice)
        if lack:
            if lack not in lacking:
                lacking.append(lack)
                tell(f"{lack}: until then the next voices in voices/ speak")
            return False
        if voice.engine not in answers:
            answers[voice.engine] = not _is_online(voice) or (not offline and _answers(voice, tell))
        return answers[voice.engine]

    return read_preferred(voices, speaks)


def preferred(voices: Path) -> Cast:
    """What `auto` would choose if every service answered."""
    return read_preferred(voices, lambda voice: not lack_of(voice))


def lack_of(voice: Voice) -> str:
    """What a voice lacks on this machine to speak from; empty where it has all."""
    try:
        engines.model_key(voice)
    except ModelError as error:
        return str(error)
    return ""


def _is_online(voice: Voice) -> bool:
    return engines.is_online(engines.load(voice.engine))


def _answers(voice: Voice, tell: Callable[[str], None]) -> bool:
    """Whether an online engine speaks now; whatever it is, it is said."""
    engine = engines.load(voice.engine)
    assert engines.is_online(engine)
    try:
        engine.require_answer(voice)
    except EngineError as error:
        tell(f"{error}: other voices, offline ones at the last, speak all of this episode")
        return False
    tell(f"the online voice {voice.engine} speaks; --offline sends nothing anywhere")
    return True
