"""What a person asked for is read once, and all of a build sees the same."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from places import ROOT

from podcast.model import Recipe
from podcast.production.build import build
from podcast.production.order import Order, look
from podcast.published.report import read_report

LINES = "大家好欢迎收听本期节目\n今天我们来聊一聊人工智能\n价格也比之前便宜了很多\n谢谢大家\n"
SETTINGS = 'title = "一集"\ndescription = "说明"\nlink = "https://example.org/1"\n'
COUNTING = """
import hashlib, json, sys
from contextlib import redirect_stdout
from pathlib import Path

opened, hashed, plain = [], [], hashlib.sha256


def note(event, about):
    if event == "open" and "r" in str(about[1] or "r"):
        opened.append(str(about[0]))


def counting(content=b"", **rest):
    hashed.append(bytes(content))
    return plain(content, **rest)


sys.addaudithook(note)
hashlib.sha256 = counting
from podcast.cli import main

script = Path("out/talk/script.md")
for old, new in (("", ""), ("", ""), ("便宜", "低")):
    if new:
        script.write_text(script.read_text("utf-8").replace(old, new), "utf-8")
    opened.clear()
    hashed.clear()
    with redirect_stdout(sys.stderr):
        main(sys.argv[1:], standalone_mode=False)
    print(json.dumps([list(opened), hashed.count(script.read_bytes())]))
"""


def counted(folder: Path) -> list[tuple[Counter[str], int]]:
    """How often each of three builds in `folder` opened each file, and hashed its script.

    They are a first build, one without a change, and one after an edit of the script.
    """
    done = subprocess.run(
        [sys.executable, "-c", COUNTING, "make", "talk.txt", "--engine", "tone", "--offline",
         "--jobs", "1", "-q"],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = map(json.loads, done.stdout.splitlines())
    return [
        (Counter(name.removeprefix(f"{folder}/") for name in opened), hashed)
        for opened, hashed in told
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "talk.txt").write_text(LINES, "utf-8")
    (tmp_path / "talk.toml").write_text(SETTINGS, "utf-8")
    return tmp_path


@pytest.mark.slow
def test_a_build_reads_what_was_asked_for_once(folder: Path) -> None:
    (first, _), (again, _), (edited, hashed) = counted(folder)
    assert first["talk.toml"] == 1
    assert again["talk.toml"] == again["out/talk/report.json"] == again["out/talk/script.md"] == 1
    assert edited["talk.toml"] == 1
    # Once for the order; once more when the folder is replaced, under the lock, since another
    # build may have taken its place, or a person written, meanwhile.
    assert edited["out/talk/report.json"] == edited["out/talk/script.md"] == 2
    assert hashed <= 3  # the order's, then what lies there and what is written at the end


@pytest.mark.slow
def test_an_edit_of_the_settings_during_a_build_is_of_the_next_one(folder: Path) -> None:
    order = Order(folder / "talk.txt", folder / "out", Recipe(engine="tone"), ROOT / "voices")

    def meddle(stage: str, chapter: str, share: float) -> None:
        (folder / "talk.toml").write_text('title = "别的"\nlink = "https://example.org/2"\n')

    build(order, meddle, lambda _: None)
    report = read_report(order.folder)
    assert (report.title, report.summary, report.link) == ("一集", "说明", "https://example.org/1")
    page = (order.folder / "index.html").read_text("utf-8")
    assert "说明" in page and "别的" not in page
    assert build(order, lambda *_: None, lambda _: None).fresh
    assert read_report(order.folder).title == "别的"


@pytest.mark.slow
def test_a_script_that_is_the_source_is_read_once(folder: Path) -> None:
    order = Order(folder / "talk.txt", folder / "out", Recipe(engine="tone"), ROOT / "voices")
    build(order, lambda *_: None, lambda _: None)
    assert look(order).edit is None and not look(order).is_a_persons
    own = replace(order, source=order.script)
    before = look(own)
    assert before.edit and before.edit.path == order.script and before.is_a_persons
    order.script.write_text(order.script.read_text("utf-8") + "\n再见。\n", "utf-8")
    assert look(order).edit and look(order).is_a_persons
    rewriting = look(replace(order, rewrite=True))
    assert rewriting.edit is None and rewriting.is_a_persons
