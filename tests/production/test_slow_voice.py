"""A voice that takes its time: how far it is can be seen, and what it said is not said again."""

from __future__ import annotations

from pathlib import Path

import pytest

from podcast.engines.tone import Tone
from podcast.errors import SpeechFailed
from podcast.files.store import Store
from podcast.model import Recipe, Script, Speech, Voice
from podcast.production.produce import produce
from podcast.production.workers import Workers

pytestmark = [pytest.mark.slow]

CAST = tuple((role, Voice(role, "tone")) for role in ("guest", "host"))


class Counting:
    """What the hum was asked for; it fails at the text that `broken` is part of."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.broken = ""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counting:
    """The hum as a slow engine, whose sentences are remembered."""
    counting, plain = Counting(), Tone.speak

    def speak(self: Tone, text: str, voice: Voice) -> Speech:
        if counting.broken and counting.broken in text:
            raise SpeechFailed("the hum broke")
        counting.asked.append(text)
        return plain(self, text, voice)

    monkeypatch.setattr(Tone, "is_remembered", True, raising=False)
    monkeypatch.setattr(Tone, "speak", speak)
    return counting


def built(script: Script, folder: Path) -> list[tuple[str, str, float]]:
    """Build a script; what was told of its progress."""
    seen: list[tuple[str, str, float]] = []
    store = Store(folder)
    with store.work() as work, Workers(1) as workers:
        produce(
            script, CAST, Recipe(), store, work,
            workers=workers, watch=lambda *told: seen.append(told),
        )  # fmt: skip
    return seen


def test_progress_is_told_paragraph_by_paragraph(
    small: Script, tmp_path: Path, asked: Counting
) -> None:
    seen = built(small, tmp_path)
    voiced = [share for stage, _, share in seen if stage == "fetch"]
    assert len(voiced) == sum(len(chapter.paragraphs) for chapter in small.chapters)
    assert sum(voiced) == pytest.approx(1.0)
    stages = [stage for stage, _, _ in seen]
    assert stages.index("speak") > len(voiced) - 1
    assert len(asked.asked) == len(set(asked.asked))  # nothing is said twice


def test_an_interrupted_build_goes_on_where_it_stopped(
    small: Script, tmp_path: Path, asked: Counting
) -> None:
    asked.broken = "第二章"
    with pytest.raises(SpeechFailed, match="the hum broke"):
        built(small, tmp_path)
    before = list(asked.asked)
    asked.broken = ""
    built(small, tmp_path)
    assert before and not set(before) & set(asked.asked[len(before) :])
