"""Tokens -> chances of each mark by the tagger, a small network that comes with the program.

onnxruntime runs it; it is loaded when it is first needed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
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
PAIRS, WORDS = 1, 2  # their rows among the features
PARTICLE, TAIWANS = "着", "著"  # the mainland writes 随着, Taiwan 随著


class Scorer(Protocol):
    """Gives the chance of each mark: the tagger, or another network in its place."""

    def score(self, tokens: Sequence[Token]) -> npt.NDArray[np.float32]:
        """Log chances of shape (tokens, classes); a column for each of `features.CLASSES`."""


class Tagger:
    """The shipped network.

    It runs twice on each window, once without the pairs and once without the words, and the mean
    of both is used. The network has partly memorised pairs and words of its training talks, and the
    mean is right more often than one run with all features.
    """

    def __init__(self, path: Path) -> None:
        """Load the network, and the vocabulary that is stored in its file."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            path.read_bytes(), options, providers=["CPUExecutionProvider"]
        )
        stored = self._session.get_modelmeta().custom_metadata_map
        self.vocabulary = features.Vocabulary.number(*json.loads(stored["vocabulary"]))

    def score(self, tokens: Sequence[Token]) -> npt.NDArray[np.float32]:
        """Log chances of shape (tokens, classes); a column for each of `features.CLASSES`."""
        rows = features.rows(self._as_learnt(tokens), self.vocabulary)
        parts = []
        step = WINDOW - 2 * MARGIN
        for start in range(0, len(tokens), step):
            first = max(0, start - MARGIN)
            window = rows[:, first : start + step + MARGIN]
            looks = np.stack([window, window])
            looks[0, PAIRS] = looks[1, WORDS] = features.UNKNOWN
            chances = self._session.run(None, {"features": looks})[0].mean(axis=0)
            parts.append(chances[start - first : start - first + step])
        return np.concatenate(parts)

    def _as_learnt(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """The tokens in the spelling of the network's training texts.

        A network that was trained on Taiwan's texts alone does not know 着, but 随著 and 意味著. So
        it gets 著 for 着. A network that knows 着 gets the tokens unchanged.
        """
        known = self.vocabulary.tokens
        if PARTICLE in known or TAIWANS not in known:
            return tokens
        return [replace(t, text=TAIWANS) if t.text == PARTICLE else t for t in tokens]


@lru_cache(maxsize=1)
def shipped() -> Tagger:
    """The tagger that comes with the package."""
    return Tagger(MODEL)
