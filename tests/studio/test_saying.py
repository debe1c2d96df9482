"""A sentence is heard as the episode has it."""

from __future__ import annotations

import wave
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from asking import Answer, ask, studio_in
from starlette.types import ASGIApp

from podcast.model import RATE
from podcast.sound.master import loudness, measure

SCRIPT = "---\nguest: 李四\nspeakers: 王五\n---\n\n# 题\n\n## 一\n\n甲。\n\n> [王五] 乙。\n"
SENTENCE = "大家好，今天我们聊一聊人工智能。"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out" / "talk").mkdir(parents=True)
    (tmp_path / "out" / "talk" / "script.md").write_text(SCRIPT, "utf-8")
    return tmp_path


@pytest.fixture
def app(folder: Path) -> ASGIApp:
    return studio_in(folder)


def say(app: ASGIApp, text: str = SENTENCE, role: str = "", **more: Any) -> Answer:
    asked: dict[str, Any] = {"text": text, "role": role}
    return ask(app, "/api/talk/say", asked | {name.strip("_"): more[name] for name in more})


def heard(answer: Answer) -> Any:
    """The samples of an answer: int16 of shape (samples,)."""
    assert answer.status == 200 and answer.headers["content-type"] == "audio/wav"
    with wave.open(BytesIO(answer.body)) as file:
        assert (file.getnchannels(), file.getframerate()) == (1, RATE)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def lufs(samples: Any) -> float:
    return loudness([measure(samples, RATE)[0]], RATE)


def test_every_role_has_its_voice_at_the_episodes_loudness(app: ASGIApp) -> None:
    sounds = {role: heard(say(app, role=role)) for role in ("", "guest", "李四", "王五")}
    assert sounds["guest"].tobytes() == sounds["李四"].tobytes()
    assert len({sound.tobytes() for sound in sounds.values()}) == 3
    for sound in sounds.values():
        assert lufs(sound) == pytest.approx(-16, abs=0.6)


def test_a_built_episodes_gain_is_taken(app: ASGIApp, folder: Path) -> None:
    before = lufs(heard(say(app)))
    report = folder / "out" / "talk" / "report.json"
    levels = []
    for gain in (-10.0, -4.0):
        report.write_text(f'{{"gains_db": {{"host": {gain}}}}}')
        levels.append(lufs(heard(say(app))))
    assert levels[1] - levels[0] == pytest.approx(6, abs=0.2)
    assert lufs(heard(say(app, voice="guest"))) == pytest.approx(before, abs=0.6)


def test_a_pronunciation_is_tried_before_it_is_kept(app: ASGIApp) -> None:
    plain = heard(say(app, "乐队来了。"))
    tried = heard(say(app, "乐队来了。", as_={"乐队": "le4 dui4"}))
    assert plain.tobytes() != tried.tobytes()


@pytest.mark.parametrize("text", ["对。", "GPT-4.5！", "一"])
def test_the_shortest_text_is_said(app: ASGIApp, text: str) -> None:
    assert np.abs(heard(say(app, text))).max() > 3000


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({"text": "……"}, 422, "nothing to say"),
        ({"text": "甲" * 3000}, 422, "too long"),
        ({"text": "甲", "role": "nobody"}, 422, "no voice for the role"),
        ({"text": "甲", "voice": "../x"}, 422, "no voice for the role"),
        ({"text": 3}, 400, "must be text"),
        ({"text": "甲", "as": {"a": 3}}, 400, "a table of texts"),
    ],
)
def test_what_cannot_be_said_is_told(
    app: ASGIApp, asked: dict[str, Any], status: int, told: str
) -> None:
    answer = ask(app, "/api/talk/say", asked)
    assert answer.status == status and told in answer.told["error"]
