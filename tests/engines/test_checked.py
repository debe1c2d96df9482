"""What is refused as part of a text, and what is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cached import HOST, Counting

from podcast.engines.checked import Checked, require_whole, syllables
from podcast.errors import SpeechFailed
from podcast.model import Audio, Mark, Speech, Voice

RATE = 24_000
TEXTS = st.text(alphabet="天地玄黄宇宙洪荒，。 AI", min_size=12).filter(
    lambda text: sum(character.isalnum() for character in text) >= 12
)


def spoken(text: str, milliseconds: int = 220) -> Speech:
    """Each letter a swell of noise, marked; then silence."""
    length = RATE * milliseconds // 1000
    swell = 8000 * np.hanning(length) * np.random.default_rng(0).uniform(-1, 1, length)
    letters = [at for at, character in enumerate(text) if character.isalnum()]
    sound = np.concatenate([*[swell] * len(letters), np.zeros(RATE // 10)])
    marks = tuple(Mark(at, length * number) for number, at in enumerate(letters))
    return Speech(Audio(sound.astype("<i2").tobytes(), RATE), marks)


def cut(speech: Speech, share: float) -> Audio:
    samples = int(len(speech.audio) * share)
    return Audio(speech.audio.pcm[: 2 * samples], RATE)


@given(TEXTS)
def test_all_of_a_text_passes(text: str) -> None:
    require_whole(text, spoken(text), HOST)


@given(TEXTS, st.floats(0, 0.3))
def test_sound_too_short_is_refused(text: str, share: float) -> None:
    hanzi = text.replace("A", "天").replace("I", "地")
    speech = spoken(hanzi)
    with pytest.raises(SpeechFailed):
        require_whole(hanzi, Speech(cut(speech, share), speech.marks), HOST)


@given(TEXTS, st.floats(0, 0.3))
def test_words_that_end_early_are_refused(text: str, share: float) -> None:
    text = text.replace("A", "天").replace("I", "地")
    speech = spoken(text)
    marks = speech.marks[: max(1, int(len(speech.marks) * share))]
    with pytest.raises(SpeechFailed, match="early"):
        require_whole(text, Speech(speech.audio, marks), HOST)


def test_a_loud_end_is_refused() -> None:
    speech = spoken("大家好我是主播")
    middle_of_a_word = 6.5 * 220 / (7 * 220 + 100)
    with pytest.raises(SpeechFailed, match="inside a word"):
        require_whole("大家好我是主播", Speech(cut(speech, middle_of_a_word), ()), HOST)


def test_no_sound_and_far_too_much_are_refused() -> None:
    with pytest.raises(SpeechFailed, match="no sound"):
        require_whole("好", Speech(Audio(b"", RATE), ()), HOST)
    with pytest.raises(SpeechFailed, match="too long"):
        require_whole("好", Speech(Audio(bytes(2 * RATE * 60), RATE), ()), HOST)


def test_a_long_last_word_is_no_early_end() -> None:
    text = "我们来聊聊 Kubernetes。"
    speech = spoken(text)
    require_whole(text, Speech(speech.audio, speech.marks[:6]), HOST)


def test_figures_may_be_short_or_long() -> None:
    for text, said in (("1000000000000", "一万亿"), ("3.5%", "百分之三点五")):
        require_whole(text, Speech(spoken(said).audio, (Mark(0, 0),)), HOST)


def test_speed_is_allowed_for() -> None:
    text = "天地玄黄宇宙洪荒" * 3
    with pytest.raises(SpeechFailed, match="too short"):
        require_whole(text, spoken(text, 70), HOST)
    require_whole(text, spoken(text, 70), Voice("host", "edge", speed=2.0))


def test_the_engine_around_passes_what_is_whole() -> None:
    with pytest.raises(SpeechFailed, match="did not say all"):
        Checked(Counting()).speak("大家好我是主播", HOST)


@pytest.mark.slow
@given(st.text())
def test_the_most_syllables_are_no_fewer_than_the_fewest(text: str) -> None:
    fewest, most = syllables(text)
    assert 0 <= fewest <= most
