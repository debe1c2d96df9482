"""Talks whose editors set paragraphs -> the weights of `podcast/text/divide/paragraphs.tsv`.

    PYTHONPATH=.:bench python training/paragraphs/editors.py DATA [-o FILE]

DATA is a folder with `spoken_zh` and `spoken_zh2`. `bench/paragraphs.py` says which talks are
measured and which are there to tune. Nobody who speaks in one of these is learnt from, so that the
weights cannot know a speaker. Some of the talks to learn from get false stops, since the program's
own stops are not always right: a paragraph must not begin at one.

The fit is a logistic regression: does a new paragraph begin with this sentence, given where the
editor's present one began? The last step adds to all places what gives the best F1 in the talks
to tune.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from paragraphs import (
    MEASURED,
    TUNING,
    Turn,
    Way,
    cutter,
    pages,
    said_in,
    scored,
    talks,
    turns,
)
from records import read_records
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack

from podcast.text.divide.breaks import SO_FAR, WITH_IT, as_weights, breaks, knot_names, knots, signs
from podcast.text.divide.numbers import Numbers
from podcast.text.words import length

LEARNT = (4, 5, 7)  # the remainders of the numbers of talks to learn from
PULL = 25.0  # how strongly the weights are pulled towards 0
SEEN = 80  # times that a sign must be seen
WRITTEN = 0.2  # how much a place on a page counts, and one in a talk without false stops 1
EAGER = tuple(np.arange(0.0, 1.01, 0.05))  # what may be added to all places
LEAST = 0.03  # a weight nearer to 0 is left out


class Stops(NamedTuple):
    """The shares of commas and of other places that become false stops; what a place is worth."""

    commas: float
    anywhere: float
    worth: float


FALSE_STOPS = (  # in a fourth of the talks each
    Stops(0.0, 0.0, 1.0),
    Stops(0.0, 0.012, 1.0),
    Stops(0.15, 0.0, 1.0),
    Stops(0.35, 0.012, 0.3),
)


def learnt_from(folder: Path) -> Iterator[tuple[float, list[Turn]]]:
    """The talks to learn from, each with how much a place in it counts."""
    for talk in talks(folder / "talks.jsonl", LEARNT):
        yield 1.0, talk
    cuts = [cutter(1, stops.commas, stops.anywhere) for stops in FALSE_STOPS]
    for number, record in enumerate(read_records(folder / "more.jsonl.gz")):
        kind = number % len(cuts)
        yield FALSE_STOPS[kind].worth, turns(said_in(record), cuts[kind])


def places(every: Sequence[Turn], names: Sequence[str]) -> tuple[csr_matrix, Numbers]:
    """The signs at each place between sentences, and whether the editor broke there.

    The shapes are (places, names and knots) and (places,).
    """
    column = {name: at for at, name in enumerate(names)}
    values, columns, rows = list[float](), list[int](), [0]
    without, with_it, marked = list[float](), list[float](), list[float]()
    for turn in every:
        ends = np.concatenate(([0.0], np.cumsum([length(s.text) for s in turn.sentences])))
        begun = 0
        for at, row in enumerate(signs(turn.sentences, turn.gain), 1):
            known = {name: value for name, value in row.items() if name in column}
            values += known.values()
            columns += [column[name] for name in known]
            rows.append(len(values))
            without.append(ends[at] - ends[begun])
            with_it.append(ends[at + 1] - ends[begun])
            marked.append(float(at in turn.starts))
            begun = at if at in turn.starts else begun
    table = csr_matrix((values, columns, rows), shape=(len(marked), len(names)))
    spans = [csr_matrix(knots(np.array(span))) for span in (without, with_it)]
    return hstack([table, *spans]).tocsr(), np.array(marked)


def often(every: Sequence[Turn]) -> list[str]:
    """The signs that are seen often enough."""
    rows = (row for turn in every for row in signs(turn.sentences, turn.gain))
    counts = Counter(name for row in rows for name in row)
    return sorted(name for name, count in counts.items() if count >= SEEN)


def fitted(table: csr_matrix, marked: Numbers, counts: Numbers) -> Numbers:
    """The weights, of shape (columns,); `counts` is how much each place counts."""

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        z = table @ weights
        value = np.sum(counts * (np.logaddexp(0, z) - marked * z)) + PULL * np.sum(weights**2) / 2
        slope = table.T @ (counts * (1 / (1 + np.exp(-z)) - marked)) + PULL * weights
        return float(value), slope

    start = np.zeros(table.shape[1])
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)


def way_of(weights: dict[str, float]) -> Way:
    """The way of the program with these weights."""
    learnt = as_weights(weights)
    return lambda turn: breaks(turn.sentences, turn.gain, learnt)[1:]


def tuned(weights: dict[str, float], every: Sequence[Turn]) -> dict[str, float]:
    """The weights with what added to all places gives the best F1 in these turns."""

    def with_eager(eager: float) -> dict[str, float]:
        return {**weights, "always": weights["always"] + eager}

    def f1(eager: float) -> float:
        return scored(every, way_of(with_eager(eager)))[2]

    return with_eager(max(EAGER, key=f1))


def table(weights: dict[str, float]) -> str:
    """The file of the weights."""
    head = "# The weight of each sign of a paragraph; training/paragraphs/editors.py wrote it.\n"
    kept = {name: weight for name, weight in weights.items() if abs(weight) >= LEAST}
    return head + "".join(f"{name}\t{weight:.2f}\n" for name, weight in kept.items())


def main() -> None:
    """Learn the weights and write the file."""
    parser = argparse.ArgumentParser(description="Learn where editors begin paragraphs.")
    parser.add_argument("data", type=Path)
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("podcast/text/divide/paragraphs.tsv")
    )
    given = parser.parse_args()
    spoken = given.data / "spoken_zh"
    measured = [turn for talk in talks(spoken / "talks.jsonl", MEASURED) for turn in talk]
    tuning = [turn for talk in talks(spoken / "talks.jsonl", TUNING) for turn in talk]
    known = {turn.speaker for turn in measured}
    held = [turn for turn in tuning if turn.is_measured and turn.speaker not in known]
    known |= {turn.speaker for turn in tuning}
    learn = [
        (count, turn)
        for count, talk in learnt_from(spoken)
        for turn in talk
        if turn.is_measured and turn.speaker not in known
    ]
    written = [
        (WRITTEN, turn)
        for page in pages(given.data / "spoken_zh2/tech_talklike.jsonl.gz", is_measured=False)
        for turn in page
    ]
    every = [turn for _, turn in learn + written]
    names = often(every)
    rows, marked = places(every, names)
    counts = np.repeat(
        [count for count, _ in learn + written], [len(turn.sentences) - 1 for turn in every]
    )
    weights = fitted(rows, marked, counts)
    keys = [*names, *knot_names(SO_FAR), *knot_names(WITH_IT)]
    best = tuned(dict(zip(keys, weights.tolist(), strict=True)), held)
    given.output.write_text(table(best), encoding="utf-8")
    speakers = {turn.speaker for _, turn in learn}
    there = [sum(len(turn.sentences) - 1 for _, turn in some) for some in (learn, written)]
    print(f"{len(learn)} turns, {len(speakers)} speakers, {there[0]} places; {there[1]} on pages")
    print(f"to tune: {len(held)} turns, F1 {scored(held, way_of(best))[2]:.3f}")


if __name__ == "__main__":
    main()
