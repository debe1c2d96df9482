"""A model -> a check that the library sherpa-onnx can load and run it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from podcast.errors import ModelError, PodcastError
from podcast.outside.models import Model

PACKAGE = "sherpa-onnx"
WANTED = "sherpa-onnx>=2,<3"
STAMP = ".usable"  # a file in a model's folder: the library and the files that last worked
PLACE = re.compile(r"^/\S+:\S+:\d+ ")  # the line of its source that begins the library's messages

Use = Callable[[Model], None]
"""A function that loads a model and runs it once. It must be importable by another process."""


def library_version() -> str:
    """The version of the library. Raises ModelError if it is not installed."""
    try:
        return _version(PACKAGE)
    except PackageNotFoundError as error:
        raise ModelError(
            "neural models need a package that is not installed; "
            f"run: {sys.executable} -m pip install '{WANTED}'"
        ) from error


_version = cache(version)  # cached, as `version` reads all of a package's description


def lack_text() -> str:
    """The command that installs the library; empty if it is installed."""
    try:
        library_version()
    except ModelError as error:
        return str(error)
    return ""


def library() -> Any:
    """The library, imported when it is first needed. Raises ModelError if it is not installed."""
    library_version()
    return import_module("sherpa_onnx")


def require_usable(model: Model, use: Use) -> None:
    """Raise ModelError unless the library can load and run a model of this machine.

    A process of its own tries that, because the library ends its process on a wrong model. A
    success is noted in the model's folder, so that it is tried once.
    """
    assert model.folder
    stamp = model.folder / STAMP
    wanted = f"{library_version()} {model.key()}"
    with suppress(OSError):
        if stamp.read_text("utf-8") == wanted:
            return
    with TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        process = get_context("spawn").Process(target=_try, args=(model, use, log))
        process.start()
        process.join()
        reason = _last_words(log)
    if process.exitcode != 0:
        raise ModelError(
            f"the model {model.name} in {model.folder} cannot be used: {reason}; "
            "remove that folder and add the model again"
        )
    with suppress(OSError):
        stamp.write_text(wanted, "utf-8")


def _try(model: Model, use: Use, log: Path) -> None:
    """Use a model, and write everything that the library prints to `log`."""
    with log.open("wb") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    try:
        use(model)
    except PodcastError as error:
        sys.exit(str(error))


def _last_words(log: Path) -> str:
    """The last line of a log, without the line of source at its beginning.

    >>> PLACE.sub("", "/project/csrc/x.cc:Init:168 'sample_rate' does not exist")
    "'sample_rate' does not exist"
    """
    text = log.read_text("utf-8", errors="replace") if log.exists() else ""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return PLACE.sub("", lines[-1]) if lines else "its process ended without a message"
