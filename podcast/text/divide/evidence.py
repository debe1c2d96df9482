"""Sentences -> the log-likelihood ratio of a chapter that starts with each.

The weights were fitted by logistic regression on talks in which people marked new topics; see
`training/turns.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from podcast.model import Sentence, Transcript
from podcast.text.divide import cohesion, signposts
from podcast.text.divide.hearing import heard_in, speakers
from podcast.text.divide.numbers import Numbers
from podcast.text.words import length, terms

NAMES = (*signposts.NAMES, *cohesion.NAMES, "pause")
WEIGHTS = MappingProxyType(
    {
        "move": 0.69,
        "ordinal": 0.50,
        "last": 0.41,
        "other": 0.38,
        "show": 0.64,
        "habit": 1.05,
        "thanks": 0.32,
        "invite": 0.32,
        "subject": 0.30,
        "asks": 0.35,
        "closed before": 0.31,
        "thanked before": 0.67,
        "asked before": -0.53,
        "done": 0.96,
        "done and opens": 0.60,
        "closed and opens": 0.54,
        "opens": -0.20,
        "question": 0.86,
        "idle": -2.47,
        "goes on": -0.69,
        "sums up": -0.85,
        "announced": 1.12,
        "moves to": 0.77,
        "recaps": 0.54,
        "voice": 0.60,
        "host": 0.67,
        "inner": -0.96,
        "falls": 0.17,
        "unlike": 0.45,
        "begins": 0.38,
        "ends": 0.15,
        "new names": -0.07,
        "pause": 0.80,
    }
)


def table(sentences: Sequence[Sentence], transcript: Transcript | None = None) -> Numbers:
    """The table of all evidence, of shape (sentences, names): a column for each of `NAMES`.

    `transcript` is the one before cleaning, in which all words that announce a new topic are left.
    """
    lengths = [length(sentence.text) for sentence in sentences]
    changes = cohesion.cohesion([terms(sentence.text) for sentence in sentences], lengths)
    signs = announced(sentences, transcript) if transcript else signposts.signposts(sentences)
    return np.hstack([signs, changes, pauses(sentences)[:, None]])


def announced(sentences: Sequence[Sentence], transcript: Transcript) -> Numbers:
    """The signposts of each sentence, from the clauses of the transcript near its beginning.

    The array is of shape (sentences, signs).
    """
    heard = heard_in(transcript)
    if not heard.clauses:
        return signposts.signposts(sentences)
    rows = signposts.signposts(heard.clauses)
    worth = rows @ np.array([WEIGHTS[name] for name in signposts.NAMES])
    return np.asarray(rows[speakers(sentences, heard, worth)])


def pauses(sentences: Sequence[Sentence]) -> Numbers:
    """How unusually long the silence before each sentence is; zeros if few are known.

    The array is of shape (sentences,), in standard deviations.
    """
    known = [s.pause_ms for s in sentences if s.pause_ms is not None]
    if len(known) < len(sentences) / 2:
        return np.zeros(len(sentences))
    usual = float(np.median(known))
    silences = np.array([usual if s.pause_ms is None else s.pause_ms for s in sentences])
    return np.clip(cohesion.standard(np.log1p(np.maximum(silences, 0.0))), -1.0, 4.0)


def evidence(sentences: Sequence[Sentence], transcript: Transcript | None = None) -> Numbers:
    """The log-likelihood ratio of a chapter start at each sentence; the mean ratio is 1.

    The array is of shape (sentences,).
    """
    weights = np.array([WEIGHTS[name] for name in NAMES])
    raw = table(sentences, transcript) @ weights
    return calibrated(raw)


def calibrated(raw: Numbers) -> Numbers:
    """`raw` less a constant, so that the mean of the likelihood ratios is 1."""
    if len(raw) < 2:
        return np.zeros(len(raw))
    top = float(raw[1:].max())
    mean = top + float(np.log(np.mean(np.exp(raw[1:] - top))))
    return np.asarray(raw - mean)
