"""The online engine against the service on this machine."""

from __future__ import annotations

import random
import re
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import edge_tts.communicate
import numpy as np
import pytest
from edge_server import FAULTS, NOTES, RATE, SOUNDING, EdgeServer, frequency
from edge_tts.drm import DRM
from hypothesis import given
from hypothesis import strategies as st
from patience import PATIENCE

from podcast.engines.cached import Cached
from podcast.engines.checked import Checked
from podcast.engines.edge import CONNECTIONS, Boundary, Edge, letters, marks, proxy
from podcast.engines.retried import Retried
from podcast.errors import EngineError, SpeechFailed, VoiceError
from podcast.files.store import Store
from podcast.model import Clip, Paragraph, Speech, Voice
from podcast.speech.fetch import Request, fetch
from podcast.speech.speak import speak

pytestmark = [pytest.mark.server]

HOST = Voice("host", "edge", "zh-CN-YunxiNeural")
TEXT = "大家好，我是主播。今天聊 Claude Code 和GPT-4.5！"


@contextmanager
def serving(monkeypatch: pytest.MonkeyPatch, **options: object) -> Iterator[EdgeServer]:
    monkeypatch.setattr("podcast.engines.edge.ANSWER", PATIENCE)  # this machine may be busy
    with EdgeServer(**options) as server:  # type: ignore[arg-type]
        monkeypatch.setattr(edge_tts.communicate, "WSS_URL", server.url)
        monkeypatch.setenv("PODCAST_EDGE_URL", server.url)
        yield server


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EdgeServer]:
    with serving(monkeypatch) as server:
        yield server


def heard(pcm: bytes, start: int, rate: int = RATE) -> int:
    """The frequency of the note that begins at a sample."""
    length = SOUNDING * rate // RATE
    samples = np.frombuffer(pcm, "<i2")[start : start + length].astype(float)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 15))
    return round(float(np.argmax(spectrum)) * rate / (1 << 15))


def require_said(speech: Speech, text: str) -> None:
    """Every marked word is heard where its mark says, to the sample within 2 ms."""
    pcm, samples = speech.audio.pcm, np.frombuffer(speech.audio.pcm, "<i2").astype(int)
    for mark in speech.marks:
        assert abs(heard(pcm, mark.start) - frequency(text[mark.offset])) <= 4
        onset = mark.start + int(np.argmax(np.abs(samples[mark.start - 48 :]) > 300)) - 48
        assert abs(onset - mark.start) < 48


# One request -------------------------------------------------------------------------------


def test_words_are_heard_where_their_marks_say(server: EdgeServer) -> None:
    speech = Edge().speak(TEXT, HOST)
    require_said(speech, TEXT)
    assert [TEXT[mark.offset] for mark in speech.marks] == list("大好我主今聊CC和G45")
    assert server.heard == [TEXT]


def test_the_delay_of_the_encoder_is_removed(server: EdgeServer) -> None:
    speech = Edge().speak("好", HOST)
    first = int(np.argmax(np.abs(np.frombuffer(speech.audio.pcm, "<i2")) > 300))
    assert abs(first - speech.marks[0].start) < 30


def test_speed_pitch_and_voice_reach_the_service(server: EdgeServer) -> None:
    Edge().speak("好", Voice("guest", "edge", "zh-TW-HsiaoChenNeural", speed=1.2, pitch=0.9))
    assert "(zh-TW, HsiaoChenNeural)" in server.settings[0]
    assert "rate='+20%'" in server.settings[0]
    assert "pitch='-17Hz'" in server.settings[0]


def test_markup_is_said_not_obeyed(server: EdgeServer) -> None:
    Edge().speak("A<b>&amp;好", HOST)
    assert server.heard == ["A<b>&amp;好"]


def test_an_impossible_voice_is_a_voice_error(server: EdgeServer) -> None:
    with pytest.raises(VoiceError, match="cmn"):
        Edge().speak("好", Voice("host", "edge", "cmn"))
    assert not server.heard


@pytest.mark.slow
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "403"])
def test_every_fault_is_a_failure_never_part_of_the_sound(
    monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    hasty = Edge(patience=3) if fault == "stall" else Edge()
    with serving(monkeypatch, faults=[fault]) as server:
        with pytest.raises(SpeechFailed) as caught:
            Checked(hasty).speak(TEXT, HOST)
        assert "\n" not in str(caught.value)
        require_said(Checked(Edge()).speak(TEXT, HOST), TEXT)
        assert server.met[fault] == 1


def test_one_403_with_a_date_sets_the_clock_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DRM, "clock_skew_seconds", 0.0)
    with serving(monkeypatch, faults=["403"], skew=-3600):
        Edge().speak("好", HOST)
    assert abs(DRM.clock_skew_seconds + 3600) < PATIENCE


@pytest.mark.slow
def test_a_deadline_ends_a_request_that_drips(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch, pace=0.1), pytest.raises(SpeechFailed, match="stopped sending"):
        Edge(patience=PATIENCE, deadline=0.5).speak(TEXT * 3, HOST)


@pytest.mark.slow
def test_ten_minutes_are_the_end_of_any_answer(server: EdgeServer) -> None:
    long = "甲乙丙丁戊己庚辛" * 320  # 614 s
    with pytest.raises(SpeechFailed, match=r"early|no words for|ends before its"):
        Checked(Edge()).speak(long, HOST)


# Word times --------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(["你好", "Claude", "2025", "的", "GPT", "大", "家"]), min_size=1))
def test_every_word_finds_its_place(texts: list[str]) -> None:
    text, words, places = "", [], []
    for number, word in enumerate(texts):
        places.append(len(text))
        words.append(Boundary(word, number * 5_000_000, number * 5_000_000 + 4_000_000))
        text += word + "，"
    found = marks(text, words, len(texts) * RATE // 2)
    assert [mark.offset for mark in found] == places
    assert [mark.start for mark in found] == [number * RATE // 2 for number in range(len(texts))]


def test_a_figure_that_the_service_spells_has_no_mark_and_harms_no_other() -> None:
    told = ("涨了", "百分之十四", "以后")
    words = [Boundary(word, n * 10_000_000, n * 10_000_000) for n, word in enumerate(told)]
    found = marks("涨了14%以后", words, 9 * RATE)
    assert [(mark.offset, mark.start) for mark in found] == [(0, 0), (5, 2 * RATE)]


def test_a_lost_end_is_refused_however_short() -> None:
    words = [Boundary("大家好", 0, 1), Boundary("我们", 5_000_000, 1)]
    with pytest.raises(SpeechFailed, match="no words for the end"):
        marks("大家好，我们开始聊吧。", words, 9 * RATE)


def test_words_that_come_too_late_are_refused() -> None:
    with pytest.raises(SpeechFailed, match="ends before its words"):
        marks("你好", [Boundary("你好", 0, 20_000_000)], RATE)


def test_letters_are_the_same_in_any_width() -> None:
    assert [letter for _, letter in letters("ＧＰＴ－４")] == [x for _, x in letters("gpt-4")]


# Reaching it -------------------------------------------------------------------------------


def test_a_service_that_speaks_answers(server: EdgeServer) -> None:
    Edge().require_answer(HOST)
    assert server.heard == ["好"]


@pytest.mark.parametrize("fault", ["403 twice", "503", "stall", "no audio"])
def test_a_service_that_does_not_speak_is_said_within_three_seconds(
    monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    limits: list[tuple[float, float]] = []

    class Noted(Edge):
        def __init__(self, patience: float, deadline: float) -> None:
            limits.append((patience, deadline))
            super().__init__(patience, deadline)

    engine = Edge()
    monkeypatch.setattr("podcast.engines.edge.Edge", Noted)
    with (
        EdgeServer(faults=[fault]) as server,
        pytest.raises((EngineError, SpeechFailed), match="edge"),
    ):
        monkeypatch.setenv("PODCAST_EDGE_URL", server.url)
        engine.require_answer(HOST)
    assert all(0 < limit <= 3 for pair in limits for limit in pair)


def test_what_does_not_answer_is_given_three_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed: list[float] = []
    monkeypatch.setattr(
        "podcast.engines.edge.require_within", lambda seconds, *_: allowed.append(seconds)
    )
    Edge().require_answer(HOST)
    assert allowed == [3.0]


def test_a_closed_port_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.socket()) as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PODCAST_EDGE_URL", f"ws://127.0.0.1:{closed.getsockname()[1]}/")
        with pytest.raises(EngineError, match="cannot be reached"):
            Edge().require_answer(HOST)


def test_a_proxy_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "example.org")
    assert proxy("wss://speech.example.com/x") == "http://127.0.0.1:9"
    assert proxy("wss://speech.example.org/x") is None
    assert proxy("ws://127.0.0.1:80/x") is None


# A whole episode ---------------------------------------------------------------------------


def script(count: int) -> list[Paragraph]:
    """Paragraphs of 8 to 20 hanzi in one or two sentences, some the same."""
    chance = random.Random(5)
    hanzi = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜"
    texts = []
    for _ in range(count):
        first = "".join(chance.choices(hanzi, k=chance.randint(4, 10)))
        second = "".join(chance.choices(hanzi, k=chance.randint(4, 10)))
        texts.append(f"{first}。{second}，AI！")
    texts[7] = texts[6]
    return [Paragraph(text) for text in texts]


def require_whole_clip(clips: tuple[Clip, ...], text: str) -> None:
    """One clip, which shows the text and says each of its words where it says."""
    (clip,) = clips
    assert clip.text == text
    for word in clip.words:
        letter = re.sub(r"\W", "", word.text)[0]
        assert abs(heard(clip.audio.pcm, word.start, 44_100) - frequency(letter)) <= 4


@pytest.mark.slow
def test_paragraphs_survive_20_percent_of_faults(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    paragraphs = script(100)
    store = Store(tmp_path)
    monkeypatch.setattr(Retried.__init__, "__defaults__", (None, 12, 0.01))
    engine = Edge(patience=2)
    with serving(monkeypatch, rate=0.2, seed=11) as server:
        batches = [(n, [Request(p.text, HOST)]) for n, p in enumerate(paragraphs)]
        order = list(fetch(batches, {"edge": engine}, store, lambda *_: None))
        assert set(server.met) == set(FAULTS)
        assert server.most_open <= engine.connections
    assert order == list(range(100))
    assert len(list((store.folder / "clips").glob("*.clip"))) == 99
    assert not [path for path in (store.folder / "clips").iterdir() if path.suffix != ".clip"]
    remembered = Cached(Silent(), store)
    for paragraph in paragraphs:
        require_whole_clip(speak(paragraph, remembered, HOST, 44_100), paragraph.text)


@pytest.mark.slow
def test_two_services_are_asked_side_by_side(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each is sent its own voice's texts, and neither more at a time than it allows."""
    other = replace(HOST, engine="other")
    batches = [
        (n, [Request(p.text, voice) for voice in (HOST, other)]) for n, p in enumerate(script(9))
    ]
    told: list[str] = []
    with serving(monkeypatch) as server:
        online = {"edge": Edge(), "other": Edge()}
        order = list(
            fetch(batches, online, Store(tmp_path), lambda _, each: told.append(each.text))
        )
    assert order == list(range(9))
    assert told == [request.text for _, requests in batches for request in requests]
    assert len(server.heard) == 2 * len({request.text for _, each in batches for request in each})
    assert server.most_open <= 2 * CONNECTIONS


class Silent(Edge):
    """The engine, cut off from everything."""

    def speak(self, text: str, voice: Voice) -> Speech:
        raise SpeechFailed(f"asked for {text}")


@pytest.mark.slow
def test_too_many_faults_end_it_in_a_sentence_and_keep_what_was_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Retried.__init__, "__defaults__", (None, 3, 0.01))
    batches = [(n, [Request(p.text, HOST)]) for n, p in enumerate(script(20))]
    with serving(monkeypatch, faults=[""] * 8 + ["503"] * 1000) as server:
        with pytest.raises(EngineError, match="kept") as caught:
            list(fetch(batches, {"edge": Edge()}, Store(tmp_path), lambda *_: None))
        assert "\n" not in str(caught.value)
        kept = len(list((tmp_path / "clips").glob("*.clip")))
        assert kept >= 7
    with serving(monkeypatch) as server:
        list(fetch(batches, {"edge": Edge()}, Store(tmp_path), lambda *_: None))
        assert len(server.heard) == 19 - kept


def test_a_stop_ends_the_waiting() -> None:
    stop = Event()
    stop.set()
    with pytest.raises(SpeechFailed, match="tried 1 times"):
        Retried(Silent(), stop, tries=8, pause=3600).speak("好", HOST)


def test_notes_differ() -> None:
    assert len({frequency(chr(code)) for code in range(0x4E00, 0x4E00 + NOTES)}) == NOTES
