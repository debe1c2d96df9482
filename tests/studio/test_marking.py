"""Where a text is in a script, and what cleaning dropped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from asking import ask, studio_in
from starlette.types import ASGIApp

from podcast.files.settings import read_settings

SCRIPT = "# 题\n\n## 一\n\n😀泽联斯基说泽联斯基好。\n\n## 计算率先完成\n\n算率很高，泽联斯基。\n"
TALK = "嗯\n今天我们聊一聊人工智能\n对不对\n然后呢它很快\n好\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "talk.txt").write_text(TALK, "utf-8")
    (tmp_path / "out" / "talk").mkdir(parents=True)
    (tmp_path / "out" / "talk" / "script.md").write_text(SCRIPT, "utf-8")
    return tmp_path


@pytest.fixture
def app(folder: Path) -> ASGIApp:
    return studio_in(folder)


def texts(app: ASGIApp) -> list[str]:
    return [block["text"] for block in ask(app, "/api/talk/script").told["blocks"]]


def test_places_are_counted_as_a_browser_counts_them(app: ASGIApp) -> None:
    places = ask(app, "/api/talk/find", {"find": "泽联斯基"}).told["places"]
    assert [(each["offset"], each["length"], each["at"]) for each in places] == [
        (2, 4, 2), (7, 4, 7), (5, 4, 5),
    ]  # fmt: skip
    assert places[0]["text"] == "😀泽联斯基说泽联斯基好。"


def test_all_places_are_replaced_at_once_and_undone_at_once(app: ASGIApp) -> None:
    before = texts(app)
    asked: dict[str, Any] = {"find": "泽联斯基", "replace": "泽连斯基"}
    assert all(
        each["new"] == "泽连斯基" for each in ask(app, "/api/talk/find", asked).told["places"]
    )
    assert texts(app) == before
    ask(app, "/api/talk/find", asked | {"apply": True})
    assert texts(app) == [text.replace("联", "连") for text in before]
    ask(app, "/api/talk/undo", {})
    assert texts(app) == before


@pytest.mark.parametrize("find", ["", "没有"])
def test_what_is_nowhere_has_no_place(app: ASGIApp, find: str) -> None:
    asked = {"find": find, "replace": "x", "apply": True}
    assert ask(app, "/api/talk/find", asked).told["places"] == []


def test_a_spelling_changes_no_part_of_another_word_and_is_kept(app: ASGIApp, folder: Path) -> None:
    asked: dict[str, Any] = {"from": "算率", "to": "算力"}
    places = ask(app, "/api/talk/glossary", asked).told["places"]
    assert [(each["offset"], each["new"]) for each in places] == [(0, "算力")]
    assert not (folder / "seeds" / "talk.toml").exists()
    ask(app, "/api/talk/glossary", asked | {"apply": True})
    assert texts(app)[-2:] == ["计算率先完成", "算力很高，泽联斯基。"]
    assert read_settings(folder / "seeds" / "talk.txt").glossary == {"算力": ["算率"]}


def test_a_pronunciation_is_kept_and_its_places_are_shown(app: ASGIApp, folder: Path) -> None:
    asked = {"text": "算率", "as": "suan4 lü4", "apply": True}
    assert len(ask(app, "/api/talk/pronounce", asked).told["places"]) == 2
    assert read_settings(folder / "seeds" / "talk.txt").pronounce == {"算率": "suan4 lü4"}


def test_what_cleaning_dropped_is_shown_where_it_was(app: ASGIApp, folder: Path) -> None:
    (folder / "out" / "talk" / "script.md").write_text(
        "# 题\n\n## 一\n\n今天我们聊一聊人工智能，它很快。\n\n好。\n", "utf-8"
    )
    blocks = ask(app, "/api/talk/script").told["blocks"]
    dropped = ask(app, "/api/talk/dropped").told
    placed = {(each["text"], each["after"], each["offset"]) for each in dropped}
    assert ("对不对", blocks[2]["id"], 11) in placed or ("对不对", blocks[2]["id"], 12) in placed
    assert [each["text"] for each in dropped] == ["嗯", "对不对", "然后呢"]


def test_a_script_without_a_transcript_lacks_nothing(app: ASGIApp, folder: Path) -> None:
    (folder / "seeds" / "talk.txt").unlink()
    assert ask(app, "/api/talk/dropped").told == []
