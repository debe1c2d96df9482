"""The real neural voice says a sentence: `make test-voices`, which fetches its network once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from real_models import require_models

from podcast.engines import kokoro
from podcast.engines.kokoro import MODEL, RATE, Kokoro, pace
from podcast.engines.kokoro.ways import Way
from podcast.model import Speech, Voice
from podcast.outside.models import installed
from podcast.pronounce import pronounce

TEXT = "大家早上好，今天我们用 Python 谈谈二零二五年的人工智能。"


@pytest.fixture(scope="module", autouse=True)
def network() -> Iterator[None]:
    """The real network."""
    with pytest.MonkeyPatch.context() as patched:
        require_models(patched, MODEL)
        yield


def said(voice: str) -> Speech:
    return Kokoro().speak(pronounce(TEXT, Kokoro.needs).text, Voice("host", "kokoro", voice))


@pytest.mark.slow
def test_it_says_a_real_sentence_with_every_syllable_where_it_is_heard() -> None:
    speech = said("zm_yunxi")
    assert speech == said("zm_yunxi")
    assert 4 * RATE < len(speech.audio) < 9 * RATE
    samples = np.abs(np.frombuffer(speech.audio.pcm, "<i2").astype(int))
    text = pronounce(TEXT, Kokoro.needs).text
    for mark in speech.marks:
        near = samples[mark.start : mark.start + RATE // 10]
        assert near.max() > 1000, text[mark.offset]


@pytest.mark.slow
def test_openvino_says_the_same_words_at_the_same_times(monkeypatch: pytest.MonkeyPatch) -> None:
    if not Way.OPENVINO.is_here():
        pytest.skip("OpenVINO is not installed, or this processor has no use for it")
    spoken = said_in(Way.OPENVINO, monkeypatch)
    assert spoken == said_in(Way.OPENVINO, monkeypatch)
    plain = said_in(Way.FLOATS, monkeypatch)
    assert len(spoken.audio) == pytest.approx(len(plain.audio), abs=RATE // 50)
    starts = zip(spoken.marks, plain.marks, strict=True)
    assert all(abs(one.start - other.start) < RATE // 50 for one, other in starts)


def said_in(way: Way, monkeypatch: pytest.MonkeyPatch) -> Speech:
    monkeypatch.setattr(kokoro, "fastest", lambda: way)
    return said("zm_yunxi")


@pytest.mark.slow
def test_two_voices_sound_unlike_and_the_pace_is_told() -> None:
    assert said("zm_yunxi").audio != said("zf_xiaobei").audio
    assert 0.05 < pace(installed(MODEL)) < 50
