"""A Reading -> text: how a file was read, for the person who gave it."""

from __future__ import annotations

from podcast.model import HOST
from podcast.text.read import Reading
from podcast.text.read.account import WIDTH, Account, account, shown

TURNS = 5  # of the beginning, that are shown


def told(reading: Reading) -> str:
    """Form, language, times, who speaks how much, what was left out, and the first turns."""
    found = account(reading)
    lines = [
        f"form: {found.form}",
        f"language: {found.language or 'not known'}",
        f"lines: {found.lines}, {found.timed} of them with a time",
        *speakers(found),
        *left_out(found),
        "",
        *(f"[{voice}] {shown(text)}" for voice, text in turns(reading)[:TURNS]),
    ]
    return "\n".join(lines) + "\n"


def speakers(found: Account) -> list[str]:
    """A line for each speaker: the name, the role, the share of all characters."""
    return [f"speaker: {one.name} ({one.role}), {one.share:.0%}" for one in found.speakers] or [
        f"speaker: not named, all of it is the {HOST}'s"
    ]


def left_out(found: Account) -> list[str]:
    """A line for each reason for which something was left out: how often, where, and the first."""
    return [
        f"left out ({one.count}): {one.why}, on lines {shown(one.lines)}; the first is: {one.first}"
        for one in found.left_out
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
