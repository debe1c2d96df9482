"""Clips -> Take: one chapter's sound on disk, and the position of everything in it.

One loop writes the sound and notes the positions: a position is the length of the sound written
so far. So positions cannot drift from the sound.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from podcast.formats.subtitles.openers import give_openers
from podcast.model import RATE, Audio, Clip, Recipe, Span, Track, later
from podcast.sound.cut import filled
from podcast.sound.mp3 import FRAME, TAIL, padded
from podcast.sound.reel import Reel
from podcast.sound.sounds import Sound

if TYPE_CHECKING:
    import hashlib

LEAD = 2 * FRAME  # samples of silence at a chapter's start: the encoder needs them to start up
AFTER_SOUND = 0.5  # seconds from the end of an opening sound to the first word
MUSIC_ALONE = 1.5  # seconds of music before the first word
CHUNK = 1 << 16  # samples of a sound file copied at a time
NO_ROOM = Audio(b"", RATE)  # of a voice that no room was recorded with
_GOES_OVER = RATE // 5  # samples in which the sound of one room goes over into another's


@dataclass(frozen=True, slots=True)
class Take:
    """A recorded chapter, not yet mastered, and without its subtitle lines.

    `turns` cover the chapter end to end. The text of a turn is the role that speaks in it, or the
    name of a sound, such as the intro. `sound` is the SHA-256 of the chapter's samples, so two
    takes of the same text by a voice that says it in another way can be told apart.
    """

    track: Track
    turns: tuple[Span, ...]
    sound: str = ""


@dataclass
class _Reel:
    """The sound written to `file` so far; it is `length` samples long."""

    file: BinaryIO
    length: int = 0
    digest: hashlib._Hash = field(default_factory=sha256)

    def add(self, pcm: bytes) -> None:
        self.file.write(pcm)
        self.digest.update(pcm)
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
    """Write the paragraphs of one chapter, with pauses, to `file` as 16-bit PCM at `rate`.

    No paragraph is empty. The sounds that open and close the chapter are turns of their own. The
    chapter lasts a whole number of MP3 frames and ends in enough silence to be joined to the next.
    Returns the take.
    """
    reel = _Reel(file)
    spoken: list[tuple[Span, ...]] = []
    turns = [_add_sound(reel, sound, LEAD) for sound in opening]
    pause = round(AFTER_SOUND * rate) if opening else LEAD
    if recipe.music:
        pause = round(MUSIC_ALONE * rate)
    before = NO_ROOM
    for clips in paragraphs:
        start = reel.length
        reel.add(quiet(pause, before, clips[0].room))
        before = clips[-1].room
        words = _add_paragraph(reel, clips, round(recipe.sentence_pause * rate))
        spoken.append(give_openers(words))
        turns.append(Span(start, reel.length, clips[0].voice))
        pause = round(recipe.paragraph_pause * rate)
    for sound in closing:
        turns.append(_add_sound(reel, sound, pause, before))
        before = NO_ROOM
    end = max(round(recipe.chapter_pause * rate), TAIL)
    reel.add(quiet(padded(reel.length + end) - reel.length, before, NO_ROOM))
    if turns:
        turns[-1] = Span(turns[-1].start, reel.length, turns[-1].text)
    words = tuple(word for paragraph in spoken for word in paragraph)
    track = Track(title, reel.length, (), words)
    return Take(track, tuple(turns), reel.digest.hexdigest())


def _add_sound(reel: _Reel, sound: Sound, pause: int, before: Audio = NO_ROOM) -> Span:
    """Write a pause of `pause` samples and then a sound; returns the turn of both.

    `before` is the sound of the room of the recording before it.
    """
    start = reel.length
    reel.add(quiet(pause, before, NO_ROOM))
    samples = Reel(sound.path)
    for first in range(0, len(samples), CHUNK):
        reel.add(samples[first : first + CHUNK].tobytes())
    return Span(start, reel.length, sound.turn)


def _add_paragraph(reel: _Reel, clips: tuple[Clip, ...], pause: int) -> tuple[Span, ...]:
    """Write the clips of a paragraph; returns their words with their positions in the chapter."""
    words: list[Span] = []
    for number, clip in enumerate(clips):
        if number:
            reel.add(silence(pause))
        words += [later(word, reel.length) for word in clip.words]
        reel.add(clip.audio.pcm)
    return tuple(words)


def quiet(samples: int, before: Audio, after: Audio) -> bytes:
    """A pause of `samples` 16-bit samples: silence, or the sound of the room of a recording.

    The room of what comes `before` goes over into that of what comes `after`; either may be empty,
    as is that of a voice that no room was recorded with.

    >>> quiet(2, NO_ROOM, NO_ROOM)
    b'\\x00\\x00\\x00\\x00'
    """
    if not len(before) and not len(after):
        return silence(samples)
    rooms = [np.frombuffer(room.pcm, "<i2").astype(np.float32) for room in (before, after)]
    length = min(samples, _GOES_OVER)
    rise = np.concatenate([np.zeros(samples - length), np.linspace(0, 1, length)])
    falls, rises = (filled(room, samples) for room in rooms)
    if not len(after):  # it falls away at once, so that a chapter ends in silence
        rise = np.minimum(1, np.linspace(0, samples / max(length, 1), samples))
    mixed = falls * (1 - rise) + rises[::-1] * rise
    return bytes(np.rint(mixed).astype("<i2").tobytes())


def silence(samples: int) -> bytes:
    """`samples` 16-bit samples of digital silence."""
    return bytes(2 * samples)
