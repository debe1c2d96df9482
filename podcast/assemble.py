"""Clips -> Take: one chapter's sound on disk, and where everything in it lies.

The sound and its positions are written by the same walk: a position is the length so far.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from podcast.master import Meter, Powers
from podcast.model import Audio, Clip, Recipe, Span, Track
from podcast.mp3 import FRAME, TAIL, padded
from podcast.subtitle import subtitle

LEAD = 2 * FRAME  # samples of silence that open a chapter: the encoder starts up in them


@dataclass(frozen=True, slots=True)
class Take:
    """A chapter recorded, not yet mastered.

    `turns` tell whose voice (a role) is heard from where to where; `powers` how strong each
    voice is, as a Meter reads it.
    """

    track: Track
    turns: tuple[Span, ...]
    powers: tuple[tuple[str, Powers], ...]


@dataclass
class _Reel:
    """The sound so far: written to `file`, measured by voice, `length` samples long."""

    file: BinaryIO
    rate: int
    length: int = 0

    def __post_init__(self) -> None:
        self.meters: dict[str, Meter] = {}

    def add(self, pcm: bytes, voice: str) -> None:
        self.file.write(pcm)
        self.meters.setdefault(voice, Meter(self.rate)).hear(pcm)
        self.length += len(pcm) // 2


def assemble(
    title: str, paragraphs: Iterable[tuple[Clip, ...]], rate: int, recipe: Recipe, file: BinaryIO
) -> Take:
    """The paragraphs of one chapter, with pauses, written to `file` as 16-bit PCM at `rate`.

    The chapter lasts whole MP3 frames and ends in silence enough to be joined to the next.
    """
    reel = _Reel(file, rate)
    words: list[Span] = []
    lines: list[Span] = []
    turns: list[Span] = []
    pause = 0
    for clips in paragraphs:
        voice = clips[0].voice
        start = reel.length
        reel.add(silence(pause or LEAD), voice)
        said = _add_paragraph(reel, clips, recipe)
        words += said
        lines += subtitle(said, rate)
        turns.append(Span(start, reel.length, voice))
        pause = round(recipe.paragraph_pause * rate)
    end = max(round(recipe.chapter_pause * rate), TAIL)
    reel.add(silence(padded(reel.length + end) - reel.length), turns[-1].text)
    turns[-1] = Span(turns[-1].start, reel.length, turns[-1].text)
    powers = tuple((voice, meter.powers()) for voice, meter in sorted(reel.meters.items()))
    return Take(Track(title, reel.length, tuple(lines), tuple(words)), tuple(turns), powers)


def _add_paragraph(reel: _Reel, clips: tuple[Clip, ...], recipe: Recipe) -> tuple[Span, ...]:
    """The words of a paragraph where they came to lie."""
    said: list[Span] = []
    for number, clip in enumerate(clips):
        if number:
            reel.add(silence(round(recipe.sentence_pause * reel.rate)), clip.voice)
        at = reel.length
        said += [Span(word.start + at, word.end + at, word.text) for word in clip.words]
        reel.add(clip.audio.pcm, clip.voice)
    return tuple(said)


def silence(samples: int) -> bytes:
    """So many samples of digital silence."""
    return bytes(2 * samples)


def seconds(audio: Audio) -> float:
    """How long a sound lasts."""
    return len(audio) / audio.rate
