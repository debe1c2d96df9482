"""Talks whose topics people marked -> the weights of `podcast/text/divide/evidence.py`.

    PYTHONPATH=.:bench:tests python training/turns.py MEETINGS.jsonl TALKS.jsonl

MEETINGS has the form that `bench/chapters.py` reads. Each line of TALKS has a `title` and `turns`
(`speaker`, `text`); `turns.tsv` lists the turns of some of them that begin a topic. The default
episode is the third kind of talk. The program prints how well each kind is divided with weights
that were fitted to the others, and then the weights.

The fit is a logistic regression that is pulled towards `PRIOR`, the weights that speakers of
Chinese would give, because meetings show few of the signs of a talk by one person.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
from chapters import MINUTES, NEAR, Talk, characters, meetings, report, score
from numpy.typing import NDArray
from places import SEED
from records import read_records
from rough import GOLD, roughly_punctuated
from scipy.optimize import minimize

from podcast.model import Sentence
from podcast.text.divide.agenda import agenda
from podcast.text.divide.evidence import NAMES, calibrated, table
from podcast.text.divide.starts import chapter_starts

PULL = 20.0  # strength of the pull towards the prior
PAUSES = 0.8  # weight of silence, which cannot be fitted, as no talk here has times
TURNS = Path(__file__).parent / "turns.tsv"
SENTENCE = re.compile(r"[^。！？?]+[。！？?…』」）)]*")
PRIOR = {
    "move": 0.8,
    "ordinal": 0.6,
    "last": 0.4,
    "other": 0.4,
    "show": 0.7,
    "habit": 1.0,
    "thanks": 0.4,
    "invite": 0.4,
    "subject": 0.3,
    "asks": 0.2,
    "closed before": 0.4,
    "thanked before": 0.6,
    "done": 1.0,
    "done and opens": 0.6,
    "closed and opens": 0.6,
    "question": 0.4,
    "idle": -2.5,
    "goes on": -0.8,
    "sums up": -0.8,
    "announced": 1.2,
    "moves to": 0.6,
    "recaps": 0.4,
    "voice": 0.5,
    "host": 0.6,
    "inner": -1.0,
    "falls": 0.2,
    "unlike": 0.3,
    "begins": 0.4,
    "ends": 0.2,
}

Row = NDArray[np.float64]


class Example(NamedTuple):
    """A talk, its evidence and its kind."""

    kind: str
    talk: Talk
    rows: Row


def talks(path: Path) -> list[Talk]:
    """The talks that are listed in `turns.tsv`."""
    marked = dict(row.split("\t") for row in TURNS.read_text(encoding="utf-8").splitlines())
    found = []
    for record in read_records(path):
        if record["title"] in marked:
            starts = {int(turn) for turn in marked[record["title"]].split()}
            found.append(_talk(record["title"], record["turns"], starts))
    return found


def _talk(title: str, turns: list[dict[str, str]], starts: set[int]) -> Talk:
    sentences: list[Sentence] = []
    firsts = []
    for number, turn in enumerate(turns):
        if number in starts:
            firsts.append(len(sentences))
        said = SENTENCE.findall(turn["text"])
        sentences += [Sentence(text, number + 1, None, turn["speaker"]) for text in said]
    return Talk(title, tuple(sentences), tuple(firsts))


def seed() -> Talk:
    """The default episode, with the chapters that a reader marked in it."""
    sentences = roughly_punctuated(SEED.read_text(encoding="utf-8").splitlines())
    lines = [int(row.split("\t")[0]) for row in GOLD.read_text(encoding="utf-8").splitlines()]
    starts = {
        min(range(len(sentences)), key=lambda at: abs(sentences[at].line - line)) for line in lines
    }
    return Talk(SEED.stem, sentences, tuple(sorted(starts - {0})))


def fit(examples: list[Example]) -> Row:
    """Weights, with a constant of its own for each kind of talk."""
    kinds = sorted({example.kind for example in examples})
    x = np.vstack([_with_kind(example, kinds) for example in examples])
    y = np.concatenate([_marked(example.talk)[1:] for example in examples])
    start = np.array([PRIOR.get(name, 0.0) for name in NAMES] + [-3.0] * len(kinds))
    pull = np.array([PULL] * len(NAMES) + [0.01] * len(kinds))

    def loss(weights: Row) -> tuple[float, Row]:
        z, off = x @ weights, weights - start
        value = np.sum(np.logaddexp(0, z) - y * z) + np.sum(pull * off**2) / 2
        return float(value), x.T @ (1 / (1 + np.exp(-z)) - y) + pull * off

    found = minimize(loss, start, jac=True, method="L-BFGS-B").x[: len(NAMES)]
    found[NAMES.index("pause")] = PAUSES
    return np.asarray(found)


def _with_kind(example: Example, kinds: list[str]) -> Row:
    which = np.zeros((len(example.rows) - 1, len(kinds)))
    which[:, kinds.index(example.kind)] = 1
    return np.hstack([example.rows[1:], which])


def _marked(talk: Talk) -> Row:
    marked = np.zeros(len(talk.sentences))
    marked[list(talk.starts)] = 1
    return marked


def starts(example: Example, weights: Row, minutes: float | None = None) -> list[int]:
    """The chapters that the program finds; without `minutes`, as many as people marked."""
    sentences = example.talk.sentences
    gain = calibrated(example.rows @ weights)
    items = agenda(sentences, gain)
    if minutes is None:
        return chapter_starts(sentences, gain, items, len(example.talk.starts) + 1)
    return chapter_starts(sentences, gain, items, minutes=minutes)


def main(meeting_path: str, talk_path: str) -> None:
    """Measure each kind with weights of the other kinds, then fit weights to all."""
    examples = [Example("meeting", t, table(t.sentences)) for t in meetings(Path(meeting_path))]
    examples += [Example("talk", t, table(t.sentences)) for t in talks(Path(talk_path))]
    examples.append(Example("seed", seed(), table(seed().sentences)))
    without = {
        id(e.talk): (e, fit([other for other in examples if other is not e])) for e in examples
    }
    held = [example.talk for example in examples if example.kind == "meeting"]
    print(f"held out, within {NEAR} utterances")
    print(report(f"{MINUTES:.0f} minutes", held, lambda t: starts(*without[id(t)], MINUTES)))
    print(report("right count", held, lambda t: starts(*without[id(t)])))
    print("held out, right count, within 40 hanzi")
    for example in examples:
        if example.kind != "meeting":
            talk = example.talk
            found = characters(talk.sentences, starts(*without[id(talk)]))
            gold = characters(talk.sentences, talk.starts)
            f1 = score(gold, found, max(*gold, *found) + 1, near=40).f1
            print(f"  {100 * f1:5.1f}  {talk.name}")
    for name, weight in zip(NAMES, fit(examples), strict=True):
        print(f'        "{name}": {weight:.2f},')


if __name__ == "__main__":
    main(*sys.argv[1:3])
