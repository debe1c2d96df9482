"""So many at a time, by whoever asks in this process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

import pytest
from patience import PATIENCE

from podcast.engines.limited import Limited
from podcast.engines.tone import Tone
from podcast.errors import SpeechFailed
from podcast.model import Speech, Voice

HOST = Voice("host", "tone")


class Service(Tone):
    """A service that tells how many it was asked at once, at most; it answers three together."""

    longest, connections = 300, 3
    lock, asked, most = Lock(), 0, 0
    three = Barrier(3, timeout=PATIENCE)

    def speak(self, text: str, voice: Voice) -> Speech:
        with Service.lock:
            Service.asked += 1
            Service.most = max(Service.most, Service.asked)
        if text != "坏":
            Service.three.wait()
        with Service.lock:
            Service.asked -= 1
        if text == "坏":
            raise SpeechFailed("bad")
        return super().speak(text, voice)


def test_two_builds_together_send_no_more_than_one_may() -> None:
    first, second = (Limited(Service()) for _ in range(2))  # type: ignore[arg-type]
    with ThreadPoolExecutor(12) as threads:
        said = [threads.submit(each.speak, "你好", HOST) for each in (first, second) * 12]
        assert len({future.result() for future in said}) == 1
    assert Service.most == 3


def test_a_failure_gives_its_turn_back() -> None:
    engine = Limited(Service())  # type: ignore[arg-type]
    for _ in range(5):
        with pytest.raises(SpeechFailed):
            engine.speak("坏", HOST)
    with ThreadPoolExecutor(3) as threads:
        assert all(
            speech.audio.pcm for speech in threads.map(engine.speak, ["你好"] * 3, [HOST] * 3)
        )
