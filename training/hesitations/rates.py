"""Talks -> how often each hesitation stands between two words, by the words or their classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import rjieba

from podcast.text.trim.stretches import FILLERS as JUDGED

FILLERS = JUDGED | {"嗯", "呃", "诶", "哎"}
LONGEST = 3  # hesitations that stand together; a longer run is not counted
TRUST = 30.0  # gaps of exact words that weigh as much as the rate of their classes
OPEN, CLOSE = ("<", "<"), (">", ">")  # stand for the ends of a clause

Tagged = tuple[str, str]  # a word and its class
Key = tuple[str, ...]


def gaps(clause: str) -> Iterator[tuple[Tagged, Tagged, list[str]]]:
    """Each gap between two words that are no hesitation: both words, and the hesitations there."""
    left, run = OPEN, []
    for word, tag in [*rjieba.tag(clause), CLOSE]:
        if word in FILLERS:
            run.append(word)
        elif word.strip():
            yield left, (word, tag), run
            left, run = (word, tag), []


class Rates:
    """Counts of hesitations by the two words around their gap; `common` words count as themselves.

    All other words count as their class.
    """

    def __init__(self, common: frozenset[str]) -> None:
        """No talk has been counted yet."""
        self.common = common
        self.seen: Counter[Key] = Counter()
        self.filled: dict[Key, Counter[tuple[str, ...]]] = {}

    def keys(self, left: Tagged, right: Tagged) -> tuple[Key, ...]:
        """The contexts of a gap, the most exact first."""
        exact_left, exact_right = (
            word if word in self.common else tag for word, tag in (left, right)
        )
        return (
            (exact_left, exact_right),
            (exact_left, "", right[1]),
            (left[1], "", "", right[1]),
            (left[1],),
        )

    def add(self, clause: str, times: int = 1) -> None:
        """Count the gaps of a clause, `times` times."""
        for left, right, run in gaps(clause):
            for key in self.keys(left, right):
                self.seen[key] += times
                if 0 < len(run) <= LONGEST:
                    self.filled.setdefault(key, Counter())[tuple(run)] += times

    def of(self, left: Tagged, right: Tagged) -> dict[tuple[str, ...], float]:
        """The share of such gaps that hold each run of hesitations, from 0 to 1."""
        rates: dict[tuple[str, ...], float] = {}
        for key in reversed(self.keys(left, right)):
            filled = self.filled.get(key, Counter())
            rates = {
                run: (filled[run] + TRUST * rates.get(run, 0.0)) / (self.seen[key] + TRUST)
                for run in {*rates, *filled}
            }
        return rates


def common_words(clauses: list[str], count: int = 250) -> frozenset[str]:
    """The most frequent words of these clauses that are no hesitations."""
    words = Counter(word for clause in clauses for word in rjieba.cut(clause))
    return frozenset(word for word, _ in words.most_common(count)) - FILLERS


class Excess:
    """How much oftener a gap holds each run of hesitations in raw talk than in edited talk."""

    def __init__(self, raw: Rates, edited: Rates) -> None:
        """Both were counted with the same common words."""
        self.raw, self.edited = raw, edited
        self.known: dict[tuple[Key, ...], list[tuple[tuple[str, ...], float]]] = {}

    def of(self, left: Tagged, right: Tagged) -> list[tuple[tuple[str, ...], float]]:
        """Each run that stands there oftener, and by how much, as a chance from 0 to 1."""
        key = self.raw.keys(left, right)
        if key not in self.known:
            there, here = self.raw.of(left, right), self.edited.of(left, right)
            excess = [(run, rate - here.get(run, 0.0)) for run, rate in there.items()]
            self.known[key] = sorted((run, more) for run, more in excess if more > 1e-5)
        return self.known[key]
