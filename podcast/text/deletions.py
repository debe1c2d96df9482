"""Two Transcripts -> what a step of editing deleted from the first, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from podcast.model import Transcript
from podcast.text.align import align, gaps


class Deletion(NamedTuple):
    """Words that were deleted from a line.

    `why` names the rule that deleted them, or the kind of word that was judged. `chance` is how
    likely they are a hesitation, from 0 to 1, or None where a rule decided.
    """

    line: int
    text: str
    why: str
    chance: float | None = None

    def __str__(self) -> str:
        """The words, and the rule or the chance."""
        judged = "" if self.chance is None else f" {self.chance:.2f}"
        return f"{self.text}: {self.why}{judged}"


@dataclass(frozen=True, slots=True)
class Edited:
    """A transcript after some steps of editing, and what these deleted from it."""

    transcript: Transcript
    deletions: tuple[Deletion, ...] = ()


def deleted(before: Transcript, after: Transcript, why: str) -> list[Deletion]:
    """What a rule deleted: words that the lines of `before` have and those of `after` lack.

    >>> from podcast.model import Line
    >>> lines = (Line("对", 1), Line("我我们走", 2), Line("好", 3))
    >>> after = Transcript((Line("我们走", 2), Line("好", 3)))
    >>> [str(one) for one in deleted(Transcript(lines), after, "rule")]
    ['对: rule', '我: rule']
    """
    kept = {line.number: line.text for line in after.lines}
    found = []
    for line in before.lines:
        now = kept.get(line.number, "")
        if now != line.text:
            found += [Deletion(line.number, text, why) for text in _missing(line.text, now)]
    return found


def _missing(before: str, after: str) -> list[str]:
    """The runs of words that only the first text has."""
    found = gaps(align(before, after), len(before), len(after))
    runs = [before[gap.left : gap.left_end] for gap in found]
    return [run.strip() for run in runs if any(map(str.isalnum, run))]


def counts(deletions: Iterable[Deletion]) -> tuple[tuple[str, int], ...]:
    """How many deletions there are for each reason, the most frequent first."""
    return tuple(Counter(one.why for one in deletions).most_common())
