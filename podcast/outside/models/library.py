"""The library that runs the models (sherpa-onnx), and whether a model does its work in it."""

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
STAMP = ".usable"  # in a model's folder: the library and files it was last seen to work with
PLACE = re.compile(r"^/\S+:\S+:\d+ ")  # where in its source the library complains

Use = Callable[[Model], None]
"""Loads a model and lets it do a little. A function of a module: another process calls it."""


def library_version() -> str:
    """The version of the library. Raises ModelError where it is not installed."""
    try:
        return _version(PACKAGE)
    except PackageNotFoundError as error:
        raise ModelError(
            "neural models need a package that is not installed; "
            f"{sys.executable} -m pip install '{WANTED}' gets it"
        ) from error


_version = cache(version)  # which reads all of a package's description


def lack_text() -> str:
    """What to do for the library where it is not installed; empty where it is."""
    try:
        library_version()
    except ModelError as error:
        return str(error)
    return ""


def library() -> Any:
    """The library, imported when first needed."""
    library_version()
    return import_module("sherpa_onnx")


def require_usable(model: Model, use: Use) -> None:
    """Raise ModelError unless the library loads a model of this machine, and it does its work.

    That is tried in a process of its own, once: the library ends its process over a wrong one.
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
    """Use a model; all that is said of it goes to `log`."""
    with log.open("wb") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    try:
        use(model)
    except PodcastError as error:
        sys.exit(str(error))


def _last_words(log: Path) -> str:
    """The last that a process said, without where in its source it said so.

    >>> PLACE.sub("", "/project/csrc/x.cc:Init:168 'sample_rate' does not exist")
    "'sample_rate' does not exist"
    """
    text = log.read_text("utf-8", errors="replace") if log.exists() else ""
    told = [line.strip() for line in text.split("\n") if line.strip()]
    return PLACE.sub("", told[-1]) if told else "it ended without a word"
