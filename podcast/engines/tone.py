"""Text -> Speech by tones: each character is one steady note. It is for tests of later stages.

The frequency of a note is computed from the code of its character, and each note begins exactly at
its mark. So a test can find any word in the finished sound by its frequencies.
"""

from __future__ import annotations

import numpy as np

from podcast.errors import SpeechFailed
from podcast.model import RATE, Audio, Mark, Speech, Voice
from podcast.pronounce import IN_FULL

NOTE_MS = 180  # length of a note
GAP_MS = 40  # silence after each note, so that the start of the next is easy to find
LOW_HZ, STEP_HZ, STEPS = 300, 25, 64  # the lowest note, the step between notes, their number


def frequency(character: str) -> int:
    """The note of a character in Hz; there are 64, 25 Hz apart, from 300 Hz on."""
    return LOW_HZ + STEP_HZ * (ord(character) % STEPS)


class Tone:
    """The engine of notes."""

    rate = RATE
    version = "1"
    needs = IN_FULL

    def speak(self, text: str, voice: Voice) -> Speech:
        """A note for every letter, digit and hanzi of `text`; marks and spaces have none.

        Raises SpeechFailed if the text has none of these.
        """
        spoken = [(place, each) for place, each in enumerate(text) if each.isalnum()]
        if not spoken:
            raise SpeechFailed(f"there is nothing to say in {text[:40]!r}")
        notes = [self._note(character, voice.speed) for _, character in spoken]
        starts = np.cumsum([0] + [len(note) for note in notes[:-1]])
        marks = tuple(
            Mark(place, int(start)) for (place, _), start in zip(spoken, starts, strict=True)
        )
        return Speech(Audio(np.concatenate(notes).astype("<i2").tobytes(), self.rate), marks)

    def _note(self, character: str, speed: float) -> np.ndarray:
        sounding = round(self.rate * NOTE_MS / 1000 / speed)
        silent = round(self.rate * GAP_MS / 1000 / speed)
        phase = 2 * np.pi * frequency(character) / self.rate * np.arange(sounding)
        return np.concatenate([8000 * np.sin(phase), np.zeros(silent)])
