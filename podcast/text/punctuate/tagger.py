"""The tagger: a small network run by onnxruntime, loaded when it is first needed."""

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
WINDOW = 2048  # tokens the network is given at once…
MARGIN = 128  # …of which so many at each side are only looked at: it sees 126 to either side
PAIRS, WORDS = 1, 2  # their rows among the features
PARTICLE, TAIWANS = "着", "著"  # 随着 on the mainland, 随著 in Taiwan


class Scorer(Protocol):
    """What tells how likely each mark is: the tagger, or a network in its place."""

    def score(self, tokens: Sequence[Token]) -> npt.NDArray[np.float32]:
        """Log chances, one row a token and one column a class of `features.CLASSES`."""


class Tagger:
    """The log chance of each class of mark after each token.

    Each window is looked at twice, once without its pairs and once without its words: what the
    network learnt of these it partly learnt by heart, and the mean of two looks that each miss
    something is right more often than one that misses nothing.
    """

    def __init__(self, path: Path) -> None:
        """Load the network, and the vocabulary that is stored with it."""
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
        """Log chances, one row a token and one column a class of `features.CLASSES`."""
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
        """The tokens as the network's own texts spell them.

        A network learnt from Taiwan's texts alone has never seen 着: it knows 随著 and 意味著. So
        it is given 著 for 着. One that has learnt 着 is given what is written.
        """
        known = self.vocabulary.tokens
        if PARTICLE in known or TAIWANS not in known:
            return tokens
        return [replace(t, text=TAIWANS) if t.text == PARTICLE else t for t in tokens]


@lru_cache(maxsize=1)
def shipped() -> Tagger:
    """The tagger that comes with the package."""
    return Tagger(MODEL)
