"""Commands that user text cannot change, and failures that say why."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import imageio_ffmpeg
import pytest

from podcast import ffmpeg
from podcast.errors import FfmpegError


def make_program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture(autouse=True)
def forget(request: pytest.FixtureRequest) -> None:
    ffmpeg._executable.cache_clear()
    ffmpeg._version.cache_clear()
    request.addfinalizer(ffmpeg._executable.cache_clear)


def test_the_wheel_serves_where_none_is_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert ffmpeg.executable() == imageio_ffmpeg.get_ffmpeg_exe()


def test_the_wheel_serves_where_the_one_on_path_is_too_old(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = make_program(tmp_path / "ffmpeg", "echo ffmpeg version 4.4.1 Copyright")
    monkeypatch.setattr(shutil, "which", lambda _: str(old))
    assert ffmpeg.executable() == imageio_ffmpeg.get_ffmpeg_exe()


def test_one_on_path_that_is_new_enough_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    new = make_program(tmp_path / "ffmpeg", "echo ffmpeg version 6.1 Copyright")
    monkeypatch.setattr(shutil, "which", lambda _: str(new))
    assert ffmpeg.executable() == str(new)


def test_a_failure_is_one_sentence_with_ffmpegs_own_reason(tmp_path: Path) -> None:
    noise = tmp_path / "noise.mp3"
    noise.write_bytes(b"this is no sound" * 100)
    with pytest.raises(FfmpegError, match=r"ffmpeg could not decode .*noise\.mp3: .+"):
        list(ffmpeg.decode(noise, 44_100))


def test_a_name_is_never_an_option_or_a_protocol(tmp_path: Path) -> None:
    for name in ("-y.mp3", "concat:a|b", "http:x"):
        path = tmp_path / name
        ffmpeg.encode_mp3([bytes(2 * 1152 * 4)], 44_100, 96, path)
        assert sum(map(len, ffmpeg.decode(path, 44_100))) > 0


def test_an_encoder_that_cannot_write_says_so(tmp_path: Path) -> None:
    with pytest.raises(FfmpegError, match="could not encode"):
        ffmpeg.encode_mp3([bytes(200_000)] * 50, 44_100, 96, tmp_path / "no" / "x.mp3")
