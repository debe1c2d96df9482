"""A sentence in sound: all of it, its own length, its words where they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.engines.espeak import Espeak
from podcast.engines.tone import Tone
from podcast.errors import SpeechFailed
from podcast.model import Audio, Mark, Paragraph, Speech, Voice
from podcast.pronounce import IN_FULL
from podcast.speech.speak import resampled, speak, trimmed

RATE = 44_100
HOST = Voice("host", "tone")
CHINESE = (
    st.text(
        st.sampled_from("我们来看今天的人工智能发布了模型，。！？、：“”《》 AIGPT4.5%🎉-…"),
        min_size=1,
        max_size=60,
    )
    .map(str.strip)
    .filter(bool)
)


class Muffled:
    """An engine that puts silence around what it says."""

    rate, version, needs = 22_050, "1", IN_FULL

    def speak(self, text: str, voice: Voice) -> Speech:
        hum = Tone().speak(text, voice)
        samples = np.frombuffer(resampled(hum.audio, self.rate).pcm, "<i2")
        lead = round(0.3 * self.rate)
        padded = np.concatenate([np.zeros(lead), samples, np.zeros(lead)]).astype("<i2")
        marks = tuple(Mark(mark.offset, mark.start // 2 + lead) for mark in hum.marks)
        return Speech(Audio(padded.tobytes(), self.rate), marks)


class Mute:
    """An engine that says nothing, as if it had."""

    rate, version, needs = 22_050, "1", IN_FULL

    def speak(self, text: str, voice: Voice) -> Speech:
        return Speech(Audio(bytes(2 * self.rate), self.rate), ())


@given(CHINESE)
def test_words_joined_are_what_is_shown_and_lie_inside_the_clip(text: str) -> None:
    clips = speak(Paragraph(text), Tone(), HOST, RATE)
    if clips:
        assert "".join(clip.text for clip in clips) == text
    for clip in clips:
        assert clip.words[0].start >= 0
        assert clip.words[-1].end <= len(clip.audio)
        for word, following in zip(clip.words, clip.words[1:], strict=False):
            assert word.start < word.end <= following.start
            assert word.text


def test_silence_of_an_engine_is_trimmed_and_its_marks_move() -> None:
    (clip,) = speak(Paragraph("你好吗？"), Muffled(), HOST, RATE)
    plain = Tone().speak("你好吗", HOST)
    assert abs(len(clip.audio) - len(plain.audio)) < 0.06 * RATE
    assert clip.words[0].start < 0.006 * RATE
    loud = np.flatnonzero(np.abs(np.frombuffer(clip.audio.pcm, "<i2")) > 1000)
    assert loud[0] < 0.01 * RATE


def test_silence_alone_is_a_failure() -> None:
    with pytest.raises(SpeechFailed, match="silent"):
        speak(Paragraph("你好。"), Mute(), HOST, RATE)


def test_what_cannot_be_said_is_shown_with_its_neighbour() -> None:
    (clip,) = speak(Paragraph("🎉🎉。你好。🎉"), Tone(), HOST, RATE)
    assert clip.text == "🎉🎉。你好。🎉"
    assert speak(Paragraph("🎉🎉"), Tone(), HOST, RATE) == ()


def test_figures_are_one_word_as_they_are_shown() -> None:
    (clip,) = speak(Paragraph("GPT-4.5 涨了14%。"), Espeak(), Voice("host", "espeak"), RATE)
    texts = [word.text for word in clip.words]
    assert "".join(texts) == "GPT-4.5 涨了14%。"
    assert "14%。" in texts or texts[-1].endswith("%。")


def test_an_opening_mark_goes_with_the_word_after_it() -> None:
    (clip,) = speak(Paragraph("他读《三体》了。"), Tone(), HOST, RATE)
    assert "《三" in [word.text for word in clip.words]


def test_trimming_leaves_sound_as_it_is() -> None:
    speech = Tone().speak("你好", HOST)
    again = trimmed(trimmed(speech))
    assert again == trimmed(speech)


def test_resampling_keeps_length_and_level() -> None:
    time = np.arange(22_050) / 22_050
    audio = Audio((9000 * np.sin(2 * np.pi * 440 * time)).astype("<i2").tobytes(), 22_050)
    doubled = np.frombuffer(resampled(audio, 44_100).pcm, "<i2")
    assert len(doubled) == 44_100
    assert np.abs(doubled[5000:-5000]).max() == pytest.approx(9000, rel=0.01)
