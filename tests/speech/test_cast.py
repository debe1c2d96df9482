"""Who says each role's words, and what is wrong with a voices file."""

from __future__ import annotations

from pathlib import Path

import pytest
from places import ROOT

from podcast.errors import VoiceError
from podcast.model import Voice
from podcast.speech.cast import OFFLINE, read_cast, read_preferred, read_voices, recast, voice_of

HOST = """
[[voice]]
engine = "edge"
id = "zh-CN-YunxiNeural"

[[voice]]
engine = "espeak"
id = "cmn"
speed = 1.1
"""


def test_a_role_gets_its_first_voice_of_the_engine(tmp_path: Path) -> None:
    (tmp_path / "host.toml").write_text(HOST)
    (host,) = read_cast(tmp_path, "espeak")
    assert host == ("host", Voice("host", "espeak", "cmn", speed=1.1))
    assert dict(read_cast(tmp_path, "tone"))["host"] == Voice("host", "tone")


def test_a_role_gets_its_first_voice_that_speaks(tmp_path: Path) -> None:
    (tmp_path / "host.toml").write_text(HOST.replace("edge", "none"))
    (tmp_path / "guest.toml").write_text('[[voice]]\nengine = "tone"\n' + HOST)
    (tmp_path / "narrator.toml").write_text('[[voice]]\nengine = "none"\n')
    cast = dict(read_preferred(tmp_path, lambda voice: True))
    assert [cast[role].engine for role in ("host", "guest")] == ["espeak", "tone"]
    assert cast["narrator"] == Voice("narrator", OFFLINE)
    cast = dict(read_preferred(tmp_path, lambda voice: voice.engine != "tone"))
    assert cast["guest"].engine == "edge"


def test_a_role_may_be_played_by_anothers_voice() -> None:
    cast = (("guest", Voice("guest", "tone", "b")), ("host", Voice("host", "tone", "a", gain=2)))
    assert recast(cast, []) == cast
    played = dict(recast(cast, [("guest", "host"), ("author", "guest")]))
    assert played["guest"] == Voice("guest", "tone", "a", gain=2)
    assert played["author"] == Voice("author", "tone", "b")
    assert played["host"] == dict(cast)["host"]
    with pytest.raises(VoiceError, match=r"add voices/yunyang\.toml"):
        recast(cast, [("host", "yunyang")])


def test_all_of_a_voice_is_read(tmp_path: Path) -> None:
    path = tmp_path / "guest.toml"
    path.write_text(
        '[[voice]]\nengine = "x"\nid = "y"\nspeed = 1.1\npitch = 0.9\ngain = -3\n'
        'language = "zh-TW"\nlicence = "MIT"\n'
    )
    assert read_voices(path) == (Voice("guest", "x", "y", 1.1, 0.9, -3, "MIT", "zh-TW"),)


def test_without_files_there_is_a_host(tmp_path: Path) -> None:
    assert read_cast(tmp_path, "tone") == (("host", Voice("host", "tone")),)


def test_the_voices_that_come_along_are_understood() -> None:
    cast = read_cast(ROOT / "voices", "espeak")
    assert {"host", "guest", "narrator"} <= {role for role, _ in cast}
    assert all(voice.licence for _, voice in cast)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("engine = 'x'", "must list its voices as"),
        ("[[voice]]\nid = 'x'", "no engine"),
        ("[[voice]]\nengine = 'x'\ncolour = 'red'", "unknown setting 'colour'"),
        ("[[voice]]\nengine = 'x'\nspeed = 99", "speed must be a number"),
        ("[[voice]]\nengine = 'x'\nspeed = 'fast'", "speed must be a number"),
        ("[[voice]]\nengine = 'x'\nspeed = true", "speed must be a number"),
        ("[[voice]]\nengine = 'x'\ngain = 30", "gain must be a number from -20 to 20"),
        ("[[voice]]\nengine = 'x'\nlanguage = 3", "language must be text in quotes"),
        ("[[voice]]\nengine = 3", "engine must be text in quotes"),
        ("voice =", "cannot read"),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "host.toml").write_text(text)
    with pytest.raises(VoiceError, match=says) as raised:
        read_voices(tmp_path / "host.toml")
    assert "host.toml" in str(raised.value)


def test_a_role_nobody_plays_is_named() -> None:
    with pytest.raises(VoiceError, match=r"role 'alien'; add voices/alien\.toml, .*`speakers:`"):
        voice_of((("host", Voice("host", "tone")),), "alien")
