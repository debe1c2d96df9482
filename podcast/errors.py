"""What can go wrong, as a tree. Each message says what, on what, and what to do.

PodcastError
├── ReadError         a file cannot be understood
├── ScriptError       an edited script cannot be understood
├── VoiceError        a voice cannot be found or used
├── EngineError       an engine is missing or failed
│   ├── NoSuchEngine
│   └── SpeechFailed
├── ModelError        a neural model cannot be fetched, found or used
├── ServiceError      a service elsewhere refuses what it is asked, or does not answer
│   └── ServiceBusy
├── FfmpegError       ffmpeg is missing, too old or failed
├── WriteError        the result cannot be put where it was asked for
├── DamagedSound      stored sound is not what was put there
├── ServerError       episodes cannot be served at an address of this machine
├── ClusterError      a scheduler or its workers are not there, or not like this program
└── Stopped           a build was told to end
"""

from __future__ import annotations


class PodcastError(Exception):
    """Anything the user can be told in one sentence."""


class ReadError(PodcastError):
    """A transcript, or a file beside it, cannot be understood."""


class ScriptError(PodcastError):
    """An edited script cannot be understood."""


class VoiceError(PodcastError):
    """A voice cannot be found or used."""


class EngineError(PodcastError):
    """An engine is missing or failed."""


class NoSuchEngine(EngineError):
    """No installed package offers this engine."""

    def __init__(self, name: str, known: list[str]) -> None:
        """`known` are the names that would have worked."""
        self.name, self.known = name, known
        super().__init__(f"no engine named {name!r}; installed: {', '.join(known)}")

    def __reduce__(self) -> tuple[type[NoSuchEngine], tuple[str, list[str]]]:
        """Comes back whole from a worker process."""
        return NoSuchEngine, (self.name, self.known)


class SpeechFailed(EngineError):
    """An engine did not say all of a text.

    `wait` is for how many seconds its service wants to be left alone.
    """

    wait = 0.0


class ServiceError(PodcastError):
    """A service elsewhere refuses what it is asked; asking again will not help.

    `status` is HTTP's, or 0 where there was no answer.
    """

    status = 0


class ServiceBusy(ServiceError):
    """A service elsewhere does not answer now; asking again may help.

    `wait` is for how many seconds it wants to be left alone.
    """

    wait = 0.0


class ModelError(PodcastError):
    """A neural model cannot be fetched, found or used."""


class FfmpegError(PodcastError):
    """Ffmpeg is missing, too old, or failed."""


class WriteError(PodcastError):
    """The result cannot be put where it was asked for."""


class DamagedSound(PodcastError):
    """Stored sound is not what was put there.

    Who finds it knows only bytes. Who knows the store they came from adds where that lies.
    """


class ServerError(PodcastError):
    """Episodes cannot be served at an address of this machine."""


class ClusterError(PodcastError):
    """A scheduler or its workers are not there, or not like this program."""


class Stopped(PodcastError):
    """A build was told to end."""
