"""An episode that is heard while it is made: what online voices say again, and how often."""

from __future__ import annotations

import io
import wave
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import edge_server
import edge_tts.communicate
import numpy as np
import pytest
from click.testing import CliRunner
from edge_server import Answer, EdgeServer
from openai_server import KEY, OpenAIServer
from places import ROOT

from podcast.cli import main
from podcast.engines import edge
from podcast.model import Recipe
from podcast.outside import recogniser
from podcast.outside.recogniser import Samples
from podcast.production.build import build
from podcast.production.by_ear import TRIES, build_by_ear
from podcast.production.order import Built, Order
from podcast.published.check import check

pytestmark = [pytest.mark.slow]

TEXTS = ("大家好，欢迎收听本期节目。", "今天我们来聊一聊人工智能。", "我们下期节目再见再会。")
SCRIPT = "# 小事\n" + "".join(f"\n## 第{at}章\n\n{text}\n" for at, text in enumerate(TEXTS, 1))
RATE = 24_000


class Ear:
    """A recogniser that hears what it is told to hear, one chapter after the other."""

    def __init__(self, *heard: str) -> None:
        self.heard = list(heard)

    def hear(self, samples: Samples) -> str:
        return self.heard.pop(0)


class Desk:
    """A script, an order to build it, and what was told."""

    def __init__(self, folder: Path) -> None:
        self.seed = folder / "talk.md"
        self.seed.write_text(SCRIPT, "utf-8")
        self.out = folder / "out"
        self.told: list[str] = []

    def order(self, engine: str) -> Order:
        return Order(self.seed, self.out, Recipe(engine=engine), ROOT / "voices")

    def build(self, engine: str, *heard: str) -> Built:
        """The build of an episode of which this is heard, all of it."""
        ear = Ear(*heard)
        built = build_by_ear(self.order(engine), ear, "ear", lambda *_: None, self.told.append)
        assert not ear.heard
        return built


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def said(texts: Counter[str], request: dict[str, Any]) -> bytes:
    """A text said in notes that are higher each time it is asked for."""
    text = request["input"]
    texts[text] += 1
    note = np.sin(np.arange(round(0.2 * RATE * len(text))) / 6 * (1 + texts[text] / 10))
    samples = np.concatenate([8000 * note, np.zeros(RATE // 5)]).astype("<i2")
    with io.BytesIO() as file:
        with wave.open(file, "wb") as writer:
            writer.setnchannels(1)
            writer.setsampwidth(2)
            writer.setframerate(RATE)
            writer.writeframes(samples.tobytes())
        return file.getvalue()


@pytest.fixture
def openai() -> Counter[str]:
    """How often a service that is compatible with OpenAI's was asked for each text."""
    return Counter()


@pytest.fixture
def server(openai: Counter[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIServer]:
    with OpenAIServer(sound=lambda request: said(openai, request)) as server:
        monkeypatch.setenv("PODCAST_SPEECH_KEY", KEY)
        monkeypatch.setenv("PODCAST_SPEECH_URL", server.url)
        yield server


@pytest.fixture
def edge_asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How often a service like Edge's was asked for each text; each time it says it otherwise."""
    asked = Counter[str]()
    answer = edge_server.answer

    def changing(text: str) -> Answer:
        asked[text] += 1
        return answer(text[: len(text) - 1] + "好" * (asked[text] > 1) + text[-1:])

    monkeypatch.setattr(edge_server, "answer", changing)
    with EdgeServer() as server:
        monkeypatch.setenv(edge.URL_VARIABLE, server.url)
        # The client reads the variable once, and another test may have let it do so.
        monkeypatch.setattr(edge_tts.communicate, "WSS_URL", server.url)
        yield asked


def frames(built: Built) -> list[bytes]:
    return [path.read_bytes() for path in sorted((built.folder / "chapters").glob("*.mp3"))]


@pytest.mark.usefixtures("server")
def test_a_service_says_again_what_was_not_heard_and_nothing_else(
    desk: Desk, openai: Counter[str]
) -> None:
    garbled = desk.build("openai", *[TEXTS[0], "", TEXTS[2]], *["", ""])
    assert openai == {TEXTS[0]: 1, TEXTS[1]: 1 + TRIES, TEXTS[2]: 1}
    assert [text for text in desk.told if "said again" in text] == [
        f"1 paragraph is not heard as written; said again: try {number} of {TRIES}"
        for number in range(1, TRIES + 1)
    ]
    assert desk.told[-1].startswith("missing: 0:0") and TEXTS[1][:-1] in desk.told[-1]
    assert garbled.report.listened and len(garbled.report.listened.faults) == 1
    before = frames(garbled)
    again = desk.build("openai", TEXTS[1])  # what was heard before is not heard again
    assert openai[TEXTS[1]] == 2 + TRIES
    changed = [old != new for old, new in zip(before, frames(again), strict=True)]
    assert changed == [False, True, False]
    assert desk.told[-1] == "all 3 paragraphs are heard as written"
    page = (again.folder / "index.html").read_text("utf-8")
    assert '<ul class="faults"' not in page
    assert not [each for each in check(again.folder) if not each.good]
    assert not desk.build("openai").fresh


def test_a_service_that_fails_then_leaves_the_episode_as_it_was(
    desk: Desk, server: OpenAIServer
) -> None:
    built = build(desk.order("openai"), lambda *_: None, desk.told.append)
    before = frames(built)
    server.script.append("401")
    desk.build("openai", TEXTS[0], "", TEXTS[2])
    assert frames(built) == before
    assert any(text.endswith("the episode stays as it is") for text in desk.told)
    assert '<b class="fault"' in (built.folder / "index.html").read_text("utf-8")


def test_an_edge_voice_says_a_faulty_paragraph_again(desk: Desk, edge_asked: Counter[str]) -> None:
    desk.build("edge", *["", TEXTS[1], TEXTS[2]], TEXTS[0])
    assert edge_asked[TEXTS[0]] == 2 and edge_asked[TEXTS[1]] == 1
    assert desk.told[-1] == "all 3 paragraphs are heard as written"


def test_a_voice_of_this_machine_says_nothing_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recogniser, "open_recogniser", lambda _: Ear("", *TEXTS[1:]))
    command = ["make", str(desk.seed), "-o", str(desk.out), "--engine", "tone", "--listen"]
    done = CliRunner().invoke(main, [*command, "--jobs", "1"])
    assert done.exit_code == 0, done.stderr
    assert "said again" not in done.stderr
    assert "1 paragraph is not heard as written; change the text" in done.stderr
    page = (desk.out / "talk" / "index.html").read_text("utf-8")
    assert page.count('<b class="fault"') == 1
    # The marks stay where the sound does.
    other = replace(desk.order("tone"), recipe=Recipe(engine="tone", subtitle_lines=2))
    built = build(other, lambda *_: None, desk.told.append)
    assert built.fresh and built.report.listened
    assert (built.folder / "index.html").read_text("utf-8") == page
