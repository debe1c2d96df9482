"""The engine for OpenAI-compatible services, against one on this machine."""

from __future__ import annotations

import io
import json
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from openai_server import KEY, OpenAIServer

from podcast import engines
from podcast.engines.checked import Checked, units
from podcast.engines.openai import OpenAI
from podcast.engines.retried import Retried
from podcast.errors import EngineError, ServiceError, SpeechFailed, VoiceError
from podcast.files.store import Store
from podcast.model import Recipe, Voice
from podcast.outside.ffmpeg import encode_mp3
from podcast.production.build import build
from podcast.production.order import Order
from podcast.speech.cast import Cast, read_cast, read_voices
from podcast.speech.choose import choose
from podcast.speech.fetch import Request, fetch
from podcast.speech.say import say

pytestmark = [pytest.mark.server]

RATE = 24_000
HOST = Voice("host", "openai", "zf_xiaobei", model="kokoro")
TEXT = "大家好，今天聊 Claude Code 和价格。它涨了很多！"
installed = pytest.mark.skipif("openai" not in engines.offered(), reason="not installed")


def samples(text: str) -> np.ndarray:
    """A note of 150 ms in 200 for each letter, a pause of 300 ms for each mark."""
    note = 8_000 * np.sin(np.arange(int(0.15 * RATE)) / 6)
    rest = np.zeros(int(0.05 * RATE))
    pieces = [np.zeros(RATE // 20)]
    for sign in text:
        if sign.isalnum():
            pieces += [note, rest]
        elif not sign.isspace():
            pieces.append(np.zeros(int(0.3 * RATE)))
    return np.concatenate([*pieces, np.zeros(RATE // 10)]).astype("<i2")


def spoken(request: dict[str, Any]) -> bytes:
    with io.BytesIO() as file:
        with wave.open(file, "wb") as writer:
            writer.setnchannels(1)
            writer.setsampwidth(2)
            writer.setframerate(RATE)
            writer.writeframes(samples(request["input"]).tobytes())
        return file.getvalue()


Serve = Callable[..., OpenAIServer]


@pytest.fixture
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    servers: list[OpenAIServer] = []
    monkeypatch.setenv("PODCAST_SPEECH_KEY", KEY)

    def serve(**options: Any) -> OpenAIServer:
        server = OpenAIServer(**{"sound": spoken, **options}).__enter__()
        servers.append(server)
        monkeypatch.setenv("PODCAST_SPEECH_URL", server.url)
        return server

    yield serve
    for server in servers:
        server.__exit__()


# One request -------------------------------------------------------------------------------


def test_all_of_a_text_is_said_and_its_clauses_are_marked(serving: Serve) -> None:
    server = serving()
    speech = OpenAI().speak(TEXT, HOST)
    assert speech.audio.rate == OpenAI.rate
    assert len(speech.audio) == pytest.approx(len(samples(TEXT)) * 44_100 / RATE, abs=2)
    assert [mark.offset for mark in speech.marks] == units(TEXT)
    heard = np.abs(np.frombuffer(speech.audio.pcm, "<i2").astype(int))
    for place in (TEXT.index("今"), TEXT.index("它")):
        start = next(mark.start for mark in speech.marks if mark.offset == place)
        assert heard[start - 8_000 : start - 900].max() < 300 < heard[start : start + 900].max()
    (asked,) = server.asked
    assert asked == {
        "input": TEXT, "model": "kokoro", "voice": "zf_xiaobei", "response_format": "wav",
    }  # fmt: skip
    assert server.paths == ["/v1/audio/speech"] and server.keys == {f"Bearer {KEY}"}


def test_speed_is_passed_on_and_pitch_is_refused(serving: Serve) -> None:
    server = serving()
    OpenAI().speak("你好。", Voice("host", "openai", speed=1.2))
    assert server.asked[0]["speed"] == 1.2
    assert (server.asked[0]["model"], server.asked[0]["voice"]) == ("tts-1", "alloy")
    with pytest.raises(VoiceError, match="cannot change the pitch"):
        OpenAI().speak("你好。", Voice("host", "openai", pitch=1.2))


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault", ["408", "429", "500", "503", "garbage", "html", "list", "drop", "cut", "empty"]
)
def test_every_fault_is_a_failure_never_part_of_the_sound(serving: Serve, fault: str) -> None:
    serving(faults=[fault])
    engine = Checked(OpenAI())
    with pytest.raises(SpeechFailed) as caught:
        engine.speak(TEXT, HOST)
    assert "\n" not in str(caught.value) and KEY not in str(caught.value)
    assert len(engine.speak(TEXT, HOST).audio) > 5 * 44_100


@pytest.mark.parametrize("fault", ["stall", "drip"])
def test_a_deadline_ends_a_request(serving: Serve, fault: str) -> None:
    serving(faults=[fault])
    with pytest.raises(SpeechFailed, match="within"):
        OpenAI(deadline=0.5).speak(TEXT, HOST)


@pytest.mark.parametrize(
    "sound",
    [
        lambda request: spoken({"input": request["input"][:4]}),
        lambda request: spoken({"input": "啊" * 200}),
        lambda request: spoken({"input": "……"}),
        lambda request: spoken(request)[:-44_000],
    ],
)
def test_sound_that_cannot_be_the_text_is_refused(
    serving: Serve, sound: Callable[[dict[str, Any]], bytes]
) -> None:
    serving(sound=sound)
    with pytest.raises(SpeechFailed):
        Checked(OpenAI()).speak("这句话说得不长也不短，大家好。", HOST)


def test_an_mp3_is_read_where_a_wav_was_asked_for(serving: Serve, tmp_path: Path) -> None:
    encode_mp3([samples(TEXT).tobytes()], RATE, 48, tmp_path / "a.mp3")
    serving(sound=lambda _: (tmp_path / "a.mp3").read_bytes())
    speech = Checked(OpenAI()).speak(TEXT, HOST)
    assert len(speech.audio) == pytest.approx(len(samples(TEXT)) * 44_100 / RATE, rel=0.05)


@pytest.mark.parametrize(
    ("fault", "kind", "says"),
    [
        ("401", EngineError, "set PODCAST_SPEECH_KEY"),
        ("400", VoiceError, "'zf_xiaobei' of model 'kokoro', role host"),
        ("404", VoiceError, "no such model"),
        ("quota", EngineError, "its quota is used up"),
    ],
)
def test_what_does_not_pass_is_not_asked_again(
    serving: Serve, fault: str, kind: type[Exception], says: str
) -> None:
    server = serving(faults=[fault] * 9)
    with pytest.raises(kind, match=says) as caught:
        Retried(OpenAI(), pause=0.01).speak(TEXT, HOST)
    assert not isinstance(caught.value, SpeechFailed) and KEY not in str(caught.value)
    assert len(server.asked) == 1


def test_a_service_that_asks_for_time_gets_it(serving: Serve) -> None:
    serving(faults=["429"], retry_after="90.5")
    waits: list[float | None] = []

    class Waiting(Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout)
            return False

    Retried(OpenAI(), Waiting(), pause=0.01).speak(TEXT, HOST)
    assert waits == [90.5]


# Many --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_faults_at_random_lose_nothing_and_the_next_run_asks_nothing(
    serving: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Retried.__init__, "__defaults__", (None, 12, 0.01))
    server = serving(rate=0.25, seed=2)
    texts = [f"第{n}句话是关于价格和市场的，大家好。" for n in "一二三四五六七八九十" for _ in "12"]
    batches = [(n, [Request(text, HOST)]) for n, text in enumerate(texts)]
    assert list(fetch(batches, {"openai": OpenAI()}, Store(tmp_path), lambda *_: None)) == list(
        range(20)
    )
    assert server.most_open <= OpenAI.connections
    assert len(list(tmp_path.glob("clips/*.clip"))) == 10 and sum(server.met.values()) > 2
    count = len(server.asked)
    list(fetch(batches, {"openai": OpenAI()}, Store(tmp_path), lambda *_: None))
    assert len(server.asked) == count


def test_another_model_and_another_service_are_other_clips(serving: Serve, tmp_path: Path) -> None:
    from podcast.engines.cached import Cached

    serving()
    first = Cached(OpenAI(), Store(tmp_path))
    keys = {first.key("好", HOST), first.key("好", Voice("host", "openai", "zf_xiaobei"))}
    serving()
    keys.add(Cached(OpenAI(), Store(tmp_path)).key("好", HOST))
    assert len(keys) == 3


# By name -----------------------------------------------------------------------------------

SCRIPT = "# 一集\n\n## 开场\n\n大家好，欢迎。今天聊价格。\n\n> [guest] 对，就是这样。\n"


@pytest.fixture
def voices(tmp_path: Path) -> Path:
    folder = tmp_path / "voices"
    folder.mkdir()
    for role in ("host", "guest"):
        entry = f'[[voice]]\nengine = "openai"\nmodel = "kokoro"\nid = "{role}-voice"\n'
        (folder / f"{role}.toml").write_text(entry + '[[voice]]\nengine = "tone"\n')
    return folder


def test_a_voice_names_its_model(voices: Path) -> None:
    (voice, _) = read_voices(voices / "host.toml")
    assert (voice.engine, voice.model, voice.id) == ("openai", "kokoro", "host-voice")
    assert dict(read_cast(voices, "openai"))["guest"].model == "kokoro"


def host_of(cast: Cast) -> str:
    return dict(cast)["host"].engine


@installed
def test_auto_takes_it_where_it_answers(
    serving: Serve, voices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    server = serving()
    assert host_of(choose("auto", voices, False, told.append)) == "openai"
    assert [request["input"] for request in server.asked] == ["好"]
    with pytest.raises(EngineError, match="--offline"):
        choose("openai", voices, True, told.append)
    monkeypatch.setattr("podcast.engines.openai.ANSWER", 0.3)
    serving(faults=["stall"])
    assert host_of(choose("auto", voices, False, told.append)) == "tone"
    assert "does not answer" in told[-1]


@pytest.mark.slow
@installed
def test_an_episode_is_built_and_the_key_is_nowhere(
    serving: Serve, voices: Path, tmp_path: Path
) -> None:
    server = serving()
    seed = tmp_path / "seed.md"
    seed.write_text(SCRIPT, "utf-8")
    order = Order(seed, tmp_path / "out", Recipe(engine="openai"), voices)
    told: list[str] = []
    built = build(order, lambda *_: None, told.append)
    assert {request["voice"] for request in server.asked} == {"host-voice", "guest-voice"}
    assert not build(order, lambda *_: None, told.append).fresh
    assert json.loads((built.folder / "report.json").read_text("utf-8"))["engine"] == "openai"
    for path in (tmp_path / "out").rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path
    assert KEY not in "".join(told)


@installed
def test_say_tries_it(serving: Serve, voices: Path, tmp_path: Path) -> None:
    serving()
    cast = read_cast(voices, "openai")
    say("你好，世界。", tmp_path / "a.wav", "host", cast, Store(tmp_path / "cache"))
    assert (tmp_path / "a.wav").read_bytes()[:4] == b"RIFF"


def test_no_key_and_no_address_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PODCAST_SPEECH_URL", "PODCAST_SPEECH_KEY", "OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ServiceError, match="set OPENAI_API_KEY, or PODCAST_SPEECH_URL"):
        OpenAI().speak("好", HOST)
