"""What a cache that is too large or too old forgets, and what it keeps."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from podcast.files.prune import prune, read_entries
from podcast.files.store import Store

NOW = 1_800_000_000.0  # seconds, as `time.time` tells them
DAY = 86_400  # seconds
MEGABYTE = 1_000_000  # bytes


def put(store: Store, name: str, size: int = MEGABYTE, days_ago: float = 0.0) -> None:
    """Remember a file of `size` bytes that was last used so many days before NOW."""
    store.folder.mkdir(exist_ok=True)
    path = store.folder / name
    path.write_bytes(bytes(size))
    os.utime(path, (NOW - days_ago * DAY, NOW - days_ago * DAY))


def names(store: Store) -> list[str]:
    return sorted(path.name for path in store.folder.iterdir())


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr("podcast.files.prune.time.time", lambda: NOW)
    return Store(tmp_path / "cache")


def test_no_more_is_forgotten_than_is_too_much(store: Store) -> None:
    for age, name in enumerate(("d.bare", "c.bare", "b.bare", "a.bare")):
        put(store, name, days_ago=age)
    assert prune(store, None, 4.0) == 0
    assert prune(store, None, 3.999) == MEGABYTE
    assert names(store) == ["b.bare", "c.bare", "d.bare"]
    assert prune(store, None, 1.5) == 2 * MEGABYTE
    assert names(store) == ["d.bare"]


def test_what_was_unused_for_so_many_days_goes(store: Store) -> None:
    put(store, "young.bare", days_ago=29.9)
    put(store, "old.bare", days_ago=30.1)
    assert prune(store, 30, None) == MEGABYTE
    assert names(store) == ["young.bare"]


def test_the_two_files_of_a_take_go_together(store: Store) -> None:
    put(store, "take.json", 1000, days_ago=3)
    put(store, "take.npy", days_ago=3)
    put(store, "young.bare", days_ago=1)
    assert len(read_entries(store)) == 2
    assert prune(store, None, 2.0) == MEGABYTE + 1000  # a thousand bytes are too much
    assert names(store) == ["young.bare"]


def test_a_take_is_as_young_as_the_younger_of_its_files(store: Store) -> None:
    put(store, "take.json", 1000, days_ago=1)
    put(store, "take.npy", days_ago=40)
    assert prune(store, 30, None) == 0
    assert names(store) == ["take.json", "take.npy"]
