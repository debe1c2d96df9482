"""Text -> Speech by a hum: each character one steady note, for tests of everything after it.

A note's frequency tells its character's code, and each begins exactly where its mark says, so
a test can find any word in the finished sound by ear.
"""

from __future__ import annotations

import numpy as np

from podcast.errors import SpeechFailed
from podcast.model import RATE, Audio, Mark, Speech, Voice
from podcast.pronounce import IN_FULL

NOTE_MS = 180  # of sound, for each character
GAP_MS = 40  # of silence after each, so that an onset is plain to hear
LOW_HZ, STEP_HZ, STEPS = 300, 25, 64


def frequency(character: str) -> int:
    """The note of a character, in Hz: 64 of them, 25 Hz apart, from 300 Hz."""
    return LOW_HZ + STEP_HZ * (ord(character) % STEPS)


class Tone:
    """The engine that hums."""

    rate = RATE
    version = "1"
    needs = IN_FULL

    def speak(self, text: str, voice: Voice) -> Speech:
        """A note for every letter, digit and hanzi of `text`; marks and spaces are silent."""
        spoken = [(at, character) for at, character in enumerate(text) if character.isalnum()]
        if not spoken:
            raise SpeechFailed(f"there is nothing to hum in {text[:40]!r}")
        notes = [self._note(character, voice.speed) for _, character in spoken]
        starts = np.cumsum([0] + [len(note) for note in notes[:-1]])
        marks = tuple(Mark(at, int(start)) for (at, _), start in zip(spoken, starts, strict=True))
        return Speech(Audio(np.concatenate(notes).astype("<i2").tobytes(), self.rate), marks)

    def _note(self, character: str, speed: float) -> np.ndarray:
        sounding = round(self.rate * NOTE_MS / 1000 / speed)
        silent = round(self.rate * GAP_MS / 1000 / speed)
        phase = 2 * np.pi * frequency(character) / self.rate * np.arange(sounding)
        return np.concatenate([8000 * np.sin(phase), np.zeros(silent)])
