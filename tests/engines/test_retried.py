"""A failure that may pass is asked about again; any other is not."""

from __future__ import annotations

from threading import Event, Timer

import pytest
from test_cached import HOST, Counting

from podcast.engines.retried import Retried
from podcast.errors import EngineError, PodcastError, SpeechFailed, VoiceError
from podcast.model import Speech, Voice


class Failing(Counting):
    """A service that fails as it is told to, then speaks."""

    def __init__(self, *failures: PodcastError) -> None:
        super().__init__()
        self.failures = list(failures)

    def speak(self, text: str, voice: Voice) -> Speech:
        said = super().speak(text, voice)
        if self.failures:
            raise self.failures.pop(0)
        return said


def test_the_first_success_is_the_answer() -> None:
    engine = Failing(*[SpeechFailed("drop")] * 3)
    assert len(Retried(engine, pause=0.001).speak("你好", HOST).audio) == 2
    assert engine.asked == ["你好"] * 4


def test_it_gives_up_and_says_why_and_after_how_many() -> None:
    engine = Failing(*[SpeechFailed(f"fault {number}") for number in range(9)])
    with pytest.raises(SpeechFailed, match="fault 2; tried 3 times"):
        Retried(engine, tries=3, pause=0.001).speak("你好", HOST)
    assert len(engine.asked) == 3


@pytest.mark.parametrize("error", [VoiceError("no such voice"), EngineError("a wrong key")])
def test_what_will_not_pass_is_not_tried_again(error: PodcastError) -> None:
    engine = Failing(error)
    with pytest.raises(type(error)):
        Retried(engine).speak("你好", HOST)
    assert len(engine.asked) == 1


def test_a_stop_ends_a_wait_under_way() -> None:
    stop = Event()
    engine = Failing(*[SpeechFailed("drop")] * 3)
    Timer(0.05, stop.set).start()
    with pytest.raises(SpeechFailed, match="tried 1 times"):
        Retried(engine, stop, pause=3600).speak("你好", HOST)
