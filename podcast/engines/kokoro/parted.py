"""Kokoro's network in three parts, of which OpenVINO calculates the one that takes nearly all time.

It does so with numbers of 16 bits (bfloat16), which some processors multiply fast. The other two
parts run in onnxruntime with 32, so words begin exactly where the unpacked network has them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from podcast.engines.kokoro.parts import DURATIONS, SPECTRUM
from podcast.errors import ModelError

SETTINGS = {  # one thread, as with onnxruntime; any core may run it
    "INFERENCE_NUM_THREADS": 1,
    "NUM_STREAMS": 1,
    "ENABLE_CPU_PINNING": False,
    "INFERENCE_PRECISION_HINT": "bf16",
}


class Parted:
    """The network, which is run as if it were one."""

    def __init__(self, front: Any, core: Path, tail: Any) -> None:
        """Take the sessions of front and tail, and the file of the core. Raises ModelError."""
        self.front, self.tail = front, tail
        self.given = [output.name for output in front.get_outputs()]
        self.core = _compiled(core)

    def run(self, _: None, inputs: dict[str, Any]) -> tuple[Any, Any]:
        """The samples, and the length of each token in frames."""
        values = dict(zip(self.given, self.front.run(None, inputs), strict=True))
        frames = values.pop(DURATIONS)
        (spectrum,) = self.core.infer(values).values()
        (name,) = SPECTRUM
        (samples,) = self.tail.run(None, {name: np.asarray(spectrum, np.float32)})
        return samples, frames


def library() -> Any:
    """The package openvino. Raises ModelError if it cannot be imported."""
    try:
        import openvino
    except ImportError as error:
        raise _failed(error) from error
    return openvino


def _compiled(core: Path) -> Any:
    try:
        return library().Core().compile_model(core, "CPU", SETTINGS).create_infer_request()
    except RuntimeError as error:
        raise _failed(error) from error


def _failed(error: Exception) -> ModelError:
    return ModelError(
        f"OpenVINO cannot load kokoro's model: {' '.join(str(error).split())}; without the "
        "package openvino kokoro speaks more slowly"
    )
