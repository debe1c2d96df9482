"""WAV as services write it, against independent writers."""

from __future__ import annotations

import io
import struct
import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.engines.wav import read_wav

SAMPLES = (np.sin(np.arange(4800) / 9) * 12_000).astype("<i2")


def wav(samples: np.ndarray, rate: int = 24_000, channels: int = 1, width: int = 2) -> bytes:
    with io.BytesIO() as file:
        with wave.open(file, "wb") as writer:
            writer.setnchannels(channels)
            writer.setsampwidth(width)
            writer.setframerate(rate)
            writer.writeframes(samples.tobytes())
        return file.getvalue()


def riff(tag: int, bits: int, content: bytes, size: int = -1, before: bytes = b"") -> bytes:
    """A mono WAV at 16 kHz, by the specification, that claims `size` bytes of sound."""
    width = bits // 8
    form = struct.pack("<HHIIHH", tag, 1, 16_000, 16_000 * width, width, bits)
    told = len(content) if size < 0 else size
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + before
    head = b"RIFF" + struct.pack("<I", 0xFFFFFFFF) + body
    return head + b"data" + struct.pack("<I", told) + content


def heard(data: bytes) -> np.ndarray:
    return np.frombuffer(read_wav(data).pcm, "<i2").astype(int)


@given(st.lists(st.integers(-32_768, 32_767), min_size=1), st.sampled_from([8_000, 24_000, 48_000]))
def test_sixteen_bits_come_back_as_they_were(values: list[int], rate: int) -> None:
    audio = read_wav(wav(np.array(values, "<i2"), rate))
    assert np.frombuffer(audio.pcm, "<i2").tolist() == values and audio.rate == rate


def test_two_channels_are_mixed() -> None:
    both = np.stack([SAMPLES, SAMPLES // 3], axis=1)
    assert np.abs(heard(wav(both, channels=2)) - (SAMPLES + SAMPLES // 3) / 2).max() <= 1


@pytest.mark.parametrize("bits", [24, 32])
def test_more_bits_are_rounded(bits: int) -> None:
    wide = SAMPLES.astype("<i4") << (bits - 16)
    content = b"".join(int(value).to_bytes(4, "little", signed=True)[: bits // 8] for value in wide)
    assert (heard(riff(1, bits, content)) == SAMPLES).all()


def test_eight_bits_and_floats_are_read() -> None:
    eight = ((SAMPLES >> 8) + 128).astype(np.uint8)
    assert (heard(riff(1, 8, eight.tobytes())) == (SAMPLES >> 8) << 8).all()
    for bits in (32, 64):
        floats = (SAMPLES / 32_768).astype(f"<f{bits // 8}")
        assert (heard(riff(3, bits, floats.tobytes())) == SAMPLES).all()
    loud = np.array([2.0, -2.0, np.nan], "<f4")
    assert heard(riff(3, 32, loud.tobytes())).tolist() == [32_767, -32_768, 0]


@pytest.mark.parametrize("size", [0, 0x7FFFFFFF, 0xFFFFFFFF, 0x7FFFFFDB])
def test_a_length_that_was_not_known_is_all_there_is(size: int) -> None:
    assert (heard(riff(1, 16, SAMPLES.tobytes(), size)) == SAMPLES).all()


def test_other_chunks_are_passed_over() -> None:
    listed = b"LIST" + struct.pack("<I", 5) + b"INFO!" + b"\0"
    assert (heard(riff(1, 16, SAMPLES.tobytes(), before=listed)) == SAMPLES).all()


def test_half_of_a_sound_is_an_error() -> None:
    whole = wav(SAMPLES)
    with pytest.raises(ValueError, match="4800 bytes of its sound are missing"):
        read_wav(whole[:-4800])


@given(st.binary(max_size=200), st.integers(0, 60))
def test_garbage_is_a_value_error_or_a_sound(noise: bytes, at: int) -> None:
    whole = wav(SAMPLES[:40])
    for data in (noise, whole[:at] + noise, whole[:at] + noise + whole[at + len(noise) :]):
        try:
            read_wav(data)
        except ValueError as error:
            assert str(error)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no WAV"),
        (b"<html>", "no WAV"),
        (b'{"error": "no"}', "no WAV"),
        (wav(SAMPLES)[:36], "no sound"),
        (riff(85, 16, b"1234"), "unknown format"),
        (riff(1, 12, b"1234"), "unknown format"),
    ],
)
def test_what_is_no_sound_is_said(data: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_wav(data)
