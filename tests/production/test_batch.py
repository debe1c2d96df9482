"""Many episodes at once: each is as it would be alone, and none stops another."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from click.testing import CliRunner
from patience import PATIENCE
from places import ROOT

from podcast.cli import main
from podcast.errors import ReadError
from podcast.model import Recipe, Voice
from podcast.production.batch import (
    BUILT,
    CURRENT,
    FAILED,
    Result,
    build_all,
    require_different_names,
)
from podcast.production.build import build
from podcast.production.order import Order
from podcast.speech.cast import Cast

LINES = "大家好欢迎收听\n今天聊聊人工智能\n好吧\n它发展得很快\n谢谢大家\n"
# Where processes build, scripts are given to them: each would load the tagger for a transcript.
SAID = "大家好，欢迎收听。今天聊聊人工智能，它发展得很快。谢谢大家。"


def orders(folder: Path, *names: str, jobs: int = 1, engine: str = "tone") -> list[Order]:
    recipe = Recipe(engine=engine)
    made = []
    for number, name in enumerate(names):
        seed = folder / name
        seed.parent.mkdir(parents=True, exist_ok=True)
        said = f"# 第{number}次\n\n## 章\n\n{SAID}\n" if seed.suffix == ".md" else LINES
        seed.write_text(said + f"第{number}次\n", "utf-8")
        made.append(Order(seed, folder / "out", recipe, ROOT / "voices", jobs))
    return made


def results(asked: Sequence[Order], told: list[str] | None = None) -> dict[str, Result]:
    heard = [] if told is None else told
    return {each.name: each for each in build_all(asked, lambda *_: None, heard.append)}


def files(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


class Counted:
    """How many worker processes there are at once, at most; asked at each step of a batch."""

    def __init__(self) -> None:
        self.lock, self.most = Lock(), 0

    def __call__(self, *_: object) -> None:
        with self.lock:
            self.most = max(self.most, len(children(os.getpid())))


def children(pid: int) -> list[int]:
    """The Python processes that work for a process: not ffmpeg, nor the trackers of resources.

    Each thread has children of its own.
    """
    found = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # a thread or a process that has ended
            found += [
                int(each)
                for each in listed.read_text().split()
                if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()
            ]
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("jobs", "engine", "form"), [(1, "espeak", "txt"), (2, "tone", "md")])
def test_a_bad_transcript_stops_only_itself(
    tmp_path: Path, jobs: int, engine: str, form: str
) -> None:
    names = (f"a.{form}", "bad.txt", f"b.{form}", f"c.{form}")
    asked = orders(tmp_path, *names, jobs=jobs, engine=engine)
    asked[1].source.write_bytes(b"\x00\x01\xff\xfe\xfd" * 50)
    counted = Counted()
    watch = counted if jobs > 1 and Path("/proc/self/task").exists() else lambda *_: None
    found = {each.name: each for each in build_all(asked, watch, lambda _: None)}
    assert {name: each.outcome for name, each in found.items()} == {
        "a": BUILT, "bad": FAILED, "b": BUILT, "c": BUILT,
    }  # fmt: skip
    assert watch is not counted or counted.most == jobs
    assert str(asked[1].source) in found["bad"].error and not found["a"].error
    assert found["a"].length > 5 and found["a"].took > 0 and found["bad"].length == 0
    alone = replace(asked[0], out=tmp_path / "alone", jobs=1)
    build(alone, lambda *_: None, lambda _: None)
    assert files(tmp_path / "out" / "a") == files(alone.folder)
    again = results([replace(each, jobs=1) for each in asked])
    assert [again[name].outcome for name in ("a", "bad", "b", "c")] == [
        CURRENT, FAILED, CURRENT, CURRENT,
    ]  # fmt: skip


@pytest.mark.slow
def test_a_fault_of_the_program_stops_only_its_episode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = orders(tmp_path, "a.txt", "b.txt")
    from podcast.text.draft import drafted

    def fail(source: Path, *given: Any) -> object:
        if source.stem == "a":
            raise ZeroDivisionError("by zero")
        return drafted(source, *given)

    monkeypatch.setattr("podcast.text.draft.drafted", fail)
    found = results(asked)
    assert found["b"].outcome == BUILT
    assert found["a"].error == "the program failed (ZeroDivisionError: by zero); please report it"


@pytest.mark.parametrize("names", [("a/x.txt", "b/x.txt"), ("x.txt", "x.srt"), ("X.txt", "x.srt")])
def test_two_that_would_be_one_episode_are_named_before_anything_starts(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    asked = orders(tmp_path, *names)
    with pytest.raises(ReadError, match=r"would both become .*; rename one of them") as told:
        results(asked)
    assert all(str(order.source) in str(told.value) for order in asked)
    assert not (tmp_path / "out").exists()


def test_one_file_named_twice_is_one_episode(tmp_path: Path) -> None:
    (order,) = orders(tmp_path, "a.txt")
    again = replace(order, source=tmp_path / "." / "a.txt")
    assert require_different_names([order, again]) == (order,)


@pytest.mark.slow
def test_the_engine_is_chosen_once_and_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [replace(order, recipe=Recipe()) for order in orders(tmp_path, "a.txt", "b.txt")]
    calls: list[str] = []

    def choose(name: str, voices: Path, offline: bool, tell: object) -> Cast:
        calls.append(name)
        tell("the tone speaks")  # type: ignore[operator]
        return (("host", Voice("host", "tone")),)

    monkeypatch.setattr("podcast.production.batch.choose", choose)
    told: list[str] = []
    assert {each.outcome for each in results(asked, told).values()} == {BUILT}
    assert calls == ["auto"]
    assert [notice for notice in told if " is read as " not in notice] == ["the tone speaks"]


@pytest.mark.slow
def test_notices_name_their_episode(tmp_path: Path) -> None:
    asked = orders(tmp_path, "a.txt", "b.txt")
    results(asked)
    script = asked[0].script
    script.write_text(script.read_text("utf-8") + "\n<!-- 注 -->\n", "utf-8")
    told: list[str] = []
    results(asked, told)
    assert len(told) == 1 and told[0].startswith("a: using ")


@pytest.mark.slow
def test_the_command_tells_all_in_a_table_and_fails_if_one_did(tmp_path: Path) -> None:
    asked = orders(tmp_path, "a.txt", "bad.txt")
    asked[1].source.write_text("", "utf-8")
    command = ["batch", *(str(order.source) for order in asked), "-o", str(tmp_path / "out")]
    command += ["--engine", "tone", "--jobs", "1"]
    done = CliRunner().invoke(main, command, env={"COLUMNS": "200"})
    assert done.exit_code == 1
    assert done.stdout == f"{tmp_path / 'out' / 'a'}\n"
    rows = {row[0]: row for row in map(cells, done.stderr.splitlines()) if len(row) == 5}
    assert rows["a"][1] == "built" and rows["a"][2].startswith("0:")
    assert rows["bad"][1] == "failed" and "bad.txt" in rows["bad"][4]
    assert "1 of 2 failed: bad" in done.stderr
    quiet = CliRunner().invoke(main, [*command, "-q"])
    assert quiet.exit_code == 1 and "─" not in quiet.stderr
    assert rows["bad"][4].split(";")[0] in quiet.stderr
    asked[1].source.unlink()
    good = CliRunner().invoke(main, ["batch", str(asked[0].source), *command[3:]])
    assert good.exit_code == 0


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("│").split("│")]


def test_a_batch_runs_outside_the_main_thread(tmp_path: Path) -> None:
    command = ["batch", str(tmp_path / "missing.txt"), "-o", str(tmp_path / "out"), "--offline"]
    with ThreadPoolExecutor(1) as threads:  # Python sets signal handlers in its main thread alone
        done = threads.submit(CliRunner().invoke, main, command).result()
    assert done.exit_code == 1
    assert "1 of 1 failed: missing" in done.output


@pytest.mark.slow
def test_what_is_finished_stays_when_it_is_stopped(tmp_path: Path) -> None:
    asked = orders(tmp_path, *(f"{number}.md" for number in range(5)), engine="espeak")
    for order in asked[1:]:
        said = "".join(f"第{number}句，{SAID}" for number in range(50))
        order.source.write_text(f"# {order.name}\n\n## 章\n\n{said}\n", "utf-8")
    command = [sys.executable, "-m", "podcast", "batch", "-o", str(tmp_path / "out")]
    command += ["--engine", "espeak", "--jobs", "2", *(str(order.source) for order in asked)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as running:  # fmt: skip
        assert running.stderr
        while "/5 0: built" not in (line := running.stderr.readline()):
            assert line, "it ended without a word of the first episode"
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=PATIENCE)
    assert running.returncode == 1
    assert "stopped; the episodes that were published before are unchanged" in told
    assert "Traceback" not in told
    assert "built" in told  # in the table of what is done
    assert not list((tmp_path / "out" / ".cache").glob("work-*"))
    assert results(asked[:1])["0"].outcome == CURRENT
