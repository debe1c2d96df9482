"""Clips -> Take: one chapter's sound on disk, and where everything in it lies.

The sound and its positions are written by the same walk: a position is the length so far.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from podcast.model import Clip, Recipe, Span, Track, later
from podcast.sound.mp3 import FRAME, TAIL, padded
from podcast.sound.reel import Reel
from podcast.sound.sounds import Sound
from podcast.subtitles.lines import give_openers, style_of, subtitle_turns

LEAD = 2 * FRAME  # samples of silence that open a chapter: the encoder starts up in them
AFTER_SOUND = 0.5  # seconds from an opening sound to the first word
MUSIC_ALONE = 1.5  # seconds of music before the first word
CHUNK = 1 << 16  # samples of a sound written at a time


@dataclass(frozen=True, slots=True)
class Take:
    """A chapter recorded, not yet mastered.

    `turns` tell whose voice (a role) is heard from where to where, end to end.
    """

    track: Track
    turns: tuple[Span, ...]


@dataclass
class _Reel:
    """The sound so far: written to `file`, `length` samples long."""

    file: BinaryIO
    length: int = 0

    def add(self, pcm: bytes) -> None:
        self.file.write(pcm)
        self.length += len(pcm) // 2


def assemble(
    title: str,
    paragraphs: Iterable[tuple[Clip, ...]],
    rate: int,
    recipe: Recipe,
    file: BinaryIO,
    *,
    opening: tuple[Sound, ...] = (),
    closing: tuple[Sound, ...] = (),
) -> Take:
    """The paragraphs of one chapter, with pauses, written to `file` as 16-bit PCM at `rate`.

    None of them is empty. The sounds `opening` and `closing` it are turns of their own. The
    chapter lasts whole MP3 frames and ends in silence enough to be joined to the next.
    """
    reel = _Reel(file)
    said: list[tuple[Span, ...]] = []
    turns = [_add_sound(reel, sound, LEAD) for sound in opening]
    pause = round(AFTER_SOUND * rate) if opening else LEAD
    if recipe.music:
        pause = round(MUSIC_ALONE * rate)
    for clips in paragraphs:
        start = reel.length
        reel.add(silence(pause))
        words = _add_paragraph(reel, clips, round(recipe.sentence_pause * rate))
        said.append(give_openers(words))
        turns.append(Span(start, reel.length, clips[0].voice))
        pause = round(recipe.paragraph_pause * rate)
    turns += [_add_sound(reel, sound, pause) for sound in closing]
    end = max(round(recipe.chapter_pause * rate), TAIL)
    reel.add(silence(padded(reel.length + end) - reel.length))
    if turns:
        turns[-1] = Span(turns[-1].start, reel.length, turns[-1].text)
    words = tuple(word for paragraph in said for word in paragraph)
    lines = subtitle_turns(said, rate, style_of(recipe))
    return Take(Track(title, reel.length, lines, words), tuple(turns))


def _add_sound(reel: _Reel, sound: Sound, pause: int) -> Span:
    """The turn of a sound, silent for `pause` samples first."""
    start = reel.length
    reel.add(silence(pause))
    samples = Reel(sound.path)
    for at in range(0, len(samples), CHUNK):
        reel.add(samples[at : at + CHUNK].tobytes())
    return Span(start, reel.length, sound.turn)


def _add_paragraph(reel: _Reel, clips: tuple[Clip, ...], pause: int) -> tuple[Span, ...]:
    """The words of a paragraph where they came to lie."""
    said: list[Span] = []
    for number, clip in enumerate(clips):
        if number:
            reel.add(silence(pause))
        said += [later(word, reel.length) for word in clip.words]
        reel.add(clip.audio.pcm)
    return tuple(said)


def silence(samples: int) -> bytes:
    """So many samples of digital silence."""
    return bytes(2 * samples)
