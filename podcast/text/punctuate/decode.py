"""Chances of each mark -> marks: the likeliest whole sentences of a length one can listen to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

WEAK = slice(1, 5)
STRONG = slice(5, 8)
REACH_PLACES = 48  # places for a boundary that one stretch may pass over
LONGEST_CHARS = 2000  # characters: a stretch beyond costs no more
FLOOR = -3.0  # a place that gains less is no place for a mark
NEVER = -1e4
LISTING = 2  # the class of 、
QUESTION = 6  # the class of ？
NEARBY = 400  # tokens to either side in which questions make another likelier
FEW = 0.3  # questions nearby that say nothing
ITEM = 6  # characters that an item of a list may have
CAUTION = (0.0, 2.0, 0.5, 1.0)  # how much likelier than a comma 、：； must be: a wrong 、 jars


@dataclass(frozen=True)
class Length:
    """What a stretch costs by its length in characters: nothing from `low` to `high`."""

    low: float
    high: float
    short: float  # for each character that it is too short
    long: float  # for each character that it is too long

    def cost(self, lengths: Ints) -> npt.NDArray[np.float64]:
        """What stretches of these lengths cost."""
        under, over = np.maximum(0, self.low - lengths), np.maximum(0, lengths - self.high)
        costs: npt.NDArray[np.float64] = self.short * under + self.long * over
        return costs


@dataclass(frozen=True)
class Taste:
    """What the tagger's chances are weighed with. Found on held-out talks by training/tune.py."""

    biases: tuple[float, ...] = (0, 0.3, 0.3, 0.3, 0.3, 0.9, 0, -1.0)  # by class
    sentence: Length = Length(low=12, high=45, short=0.06, long=0.015)
    clause: Length = Length(low=3, high=20, short=0.1, long=0.03)
    promotion: float = 2.0  # what it costs to turn a written comma into a stop
    asking: float = -0.4  # the log odds from which on a question is asked
    habit: float = 0.5  # how much of the log of the questions nearby counts among those odds


def segment(gains: Floats, places: Ints, forced: Flags, length: Length) -> Flags:
    """Where to cut so that what the cuts gain, less what the stretches cost, is most.

    `places` are the positions of the possible cuts, in characters from the start; a cut that is
    `forced` is made. The last one always is.
    """
    count = len(gains)
    best = np.zeros(count + 1)
    before = np.zeros(count + 1, np.int64)
    ends = np.concatenate([[0], places])
    costs = length.cost(np.arange(LONGEST_CHARS + 1))
    least = 0
    for j in range(1, count + 1):
        first = max(least, j - REACH_PLACES)
        scores = best[first:j] - costs[np.minimum(ends[j] - ends[first:j], LONGEST_CHARS)]
        choice = int(scores.argmax())
        best[j] = scores[choice] + gains[j - 1]
        before[j] = first + choice
        if forced[j - 1]:
            least = j
    cuts = np.zeros(count, np.bool_)
    j = count
    while j > 0:
        cuts[j - 1] = True
        j = int(before[j])
    return cuts


def gather(scores: Floats) -> Floats:
    """The log of the summed chances along the last axis."""
    top: Floats = scores.max(axis=-1)
    total: Floats = np.log(np.exp(scores - top[..., None]).sum(axis=-1)) + top
    return total


def ask(scores: Floats, taste: Taste) -> Flags:
    """Where a question is asked: each is judged by itself, and by how many are asked nearby.

    Whoever interviews asks often and leaves many questions without a 吗 or a 什么.
    """
    odds = scores[:, QUESTION] - gather(np.delete(scores, QUESTION, axis=1)).astype(np.float64)
    chances = 1 / (1 + np.exp(-odds))
    sums = np.concatenate([[0.0], np.cumsum(chances)])
    at = np.arange(len(chances))
    nearby = sums[np.minimum(len(chances), at + NEARBY + 1)] - sums[np.maximum(0, at - NEARBY)]
    odds += taste.habit * np.log(FEW + np.maximum(0, nearby - chances))
    flags: Flags = odds > taste.asking
    return flags


def decode(
    scores: Floats, sizes: Ints, written: Ints, *, barred: Flags, asks: Flags, taste: Taste
) -> Ints:
    """The class of mark after each of some tokens, the last of which ends a sentence.

    `scores` are log chances by class; `sizes` how many characters each token counts for;
    `written` the class that already stands there, or 0; `barred` where no mark may be set;
    `asks` where a question ends.
    """
    scores = scores + np.array(taste.biases, np.float32)
    asks = asks & (written <= 1) & ~barred
    scores[:-1, QUESTION] = np.where(asks[:-1], -NEVER, NEVER)
    ends = np.cumsum(sizes)
    rest = np.maximum(gather(scores[:, WEAK]), scores[:, 0])
    gains = gather(scores[:, STRONG]) - rest
    gains[written == 1] -= taste.promotion
    gains[barred | (written > 1) & (written < STRONG.start)] = NEVER
    stops = _cut(gains, ends, asks | (written >= STRONG.start), taste.sentence)
    weak = gather(scores[:, WEAK]) - scores[:, 0]
    weak[barred & (written == 0)] = NEVER
    clauses = _cut(weak, ends, stops | (written > 0), taste.clause)
    sure = scores[:, WEAK] - np.array(CAUTION, np.float32)
    marks = np.where(clauses, 1 + sure.argmax(axis=1), 0)
    marks = np.where(stops, STRONG.start + scores[:, STRONG].argmax(axis=1), marks)
    marks = _short_lists(marks, ends)
    keep = (written > 0) & ~(stops & (written < STRONG.start))
    return np.where(keep, written, marks).astype(np.int64)


def _short_lists(marks: Ints, ends: Ints) -> Ints:
    """The marks, a 、 before anything longer than an item of a list made a comma."""
    at = np.flatnonzero(marks)
    following = np.diff(ends[at], append=ends[-1])
    long = (marks[at] == LISTING) & (following > ITEM)
    marks = marks.copy()
    marks[at[long]] = WEAK.start
    return marks


def _cut(gains: Floats, ends: Ints, forced: Flags, length: Length) -> Flags:
    forced = forced.copy()
    forced[-1] = True
    chosen = np.flatnonzero((gains > FLOOR) | forced)
    cuts = np.zeros(len(gains), np.bool_)
    cuts[chosen] = segment(gains[chosen], ends[chosen], forced[chosen], length)
    return cuts
