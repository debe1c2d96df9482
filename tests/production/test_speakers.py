"""Speakers of a transcript in the built episode: their names, their voices, what a change costs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from places import ROOT

from podcast.engines.tone import Tone
from podcast.model import Recipe, Speech, Voice
from podcast.production.build import build
from podcast.production.order import Order
from podcast.published.check.opened import Folder
from podcast.published.check.papers import speech
from podcast.published.check.subtitles import same_times

pytestmark = [pytest.mark.slow]

TALK = """小林：大家好，今天聊番茄。
老周：土要松一点。
约翰·李：水要少一点。
小林：那蚜虫怎么办呢？
老周：用肥皂水喷。
约翰·李：三天喷一次。
"""
OLDER = """# 番茄

## 番茄

大家好，今天聊番茄。

> [guest] 土要松一点。

> [约翰·李] 水要少一点。
"""


def made(folder: Path, **changes: object) -> Path:
    """The folder of the episode of the talk, which is written anew."""
    seed = folder / "talk.txt"
    seed.write_text(TALK, "utf-8")
    order = Order(seed, folder / "out", Recipe(engine="tone"), ROOT / "voices")
    return build(replace(order, **changes), lambda *_: None, lambda _: None).folder  # type: ignore[arg-type]


def test_names_stand_wherever_it_is_told_who_speaks(tmp_path: Path) -> None:
    folder = made(tmp_path)
    names = ["小林", "老周", "约翰·李"]
    script = (folder / "script.md").read_text("utf-8")
    assert script.startswith("---\nspeakers: 约翰·李\n---\n")
    told = json.loads((folder / "transcript.json").read_text("utf-8"))["segments"]
    assert [one["speaker"] for one in told] == names * 2
    vtt = (folder / "episode.vtt").read_text("utf-8")
    assert [line.partition(">")[0] for line in vtt.splitlines() if "<v" in line] == [
        f"<v {name}" for name in names * 2
    ]
    assert "<v 約翰·李>" in (folder / "episode.zh-Hant.vtt").read_text("utf-8")
    page = (folder / "index.html").read_text("utf-8")
    assert [page.count(f'<b class="role">{name}</b>') for name in names] == [2, 2, 2]
    notes = (folder / "shownotes.md").read_text("utf-8")
    assert "说话人：小林（主持人）、老周（嘉宾）、约翰·李。" in notes
    assert [*speech(Folder(folder))] == [*same_times(Folder(folder))] == []
    (folder / "script.md").write_text(script.replace("[guest] 用", "[老周] 用"), "utf-8")
    (folder / "report.json").unlink()
    edited = made(tmp_path)
    assert (edited / "episode.vtt").read_text("utf-8") == vtt
    (folder / "script.md").write_text(script, "utf-8")
    again = Order(folder / "script.md", tmp_path / "b", Recipe(engine="tone"), ROOT / "voices")
    other = build(again, lambda *_: None, lambda _: None).folder
    assert (other / "episode.mp3").read_bytes() == (folder / "episode.mp3").read_bytes()


@pytest.mark.parametrize(
    ("cast", "texts"),
    [
        ('老周 = "slow"', ["土要松一点。", "用肥皂水喷。"]),
        ('"约翰·李" = "slow"', ["水要少一点。", "三天喷一次。"]),
    ],
)
def test_recasting_a_speaker_speaks_his_paragraphs_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cast: str, texts: list[str]
) -> None:
    voices = tmp_path / "voices"
    voices.mkdir()
    for role, speed in (("host", 1.0), ("guest", 1.1), ("slow", 0.7)):
        row = f'[[voice]]\nengine = "tone"\nspeed = {speed}\n'
        (voices / f"{role}.toml").write_text(row, "utf-8")
    made(tmp_path, voices=voices)
    spoken: list[str] = []
    speak = Tone.speak

    def listen(speaker: Tone, text: str, voice: Voice) -> Speech:
        spoken.append(text)
        return speak(speaker, text, voice)

    monkeypatch.setattr(Tone, "speak", listen)
    (tmp_path / "talk.toml").write_text(f"[cast]\n{cast}\n", "utf-8")
    made(tmp_path, voices=voices)
    assert spoken == texts


def test_a_name_in_the_cast_that_is_nobodys_is_told(tmp_path: Path) -> None:
    (tmp_path / "talk.toml").write_text('[cast]\n老周 = "host"\n老粥 = "host"\n', "utf-8")
    (tmp_path / "talk.txt").write_text(TALK, "utf-8")
    order = Order(tmp_path / "talk.txt", tmp_path / "out", Recipe(engine="tone"), ROOT / "voices")
    said: list[str] = []
    build(order, lambda *_: None, said.append)
    told = [line for line in said if line.startswith("[cast]")]
    assert told == ["[cast] names '老粥', who does not speak here; who does: 小林, 老周, 约翰·李"]


def test_a_script_of_an_older_build_is_used_as_it_is(tmp_path: Path) -> None:
    script = tmp_path / "out" / "talk" / "script.md"
    script.parent.mkdir(parents=True)
    script.write_text(OLDER, "utf-8")
    folder = made(tmp_path)
    assert script.read_text("utf-8") == OLDER
    told = json.loads((folder / "transcript.json").read_text("utf-8"))["segments"]
    assert [one["speaker"] for one in told] == ["小林", "老周", "约翰·李"]
