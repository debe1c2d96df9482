"""The real recogniser hears the real neural voice: `make test-voices`, which fetches both once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise

import numpy as np
import pytest
import soxr
from real_models import require_models

from podcast.engines.kokoro import MODEL as VOICE
from podcast.engines.kokoro import Kokoro
from podcast.formats.faults import Fault
from podcast.model import Voice
from podcast.outside.recogniser import MODEL, RATE, Samples, Whisper, lack_text, open_recogniser
from podcast.published.check.listen import faults
from podcast.published.check.opened import Caption

SENTENCES = (
    "今天我们来谈谈人工智能的发展。",
    "机器人什么时候能够进入家庭？",
    "最后谢谢大家的收听。",
)


@pytest.fixture(scope="module")
def ear() -> Iterator[Whisper]:
    """The real recogniser, beside the real voice."""
    if lack := lack_text():
        pytest.skip(f"the recogniser cannot be had here: {lack}")
    with pytest.MonkeyPatch.context() as patched:
        require_models(patched, VOICE, MODEL)
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
