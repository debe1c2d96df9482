"""Two pages, an editor on the disk, builds and crashes, in any order: no edit is ever lost."""

from __future__ import annotations

import os
import random
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from podcast.files.names import REPORT, SCRIPT
from podcast.production.publish import put_in_place
from podcast.published.folder import recover
from podcast.studio import history as past
from podcast.studio.blocks import PARAGRAPH, Block
from podcast.studio.document import Document, Shown
from podcast.studio.history import Conflict, Edit
from podcast.text.script import parse_script

pytestmark = [pytest.mark.slow]

START = """---
author: 张三
---

# 题

<!-- 只给自己看 -->

## 一

甲。

> [guest] 乙。

## 二

丙。

丁。
"""
INTERLEAVINGS = int(os.environ.get("INTERLEAVINGS", "250"))
STEPS = 9  # of one interleaving
TOKEN = re.compile(r"词\d+尾")
WRITES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "shutil.rmtree"}


class Killed(BaseException):
    """The studio, or the build, is killed."""


class Fuse:
    """Kills what runs at a write of its choice; nothing that is killed writes any more."""

    def __init__(self) -> None:
        self.left, self.is_dead = -1, False
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.left and not self.is_dead:
            return
        if event == "open":
            flags = arguments[2] or 0
            if not isinstance(flags, int) or not flags & (os.O_WRONLY | os.O_RDWR):
                return
        elif event not in WRITES:
            return
        if self.left > 0:
            self.left -= 1
            self.is_dead = not self.left
        if self.is_dead:
            raise Killed

    @contextmanager
    def lit(self, writes: int) -> Iterator[None]:
        """Kill at this write, counted from 1; not at all if it is 0."""
        self.left, self.is_dead = writes, False
        try:
            yield
        finally:
            self.left, self.is_dead = 0, False


FUSE = Fuse()


@dataclass
class Tab:
    """A page, and what it shows, which may be old."""

    name: str
    shown: Shown


@dataclass
class World:
    """All that works on one episode, and the words that must not be lost."""

    out: Path
    chance: random.Random
    numbers: count[int] = field(default_factory=lambda: count(1))
    sure: set[str] = field(default_factory=set)  # words of edits that were acknowledged
    undoable: set[str] = field(default_factory=set)  # those of edits by pages
    builds: int = 0

    def __post_init__(self) -> None:
        self.folder = self.out / "talk"
        self.folder.mkdir(parents=True)
        self.path = self.folder / SCRIPT
        self.path.write_text(START, "utf-8")
        self.start()
        self.buffer = self.path.read_bytes()
        self.waiting: tuple[Path, str] | None = None

    def start(self) -> None:
        """Start the studio, and open two pages."""
        self.document = Document(self.folder)
        self.tabs = [Tab(name, self.document.shown()) for name in "ab"]

    def word(self) -> str:
        return f"词{next(self.numbers)}尾"

    # What may happen ---------------------------------------------------------------------

    def look(self) -> None:
        tab = self.chance.choice(self.tabs)
        tab.shown = self.document.shown()

    def type(self) -> None:
        tab, word = self.chance.choice(self.tabs), self.word()
        edit = self.an_edit(tab.shown, word)
        try:
            self.document.edit(edit, tab.name)
        except Conflict as conflict:
            assert conflict.mine and word in "".join(block.text for block in conflict.mine)
            self.choose_both(conflict, tab, word)
        self.sure.add(word)
        self.undoable.add(word)

    def choose_both(self, conflict: Conflict, tab: Tab, word: str) -> None:
        ids = tuple(block.id for block in conflict.theirs)
        text = "".join(block.text for block in conflict.theirs) + word
        kind = conflict.theirs[0].kind if conflict.theirs else PARAGRAPH
        now = self.document.shown()
        after = now.blocks[-1].id if not ids else ""
        edit = Edit(now.version, after, ids, (Block(kind, text, id=ids[0] if ids else ""),))
        self.document.edit(edit, tab.name)

    def an_edit(self, shown: Shown, word: str) -> Edit:
        """A word typed, a paragraph split in two, two joined, or a new one."""
        blocks = shown.blocks
        at = self.chance.randrange(1, len(blocks))
        block, above = blocks[at], blocks[at - 1]
        typed = replace(block, text=f"{block.text}{word}")
        kind = self.chance.randrange(4)
        if kind == 0:
            return Edit(shown.version, block.id, (), (Block(PARAGRAPH, word),))
        if kind == 1 and block.kind == PARAGRAPH:
            return Edit(shown.version, "", (block.id,), (block, Block(PARAGRAPH, word, block.role)))
        if kind == 2 and block.kind == above.kind == PARAGRAPH:
            joined = replace(above, text=f"{above.text}{block.text}{word}")
            return Edit(shown.version, "", (above.id, block.id), (joined,))
        return Edit(shown.version, "", (block.id,), (typed,))

    def undo(self) -> None:
        """Take back the last edit that a page made; what it wrote, and no more, may be gone."""
        with suppress(Conflict):
            before = self.kept()
            self.document.undo("a")
            gone = before - self.kept()
            assert len(gone) <= 1
            self.sure -= gone

    def redo(self) -> None:
        with suppress(Conflict):
            self.document.redo("b")
            self.sure |= self.kept() & self.undoable

    def open_in_editor(self) -> None:
        self.buffer = self.path.read_bytes()

    def save_in_editor(self) -> None:
        """Save a buffer, which may be older than the file, with one more word in some line."""
        lines = self.buffer.decode().splitlines()
        places = [at for at, line in enumerate(lines) if line and line[-1] in "。尾"]
        word = self.word()
        at = self.chance.choice(places)
        lines[at] += word
        self.buffer = ("\n".join(lines) + "\n").encode()
        other = self.path.with_name("other")
        other.write_bytes(self.buffer)
        other.replace(self.path)
        self.document.sync()  # the studio looks twice a second
        self.sure.add(word)

    def begin_build(self) -> None:
        self.builds += 1
        new = self.out / ".cache" / f"work-{self.builds}"
        new.mkdir(parents=True)
        content = self.path.read_bytes()
        (new / SCRIPT).write_bytes(content)
        (new / REPORT).write_text('{"files": {"script.md": 1}}')
        self.waiting = new, sha256(content).hexdigest()

    def end_build(self) -> None:
        if self.waiting:
            (new, mine), self.waiting = self.waiting, None
            put_in_place(new, self.folder, mine, "", rewrite=False)

    STEPS = (
        *(look, type, type, type, undo, redo),
        *(open_in_editor, save_in_editor, begin_build, end_build),
    )

    # What must hold ----------------------------------------------------------------------

    def step(self) -> None:
        what = self.chance.choice(self.STEPS)
        dies = self.chance.random() < 0.2 and what.__name__ not in ("save_in_editor", "begin_build")
        try:
            with FUSE.lit(self.chance.randrange(1, 9) if dies else 0):
                what(self)
        except Killed:
            undone = self.undoable if what.__name__ == "undo" else set()
            if self.chance.random() < 0.3:
                self.tear()
            recover(self.folder)
            self.start()
            gone = undone & self.sure - self.kept()
            assert len(gone) <= 1  # it was killed after it had done its work
            self.sure -= gone
        self.check()

    def tear(self) -> None:
        """Leave the beginning of a line in the journal, as a crash in a write may."""
        journal = self.folder / ".studio.jsonl"
        if journal.is_file():
            with journal.open("ab") as file:
                file.write(b'{"version": 9, "kind": "ed')

    def kept(self) -> set[str]:
        """The words in the script, and in the passages of which a person has still to choose."""
        shown = self.document.shown()
        texts = [block.text for block in shown.blocks]
        texts += [block.text for clash in shown.clashes for block in (*clash.mine, *clash.theirs)]
        return set(TOKEN.findall("".join(texts)))

    def check(self) -> None:
        lost = self.sure - self.kept()
        assert not lost, (lost, self.path.read_text("utf-8"))
        text = self.path.read_text("utf-8")
        assert "<!-- 只给自己看 -->" in text and "author: 张三" in text
        parse_script(text)
        left = {path.name for path in self.folder.iterdir()}
        assert left <= {SCRIPT, ".studio.jsonl", REPORT}


def live(seed: int, out: Path) -> None:
    world = World(out, random.Random(seed))
    for _ in range(STEPS):
        world.step()


def test_no_edit_is_lost_in_any_interleaving(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(INTERLEAVINGS):
        # With every other seed the journal is shortened again and again.
        monkeypatch.setattr(past, "KEPT", 6 if seed % 2 else 400)
        live(seed, tmp_path / str(seed))
