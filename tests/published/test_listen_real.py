"""The real recogniser hears the real neural voice: `make test-voices`, which fetches both once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import pytest
import soxr

from podcast.engines.kokoro import MODEL as VOICE
from podcast.engines.kokoro import Kokoro
from podcast.errors import ModelError
from podcast.formats.faults import Fault
from podcast.model import Voice
from podcast.outside.models import find, is_added
from podcast.outside.models.add import add
from podcast.outside.recogniser import MODEL, RATE, Samples, Whisper, lack_text, open_recogniser
from podcast.published.check.listen import faults
from podcast.published.check.opened import Caption

FOLDER = "PODCAST_TEST_VOICES"  # where the networks are put, or lie
SENTENCES = (
    "今天我们来谈谈人工智能的发展。",
    "机器人什么时候能够进入家庭？",
    "最后谢谢大家的收听。",
)


@pytest.fixture(scope="module")
def ear() -> Iterator[Whisper]:
    """The real recogniser; its network and the voice's are fetched where they are not there."""
    folder = os.environ.get(FOLDER)
    if not folder:
        pytest.skip("the real recogniser hears only in `make test-voices`")
    if lack := lack_text():
        pytest.skip(f"the recogniser cannot be had here: {lack}")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PODCAST_MODELS", str(Path(folder).absolute()))
        for model in map(find, (VOICE, MODEL)):
            if not is_added(model):
                try:
                    add(model, "", lambda _: None, back_off=0.1)
                except ModelError as error:
                    pytest.skip(f"the model {model.name} cannot be had here: {error}")
        yield open_recogniser()


def said(sentence: str) -> Samples:
    audio = Kokoro().speak(sentence, Voice("host", "kokoro", "zf_xiaobei")).audio
    samples = np.frombuffer(audio.pcm, "<i2").astype(np.float32) / np.float32(32768)
    heard: Samples = soxr.resample(samples, audio.rate, RATE).astype(np.float32)
    return heard


def found(parts: list[Samples], ear: Whisper) -> list[Fault]:
    """What is wrong in a paragraph of SENTENCES of which the parts are said."""
    ends = accumulate((1000 * len(part) // RATE for part in parts), initial=0)
    cues = [
        Caption(start, end, text)
        for (start, end), text in zip(pairwise(ends), SENTENCES, strict=True)
    ]
    return list(faults("开场", ["".join(SENTENCES)], np.concatenate(parts), cues, ear))


@pytest.mark.slow
def test_good_speech_has_no_fault_and_a_missing_sentence_is_told(ear: Whisper) -> None:
    parts = [said(sentence) for sentence in SENTENCES]
    assert found(parts, ear) == []
    (fault,) = found([parts[0], np.zeros(2 * RATE, np.float32), parts[2]], ear)
    assert fault.what == "missing" and fault.text.startswith("机器人什么时候")
