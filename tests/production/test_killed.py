"""A build killed at any moment leaves nothing that the next one trips over."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from shutil import rmtree

import pytest
from patience import wait_until
from places import ROOT
from real_models import require_models
from spoken import LINES, taped, write_wav

from podcast.engines.kokoro import MODEL
from podcast.files.whole import is_alive
from podcast.model import Recipe
from podcast.production.build import build
from podcast.production.order import Order

pytestmark = [pytest.mark.slow]

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
SHORT = "# 一集\n\n## 开场\n\n大家好。\n\n## 结尾\n\n再见。\n"  # for a voice that takes its time
MOMENTS = int(os.environ.get("KILLS", "4"))  # at which a build is killed
TALK = LINES[:4]
SHARES = {"tone": 2, "espeak": 1, "recording": 1, "kokoro": 1}  # of the moments, in quarters


def seed_for(engine: str, folder: Path) -> Path:
    """A script; for the engine that cuts a recording, a transcript with its recording beside it."""
    if engine != "recording":
        seed = folder / "seed.md"
        seed.write_text(SHORT if engine == "kokoro" else SCRIPT, "utf-8")
        return seed
    write_wav(folder / "seed.wav", taped("嗯", *TALK)[0])
    seed = folder / "seed.txt"
    seed.write_text("\n".join(("嗯", *TALK)), "utf-8")
    return seed


def start(seed: Path, out: Path, engine: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "podcast", "make", str(seed), "-o", str(out), "-q"]
    command += ["--offline", "--engine", engine, "--jobs", "2", "--chapters", "2"]
    if engine == "recording":
        command += ["--recording", str(seed.with_suffix(".wav"))]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def built(seed: Path, out: Path, engine: str) -> dict[str, bytes]:
    """All files of the episode, after an undisturbed build of it in this process."""
    recording = seed.with_suffix(".wav") if engine == "recording" else None
    recipe = Recipe(engine=engine, recording=recording, chapters=2)
    order = Order(seed, out, recipe, ROOT / "voices")
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


def have_ended(processes: set[int]) -> bool:
    """Whether none of these processes runs any more."""
    return not any(map(is_alive, processes))


def kept(out: Path) -> set[str]:
    """What lies in a folder of episodes and in its store, and is not of the episode itself."""
    inside = {str(path.relative_to(out)) for path in (out / ".cache").rglob("*") if path.is_file()}
    return inside | {path.name for path in out.iterdir()}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("engine", SHARES)
def test_the_next_build_is_the_undisturbed_one(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine == "kokoro":
        require_models(monkeypatch, MODEL)
    seed = seed_for(engine, tmp_path)
    whole, lies = built(seed, tmp_path / "whole", engine), kept(tmp_path / "whole")
    most = Watch(tmp_path / "whole").look()
    chance = random.Random(engine)
    for moment in range(MOMENTS * SHARES[engine] // 4):
        out = tmp_path / f"out{moment}"
        running = start(seed, out, engine)
        watch, end = Watch(out), chance.randint(0, most)
        while watch.look() < end and running.poll() is None:
            time.sleep(0.005)
        workers = children(running.pid)
        running.kill()
        running.communicate()
        assert built(seed, out, engine) == whole
        wait_until(partial(have_ended, workers))
        if kept(out) != lies:  # a worker outlived its build for a moment, and left a part
            built(seed, out, engine)
        assert kept(out) == lies
        rmtree(out)
