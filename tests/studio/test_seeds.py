"""Dropped files, and the form that becomes seeds/NAME.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from asking import TOKEN, ask, studio_in
from PIL import Image
from starlette.types import ASGIApp

from podcast.errors import ReadError
from podcast.files.options import OPTIONS
from podcast.files.settings import read_settings
from podcast.speech.cast import voices_folder
from podcast.studio import app as app_module
from podcast.studio.app import studio_app
from podcast.studio.guard import Rules
from podcast.studio.seeds import add_spelling, fill_in, form, proposed, say_so
from podcast.studio.shelf import Shelf

TALK = """\
1
00:00:01,000 --> 00:00:02,000
今天我们聊一聊。

2
00:00:03,000 --> 00:00:04,000
好。
"""
SETTINGS = """\
# 我的设置
title = "旧题"  # 先这样

[cast]
张三 = "guest"  # 他的声音

[recipe]
# 慢一点
sentence_pause = 0.5
m4b = true

[glossary]
keep = ["乾坤"]
"泽连斯基" = ["泽联斯基"]
"宇树" = { wrong = ["语速"], near = ["机器人"] }
"""


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    seed = tmp_path / "seeds" / "talk.txt"
    seed.write_text("今天我们聊一聊。\n", "utf-8")
    return seed


@pytest.fixture
def app(seed: Path) -> ASGIApp:
    return studio_in(seed.parent.parent)


# Files ---------------------------------------------------------------------------------------


def test_a_dropped_file_is_shown_as_it_is_read_and_nothing_is_written(
    app: ASGIApp, seed: Path
) -> None:
    answer = ask(app, "/api/read?file=一集.srt", raw=[TALK.encode()])
    assert answer.status == 200
    told = answer.told
    assert (told["name"], told["form"], told["lines"]) == ("一集", "subtitles", 2)
    assert told["speakers"] == [] and told["head"] == ["[host] 今天我们聊一聊。 好。"]
    assert {path.name for path in seed.parent.iterdir()} == {"talk.txt"}


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 99, b"<html><p>x</p></html>"])
def test_a_file_that_is_none_is_refused_in_one_sentence(app: ASGIApp, content: bytes) -> None:
    answer = ask(app, "/api/read?file=x.txt", raw=[content])
    assert answer.status == 422 and answer.told["error"].startswith("cannot read x.txt: ")


def test_a_transcript_is_kept_and_never_over_another(app: ASGIApp, seed: Path) -> None:
    for name, kept in (("一集", "一集.srt"), ("一集-2", "一集-2.srt")):
        answer = ask(app, f"/api/seeds?name={name}&file=x.SRT", raw=[TALK.encode()])
        assert answer.told == {"name": name, "seed": kept}
        assert (seed.parent / kept).read_text("utf-8") == TALK
    for suffix in ("srt", "txt"):
        answer = ask(app, f"/api/seeds?name=一集&file=x.{suffix}", raw=[b"x"])
        assert (answer.status, answer.told["name"]) == (409, "一集-3")
    assert (seed.parent / "一集.srt").read_text("utf-8") == TALK
    assert not list(seed.parent.glob(".*"))


@pytest.mark.parametrize("name", ["../x", "..", ".x", "a/b", "", "a\0"])
def test_no_upload_leaves_the_folder_of_seeds(app: ASGIApp, seed: Path, name: str) -> None:
    for what in ("seeds?file=x.txt", "recordings?file=x.mp3", "covers?file=x.png"):
        assert ask(app, f"/api/{what}&name={name}", raw=[b"x"]).status == 422
    assert [path.name for path in seed.parent.iterdir()] == ["talk.txt"]
    assert {path.name for path in seed.parent.parent.iterdir()} == {"seeds"}


@pytest.mark.parametrize("what", ["seeds", "recordings", "covers"])
def test_an_upload_that_is_too_large_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, seed: Path, what: str
) -> None:
    monkeypatch.setattr(app_module, "LARGEST", 1000)
    monkeypatch.setattr(app_module, "LARGEST_RECORDING", 1000)
    app = studio_app(Shelf(seed.parent, seed.parent / "out", voices_folder()), Rules(TOKEN))
    answer = ask(app, f"/api/{what}?name=x&file=x.mp3", raw=[b"x" * 600] * 3)
    assert answer.status == 413
    assert [path.name for path in seed.parent.iterdir()] == ["talk.txt"]


def test_a_recording_and_a_cover_lie_beside(app: ASGIApp, seed: Path) -> None:
    answer = ask(app, "/api/recordings?name=talk&file=a.MP3", raw=[b"x", b"y"])
    assert answer.told == {"recording": "talk.mp3"}
    assert (seed.parent / "talk.mp3").read_bytes() == b"xy"
    assert ask(app, "/api/recordings?name=talk&file=a.exe", raw=[b"x"]).status == 422
    path = seed.parent / "made.png"
    Image.new("RGB", (3, 3)).save(path)
    answer = ask(app, "/api/covers?name=talk&file=a.png", raw=[path.read_bytes()])
    assert answer.told == {"cover": "talk.png"}
    assert ask(app, "/api/covers?name=talk&file=a.png", raw=[b"no picture"]).status == 422


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("C:\\谈话\\第一集.txt", "第一集"),
        ("../../etc/passwd", "passwd"),
        ("....txt", "episode"),
        ("a\u202eb.srt", "ab"),
        ("", "episode"),
    ],
)
def test_a_name_is_proposed(given: str, name: str) -> None:
    assert proposed(given) == name


def test_what_would_come_of_a_file_is_told_before_it_is_kept(app: ASGIApp, seed: Path) -> None:
    text = "今天我们聊一聊人工智能。它很快。我们再聊一聊怎么做饭。先洗菜，再切菜，最后下锅。\n"
    told = ask(app, "/api/foresee?file=a.txt", raw=[text.encode()]).told
    assert told["title"] and told["chapters"] >= 1 and told["warnings"] == []
    told = ask(
        app, "/api/foresee?file=a.txt", raw=[b"Hello everyone, this is a test of it.\n"]
    ).told
    assert any("Chinese is in this transcript" in each for each in told["warnings"])
    answer = ask(app, "/api/foresee?file=a.txt", raw=["嗯，呃。\n".encode()])
    assert answer.status == 422 and answer.told["error"].startswith("a.txt has only fillers")
    assert sorted(path.name for path in seed.parent.iterdir()) == ["talk.txt"]


def test_recordings_are_known_to_the_page_as_to_the_server(app: ASGIApp, seed: Path) -> None:
    for suffix in ask(app, "/api/options").told["recordings"]:
        assert ask(app, f"/api/recordings?name=talk&file=a{suffix}", raw=[b"x"]).status == 200


# The form ------------------------------------------------------------------------------------


def test_what_is_filled_in_is_read_as_settings_and_comments_stay(seed: Path) -> None:
    seed.with_suffix(".toml").write_text(SETTINGS, "utf-8")
    filled: dict[str, Any] = form(seed)
    assert filled["title"] == "旧题" and filled["cast"] == {"张三": "guest"}
    filled |= {"title": "新题", "date": "2025-03-01", "author": "甲"}
    filled["recipe"] = {"sentence_pause": 0.4, "loudness": -18}
    fill_in(seed, filled)
    text = seed.with_suffix(".toml").read_text("utf-8")
    for comment in ("# 我的设置", "# 先这样", "# 他的声音", "# 慢一点"):
        assert comment in text
    settings = read_settings(seed)
    assert (settings.title, settings.date, settings.author) == ("新题", "2025-03-01", "甲")
    assert settings.recipe == {"sentence_pause": 0.4, "loudness": -18.0}
    assert settings.glossary["keep"] == ["乾坤"]
    fill_in(seed, {"title": "", "recipe": {}, "cast": {}})
    settings = read_settings(seed)
    assert (settings.title, settings.recipe, settings.cast) == ("", {}, ())
    assert form(seed)["author"] == "甲"


@pytest.mark.parametrize(
    ("filled", "told"),
    [
        ({"recipe": {"sentence_pause": 99}}, "is not a number from 0 to 10"),
        ({"recipe": {"nonsense": 1}}, "unknown key"),
        ({"recipe": {"music": "../../etc/passwd"}}, "is not in"),
        ({"cover": "/etc/passwd"}, "is not in"),
        ({"date": "2025-13-01"}, "must be a date"),
        ({"recipe": 3}, "must be a table"),
        ({"title": ["x"]}, "must be text"),
    ],
)
def test_a_wrong_value_is_refused_and_changes_nothing(
    app: ASGIApp, seed: Path, filled: dict[str, Any], told: str
) -> None:
    seed.with_suffix(".toml").write_text(SETTINGS, "utf-8")
    answer = ask(app, "/api/seeds/talk/settings", filled, method="PUT")
    assert answer.status == 422 and told in answer.told["error"]
    assert seed.with_suffix(".toml").read_text("utf-8") == SETTINGS


def test_the_form_of_an_episode_that_is_not_there_is_refused(app: ASGIApp) -> None:
    assert ask(app, "/api/seeds/none/settings").status == 422


def test_a_spelling_and_a_pronunciation_are_added(seed: Path) -> None:
    path = seed.with_suffix(".toml")
    path.write_text(SETTINGS, "utf-8")
    add_spelling(seed, "泽林斯基", "泽连斯基")
    add_spelling(seed, "雨树", "宇树")
    add_spelling(seed, "deep sick", "DeepSeek")
    say_so(seed, "乐队", "yue4 dui4")
    settings = read_settings(seed)
    assert settings.glossary["泽连斯基"] == ["泽联斯基", "泽林斯基"]
    assert settings.glossary["宇树"] == {"wrong": ["语速", "雨树"], "near": ["机器人"]}
    assert settings.glossary["DeepSeek"] == ["deep sick"]
    assert settings.pronounce == {"乐队": "yue4 dui4"}
    before = path.read_text("utf-8")
    assert "# 慢一点" in before
    with pytest.raises(ReadError, match="both right and a wrong"):
        add_spelling(seed, "宇树", "语速")
    assert path.read_text("utf-8") == before


def test_an_undo_takes_the_row_back_and_a_redo_writes_it_again(app: ASGIApp, seed: Path) -> None:
    path = seed.with_suffix(".toml")
    path.write_text(SETTINGS, "utf-8")
    script = seed.parent.parent / "out" / "talk" / "script.md"
    script.parent.mkdir(parents=True)
    script.write_text("# 题\n\n## 一\n\n泽林斯基说雨树好。\n", "utf-8")
    before, written = read_settings(seed), {}
    rows = [("泽林斯基", "泽连斯基"), ("雨树", "宇树"), ("没有人说", "无人说")]
    for wrong, right in rows:
        asked = {"from": wrong, "to": right, "apply": True}
        assert ask(app, "/api/talk/glossary", asked).told["can_undo"]
    asked = {"text": "乐队", "as": "yue4 dui4", "apply": True}
    ask(app, "/api/talk/pronounce", asked)
    after, edited = read_settings(seed), script.read_text("utf-8")
    assert after.glossary["无人说"] == ["没有人说"] and "泽连斯基说宇树好" in edited
    for _ in range(4):
        written = ask(app, "/api/talk/undo", {}).told
    assert not written["can_undo"]
    now = read_settings(seed)
    assert (now.glossary, now.pronounce) == (before.glossary, before.pronounce)
    assert "泽林斯基说雨树好" in script.read_text("utf-8")
    text = path.read_text("utf-8")
    assert all(f"# {comment}" in text for comment in ("我的设置", "先这样", "他的声音", "慢一点"))
    for _ in range(4):
        ask(app, "/api/talk/redo", {})
    now = read_settings(seed)
    assert (now.glossary, now.pronounce) == (after.glossary, after.pronounce)
    assert script.read_text("utf-8") == edited


@pytest.mark.parametrize(
    ("toml", "what", "asked"),
    [
        ("pronounce = 3", "pronounce", {"text": "乐队", "as": "yue4 dui4"}),
        ("pronounce = 3", "pronounce", {"text": "乐队", "as": "yue4 dui4", "apply": True}),
        ("glossary = 3", "glossary", {"from": "月队", "to": "乐队", "apply": True}),
    ],
)
def test_a_row_for_settings_that_cannot_be_read_is_refused(
    app: ASGIApp, seed: Path, toml: str, what: str, asked: dict[str, Any]
) -> None:
    script = seed.parent.parent / "out" / "talk" / "script.md"
    script.parent.mkdir(parents=True)
    script.write_text("# 题\n\n## 一\n\n乐队。\n", "utf-8")
    seed.with_suffix(".toml").write_text(toml)
    answer = ask(app, f"/api/talk/{what}", asked)
    assert answer.status == 422 and f"{what} must be a table" in answer.told["error"]


def test_an_undo_leaves_a_row_that_a_person_has_changed_since(app: ASGIApp, seed: Path) -> None:
    script = seed.parent.parent / "out" / "talk" / "script.md"
    script.parent.mkdir(parents=True)
    script.write_text("# 题\n\n## 一\n\n乐队。\n", "utf-8")
    ask(app, "/api/talk/pronounce", {"text": "乐队", "as": "yue4 dui4", "apply": True})
    say_so(seed, "乐队", "le4 dui4")
    ask(app, "/api/talk/undo", {})
    assert read_settings(seed).pronounce == {"乐队": "le4 dui4"}
    say_so(seed, "乐队", "")
    assert "pronounce" not in seed.with_suffix(".toml").read_text("utf-8")


def test_the_options_are_those_of_the_recipe(app: ASGIApp) -> None:
    told = ask(app, "/api/options").told
    assert [each["name"] for each in told["options"]] == list(OPTIONS)
    assert all(each["zh"] and each["en"] for each in told["options"])
    assert {"host", "guest"} <= {each["name"] for each in told["voices"]}
