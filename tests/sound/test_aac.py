"""AAC chapters joined without a gap: what one encoder would have made of all of it."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from podcast.errors import DamagedSound
from podcast.outside import ffmpeg
from podcast.sound import aac, mp3
from podcast.sound.assemble import LEAD

RATE = 44_100
Samples = NDArray[np.int16]


def chapter(frames: int, frequency: int) -> Samples:
    """A chapter as the program makes it: whole MP3 frames, silent where it begins and ends."""
    samples = 6000 * np.sin(2 * np.pi * frequency / RATE * np.arange(frames * mp3.FRAME))
    samples[:LEAD] = samples[-mp3.TAIL :] = 0
    exact: Samples = samples.astype("<i2")
    return exact


def encoded(sounds: list[Samples], folder: Path) -> list[tuple[Path, int]]:
    starts = accumulate(map(len, sounds), initial=0)
    parts = []
    for number, (sound, start) in enumerate(zip(sounds, starts, strict=False)):
        path = folder / f"{number}.aac"
        ffmpeg.encode_aac(aac.led_in([sound.tobytes()], start), RATE, 96, path)
        parts.append((path, len(sound)))
    return parts


def decoded(stream: bytes, path: Path) -> Samples:
    path.write_bytes(stream)
    return np.frombuffer(b"".join(ffmpeg.decode(path, RATE)), "<i2")


@pytest.mark.slow
@pytest.mark.usefixtures("any_ffmpeg")
def test_chapters_joined_are_their_samples_end_to_end(tmp_path: Path) -> None:
    sounds = [chapter(40, 440), chapter(9, 880), chapter(7, 300), chapter(71, 1000)]
    parts = encoded(sounds, tmp_path)
    stream = b"".join(aac.joined(parts))
    whole = decoded(stream, tmp_path / "all.aac")[aac.DELAY :].astype(float)
    expected = np.concatenate(sounds).astype(float)
    assert 0 <= len(whole) - len(expected) < aac.BLOCK
    error = whole[: len(expected)] - expected
    assert np.sqrt(np.mean(error**2)) < 0.005 * np.sqrt(np.mean(expected**2))
    start = 0
    for number, (path, samples) in enumerate(parts):
        alone = decoded(path.read_bytes(), tmp_path / f"{number}.alone.aac")
        alone = alone[aac.DELAY + aac.lead_in(start) :][:samples]
        assert np.abs(alone - whole[start : start + samples]).max() <= 4  # a decoder's rounding
        start += samples


def test_the_same_samples_encode_to_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        folder.mkdir()
        encoded([chapter(20, 700)], folder)
    assert (first / "0.aac").read_bytes() == (second / "0.aac").read_bytes()


@given(st.lists(st.binary(max_size=8000), max_size=5))
def test_a_stream_is_cut_where_its_frames_begin(bodies: list[bytes]) -> None:
    made = [_frame(body) for body in bodies]
    assert list(aac.frames(b"".join(made))) == made


def _frame(body: bytes) -> bytes:
    size = len(body) + aac.HEADER
    told = bytes([0x40 | size >> 11, size >> 3 & 255, (size & 7) << 5 | 31, 0xFC])
    return b"\xff\xf1\x50" + told + body


@pytest.mark.parametrize("damage", [b"\0" * 7, b"RIFF1234", b"\xff"])
def test_what_is_no_frame_is_refused(damage: bytes) -> None:
    with pytest.raises(DamagedSound, match=r"^this is not AAC sound$"):
        aac.frames(_frame(b"abc") + damage)
    with pytest.raises(DamagedSound, match="inside a frame"):
        aac.frames(_frame(b"abc")[:-1])


def test_a_chapter_that_lost_frames_is_refused(tmp_path: Path) -> None:
    ((path, samples),) = encoded([chapter(20, 700)], tmp_path)
    path.write_bytes(b"".join(aac.frames(path.read_bytes())[:-6]))
    with pytest.raises(DamagedSound, match="AAC frames"):
        list(aac.joined([(path, samples)]))
