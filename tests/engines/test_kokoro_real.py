"""The real neural voice says a sentence: `make test-voices`, which fetches its network once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from podcast.engines.kokoro import MODEL, RATE, Kokoro, pace
from podcast.errors import ModelError
from podcast.model import Speech, Voice
from podcast.outside.models import find, installed, is_added
from podcast.outside.models.add import add
from podcast.pronounce import pronounce

FOLDER = "PODCAST_TEST_VOICES"  # where the network is put, or lies
TEXT = "大家早上好，今天我们用 Python 谈谈二零二五年的人工智能。"


@pytest.fixture(scope="module", autouse=True)
def network() -> Iterator[None]:
    """The real network, fetched where it is not there."""
    folder = os.environ.get(FOLDER)
    if not folder:
        pytest.skip("the real neural voice speaks only in `make test-voices`")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PODCAST_MODELS", str(Path(folder).absolute()))
        model = find(MODEL)
        if not is_added(model):
            try:
                add(model, "", lambda _: None, back_off=0.1)
            except ModelError as error:
                pytest.skip(f"the network of the neural voice cannot be had here: {error}")
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
def test_two_voices_sound_unlike_and_the_pace_is_told() -> None:
    assert said("zm_yunxi").audio != said("zf_xiaobei").audio
    assert 0.05 < pace(installed(MODEL)) < 50
