"""Frames joined without a gap: every sample of every chapter, in place."""

from __future__ import annotations

from pathlib import Path

import mutagen.mp3
import numpy as np
import pytest
from numpy.typing import NDArray

from podcast.errors import DamagedSound
from podcast.outside import ffmpeg
from podcast.sound import mp3

RATE = 44_100
Samples = NDArray[np.int16]


def chapter(frames: int, frequency: int) -> Samples:
    samples = 6000 * np.sin(2 * np.pi * frequency / RATE * np.arange(frames * mp3.FRAME))
    samples[: mp3.TAIL] = samples[-mp3.TAIL :] = 0
    exact: Samples = samples.astype("<i2")
    return exact


def decoded(path: Path) -> Samples:
    return np.frombuffer(b"".join(ffmpeg.decode(path, RATE)), "<i2")


def write(path: Path, parts: list[tuple[Path, int]]) -> None:
    chapters = [mp3.cut(file.read_bytes(), samples) for file, samples in parts]
    mp3.write_mp3(path, b"", chapters, sum(samples for _, samples in parts))


def bare(samples: Samples, path: Path, bitrate: int = 96) -> tuple[Path, int]:
    ffmpeg.encode_mp3([samples.tobytes()], RATE, bitrate, path)
    return path, len(samples)


@pytest.mark.slow
@pytest.mark.usefixtures("any_ffmpeg")
def test_chapters_joined_are_their_samples_end_to_end(tmp_path: Path) -> None:
    sounds = [chapter(40, 440), chapter(9, 880), chapter(71, 1000)]
    parts = [bare(sound, tmp_path / f"{i}.bare") for i, sound in enumerate(sounds)]
    write(tmp_path / "all.mp3", parts)
    whole = decoded(tmp_path / "all.mp3").astype(float)
    expected = np.concatenate(sounds).astype(float)
    assert len(whole) == len(expected)
    loss = 10 ** (-mp3.LOSS_DB / 20)
    error = whole - loss * expected
    assert np.sqrt(np.mean(error**2)) < 0.01 * np.sqrt(np.mean(expected**2))
    start = 0
    for number, (path, samples) in enumerate(parts):
        write(tmp_path / f"{number}.mp3", [(path, samples)])
        alone = decoded(tmp_path / f"{number}.mp3")
        assert len(alone) == samples
        apart = np.abs(alone - whole[start : start + samples])
        assert apart.max() <= 3  # the decoder's rounding
        start += samples


@pytest.mark.slow
@pytest.mark.parametrize("bitrate", [64, 96, 128, 160])
def test_the_info_header_tells_the_length(tmp_path: Path, bitrate: int) -> None:
    part = bare(chapter(50, 500), tmp_path / "x.bare", bitrate)
    write(tmp_path / "x.mp3", [part])
    told = mutagen.mp3.MP3(tmp_path / "x.mp3").info
    assert told is not None
    assert told.length == pytest.approx(part[1] / RATE, abs=1e-6)
    assert told.bitrate_mode == mutagen.mp3.BitrateMode.CBR
    assert len(decoded(tmp_path / "x.mp3")) == part[1]


def test_the_same_samples_encode_to_the_same_bytes(tmp_path: Path) -> None:
    first, _ = bare(chapter(20, 700), tmp_path / "a")
    second, _ = bare(chapter(20, 700), tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()


def test_frames_cut_and_joined_are_the_stream(tmp_path: Path) -> None:
    path, _ = bare(chapter(20, 700), tmp_path / "a")
    stream = path.read_bytes()
    starts = mp3.frame_starts(stream)
    assert starts[0] == 0 and all(stream[at : at + 2] == b"\xff\xfb" for at in starts)


@pytest.mark.parametrize("damage", [b"\0\0\0\0", b"RIFF1234"])
def test_what_is_no_frame_is_refused(tmp_path: Path, damage: bytes) -> None:
    path, _ = bare(chapter(20, 700), tmp_path / "a")
    with pytest.raises(DamagedSound, match=r"^this is not MPEG-1 layer III sound$"):
        mp3.frame_starts(path.read_bytes() + damage)
    with pytest.raises(DamagedSound, match="inside a frame"):
        mp3.frame_starts(path.read_bytes()[:-5])


def test_a_chapter_that_lost_frames_is_refused(tmp_path: Path) -> None:
    path, samples = bare(chapter(20, 700), tmp_path / "a")
    stream = path.read_bytes()
    stream = stream[: mp3.frame_starts(stream)[-4]]
    with pytest.raises(DamagedSound, match="MP3 frames"):
        mp3.cut(stream, samples)
