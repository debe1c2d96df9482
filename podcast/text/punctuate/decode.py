"""Chances of each mark -> marks: the likeliest sentences of a length that is easy to listen to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# Indices into `features.CLASSES`.
WEAK = slice(1, 5)  # ，、：；
STRONG = slice(5, 8)  # 。？！
LISTING = 2  # 、
QUESTION = 6  # ？

REACH_PLACES = 48  # possible cuts inside one stretch, at most
LONGEST_CHARS = 2000  # characters; a longer stretch costs no more than one of this length
FLOOR = -3.0  # nats: a place with a smaller gain is not considered for a mark
NEVER = -1e4  # a gain that forbids a mark
NEARBY = 400  # tokens before and after a place in which questions make another one likelier
FEW = 0.3  # questions nearby that have no effect
ITEM = 6  # characters of an item of a list, at most
# Nats by which ，、：； must each exceed a comma; a wrong 、 is the most disturbing.
CAUTION = (0.0, 2.0, 0.5, 1.0)


@dataclass(frozen=True)
class Length:
    """The cost of a stretch by its length in characters; it is 0 from `low` to `high`."""

    low: float
    high: float
    short: float  # nats for each character that is missing
    long: float  # nats for each character that is too many

    def cost(self, lengths: Ints) -> npt.NDArray[np.float64]:
        """The costs of stretches of these lengths, in the shape of `lengths`."""
        under, over = np.maximum(0, self.low - lengths), np.maximum(0, lengths - self.high)
        costs: npt.NDArray[np.float64] = self.short * under + self.long * over
        return costs


@dataclass(frozen=True)
class Taste:
    """The parameters of the decoder, in nats; `training/tune.py` found them on held-out talks.

    The defaults are for the mainland's marks.
    """

    biases: tuple[float, ...] = (0, 0.3, 0.6, 0.3, 0.3, 1.1, 0, -1.0)  # for each class
    sentence: Length = Length(low=12, high=45, short=0.06, long=0.015)
    clause: Length = Length(low=3, high=20, short=0.2, long=0.03)
    inside: float = 1.2  # how much dearer a stop is where no mark belongs than where a comma does
    demotion: float = 0.6  # how much less a stop that is not set counts for a comma in its place
    promotion: float = 2.0  # the cost of turning a written comma into a stop
    asking: float = 0.25  # the log odds above which a place is a question
    habit: float = 0.5  # factor of the log of the number of questions nearby in these odds


# Taiwan's editors set more commas; a long sentence is no fault.
TAIWANS = Taste(
    biases=(0, 0.5, 0.35, 0.3, 0.3, 1.1, 0, -1.0),
    sentence=Length(low=12, high=35, short=0.0, long=0.005),
    clause=Length(low=3, high=15, short=0.1, long=0.03),
    asking=-0.2,
)


def segment(gains: Floats, places: Ints, forced: Flags, length: Length) -> Flags:
    """For each possible cut whether it is made, so that gains less costs are greatest.

    A cut has its gain, and the stretch between two cuts has a cost. `places` are the positions of
    the possible cuts, in characters from the start. A cut that is `forced` is always made, and so
    is the last. All arrays are of shape (cuts,).
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


def stop_odds(scores: Floats) -> Floats:
    """The log odds that a sentence ends after each token, of shape (tokens,).

    `scores` are log chances, of shape (tokens, classes).
    """
    odds: Floats = gather(scores[:, STRONG]) - gather(scores[:, : STRONG.start])
    return odds


def ask(scores: Floats, taste: Taste) -> Flags:
    """For each token whether a question ends there: by its own chance and the questions nearby.

    Interviewers ask often, and many of their questions have neither 吗 nor 什么. `scores` is of
    shape (tokens, classes), the result of shape (tokens,).
    """
    odds = scores[:, QUESTION] - gather(np.delete(scores, QUESTION, axis=1)).astype(np.float64)
    chances = 1 / (1 + np.exp(-odds))
    sums = np.concatenate([[0.0], np.cumsum(chances)])
    places = np.arange(len(chances))
    last, first = np.minimum(len(chances), places + NEARBY + 1), np.maximum(0, places - NEARBY)
    nearby = sums[last] - sums[first]
    odds += taste.habit * np.log(FEW + np.maximum(0, nearby - chances))
    flags: Flags = odds > taste.asking
    return flags


def decode(
    scores: Floats, sizes: Ints, written: Ints, *, barred: Flags, asks: Flags, taste: Taste
) -> Ints:
    """The class of the mark after each token, of shape (tokens,); the last one ends a sentence.

    `scores` are log chances, of shape (tokens, classes). The others are of shape (tokens,):
    `sizes` are the characters that each token counts for, `written` is the class of the mark that
    the transcript has there, or 0, `barred` says where no mark may be set, and `asks` where a
    question ends.
    """
    scores = scores + np.array(taste.biases, np.float32)
    asks = asks & (written <= 1) & ~barred
    scores[:-1, QUESTION] = np.where(asks[:-1], -NEVER, NEVER)
    ends = np.cumsum(sizes)
    rest = np.logaddexp(gather(scores[:, WEAK]), scores[:, 0] + taste.inside)
    gains = gather(scores[:, STRONG]) - rest
    gains[written == 1] -= taste.promotion
    gains[barred | (written > 1) & (written < STRONG.start)] = NEVER
    stops = _cut(gains, ends, asks | (written >= STRONG.start), taste.sentence)
    marked = np.logaddexp(gather(scores[:, WEAK]), gather(scores[:, STRONG]) - taste.demotion)
    weak = marked - scores[:, 0]
    weak[barred & (written == 0)] = NEVER
    clauses = _cut(weak, ends, stops | (written > 0), taste.clause)
    sure = scores[:, WEAK] - np.array(CAUTION, np.float32)
    marks = np.where(clauses, 1 + sure.argmax(axis=1), 0)
    marks = np.where(stops, STRONG.start + scores[:, STRONG].argmax(axis=1), marks)
    marks = _short_lists(marks, ends)
    keep = (written > 0) & ~(stops & (written < STRONG.start))
    return np.where(keep, written, marks).astype(np.int64)


def _short_lists(marks: Ints, ends: Ints) -> Ints:
    """The marks; a 、 becomes a comma if the text after it is too long for an item of a list."""
    marked = np.flatnonzero(marks)
    following = np.diff(ends[marked], append=ends[-1])
    long = (marks[marked] == LISTING) & (following > ITEM)
    marks = marks.copy()
    marks[marked[long]] = WEAK.start
    return marks


def _cut(gains: Floats, ends: Ints, forced: Flags, length: Length) -> Flags:
    forced = forced.copy()
    forced[-1] = True
    chosen = np.flatnonzero((gains > FLOOR) | forced)
    cuts = np.zeros(len(gains), np.bool_)
    cuts[chosen] = segment(gains[chosen], ends[chosen], forced[chosen], length)
    return cuts
