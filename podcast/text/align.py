"""Two texts -> the runs of characters that both have, in order.

The time grows about as fast as the length of the texts. A stretch of characters that occurs once in
each text is a pin: it shows which places belong together. The longest chain of pins that rises in
both texts is taken. Between pins the same is done with shorter stretches, and a small gap that is
left is compared character by character. A large gap without pins, as where a text repeats itself,
is walked through from one stretch that both have to the next.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LENGTHS = (12, 6, 3)  # characters of a stretch that can be a pin, tried in turn
SMALL = 40_000  # pairs of characters in a gap that is compared directly, in some milliseconds


MEETING = 4  # characters that must be equal for two texts to meet again after a difference
WINDOWS = (64, 512, 4096)  # characters after a difference in which this is looked for, in turn


class Run(NamedTuple):
    """`length` characters from `left` in one text equal those from `right` in the other."""

    left: int
    right: int
    length: int


class Gap(NamedTuple):
    """Characters of one text, and the characters of the other in their place.

    They are those from `left` up to `left_end` and from `right` up to `right_end`; one of the two
    may be empty.
    """

    left: int
    left_end: int
    right: int
    right_end: int


def align(left: str, right: str) -> list[Run]:
    """The runs that both texts have: they rise in both and do not overlap.

    >>> align("对所以欢迎来到", "所以，欢迎来到")
    [Run(left=1, right=0, length=2), Run(left=3, right=3, length=4)]
    """
    runs: list[Run] = []
    for run in settle(left, right, Gap(0, len(left), 0, len(right)), 0):
        last = runs[-1] if runs else Run(0, 0, 0)
        if (last.left + last.length, last.right + last.length) == run[:2]:
            runs[-1:] = [last._replace(length=last.length + run.length)]
        else:
            runs.append(run)
    return [run for run in runs if run.length]


def gaps(runs: list[Run], left_end: int, right_end: int) -> Iterator[Gap]:
    """The gaps between the runs, before the first and after the last; none is empty."""
    for run, following in pairwise([Run(0, 0, 0), *runs, Run(left_end, right_end, 0)]):
        gap = Gap(run.left + run.length, following.left, run.right + run.length, following.right)
        if gap.left < gap.left_end or gap.right < gap.right_end:
            yield gap


def settle(left: str, right: str, gap: Gap, level: int) -> Iterator[Run]:
    """The runs inside a gap, in order; `level` is the index of the length of pins to try."""
    start, end = shared_ends(left, right, gap)
    yield Run(gap.left, gap.right, start)
    inner = Gap(gap.left + start, gap.left_end - end, gap.right + start, gap.right_end - end)
    area = (inner.left_end - inner.left) * (inner.right_end - inner.right)
    if 0 < area <= SMALL:
        yield from compare(left, right, inner)
    elif area:
        pinned = pins(left, right, inner, LENGTHS[level]) if level < len(LENGTHS) else []
        split = pinned or (meetings(left, right, inner) if level >= len(LENGTHS) - 1 else [])
        yield from settle_between(left, right, inner, split, level + 1)
    yield Run(gap.left_end - end, gap.right_end - end, end)


def settle_between(
    left: str, right: str, gap: Gap, split: Iterable[Run], level: int
) -> Iterator[Run]:
    """The runs that split a gap, and those between them. A gap that nothing splits has none."""
    place, other, is_split = gap.left, gap.right, False
    for run in split:
        yield from settle(left, right, Gap(place, run.left, other, run.right), level)
        yield run
        place, other, is_split = run.left + run.length, run.right + run.length, True
    if is_split or level < len(LENGTHS):
        yield from settle(left, right, Gap(place, gap.left_end, other, gap.right_end), level)


def shared_ends(left: str, right: str, gap: Gap) -> tuple[int, int]:
    """How many characters are equal at the start of a gap's sides, and at the end of the rest."""
    most = min(gap.left_end - gap.left, gap.right_end - gap.right)
    start = 0
    while start < most and left[gap.left + start] == right[gap.right + start]:
        start += 1
    end = 0
    while end < most - start and left[gap.left_end - 1 - end] == right[gap.right_end - 1 - end]:
        end += 1
    return start, end


def compare(left: str, right: str, gap: Gap) -> Iterator[Run]:
    """The runs in a small gap, character by character."""
    sides = left[gap.left : gap.left_end], right[gap.right : gap.right_end]
    for block in SequenceMatcher(None, *sides, autojunk=False).get_matching_blocks():
        yield Run(gap.left + block.a, gap.right + block.b, block.size)


def meetings(left: str, right: str, gap: Gap) -> Iterator[Run]:
    """The runs at which two texts meet again after each difference, up to one that is too long."""
    place, other = gap.left, gap.right
    while meeting := next_meeting(left, right, Gap(place, gap.left_end, other, gap.right_end)):
        start, _ = shared_ends(
            left, right, Gap(meeting.left, gap.left_end, meeting.right, gap.right_end)
        )
        yield meeting._replace(length=start)
        place, other = meeting.left + start, meeting.right + start


def next_meeting(left: str, right: str, gap: Gap) -> Run | None:
    """The first stretch that both sides have: the one with the fewest characters before it."""
    for window in WINDOWS:
        ahead = range(min(window, gap.right_end - gap.right - MEETING + 1))
        first = {right[gap.right + n : gap.right + n + MEETING]: n for n in reversed(ahead)}
        here = range(min(window, gap.left_end - gap.left - MEETING + 1))
        meetings_here = [
            (n + first[stretch], n)
            for n in here
            if (stretch := left[gap.left + n : gap.left + n + MEETING]) in first
        ]
        if meetings_here:
            skipped, n = min(meetings_here)
            return Run(gap.left + n, gap.right + skipped - n, MEETING)
    return None


def pins(left: str, right: str, gap: Gap, length: int) -> list[Run]:
    """Stretches of a gap that occur once on each side, in the longest chain that rises in both."""
    places, others = shared_once(
        left[gap.left : gap.left_end], right[gap.right : gap.right_end], length
    )
    runs: list[Run] = []
    for place, other in longest_rise(places, others):
        last = runs[-1] if runs else Run(-1, -1, 0)
        ahead = place - last.left
        if ahead == other - last.right and ahead <= last.length:
            runs[-1] = last._replace(length=ahead + length)
        elif place >= last.left + last.length and other >= last.right + last.length:
            runs.append(Run(place, other, length))
    return [Run(gap.left + run.left, gap.right + run.right, run.length) for run in runs]


def shared_once(left: str, right: str, length: int) -> tuple[list[int], list[int]]:
    """The places in both texts of the stretches that occur once in each, in the order of `left`."""
    hashes, places = unique_stretches(left, length)
    other_hashes, others = unique_stretches(right, length)
    _, here, there = np.intersect1d(hashes, other_hashes, assume_unique=True, return_indices=True)
    order = np.argsort(places[here], kind="stable")
    candidates = zip(places[here][order].tolist(), others[there][order].tolist(), strict=True)
    pairs = [
        (place, other)
        for place, other in candidates
        if left[place : place + length] == right[other : other + length]  # no equal hash by chance
    ]
    return [place for place, _ in pairs], [other for _, other in pairs]


def unique_stretches(text: str, length: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The hash and the place of each stretch of `length` characters that occurs once in the text.

    Both arrays are of shape (stretches,).
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    count = max(0, len(codes) - length + 1)
    hashes = np.zeros(count, dtype=np.uint64)
    for offset in range(length):  # arithmetic modulo 2**64
        hashes = hashes * np.uint64(0x9E3779B97F4A7C15) + codes[offset : offset + count]
    unique, places, counts = np.unique(hashes, return_index=True, return_counts=True)
    once = counts == 1
    return unique[once], places[once]


def edits(one: Sequence[object], other: Sequence[object]) -> int:
    """The edit distance: how many letters, words or sounds must be added, removed or replaced.

    >>> edits("OpenAI", "OpenA"), edits(["ni", "hao"], ["ni", "hao", "ma"])
    (1, 1)
    >>> edits(["ni", "hao"], ["li", "hao"])
    1
    """
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        above, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (a != b))
    return row[-1]


def longest_rise(places: list[int], others: list[int]) -> list[tuple[int, int]]:
    """The longest subsequence of pairs, by rising place, whose others rise too.

    >>> longest_rise([0, 1, 2, 3], [5, 0, 1, 9])
    [(1, 0), (2, 1), (3, 9)]
    """
    tails: list[int] = []  # for each length, the least last value of a rise of that length
    tail_indices: list[int] = []
    previous: list[int] = []
    for index, other in enumerate(others):
        length = bisect_left(tails, other)
        previous.append(tail_indices[length - 1] if length else -1)
        tails[length : length + 1] = [other]
        tail_indices[length : length + 1] = [index]
    chain = []
    index = tail_indices[-1] if tail_indices else -1
    while index >= 0:
        chain.append((places[index], others[index]))
        index = previous[index]
    return chain[::-1]
