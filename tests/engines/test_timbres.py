"""The voices that this program adds to espeak-ng, and those of voices/ that speak offline."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

import ear
import pytest
from places import ROOT

from podcast.engines import espeak
from podcast.engines.espeak import Espeak
from podcast.engines.timbres import TIMBRES
from podcast.model import Voice
from podcast.speech.cast import read_cast
from podcast.speech.speak import trimmed

CAST = dict(read_cast(ROOT / "voices", "espeak"))
ROLES = sorted(CAST)
TEXTS = ("四是四，十是十。", "发现 GPT 四点五 很好，为什么呢？", "呼呼哈哈，嘶嘶沙沙，时候不早了！")
SPEAKS = """
import sys
from hashlib import sha256
from podcast.engines.espeak import Espeak
from podcast.speech.cast import read_cast
from pathlib import Path
for role, voice in read_cast(Path(sys.argv[1]), "espeak"):
    engine = Espeak()
    said = b"".join(engine.speak(text, voice).audio.pcm for text in sys.argv[2:])
    print(role, sha256(said).hexdigest())
"""


def said_by_a_new_process(fill: str) -> str:
    """What each role's voice says, where fresh memory is filled in one way or another."""
    command = [sys.executable, "-c", SPEAKS, str(ROOT / "voices"), *TEXTS]
    memory = {"MALLOC_PERTURB_": fill, "PADDING": "x" * int(fill) * 41}
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | memory, check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.mark.slow
def test_a_shipped_voice_says_the_same_in_every_process() -> None:
    first, *others = (said_by_a_new_process(fill) for fill in ("0", "1", "85", "170", "255"))
    assert len({line.split()[1] for line in first.splitlines()}) == len(ROLES) >= 3
    assert all(other == first for other in others)


def test_the_shipped_voices_are_apart_in_pitch() -> None:
    heights = sorted(ear.pitch(CAST[role]) for role in ("host", "guest", "narrator"))
    assert all(high >= 1.2 * low for low, high in pairwise(heights)), heights


@pytest.mark.parametrize("name", TIMBRES)
def test_a_voice_of_our_own_speaks_mandarin_and_reads_no_unset_memory(name: str) -> None:
    settings = TIMBRES[name].splitlines()
    assert "language cmn" in settings and f"name {name}" in settings
    assert not any(line.startswith(("breath", "klatt")) for line in settings)
    assert Espeak.voices[name] == "zh-CN"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("text", ["是。", "发现。", "喝水。", "安静。"])
def test_the_soft_beginning_of_a_sentence_is_not_taken_for_silence(role: str, text: str) -> None:
    speech = Espeak().speak(text, CAST[role])
    lost = len(speech.audio) - len(trimmed(speech).audio)
    assert lost < 0.06 * speech.audio.rate


def test_a_voice_of_our_own_needs_no_short_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """espeak-ng writes the path of a voice file in small letters and cuts it after 59."""
    folder = tmp_path / ("Temporary Files of Somebody With a Long Name" * 3)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    here = Espeak().speak("你好。", CAST["host"])
    monkeypatch.undo()
    assert Espeak().speak("你好。", CAST["host"]) == here


def test_a_role_without_a_voice_gets_one_that_is_understood() -> None:
    plain = Espeak().speak("你好。", Voice("host", "espeak"))
    assert espeak.DEFAULT_VOICE in TIMBRES
    assert plain == Espeak().speak("你好。", Voice("host", "espeak", espeak.DEFAULT_VOICE))


def test_one_engine_changes_voices_and_changes_back() -> None:
    engine, voices = Espeak(), [CAST["host"], Voice("", "espeak", "cmn"), CAST["guest"]]
    heights = [len(engine.speak("欢迎收听。", voice).audio.pcm) for voice in voices * 2]
    assert all(abs(a - b) < 0.02 * a for a, b in zip(heights[:3], heights[3:], strict=True))


def test_a_changed_voice_makes_a_new_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Espeak().version
    assert Espeak().version == before
    monkeypatch.setattr(espeak, "TIMBRES", {**TIMBRES, "clear-low": "pitch 1 2"})
    assert Espeak().version != before
