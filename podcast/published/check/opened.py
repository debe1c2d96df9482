"""An episode's folder -> the content of its files, each read once, when a rule first needs it."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from html import unescape
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import srt
from mutagen.mp3 import MP3

from podcast.files import json_text
from podcast.files.names import CHAPTERS, SCRIPT, SOUND, SUBTITLES
from podcast.model import NOTICE, RATE, Recipe, Script
from podcast.outside import ffmpeg
from podcast.published.report import Report, read_report
from podcast.text.script import read_script

BLOCK = 441  # samples: a hundredth of a second, the step in which silence is looked for
QUIET = 33  # of 32768, which is -60 dBFS: a block without a greater sample is silent


@dataclass(frozen=True, slots=True)
class Caption:
    """A subtitle as it stands in its file."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """The measurements of a decoded sound file: `loudness` in LUFS, `peak` in dBTP.

    `silence` is the longest silence in it and `end` the silence at its end, both in seconds.
    `clipped` says whether three samples in a row are at full scale.
    """

    samples: int
    loudness: float
    peak: float
    silence: float
    end: float
    clipped: bool


@dataclass
class Folder:
    """A built episode.

    `measurements` are texts that are printed where a rule finds no fault, by the rule's name.
    `watch` is called with the share of all sound that is decoded, from 0 to 1; an error that it
    raises ends the decoding.
    """

    path: Path
    measurements: dict[str, str] = field(default_factory=dict)
    watch: Callable[[float], None] = lambda _: None

    def text(self, name: str) -> str:
        """The text of the file called `name`."""
        return (self.path / name).read_text("utf-8")

    @cached_property
    def report(self) -> Report:
        """The report of the build."""
        return read_report(self.path)

    @property
    def recipe(self) -> Recipe:
        """The recipe of the build; the default recipe if an older version did not report it."""
        return self.report.recipe

    @cached_property
    def chapters(self) -> list[dict[str, Any]]:
        """The chapters in chapters.json."""
        return list(json_text.parse(self.text(CHAPTERS))["chapters"])

    @cached_property
    def script(self) -> Script:
        """The script. Raises ReadError or ScriptError if script.md cannot be read."""
        return read_script(self.path / SCRIPT)

    @cached_property
    def spoken_text(self) -> str:
        """The text of all paragraphs of the script, after the notice if that is spoken.

        Raises ReadError or ScriptError if script.md cannot be read.
        """
        text = "\n".join(
            paragraph.text for chapter in self.script.chapters for paragraph in chapter.paragraphs
        )
        wanted = self.recipe.spoken_notice and not self.report.human
        spoken = wanted and not text.startswith(NOTICE)
        return f"{NOTICE}\n{text}" if spoken else text

    @cached_property
    def songs(self) -> list[Path]:
        """The sound files of the chapters, in order."""
        return sorted((self.path / "chapters").glob("*.mp3"))

    @cached_property
    def subtitles(self) -> list[Caption]:
        """The cues of episode.srt."""
        return read_srt(self.text(SUBTITLES))

    @cached_property
    def decoded(self) -> dict[str, Decoded]:
        """The measurements of the episode and of each chapter, by file name.

        Two files are decoded at a time.
        """
        paths = [self.path / SOUND, *self.songs]
        whole = 2 * 2 * self.report.samples  # the episode and its chapters, each heard twice
        heard = _Heard(whole, self.watch)
        with ThreadPoolExecutor(2) as pool:
            measured = pool.map(lambda path: hear(path, heard), paths)
            return dict(zip((path.name for path in paths), measured, strict=True))


class _Heard:
    """How much of the sound is decoded. Its method may be called by several threads at a time."""

    def __init__(self, whole: int, watch: Callable[[float], None]) -> None:
        self.left = self.whole = max(1, whole)  # samples
        self.watch, self.lock = watch, Lock()

    def __call__(self, samples: int) -> None:
        with self.lock:
            self.left -= samples
            self.watch(min(1.0, 1 - self.left / self.whole))


def hear(path: Path, heard: Callable[[int], None] = lambda _: None) -> Decoded:
    """Decode and measure one sound file; raises FfmpegError if ffmpeg cannot read it.

    `heard` is called with each number of samples that are decoded: all of them twice.
    """
    heard(0)
    summary = ffmpeg.measure(path).rpartition("Summary:")[2]
    info: Any = MP3(path).info
    heard(round(info.length * RATE))
    loudness = float(re.findall(r"I:\s+(\S+) LUFS", summary)[0])
    peak = float(re.findall(r"Peak:\s+(\S+) dBFS", summary)[0])
    samples, clipped, run, longest, rest = 0, False, 0, 0, b""
    for chunk in ffmpeg.decode(path, RATE):
        rest += chunk
        whole = len(rest) // (2 * BLOCK) * 2 * BLOCK
        heard(len(chunk) // 2)
        levels = np.abs(np.frombuffer(rest[:whole], "<i2").astype(np.int32)).reshape(-1, BLOCK)
        samples, rest = samples + whole // 2, rest[whole:]
        full = levels >= 32767
        clipped = clipped or bool((full[:, 2:] & full[:, 1:-1] & full[:, :-2]).any())
        for quiet in levels.max(axis=1) <= QUIET:
            run = run + 1 if quiet else 0
            longest = max(longest, run)
    second = RATE / BLOCK
    return Decoded(
        samples + len(rest) // 2, loudness, peak, longest / second, run / second, clipped
    )


def read_srt(text: str) -> list[Caption]:
    """The cues of a SubRip file.

    Raises ValueError if the text is no SubRip, or if the reader silently drops a cue.
    """
    try:
        cues = list(srt.parse(text))
    except srt.SRTParseError as error:
        raise ValueError(f"not SubRip: {error}") from error
    stamps = len(re.findall(r"^\S+ --> \S+$", text, re.MULTILINE))
    if stamps != len(cues):
        raise ValueError(f"{stamps} times but {len(cues)} cues")
    return [Caption(_ms(cue.start), _ms(cue.end), cue.content) for cue in cues]


def _ms(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)


def read_vtt(text: str) -> list[Caption]:
    """The cues of a WebVTT file without cue settings; word timestamps in a cue are left out.

    Raises ValueError if the text is no WebVTT.
    """
    head, *blocks = text.rstrip().split("\n\n")
    if not head.startswith("WEBVTT"):
        raise ValueError("not WebVTT")
    cues = []
    for block in blocks:
        times, _, shown = block.partition("\n")
        clocks = re.fullmatch(
            r"(\d+):(\d\d):(\d\d)\.(\d{3}) --> (\d+):(\d\d):(\d\d)\.(\d{3})", times
        )
        if not clocks:
            raise ValueError(f"no time in {times!r}")
        start, end = _clock(clocks.groups()[:4]), _clock(clocks.groups()[4:])
        cues.append(Caption(start, end, unescape(re.sub(r"<[^>]*>", "", shown))))
    return cues


def read_times(text: str) -> list[list[int]]:
    """The times in milliseconds of each cue of a WebVTT file that has word timestamps.

    They are the start of the cue, the start of each further word, and the end of the cue.
    """
    timed = []
    for block in text.split("\n\n")[1:]:
        times, _, shown = block.partition("\n")
        inner = [*map(_clock, re.findall(r"<(\d+):(\d\d):(\d\d)\.(\d{3})>", shown))]
        if inner:  # a time that is said stands in no angle brackets
            start, end = map(_clock, re.findall(r"(\d+):(\d\d):(\d\d)\.(\d{3})", times))
            timed.append([start, *inner, end])
    return timed


def read_ass(text: str) -> list[Caption]:
    """The cues of an Advanced SubStation Alpha file; commands in braces are left out.

    Raises ValueError if a cue has no time.
    """
    cues = []
    for line in re.findall(r"^Dialogue: (.*)$", text, re.MULTILINE):
        _, start, end, *_, shown = line.split(",", 9)
        plain = re.sub(r"\{[^}]*\}", "", shown).replace("\\N", "\n")
        cues.append(Caption(_hundredths(start), _hundredths(end), plain))
    return cues


def _hundredths(stamp: str) -> int:
    found = re.fullmatch(r"(\d+):(\d\d):(\d\d)\.(\d\d)", stamp)
    if not found:
        raise ValueError(f"no time in {stamp!r}")
    *whole, part = found.groups()
    return _clock((*whole, part + "0"))


def _clock(parts: tuple[str | Any, ...]) -> int:
    hours, minutes, seconds, ms = map(int, parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms


def chapter_blocks(text: str) -> list[str]:
    r"""What stands below each line [CHAPTER] in a file of ffmpeg's metadata.

    >>> chapter_blocks(";FFMETADATA1\n[CHAPTER]\ntitle=a[CHAPTER]\n[CHAPTER]\ntitle=b\n")
    ['title=a[CHAPTER]\n', 'title=b\n']
    """
    return re.split(r"^\[CHAPTER\]\n", text, flags=re.MULTILINE)[1:]


def letters(text: str) -> str:
    """The letters, hanzi and digits of a text, to compare the spoken words of two texts.

    >>> letters("GPT-4.5，很好！")
    'GPT45很好'
    """
    return "".join(filter(str.isalnum, text))
