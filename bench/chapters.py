"""Meetings whose topics people marked -> how well the program finds their chapters.

    python bench/chapters.py MEETINGS.jsonl

Each line of the file is a meeting: `utterances` (a `speaker` and `sentences`) and
`segment_last_utt`, the last utterance of each topic. An utterance is treated as one sentence. The
table has Pk, WindowDiff, F1 within three utterances (mean over meetings), and the number of
boundaries that the program finds divided by the number that people marked.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import log, sqrt
from pathlib import Path
from typing import NamedTuple

import numpy as np
from records import read_records

from podcast.model import Sentence
from podcast.text.divide.agenda import agenda
from podcast.text.divide.evidence import evidence
from podcast.text.divide.starts import chapter_starts
from podcast.text.words import length, terms

NEAR = 3  # greatest distance of a right boundary from a marked one, in utterances
MINUTES = 9.0  # the usual length of a topic in these meetings


class Talk(NamedTuple):
    """Sentences, and those of them (0 apart) that people heard a topic begin with."""

    name: str
    sentences: tuple[Sentence, ...]
    starts: tuple[int, ...]


class Score(NamedTuple):
    """The measures of the boundaries of one talk against those that people marked."""

    pk: float
    windowdiff: float
    f1: float
    found: int
    gold: int


Finder = Callable[[Talk], Sequence[int]]


def meetings(path: Path) -> list[Talk]:
    """The meetings of a file."""
    return [_meeting(record) for record in read_records(path)]


def _meeting(row: dict[str, object]) -> Talk:
    utterances = row["utterances"]
    assert isinstance(utterances, list)
    sentences = tuple(
        Sentence("".join(said["sentences"]), number, None, str(said["speaker"]))
        for number, said in enumerate(utterances, 1)
    )
    lasts = row["segment_last_utt"]
    assert isinstance(lasts, list)
    return Talk(str(row["id"]), sentences, tuple(last + 1 for last in lasts[:-1]))


def score(gold: Iterable[int], found: Iterable[int], count: int, near: int = NEAR) -> Score:
    """Boundaries among `count` places against those that people marked."""
    gold, found = sorted(set(gold) - {0}), sorted(set(found) - {0})
    marked, guessed = np.zeros(count, dtype=int), np.zeros(count, dtype=int)
    marked[gold], guessed[found] = 1, 1
    marked, guessed = marked.cumsum(), guessed.cumsum()
    k = max(2, round(count / (len(gold) + 1) / 2))
    one, other = marked[k:] - marked[:-k], guessed[k:] - guessed[:-k]
    free, hits = list(gold), 0
    for place in found:
        nearest = min(free, key=lambda mark: abs(mark - place), default=None)
        if nearest is not None and abs(nearest - place) <= near:
            free.remove(nearest)
            hits += 1
    f1 = 2 * hits / max(1, len(gold) + len(found))
    pk, windowdiff = np.mean((one > 0) != (other > 0)), np.mean(one != other)
    return Score(float(pk), float(windowdiff), f1, len(found), len(gold))


def no_boundary(talk: Talk) -> Sequence[int]:
    return []


def even_split(talk: Talk) -> Sequence[int]:
    parts = len(talk.starts) + 1
    return [round(len(talk.sentences) * part / parts) for part in range(1, parts)]


def texttiling(talk: Talk, block: int = 5) -> Sequence[int]:
    """Boundaries by TextTiling: the deepest falls of TF-IDF likeness, as many as people marked.

    The likeness is that of the five utterances on either side.
    """
    bags = [Counter(word.key for word in terms(s.text)) for s in talk.sentences]
    spread = Counter(key for bag in bags for key in bag)
    weights = {key: log(len(bags) / n) for key, n in spread.items()}
    alike = [
        _cosine(bags[max(0, at - block) : at], bags[at : at + block], weights)
        for at in range(1, len(bags))
    ]
    depths = []
    for at, here in enumerate(alike):
        left, right = at, at
        while left and alike[left - 1] >= alike[left]:
            left -= 1
        while right + 1 < len(alike) and alike[right + 1] >= alike[right]:
            right += 1
        depths.append(alike[left] + alike[right] - 2 * here)
    deepest = sorted(range(len(depths)), key=lambda at: -depths[at])
    return sorted(at + 1 for at in deepest[: len(talk.starts)])


def _cosine(
    one: Iterable[Counter[str]], other: Iterable[Counter[str]], weights: dict[str, float]
) -> float:
    left, right = sum(one, Counter[str]()), sum(other, Counter[str]())
    product = sum(n * right[key] * weights[key] ** 2 for key, n in left.items())
    norm = sqrt(
        sum((n * weights[key]) ** 2 for key, n in left.items())
        * sum((n * weights[key]) ** 2 for key, n in right.items())
    )
    return product / norm if norm else 0.0


def divided(talk: Talk) -> Sequence[int]:
    """The boundaries that the program finds with its own weights."""
    gain = evidence(talk.sentences)
    return chapter_starts(talk.sentences, gain, agenda(talk.sentences, gain), minutes=MINUTES)


def report(name: str, talks: Sequence[Talk], find: Finder) -> str:
    """One row of the table."""
    scores = [score(talk.starts, find(talk), len(talk.sentences)) for talk in talks]
    pk, windowdiff, f1 = (100 * np.mean([s[column] for s in scores]) for column in range(3))
    ratio = sum(s.found for s in scores) / sum(s.gold for s in scores)
    return f"{name:28}{pk:8.1f}{windowdiff:8.1f}{f1:8.1f}{ratio:8.2f}"


def characters(sentences: Sequence[Sentence], starts: Iterable[int]) -> list[int]:
    """The beginning of each sentence, in hanzi from the start of the talk."""
    before = np.concatenate(([0.0], np.cumsum([length(s.text) for s in sentences])))
    return [round(float(before[start])) for start in starts]


def main(path: str) -> None:
    talks = meetings(Path(path))
    print(f"{len(talks)} meetings{'':17}{'Pk':>8}{'WD':>8}{'F1±3':>8}{'count':>8}")
    print(report("no boundary", talks, no_boundary))
    print(report("even split, right count", talks, even_split))
    print(report("TextTiling, right count", talks, texttiling))
    print(report("divide, shipped weights", talks, divided))


if __name__ == "__main__":
    main(sys.argv[1])
