"""A Reading -> text: how a file was read, for the person who gave it."""

from __future__ import annotations

from collections import Counter

from podcast.model import HOST
from podcast.text.read import Reading

TURNS = 5  # of the beginning, that are shown
WIDTH = 60  # characters of a turn or a line that are shown


def told(reading: Reading) -> str:
    """Form, times, who speaks how much, what was left out, and the first turns."""
    timed = sum(line.start_ms is not None for line in reading.transcript.lines)
    lines = [
        f"form: {reading.form}",
        f"lines: {len(reading.transcript.lines)}, {timed} of them with a time",
        *speakers(reading),
        *dropped(reading),
        "",
        *(f"[{voice}] {shown(text)}" for voice, text in turns(reading)[:TURNS]),
    ]
    return "\n".join(lines) + "\n"


def speakers(reading: Reading) -> list[str]:
    """A line for each speaker: the name, the role, the share of all characters."""
    sizes: Counter[str] = Counter()
    for one in reading.heard:
        sizes[one.speaker] += len(one.text)
    whole = max(1, sizes.total())
    return [
        f"speaker: {name} ({role}), {100 * sizes[name] / whole:.0f} %"
        for name, role in reading.roles.items()
    ] or [f"speaker: not named, all of it is the {HOST}'s"]


def dropped(reading: Reading) -> list[str]:
    """A line for each reason for which something was left out: how often, and the first of it."""
    counts = Counter(one.why for one in reading.dropped)
    firsts = {one.why: one for one in reversed(reading.dropped)}
    return [
        f"left out ({count}): {why}, first on line {firsts[why].number}: {shown(firsts[why].text)}"
        for why, count in counts.items()
    ]


def turns(reading: Reading) -> list[tuple[str, str]]:
    """What is said in one role at a time."""
    found: list[tuple[str, str]] = []
    for line in reading.transcript.lines:
        if found and found[-1][0] == line.voice:
            found[-1] = (line.voice, f"{found[-1][1]} {line.text}"[: 2 * WIDTH])
        else:
            found.append((line.voice, line.text))
    return found


def shown(text: str) -> str:
    """As much of a text as one line has room for."""
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}…"
