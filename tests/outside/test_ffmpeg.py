"""Commands that user text cannot change, and failures that say why."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, cast

import imageio_ffmpeg
import pytest
from programs import make_program

from podcast.errors import FfmpegError
from podcast.outside import ffmpeg


@pytest.fixture(autouse=True)
def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test choose anew; the choice of the other tests comes back after it."""
    monkeypatch.setattr(ffmpeg, "_chosen", "")
    ffmpeg._version.cache_clear()


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


def test_one_that_is_installed_later_is_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    chosen = ffmpeg.executable()
    later = make_program(tmp_path / "ffmpeg", "echo ffmpeg version 99.0 Copyright")
    monkeypatch.setattr(shutil, "which", lambda _: str(later))
    assert ffmpeg.executable() == chosen


def test_a_process_can_be_told_which_one_to_use(tmp_path: Path) -> None:
    told = make_program(tmp_path / "another", "echo ffmpeg version 9.9 Copyright")
    ffmpeg.use(str(told))
    assert ffmpeg.executable() == str(told)


def test_a_failure_is_one_sentence_with_ffmpegs_own_reason(tmp_path: Path) -> None:
    noise = tmp_path / "noise.mp3"
    noise.write_bytes(b"this is no sound" * 100)
    with pytest.raises(FfmpegError, match=r"ffmpeg could not decode .*noise\.mp3: .+"):
        list(ffmpeg.decode(noise, 44_100))


@pytest.mark.slow
def test_a_name_is_never_an_option_or_a_protocol(tmp_path: Path) -> None:
    for name in ("-y.mp3", "concat:a|b", "http:x"):
        path = tmp_path / name
        ffmpeg.encode_mp3([bytes(2 * 1152 * 4)], 44_100, 96, path)
        assert sum(map(len, ffmpeg.decode(path, 44_100))) > 0


def test_an_encoder_that_cannot_write_says_so(tmp_path: Path) -> None:
    with pytest.raises(FfmpegError, match="could not encode"):
        ffmpeg.encode_mp3([bytes(200_000)] * 50, 44_100, 96, tmp_path / "no" / "x.mp3")


def test_without_any_ffmpeg_the_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse() -> str:
        raise RuntimeError("no ffmpeg exe could be found")

    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", refuse)
    with pytest.raises(FfmpegError, match="install ffmpeg or reinstall imageio-ffmpeg"):
        ffmpeg.executable()


def test_a_program_that_does_not_run_is_one_sentence(tmp_path: Path) -> None:
    for program in (tmp_path / "none", make_program(tmp_path / "failing", "exit 3")):
        with pytest.raises(FfmpegError, match=f"{program.name} does not run") as caught:
            ffmpeg.version(str(program))
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("ask", [ffmpeg.measure, ffmpeg.describe])
def test_what_is_no_sound_is_neither_measured_nor_described(
    tmp_path: Path, ask: Callable[[Path], object]
) -> None:
    noise = tmp_path / "noise.mp3"
    noise.write_bytes(b"this is no sound" * 100)
    with pytest.raises(FfmpegError, match=r"ffmpeg could not \w+ .*noise\.mp3: .+"):
        ask(noise)
    with pytest.raises(FfmpegError, match="ffmpeg could not decode MP3"):
        ffmpeg.decode_mp3(noise.read_bytes(), 44_100)


def test_a_reader_that_leaves_early_ends_the_decoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ffmpeg.encode_mp3([bytes(44_100)] * 60, 44_100, 96, tmp_path / "long.mp3")
    started: list[subprocess.Popen[bytes]] = []
    begin = subprocess.Popen.__init__

    def note(self: Any, *arguments: Any, **named: Any) -> None:
        started.append(self)
        begin(self, *arguments, **named)

    monkeypatch.setattr(subprocess.Popen, "__init__", note)
    chunks = cast("Generator[bytes, None, None]", ffmpeg.decode(tmp_path / "long.mp3", 44_100))
    assert next(chunks)
    chunks.close()
    assert started[-1].returncode is not None
