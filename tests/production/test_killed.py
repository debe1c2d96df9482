"""A build killed at any moment leaves nothing that the next one trips over."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

import pytest
from places import ROOT

from podcast.model import Recipe
from podcast.production.build import build
from podcast.production.order import Order

SCRIPT = """# 一集

## 开场

大家好，欢迎收听。今天聊三件事。

> [guest] 对。对。

## 正题

第一件事，是价格。它涨了14%！

> [guest] 第二件事呢？是速度。

## 结尾

谢谢大家，下周再见。
"""
MOMENTS = int(os.environ.get("KILLS", "4"))  # at which a build is killed


def start(seed: Path, out: Path, engine: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "podcast", "make", str(seed), "-o", str(out), "-q"]
    command += ["--offline", "--engine", engine, "--jobs", "2"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def built(seed: Path, out: Path, engine: str) -> dict[str, bytes]:
    """All files of the episode, after an undisturbed build of it in this process."""
    order = Order(seed, out, Recipe(engine=engine), ROOT / "voices")
    return read_files(build(order, lambda *_: None, lambda _: None).folder)


class Watch:
    """Counts the files and folders that appear in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.seen = folder, set[str]()

    def look(self) -> int:
        """How many have been seen until now."""
        for folder, folders, files in os.walk(self.folder):  # passes over one that has gone
            self.seen.update(f"{folder}/{name}" for name in (*folders, *files))
        return len(self.seen)


def read_files(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def children(pid: int) -> set[int]:
    """The processes a process started, and theirs."""
    found: set[int] = set()
    for told in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, IndexError, ValueError):
            if int(told.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found |= {int(told.parent.name), *children(int(told.parent.name))}
    return found


def is_alive(pid: int) -> bool:
    with suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("engine", ["tone", "espeak"])
def test_the_next_build_is_the_undisturbed_one(tmp_path: Path, engine: str) -> None:
    seed = tmp_path / "seed.md"
    seed.write_text(SCRIPT, "utf-8")
    whole = built(seed, tmp_path / "whole", engine)
    most = Watch(tmp_path / "whole").look()
    chance = random.Random(engine)
    for moment in range(MOMENTS // 2):
        out = tmp_path / f"out{moment}"
        running = start(seed, out, engine)
        watch, end = Watch(out), chance.randint(0, most)
        while watch.look() < end and running.poll() is None:
            time.sleep(0.005)
        workers = children(running.pid)
        running.kill()
        running.communicate()
        assert built(seed, out, engine) == whole
        left = [path.name for path in (out / ".cache").glob("work-*")]
        assert all(name.startswith(f"work-{running.pid}-") for name in left)
        assert not any(map(is_alive, workers))
        rmtree(out)
