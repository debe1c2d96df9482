"""What the studio's addresses answer, and whom they refuse."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from threading import Event
from threading import enumerate as enumerate_threads
from typing import Any

import pytest
from asking import HOST, TOKEN, Answer, ask
from patience import wait_until
from starlette.types import ASGIApp

from podcast.errors import ReadError
from podcast.speech.cast import voices_folder
from podcast.studio import app as app_module
from podcast.studio.app import _told_while, reading_app, studio_app
from podcast.studio.desk import Desk
from podcast.studio.guard import Rules
from podcast.studio.shelf import Shelf, is_name

SOUND = bytes(range(256)) * 40
SCRIPT = "# 题\n\n## 一\n\n甲。\n\n> [guest] 乙。\n\n## 二\n\n丙。\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an episode 谈话, one seed, and things that nobody may see."""
    episode = tmp_path / "out" / "谈话"
    (episode / "chapters").mkdir(parents=True)
    (episode / "script.md").write_text(SCRIPT, "utf-8")
    (episode / "episode.mp3").write_bytes(SOUND)
    (episode / "index.html").write_text("页", "utf-8")
    (episode / "report.json").write_text('{"title": "<b>题</b>", "seconds": 125}')
    (tmp_path / "out" / ".cache").mkdir()
    (tmp_path / "out" / ".cache" / "secret.txt").write_text("x")
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "另一集.txt").write_text("今天我们聊一聊。\n", "utf-8")
    (tmp_path / "secret.txt").write_text("x")
    (tmp_path / "out" / "link.txt").symlink_to(tmp_path / "secret.txt")
    return tmp_path


@pytest.fixture
def shelf(folder: Path) -> Shelf:
    return Shelf(folder / "seeds", folder / "out", voices_folder(), offline=True)


@pytest.fixture
def app(shelf: Shelf) -> ASGIApp:
    return studio_app(shelf, Rules(TOKEN))


def splice(app: ASGIApp, find: str, text: str, **more: Any) -> dict[str, Any]:
    """An edit that gives the block with one text another."""
    now = ask(app, "/api/谈话/script").told
    block = next(block for block in now["blocks"] if block["text"] == find)
    return {
        "base": now["version"],
        "remove": [block["id"]],
        "insert": [block | {"text": text}],
        **more,
    }


# The script ----------------------------------------------------------------------------------


def test_a_script_is_shown_as_blocks(app: ASGIApp) -> None:
    told = ask(app, "/api/谈话/script").told
    kinds = [(block["kind"], block["text"], block["role"]) for block in told["blocks"]]
    assert kinds[:4] == [
        ("title", "题", ""), ("chapter", "一", ""), ("paragraph", "甲。", ""),
        ("paragraph", "乙。", "guest"),
    ]  # fmt: skip
    assert (told["version"], told["can_undo"], told["building"]) == (1, False, False)
    assert {"role": "guest", "name": "嘉宾"} in told["roles"]


def test_an_edit_is_in_the_file_and_can_be_undone_after_a_restart(
    app: ASGIApp, folder: Path, shelf: Shelf
) -> None:
    path = folder / "out" / "谈话" / "script.md"
    answer = ask(app, "/api/谈话/edit", splice(app, "甲。", "甲乙。"), x_tab="a")
    assert answer.status == 200 and answer.told["blocks"][0]["text"] == "甲乙。"
    assert path.read_text("utf-8") == SCRIPT.replace("甲。", "甲乙。")
    again = studio_app(shelf, Rules(TOKEN))
    assert ask(again, "/api/谈话/undo", {}).told["can_redo"]
    assert path.read_text("utf-8") == SCRIPT
    assert ask(again, "/api/谈话/redo", {}).told["can_undo"]
    assert path.read_text("utf-8") == SCRIPT.replace("甲。", "甲乙。")
    assert ask(again, "/api/谈话/redo", {}).status == 200  # there is nothing left to redo


def test_of_two_edits_of_one_paragraph_the_second_is_asked_to_choose(app: ASGIApp) -> None:
    first, second = splice(app, "甲。", "甲一。"), splice(app, "甲。", "甲二。")
    third = splice(app, "丙。", "丙三。")
    assert ask(app, "/api/谈话/edit", first).status == 200
    answer = ask(app, "/api/谈话/edit", second)
    assert answer.status == 409
    conflict = answer.told["conflict"]
    assert [block["text"] for block in conflict["mine"] + conflict["theirs"]] == [
        "甲二。",
        "甲一。",
    ]
    assert ask(app, "/api/谈话/edit", third).status == 200
    assert ask(app, "/api/谈话/edit", first).status == 200  # the same again is no conflict


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"insert": [{"kind": "title", "text": "又"}]}, 422, "one title"),
        ({"insert": [{"kind": "paragraph", "text": " "}]}, 422, "needs some text"),
        ({"insert": [{"kind": "table", "text": "x"}]}, 422, "a block is one of"),
        ({"insert": [{"kind": "paragraph", "text": "x", "role": "a]b"}]}, 422, "must be a word"),
        ({"insert": ["x"]}, 400, "a block must be a table"),
        ({"base": "1"}, 400, "base must be"),
        ({"remove": "x"}, 400, "remove must be"),
    ],
)
def test_what_a_script_cannot_hold_is_refused(
    app: ASGIApp, folder: Path, change: dict[str, Any], status: int, told: str
) -> None:
    edit = {"base": 1, "after": "", "remove": [], "insert": []} | change
    answer = ask(app, "/api/谈话/edit", edit)
    assert answer.status == status and told in answer.told["error"]
    assert (folder / "out" / "谈话" / "script.md").read_text("utf-8") == SCRIPT


def test_a_seed_without_a_script_gets_one(app: ASGIApp, folder: Path) -> None:
    told = ask(app, "/api/另一集/script").told
    assert told["seed"] == "另一集.txt" and told["blocks"][-1]["text"] == "今天我们聊一聊。"
    assert (folder / "out" / "另一集" / "script.md").is_file()


def test_a_file_that_is_no_script_is_told_with_its_line(app: ASGIApp, folder: Path) -> None:
    (folder / "out" / "谈话" / "script.md").write_text("# 题\n\n##\n")
    answer = ask(app, "/api/谈话/script")
    assert answer.status == 422 and "line 3: the heading has no title" in answer.told["error"]


def test_pages_are_told_of_each_change(shelf: Shelf) -> None:
    desk = Desk(shelf)

    async def heard() -> list[str]:
        stream = desk.stream("谈话")
        first = await anext(stream)
        shown = desk.document("谈话").shown()
        block = shown.blocks[2]
        asked = {"base": shown.version, "remove": [block.id], "insert": []}
        desk.edit("谈话", asked, "a")
        (shelf.out / "谈话" / "script.md").write_text(SCRIPT, "utf-8")
        desk.watch()
        return [first, await anext(stream), await anext(stream)]

    tabs, edit, disk = asyncio.run(heard())
    assert tabs == 'event: tabs\ndata: {"count": 1}\n\n'
    told = json.loads(edit.partition("data: ")[2])
    assert (told["by"], told["version"]) == ("a", 2) and told["splices"][0]["insert"] == []
    told = json.loads(disk.partition("data: ")[2])
    assert (told["by"], told["splices"][0]["insert"][0]["text"]) == ("disk", "甲。")


def test_a_file_that_cannot_be_read_is_told_of_once(shelf: Shelf) -> None:
    desk = Desk(shelf)
    told: list[str] = []
    desk.document("谈话").tell = lambda event, values: told.append(event)

    async def look() -> None:
        with desk.events.opened("谈话"):
            (shelf.out / "谈话" / "script.md").write_text("##\n")
            for _ in range(3):
                desk.watch()
            (shelf.out / "谈话" / "script.md").write_text(SCRIPT, "utf-8")
            desk.watch()

    asyncio.run(look())
    assert told == ["told"]


# Who may ask ---------------------------------------------------------------------------------


def test_nothing_is_changed_without_the_token(app: ASGIApp) -> None:
    for token in ("", "wrong", TOKEN[:-1]):
        answer = ask(app, "/api/谈话/edit", splice(app, "甲。", "x"), x_token=token)
        assert answer.status == 403 and "token" in answer.told["error"]
    assert ask(app, "/api/谈话/script").told["version"] == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_every_method_that_is_not_for_reading_needs_the_token(app: ASGIApp, method: str) -> None:
    assert ask(app, "/api/谈话/script", method=method, x_token="").status == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "192.168.1.5:8000", "127.0.0.1.evil.example", ""]
)
def test_another_name_for_this_machine_is_refused(app: ASGIApp, host: str) -> None:
    assert ask(app, "/", host=host).status == 403


@pytest.mark.parametrize("host", [HOST, "localhost:8000"])
def test_its_own_names_are_answered(app: ASGIApp, host: str) -> None:
    assert ask(app, "/", host=host).status == 200
    assert ask(app, "/", host=host, origin=f"http://{host}").status == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1:9", "null", "http://["]
)
def test_a_page_of_another_site_is_refused(app: ASGIApp, origin: str) -> None:
    assert ask(app, "/api/episodes", origin=origin).status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_other_site_has_a_script_drafted_by_a_picture(app: ASGIApp, site: str) -> None:
    assert ask(app, "/api/另一集/script", sec_fetch_site=site).status == 403
    assert ask(app, "/", sec_fetch_site=site).status == 200  # a link to the studio
    assert ask(app, "/api/另一集/script", sec_fetch_site="same-origin").status == 200


def test_a_fault_of_the_program_is_one_sentence(
    app: ASGIApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(folder: Path) -> None:
        raise RuntimeError("no luck")

    monkeypatch.setattr("podcast.studio.desk.files", broken)
    answers: list[Answer] = []
    with pytest.raises(RuntimeError):  # told to the server, too, once the page has its answer
        ask(app, "/api/谈话/files", heard=answers)
    assert answers[0].status == 500 and "RuntimeError: no luck" in answers[0].told["error"]


def test_a_shared_studio_needs_its_password_for_everything(shelf: Shelf) -> None:
    app = studio_app(shelf, Rules(TOKEN, "a good password"))
    told = b64encode(b"podcast:a good password").decode()
    wrong = b64encode(b"podcast:a bad password").decode()
    for path in ("/", "/api/episodes", "/static/look.css", "/files/谈话/episode.mp3"):
        assert ask(app, path).status == 401
        assert ask(app, path, authorization=f"Basic {wrong}").status == 401
        assert ask(app, path, authorization="Basic ?").status == 401
        answer = ask(app, path, authorization=f"Basic {told}", host="192.168.1.5:8000")
        assert answer.status == 200
    assert ask(app, "/", authorization=f"Basic {told}", host="evil.example").status == 403


def test_no_answer_lets_a_page_run_what_is_not_the_studios(app: ASGIApp) -> None:
    for path in ("/", "/api/episodes", "/api/no/such", "/files/谈话/episode.mp3"):
        headers = ask(app, path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
    page = ask(app, "/files/谈话/index.html").headers["content-security-policy"]
    assert page.startswith("sandbox") and "allow-same-origin" not in page


@pytest.mark.parametrize(
    "name",
    ["..", ".cache", "a/b", "a\\b", "a\0b", "", " a", "a ", "a:b", "x" * 300, "a\nb", "\u202ea"],
)
def test_such_a_text_is_no_name(name: str) -> None:
    assert not is_name(name)


@pytest.mark.parametrize("name", ["..", ".cache", "%2e%2e", "..%2fx", "a%00b", "a%5cb"])
def test_no_route_takes_a_name_that_leads_elsewhere(app: ASGIApp, name: str) -> None:
    for what in ("script", "files", "check", "dropped"):
        assert ask(app, f"/api/{name}/{what}").status in (404, 422)
    for what in ("edit", "say", "build", "find"):
        assert ask(app, f"/api/{name}/{what}", {}).status in (400, 404, 422)


def test_a_request_that_is_too_large_is_cut_short(
    app: ASGIApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "LARGEST_JSON", 1000)
    sent = 0

    def pieces() -> Any:
        nonlocal sent
        for _ in range(100):
            sent += 1
            yield b" " * 100

    assert ask(app, "/api/谈话/edit", raw=pieces()).status == 413
    assert sent <= 11


@pytest.mark.parametrize("body", [b"{", b"[]", b"3", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_table_is_refused(app: ASGIApp, body: bytes) -> None:
    assert ask(app, "/api/谈话/edit", raw=[body]).status == 400


# Files ---------------------------------------------------------------------------------------


def faces(shelf: Shelf) -> tuple[ASGIApp, ASGIApp]:
    return studio_app(shelf, Rules(TOKEN)), reading_app(shelf.out, Rules())


def test_the_read_only_face_shows_episodes_and_takes_nothing(shelf: Shelf) -> None:
    app = reading_app(shelf.out, Rules())
    assert ask(app, "/").status == 200
    (episode,) = ask(app, "/api/episodes").told
    assert (episode["name"], episode["title"], episode["built"]) == ("谈话", "<b>题</b>", True)
    assert ask(app, "/files/谈话/index.html").body.decode() == "页"
    assert "sandbox" not in ask(app, "/files/谈话/index.html").headers["content-security-policy"]
    assert ask(app, "/api/谈话/script").status == 404
    assert ask(app, "/api/谈话/edit", {}).status == 403


def test_an_episode_opens_with_its_page(app: ASGIApp) -> None:
    answer = ask(app, "/files/谈话/")
    assert answer.headers["location"] == "/files/%E8%B0%88%E8%AF%9D/index.html"


@pytest.mark.parametrize(
    ("asked", "first", "stop"),
    [("bytes=0-", 0, 10240), ("bytes=5-9", 5, 10), ("bytes=-7", 10233, 10240)],
)
def test_a_range_is_sent_alone(app: ASGIApp, asked: str, first: int, stop: int) -> None:
    answer = ask(app, "/files/谈话/episode.mp3", range=asked)
    assert answer.status == 206
    assert answer.headers["content-range"] == f"bytes {first}-{stop - 1}/10240"
    assert answer.headers["content-type"] == "audio/mpeg"
    assert answer.body == SOUND[first:stop]


@pytest.mark.parametrize("asked", ["bytes=10240-", "bytes=99999-100000"])
def test_a_range_outside_is_refused(app: ASGIApp, asked: str) -> None:
    answer = ask(app, "/files/谈话/episode.mp3", range=asked)
    assert (answer.status, answer.headers["content-range"]) == (416, "bytes */10240")


@pytest.mark.parametrize(
    "path",
    [
        "/files/../secret.txt",
        "/files/谈话/../../secret.txt",
        "/files/%2e%2e/secret.txt",
        "/files/x/..%2f..%2fsecret.txt",
        "/files/..%5csecret.txt",
        "/files/link.txt",
        "/files/.cache/secret.txt",
        "/files/谈话/.studio.jsonl",
        "/files/b/%00",
        "/files//etc/passwd",
        "/files/谈话/nothing.mp3",
        "/files/",
        "/static/../front.py",
        "/static/%2e%2e%2ffront.py",
    ],
)
def test_nothing_else_is_shown(shelf: Shelf, path: str) -> None:
    for app in faces(shelf):
        ask(app, "/api/谈话/script")  # which makes the journal
        answer = ask(app, path)
        assert answer.status == 404 and answer.body != b"x"


def test_head_sends_no_body(app: ASGIApp) -> None:
    answer = ask(app, "/files/谈话/episode.mp3", method="HEAD")
    assert (answer.status, answer.headers["content-length"], answer.body) == (200, "10240", b"")


def test_every_episode_and_seed_is_listed(app: ASGIApp, shelf: Shelf) -> None:
    listed = {each["name"]: each for each in ask(app, "/api/episodes").told}
    assert listed.keys() == {"谈话", "另一集"}
    assert listed["另一集"]["seed"] == "另一集.txt" and not listed["另一集"]["built"]


@pytest.mark.parametrize(
    "told", ["{", "3", '{"seconds": "x"}', '{"title": ["a"]}', '{"title": "\\ud800"}']
)
def test_a_report_that_tells_nothing_lists_the_episode_by_its_name(
    app: ASGIApp, folder: Path, told: str
) -> None:
    (folder / "out" / "谈话" / "report.json").write_text(told)
    listed = {each["name"]: each["title"] for each in ask(app, "/api/episodes").told}
    assert listed["谈话"] == "谈话"


# Processes -----------------------------------------------------------------------------------

SPAWN = "subprocess.Popen"
STARTED: list[str] = []  # the programs that this process has started
sys.addaudithook(lambda event, told: STARTED.append(str(told)) if event == SPAWN else None)


def test_no_text_of_a_page_is_given_to_another_program(app: ASGIApp, folder: Path) -> None:
    STARTED.clear()
    hostile = "--help;$(touch x)`touch x`"
    ask(app, "/api/read?file=-rf.srt", raw=[hostile.encode()])
    ask(app, "/api/seeds?name=-rf&file=-rf.txt", raw=[f"今天我们聊一聊。\n{hostile}\n".encode()])
    assert ask(app, "/api/-rf/script").status == 200
    settings = {"title": hostile, "author": "-x", "recipe": {"engine": "espeak"}}
    assert ask(app, "/api/seeds/-rf/settings", settings, method="PUT").status == 200
    for text in (hostile, "-v cmn+m3 甲"):
        assert ask(app, "/api/-rf/say", {"text": text, "role": ""}).status == 200
    for what, asked in {
        "find": {"find": "-", "replace": hostile, "apply": True},
        "glossary": {"from": "聊一聊", "to": "--x", "apply": True},
        "pronounce": {"text": "今天", "as": "-x", "apply": True},
    }.items():
        assert ask(app, f"/api/-rf/{what}", asked).status == 200
    assert STARTED == []
    assert not (folder / "x").exists() and not Path("x").exists()


def test_long_work_is_told_of_line_by_line_and_ends_with_its_listener() -> None:
    steps: list[float] = []
    going = Event()

    def work(watch: Callable[[float], None]) -> str:
        for number in range(10**6):
            watch(number / 1000)
            steps.append(number / 1000)
            going.wait(0.001)
        return "all"

    async def listen(most: int) -> list[Any]:
        told = []
        lines = _told_while(work)
        async for line in lines:
            told.append(json.loads(line))
            if len(told) == most:
                break
        await lines.aclose()  # type: ignore[attr-defined]
        return told

    assert asyncio.run(listen(3)) == [{"share": 0.0}, {"share": 0.0}, {"share": 0.001}]
    wait_until(lambda: not any(each.name == "check" for each in enumerate_threads()))
    assert len(steps) < 10**6  # or it would go on for a quarter of an hour


def test_what_long_work_fails_with_is_told() -> None:
    async def told(work: Callable[[Callable[[float], None]], Any]) -> Any:
        return [json.loads(line) async for line in _told_while(work)][-1]

    def refuse(_: object) -> None:
        raise ReadError("there is nothing")

    assert asyncio.run(told(refuse)) == {"error": "there is nothing"}
    assert asyncio.run(told(lambda _: [1])) == {"found": [1]}
    assert "ZeroDivisionError" in asyncio.run(told(lambda _: 1 // 0))["error"]


def test_an_upload_where_nothing_can_be_written_is_one_sentence(app: ASGIApp, folder: Path) -> None:
    (folder / "seeds" / "另一集.txt").unlink()
    (folder / "seeds").rmdir()
    (folder / "seeds").write_text("no folder")
    answer = ask(app, "/api/seeds?name=新&file=a.txt", raw=["甲。".encode()])
    assert answer.status == 422 and answer.told["error"].startswith("cannot write")


def test_files_that_go_while_they_are_listed_are_left_out(
    app: ASGIApp, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = os.walk

    def replaced(at: Path) -> Any:
        found = list(walk(at))
        (folder / "out" / "谈话" / "episode.mp3").unlink()
        return found

    monkeypatch.setattr(os, "walk", replaced)
    listed = ask(app, "/api/谈话/files").told
    assert [each["path"] for each in listed] == ["script.md", "index.html", "report.json"]
