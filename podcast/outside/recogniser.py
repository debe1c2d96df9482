"""Sound -> the text that a speech recogniser hears in it.

The recogniser is Whisper, run by the package faster-whisper, which only an episode that is checked
by ear needs. Its network lies in a folder, in the form of CTranslate2; nothing is fetched here.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from podcast.errors import ModelError
from podcast.files.keys import content_key, digest
from podcast.outside.models import installed

RATE = 16_000  # samples a second of what a recogniser gets
MODEL = "whisper-base"  # the model that is used where no other is named
FAMILY = "whisper"
WANTED = "faster-whisper>=1.1,<2"
NEEDED = ("model.bin", "config.json", "tokenizer.json")  # without the last it would be fetched
PROMPT = "以下是普通话的句子。"  # makes Whisper write Simplified hanzi with punctuation
REPEATED = re.compile("以下是普通[话話]的句子")  # PROMPT as Whisper may write it
SHORTEST_SECONDS, LONGEST_SECONDS = 14.0, 28.0  # of a piece of sound; Whisper takes in 30 at most
SEED = 1  # of the samples that Whisper draws where it is unsure: so it hears the same each time

Samples = NDArray[np.float32]
"""Mono sound at RATE: float32 of shape (samples,), from -1 to 1."""


class WrittenLine(NamedTuple):
    """A line that was heard, and from which second of the sound to which."""

    start: float
    end: float
    text: str


class Recogniser(Protocol):
    """Something that writes down Mandarin which it hears."""

    def hear(self, samples: Samples) -> str:
        """The text of at most 30 seconds of sound; empty if nobody speaks in it."""


class Witness(Recogniser, Protocol):
    """A recogniser whose answers can be kept for later."""

    @property
    def content(self) -> str:
        """The key of its network, which no other one has."""


class Writer(Protocol):
    """A recogniser that tells when it hears what."""

    def lines(self, samples: Samples) -> list[WrittenLine]:
        """The lines of at most 30 seconds of sound; none if nobody speaks in it."""


class Whisper:
    """Whisper, with the network that lies in a folder."""

    def __init__(self, folder: Path) -> None:
        """Load the network. Raises ModelError if it, or the package that runs it, is missing."""
        if lack := lack_text():
            raise ModelError(lack)
        missing = [name for name in NEEDED if not (folder / name).is_file()]
        if missing:
            raise ModelError(
                f"{folder} is no recogniser: it has no {', no '.join(missing)}; name a folder that "
                f"holds Whisper as faster-whisper reads it, or run `podcast voices add {MODEL}`"
            )
        self.folder = folder
        try:
            self._model: Any = _library().WhisperModel(
                str(folder), device="cpu", compute_type="int8"
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelError(f"the recogniser in {folder} cannot be loaded: {error}") from error

    @cached_property
    def content(self) -> str:
        """The key of the files in its folder, and of the packages that run it."""
        files = sorted(path for path in self.folder.iterdir() if path.is_file())
        versions = [each.__version__ for each in (_library(), import_module("ctranslate2"))]
        return content_key([(path.name, digest(path)) for path in files], versions, PROMPT, SEED)

    def hear(self, samples: Samples) -> str:
        """What Whisper hears in the sound; the same sound is always heard alike."""
        return _text(self._segments(samples))

    def lines(self, samples: Samples) -> list[WrittenLine]:
        """What Whisper hears in the sound, in short lines with their times."""
        return [
            WrittenLine(segment.start, segment.end, segment.text.strip())
            for segment in self._segments(samples)
            if segment.text.strip()
        ]

    def _segments(self, samples: Samples) -> list[Any]:
        """What Whisper hears, in segments with a text and its times.

        Now and then Whisper repeats PROMPT in place of what is said. It then hears the sound again
        without it.
        """
        found = self._segments_after(PROMPT, samples)
        return self._segments_after(None, samples) if REPEATED.search(_text(found)) else found

    def _segments_after(self, prompt: str | None, samples: Samples) -> list[Any]:
        import_module("ctranslate2").set_random_seed(SEED)
        segments, _ = self._model.transcribe(
            samples,
            language="zh",
            beam_size=5,
            initial_prompt=prompt,
            condition_on_previous_text=False,
        )
        return list(segments)


def _text(segments: Iterable[Any]) -> str:
    return "".join(segment.text for segment in segments)


def open_recogniser(name: str = MODEL) -> Whisper:
    """The recogniser of an added model, or of the folder at the path `name`.

    Raises ModelError, which says how to get what is missing.
    """
    if lack := lack_text():
        raise ModelError(lack)
    path = Path(name).expanduser()
    if path.is_dir() or len(path.parts) > 1:
        return Whisper(path)
    model = installed(name)
    if model.family != FAMILY:
        raise ModelError(f"the model {name} is no recogniser; {MODEL} is one")
    assert model.folder
    return Whisper(model.folder)


def lack_text() -> str:
    """The command that installs the package that runs Whisper; empty if it is installed."""
    try:
        _library()
    except ImportError as error:
        return (
            f"listening needs a package that cannot be imported ({error}); "
            f"run: {sys.executable} -m pip install '{WANTED}'"
        )
    return ""


@cache
def _library() -> Any:
    return import_module("faster_whisper")
