"""An engine for podcast: a whistle for each letter, digit and hanzi."""

import numpy as np

from podcast.model import Audio, Mark, Speech, Voice
from podcast.pronounce import IN_FULL


class Whistle:
    """The engine, as `podcast make SEED --engine whistle` finds it."""

    rate, version, needs = 24_000, "1", IN_FULL

    def speak(self, text: str, voice: Voice) -> Speech:
        """Say all of `text`, or raise SpeechFailed; never less than all of it."""
        tone = 9_000 * np.sin(np.arange(4_800) / (4 / voice.pitch)) * np.hanning(4_800)
        offsets = [offset for offset, sign in enumerate(text) if sign.isalnum()]
        marks = tuple(Mark(offset, n * len(tone)) for n, offset in enumerate(offsets))
        return Speech(Audio(np.tile(tone, len(offsets)).astype("<i2").tobytes(), self.rate), marks)
