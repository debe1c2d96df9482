"""Every voice as loud as the next, and no peak over the ceiling."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from meter import integrated_loudness
from numpy.typing import NDArray

from podcast import engines
from podcast.model import Span, Voice
from podcast.outside import ffmpeg
from podcast.sound import master as mastering
from podcast.sound import mp3
from podcast.sound.master import (
    BLOCK,
    PIECE,
    limited_loudness,
    loudness,
    master,
    measure,
    voice_gains,
)

RATE = 44_100
CEILING = -1.5  # dBTP
Samples = NDArray[np.int16]
_TAPS = np.arange(-31, 32)
LOWPASS = np.sinc(_TAPS * 2 * 10_000 / RATE) * np.hamming(63)  # passes what is below 10 kHz
LOWPASS /= LOWPASS.sum()


def speechlike(seconds: float, level: float, seed: int = 0) -> Samples:
    """Noise in syllables with pauses: as peaky as speech."""
    rng = np.random.default_rng(seed)
    count = round(seconds * RATE)
    time = np.arange(count) / RATE
    envelope = np.maximum(0, np.sin(2 * np.pi * 3 * time)) ** 2 * (
        np.sin(2 * np.pi * 0.2 * time) > -0.5
    )
    tone = np.sin(2 * np.pi * 180 * time) + 0.6 * np.sin(2 * np.pi * 1230 * time)
    noise = 0.3 * np.convolve(rng.standard_normal(count), LOWPASS)[:count]
    sound: Samples = np.clip(level * 32767 * envelope * (tone + noise), -32768, 32767).astype("<i2")
    return sound


def true_peak_db(samples: Samples) -> float:
    from scipy.signal import resample_poly  # takes a second, so only where it is needed

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


@pytest.mark.slow
@pytest.mark.parametrize("level", [0.02, 0.2, 0.7])
def test_loudness_is_what_another_meter_reads(level: float) -> None:
    samples = speechlike(12, level)
    own = loudness([measure(samples, RATE)[0]], RATE)
    other = integrated_loudness(samples / 32768)
    assert own == pytest.approx(other, abs=0.15)


def test_silence_has_no_loudness_and_needs_no_gain() -> None:
    silence = np.zeros(RATE, "<i2")
    levels = measure(silence, RATE)
    turns = [Span(0, RATE, "host")]
    assert loudness([levels[0]], RATE) == -math.inf
    assert voice_gains([(levels, turns)], RATE, -16, CEILING) == {"host": 0.0}


@pytest.mark.slow
def test_two_voices_of_unequal_level_come_out_alike() -> None:
    loud, soft = speechlike(20, 0.4, 1), speechlike(20, 0.05, 2)
    samples = np.concatenate([loud, soft])
    turns = [Span(0, len(loud), "host"), Span(len(loud), len(samples), "guest")]
    levels = measure(samples, RATE)
    gains = voice_gains([(levels, turns)], RATE, -16, CEILING)
    result = mastered(samples, turns, gains)
    for half in (result[: len(loud)], result[len(loud) :]):
        assert integrated_loudness(half / 32768) == pytest.approx(-16, abs=0.5)
    assert true_peak_db(result) <= CEILING + 0.3  # 4 x oversampling reads that much less
    told = limited_loudness([(levels, turns)], RATE, gains, CEILING)
    assert integrated_loudness(result / 32768) == pytest.approx(told.whole, abs=0.3)


@settings(max_examples=25)
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


# Loudness under a ceiling ---------------------------------------------------------------------

SENTENCES = (
    "今天我们来聊一聊人工智能，看看它为什么发展得这么快，价格又为什么一直在降。",
    "大家好，欢迎收听本期节目。",
    "对，我觉得还需要三五年的时间。",
)
OUT_OF_REACH = {(-3, -14), (-4, -14), (-5, -14), (-6, -14), (-5, -16), (-6, -16)}
GRID = [(peak, lufs) for peak in range(-1, -7, -1) for lufs in (-14, -16, -18, -20)]
# Those of which the MP3 is measured, too: the usual one, and the edges of what is reached.
MEASURED = {(-1, -16), (-1, -14), (-2, -14), (-4, -16), (-1, -20), (-6, -18), (-6, -20)}


@cache
def spoken() -> Samples:
    """Half a minute of real speech, as long as whole MP3 frames, with a silent end."""
    engine = engines.load("espeak")
    parts = []
    for sentence in SENTENCES * 2:
        audio = engine.speak(sentence, Voice("host", "espeak", "cmn")).audio
        samples = np.frombuffer(audio.pcm, "<i2").astype(np.float32)
        parts += [soxr.resample(samples, audio.rate, RATE), np.zeros(RATE * 35 // 100)]
    whole = np.clip(np.concatenate(parts), -32768, 32767)
    sound: Samples = np.pad(whole, (0, mp3.padded(len(whole) + mp3.TAIL) - len(whole))).astype(
        "<i2"
    )
    return sound


@cache
def spoken_levels() -> mastering.Levels:
    return measure(spoken(), RATE)


def decoded(samples: Samples, folder: Path) -> Samples:
    """What a listener hears of samples that were encoded as the program encodes them."""
    path = folder / "spoken.mp3"
    ffmpeg.encode_mp3([samples.tobytes()], RATE, 96, path)
    frames = mp3.cut(path.read_bytes(), len(samples))
    mp3.write_mp3(path, b"", [frames], len(samples))
    return np.frombuffer(b"".join(ffmpeg.decode(path, RATE)), "<i2")


@pytest.mark.slow
@pytest.mark.parametrize(("peak", "wanted"), GRID)
def test_speech_is_as_loud_as_asked_under_any_peak(
    peak: float, wanted: float, tmp_path: Path
) -> None:
    turns = [Span(0, len(spoken()), "host")]
    heard = [(spoken_levels(), turns)]
    ceiling, before = peak + mp3.LOSS_DB - mp3.OVERSHOOT_DB, wanted + mp3.LOSS_DB
    gains = voice_gains(heard, RATE, before, ceiling)
    missing = limited_loudness(heard, RATE, gains, ceiling).missing(before)["host"]
    if (peak, wanted) in OUT_OF_REACH:
        assert missing > mastering.MISSED_LU and gains["host"] == mastering.LOUDEST_GAIN_DB
        return
    assert abs(missing) <= 0.075  # half a step of the gain, and what the last step misses
    if (peak, wanted) not in MEASURED:
        return
    pieces = master(spoken(), spoken_levels()[1], turns, gains, ceiling)
    result = decoded(np.concatenate(list(pieces)), tmp_path)
    assert integrated_loudness(result / 32768) == pytest.approx(wanted - 0.03, abs=0.1)
    assert true_peak_db(result) <= peak + 0.05


def test_the_usual_loudness_takes_no_more_than_four_rounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard = [(spoken_levels(), [Span(0, len(spoken()), "host")])]
    asked: list[dict[str, float]] = []

    def counted(
        heard: mastering.Heard, rate: int, gains: dict[str, float], ceiling: float
    ) -> mastering.Loudness:
        asked.append(gains)
        return limited_loudness(heard, rate, gains, ceiling)

    monkeypatch.setattr(mastering, "limited_loudness", counted)
    voice_gains(heard, RATE, -16 + mp3.LOSS_DB, -1 + mp3.LOSS_DB - mp3.OVERSHOOT_DB)
    assert len(asked) <= 4
    asked.clear()
    voice_gains(heard, RATE, -14, -6)  # out of reach: the search ends where gains do
    assert 1 < len(asked) < mastering.ROUNDS


def test_a_search_that_does_not_end_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[float] = []

    def never(*_: object) -> mastering.Loudness:
        rounds.append(0)
        return mastering.Loudness(-20.0, -20.0, {"host": -20.0 + (-1) ** len(rounds)})

    monkeypatch.setattr(mastering, "limited_loudness", never)
    heard = [(spoken_levels(), [Span(0, len(spoken()), "host")])]
    voice_gains(heard, RATE, -20, -1)
    assert len(rounds) == mastering.ROUNDS


@pytest.mark.slow
@pytest.mark.parametrize("peak", [-1, -3])
def test_short_turns_with_pauses_between_are_as_loud_as_asked(peak: float, tmp_path: Path) -> None:
    """A meter hears the ends of turns together with the pauses after them: they count as softer."""
    turns, at = [], 0
    for number in range(20):
        end = min(len(spoken()), at + (1 + number % 3) * 48_000)
        turns.append(Span(at, end, ("host", "guest")[number % 2]))
        at = end
    sound = spoken()[:at].copy()
    for turn in turns:
        sound[turn.start : turn.start + RATE * 8 // 10] = 0
    sound = np.pad(sound, (0, mp3.padded(at + mp3.TAIL) - at))
    levels, ceiling = measure(sound, RATE), peak + mp3.LOSS_DB - mp3.OVERSHOOT_DB
    gains = voice_gains([(levels, turns)], RATE, -18 + mp3.LOSS_DB, ceiling)
    pieces = list(master(sound, levels[1], turns, gains, ceiling))
    result = decoded(np.concatenate(pieces), tmp_path)
    assert integrated_loudness(result / 32768) == pytest.approx(-18 - 0.03, abs=0.1)
    told = limited_loudness([(levels, turns)], RATE, gains, ceiling)
    assert told.turns > told.whole + 0.1
    assert told.voices["host"] == pytest.approx(told.voices["guest"], abs=0.15)


def test_gains_are_whole_steps() -> None:
    heard = [(spoken_levels(), [Span(0, len(spoken()), "host")])]
    for wanted in (-16.0, -16.3, -17.7, -21.1):
        gain = voice_gains(heard, RATE, wanted, CEILING)["host"]
        assert gain == round(gain * 8) / 8
