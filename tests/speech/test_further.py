"""Every speaker has a voice of his own, the same all through."""

from __future__ import annotations

from pathlib import Path

import pytest
from places import ROOT

from podcast.model import GUEST, HOST, Chapter, Paragraph, Recipe, Script
from podcast.speech.cast import read_cast, recast
from podcast.speech.further import FURTHER, with_speakers
from podcast.text.draft import draft
from podcast.text.read import reading
from podcast.text.read.account import account, known_names
from podcast.text.script import parse_script, script_text

NAMES = ["主持人", "张三", "李四", "王五", "赵六", "钱七", "孙八", "周九"]


def talk(folder: Path, people: int) -> Path:
    """A transcript in which so many people speak by turns, three times each."""
    path = folder / "talk.txt"
    turns = [f"{name}：我是第{n}个人，我想说一说番茄。" for n, name in enumerate(NAMES[:people])]
    path.write_text("\n".join(turns * 3), "utf-8")
    return path


@pytest.mark.parametrize("people", range(2, 9))
@pytest.mark.parametrize("engine", ["edge", "espeak", "sherpa", "tone"])
def test_no_two_speakers_sound_alike(people: int, engine: str) -> None:
    cast = read_cast(ROOT / "voices", engine)
    speakers = [HOST, GUEST, *NAMES[2:people]]
    heard = dict(with_speakers(cast, speakers))
    assert all(heard[role] == voice for role, voice in cast)
    sounds = [heard[who].sound for who in speakers]
    assert len(set(sounds)) == len(speakers) or engine == "tone"


def test_a_speaker_keeps_the_voice_that_the_settings_give() -> None:
    cast = recast(read_cast(ROOT / "voices", "espeak"), [("张三", GUEST)])
    heard = dict(with_speakers(cast, [HOST, "张三", "李四"]))
    assert heard["张三"].sound == heard[GUEST].sound != heard["李四"].sound


@pytest.mark.parametrize("engine", FURTHER)
def test_each_voice_is_listed_once(engine: str) -> None:
    assert len(set(FURTHER[engine])) == len(FURTHER[engine])


@pytest.mark.slow
@pytest.mark.parametrize("people", range(2, 9))
def test_no_paragraph_holds_two_speakers(tmp_path: Path, people: int) -> None:
    script = draft(talk(tmp_path, people), Recipe())
    said = [(one.voice, one.text) for part in script.chapters for one in part.paragraphs]
    assert [voice for voice, _ in said] == [HOST, GUEST, *NAMES[2:people]] * 3
    assert all(text.count("我是第") == 1 for _, text in said)


@pytest.mark.parametrize("people", range(2, 9))
def test_every_name_is_in_the_script_and_read_back(tmp_path: Path, people: int) -> None:
    names = ["小林", *NAMES[1:people]]
    path = tmp_path / "talk.txt"
    path.write_text("\n".join(f"{name}：我说番茄。" for name in names * 3), "utf-8")
    found = reading(path)
    called = known_names(account(found))
    assert [*dict(called).values(), *found.speakers] == names
    said = tuple(Paragraph(line.text, line.voice) for line in found.transcript.lines)
    script = Script("番茄", (Chapter("番茄", said),), names=called, speakers=found.speakers)
    page = script_text(script)
    assert parse_script(page) == script
    assert parse_script(page.replace("> [guest]", "> [张三]")) == script


def test_the_host_is_who_says_most_or_who_the_settings_name(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    turns = ["主持人：土怎么样？", f"老周：{'土要松，水要少，' * 30}", "小林：我也觉得。"] * 3
    path.write_text("\n".join(turns), "utf-8")
    assert reading(path).roles == {"主持人": GUEST, "老周": HOST, "小林": "小林"}
    assert dict(known_names(account(reading(path)))) == {HOST: "老周", GUEST: "主持人"}
    wishes = {"小林": HOST, "老周": GUEST}
    assert reading(path, wishes).roles == {"主持人": "主持人", "老周": GUEST, "小林": HOST}
