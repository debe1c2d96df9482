"""Voices in order of preference -> the cast of a build: for each role the first that can speak.

The voices are tried once, before the build begins, so no voice changes inside an episode.
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
    """The voice of each role: one of the engine `name`, or for `auto` the first that speaks now.

    `tell` is called with a sentence about each voice that was tried, and on how an engine of the
    cast calculates here, if it has several ways. With `offline`, no online voice is chosen. Raises
    EngineError if `name` is an online engine and `offline` is set, NoSuchEngine if no engine is
    called `name`, and VoiceError if a file of voices is malformed.
    """
    cast = _chosen(name, voices, offline, tell)
    for engine in sorted({voice.engine for _, voice in cast}):
        if told := engines.manner(engine):
            tell(told)
    return cast


def _chosen(name: str, voices: Path, offline: bool, tell: Callable[[str], None]) -> Cast:
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
                tell(f"{lack}; until then the next voices in voices/ speak{_cost(voice)}")
            return False
        if voice.engine not in answers:
            answers[voice.engine] = not _is_online(voice) or (not offline and _answers(voice, tell))
        return answers[voice.engine]

    return read_preferred(voices, speaks)


def preferred(voices: Path) -> Cast:
    """The cast that `auto` would choose if every service answered. Raises VoiceError."""
    return read_preferred(voices, lambda voice: not lack_of(voice))


def lack_of(voice: Voice) -> str:
    """Why a voice cannot speak on this machine, such as a missing model; empty if it can."""
    try:
        engines.model_key(voice)
    except ModelError as error:
        return str(error)
    return ""


def _cost(voice: Voice) -> str:
    """How long a voice would take that cannot speak yet, to be told after that; empty if unknown.

    The time is that of a minute of speech on one core, as each process speaks on one.
    """
    pace = engines.expected_pace(voice)
    if pace is None:
        return ""
    return f" (a minute of speech by {voice.engine} takes one core here about {60 * pace:.0f} s)"


def _is_online(voice: Voice) -> bool:
    return engines.is_online(engines.load(voice.engine))


def _answers(voice: Voice, tell: Callable[[str], None]) -> bool:
    """Whether the online engine of a voice answers now; reports the result either way."""
    engine = engines.load(voice.engine)
    assert engines.is_online(engine)
    try:
        engine.require_answer(voice)
    except EngineError as error:
        tell(f"{error}; using other voices for the whole episode, offline ones as a last resort")
        return False
    tell(f"using the online voices of {voice.engine}; with --offline nothing is sent anywhere")
    return True
