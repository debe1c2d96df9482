"""Words of audio-cmn -> podcast/recording/acoustic.npz: the network that finds lines in recordings.

    python training/acoustic/teach.py FOLDER -o podcast/recording/acoustic.npz

Six words at a time are put together as a sentence and made unlike what they were: another throat,
speed, microphone and room, and noise. Needs numpy alone; about ten minutes of one processor core.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from labels import Labels, labelled
from numpy.typing import NDArray
from speech import Word, read_words

from podcast.recording.features import BANDS, HOP, RATE, Frames, filter_bank, log_mel, normalised
from podcast.recording.network import CONTEXT, with_context
from podcast.recording.units import SILENCE, STATES

HIDDEN, EPOCHS = 192, 12
SHARE = 0.45  # of the words, taken in each epoch
HELD_OUT = 200  # words that nothing is learnt from
AT_ONCE, BATCH = 4000, 512  # frames that are mixed, and learnt from at once
DROPPED = 0.15  # of the hidden units, each time
RATE_OF_LEARNING = 1e-3
LOUD = 2000.0  # RMS of each word
HOPS = (300, 340, 400, 480, 560)  # samples between frames: the shorter, the slower the speech
WARPS = tuple(np.linspace(0.78, 1.22, 12))

Floats = NDArray[np.float32]


class Taught(NamedTuple):
    """A word and its labels, without most of the silence around it."""

    sound: Floats
    labels: Labels  # one a sample


def taught(word: Word, labels: Labels) -> Taught:
    """A word from three frames before its first sound to three after its last."""
    loud = np.flatnonzero(labels != SILENCE)
    start, end = (max(0, loud[0] - 3), loud[-1] + 4) if len(loud) else (0, len(labels))
    sound = word.sound[start * HOP : end * HOP].astype(np.float32)
    each = np.repeat(labels[start:end], HOP)[: len(sound)]
    each = np.pad(each, (0, len(sound) - len(each)), mode="edge")
    return Taught(sound / (np.sqrt(np.square(sound).mean()) + 1) * LOUD, each)


class Studio:
    """Makes sentences of words; with `chance`, each unlike the one before."""

    def __init__(self, chance: np.random.Generator) -> None:
        """`chance` decides everything."""
        self.chance = chance
        self.banks = [filter_bank(float(warp)) for warp in WARPS]
        spectrum = np.fft.rfft(chance.standard_normal(2**20))
        noise = np.fft.irfft(spectrum / np.arange(1, len(spectrum) + 1) ** 0.4)
        self.noise = (noise / noise.std()).astype(np.float32)

    def sentence(self, words: Sequence[Taught]) -> tuple[Frames, Labels]:
        """The frames of a sentence, each with its neighbours, and their labels."""
        chance = self.chance
        hop = int(chance.choice(HOPS))
        sound, labels = self._joined(words)
        if chance.random() < 0.7:
            at = int(chance.integers(0, max(1, len(self.noise) - len(sound))))
            below = np.float32(LOUD / 10 ** (chance.uniform(5, 35) / 20))
            sound = sound + self.noise[at : at + len(sound)] * below
        if chance.random() < 0.3:
            sound = self._in_a_room(sound)
        pcm = np.clip(sound, -32768, 32767).astype("<i2").tobytes()
        bank = self.banks[int(chance.integers(len(self.banks)))]
        frames = np.concatenate(list(log_mel([pcm], hop, bank)))
        tilt = np.interp(np.arange(BANDS), np.linspace(0, BANDS - 1, 5), chance.normal(0, 1, 5))
        middles = np.minimum(np.arange(len(frames)) * hop + hop // 2, len(labels) - 1)
        return rows((frames + tilt).astype(np.float32)), labels[middles]

    def _joined(self, words: Sequence[Taught]) -> tuple[Floats, Labels]:
        """Words on end, most without the silence between them, at times with a pause."""
        sounds, labels = [], []
        for word in words:
            loud = np.flatnonzero(word.labels != SILENCE)
            part = slice(None)
            if len(loud) and self.chance.random() < 0.7:
                part = slice(max(0, loud[0] - 400), loud[-1] + 400)
            sounds.append(word.sound[part])
            labels.append(word.labels[part])
            if self.chance.random() < 0.3:
                size = int(self.chance.uniform(0.05, 0.8) * RATE)
                sounds.append(self.chance.standard_normal(size).astype(np.float32) * 2)
                labels.append(np.full(size, SILENCE, np.int32))
        return np.concatenate(sounds), np.concatenate(labels)

    def _in_a_room(self, sound: Floats) -> Floats:
        fading = np.exp(-np.arange(2400) / self.chance.uniform(200, 700))
        echo = self.chance.standard_normal(2400) * fading
        echo[0] = self.chance.uniform(8, 20)
        size = len(sound) + len(echo)
        heard = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(echo, size), size)
        return np.asarray(heard[: len(sound)] / echo[0], np.float32)


def rows(frames: Frames) -> Frames:
    """Frames as the network is given them."""
    return np.concatenate(list(with_context(normalised([frames]))))


# The network ---------------------------------------------------------------------------------


class Learner:
    """A network that learns by Adam."""

    def __init__(self, chance: np.random.Generator) -> None:
        """`chance` draws the weights it begins with."""
        sizes = ((2 * CONTEXT + 1) * BANDS, HIDDEN, HIDDEN, len(STATES))
        drawn = [
            (chance.standard_normal((inner, outer)) * np.sqrt(2 / inner)).astype(np.float32)
            for inner, outer in pairwise(sizes)
        ]
        drawn[-1] *= np.float32(0.1)
        self.chance = chance
        self.weights = drawn
        self.biases = [np.zeros(outer, np.float32) for outer in sizes[1:]]
        self.moments = [(np.zeros_like(each), np.zeros_like(each)) for each in self.values]
        self.steps = 0

    @property
    def values(self) -> list[Floats]:
        """All that is learnt."""
        return [*self.weights, *self.biases]

    def forward(self, given: Frames, dropped: float = 0.0) -> tuple[list[Floats], Floats]:
        """What goes into each layer, and how likely each state is."""
        layers = [given]
        for weights, biases in zip(self.weights[:-1], self.biases, strict=False):
            heard = np.maximum(layers[-1] @ weights + biases, 0)
            if dropped:
                heard *= (self.chance.random(heard.shape, np.float32) > dropped) / (1 - dropped)
            layers.append(np.asarray(heard, np.float32))
        out = layers[-1] @ self.weights[-1] + self.biases[-1]
        likely = np.exp(out - out.max(1, keepdims=True))
        return layers, np.asarray(likely / likely.sum(1, keepdims=True), np.float32)

    def learn(self, given: Frames, labels: Labels, rate: float) -> float:
        """Learn from frames; the mean loss before."""
        layers, likely = self.forward(given, DROPPED)
        at = np.arange(len(labels))
        loss = -float(np.log(likely[at, labels] + 1e-9).mean())
        wrong = likely.copy()
        wrong[at, labels] -= 1
        wrong /= len(labels)
        weights, biases = list[Floats](), list[Floats]()
        for number in range(len(self.weights) - 1, -1, -1):
            weights.insert(0, layers[number].T @ wrong)
            biases.insert(0, wrong.sum(0))
            wrong = (wrong @ self.weights[number].T) * (layers[number] > 0)
        self._step([*weights, *biases], rate)
        return loss

    def _step(self, slopes: Sequence[Floats], rate: float) -> None:
        self.steps += 1
        for value, slope, (mean, square) in zip(self.values, slopes, self.moments, strict=True):
            mean += np.float32(0.1) * (slope - mean)
            square += np.float32(0.001) * (slope * slope - square)
            step = mean / (1 - 0.9**self.steps)
            value -= np.float32(rate) * step / (np.sqrt(square / (1 - 0.999**self.steps)) + 1e-8)

    def right(self, given: Frames, labels: Labels) -> float:
        """The share of frames whose state is the likeliest."""
        return float((self.forward(given)[1].argmax(1) == labels).mean())


def mixed(
    studio: Studio, words: Sequence[Taught], order: Sequence[int]
) -> Iterator[tuple[Frames, Labels]]:
    """Sentences of six words each, put together to enough frames to mix."""
    made: list[tuple[Frames, Labels]] = []
    for at in range(0, len(order), 6):
        made.append(studio.sentence([words[number] for number in order[at : at + 6]]))
        if sum(len(labels) for _, labels in made) > AT_ONCE:
            yield gathered(made)
            made = []


def gathered(made: Sequence[tuple[Frames, Labels]]) -> tuple[Frames, Labels]:
    """All frames and labels in one."""
    return np.concatenate([each for each, _ in made]), np.concatenate([each for _, each in made])


def teach(words: Sequence[Taught], epochs: int) -> tuple[Learner, NDArray[np.float64]]:
    """The network, and each state's share of what it learnt from."""
    chance = np.random.default_rng(0)
    studio, learner = Studio(chance), Learner(chance)
    order = chance.permutation(len(words))
    held, known = order[:HELD_OUT], order[HELD_OUT:]
    test = gathered(list(mixed(studio, words, held.tolist())) or [])
    counts = np.ones(len(STATES))
    for epoch in range(epochs):
        rate = RATE_OF_LEARNING * 0.5 * (1 + np.cos(np.pi * epoch / epochs)) + 2e-5
        chosen = chance.permutation(known)[: round(len(known) * SHARE)]
        losses = []
        for given, labels in mixed(studio, words, chosen.tolist()):
            counts += np.bincount(labels, minlength=len(STATES))
            places = chance.permutation(len(labels))
            for at in range(0, len(labels) - BATCH // 2, BATCH):
                part = places[at : at + BATCH]
                losses.append(learner.learn(given[part], labels[part], rate))
        told = f"epoch {epoch + 1}: loss {np.mean(losses):.3f}, held out {learner.right(*test):.3f}"
        print(told, file=sys.stderr, flush=True)
    return learner, counts / counts.sum()


def write_network(learner: Learner, prior: NDArray[np.float64], path: Path) -> None:
    """Half-precision weights as `podcast/recording/network.py` reads them."""
    layers = {f"W{n}": each.astype(np.float16) for n, each in enumerate(learner.weights)}
    layers |= {f"b{n}": each.astype(np.float16) for n, each in enumerate(learner.biases)}
    np.savez(path, prior=prior, **layers)


def main() -> None:
    """Read, label, teach, write."""
    parser = argparse.ArgumentParser(description="Teach the network that finds lines.")
    parser.add_argument("folder", type=Path, help="64k/ or 24k-abr/ of a copy of audio-cmn")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    options = parser.parse_args()
    words = read_words(options.folder)
    print(f"{len(words)} words", file=sys.stderr, flush=True)
    if len(words) <= HELD_OUT:
        sys.exit(f"{options.folder} holds too few words; give 64k/ of a copy of audio-cmn")
    labels = labelled(words)
    made = [taught(word, each) for word, each in zip(words, labels, strict=True)]
    learner, prior = teach(made, options.epochs)
    write_network(learner, prior, options.output)


if __name__ == "__main__":
    main()
