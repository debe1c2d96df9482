"""What a machine does to a build: full, shut and damaged disks, clocks that jump, two at once.

Each build ends whole or in one sentence, and nothing that was finished before is lost.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from patience import PATIENCE
from places import ROOT

from podcast.cli import main
from podcast.errors import DamagedSound, PodcastError, WriteError
from podcast.files.open_store import open_store
from podcast.files.seal import seal
from podcast.files.store import Store
from podcast.files.whole import alone
from podcast.model import Recipe
from podcast.production.build import build
from podcast.production.order import Order
from podcast.published.folder import recover, replace_folder

SCRIPT = "# 一集\n\n## 开场\n\n大家好，欢迎收听。\n\n> [guest] 对。对。\n\n## 结尾\n\n谢谢大家。\n"
TONE = Recipe(engine="tone")
NOBODY = 65534
is_root = sys.platform == "linux" and os.geteuid() == 0


def order_in(folder: Path, recipe: Recipe = TONE) -> Order:
    seed = folder / "seed.md"
    if not seed.exists():
        seed.write_text(SCRIPT, "utf-8")
    return Order(seed, folder / "out", recipe, ROOT / "voices")


def built(order: Order) -> dict[str, bytes]:
    """All files of the episode, after a build of it."""
    build(order, lambda *_: None, lambda _: None)
    return files_in(order.folder)


def files_in(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def made(*more: str) -> Result:
    """What the command said that built `seed.md` of this folder."""
    return CliRunner().invoke(main, ["make", "seed.md", "--engine", "tone", "-q", *more])


def start(folder: Path, *more: str) -> subprocess.Popen[str]:
    """The command that builds `seed.md` of a folder, in a process of its own."""
    command = [sys.executable, "-m", "podcast", "make", "seed.md", "--engine", "tone", "-q", *more]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip


# Damage --------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_cache_changes_nothing(tmp_path: Path, seed: int) -> None:
    order, chance = order_in(tmp_path), random.Random(seed)
    whole = built(order)
    remembered = [path for path in (order.out / ".cache").glob("*") if path.is_file()]
    assert {path.suffix for path in remembered} >= {".json", ".npy", ".bare"}
    for path in remembered:
        content = bytearray(path.read_bytes())
        if chance.random() < 0.3:
            del content[chance.randrange(len(content)) :]
        for _ in range(bool(content)):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(content)
    shutil.rmtree(order.folder)
    assert built(order) == whole


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".json", ".npy", ".bare"])
def test_no_bit_of_the_cache_flips_unseen(tmp_path: Path, suffix: str) -> None:
    order, chance = order_in(tmp_path), random.Random(suffix)
    whole = built(order)
    path = sorted((order.out / ".cache").glob(f"*{suffix}"))[0]
    good = path.read_bytes()
    for _ in range(4):
        bad = bytearray(good)
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        path.write_bytes(bad)
        shutil.rmtree(order.folder)
        assert built(order) == whole
        assert path.read_bytes() == good


@pytest.mark.slow
@pytest.mark.parametrize(("suffix", "told"), [("bare", "MPEG-1 layer III"), ("aac", "AAC")])
@pytest.mark.parametrize("where", ["", "elsewhere"])
def test_sound_that_is_none_names_the_store_to_remove(
    tmp_path: Path, where: str, suffix: str, told: str
) -> None:
    """A file that is sealed and yet no sound: what wrote it was wrong, and only removing helps."""
    store = str(tmp_path / where) if where else ""
    order = replace(order_in(tmp_path, replace(TONE, m4b=True)), out=tmp_path / "o", store=store)
    built(order)
    lies = tmp_path / (where or "o/.cache")
    for path in lies.glob(f"*.{suffix}"):
        path.write_bytes(b"no sound at all")
        seal(path)
    shutil.rmtree(order.folder)
    with pytest.raises(DamagedSound, match=rf"this is not {told} sound; remove ") as error:
        built(order)
    assert str(error.value).endswith(f"; remove {lies} and build again")


def test_what_lies_at_a_url_too_is_removed_in_both_places(tmp_path: Path) -> None:
    url = f"file://{tmp_path}/far"
    told = open_store(url, tmp_path / "near").remedy
    assert told == f"remove {tmp_path / 'near'} and all files at {url}, then build again"


@pytest.mark.slow
def test_a_published_file_cut_short_is_made_again(tmp_path: Path) -> None:
    order = order_in(tmp_path)
    whole = built(order)
    for name in ("episode.mp3", "episode.srt", "index.html", "cover.jpg"):
        (order.folder / name).write_bytes(whole[name][: len(whole[name]) // 2])
    assert built(order) == whole


# Clocks --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_times_of_files_mean_nothing(tmp_path: Path) -> None:
    order = order_in(tmp_path)
    whole = built(order)
    for moment in (0, 2**31 + 9, 4_000_000_000):
        for path in tmp_path.rglob("*"):
            os.utime(path, (moment, moment))
        assert built(order) == whole
    order.source.write_text(SCRIPT.replace("谢谢", "感谢"), "utf-8")
    os.utime(order.source, (0, 0))  # newer words in an older file
    assert "感谢大家" in built(order)["episode.srt"].decode()


@pytest.mark.slow
def test_a_clock_that_runs_backwards_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = tmp_path / "calm", tmp_path / "jumping"
    for folder in folders:
        folder.mkdir()
    whole = built(order_in(folders[0]))
    now = [2e9]

    def earlier() -> float:
        now[0] -= random.uniform(0, 1e6)
        return now[0]

    monkeypatch.setattr(time, "time", earlier)
    assert built(order_in(folders[1])) == whole


# Two at once ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_builds_of_one_episode_at_once_end_in_one_whole_episode(tmp_path: Path) -> None:
    (tmp_path / "seed.md").write_text(SCRIPT, "utf-8")
    running = [start(tmp_path, "--jobs", jobs) for jobs in ("1", "1")]
    for each in running:
        _, complaint = each.communicate(timeout=PATIENCE)
        assert each.returncode == 0, complaint
        assert complaint == ""
    order = order_in(tmp_path)
    left = {path.name for path in order.out.iterdir()}
    assert left == {".cache", "seed"}
    together = files_in(order.folder)
    shutil.rmtree(order.out)
    assert built(order) == together


def test_of_two_that_put_an_episode_in_its_place_one_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fcntl")
    monkeypatch.setattr("podcast.files.whole.PATIENCE_SECONDS", 0.2)
    refused = pytest.raises(WriteError, match="another build has locked")
    with alone(tmp_path), refused, alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


@pytest.mark.slow
def test_a_file_system_without_locks_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")

    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)
    order = order_in(tmp_path)
    assert built(order)["episode.mp3"]
    assert not build(order, lambda *_: None, lambda _: None).fresh


@pytest.mark.slow
def test_a_replacement_cut_short_brings_the_old_episode_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = order_in(tmp_path)
    before = built(order)
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if target == order.folder and not self.name.endswith(".old"):
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises((PodcastError, OSError), match="Input/output error"):
        built(replace(order, recipe=replace(TONE, sentence_pause=0.9)))
    assert files_in(order.folder) == before


def test_the_longest_name_is_recovered_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has 252 bytes: with two dots and `old` that would be too many for a file's name."""
    folder, new = tmp_path / ("名" * 84), tmp_path / "new"
    for each in (folder, new):
        each.mkdir()
        (each / "told").write_text(each.name, "utf-8")
    rename = Path.rename

    def crash(self: Path, target: Path) -> Path:
        if self == new:
            raise KeyboardInterrupt
        return rename(self, target)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Path, "rename", crash)
        replace_folder(new, folder)
    assert not folder.exists()
    recover(folder)
    assert (folder / "told").read_text("utf-8") == folder.name


# Full and shut disks -------------------------------------------------------------------------


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[None]:
    """A small disk at `folder`, where this system lets us have one."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("may not mount here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.slow
@pytest.mark.skipif(not is_root, reason="mounts a small disk")
@pytest.mark.parametrize(
    ("free", "jobs"), [("4k", "1"), ("150k", "1"), ("150k", "2"), ("500k", "1")]
)
def test_a_disk_that_fills_up_anywhere_leaves_the_old_episode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: str, jobs: str
) -> None:
    monkeypatch.chdir(tmp_path)
    order = order_in(tmp_path)
    with mounted(order.out, "8m"):
        before = built(order)
        (order.folder / "mine.txt").write_text("mine")
        shutil.rmtree(order.out / ".cache")
        used = sum(path.stat().st_blocks * 512 for path in order.out.rglob("*"))
        size = f"size={used // 1024 + int(free[:-1])}k"
        subprocess.run(["mount", "-o", f"remount,{size}", str(order.out)], check=True)
        done = made("--jobs", jobs, "--sentence-pause", "0.9")
        assert done.exit_code == 1
        assert done.stderr.count("\n") == 1 and "No space left" in done.stderr, done.stderr
        assert files_in(order.folder) == before | {"mine.txt": b"mine"}
        assert not list((order.out / ".cache").glob("work-*"))
        subprocess.run(["mount", "-o", "remount,size=32m", str(order.out)], check=True)
        assert built(order) == before | {"mine.txt": b"mine"}


@pytest.mark.slow
@pytest.mark.skipif(not is_root, reason="mounts a disk that is only read")
def test_a_disk_that_is_only_read_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    order = order_in(tmp_path)
    with mounted(order.out, "8m"):
        before = built(order)
        subprocess.run(["mount", "-o", "remount,ro", str(order.out)], check=True)
        done = made("--sentence-pause", "0.9")
        assert done.exit_code == 1
        assert done.stderr.count("\n") == 1 and "Read-only file system" in done.stderr
        done = made()  # nothing to do, nothing to write
        assert done.exit_code == 0 and "episode.mp3" in done.stdout, done.stderr
        assert files_in(order.folder) == before


@pytest.mark.slow
@pytest.mark.skipif(not is_root, reason="becomes another user; without root, test_cli tries it")
def test_a_folder_of_another_user_is_one_sentence(tmp_path: Path) -> None:
    order = order_in(tmp_path)
    before = built(order)
    program = (
        "import os, sys; from pathlib import Path; import podcast.production.build as b\n"
        "from podcast.model import Recipe; from podcast.errors import PodcastError\n"
        "import podcast.engines.tone, podcast.cli.progress, podcast.text.draft\n"
        "import podcast.production.make\n"
        f"os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})\n"
        "recipe = Recipe(engine='tone', sentence_pause=0.9)\n"
        "order = b.Order(Path('seed.md'), Path('out'), recipe, Path(sys.argv[1]))\n"
        "try: b.build(order, lambda *_: None, print)\n"
        "except PodcastError as error: sys.exit(f'{type(error).__name__}: {error}')\n"
    )
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(folder.stat().st_mode | 0o055)
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    # nobody may not write what coverage finds
    unwatched = {name: each for name, each in os.environ.items() if "COVERAGE" not in name}
    told = subprocess.run(
        [sys.executable, "-c", program, str(ROOT / "voices")], cwd=tmp_path, text=True,
        capture_output=True, env=unwatched | {"PYTHONPATH": path}, check=False,
    )  # fmt: skip
    assert told.returncode == 1
    assert told.stderr.startswith("WriteError: cannot write") and told.stderr.count("\n") == 1
    assert "Permission denied" in told.stderr
    assert files_in(order.folder) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    "failing", ["production.publish.copy2", "files.whole.rmtree", "production.publish.report_text"]
)
def test_a_fault_while_publishing_leaves_the_old_episode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    order = order_in(tmp_path)
    before = built(order)
    (order.folder / "mine.txt").write_text("mine")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(f"podcast.{failing}", refuse)
    with pytest.raises((PodcastError, OSError), match="Input/output error"):
        built(replace(order, recipe=replace(TONE, sentence_pause=0.9)))
    monkeypatch.undo()
    assert files_in(order.folder) == before | {"mine.txt": b"mine"}


@pytest.mark.slow
def test_a_work_folder_left_behind_is_no_hindrance(tmp_path: Path) -> None:
    order = order_in(tmp_path)
    left = order.out / ".cache" / "work-999999999-x"
    left.mkdir(parents=True)
    (left / "x.pcm").write_bytes(bytes(99))
    built(order)
    assert not left.exists()
    assert Store(order.out / ".cache").folder.is_dir()
