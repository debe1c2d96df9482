"""Texts fetched ahead: what a failure, or a caller that leaves, stops, and what it lets finish."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from podcast.engines.tone import Tone
from podcast.errors import EngineError
from podcast.files.store import Store
from podcast.model import Speech, Voice
from podcast.pronounce import AS_SHOWN
from podcast.speech import fetch as module
from podcast.speech.fetch import Request, fetch

HOST = Voice("host", "single")
PATIENCE = 120  # seconds after which a test that waits for something has failed


class Single:
    """A service that is sent one text at a time; what it is to do at some texts, a test says."""

    rate = Tone().rate
    version = "1"
    needs = AS_SHOWN
    longest = 300
    connections = 1

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.reached, self.released = Event(), Event()
        self.first_is_taken = Event()  # so that the failure comes after it, however busy we are

    def speak(self, text: str, voice: Voice) -> Speech:
        self.asked.append(text)
        if text == "坏":
            assert self.first_is_taken.wait(PATIENCE)
            raise EngineError("it does not speak any more")
        if text == "慢":
            self.reached.set()
            assert self.released.wait(PATIENCE)
        return Tone().speak(text, voice)

    def require_answer(self, voice: Voice) -> None:
        """It always answers."""


def batches(texts: str) -> list[tuple[str, list[Request]]]:
    return [(text, [Request(text, HOST)]) for text in texts]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Single:
    """A service whose 慢 is answered once `fetch` has told its threads to end."""
    single = Single()

    class Threads(ThreadPoolExecutor):
        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            if not wait:
                super().shutdown(wait=False, cancel_futures=cancel_futures)
                single.released.set()
            else:
                super().shutdown(wait=True, cancel_futures=cancel_futures)

    monkeypatch.setattr(module, "ThreadPoolExecutor", Threads)
    return single


def test_after_a_failure_nothing_more_begins(engine: Single, tmp_path: Path) -> None:
    store = Store(tmp_path)
    fetching = fetch(batches("好坏慢一二三"), {"single": engine}, store, lambda *_: None)
    assert next(fetching) == "好"
    engine.first_is_taken.set()
    with pytest.raises(EngineError, match="does not speak any more"):
        next(fetching)
    begun = engine.asked[2:]  # what a thread took up before it was told to end
    assert begun in ([], ["慢"])
    assert len(list((store.folder / "clips").glob("*.clip"))) == 1 + len(begun)


def test_a_caller_that_leaves_waits_only_for_what_is_under_way(
    engine: Single, tmp_path: Path
) -> None:
    store = Store(tmp_path)
    fetching = fetch(batches("好慢一二三"), {"single": engine}, store, lambda *_: None)
    assert next(fetching) == "好"
    assert engine.reached.wait(PATIENCE)
    fetching.close()  # type: ignore[attr-defined]
    assert engine.asked == ["好", "慢"]
    assert len(list((store.folder / "clips").glob("*.clip"))) == 2
