"""Take <-> the store: a recorded chapter is kept as KEY.json and KEY.npy and found by its key."""

from __future__ import annotations

import json
from contextlib import suppress
from sys import intern
from typing import Any

import numpy as np

from podcast.files.store import Store
from podcast.model import Span, Track
from podcast.sound.assemble import Take
from podcast.sound.master import Levels


def find_take(store: Store, key: str) -> Take | None:
    """The take stored under `key`; None if there is none, or it cannot be read."""
    with suppress(OSError, EOFError, ValueError, KeyError, TypeError):
        text = store.get(f"{key}.json")
        if text is None or not store.has(f"{key}.npy"):
            return None
        take = _take(json.loads(text))
        levels = read_levels(store, key)
        return take if levels.ndim == 2 and len(levels) == 2 else None
    return None


def write_take(store: Store, key: str, take: Take, levels: Levels) -> None:
    """Store a take. The levels are written first, so a take that is found always has them."""
    with store.writing(f"{key}.npy") as part, part.open("wb") as file:
        np.save(file, levels, allow_pickle=False)
    store.put(f"{key}.json", json.dumps(_plain(take), ensure_ascii=False).encode())


def forget_take(store: Store, key: str) -> None:
    """Remove the take stored under `key`, so that its chapter is recorded again."""
    for kind in (".json", ".npy"):
        store.forget(f"{key}{kind}")


def read_levels(store: Store, key: str) -> Levels:
    """The levels of a stored take: float32 of shape (2, blocks), as `master.measure` gives them.

    The array is mapped into memory: it is read from the file as it is used.
    """
    levels: Levels = np.load(store.path(f"{key}.npy"), mmap_mode="r", allow_pickle=False)
    return levels


def _plain(take: Take) -> dict[str, object]:
    track = take.track
    return {
        "title": track.title,
        "sound": take.sound,
        "length": track.length,
        "words": [_row(word) for word in track.words],
        "turns": [_row(turn) for turn in take.turns],
    }


def _row(span: Span) -> tuple[int, int, str]:
    return span.start, span.end, span.text


def _take(plain: dict[str, Any]) -> Take:
    """The take in values of JSON. Equal texts share one string, to save memory."""
    spans = {
        name: tuple(Span(int(start), int(end), intern(text)) for start, end, text in plain[name])
        for name in ("words", "turns")
    }
    track = Track(str(plain["title"]), int(plain["length"]), (), spans["words"])
    return Take(track, spans["turns"], str(plain["sound"]))
