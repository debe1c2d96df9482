"""Candidates -> the candidates in order, the best title first.

The score of a candidate is the sum of its signs, each times its weight in `titles.tsv`. The weights
were learnt from titles that people gave; see `training/titles/`. Those people knew what their
meeting was about; who listens to a talk does not. So a name that a chapter introduces is favoured,
and what the chapter speaks of again and again; a single word loses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from podcast.text.divide.candidates import NAMES, Candidate

INTRODUCED = 0.3  # least sign of a name that the chapter introduces, early and as its own
FAVOUR = 6.0  # score that such a name is worth besides
SPECIFIC = 3.0  # score that a word of which the chapter speaks again and again is worth besides
AGAIN = 3.0  # score of a title of which the chapter says every word again
ONE_WORD = 4.0  # score that a title of one word loses: 变化; a person's name says who, not what


@lru_cache(maxsize=1)
def weights() -> Mapping[str, float]:
    """The weight of each sign in `candidates.NAMES`."""
    table = files(__package__).joinpath("titles.tsv").read_text(encoding="utf-8")
    rows = (row.split("\t") for row in table.splitlines() if not row.startswith("#"))
    known = {name: float(weight) for name, weight in rows}
    return {name: known[name] for name in NAMES}


def ranked(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, the best first; of equal ones, the one that came first."""
    return sorted(candidates, key=_score, reverse=True)


def _score(candidate: Candidate) -> float:
    """How good a title is: higher is better."""
    signs = candidate.signs
    total = sum(weight * signs[name] for name, weight in weights().items())
    total += FAVOUR * (signs["introduced"] > INTRODUCED)
    total += SPECIFIC * signs["specific"] + AGAIN * signs["said again"]
    return total - ONE_WORD * signs["one word"]
