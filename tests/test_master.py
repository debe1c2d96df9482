"""Every voice as loud as the next, and no peak over the ceiling."""

from __future__ import annotations

import math

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.signal import firwin, lfilter, resample_poly

from podcast.master import BLOCK, PIECE, limited_loudness, loudness, master, measure, voice_gains
from podcast.model import Span

RATE = 44_100
CEILING = -1.5  # dBTP
Samples = NDArray[np.int16]


def speechlike(seconds: float, level: float, seed: int = 0) -> Samples:
    """Noise in syllables with pauses: as peaky as speech."""
    rng = np.random.default_rng(seed)
    count = round(seconds * RATE)
    time = np.arange(count) / RATE
    envelope = np.maximum(0, np.sin(2 * np.pi * 3 * time)) ** 2 * (
        np.sin(2 * np.pi * 0.2 * time) > -0.5
    )
    tone = np.sin(2 * np.pi * 180 * time) + 0.6 * np.sin(2 * np.pi * 1230 * time)
    noise = 0.3 * lfilter(firwin(63, 10_000, fs=RATE), 1, rng.standard_normal(count))
    sound: Samples = np.clip(level * 32767 * envelope * (tone + noise), -32768, 32767).astype("<i2")
    return sound


def true_peak_db(samples: Samples) -> float:
    peak = np.abs(resample_poly(samples.astype(float) / 32768, 8, 1)).max()
    return 20 * math.log10(peak)


def mastered(samples: Samples, turns: list[Span], gains: dict[str, float]) -> Samples:
    levels = measure(samples, RATE)
    return np.concatenate(list(master(samples, levels[1], turns, gains, CEILING)))


def test_a_reference_tone_reads_as_the_standard_says() -> None:
    time = np.arange(5 * RATE) / RATE
    tone = (32767 * np.sin(2 * np.pi * 997 * time)).astype("<i2")
    levels = measure(tone, RATE)
    assert loudness([levels[0]], RATE) == pytest.approx(-3.01, abs=0.05)  # BS.1770-5, note 1


@pytest.mark.parametrize("level", [0.02, 0.2, 0.7])
def test_loudness_is_what_another_meter_reads(level: float) -> None:
    samples = speechlike(12, level)
    own = loudness([measure(samples, RATE)[0]], RATE)
    other = pyloudnorm.Meter(RATE).integrated_loudness(samples / 32768)
    assert own == pytest.approx(other, abs=0.15)


def test_silence_has_no_loudness_and_needs_no_gain() -> None:
    silence = np.zeros(RATE, "<i2")
    levels = measure(silence, RATE)
    turns = [Span(0, RATE, "host")]
    assert loudness([levels[0]], RATE) == -math.inf
    assert voice_gains([(levels, turns)], RATE, -16, CEILING) == {"host": 0.0}


def test_two_voices_of_unequal_level_come_out_alike() -> None:
    loud, soft = speechlike(20, 0.4, 1), speechlike(20, 0.05, 2)
    samples = np.concatenate([loud, soft])
    turns = [Span(0, len(loud), "host"), Span(len(loud), len(samples), "guest")]
    levels = measure(samples, RATE)
    gains = voice_gains([(levels, turns)], RATE, -16, CEILING)
    result = mastered(samples, turns, gains)
    meter = pyloudnorm.Meter(RATE)
    for half in (result[: len(loud)], result[len(loud) :]):
        assert meter.integrated_loudness(half / 32768) == pytest.approx(-16, abs=0.5)
    assert true_peak_db(result) <= CEILING + 0.3  # 4 x oversampling reads that much less
    told = limited_loudness([(levels, turns)], RATE, gains, CEILING)
    assert meter.integrated_loudness(result / 32768) == pytest.approx(told, abs=0.3)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 24), st.integers(1, 3 * RATE))
def test_no_gain_lifts_a_peak_over_the_ceiling(seed: int, gain: float, count: int) -> None:
    rng = np.random.default_rng(seed)
    samples = np.clip(rng.standard_normal(count) * rng.uniform(50, 12_000), -32768, 32767)
    result = mastered(samples.astype("<i2"), [Span(0, count, "host")], {"host": gain})
    assert len(result) == count
    assert np.abs(result).max(initial=0) <= 32768 * 10 ** (CEILING / 20) + 1


def test_pieces_meet_without_a_seam() -> None:
    count = PIECE + 5 * BLOCK + 7
    samples = speechlike(count / RATE + 1, 0.6)[:count]
    turns = [Span(0, count, "host")]
    whole = mastered(samples, turns, {"host": 6.0})
    edge = mastered(samples[PIECE - 4096 :], [Span(0, count - PIECE + 4096, "host")], {"host": 6.0})
    assert len(whole) == count
    apart = np.abs(whole[PIECE - 2048 :].astype(int) - edge[2048:].astype(int))
    assert apart.max() <= 1


def test_quiet_sound_only_gains() -> None:
    samples = speechlike(3, 0.05)
    result = mastered(samples, [Span(0, len(samples), "host")], {"host": 6.0})
    assert np.abs(result - np.rint(samples * 10 ** (6 / 20))).max() <= 1
