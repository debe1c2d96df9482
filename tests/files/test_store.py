"""What was made before is found again, whole, or not at all."""

from __future__ import annotations

import os
import re
import subprocess
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import ROOT

from podcast.errors import WriteError
from podcast.files import whole
from podcast.files.keys import content_key, program_key
from podcast.files.prune import read_entries
from podcast.files.store import KINDS, Store
from podcast.files.whole import WEEK_SECONDS, is_alive, new_part, replacing
from podcast.model import Recipe, Span, Track
from podcast.production.build import build
from podcast.production.order import Order
from podcast.sound.assemble import Take
from podcast.sound.takes import find_take, read_levels, write_take

TAKE = Take(
    Track("开场", 4608, (Span(0, 9, "你好"),), (Span(0, 4, "你"), Span(4, 9, "好"))),
    (Span(0, 4608, "host"),),
)
LEVELS = np.ones((2, 72), np.float32)


def test_a_take_comes_back_as_it_was_but_for_its_lines_which_are_made_anew(tmp_path: Path) -> None:
    store = Store(tmp_path / "cache")
    assert find_take(store, "k") is None
    write_take(store, "k", TAKE, LEVELS)
    assert find_take(store, "k") == replace(TAKE, track=replace(TAKE.track, lines=()))
    assert np.array_equal(read_levels(store, "k"), LEVELS)


@pytest.mark.parametrize("name", ["k.json", "k.npy"])
@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b"\x93NUMPY\x01\x00", b'{"title":1}'])
def test_a_damaged_take_is_none(tmp_path: Path, name: str, damage: bytes) -> None:
    store = Store(tmp_path)
    write_take(store, "k", TAKE, LEVELS)
    (tmp_path / name).write_bytes(damage)
    assert find_take(store, "k") is None


@given(st.binary(max_size=200), st.integers(0, 500), st.integers(1, 255))
def test_what_is_put_is_had_until_it_is_damaged(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, at: int, flip: int
) -> None:
    store, name = Store(tmp_path_factory.mktemp("store")), "covers/k.jpg"
    assert store.get(name) is None and not store.has(name)
    store.put(name, content)
    assert store.get(name) == content and store.has(name)
    assert store.path(name).read_bytes().startswith(content)
    damaged = bytearray(store.path(name).read_bytes())
    damaged[at % len(damaged)] ^= flip
    store.path(name).write_bytes(damaged)
    assert store.get(name) is None and not store.has(name)
    with store.writing(name) as part:
        part.write_bytes(content)
    assert store.get(name) == content
    store.forget(name)
    assert not store.has(name) and not store.path(name).exists()


def test_what_was_used_is_as_young_as_its_last_use(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put("k.bare", b"frames")
    for use in (store.get, store.has):
        os.utime(tmp_path / "k.bare", (0, 0))
        assert use("k.bare")
        assert (tmp_path / "k.bare").stat().st_mtime > 0


@pytest.mark.parametrize("content", [b"", b"frames", bytes(40)])
def test_a_file_of_an_older_layout_counts_as_missing(tmp_path: Path, content: bytes) -> None:
    """Before, some files had their digest in front, and those at a URL a second one."""
    store, digest = Store(tmp_path), sha256(content).digest()
    (tmp_path / "k.clip").write_bytes(digest + content)
    assert not store.has("k.clip") or not content
    both = content + digest
    (tmp_path / "k.bare").write_bytes(sha256(both).digest() + both)
    assert not store.has("k.bare")


@pytest.mark.slow
def test_all_that_a_build_keeps_is_of_a_kind(tmp_path: Path) -> None:
    seed = tmp_path / "seed.md"
    seed.write_text("# 一集\n\n## 开场\n\n大家好，欢迎。\n", "utf-8")
    order = Order(seed, tmp_path / "out", Recipe(engine="tone", m4b=True), ROOT / "voices")
    build(order, lambda *_: None, lambda _: None)
    paths = [path for path in order.cache.rglob("*") if path.is_file()]
    kinds = {".clip", ".json", ".npy", ".lines", ".gains", ".bare", ".aac", ".jpg", ".subtitles"}
    kinds |= {".told"}
    assert {path.suffix for path in paths} == kinds
    for path in paths:
        assert path.parent == order.cache / KINDS[path.suffix].folder
    assert sum(len(entry.paths) for entry in read_entries(Store(order.cache))) == len(paths)


def test_a_file_is_as_readable_as_any_and_no_thread_sets_the_mask_for_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "any").touch()
    monkeypatch.setattr(os, "umask", None)
    with replacing(tmp_path / "a") as part:
        part.write_text("new")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "any").stat().st_mode


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


def test_parts_of_a_killed_process_go_and_no_others(tmp_path: Path) -> None:
    store = Store(tmp_path)
    if not (child := os.fork()):
        with store.writing("clips/a.clip"), store.writing("a.json"):
            os._exit(9)
    os.waitpid(child, 0)
    left = {*tmp_path.rglob(".*.part")}
    assert len(left) == 2
    with store.writing("b.json") as own:
        store.sweep()
        assert {*tmp_path.rglob(".*.part")} == {own}
        own.write_bytes(b"b")
    elsewhere = left.pop()
    machine = re.sub(r"\.[0-9a-f]{8}-(\d+)\.", r".00000000-\1.", elsewhere.name)
    (tmp_path / machine).touch()
    store.sweep()
    assert {*tmp_path.rglob(".*.part")} == {tmp_path / machine}


def test_parts_that_nobody_wrote_to_for_a_week_go_whoever_began_them(tmp_path: Path) -> None:
    """Their machine is gone, or the number of their process is that of another one now."""
    names = [".a.clip.00000000-1.abcdefgh.part", ".b.clip.00000000-1.abcdefgh.part", ".mine.part"]
    for name in names:
        (tmp_path / name).touch()
    parts = [new_part(tmp_path / "c.clip"), new_part(tmp_path / "d.clip")]
    last_week = time.time() - WEEK_SECONDS - 60
    for path in (tmp_path / names[0], tmp_path / names[2], parts[0]):
        os.utime(path, (last_week, last_week))
    Store(tmp_path).sweep()
    left = {tmp_path / names[1], tmp_path / names[2], parts[1]}
    assert {*tmp_path.iterdir()} == left


def test_a_part_that_cannot_be_removed_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    part = new_part(tmp_path / "a.clip")
    monkeypatch.setattr(whole, "is_alive", lambda pid: False)
    monkeypatch.setattr(Path, "unlink", refuse)
    Store(tmp_path).sweep()
    assert part.exists()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_process_that_has_ended_is_not_running_before_it_is_waited_for() -> None:
    child = subprocess.Popen(["true"])
    assert is_alive(os.getpid())
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not is_alive(child.pid)
    child.wait()
