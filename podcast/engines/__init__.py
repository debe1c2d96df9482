"""Text -> Speech: whatever reads aloud, found by name and loaded only when asked for."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Protocol

from podcast.errors import NoSuchEngine
from podcast.model import Speech, Voice

GROUP = "podcast.engines"


class Engine(Protocol):
    """Something that reads aloud.

    `rate` is the samples a second of everything it says. `version` changes whenever the same
    text could sound different: a remembered chapter is found by it.
    """

    rate: int
    version: str

    def speak(self, text: str, voice: Voice) -> Speech:
        """Say all of `text`, or raise SpeechFailed; never less than all of it."""


def offered() -> list[str]:
    """The names of the engines that are installed, sorted."""
    return sorted(entry_points(group=GROUP).names)


def load(name: str) -> Engine:
    """The installed engine called `name`; no other engine is imported."""
    found = entry_points(group=GROUP)
    if name not in found.names:
        raise NoSuchEngine(name, offered())
    engine: Engine = found[name].load()()
    return engine
