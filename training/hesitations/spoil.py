"""Edited talk -> lines of talk as people say it: hesitations and restarts are put in and known."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
from rates import CLOSE, FILLERS, Excess, Tagged, gaps

MARKS = "，、；：。！？…"
STRONG = frozenset("。！？…")
_CLAUSE = re.compile(rf"([^{MARKS}]*)([{MARKS}]*)")
_IS_HANZI = re.compile(r"[一-鿿]+")
BETWEEN = ("这个", "那个", "就是", "呃", "啊")  # said between a beginning and the one after it

Rng = np.random.Generator


class Style:
    """How a stretch of talk is spoiled: how often its speaker hesitates, where its lines end."""

    def __init__(self, rng: Rng) -> None:
        """Draw a style at random; chances are from 0 to 1."""
        self.much = float(np.exp(rng.normal(0, 0.5)))
        self.of_filler = {one: float(np.exp(rng.normal(0, 0.5))) for one in sorted(FILLERS)}
        self.restarts = rng.uniform(0, 0.02)
        self.weak, self.strong = rng.uniform(0.6, 1), rng.uniform(0.85, 1)  # line ends at marks
        self.stray = rng.uniform(0, 0.04)  # line ends between any two words
        self.beside = rng.uniform(0, 0.35)  # line ends beside a hesitation
        self.pause = rng.uniform(0, 0.15)  # a comma after a hesitation
        self.longest = int(rng.integers(24, 60))  # characters of a line
        kind = rng.random()
        self.has_marks = kind < 0.2
        if kind > 0.93:
            self.weak = self.strong = self.stray = 0.0


@dataclass
class Spoiled:
    """Lines, and for each of their characters whether it was put in."""

    lines: list[str] = field(default_factory=list)
    flags: list[list[bool]] = field(default_factory=list)
    line: str = ""
    flag: list[bool] = field(default_factory=list)

    def add(self, text: str, is_new: bool) -> None:
        """Write a text at the end of the line that is open."""
        self.line += text
        self.flag += [is_new] * len(text)

    def close(self) -> None:
        """End the line that is open, if it has any character."""
        if self.line:
            self.lines.append(self.line)
            self.flags.append(self.flag)
            self.line, self.flag = "", []


def spoil(text: str, excess: Excess, style: Style, pool: list[str], rng: Rng) -> Spoiled:
    """A stretch of edited talk as its speaker may have said it.

    `pool` has words of one to three hanzi, from which wrong beginnings are made.
    """
    spoiled = Spoiled()
    for turn in text.split("\n"):
        for clause, mark in _CLAUSE.findall(turn):
            if clause:
                _spoil_clause(clause, excess, style, pool, rng, spoiled)
            if mark and style.has_marks:
                spoiled.add(mark, False)
            chance = style.strong if mark[:1] in STRONG else style.weak
            if mark and (rng.random() < chance or len(spoiled.line) > style.longest):
                spoiled.close()
        spoiled.close()
    return spoiled


def _spoil_clause(
    clause: str, excess: Excess, style: Style, pool: list[str], rng: Rng, spoiled: Spoiled
) -> None:
    found = list(gaps(clause))
    words = [right[0] for _, right, _ in found[:-1]]
    for place, (left, right, run) in enumerate(found):
        spoiled.add("".join(run), False)
        for said in () if run else _hesitation(left, right, excess, style, rng):
            _add_hesitation(said, style, rng, spoiled)
        if right == CLOSE:
            break
        if rng.random() < style.restarts:
            for said in restart(words[place : place + 4], pool, rng):
                spoiled.add(said, True)
            if rng.random() < 0.3:
                spoiled.close()
        elif rng.random() < style.stray:
            spoiled.close()
        spoiled.add(right[0], False)


def _hesitation(
    left: Tagged, right: Tagged, excess: Excess, style: Style, rng: Rng
) -> tuple[str, ...]:
    draw = rng.random()
    for run, chance in excess.of(left, right):
        draw -= min(0.9, chance * style.much * style.of_filler[run[0]])
        if draw < 0:
            return run
    return ()


def _add_hesitation(said: str, style: Style, rng: Rng, spoiled: Spoiled) -> None:
    if rng.random() < style.beside / 2:
        spoiled.close()
    spoiled.add(said, True)
    if rng.random() < style.beside / 2:
        spoiled.close()
    elif style.has_marks and rng.random() < style.pause:
        spoiled.add("，", True)


def restart(following: list[str], pool: list[str], rng: Rng) -> list[str]:
    """A beginning of the words that follow, which the speaker gave up; empty if none can be made.

    It is a copy of them, or it ends in another word, in half a word, or in a hesitation.
    """
    said = following[: int(rng.choice([1, 2, 3, 4], p=[0.4, 0.33, 0.17, 0.1]))]
    if not said or not all(map(_IS_HANZI.fullmatch, said)):
        return []
    kind = rng.random()
    if kind < 0.3 and len(said) > 1:
        return [*said[:-1], str(rng.choice(pool))]
    if 0.3 <= kind < 0.45:
        return [*said, str(rng.choice(pool))]
    if 0.45 <= kind < 0.6:
        return [*said, str(rng.choice(BETWEEN))]
    if 0.6 <= kind < 0.65 and len(said) > 1:
        return [*said[:-1], said[-1][0]]
    return said
