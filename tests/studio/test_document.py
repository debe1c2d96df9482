"""The script of an episode, as one or two studios hold it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from podcast.errors import WriteError
from podcast.studio import history as past
from podcast.studio.blocks import PARAGRAPH, Block
from podcast.studio.document import Document
from podcast.studio.history import Edit
from podcast.studio.journal import JOURNAL, read_history

SCRIPT = "# 题\n\n## 一\n\n甲。\n\n乙。\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "out" / "talk"
    folder.mkdir(parents=True)
    (folder / "script.md").write_text(SCRIPT, "utf-8")
    return folder


def type_in(document: Document, text: str, at: int = 2) -> None:
    """Add a text to the end of a block."""
    shown = document.shown()
    block = shown.blocks[at]
    typed = replace(block, text=block.text + text)
    document.edit(Edit(shown.version, "", (block.id,), (typed,)), "a")


def texts(document: Document) -> list[str]:
    return [block.text for block in document.shown().blocks]


def test_two_studios_of_one_episode_see_each_others_edits(folder: Path) -> None:
    told: list[dict[str, Any]] = []
    first, second = Document(folder, lambda _, values: told.append(values)), Document(folder)
    for number in range(3):
        type_in(first, f"甲{number}")
        type_in(second, f"乙{number}", at=3)
    assert texts(first) == texts(second) == ["题", "一", "甲。甲0甲1甲2", "乙。乙0乙1乙2"]
    ids = [block.id for block in first.shown().blocks]
    assert ids == [block.id for block in second.shown().blocks]
    assert told[-1]["by"] == past.DISK and told[-1]["splices"]
    for _ in range(6):
        first.undo("a")
    assert texts(second) == ["题", "一", "甲。", "乙。"]


def test_an_undo_meets_what_others_wrote_since(folder: Path) -> None:
    document = Document(folder)
    type_in(document, "一")
    (folder / "script.md").write_text(
        (folder / "script.md").read_text("utf-8").replace("甲。一", "甲。一二"), "utf-8"
    )
    with pytest.raises(past.Conflict) as found:
        document.undo("a")
    assert [block.text for block in found.value.theirs] == ["甲。一二"]
    assert texts(document)[2] == "甲。一二"


def test_a_script_that_was_put_back_can_be_undone(folder: Path) -> None:
    document = Document(folder)
    type_in(document, "一")
    (folder / "script.md").write_text(SCRIPT, "utf-8")
    assert texts(document)[2] == "甲。"
    document.undo("a")
    assert texts(document)[2] == "甲。一"


def test_a_full_disk_loses_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = Document(folder)
    type_in(document, "一")

    def full(path: Path, change: past.Change) -> None:
        raise WriteError(f"cannot write {path}: no space left")

    with monkeypatch.context() as patch:
        patch.setattr("podcast.studio.document.add_change", full)
        with pytest.raises(WriteError, match="no space left"):
            type_in(document, "二")
    assert texts(document)[2] == "甲。一二"  # it is in the file, and so in the script
    type_in(document, "三")
    assert texts(Document(folder))[2] == "甲。一二三"


def test_the_journal_stays_short_and_the_last_changes_can_be_undone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "KEPT", 5)
    document = Document(folder)
    for number in range(23):
        type_in(document, str(number % 10))
    history = read_history(folder / JOURNAL)
    assert history and len(history.changes) <= 10 and history.version == 24
    again, undone = Document(folder), 0
    while again.shown().can_undo:
        again.undo("a")
        undone += 1
    assert undone >= 5


HEAD = '{"version": 1, "blocks": [["a", "title", "题", "", ""]], "clashes": []}\n'
CHANGE = (
    '{"version": %s, "kind": "edit", "by": "", "undoes": 0, "hunks": %s, "clashes": [], '
    '"settles": "", "wrote": [], "row": null}\n'
)


@pytest.mark.parametrize(
    "journal",
    [
        '{"version": "x"}\n',
        "[" * 100_000 + "\n",
        HEAD.replace("1", "1e999"),
        HEAD.replace('"题"', "5"),
        HEAD.replace('"题"', '"\\ud800"'),
        HEAD + CHANGE % (9, "[]"),
        HEAD + CHANGE % (2, '[[0, [["a", "title", "别的", "", ""]], []]]'),
        HEAD + CHANGE % (2, '[[-1, [], [["b", "paragraph", "甲。", "", ""]]]]'),
    ],
    ids=["no number", "too deep", "infinite", "no text", "half a letter", "a gap", "other blocks",
         "before the first"],
)  # fmt: skip
def test_a_journal_that_is_no_journal_is_begun_anew(folder: Path, journal: str) -> None:
    (folder / JOURNAL).write_text(journal)
    document = Document(folder)
    assert document.shown().version == 1
    type_in(document, "一")
    assert Document(folder).shown().can_undo


def test_a_new_paragraph_comes_behind_its_neighbour_though_others_were_added(
    folder: Path,
) -> None:
    document = Document(folder)
    shown = document.shown()
    for text, after in (("丙", 2), ("丁", 2), ("戊", 3)):
        edit = Edit(shown.version, shown.blocks[after].id, (), (Block(PARAGRAPH, text),))
        document.edit(edit, "a")
    assert texts(document) == ["题", "一", "甲。", "丁", "丙", "乙。", "戊"]


def test_the_journal_does_not_grow_for_ever(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "MOST", 40_000)
    document = Document(folder)
    sizes = []
    for number in range(60):
        type_in(document, f"第{number}句" * 20)
        sizes.append((folder / JOURNAL).stat().st_size)
    assert max(sizes) < 3 * 3 * 40_000  # bytes of a hanzi, and twice as much before it is shortened
    assert any(after < before for before, after in pairwise(sizes))
    edited = texts(document)
    again = Document(folder)
    assert texts(again) == edited
    while again.shown().can_undo:
        again.undo("a")
    assert texts(again) != edited
    while again.shown().can_redo:
        again.redo("a")
    assert texts(again) == edited
