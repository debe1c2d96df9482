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

from podcast.engines.kokoro.unpack import rebuilt
from podcast.engines.kokoro.ways import Way
from podcast.errors import ModelError
from podcast.outside.models import Model

GRAPH, WEIGHTS = "graph.onnx", "weights.bin"
APART = 1024  # bytes of a weight that lies in the file of weights, not in the graph
QUIETLY = 3  # onnxruntime's level of what it writes to stderr: errors


@lru_cache(maxsize=1)
def loaded(model: Model, key: str, way: Way) -> Any:
    """The network; it is loaded once in a process, `key` names its content. Raises ModelError."""
    try:
        return session_of(str(rebuilt_graph(model, key, way)))
    except OSError:  # the model's folder cannot be written, or the disk is full
        return session_of(_rebuilt(model, way), options=_folding())


def rebuilt_graph(model: Model, key: str, way: Way) -> Path:
    """The path of the rebuilt model, which is made first if it is not there.

    Raises OSError if it cannot be written, ModelError if the model is of another kind.
    """
    assert model.folder
    folder = _place(model, key, way)
    if not (folder / GRAPH).is_file():
        for old in model.folder.glob("unpacked-*"):
            rmtree(old, ignore_errors=True)
        with _becoming(folder) as new:
            options = _folding()
            # what is fused for this processor is no use to another; constants are for all
            options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
            options.optimized_model_filepath = str(new / GRAPH)
            for name, value in (("file_name", WEIGHTS), ("min_size_in_bytes", str(APART))):
                entry = f"session.optimized_model_external_initializers_{name}"
                options.add_session_config_entry(entry, value)
            session_of(_rebuilt(model, way), options)
            if not (new / WEIGHTS).is_file():
                raise OSError("the weights were not written")
    return folder / GRAPH


def is_rebuilt(model: Model, key: str, way: Way) -> bool:
    """Whether the rebuilt model lies on the disk."""
    return (_place(model, key, way) / GRAPH).is_file()


def _place(model: Model, key: str, way: Way) -> Path:
    assert model.folder
    return model.folder / f"unpacked-{key}-{way.value}-{onnxruntime.__version__}"


@contextmanager
def _becoming(folder: Path) -> Iterator[Path]:
    """A folder to fill, which is `folder` at the end; of two processes' the first one's stays."""
    new = Path(mkdtemp(prefix=".unpacking-", dir=folder.parent))
    new.chmod(0o755)
    try:
        yield new
        with suppress(OSError):
            new.rename(folder)
        if not (folder / GRAPH).is_file():
            raise OSError(f"cannot write {folder}")
    finally:
        rmtree(new, ignore_errors=True)


def _rebuilt(model: Model, way: Way) -> bytes:
    (path,) = model.paths("model")
    try:
        return rebuilt(path.read_bytes(), way)
    except ValueError as error:
        raise ModelError(
            f"the model {model.name} in {model.folder} is not one that kokoro can say with: {error}"
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
        if "No space left" in str(error) or "open file" in str(error).lower():
            raise OSError(str(error)) from error
        raise ModelError(f"onnxruntime cannot load kokoro's model: {error}") from error
