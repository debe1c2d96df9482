"""Tokens -> chances of each mark by the tagger, a small network that comes with the program.

onnxruntime runs it; it is loaded when it is first needed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import copy
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from podcast.text.punctuate import features
from podcast.text.punctuate.tokens import Token

MODEL = Path(__file__).with_name("punctuate.onnx")
WINDOW = 2048  # tokens that the network gets at once
MARGIN = 128  # tokens at each end of a window that are only context: the network sees 126 of them


class Scorer(Protocol):
    """Gives the chance of each mark: the tagger, or another network in its place."""

    def score(self, tokens: Sequence[Token]) -> npt.NDArray[np.float32]:
        """Log chances of shape (tokens, classes); a column for each of `features.CLASSES`."""


class Tagger:
    """The shipped network: the mean of two that see different features (`training/export.py`)."""

    def __init__(self, path: Path) -> None:
        """Load the network, and the vocabulary that is stored in its file."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # A plan of all tensors for each length of window holds 25 MB more, and saves no time.
        options.enable_mem_pattern = False
        self._session: Any = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        self.style = features.MAINLAND
        stored = self._session.get_modelmeta().custom_metadata_map
        self.vocabulary = features.Vocabulary.number(*json.loads(stored["vocabulary"]))

    def in_style(self, style: int) -> Tagger:
        """The same network, which sets marks in the style of the mainland or of Taiwan."""
        other = copy(self)
        other.style = style
        return other

    def score(self, tokens: Sequence[Token]) -> npt.NDArray[np.float32]:
        """Log chances of shape (tokens, classes); a column for each of `features.CLASSES`."""
        rows = features.rows(tokens, self.vocabulary, self.style)
        parts = []
        step = WINDOW - 2 * MARGIN
        for start in range(0, len(tokens), step):
            first = max(0, start - MARGIN)
            window = rows[:, first : start + step + MARGIN]
            chances = self._session.run(None, {"features": window[None]})[0][0]
            parts.append(chances[start - first : start - first + step])
        return np.concatenate(parts)


@lru_cache(maxsize=1)
def shipped() -> Tagger:
    """The tagger that comes with the package."""
    return Tagger(MODEL)
