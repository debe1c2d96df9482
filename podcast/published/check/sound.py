"""The sound files -> faults. The recipe in the report says what the sound should be like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mutagen.mp3 import MP3, BitrateMode

from podcast.files.names import SOUND
from podcast.model import RATE
from podcast.published.check.opened import Folder

TOLERANCE_LU = 0.5  # by which loudness may miss the recipe's
SHORT_TOLERANCE_LU = 1.0  # the same for a chapter under SHORT_SECONDS: gains fit the episode
SHORT_SECONDS = 30.0
PEAK_TOLERANCE_DB = 0.049  # ffmpeg prints peaks rounded to tenths of a dB
SILENCE_SECONDS = 3.0  # silence up to this length is never a fault
OVER_PAUSE_SECONDS = 1.4  # silence may be so much longer than a pause: a voice adds its own
SHORT_PAUSE_SECONDS = 0.1  # a chapter's pause may be so much shorter: an encoder rings into it
BITRATE_TOLERANCE = 1.5  # kbit/s: headers and whole frames shift the mean over a file


def loudness(folder: Folder) -> Iterator[str]:
    """The episode is as loud as the recipe says, within TOLERANCE_LU."""
    measured, wanted = folder.decoded[SOUND].loudness, folder.recipe.loudness
    folder.measurements["loudness of the episode"] = f"{measured:.1f} LUFS"
    if abs(measured - wanted) > TOLERANCE_LU:
        yield f"{measured:.1f} LUFS, not {wanted:g} ±{TOLERANCE_LU}"


def chapter_loudness(folder: Folder) -> Iterator[str]:
    """Each chapter is as loud as the recipe says; a short one may miss it by more."""
    levels = [folder.decoded[path.name].loudness for path in folder.songs]
    folder.measurements["loudness of chapters"] = f"{min(levels):.1f} to {max(levels):.1f} LUFS"
    for path, level in zip(folder.songs, levels, strict=True):
        short = folder.decoded[path.name].samples < SHORT_SECONDS * RATE
        tolerance = SHORT_TOLERANCE_LU if short else TOLERANCE_LU
        if abs(level - folder.recipe.loudness) > tolerance:
            yield f"{path.name}: {level:.1f} LUFS"


def peaks(folder: Folder) -> Iterator[str]:
    """No true peak of the decoded files is over the recipe's `peak`."""
    highest = max(decoded.peak for decoded in folder.decoded.values())
    folder.measurements["true peak"] = f"{highest:.1f} dBTP"
    for name, decoded in folder.decoded.items():
        if decoded.peak > folder.recipe.peak + PEAK_TOLERANCE_DB:
            yield f"{name}: {decoded.peak:.1f} dBTP, over {folder.recipe.peak:g}"


def clipping(folder: Folder) -> Iterator[str]:
    """No file has three samples in a row at full scale."""
    for name, decoded in folder.decoded.items():
        if decoded.clipped:
            yield f"{name} is clipped"


def silence(folder: Folder) -> Iterator[str]:
    """No silence is much longer than the longest pause of the recipe."""
    longest = max(decoded.silence for decoded in folder.decoded.values())
    folder.measurements["silence"] = f"{longest:.1f} s at most"
    recipe = folder.recipe
    pauses = (
        recipe.comma_pause,
        recipe.sentence_pause,
        recipe.paragraph_pause,
        recipe.chapter_pause,
    )
    most = max(SILENCE_SECONDS, max(pauses) + OVER_PAUSE_SECONDS)
    for name, decoded in folder.decoded.items():
        if decoded.silence > most:
            yield f"{name}: {decoded.silence:.1f} s of silence, over {most:.1f} s"


def pauses(folder: Folder) -> Iterator[str]:
    """Each chapter ends in the pause of the recipe, unless music fills it."""
    wanted = folder.recipe.chapter_pause
    if folder.recipe.music:
        return
    for path in folder.songs:
        silence_seconds = folder.decoded[path.name].end
        if silence_seconds < wanted - SHORT_PAUSE_SECONDS:
            yield f"{path.name} ends in {silence_seconds:.1f} s of silence, not in {wanted:g} s"


def lengths(folder: Folder) -> Iterator[str]:
    """The decoded chapters add up to the episode and are as long as chapters.json says."""
    whole = folder.decoded[SOUND].samples
    parts = [folder.decoded[path.name].samples for path in folder.songs]
    folder.measurements["chapters add up"] = f"{whole} samples"
    if sum(parts) != whole:
        yield f"chapters have {sum(parts)} samples, the episode {whole}"
    if folder.report.samples != whole:
        yield f"report.json has {folder.report.samples} samples, the episode {whole}"
    for path, samples, chapter in zip(folder.songs, parts, folder.chapters, strict=True):
        listed = chapter["endTime"] - chapter["startTime"]
        if abs(samples / RATE - listed) > 0.002:
            yield f"{path.name} lasts {samples / RATE:.3f} s, in chapters.json {listed:.3f} s"


def encoding(folder: Folder) -> Iterator[str]:
    """Every MP3 is mono at 44.1 kHz or more, at the recipe's constant bitrate, with a length.

    Source: Apple Podcasts, audio requirements (sample rate, and 64 to 128 kbit/s for mono).
    """
    wanted = folder.recipe.bitrate
    for path in (folder.path / SOUND, *folder.songs):
        info: Any = MP3(path).info
        folder.measurements["encoding"] = f"{info.bitrate // 1000} kbit/s, {info.sample_rate} Hz"
        if info.channels != 1 or info.sample_rate < RATE:
            yield f"{path.name}: {info.channels} channels at {info.sample_rate} Hz"
        is_asked = abs(info.bitrate / 1000 - wanted) <= BITRATE_TOLERANCE
        if info.bitrate_mode != BitrateMode.CBR or not is_asked:
            actual = f"{info.bitrate // 1000} kbit/s, {info.bitrate_mode}"
            yield f"{path.name}: {actual}, not {wanted} kbit/s, constant"
        if info.sketchy:
            yield f"{path.name}: no MP3 frames where the sound should begin"


RULES = (
    ("loudness of the episode", loudness),
    ("loudness of chapters", chapter_loudness),
    ("true peak", peaks),
    ("clipping", clipping),
    ("silence", silence),
    ("pauses", pauses),
    ("chapters add up", lengths),
    ("encoding", encoding),
)
