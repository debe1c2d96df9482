"""What was made before is found again, whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from podcast.errors import WriteError
from podcast.files.keys import content_key, program_key
from podcast.files.store import Store
from podcast.files.whole import replacing
from podcast.model import Span, Track
from podcast.sound.assemble import Take
from podcast.sound.takes import find_take, read_levels, write_take

TAKE = Take(
    Track("开场", 4608, (Span(0, 9, "你好"),), (Span(0, 4, "你"), Span(4, 9, "好"))),
    (Span(0, 4608, "host"),),
)
LEVELS = np.ones((2, 72), np.float32)


def test_a_take_comes_back_as_it_was(tmp_path: Path) -> None:
    store = Store(tmp_path / "cache")
    assert find_take(store, "k") is None
    write_take(store, "k", TAKE, LEVELS)
    assert find_take(store, "k") == TAKE
    assert np.array_equal(read_levels(store, "k"), LEVELS)


@pytest.mark.parametrize("name", ["k.json", "k.npy"])
@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b"\x93NUMPY\x01\x00", b'{"title":1}'])
def test_a_damaged_take_is_none(tmp_path: Path, name: str, damage: bytes) -> None:
    store = Store(tmp_path)
    write_take(store, "k", TAKE, LEVELS)
    (tmp_path / name).write_bytes(damage)
    assert find_take(store, "k") is None


def test_what_is_kept_is_made_once_and_again_only_where_it_was_damaged(tmp_path: Path) -> None:
    store, made = Store(tmp_path), 0

    def make() -> bytes:
        nonlocal made
        made += 1
        return b"a cover"

    for _ in range(3):
        assert store.kept("k.jpg", make) == b"a cover"
    assert made == 1
    content = bytearray((tmp_path / "k.jpg").read_bytes())
    content[2] ^= 1
    (tmp_path / "k.jpg").write_bytes(content)
    assert store.kept("k.jpg", make) == store.kept("k.jpg", make) == b"a cover"
    assert made == 2


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    with pytest.raises(RuntimeError), replacing(path) as part:
        part.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a"]  # noqa: PTH208


def test_a_disk_that_will_not_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError, match=r"cannot write .*; free some space, or choose"):  # noqa: SIM117
        with replacing(tmp_path / "file" / "x"):
            pass


def test_a_work_folder_is_removed_and_so_are_those_of_killed_builds(tmp_path: Path) -> None:
    store = Store(tmp_path)
    left = tmp_path / "work-999999999-abc"
    left.mkdir()
    other = tmp_path / f"work-{os.getpid()}-running"
    other.mkdir()
    with store.work() as folder:
        assert folder.is_dir() and not left.exists() and other.exists()
    assert not folder.exists()


def test_keys_tell_their_parts_apart() -> None:
    assert content_key("a", "bc") != content_key("ab", "c")
    assert content_key(1) != content_key("1")
    assert content_key("\ud800") != content_key("?")
    assert program_key() == program_key()
