"""What is heard -> faults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mutagen.mp3 import MP3, BitrateMode

from podcast.check.opened import RATE, Folder

LOUDNESS, TOLERANCE = -16.0, 0.5  # LUFS, LU
SHORT_TOLERANCE = 1.0  # LU, of a chapter under SHORT seconds, where one gain for all may miss
SHORT = 30.0
PEAK = -1.0  # dBTP
SILENCE = 3.0  # seconds
LEAST_BITRATE = 63_000  # bits a second: 64 000 reads as a little less over a whole file
EPISODE = "episode.mp3"


def loudness(folder: Folder) -> Iterator[str]:
    """The episode is as loud as Apple asks."""
    found = folder.heard[EPISODE].loudness
    folder.figures["loudness of the episode"] = f"{found:.1f} LUFS"
    if abs(found - LOUDNESS) > TOLERANCE:
        yield f"{found:.1f} LUFS, not {LOUDNESS:.0f} ±{TOLERANCE}"


def chapter_loudness(folder: Folder) -> Iterator[str]:
    """Each chapter is as loud as the episode."""
    levels = [folder.heard[path.name].loudness for path in folder.songs]
    folder.figures["loudness of chapters"] = f"{min(levels):.1f} to {max(levels):.1f} LUFS"
    for path, level in zip(folder.songs, levels, strict=True):
        short = folder.heard[path.name].samples < SHORT * RATE
        if abs(level - LOUDNESS) > (SHORT_TOLERANCE if short else TOLERANCE):
            yield f"{path.name}: {level:.1f} LUFS"


def peaks(folder: Folder) -> Iterator[str]:
    """No true peak of what is decoded passes the ceiling."""
    folder.figures["true peak"] = f"{max(heard.peak for heard in folder.heard.values()):.1f} dBTP"
    for name, heard in folder.heard.items():
        if heard.peak > PEAK + 0.049:  # ffmpeg tells tenths
            yield f"{name}: {heard.peak:.1f} dBTP"


def clipping(folder: Folder) -> Iterator[str]:
    """No three samples in a row are at full scale."""
    for name, heard in folder.heard.items():
        if heard.clipped:
            yield f"{name} is clipped"


def silence(folder: Folder) -> Iterator[str]:
    """Nothing is silent for long."""
    longest = max(heard.silence for heard in folder.heard.values())
    folder.figures["silence"] = f"{longest:.1f} s at most"
    for name, heard in folder.heard.items():
        if heard.silence > SILENCE:
            yield f"{name}: {heard.silence:.1f} s of silence"


def lengths(folder: Folder) -> Iterator[str]:
    """Chapters, decoded, add up to the episode, and last what chapters.json tells."""
    whole = folder.heard[EPISODE].samples
    parts = [folder.heard[path.name].samples for path in folder.songs]
    folder.figures["chapters add up"] = f"{whole} samples"
    if sum(parts) != whole:
        yield f"chapters have {sum(parts)} samples, the episode {whole}"
    if folder.report["samples"] != whole:
        yield f"report.json tells {folder.report['samples']} samples, the episode has {whole}"
    for path, samples, chapter in zip(folder.songs, parts, folder.chapters, strict=True):
        told = chapter["endTime"] - chapter["startTime"]
        if abs(samples / RATE - told) > 0.002:
            yield f"{path.name} lasts {samples / RATE:.3f} s, chapters.json tells {told:.3f} s"


def encoding(folder: Folder) -> Iterator[str]:
    """MP3 as Apple asks: mono, 44.1 kHz or more, constant bitrate, its length told."""
    for path in (folder.path / EPISODE, *folder.songs):
        found: Any = MP3(path).info
        folder.figures["encoding"] = f"{found.bitrate // 1000} kbit/s, {found.sample_rate} Hz"
        if found.channels != 1 or found.sample_rate < RATE:
            yield f"{path.name}: {found.channels} channels at {found.sample_rate} Hz"
        if found.bitrate_mode != BitrateMode.CBR or found.bitrate < LEAST_BITRATE:
            yield f"{path.name}: {found.bitrate // 1000} kbit/s, {found.bitrate_mode}"
        if found.sketchy:
            yield f"{path.name}: sound that is hard to find"


RULES = (
    ("loudness of the episode", loudness),
    ("loudness of chapters", chapter_loudness),
    ("true peak", peaks),
    ("clipping", clipping),
    ("silence", silence),
    ("chapters add up", lengths),
    ("encoding", encoding),
)
