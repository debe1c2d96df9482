"""Sentences -> how likely a chapter starts with each, as a log-likelihood ratio.

The weights were fitted by logistic regression on talks whose turns people marked; see
`training/chapters.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from podcast.divide import cohesion, signposts
from podcast.divide.words import length, terms
from podcast.model import Sentence

Row = NDArray[np.float64]

NAMES = (*signposts.NAMES, *cohesion.NAMES, "pause")
WEIGHTS = MappingProxyType(
    {
        "move": 0.71,
        "ordinal": 0.12,
        "last": 0.41,
        "other": 0.38,
        "show": 0.68,
        "habit": 1.06,
        "thanks": 0.34,
        "invite": 0.31,
        "subject": 0.31,
        "asks": 0.35,
        "closed before": 0.32,
        "thanked before": 0.57,
        "asked before": -0.53,
        "done": 0.87,
        "done and opens": 0.51,
        "closed and opens": 0.55,
        "opens": -0.19,
        "question": 0.84,
        "idle": -2.46,
        "goes on": -0.69,
        "sums up": -0.85,
        "announced": 1.16,
        "voice": 0.59,
        "host": 0.67,
        "falls": 0.18,
        "unlike": 0.45,
        "begins": 0.39,
        "ends": 0.15,
        "new names": -0.07,
        "pause": 0.80,
    }
)


def table(sentences: Sequence[Sentence]) -> Row:
    """All evidence: one row a sentence, one column a name of `NAMES`."""
    lengths = [length(sentence.text) for sentence in sentences]
    changes = cohesion.cohesion([terms(sentence.text) for sentence in sentences], lengths)
    return np.hstack([signposts.signposts(sentences), changes, pauses(sentences)[:, None]])


def pauses(sentences: Sequence[Sentence]) -> Row:
    """How unusual the silence before each sentence is; 0 where the source knows none."""
    known = [s.pause_ms for s in sentences if s.pause_ms is not None]
    if len(known) < len(sentences) / 2:
        return np.zeros(len(sentences))
    usual = float(np.median(known))
    heard = np.array([usual if s.pause_ms is None else s.pause_ms for s in sentences])
    return np.clip(cohesion.standard(np.log1p(np.maximum(heard, 0.0))), -1.0, 4.0)


def evidence(sentences: Sequence[Sentence]) -> Row:
    """Log-likelihood ratio of a start at each sentence; over the whole talk the ratio is 1 at the mean."""
    raw = table(sentences) @ np.array([WEIGHTS.get(name, 0.0) for name in NAMES])
    return calibrated(raw)


def calibrated(raw: Row) -> Row:
    """`raw` moved so that the mean of the likelihood ratios is 1."""
    if len(raw) < 2:
        return np.zeros(len(raw))
    top = float(raw[1:].max())
    return raw - (top + np.log(np.mean(np.exp(raw[1:] - top))))
