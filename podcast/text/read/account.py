"""A Reading -> Account: how a file was read, in figures, for the person who gave it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from podcast.text.read import Reading
from podcast.text.read.language import SAMPLE, language_of
from podcast.text.read.roles import names_of

WIDTH = 60  # characters of a line that are shown


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: the name as the file has it, the role, and the share of all characters said."""

    name: str
    role: str
    share: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was left out for one reason: how often, on which lines, and the first of it.

    `lines` has the numbers as the form counts them: lines of a text, cues, segments; `1-3, 7`.
    """

    why: str
    count: int = 0
    lines: str = ""
    first: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """How a file was read. `lines` are those that are left, of which `timed` have a time.

    `language` is a BCP 47 tag, or empty where nothing in the file tells it. `edit` is the level at
    which hesitations were deleted, or empty where no script was made; `deleted` pairs each reason
    for a deletion with the number of its deletions.
    """

    form: str
    language: str = ""
    lines: int = 0
    timed: int = 0
    speakers: tuple[Speaker, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    edit: str = ""
    deleted: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        """One line: the form, the language, times, who speaks, and how much was left out."""
        times = "with" if self.timed == self.lines else "some with" if self.timed else "without"
        who = ", ".join(f"{one.name} ({one.role}, {one.share:.0%})" for one in self.speakers)
        left = sum(one.count for one in self.left_out)
        language = f" in {self.language}" if self.language else ""
        return (
            f"{self.form}{language}: {self.lines} lines {times} times; "
            f"{f'speakers: {who}' if who else 'no speaker is named'}; pieces left out: {left}"
        )


def account(reading: Reading) -> Account:
    """The figures of a reading."""
    lines = reading.transcript.lines
    return Account(
        reading.form,
        language_of(line.text for line in lines[:SAMPLE]),
        len(lines),
        sum(line.start_ms is not None for line in lines),
        speakers(reading),
        left_out(reading),
    )


def known_names(found: Account | None) -> tuple[tuple[str, str], ...]:
    """Host and guest, each with the name by which listeners may know them, where it is known."""
    return names_of({one.name: one.role for one in found.speakers} if found else {})


def speakers(reading: Reading) -> tuple[Speaker, ...]:
    """All who are named, in the order of their first turns."""
    sizes: Counter[str] = Counter()
    for one in reading.heard:
        sizes[one.speaker] += len(one.text)
    whole = max(1, sizes.total())
    return tuple(
        Speaker(name, role, round(sizes[name] / whole, 3)) for name, role in reading.roles.items()
    )


def left_out(reading: Reading) -> tuple[LeftOut, ...]:
    """What was left out, by the reason for it."""
    reasons = dict.fromkeys(one.why for one in reading.dropped)
    by_reason = {why: [one for one in reading.dropped if one.why == why] for why in reasons}
    return tuple(
        LeftOut(why, len(found), ranges(one.number for one in found), shown(found[0].text))
        for why, found in by_reason.items()
    )


def ranges(numbers: Iterable[int]) -> str:
    """Numbers in order, those that follow each other as one.

    >>> ranges([3, 1, 2, 7, 7])
    '1-3, 7'
    """
    runs = groupby(enumerate(sorted({*numbers})), lambda pair: pair[1] - pair[0])
    found = [[number for _, number in run] for _, run in runs]
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in found)


def shown(text: str) -> str:
    """As much of a text as one line has room for."""
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}…"
