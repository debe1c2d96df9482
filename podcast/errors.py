"""What can go wrong, as a tree. Each message says what, on what, and what to do.

PodcastError
├── ReadError         a file cannot be understood
├── ScriptError       an edited script cannot be understood
├── VoiceError        a voice cannot be found or used
├── EngineError       an engine is missing or failed
│   ├── NoSuchEngine
│   └── SpeechFailed
├── ModelError        a neural model cannot be fetched, found or used
├── ServiceError      an online service refuses a request, or does not answer
│   └── ServiceBusy
├── FfmpegError       ffmpeg is missing, too old or failed
├── WriteError        a file or a folder cannot be written
├── DamagedSound      a file of stored sound is damaged
├── ServerError       episodes cannot be served at an address of this machine
├── ClusterError      a Dask scheduler or its workers are missing, or run another program version
└── Stopped           a build is being ended
"""

from __future__ import annotations


class PodcastError(Exception):
    """The base of all errors that the command prints as one sentence.

    A message may quote what a stranger wrote: a key, a name, a line. So line breaks in it become
    spaces, and other characters that cannot be printed become escapes.
    """

    def __str__(self) -> str:
        """The message on one line, which can be printed anywhere."""
        lines = map(str.strip, super().__str__().splitlines())
        spaced = " ".join(filter(None, lines))
        return "".join(one if one.isprintable() else _escaped(one) for one in spaced)


def _escaped(character: str) -> str:
    """A character that cannot be printed, as Python writes it; another kind of space is one.

    >>> _escaped("\\x00"), _escaped("\\u3000")
    ('\\\\x00', ' ')
    """
    return " " if character.isspace() else character.encode("unicode_escape").decode()


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
        """Make the message; `known` are the names of the installed engines."""
        self.name, self.known = name, known
        super().__init__(f"no engine named {name!r}; installed: {', '.join(known)}")

    def __reduce__(self) -> tuple[type[NoSuchEngine], tuple[str, list[str]]]:
        """Pickle both fields, so that a worker process can send the error back."""
        return NoSuchEngine, (self.name, self.known)


class SpeechFailed(EngineError):
    """An engine did not say all of a text.

    `wait` is the number of seconds to wait before the next try, if the service gave one.
    """

    wait = 0.0


class ServiceError(PodcastError):
    """An online service refuses a request, and would refuse it again.

    `status` is the HTTP status code, or 0 if there was no answer.
    """

    status = 0


class ServiceBusy(ServiceError):
    """An online service does not answer now; a later try may succeed.

    `wait` is the number of seconds to wait before the next try, if the service gave one.
    """

    wait = 0.0


class ModelError(PodcastError):
    """A neural model cannot be fetched, found or used."""


class FfmpegError(PodcastError):
    """Ffmpeg is missing, too old, or failed."""


class WriteError(PodcastError):
    """A file or a folder cannot be written."""


class DamagedSound(PodcastError):
    """A file of stored sound is damaged.

    The code that notices the damage knows only the bytes; the code that knows the store adds
    `Store.remedy` to the message.
    """


class ServerError(PodcastError):
    """Episodes cannot be served at an address of this machine."""


class ClusterError(PodcastError):
    """A Dask scheduler or its workers are missing, or run another version of the program."""


class Stopped(PodcastError):
    """A build is being ended, because the user interrupted it or another part of it failed."""
