"""Frames -> scores of how each state of Mandarin fits each frame: a small network, in numpy.

How it was taught is in training/acoustic/, and what it is good and bad at in its model card there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from podcast.recording.features import BANDS, Frames, normalised

CONTEXT = 5  # frames on either side that a frame is heard with
_WEIGHTS = Path(__file__).with_name("acoustic.npz")
LEAST = -12.0  # log-probability below which all is equally unlikely
_PRIOR_WEIGHT = 0.8  # of a state's share of the training data, which is taken out of its score
WEIGHT = 0.4  # of a score beside the costs of the search

Scores = NDArray[np.float32]
"""(frames, states): the log-likelihood of each state, weighted."""


class Network(NamedTuple):
    """Layers, each weights (inputs, outputs) and biases; and the log of each state's share."""

    layers: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]
    prior: NDArray[np.float32]


@cache
def shipped() -> Network:
    """The network that comes with the program."""
    return read_network(_WEIGHTS)


def read_network(path: Path) -> Network:
    """The network in a file of numpy's, as training/acoustic/ writes it."""
    with np.load(path) as held:
        count = sum(name.startswith("W") for name in held.files)
        layers = tuple(
            (held[f"W{n}"].astype(np.float32), held[f"b{n}"].astype(np.float32))
            for n in range(count)
        )
        prior = np.log(held["prior"] + 1e-4).astype(np.float32) * np.float32(_PRIOR_WEIGHT)
    return Network(layers, prior)


def scores(blocks: Iterable[Frames], network: Network) -> Iterator[Scores]:
    """Blocks of scores of frames of log-mel bands; as many rows as frames went in."""
    for windows in with_context(normalised(blocks)):
        yield _scored(windows, network)


def with_context(blocks: Iterable[Frames]) -> Iterator[Frames]:
    """Each frame with its neighbours in one row; at both ends the last one there is repeats."""
    held = np.zeros((0, BANDS), np.float32)
    for block in blocks:
        held = np.concatenate([held if len(held) else np.repeat(block[:1], CONTEXT, axis=0), block])
        if len(held) > 2 * CONTEXT:
            yield _rows(held)
            held = held[-2 * CONTEXT :]
    if len(held):
        held = np.concatenate([held, np.repeat(held[-1:], CONTEXT, axis=0)])
        if len(held) > 2 * CONTEXT:
            yield _rows(held)


def _rows(held: Frames) -> Frames:
    count = len(held) - 2 * CONTEXT
    windows = np.lib.stride_tricks.sliding_window_view(held, (2 * CONTEXT + 1, BANDS))
    return windows[:, 0].reshape(count, -1)


def _scored(rows: Frames, network: Network) -> Scores:
    *hidden, (weights, biases) = network.layers
    for inner, inner_biases in hidden:
        rows = np.maximum(rows @ inner + inner_biases, 0)
    out = rows @ weights + biases
    out -= out.max(1, keepdims=True)
    out -= np.log(np.exp(out).sum(1, keepdims=True))
    weighed = (out.clip(LEAST) - network.prior) * np.float32(WEIGHT)
    return np.asarray(weighed, np.float32)
