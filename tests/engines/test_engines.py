"""Engines: found by name, loaded when asked for, and true to their marks."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from podcast import engines
from podcast.engines.around import Around
from podcast.engines.espeak import Espeak, _Desk, _Heard, rising
from podcast.engines.tone import Tone, frequency
from podcast.errors import NoSuchEngine, SpeechFailed, VoiceError
from podcast.model import Mark, Voice

CMN = Voice("host", "espeak", "cmn")


def test_an_engine_is_loaded_by_name() -> None:
    assert isinstance(engines.load("tone"), Tone)
    assert {"espeak", "tone"} <= set(engines.offered())


def test_an_unknown_engine_is_named_with_those_there_are() -> None:
    with pytest.raises(NoSuchEngine, match=r"no engine named 'polly'; installed: .*espeak.*tone"):
        engines.load("polly")


def test_no_engine_is_imported_before_it_is_asked_for() -> None:
    code = "import podcast.engines, sys; sys.exit('espeakng_loader' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_espeak_is_the_version_that_reads_mandarin() -> None:
    assert tuple(map(int, Espeak().version.split(".")[:2])) >= (1, 52)


def test_espeak_marks_every_word_at_its_own_sample() -> None:
    text = "欢迎回到 Indigo 的直播，这是二月。"
    speech = Espeak().speak(text, CMN)
    offsets = [mark.offset for mark in speech.marks]
    assert offsets[0] == 0 and text.index("Indigo") in offsets and text.index("这") in offsets
    assert all(mark.start < len(speech.audio) for mark in speech.marks)
    comma = next(mark for mark in speech.marks if mark.offset == text.index("这"))
    samples = np.abs(np.frombuffer(speech.audio.pcm, "<i2"))
    before = samples[comma.start - 1500 : comma.start - 300]
    after = samples[comma.start : comma.start + 4000]
    assert before.max() < 300 < after.max()  # silence of the comma, then the word


@pytest.mark.parametrize("name", ["cmn+f1", "clear-low"])
def test_espeak_says_english_with_its_english_voice(name: str) -> None:
    voice = Voice("host", "espeak", name)
    espeak = Espeak()
    english = espeak.speak("We have had 25 of them in 2025.", voice)
    words = ("We", "have", "had", "25", "of", "them", "in", "2025")
    assert len(english.marks) >= len(words)
    assert len(espeak.speak("我们有很多个。", voice).marks) >= 5  # and Mandarin again after it


def test_espeak_says_mandarin_not_english_letters() -> None:
    seconds = len(Espeak().speak("人工智能正在改变世界。", CMN).audio) / Espeak().rate
    assert 1.5 < seconds < 4  # ten hanzi; letter names would take 20 s


def test_an_engine_says_the_same_whatever_another_said_before() -> None:
    other, first, second = Espeak(), Espeak(), Espeak()
    texts = ["你好。", "今天天气不错。", "你好。"]
    said = [first.speak(text, CMN) for text in texts]
    other.speak("完全不同的话！", Voice("guest", "espeak", "cmn+f3", speed=1.5, pitch=1.2))
    assert [second.speak(text, CMN) for text in texts] == said


def test_espeak_goes_faster_when_told() -> None:
    slow = Espeak().speak("一二三四五六七八。", CMN)
    fast = Espeak().speak("一二三四五六七八。", Voice("host", "espeak", "cmn", speed=1.6))
    assert len(fast.audio) < 0.8 * len(slow.audio)


@pytest.mark.parametrize("text", ["。", "\0", ""])
def test_espeak_does_not_pass_silence_off_as_speech(text: str) -> None:
    with pytest.raises(SpeechFailed):
        Espeak().speak(text, CMN)


def test_a_voice_espeak_has_not_got_is_named() -> None:
    with pytest.raises(VoiceError, match="no voice 'klingon-x'"):
        Espeak().speak("你好", Voice("host", "espeak", "klingon-x"))


@pytest.mark.parametrize(
    "text", ["<break/>你好", "你好\x07\x1b[2J", "🎉你好", "𠀀你好", "a" * 5000]
)
def test_espeak_survives_any_text(text: str) -> None:
    assert len(Espeak().speak(text, CMN).audio) > 0


def test_an_interrupt_while_espeak_speaks_leaves_no_gap_and_is_not_lost() -> None:
    espeak = Espeak()
    whole = espeak.speak("你好。", Voice("host", "espeak")).audio.pcm
    library = _Desk.opened(espeak)

    def heard(*call: Any) -> int:
        signal.raise_signal(signal.SIGINT)
        return library._hear(*call)

    callback = _Heard(heard)
    library.c.espeak_SetSynthCallback(callback)
    with pytest.raises(KeyboardInterrupt):
        espeak.speak("你好。", Voice("host", "espeak"))
    library.c.espeak_SetSynthCallback(library.heard)
    assert len(library.pcm) > 0.9 * len(whole)  # the second time a little shorter or longer


def test_marks_rise() -> None:
    marks = (Mark(0, 0), Mark(0, 5), Mark(3, 5), Mark(2, 9), Mark(4, 9), Mark(9, 99))
    assert rising(marks, 50) == (Mark(0, 0), Mark(3, 5), Mark(4, 9))


def test_tone_hums_each_character_where_it_marks_it() -> None:
    speech = Tone().speak("你好，A1", Voice("host", "tone"))
    samples = np.frombuffer(speech.audio.pcm, "<i2")
    assert [mark.offset for mark in speech.marks] == [0, 1, 3, 4]
    for mark in speech.marks:
        note = samples[mark.start : mark.start + 7056]  # 160 ms
        spectrum = np.abs(np.fft.rfft(note))
        loudest = np.argmax(spectrum) * Tone.rate / len(note)
        assert loudest == pytest.approx(frequency("你好，A1"[mark.offset]), abs=7)


def test_tone_says_nothing_of_nothing() -> None:
    with pytest.raises(SpeechFailed, match="nothing to say"):
        Tone().speak("，。 ", Voice("host", "tone"))


def test_what_is_around_an_engine_changes_nothing_by_itself() -> None:
    class Online(Tone):
        longest, connections = 99, 3
        asked: ClassVar[list[Voice]] = []

        def require_answer(self, voice: Voice) -> None:
            self.asked.append(voice)

    inner, voice = Online(), Voice("host", "tone")
    outer = Around(inner)
    assert outer.speak("你好。", voice) == inner.speak("你好。", voice)
    assert (outer.rate, outer.longest, outer.connections) == (inner.rate, 99, 3)
    outer.require_answer(voice)
    assert inner.asked == [voice]


OPTIONAL = ("voices", "is_remembered", "model_key", "require_answer", "threads")


def test_what_an_engine_may_have_is_asked_in_one_place_and_documented() -> None:
    room = Path(str(engines.__file__))
    for path in room.parents[1].rglob("*.py"):
        asked = re.findall(r'(?:get|has)attr\([^,]+, "(\w+)"', path.read_text("utf-8"))
        assert path == room or not set(asked) & set(OPTIONAL), path
    told = str(engines.__doc__)
    for name in (*OPTIONAL, "longest", "connections", "rate", "version", "needs", "speak"):
        assert re.search(rf"(^    |`){name}\b", told, re.MULTILINE), name
