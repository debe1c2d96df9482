"""A History <-> the file .studio.jsonl in the episode's folder, so that it outlives the studio.

The first line has the blocks before the first change, and every further line has one change. A
change is added at the end; a line that a crash cut short is left out when the file is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from podcast.files import json_text
from podcast.files.whole import replacing, writing
from podcast.studio.blocks import Block, Blocks
from podcast.studio.history import Change, Clash, History, Hunk, Row, states, with_change

JOURNAL = ".studio.jsonl"


def read_history(path: Path) -> History | None:
    """The history in a file; None if there is no such file, or nothing in it can be read."""
    try:
        lines = path.read_bytes().split(b"\n")
        head = json_text.parse(lines[0])
        history = History(
            _number(head["version"]), _blocks(head["blocks"]), clashes=_clashes(head["clashes"])
        )
        for line in lines[1:-1]:
            change = _change(json_text.parse(line))
            _require_next(change, history)
            history = with_change(history, change)
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return history


def _require_next(change: Change, history: History) -> None:
    """Raise ValueError unless a change was made on the latest blocks of a history."""
    if change.version != history.version + 1:
        raise ValueError
    end = 0
    for hunk in change.hunks:
        place = slice(hunk.at, hunk.at + len(hunk.removed))
        if hunk.at < end or history.blocks[place] != hunk.removed:
            raise ValueError
        end = place.stop


def write_history(path: Path, history: History) -> None:
    """Write the whole history. Raises WriteError."""
    *_, (first, blocks) = states(history)
    head = {"version": first, "blocks": _rows(blocks), "clashes": _told(history.clashes)}
    rows = [json.dumps(head, ensure_ascii=False), *map(_line, history.changes)]
    with replacing(path) as part:
        part.write_text("\n".join(rows) + "\n", "utf-8")


def add_change(path: Path, change: Change) -> None:
    """Add one change to the end of the file. Raises WriteError."""
    with writing(path), path.open("ab") as file:
        file.write(f"{_line(change)}\n".encode())


def is_whole(path: Path) -> bool:
    """Whether the file ends with a whole line, so that a change can be added to it."""
    try:
        with path.open("rb") as file:
            file.seek(-1, 2)
            return file.read() == b"\n"
    except OSError:
        return False


# Values of JSON ----------------------------------------------------------------------------


def _line(change: Change) -> str:
    table = {
        "version": change.version,
        "kind": change.kind,
        "by": change.by,
        "undoes": change.undoes,
        "hunks": [(each.at, _rows(each.removed), _rows(each.inserted)) for each in change.hunks],
        "clashes": _told(change.clashes),
        "settles": change.settles,
        "wrote": _rows(change.wrote),
        "row": change.row,
    }
    return json.dumps(table, ensure_ascii=False)


def _change(table: Any) -> Change:
    hunks = tuple(
        Hunk(_number(at), _blocks(removed), _blocks(inserted))
        for at, removed, inserted in table["hunks"]
    )
    return Change(
        _number(table["version"]),
        _text(table["kind"]),
        _text(table["by"]),
        hunks,
        _number(table["undoes"]),
        _clashes(table["clashes"]),
        _text(table["settles"]),
        _blocks(table["wrote"]),
        Row(*map(_text, table["row"])) if table.get("row") else None,
    )


def _rows(blocks: Iterable[Block]) -> list[tuple[str, ...]]:
    return [(each.id, each.kind, each.text, each.role, each.voice) for each in blocks]


def _blocks(rows: Any) -> Blocks:
    return tuple(
        Block(_text(kind), _text(text), _text(role), _text(voice), _text(id))
        for id, kind, text, role, voice in rows
    )


def _number(value: Any) -> int:
    """A whole number from 0 on. Raises TypeError or ValueError."""
    if not isinstance(value, int):
        raise TypeError
    if value < 0:
        raise ValueError
    return value


def _text(value: Any) -> str:
    """A text that can be written in UTF-8. Raises TypeError or ValueError."""
    if not isinstance(value, str):
        raise TypeError
    value.encode()
    return value


def _told(clashes: Iterable[Clash]) -> list[tuple[object, ...]]:
    return [(each.id, _rows(each.mine), _rows(each.theirs)) for each in clashes]


def _clashes(rows: Any) -> tuple[Clash, ...]:
    return tuple(Clash(_text(id), _blocks(mine), _blocks(theirs)) for id, mine, theirs in rows)
