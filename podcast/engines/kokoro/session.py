"""A model on this machine -> the network in memory, ready to be run.

The first time a model is loaded its graph is rebuilt for this machine (`ways.py`), and the result
is kept in a folder beside it. All processes that load it from there share its pages in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import onnxruntime

from podcast.engines.kokoro.parted import Parted, library
from podcast.engines.kokoro.unpack import CORE, GRAPH, TAIL, rebuilt
from podcast.engines.kokoro.ways import Way
from podcast.errors import ModelError
from podcast.outside.models import Model

APART = 1024  # bytes of a weight that lies in the file of weights, not in the graph
QUIETLY = 4  # onnxruntime's level of what it writes to stderr: what ends the process

NOT_WRITTEN = ("no space left", "open file", "failed to write")  # in onnxruntime's errors


@lru_cache(maxsize=1)
def loaded(model: Model, key: str, way: Way) -> Any:
    """The network; it is loaded once in a process. Raises ModelError.

    `key` names all that it is rebuilt from: the model's file, this program, and onnxruntime.
    """
    if way is Way.OPENVINO:
        library()
    try:
        folder = rebuilt_model(model, key, way)
        try:
            return _opened(folder, way)
        except ModelError:  # what lies there is damaged; it is made of the model again
            rmtree(folder, ignore_errors=True)
            return _opened(rebuilt_model(model, key, way), way)
    except OSError as error:  # the model's folder cannot be written, or the disk is full
        if way is Way.OPENVINO:
            raise ModelError(
                f"cannot keep kokoro's network for OpenVINO in {model.folder} ({error}); "
                "free 400 MB there"
            ) from error
        return session_of(_rebuilt(model, way)[GRAPH], options=_folding())


def _opened(folder: Path, way: Way) -> Any:
    if way is Way.OPENVINO:
        front, core, tail = (_file(folder, name) for name in (GRAPH, CORE, TAIL))
        return Parted(session_of(str(front)), core, session_of(str(tail)))
    return session_of(str(_file(folder, GRAPH)))


def rebuilt_model(model: Model, key: str, way: Way) -> Path:
    """The folder of the rebuilt model, which is made first if it is not there.

    Raises OSError if it cannot be written, ModelError if the model is of another kind.
    """
    assert model.folder
    folder = _place(model, key, way)
    if not is_rebuilt(model, key, way):
        for old in model.folder.glob("unpacked-*"):
            rmtree(old, ignore_errors=True)
        with _becoming(folder) as new:
            for name, graph in _rebuilt(model, way).items():
                _write(graph, _file(new, name))
    return folder


def _write(graph: bytes, path: Path) -> None:
    """Write a graph, with what is constant in it calculated. Raises OSError and ModelError."""
    weights = path.with_suffix(".bin")
    options = _folding()
    # what is fused for this processor is no use to another; constants are for all
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(path)
    for name, value in (("file_name", weights.name), ("min_size_in_bytes", str(APART))):
        entry = f"session.optimized_model_external_initializers_{name}"
        options.add_session_config_entry(entry, value)
    session_of(graph, options)
    if not path.is_file() or not weights.is_file():
        raise OSError("the weights were not written")


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.onnx"


def is_rebuilt(model: Model, key: str, way: Way) -> bool:
    """Whether the rebuilt model lies on the disk."""
    return _file(_place(model, key, way), GRAPH).is_file()


def _place(model: Model, key: str, way: Way) -> Path:
    assert model.folder
    return model.folder / f"unpacked-{key}-{way.value}"


@contextmanager
def _becoming(folder: Path) -> Iterator[Path]:
    """A folder to fill, which is `folder` at the end; of two processes' the first one's stays."""
    new = Path(mkdtemp(prefix=".unpacking-", dir=folder.parent))
    new.chmod(0o755)
    try:
        yield new
        with suppress(OSError):
            new.rename(folder)
        if not _file(folder, GRAPH).is_file():
            raise OSError(f"cannot write {folder}")
    finally:
        rmtree(new, ignore_errors=True)


def _rebuilt(model: Model, way: Way) -> dict[str, bytes]:
    (path,) = model.paths("model")
    try:
        return rebuilt(path.read_bytes(), way)
    except ValueError as error:
        raise ModelError(
            f"the model {model.name} in {model.folder} is not one that kokoro can say with "
            f"({error}); remove that folder and run `podcast voices add {model.name}`"
        ) from error


def _folding() -> Any:
    """Options with which widened weights are calculated once, when the network is loaded."""
    options = session_options()
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    return options


def session_options() -> Any:
    """One thread: as many processes as there are cores run beside each other."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = QUIETLY
    return options


def session_of(graph: str | bytes, options: Any = None) -> Any:
    """The network of a graph, or of a file of one. Raises ModelError, OSError for a full disk."""
    try:
        return onnxruntime.InferenceSession(
            graph, options or session_options(), providers=["CPUExecutionProvider"]
        )
    except OSError:
        raise
    except Exception as error:  # onnxruntime's own, which it does not let one import
        if any(sign in str(error).lower() for sign in NOT_WRITTEN):
            raise OSError(str(error)) from error
        raise ModelError(f"onnxruntime cannot load kokoro's model: {error}") from error
