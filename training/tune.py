"""Find the decoder's `Taste` on the tuning texts: `python training/tune.py DATA SCORER`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import sources
from evaluate import held_texts, read_lines, without_fillers

from podcast.text.punctuate import Tagger, Taste
from podcast.text.punctuate.decode import ask, decode
from podcast.text.punctuate.evidence import closings, evidence
from podcast.text.punctuate.features import inside_names, sizes, written_classes
from podcast.text.punctuate.tokens import Token, flatten
from podcast.text.punctuate.whose import style_of

TUNED = ("mainland, talk", "Taiwan, talks", "mainland, prose", "Taiwan, other talk")
MOST = 12_000  # characters of each kind
GROUP = {"": 0, ",": 1, ".": 2, "?": 3}
OF_CLASS = np.array([0, 1, 1, 1, 1, 2, 3, 2])


class Held:
    """A held-out talk as recogniser lines, with the tagger's chances and the true groups."""

    def __init__(self, reference: str, seed: int, tagger: Tagger, scorer: ModuleType) -> None:
        """Make the lines, score them once, and align them with the reference."""
        heard = read_lines(scorer.asr(reference, seed) if seed >= 0 else reference)
        kept = without_fillers(heard)
        self.tokens = list(flatten(kept.lines))
        self.scores = tagger.in_style(style_of(kept.lines)).score(self.tokens)
        self.scores += evidence(self.tokens, 0, closings(kept, heard))
        self.written = written_classes(self.tokens)
        self.sizes = sizes(self.tokens)
        self.barred = inside_names(self.tokens)
        self.gold = align(self.tokens, reference, scorer)

    def guess(self, taste: Taste) -> np.ndarray:
        """The group of the mark that the decoder sets after each token."""
        asks = ask(self.scores, taste)
        marks = decode(
            self.scores, self.sizes, self.written, barred=self.barred, asks=asks, taste=taste
        )
        return np.asarray(OF_CLASS[marks])


def align(tokens: list[Token], reference: str, scorer: ModuleType) -> np.ndarray:
    """The true group after each token, or -1 for a token that is not in the reference."""
    gold = scorer.atoms(reference, braces=True)
    mine: list[str] = []
    owner: list[int] = []
    for i, token in enumerate(tokens):
        mine += token.text
        owner += [i] * len(token.text)
    groups = np.full(len(tokens), -1)
    mine = list(scorer.fold("".join(mine)))
    content = [i for i, c in enumerate(mine) if c.isalnum()]
    for g, k in scorer.pairs([a[0] for a in gold], [mine[i] for i in content]):
        h = content[k]
        if not gold[g][2]:
            groups[owner[h]] = GROUP[gold[g][1]]
    return groups


def f1(gold: np.ndarray, guess: np.ndarray) -> float:
    """The harmonic mean of the precision and the recall of two arrays of flags."""
    return float(2 * (gold & guess).sum() / max(1, gold.sum() + guess.sum()))


def figures(held: dict[str, list[Held]], taste: Taste) -> np.ndarray:
    """The F1 of any mark, comma, stop and question, the mean over all kinds of text."""
    means = np.mean([figures_of(kind, taste) for kind in held.values()], axis=0)
    return np.asarray(means)


def figures_of(held: list[Held], taste: Taste) -> np.ndarray:
    """The F1 of any mark, comma, stop and question over all held-out texts of a kind."""
    gold = np.concatenate([h.gold for h in held])
    guess = np.concatenate([h.guess(taste) for h in held])
    gold, guess = gold[gold >= 0], guess[gold >= 0]
    parts = [(gold == k, guess == k) for k in (1, 2, 3)]
    return np.array([f1(gold > 0, guess > 0), *(f1(*part) for part in parts)])


def with_bias(number: int) -> Callable[[Taste, float], Taste]:
    """A function that sets the bias of one class."""

    def change(taste: Taste, by: float) -> Taste:
        biases = list(taste.biases)
        biases[number] = round(biases[number] + by, 3)
        return replace(taste, biases=tuple(biases))

    return change


def with_number(name: str) -> Callable[[Taste, float], Taste]:
    """A function that sets a number of the taste itself."""

    def change(taste: Taste, by: float) -> Taste:
        return replace(taste, **{name: round(getattr(taste, name) + by, 3)})

    return change


def with_length(stretch: str, name: str) -> Callable[[Taste, float], Taste]:
    """A function that sets one number of a stretch's cost, which stays positive."""

    def change(taste: Taste, by: float) -> Taste:
        length = getattr(taste, stretch)
        value = max(0, round(getattr(length, name) + by, 3))
        return replace(taste, **{stretch: replace(length, **{name: value})})

    return change


MOVES = [
    (with_bias(5), 0.4),
    (with_bias(1), 0.2),
    (with_number("asking"), 0.2),
    (with_number("habit"), 0.2),
    (with_bias(2), 0.2),
    (with_length("sentence", "short"), 0.1),
    (with_length("sentence", "low"), 3),
    (with_length("sentence", "long"), 0.02),
    (with_length("sentence", "high"), 8),
    (with_length("clause", "short"), 0.2),
    (with_length("clause", "long"), 0.03),
    (with_length("clause", "high"), 4),
]
WEIGHTS = np.array([1, 1, 1, 0.5])


def climb(held: dict[str, list[Held]], taste: Taste) -> Taste:
    """Try each move in both directions with halving steps, and keep those that raise the F1."""
    best = figures(held, taste) @ WEIGHTS
    for scale in (1.0, 0.5, 0.25):
        for change, step in MOVES:
            for by in (step * scale, -step * scale):
                while (score := figures(held, new := change(taste, by)) @ WEIGHTS) > best + 1e-5:
                    best, taste = score, new
        print(scale, figures(held, taste).round(4), taste, flush=True)
    return taste


def main() -> None:
    """Read the arguments and print the best taste."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("scorer", type=Path)
    parser.add_argument("--model", type=Path)
    args = parser.parse_args()
    sys.path.append(str(args.scorer))
    import textscore

    from podcast.text.punctuate.tagger import MODEL

    tagger = Tagger(args.model or MODEL)
    held = {
        kind: [
            Held(text, seed, tagger, textscore)
            for seed, text in enumerate(held_texts(args.data, kind, sources.DEV, MOST), 1)
        ]
        for kind in TUNED
    }
    print(figures(held, Taste()).round(4), flush=True)
    print(climb(held, Taste()))


if __name__ == "__main__":
    main()
