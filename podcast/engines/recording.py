"""Passages -> Speech, cut out of the original recording: the engine of the speaker's own voice.

It says nothing by its text alone: where a paragraph is heard, `podcast.recording.passages` found
out from the transcript. The recording is read once from its beginning to the last passage that is
asked for, and only what the passages need is in memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from podcast.errors import FfmpegError, SpeechFailed, VoiceError
from podcast.model import AS_SHOWN, RATE, Audio, Passage, Speech, Tape, Voice
from podcast.outside.ffmpeg import listen
from podcast.sound.cut import HALF, Samples, joined, louder


class Recording:
    """The engine that cuts what is to be said out of a recording of it."""

    rate = RATE
    version = "1"
    needs = AS_SHOWN

    def speak(self, text: str, voice: Voice) -> Speech:
        """Raise VoiceError: a text alone does not tell where it is heard."""
        raise VoiceError(
            "the engine recording can only cut an episode out of its recording; "
            "run: podcast make SEED --recording FILE --engine recording"
        )

    def cut(self, passages: Sequence[Passage]) -> Iterator[tuple[Passage, Audio, Audio]]:
        """Each passage with its sound and that of the room, in the order in which they are read.

        All passages are of one recording. Raises SpeechFailed if the recording cannot be read.
        """
        reel: _Reel | None = None
        for passage in sorted(passages, key=_last):
            reel = reel or _Reel(passage.tape, passages)
            reel.read_to(_last(passage))
            yield passage, *_sound(passage, reel)
            reel.forget(passage)


def _last(passage: Passage) -> int:
    return max(end for _, end in _needed(passage))


def _needed(passage: Passage) -> list[tuple[int, int]]:
    """The samples of the recording that a passage needs, with those that are crossed over."""
    return [(cut.start - HALF, cut.end + HALF) for cut in (*passage.cuts, passage.room)]


def _sound(passage: Passage, reel: _Reel) -> tuple[Audio, Audio]:
    room = reel.get(passage.room.start, passage.room.end)
    sound = joined(passage.cuts, room, reel.get, passage.gain_db)
    return _audio(sound), _audio(louder(room, passage.gain_db))


def _audio(samples: NDArray[np.int16]) -> Audio:
    return Audio(samples.astype("<i2").tobytes(), RATE)


class _Reel:
    """A recording that is read once, in blocks of a second, of which only needed ones are kept."""

    def __init__(self, tape: Tape, passages: Sequence[Passage]) -> None:
        self.tape = tape
        self.uses = Counter(block for each in passages for block in _blocks(each))
        self.blocks: dict[int, Samples] = {}
        self.chunks = listen(tape.path, RATE, noise_db=tape.noise_db)
        self.held = b""
        self.read = 0  # blocks

    def read_to(self, end: int) -> None:
        """Read up to a sample. Raises SpeechFailed if the recording cannot be read."""
        while self.read * RATE < end:
            block = self._next_block()
            if self.read in self.uses:
                self.blocks[self.read] = block
            self.read += 1

    def _next_block(self) -> Samples:
        try:
            while len(self.held) < 2 * RATE and (chunk := next(self.chunks, b"")):
                self.held += chunk
        except FfmpegError as error:
            raise SpeechFailed(f"{self.tape.path.name} cannot be cut: {error}") from error
        block = np.zeros(RATE, np.float32)  # after the end of the recording nothing is heard
        whole = self.held[: min(len(self.held) // 2, RATE) * 2]
        block[: len(whole) // 2] = np.frombuffer(whole, "<i2")
        self.held = self.held[len(whole) :]
        return block

    def get(self, start: int, end: int) -> Samples:
        """The samples from `start` up to `end`; none are before the first."""
        lead = np.zeros(max(0, min(end, 0) - start), np.float32)
        first = max(start, 0)
        numbers = range(first // RATE, -(-end // RATE))
        parts = [self.blocks[number] for number in numbers]
        whole = np.concatenate([np.zeros(0, np.float32), *parts])
        opens = first - numbers.start * RATE
        return np.concatenate([lead, whole[opens : opens + max(0, end - first)]])

    def forget(self, passage: Passage) -> None:
        """Drop the blocks that only this passage needed."""
        for block in _blocks(passage):
            self.uses[block] -= 1
            if not self.uses[block]:
                self.blocks.pop(block, None)


def _blocks(passage: Passage) -> set[int]:
    return {
        block
        for start, end in _needed(passage)
        for block in range(max(0, start) // RATE, -(-end // RATE))
    }
