"""Text -> Speech: engines, which are found by name and imported only when they are used.

Engine     on this machine: it gets one sentence at a time, and a paragraph's speech is stored
Online     a service elsewhere: `checked`, `retried` and `cached` are objects around it

An engine must have `rate`, `version`, `needs` and `speak`. The table below is what else it may
have, and what the program then does. No other module looks whether an engine has these:

    voices               mapping of each voice's id to its language (a BCP 47 tag, or empty);
                         `podcast voices --sample` makes a sample of each
    is_remembered        True for an engine of this machine that is slow or not deterministic:
                         each sentence is kept in the store, and the processes of a
                         build say paragraphs side by side before chapters are recorded
    model_key(voice)     a name for the model that speaks as `voice`, which becomes part of the
                         keys in the store. Raises ModelError if the model is missing
    require_answer(voice)
                         makes it Online: a service, which gets its requests from threads of the
                         main process, and then must also have `longest` and `connections`
    longest              the most characters that a request to a service may have
    connections          how many requests are sent to a service at a time
    threads              how many threads call a service that itself limits its connections;
                         without it, as many as `connections`
    cut(passages)        makes it a `Cutter`: its sound is cut out of a recording of what is to be
                         said, so it is asked for passages, and not by texts
    alone()              a context in which no other thread uses the engine's library, for an
                         engine whose sound depends on what the library said before
    expected_pace()      about how many seconds of one core a second of its speech takes here,
                         which is told while its model is missing
    manner()             a sentence on how it calculates on this machine, which is told before it
                         speaks, for an engine that has several ways of it

To add an engine in a package of its own, nothing here changes: write the class, and an entry point
in the group `podcast.engines` of that package (docs/example_engine/ is a complete example).

To add one to the program:

1. Write its module here. `tone.py` is a model of an engine, `openai.py` one of a service.
2. Add its entry point to pyproject.toml, and an extra if it needs a library of its own.
3. Add its row to docs/engines-and-models.md and docs/engines-and-models.zh-CN.md.
4. Test it in tests/engines/. Give it to a role in voices/*.toml where it is to be cast by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol, TypeGuard

from podcast.errors import NoSuchEngine
from podcast.model import Audio, Needs, Passage, Speech, Voice

GROUP = "podcast.engines"


class Engine(Protocol):
    """Turns text into speech.

    `rate` is the samples a second of all its speech. `version` changes whenever the same text
    could sound different: it is part of the keys in the store. `needs` says how a text must be
    rewritten before the engine can say it.
    """

    @property
    def rate(self) -> int:
        """Samples a second."""

    @property
    def version(self) -> str:
        """A name that changes whenever the same text could sound different."""

    needs: Needs

    def speak(self, text: str, voice: Voice) -> Speech:
        """The speech of all of `text`; raises SpeechFailed rather than leave anything out."""


class Online(Engine, Protocol):
    """A service that turns text into speech; several threads send it requests.

    It raises SpeechFailed if another try may help, and any other error if it will not.
    """

    longest: int  # characters of a request, at most
    connections: int  # requests at a time, of all builds of a process together

    def require_answer(self, voice: Voice) -> None:
        """Raise EngineError, within a few seconds, if the service does not answer now."""


class Cutter(Engine, Protocol):
    """An engine that cuts paragraphs out of a recording of them."""

    def cut(self, passages: Sequence[Passage]) -> Iterator[tuple[Passage, Audio, Audio]]:
        """Each passage, in any order, with its sound and that of the room.

        Raises SpeechFailed if the recording cannot be read.
        """


def is_cutter(engine: Engine) -> TypeGuard[Cutter]:
    """Whether an engine cuts paragraphs out of a recording."""
    return hasattr(engine, "cut")


def is_online(engine: Engine) -> TypeGuard[Online]:
    """Whether an engine is a service elsewhere."""
    return hasattr(engine, "require_answer")


def is_remembered(engine: Engine) -> bool:
    """Whether a local engine's output is stored, because it is slow or not deterministic."""
    return bool(getattr(engine, "is_remembered", False))


def alone(engine: Engine) -> AbstractContextManager[object]:
    """A context in which no other thread of this process changes the state of an engine."""
    context: AbstractContextManager[object] = getattr(engine, "alone", nullcontext)()
    return context


def threads(engine: Online) -> int:
    """How many threads may call a service at a time."""
    return int(getattr(engine, "threads", engine.connections))


def known_voices(engine: Engine) -> Mapping[str, str]:
    """The id and language of each voice that an engine lists, or one voice with an empty id."""
    voices: Mapping[str, str] = getattr(engine, "voices", {"": ""})
    return voices


def model_key(voice: Voice) -> str:
    """A name for the model that speaks as `voice`; empty if its engine has no separate models.

    Raises NoSuchEngine if the engine is not installed, and ModelError if the model is missing.
    """
    engine = load(voice.engine)
    key: str = engine.model_key(voice) if hasattr(engine, "model_key") else ""
    return key


def expected_pace(voice: Voice) -> float | None:
    """About how many seconds of one core a second of a voice's speech takes on this machine.

    It is measured without the voice's model. None if its engine cannot tell. Raises NoSuchEngine.
    """
    engine = load(voice.engine)
    return float(engine.expected_pace()) if hasattr(engine, "expected_pace") else None


def offered() -> list[str]:
    """The names of the engines that are installed, sorted."""
    return sorted(entry_points(group=GROUP).names)


def load(name: str) -> Engine:
    """A new object of the installed engine called `name`; no other engine is imported.

    Raises NoSuchEngine if no installed package offers it.
    """
    return _maker(name)()


@cache
def _maker(name: str) -> Callable[[], Engine]:
    installed = entry_points(group=GROUP)
    if name not in installed.names:
        raise NoSuchEngine(name, offered())
    maker: Callable[[], Engine] = installed[name].load()
    return maker


def manner(name: str) -> str:
    """A sentence on how the engine `name` calculates on this machine; empty if it tells nothing.

    Raises NoSuchEngine.
    """
    engine = load(name)
    return str(engine.manner()) if hasattr(engine, "manner") else ""
