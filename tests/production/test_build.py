"""An episode in its place: whole, never over an edit, and not made twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
import srt
from PIL import Image
from places import ROOT

from podcast.errors import ReadError, ScriptError, WriteError
from podcast.files.settings import Settings
from podcast.model import NOTICE, Opening, Recipe
from podcast.production import publish, workers
from podcast.production.build import build
from podcast.production.make import write_draft
from podcast.production.order import Order
from podcast.published.folder import recover, replace_folder
from podcast.published.report import read_report

LINES = """大家好欢迎收听本期节目
今天我们来聊一聊人工智能
对
首先看一下 DeepSeek 的新模型
它的推理能力非常强
价格也比之前便宜了很多
好吧
那么最后我们总结一下
明年会有更多的应用出现
谢谢大家
"""


class Desk:
    """A seed in a folder, and a build of it at hand."""

    def __init__(self, folder: Path) -> None:
        self.seed = folder / "talk.txt"
        if not self.seed.exists():
            self.seed.write_text(LINES, "utf-8")
        self.out = folder / "out"
        self.told: list[str] = []  # but how the transcript is read, which every draft tells
        recipe = Recipe(engine="tone")
        self.order = Order(self.seed, self.out, recipe, ROOT / "voices")

    def build(self, **changes: object) -> bool:
        """Whether anything was made."""
        order = replace(self.order, **changes)  # type: ignore[arg-type]
        return build(order, lambda *_: None, self.hear).fresh

    def hear(self, notice: str) -> None:
        """Keep what is told."""
        if " is read as " not in notice:
            self.told.append(notice)

    @property
    def folder(self) -> Path:
        return self.out / "talk"

    @property
    def script(self) -> Path:
        return self.folder / "script.md"

    def files(self) -> dict[str, bytes]:
        paths = [path for path in self.folder.rglob("*") if path.is_file()]
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a desk whose episode is built; nobody writes here."""
    folder = tmp_path_factory.mktemp("example")
    assert Desk(folder).build()
    return folder


@pytest.fixture
def built(example: Path, tmp_path: Path) -> Desk:
    """A desk of one's own, whose episode is built."""
    copytree(example, tmp_path / "desk")
    return Desk(tmp_path / "desk")


CONTRACT = {
    "episode.mp3", "episode.srt", "episode.vtt", "episode.zh-Hant.srt", "chapters.json",
    "chapters.txt", "shownotes.md", "script.md", "report.json", "episode.ass", "episode.cue",
    "episode.zh-Hant.vtt", "episode.zh-Hant.ass", "episode.zh-HK.srt", "episode.zh-HK.vtt",
    "episode.zh-HK.ass", "chapters.podlove.xml", "chapters.ffmetadata",
}  # fmt: skip


@pytest.mark.slow
def test_every_file_of_the_contract_is_there(built: Desk) -> None:
    files = built.files()
    assert set(files) >= CONTRACT
    mp3s = {name for name in files if name.startswith("chapters/") and name.endswith(".mp3")}
    assert mp3s and {name.replace(".mp3", ".srt") for name in mp3s} <= set(files)
    told = json.loads(files["report.json"])["files"]
    assert set(told) == set(files) - {"report.json"}
    assert all(len(files[name]) == size for name, size in told.items())
    assert {name.replace(".mp3", ".jpg") for name in mp3s} <= set(files)
    assert not list(built.out.glob(".*.old")) and not list((built.out / ".cache").glob("work-*"))


@pytest.mark.slow
def test_nothing_changed_makes_nothing(built: Desk) -> None:
    before = built.files()
    assert not built.build()
    assert built.files() == before


@pytest.mark.slow
@pytest.mark.parametrize("name", ["episode.mp3", "episode.vtt", "chapters.json"])
def test_a_file_that_is_missing_is_made_again(built: Desk, name: str) -> None:
    before = built.files()
    (built.folder / name).unlink()
    assert built.build()
    assert built.files() == before


@pytest.mark.slow
def test_a_script_without_a_report_counts_as_a_persons(built: Desk) -> None:
    (built.folder / "report.json").unlink()
    script = built.script.read_bytes()
    assert built.build()
    assert "which you edited" in built.told[0]
    assert built.script.read_bytes() == script


WRONG_GAINS: list[dict[str, object]] = [{"gains_db": [1, 2]}, {"gains_db": {"host": "loud"}}]
DAMAGES: list[dict[str, object]] = [
    *WRONG_GAINS,
    {"script": 1},
    {"script": {}},
    {"files": [1]},
    {"files": {"../x": None}},
    {"editor": "x"},
    {"editor": {}},
    {"inputs": [], "chapters": 3},
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "jobs"),
    # several processes are told of nothing but the gains
    [*((damage, 1) for damage in DAMAGES), *((damage, 2) for damage in WRONG_GAINS)],
)
def test_a_report_that_somebody_wrote_in_costs_no_more_than_a_build(
    built: Desk, damage: dict[str, object], jobs: int
) -> None:
    path = built.folder / "report.json"
    whole = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**whole, **damage}), "utf-8")
    built.script.write_text(built.script.read_text("utf-8") + "\n后来加的一句。\n", "utf-8")
    assert built.build(jobs=jobs)
    assert "后来加的一句" in built.script.read_text("utf-8")
    assert json.loads(path.read_text("utf-8"))["files"].keys() == whole["files"].keys()


@pytest.mark.slow
@pytest.mark.parametrize(
    "damage",
    [
        {"chapters": 3},
        {"chapters": [{"title": "章"}]},
        {"seconds": "x"},
        {"samples": -1},
        {"title": None},
        {"files": {"a" * 300: 1}},
        {"files": {"a\0": 1}},
    ],
)
def test_a_report_that_does_not_tell_what_was_built_is_made_again(
    built: Desk, damage: dict[str, object]
) -> None:
    """Its inputs are as they were: so nothing but the damage makes the build do anything."""
    path = built.folder / "report.json"
    whole = path.read_text("utf-8")
    path.write_text(json.dumps({**json.loads(whole), **damage}), "utf-8")
    assert built.build()
    assert path.read_text("utf-8") == whole
    assert not built.build()


@pytest.mark.slow
def test_a_changed_transcript_is_built(built: Desk) -> None:
    built.seed.write_text(LINES.replace("非常强", "还不错"), "utf-8")
    assert built.build()
    assert "还不错" in built.script.read_text("utf-8")
    assert built.told == []


@pytest.mark.slow
def test_settings_and_a_picture_beside_the_seed_are_inputs(built: Desk) -> None:
    built.seed.with_suffix(".toml").write_text('title = "人工智能漫谈"\n', "utf-8")
    assert built.build()
    assert read_report(built.folder).title == "人工智能漫谈"
    assert not built.build()


@pytest.mark.slow
def test_the_report_tells_what_the_feed_and_the_check_ask(desk: Desk) -> None:
    page = 'date = 2025-03-01\nauthor = "张三"\nlink = "https://example.org/1"\n'
    desk.seed.with_suffix(".toml").write_text(page, "utf-8")
    recipe = Recipe(engine="tone", subtitle_style="ted", subtitle_lines=2, karaoke=True)
    desk.build(recipe=recipe)
    told = read_report(desk.folder)
    assert (told.date, told.author) == ("2025-03-01", "张三")
    assert told.link == "https://example.org/1"
    assert told.recipe == recipe


@pytest.mark.slow
def test_the_notice_is_said_first_shown_and_never_in_the_script(desk: Desk) -> None:
    desk.build(recipe=Recipe(engine="tone", spoken_notice=True))
    assert NOTICE not in desk.script.read_text("utf-8")
    subtitles = "".join(cue.content for cue in srt.parse(desk.files()["episode.srt"].decode()))
    assert subtitles.startswith(NOTICE.replace("，", " ").rstrip("。").split(" ")[0])
    page = desk.files()["index.html"].decode()
    assert page.count(f"<span>{NOTICE}</span>") == 1
    assert NOTICE in desk.files()["shownotes.md"].decode()


@pytest.mark.slow
def test_a_script_that_begins_with_the_notice_says_it_once(desk: Desk, tmp_path: Path) -> None:
    script = tmp_path / "told.md"
    script.write_text(f"# 题\n\n## 章\n\n{NOTICE}你好，世界。\n", "utf-8")
    desk.build(source=script, recipe=Recipe(engine="tone", spoken_notice=True))
    told = (desk.out / "told" / "episode.srt").read_text("utf-8")
    assert told.count("人工智能") == 1


@pytest.mark.slow
def test_an_edit_is_used_and_kept_to_the_letter(built: Desk) -> None:
    edited = built.script.read_text("utf-8").replace("非常强", "出类拔萃") + "\n<!-- 我的注 -->\n"
    built.script.write_text(edited, "utf-8")
    for _ in range(2):
        built.build()
        assert built.script.read_text("utf-8") == edited
        assert "出类拔萃" in (built.folder / "episode.vtt").read_text("utf-8").replace("\n", "")
    assert built.told and "which you edited" in built.told[0] and "--rewrite" in built.told[0]
    assert not built.build()


@pytest.mark.slow
def test_an_edit_starts_no_process_and_gives_the_bytes_of_a_first_build(
    built: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited = built.script.read_text("utf-8").replace("非常强", "出类拔萃")
    built.script.write_text(edited, "utf-8")

    def refuse(count: int) -> None:
        raise AssertionError(f"{count} processes were started")

    monkeypatch.setattr(workers, "_start", refuse)
    assert built.build(jobs=2)
    after, report = built.files(), read_report(built.folder)
    other = tmp_path / "other" / "talk" / "script.md"
    other.parent.mkdir(parents=True)
    other.write_text(edited, "utf-8")
    built.out = other.parent.parent
    assert built.build(out=built.out)
    cold, told = built.files(), read_report(built.folder)
    assert told == replace(report, reading=told.reading)  # the transcript was not cleaned anew
    del cold["report.json"], after["report.json"]
    assert cold == after


@pytest.mark.slow
def test_an_edit_stays_when_the_transcript_changes(built: Desk) -> None:
    built.script.write_text(built.script.read_text("utf-8").replace("非常强", "出类拔萃"), "utf-8")
    built.build()
    built.seed.write_text(LINES + "还有一句\n", "utf-8")
    built.build()
    assert "出类拔萃" in built.script.read_text("utf-8")


@pytest.mark.slow
def test_rewrite_starts_over_and_keeps_the_edit_beside(built: Desk) -> None:
    ours = built.script.read_text("utf-8")
    built.script.write_text(ours.replace("非常强", "出类拔萃"), "utf-8")
    built.build()
    built.build(rewrite=True)
    assert built.script.read_text("utf-8") == ours
    assert "出类拔萃" in (built.folder / "script.previous.md").read_text("utf-8")
    built.told.clear()
    built.build()
    assert built.told == []


@pytest.mark.slow
def test_an_edit_made_while_building_is_not_lost(
    built: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_sound = publish.write_sound

    def edit_meanwhile(*arguments: object) -> None:
        write_sound(*arguments)  # type: ignore[arg-type]
        built.script.write_text("# 题\n\n## 章\n\n正在打字。\n", "utf-8")

    monkeypatch.setattr(publish, "write_sound", edit_meanwhile)
    built.build(recipe=Recipe(engine="tone", sentence_pause=0.5))
    monkeypatch.undo()
    assert "正在打字" in built.script.read_text("utf-8")
    assert "edited during the build" in built.told[-1]
    built.build()
    assert "正在打字" in (built.folder / "episode.srt").read_text("utf-8")


@pytest.mark.slow
def test_an_edit_that_is_no_script_says_the_line_and_changes_nothing(built: Desk) -> None:
    before = built.files()
    built.script.write_text("# 题\n\n## 没有内容的一章\n", "utf-8")
    with pytest.raises(ScriptError, match="line 3"):
        built.build()
    assert built.files() | {"script.md": b""} == before | {"script.md": b""}


@pytest.mark.slow
def test_what_a_person_put_there_comes_along(built: Desk) -> None:
    (built.folder / "notes").mkdir()
    (built.folder / "notes" / "mine.txt").write_text("mine")
    (built.folder / "todo.txt").write_text("todo")
    built.build(recipe=Recipe(engine="tone", sentence_pause=0.5))
    assert (built.folder / "notes" / "mine.txt").read_text() == "mine"
    assert (built.folder / "todo.txt").read_text() == "todo"


@pytest.mark.slow
def test_chapters_of_the_build_before_do_not_stay(built: Desk) -> None:
    edited = "# 题\n\n## 唯一的一章\n\n只有一句话，说得长一点。\n"
    built.script.write_text(edited, "utf-8")
    built.build()
    names = sorted(path.name for path in (built.folder / "chapters").iterdir())
    assert names == [f"01-唯一的一章.{kind}" for kind in ("ass", "jpg", "mp3", "srt", "vtt")]


@pytest.mark.slow
def test_a_script_builds_wherever_it_lies(desk: Desk, tmp_path: Path) -> None:
    script = tmp_path / "my talk.md"
    script.write_text("# 题\n\n## 章\n\n你好，世界。\n", "utf-8")
    order = replace(desk.order, source=script)
    assert build(order, lambda *_: None, desk.told.append).folder == desk.out / "my talk"
    inside = replace(order, source=desk.out / "my talk" / "script.md")
    assert inside.folder == desk.out / "my talk"
    assert build(inside, lambda *_: None, desk.told.append).folder == desk.out / "my talk"


@pytest.mark.slow
def test_a_draft_is_ours_until_it_is_edited(desk: Desk) -> None:
    path = write_draft(desk.order, None)
    assert path == desk.script
    desk.build()
    assert desk.told == []
    path.write_text(path.read_text("utf-8").replace("非常强", "出类拔萃"), "utf-8")
    with pytest.raises(ScriptError, match="--rewrite"):
        write_draft(desk.order, None)
    write_draft(replace(desk.order, rewrite=True), None)
    assert "出类拔萃" in (desk.folder / "script.previous.md").read_text("utf-8")
    assert "非常强" in path.read_text("utf-8")


def test_a_draft_elsewhere_is_not_written_over_either(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "x" / "draft.md"
    write_draft(desk.order, path)
    write_draft(desk.order, path)  # the same text is no loss
    path.write_text("mine", "utf-8")
    with pytest.raises(ScriptError, match="may hold your edits"):
        write_draft(desk.order, path)


@pytest.mark.slow
def test_a_replacement_cut_short_is_undone(built: Desk) -> None:
    before = built.files()
    built.folder.rename(built.out / ".talk.old")  # as a crash between the two renames leaves it
    assert not built.build()
    assert built.files() == before


def test_a_replacement_that_fails_leaves_the_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, folder = tmp_path / "new", tmp_path / "out"
    folder.mkdir()
    (folder / "a").write_text("old")
    with pytest.raises(FileNotFoundError):
        replace_folder(new, folder)
    assert (folder / "a").read_text() == "old"
    recover(folder)
    assert (folder / "a").read_text() == "old"


@pytest.mark.parametrize(
    ("source", "error"),
    [("none.txt", "there is no file"), (".", "is a folder")],
)
def test_a_source_that_is_none_is_named(desk: Desk, source: str, error: str) -> None:
    with pytest.raises(ReadError, match=error):
        desk.build(source=desk.seed.parent / source)


def test_an_output_that_is_a_file_is_named(desk: Desk) -> None:
    desk.out.write_text("")
    with pytest.raises(WriteError, match="is a file, not a folder"):
        desk.build()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a small disk")
def test_a_full_disk_is_one_sentence_and_the_old_episode_stays(built: Desk) -> None:
    before = built.files()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "none", built.out / ".cache"],
        check=False, capture_output=True,
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip("may not mount here")
    try:
        with pytest.raises(Exception, match=r"[Nn]o space left|free some space"):
            built.build(recipe=Recipe(engine="tone", sentence_pause=0.7))
    finally:
        subprocess.run(["umount", built.out / ".cache"], check=True)
    assert built.files() == before


@pytest.mark.slow
def test_a_loudness_out_of_reach_is_told(desk: Desk) -> None:
    """Nothing that keeps its peaks under -20 dBTP can be as loud as -10 LUFS."""
    desk.build(recipe=replace(desk.order.recipe, loudness=-10.0, peak=-20.0))
    (told,) = (notice for notice in desk.told if "softer" in notice)
    assert told.startswith("softer than the -10 LUFS you asked for: host by ")
    assert told.endswith("with peaks below -20 dBTP; raise --peak, or lower --loudness")
    desk.told.clear()
    desk.build()
    assert not any("softer" in notice for notice in desk.told)


@pytest.mark.slow
def test_an_episode_is_titled_by_its_talk_in_the_folder_named_by_its_file(desk: Desk) -> None:
    script = write_draft(desk.order, None)
    assert script == desk.out / "talk" / "script.md"
    assert "# 人工智能\n" in script.read_text("utf-8")
    desk.build()
    assert read_report(desk.folder).title == "人工智能"


@pytest.mark.slow
def test_a_title_that_a_person_wrote_into_the_script_stays(desk: Desk) -> None:
    write_draft(desk.order, None)
    page = desk.script.read_text("utf-8").replace("# 人工智能\n", "# talk_2025\n", 1)
    desk.script.write_text(page, "utf-8")
    desk.build()
    assert read_report(desk.folder).title == "talk_2025"
    assert desk.script.read_text("utf-8") == page


@pytest.mark.slow
def test_a_person_may_give_a_chapter_a_picture_or_none(desk: Desk) -> None:
    Image.new("RGB", (64, 64), (200, 30, 30)).save(desk.seed.with_name("x.png"))
    openings = (Opening("开场", 1), Opening("模型", 4, picture=desk.seed.with_name("x.png")))
    desk.build(settings=Settings(chapters=openings))
    pictures = [desk.folder / "chapters" / name for name in ("01-开场.jpg", "02-模型.jpg")]
    with Image.open(pictures[1]) as own:
        assert own.getpixel((300, 300)) == pytest.approx((200, 30, 30), abs=6)
    assert not desk.told
    desk.script.write_text(desk.script.read_text("utf-8").replace("## 模型", "## 新模型"), "utf-8")
    desk.build(settings=Settings(chapters=openings))
    assert "gives '模型' a picture, and no chapter of the script has that title" in desk.told[-1]
    desk.build(recipe=replace(desk.order.recipe, chapter_pictures=False))
    assert not list(desk.folder.glob("chapters/*.jpg"))
