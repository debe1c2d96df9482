"""Speech -> the same Speech, or SpeechFailed if it is not the speech of the whole text.

A service that stops early often reports no error. Three signs of it are in its answer: word times
that end too early, sound that is too short for the text, and an end that is loud.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from podcast.engines.around import Around
from podcast.errors import SpeechFailed
from podcast.files.late import late
from podcast.model import Audio, Mark, Speech, Voice

# Mandarin is read at 4 to 6 hanzi a second: 160 to 250 ms each, pauses included.
SHORTEST_MS, LONGEST_MS = 80, 700  # length of a syllable, at a voice's own speed
OVERHEAD_MS = 4000  # silence around a text, at most
UNMARKED = 8  # units that may follow the last mark: 中华人民共和国 is one word of 7
UNMARKED_SHARE = 0.6  # the same as a share of all units, for a short text
TAIL_MS = 20  # length of the end that must be soft
LOUD_TAIL = 0.5  # of the level of the whole: an end that is louder is cut off

HANZI = late(r"[㐀-鿿豈-﫿]")
WORD = late(r"[^\W\d_㐀-鿿豈-﫿]+")
DIGIT = late(r"\d")
UNIT = late(r"[㐀-鿿豈-﫿]|[^\W_㐀-鿿豈-﫿]+(?:[.,:'’-][^\W_㐀-鿿豈-﫿]+)*")


class Checked(Around):
    """An engine that raises an error instead of returning a part of the speech."""

    def speak(self, text: str, voice: Voice) -> Speech:
        """The speech of the inner engine; raises SpeechFailed if it is not all of the text."""
        speech = self.engine.speak(text, voice)
        require_whole(text, speech, voice)
        return speech


def require_whole(text: str, speech: Speech, voice: Voice) -> None:
    """Raise SpeechFailed if `speech` cannot be all of `text`."""
    fault = (
        length_fault(text, speech.audio, voice.speed)
        or marks_fault(text, speech.marks)
        or tail_fault(speech.audio)
    )
    if fault:
        raise SpeechFailed(f"{voice.engine} did not say all of {text[:20]!r}: {fault}")


def syllables(text: str) -> tuple[float, float]:
    """The fewest and the most syllables that a text may take to say.

    A digit counts as a third of a syllable (1000000 may be said as a million) to three (3.5 %).

    >>> syllables("你好，Claude")
    (3.0, 8.0)
    >>> syllables("……")
    (0.0, 0.0)
    """
    hanzi, digits = len(HANZI.findall(text)), len(DIGIT.findall(text))
    words = WORD.findall(text)
    letters = sum(map(len, words))
    return hanzi + digits / 3 + len(words), hanzi + digits * 3.0 + letters


def length_fault(text: str, audio: Audio, speed: float) -> str:
    """Why the sound is too short or too long for its text; empty if it is not."""
    fewest, most = syllables(text)
    milliseconds = len(audio) * 1000 / audio.rate
    if not len(audio):
        return "no sound"
    if milliseconds < fewest * SHORTEST_MS / speed:
        return f"{milliseconds / 1000:.1f} s are too short for it"
    if milliseconds > most * LONGEST_MS / speed + OVERHEAD_MS:
        return f"{milliseconds / 1000:.1f} s are too long for it"
    return ""


def marks_fault(text: str, marks: Sequence[Mark]) -> str:
    """Why the word times end too early for a text; empty if they do not, or there are none."""
    if not marks:
        return ""
    places = units(text)
    left = sum(place >= marks[-1].offset for place in places)
    if left > min(UNMARKED, max(4, UNMARKED_SHARE * len(places))):
        return f"its word times end {left} words early"
    return ""


def units(text: str) -> list[int]:
    """The place at which each hanzi, Latin word and figure of a text begins.

    >>> units("好，GPT-4.5 在2025年")
    [0, 2, 10, 11, 15]
    >>> units("……")
    []
    """
    return [found.start() for found in UNIT.finditer(text)]


def tail_fault(audio: Audio) -> str:
    """Why the sound seems to end inside a word; empty if it does not."""
    samples = np.frombuffer(audio.pcm, "<i2").astype(np.float64)
    tail = samples[-audio.rate * TAIL_MS // 1000 :]
    if _level(tail) > LOUD_TAIL * _level(samples):
        return "it ends inside a word"
    return ""


def _level(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0
