"""Recordings whose lines are known: espeak-ng says them, which the network never heard."""

from __future__ import annotations

import subprocess
import wave
from functools import cache
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from podcast.engines.espeak import Espeak
from podcast.model import Voice
from podcast.outside import ffmpeg
from podcast.recording.align import Listened, align
from podcast.recording.features import RATE
from podcast.recording.levels import Lulls, levels
from podcast.recording.times import Alignment

LINES = (
    "今天我们来聊一聊人工智能的发展",
    "很多公司都在研究新的模型",
    "第一个问题是成本",
    "他们去年投入了很多钱",
    "后来有人找到了更便宜的办法",
    "我认为未来几年变化会更快",
    "大家可以看一看这个例子",
    "手机上的应用越来越多",
)
ENGLISH = ("The weather is fine today and we are going home", "Nobody knows what will happen")
Sound = NDArray[np.float32]


@cache
def spoken(text: str, voice: str = "cmn") -> Sound:
    """A text in sound, without silence around it; at RATE, RMS 1500."""
    audio = Espeak().speak(text, Voice("host", "espeak", voice)).audio
    sound = np.frombuffer(audio.pcm, "<i2").astype(np.float32)
    sound = np.asarray(soxr.resample(sound, audio.rate, RATE), np.float32)
    loud = np.flatnonzero(np.abs(sound) > 60)
    sound = sound[loud[0] : loud[-1] + 1]
    return np.asarray(sound / np.sqrt(np.square(sound).mean()) * 1500, np.float32)


def quiet(seconds: float) -> Sound:
    """Room tone 80 dB below full scale."""
    noise = np.random.default_rng(round(seconds * 1000))
    return noise.standard_normal(round(seconds * RATE)).astype(np.float32) * 3


def taped(*parts: str | Sound, pause: float = 0.4) -> tuple[Sound, list[float]]:
    """Texts and sounds one after another, and the second at which each of them begins."""
    made, starts = [quiet(0.3)], []
    for part in parts:
        starts.append(sum(map(len, made)) / RATE)
        made += [spoken(part) if isinstance(part, str) else part, quiet(pause)]
    return np.concatenate(made), starts


def pcm(sound: Sound) -> bytes:
    """Sound as 16-bit samples."""
    return sound.clip(-32768, 32767).astype("<i2").tobytes()


def found(sound: Sound, lines: tuple[str, ...] = LINES) -> Alignment:
    """Where lines are heard in a sound."""
    return align(Listened([pcm(sound)]), lines, range(1, len(lines) + 1))


def errors(alignment: Alignment, starts: list[float]) -> list[float]:
    """By how many seconds each line begins too late or too early; nan where it has no time."""
    return [
        float("nan") if line.start_ms is None else abs(line.start_ms / 1000 - start)
        for line, start in zip(alignment.lines, starts, strict=True)
    ]


def write_wav(path: Path, sound: Sound) -> Path:
    """A sound as a file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm(sound))
    return path


def write_video(path: Path, wav: Path | None, offset: float = 0.0) -> Path:
    """A film of three seconds in black; the sound of `wav` begins `offset` seconds later."""
    picture = ["-f", "lavfi", "-i", "color=black:s=64x64:r=10:d=3"]
    sound = ["-itsoffset", str(offset), "-i", str(wav), "-c:a", "aac"] if wav else []
    command = [ffmpeg.executable(), "-v", "error", "-y", *picture, *sound]
    subprocess.run([*command, "-c:v", "libx264", "-preset", "ultrafast", str(path)], check=True)
    return path


def toned(*stretches: tuple[int, float]) -> Lulls:
    """The lulls of a sound of stretches, each so many milliseconds and so many decibels high."""
    noise = np.random.default_rng(0)
    sound = np.concatenate(
        [noise.standard_normal(ms * RATE // 1000) * 32768 * 10 ** (db / 20) for ms, db in stretches]
    )
    return Lulls(levels([pcm(sound.astype(np.float32))]))
