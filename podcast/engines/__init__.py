"""Text -> Speech: whatever reads aloud, found by name and loaded only when asked for.

Engine     on this machine: asked a sentence at a time; a paragraph, or a sentence, is remembered
Online     a service elsewhere: `checked`, `retried` and `cached` are objects around it

An engine must have `rate`, `version`, `needs` and `speak`. What else it may have, and what the
program then does; no other module asks whether an engine has it:

    voices               mapping of each voice's id to its language (a BCP 47 tag, or empty);
                         `podcast voices --sample` lets all of them be heard
    is_remembered        True for an engine of this machine that is slow, or never says a text
                         twice alike: each sentence is kept in the store, and all processes of a
                         build say paragraphs side by side before chapters are recorded
    model_key(voice)     a name for the model that speaks as `voice`: it is part of the key of
                         what is stored. Raises ModelError where the model is not there
    require_answer(voice)
                         makes it Online: a service, which is asked by threads of the main
                         process, and then must also have `longest` and `connections`
    longest              how many characters a service is asked to say at once
    connections          how many requests a service is sent at a time
    threads              how many threads ask a service that itself keeps to its connections;
                         without it, as many as `connections`

To add an engine in a package of its own, nothing here changes: write the class, and an entry point
in the group `podcast.engines` of that package (docs/example_engine/ is a whole one).

To add one to the program:

1. Write its module here. `tone.py` is a model of an engine, `openai.py` one of a service.
2. Add its entry point to pyproject.toml, and an extra if it needs a library of its own.
3. Add its row to docs/engines-and-models.md and docs/engines-and-models.zh-CN.md.
4. Test it in tests/engines/. Give it to a role in voices/*.toml where it is to be cast by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol, TypeGuard

from podcast.errors import NoSuchEngine
from podcast.model import Needs, Speech, Voice

GROUP = "podcast.engines"


class Engine(Protocol):
    """Something that reads aloud.

    `rate` is the samples a second of everything it says. `version` changes whenever the same
    text could sound different: a remembered chapter is found by it. `needs` is what has to be
    done to a text before it can say it.
    """

    @property
    def rate(self) -> int:
        """Samples a second."""

    @property
    def version(self) -> str:
        """What the engine is called when the same text could sound different."""

    needs: Needs

    def speak(self, text: str, voice: Voice) -> Speech:
        """Say all of `text`, or raise SpeechFailed; never less than all of it."""


class Online(Engine, Protocol):
    """A service that reads aloud, and is asked from several threads.

    SpeechFailed says that asking again may help; any other error that it will not.
    """

    longest: int  # characters it is asked to say at once
    connections: int  # requests it is sent at a time, by all builds of a process

    def require_answer(self, voice: Voice) -> None:
        """Raise EngineError, within a few seconds, where the service does not speak now."""


def is_online(engine: Engine) -> TypeGuard[Online]:
    """Whether it is a service elsewhere."""
    return hasattr(engine, "require_answer")


def is_remembered(engine: Engine) -> bool:
    """Whether an engine of this machine is slow or never says a text twice alike: it is kept."""
    return bool(getattr(engine, "is_remembered", False))


def threads(engine: Online) -> int:
    """How many threads may ask a service at a time."""
    return int(getattr(engine, "threads", engine.connections))


def known_voices(engine: Engine) -> Mapping[str, str]:
    """The id and language of each voice that an engine knows of; else its own, unnamed one."""
    voices: Mapping[str, str] = getattr(engine, "voices", {"": ""})
    return voices


def model_key(voice: Voice) -> str:
    """Names the model that speaks as `voice`; empty where its engine has only itself.

    Raises ModelError for a model that is not there.
    """
    engine = load(voice.engine)
    key: str = engine.model_key(voice) if hasattr(engine, "model_key") else ""
    return key


def offered() -> list[str]:
    """The names of the engines that are installed, sorted."""
    return sorted(entry_points(group=GROUP).names)


def load(name: str) -> Engine:
    """The installed engine called `name`, which has said nothing yet; no other is imported."""
    return _maker(name)()


@cache
def _maker(name: str) -> Callable[[], Engine]:
    found = entry_points(group=GROUP)
    if name not in found.names:
        raise NoSuchEngine(name, offered())
    maker: Callable[[], Engine] = found[name].load()
    return maker
