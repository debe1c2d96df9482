"""Words -> for each frame the state that is heard in it.

At first a word's states share its loud part out evenly. Then a Gaussian for each state is fitted to
the frames that are its own, and each word is cut anew where the Gaussians say; eight times over.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from speech import Word

from podcast.recording.features import BANDS, Frames, log_mel
from podcast.recording.units import SILENCE, STATES

ROUNDS = 8
CEPSTRA = 14
LOUD = 4.0  # below the loudest frames of a word, in natural logarithms of power
FEWEST = 10  # frames that a Gaussian is fitted to

Labels = NDArray[np.int32]
_COSINES = np.cos(np.pi * np.outer(np.arange(CEPSTRA), np.arange(BANDS) + 0.5) / BANDS)


def labelled(words: Sequence[Word]) -> list[Labels]:
    """The state of each frame of each word."""
    frames = [np.concatenate(list(log_mel([word.sound.tobytes()]))) for word in words]
    features = cepstra(words, frames)
    labels = [first_cut(each, word.states) for each, word in zip(frames, words, strict=True)]
    for _ in range(ROUNDS):
        means, variances = gaussians(features, labels)
        labels = [
            cut(likelihoods(each, means, variances), word.states, old)
            for each, word, old in zip(features, words, labels, strict=True)
        ]
    return labels


def cepstra(words: Sequence[Word], frames: Sequence[Frames]) -> list[Frames]:
    """Cepstra of each frame and how they change, less what is the speaker's and the room's."""
    measures = {}
    for speaker in {word.speaker for word in words}:
        all_of = [f for f, word in zip(frames, words, strict=True) if word.speaker == speaker]
        measures[speaker] = np.concatenate(all_of).mean(0), np.concatenate(all_of).std(0)
    made = []
    for each, word in zip(frames, words, strict=True):
        mean, spread = measures[word.speaker]
        plain = ((each - mean) / spread @ _COSINES.T / 6).astype(np.float32)
        change = np.zeros_like(plain)
        change[1:-1] = plain[2:] - plain[:-2]
        made.append(np.hstack([plain, change]))
    return made


def first_cut(frames: Frames, states: tuple[int, ...]) -> Labels:
    """The loud part of a word shared out evenly among its states."""
    levels = frames.mean(1)
    loud = np.flatnonzero(levels > np.percentile(levels, 95) - LOUD)
    start, end = (loud[0], loud[-1] + 1) if len(loud) > len(states) else (0, len(levels))
    labels = np.full(len(levels), SILENCE, np.int32)
    places = np.arange(end - start) * len(states) // (end - start)
    labels[start:end] = np.array(states)[np.minimum(places, len(states) - 1)]
    return labels


def gaussians(
    features: Sequence[Frames], labels: Sequence[Labels]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The mean and the variance of each state's frames, (states, features)."""
    frames, states = np.concatenate(features), np.concatenate(labels)
    means = np.zeros((len(STATES), frames.shape[1]))
    variances = np.ones_like(means)
    least = 0.05 * frames.var(0)
    for state in range(len(STATES)):
        own = frames[states == state]
        if len(own) > FEWEST:
            means[state], variances[state] = own.mean(0), np.maximum(own.var(0), least)
    return means, variances


def likelihoods(
    frames: Frames, means: NDArray[np.float64], variances: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How likely each frame is of each state, as a logarithm: (frames, states)."""
    sharpness = 1 / variances
    constant = -0.5 * (np.log(variances).sum(1) + (means**2 * sharpness).sum(1))
    return np.asarray(-0.5 * frames**2 @ sharpness.T + frames @ (means * sharpness).T + constant)


def cut(likely: NDArray[np.float64], states: tuple[int, ...], old: Labels) -> Labels:
    """The best way to go through silence, all states in order, and silence; `old` if none fits."""
    row = np.array([SILENCE, *states, SILENCE])
    if len(likely) < len(row):
        return old
    given = likely[:, row]
    values = np.full(len(row), -np.inf)
    values[0] = given[0, 0]
    advances = np.zeros(given.shape, np.bool_)
    for frame in range(1, len(given)):
        before = np.concatenate([[-np.inf], values[:-1]])
        advances[frame] = before > values
        values = np.maximum(before, values) + given[frame]
    labels = np.zeros(len(given), np.int32)
    at = len(row) - 1
    for frame in range(len(given) - 1, -1, -1):
        labels[frame] = row[at]
        at -= int(advances[frame, at])
    return labels
