"""Learn the weights that judge hesitations: `python training/hesitations/learn.py DATA -o WEIGHTS`.

DATA is a folder with `spoken_zh`, `spoken_zh2` and `meetings_zh`. Raw talks, which are the meetings
and the seed, tell only how often a hesitation stands in a context; edited talks are learnt from.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import rjieba
import torch
from rates import Excess, Rates, common_words
from records import read_records
from spoil import MARKS, Rng, Style, spoil

from podcast.model import Line
from podcast.text.hanzi import particles
from podcast.text.trim.stretches import BUCKETS, View, features, stretches
from podcast.text.trim.words import read_words

SEED = Path(__file__).parents[2] / "seeds" / "2025-02-indigo.txt"
SEED_TIMES = 3  # the seed counts as often as so many meetings of its length
HELD_MEETINGS = (0, 5, 10)  # meetings from which nothing is taken, so that deletions can be read
SHARES = {  # file -> the share of its records that are learnt from
    "spoken_zh/talks.jsonl": 1.0,
    "spoken_zh/more.jsonl.gz": 0.14,
    "spoken_zh2/audreyt_rest.jsonl.gz": 0.14,
    "spoken_zh2/audreyt_translated.jsonl.gz": 1.0,
    "spoken_zh2/tech_talklike.jsonl.gz": 1.0,
    "spoken_zh2/tech_prose.jsonl.gz": 0.4,
    "spoken_zh2/dialogue_typed.jsonl.gz": 0.4,
}
TALKS = 150  # edited talks from which the rates are counted
PIECE = 6000  # characters of a talk that are spoiled in one style
HELD = 12  # one record in so many is held out
ROUNDS, BATCH, RATE = 3, 512, 4e-3
_CLAUSES = re.compile(rf"[{MARKS},.?!;:\n]+")


def read_texts(path: Path, share: float = 1.0) -> list[str]:
    """The texts of every so many records of a JSON Lines file."""
    every = max(1, round(1 / share))
    return [_text(record) for record in islice(read_records(path), None, None, every)]


def _text(record: dict[str, Any]) -> str:
    text = record.get("text") or "\n".join(turn["text"] for turn in record["turns"])
    return particles(text)


def clauses(text: str) -> list[str]:
    """The clauses of a punctuated text."""
    return [clause for clause in _CLAUSES.split(text) if clause.strip()]


def raw_clauses(folder: Path) -> Iterator[tuple[str, int]]:
    """The clauses of raw talk, and how often each is counted."""
    for line in SEED.read_text("utf-8").splitlines():
        if line.strip():
            yield line.strip(), SEED_TIMES
    for number, meeting in enumerate(read_records(folder / "meetings_zh" / "dev.jsonl")):
        if number not in HELD_MEETINGS:
            for turn in meeting["utterances"]:
                for clause in clauses("".join(turn["sentences"])):
                    yield clause, 1


def count_rates(folder: Path, talks: list[str]) -> Excess:
    """The rates of hesitations in raw talk, compared with those in edited `talks`."""
    raw = list(raw_clauses(folder))
    common = common_words([clause for clause, _ in raw])
    there, here = Rates(common), Rates(common)
    for clause, times in raw:
        there.add(clause, times)
    for talk in talks[:TALKS]:
        for clause in clauses(talk):
            here.add(clause)
    return Excess(there, here)


class Examples:
    """Stretches as rows of features of different lengths, and whether each was put in."""

    def __init__(self) -> None:
        """There are none yet."""
        self.rows: list[np.ndarray] = []
        self.labels: list[bool] = []
        self.kinds: list[str] = []

    def add(self, text: str, excess: Excess, pool: list[str], rng: Rng) -> None:
        """Spoil a text and add its stretches; one that is put in only in part is left out."""
        for start in range(0, len(text), PIECE):
            spoiled = spoil(text[start : start + PIECE], excess, Style(rng), pool, rng)
            words = read_words(Line(text, 0) for text in spoiled.lines)
            view = View.of(words)
            for stretch in stretches(words):
                inside = words[stretch.first : stretch.last]
                flags = [flag for w in inside for flag in spoiled.flags[w.line][w.start : w.end]]
                if all(flags) or not any(flags):
                    self.rows.append(np.array(features(view, stretch), np.int64))
                    self.labels.append(flags[0])
                    self.kinds.append(stretch.kind)

    def batch(self, places: np.ndarray) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The features of some rows one after another, where each row begins, and the labels."""
        rows = [self.rows[place] for place in places]
        begins = np.cumsum([0, *map(len, rows[:-1])])
        labels = np.array([self.labels[place] for place in places], np.float32)
        return (*map(torch.from_numpy, (np.concatenate(rows), begins, labels)),)


def fit(examples: Examples, rng: Rng) -> torch.nn.EmbeddingBag:
    """The weights of a logistic regression, of shape (BUCKETS, 1)."""
    weights = torch.nn.EmbeddingBag(BUCKETS, 1, mode="sum")
    torch.nn.init.zeros_(weights.weight)
    optimiser = torch.optim.Adam(weights.parameters(), lr=RATE)
    count = len(examples.rows)
    steps, step = ROUNDS * count // BATCH, 0
    for _ in range(ROUNDS):
        order = rng.permutation(count)
        for start in range(0, count - BATCH, BATCH):
            rows, begins, labels = examples.batch(order[start : start + BATCH])
            for group in optimiser.param_groups:
                group["lr"] = RATE * (1 - 0.95 * step / steps)
            odds = weights(rows, begins)[:, 0]
            loss = torch.nn.functional.binary_cross_entropy_with_logits(odds, labels)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            step += 1
    return weights


def report(weights: torch.nn.EmbeddingBag, held: Examples) -> None:
    """Print for each kind how many held-out hesitations are found at some precisions."""
    places = np.arange(len(held.rows))
    with torch.inference_mode():
        parts = np.array_split(places, 1 + len(places) // 2000)
        odds = np.concatenate([weights(*held.batch(part)[:2])[:, 0].numpy() for part in parts])
    labels, kinds = np.array(held.labels), np.array(held.kinds)
    for kind in sorted({*held.kinds}):
        mine = np.flatnonzero(kinds == kind)
        order = mine[np.argsort(-odds[mine])]
        right = np.cumsum(labels[order])
        precision = right / np.arange(1, len(order) + 1)
        found = {
            aim: f"{right[last[-1]] / right[-1]:.2f} from {odds[order[last[-1]]]:.2f}"
            for aim in (0.98, 0.95, 0.9)
            if len(last := np.flatnonzero(precision >= aim))
        }
        print(kind, len(order), int(right[-1]), found)


def store(weights: torch.nn.EmbeddingBag, path: Path) -> None:
    """Write the weights in eight bits and the step by which they are multiplied."""
    values = weights.weight.detach().numpy()[:, 0]
    step = float(np.abs(values).max()) / 127
    with path.open("wb") as file:
        np.savez_compressed(file, weights=np.round(values / step).astype(np.int8), step=step)


def main() -> None:
    """Read the arguments, learn and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(1)
    rng = np.random.default_rng(1)
    groups = {name: read_texts(args.data / name, share) for name, share in SHARES.items()}
    talks = [
        text for name, texts in groups.items() if name.startswith("spoken_zh/") for text in texts
    ]
    texts = [text for group in groups.values() for text in group]
    random.Random(3).shuffle(texts)
    excess = count_rates(args.data, talks)
    pool = [
        word
        for talk in talks[:20]
        for word in rjieba.cut(talk[:20_000])
        if re.fullmatch("[一-鿿]{1,3}", word)
    ]
    learnt, held = Examples(), Examples()
    for number, text in enumerate(texts):
        (held if number % HELD == HELD // 2 else learnt).add(text, excess, pool, rng)
    weights = fit(learnt, rng)
    report(weights, held)
    store(weights, args.output)


if __name__ == "__main__":
    main()
