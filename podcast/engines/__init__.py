"""Text -> Speech: whatever reads aloud, found by name and loaded only when asked for.

Engine     on this machine: asked a sentence at a time; a paragraph, or a sentence, is remembered
Online     a service elsewhere: `checked`, `retried` and `cached` are objects around it
"""

from __future__ import annotations

from collections.abc import Callable
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
    done to a text before it can say it. One that knows its voices may have a mapping `voices`,
    of each id and its language, for `podcast voices --sample`.
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
    """A service that reads aloud, and is asked from several threads: as many as `connections`.

    One that itself sees to it that no more are open may have a number `threads`, which is more.
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
