"""A page to hear all voices: each once, as loud as the next, or why it is not there."""

from __future__ import annotations

import re
from base64 import b64decode
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import edge_tts.communicate
import mutagen.mp3
import numpy as np
import pytest
from click.testing import CliRunner
from edge_server import EdgeServer
from meter import integrated_loudness

from podcast.cli import main
from podcast.errors import VoiceError
from podcast.files.store import Store
from podcast.outside.ffmpeg import decode_mp3
from podcast.speech.sample import SENTENCE, voices_to_hear, write_samples

RATE = 44_100


class Page(HTMLParser):
    """The players of a page, by name, and all its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.players: dict[str, bytes] = {}
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = dict(attributes)
        if tag == "audio":
            kind, sound = str(told["src"]).split(",", 1)
            assert kind == "data:audio/mpeg;base64"
            self.players[str(told["aria-label"])] = b64decode(sound)
        assert not str(told.get("src", "data:")).startswith("http")

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def voices(tmp_path: Path) -> Path:
    folder = tmp_path / "voices"
    folder.mkdir()
    for role, pitch in (("host", 1.0), ("guest", 1.2)):
        settings = f'speed = 1.5\npitch = {pitch}\nlicence = "<free>"\n'
        (folder / f"{role}.toml").write_text(
            "".join(
                f'[[voice]]\nengine = "{engine}"\n{settings}'
                for engine in ("edge", "tone", "espeak", "none")
            )
        )
    return folder


def page_of(tmp_path: Path, voices: Path, engine: str, offline: bool) -> tuple[Page, list[str]]:
    path = tmp_path / "x" / "voices.html"
    missed = write_samples(path, voices, engine, offline, Store(tmp_path / "cache"))
    return Page(path.read_text("utf-8")), [f"{each.voice.engine}: {each.reason}" for each in missed]


@pytest.mark.slow
def test_offline_every_voice_of_this_machine_is_heard(tmp_path: Path, voices: Path) -> None:
    page, missed = page_of(tmp_path, voices, "auto", True)
    assert SENTENCE in page.text and "<free>" in page.text
    assert {"tone speed 1.5", "tone speed 1.5 pitch 1.2", "espeak cmn+m4"} <= set(page.players)
    assert {reason.split(":")[0] for reason in missed} == {"edge", "none"}
    assert any("--offline" in reason for reason in missed)
    assert any("not installed" in reason for reason in missed)
    for sound in page.players.values():
        info = mutagen.mp3.MP3(BytesIO(sound)).info
        assert info is not None and info.length > 3
        pcm = np.frombuffer(decode_mp3(sound, RATE), "<i2") / 32768
        assert integrated_loudness(pcm) == pytest.approx(-16.3, abs=1)


@pytest.mark.slow
def test_one_engine_alone(tmp_path: Path, voices: Path) -> None:
    page, missed = page_of(tmp_path, voices, "tone", False)
    assert all(name.startswith("tone") for name in page.players) and not missed
    assert "guest" in page.text and "host" in page.text


def test_each_voice_is_heard_once(voices: Path) -> None:
    found = voices_to_hear(voices, "espeak")
    sounds = [voice.sound for voice in found]
    assert len(set(sounds)) == len(sounds) >= 10
    (voices / "narrator.toml").write_text('[[voice]]\nengine = "espeak"\nspeed = 1.5\n')
    again = voices_to_hear(voices, "espeak")
    assert len(again) == len(found)
    assert ("host", "narrator") in again.values()


@pytest.mark.slow
def test_an_online_voice_that_fails_is_named_and_the_others_are_heard(
    tmp_path: Path, voices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (voices / "guest.toml").write_text('[[voice]]\nengine = "edge"\nid = "cmn"\n')
    with EdgeServer() as server:
        monkeypatch.setattr(edge_tts.communicate, "WSS_URL", server.url)
        monkeypatch.setenv("PODCAST_EDGE_URL", server.url)
        page, missed = page_of(tmp_path, voices, "edge", False)
        assert server.most_open <= 8
    assert len(page.players) == 13  # the host's, and all twelve that the engine knows
    assert [reason for reason in missed if "edge has no voice 'cmn'" in reason] == missed
    assert len(missed) == 1


def test_where_none_speaks_it_is_one_sentence(tmp_path: Path, voices: Path) -> None:
    with pytest.raises(VoiceError, match="no voice of edge could speak; edge: it is online"):
        page_of(tmp_path, voices, "edge", True)
    assert not (tmp_path / "x").exists()


@pytest.mark.slow
def test_the_command_says_what_is_missing(
    tmp_path: Path, voices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["voices", "--sample", "--offline"])
    assert result.exit_code == 0, result.output
    assert result.stdout == "out/voices.html\n" and Path("out/voices.html").is_file()
    assert re.search(r"no sample of edge zh-.*: it is online", result.stderr)
