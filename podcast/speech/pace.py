"""Clip -> Clip: the pauses inside a clip are made as long as the recipe says.

Only silence that the engine has left is made longer or shorter, in its middle. If a voice does not
pause at a comma, no pause is inserted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from podcast.model import Audio, Clip, Recipe, Span
from podcast.speech.speak import HUSHED
from podcast.text.sentences import ends_sentence, final_mark

COMMAS = "，、；：,;:"
REACH_SECONDS = 0.15  # seconds around a mark's place in which its silence is looked for
LEAST = 0.08  # seconds of silence that are a pause; the silence before a stop consonant is shorter


def paced(clip: Clip, recipe: Recipe) -> Clip:
    """The clip, its pauses after inner commas and stops as long as the recipe says.

    The words and their sound stay the same, except for the silence at their ends.
    """
    samples = np.frombuffer(clip.audio.pcm, "<i2")
    rate = clip.audio.rate
    parts: list[NDArray[np.int16]] = []
    words: list[Span] = []
    reached, shift, opened = 0, 0, clip.words[0].start
    for word, following in pairwise(clip.words):
        start, end = word.end, following.start
        pause = _pause(word.text, recipe, rate)
        silence = _silence(samples, word, following, reached, rate) if pause is not None else None
        if silence and pause is not None:
            start, end = silence
            parts += [samples[reached:start], *_resized(samples[start:end], pause)]
            reached = end
        words.append(Span(opened, start + shift, word.text))
        shift = sum(map(len, parts)) - reached
        opened = end + shift
    last = clip.words[-1]
    words.append(Span(opened, last.end + shift, last.text))
    parts.append(samples[reached:])
    return replace(clip, audio=Audio(np.concatenate(parts).tobytes(), rate), words=tuple(words))


def _pause(text: str, recipe: Recipe, rate: int) -> int | None:
    """The recipe's pause after `text` in samples; None if `text` does not end in a mark."""
    mark = final_mark(text)
    if mark and mark in COMMAS:
        return round(recipe.comma_pause * rate)
    return round(recipe.sentence_pause * rate) if ends_sentence(text) else None


def _silence(
    samples: NDArray[np.int16], word: Span, following: Span, reached: int, rate: int
) -> tuple[int, int] | None:
    """The first sample of the silence between two words and the one after it; None without one.

    `samples` are int16 of shape (samples,); those before `reached` are not looked at. An engine's
    mark may be some milliseconds off the sound of its word, so the longest silence near the mark
    is taken.
    """
    lowest, highest = max(reached, word.start), following.end
    reach = round(REACH_SECONDS * rate)
    first = max(lowest, min(word.end, following.start - reach))
    last = min(highest, following.start + reach)
    loud = lowest + np.flatnonzero(np.abs(samples[lowest:highest].astype(np.int32)) > HUSHED)
    starts, ends = loud[:-1] + 1, loud[1:]
    near = np.minimum(ends, last) - np.maximum(starts, first)
    if not len(near) or near.max() < LEAST * rate:
        return None
    longest = int(np.argmax(near))
    return int(starts[longest]), int(ends[longest])


def _resized(silence: NDArray[np.int16], length: int) -> Iterator[NDArray[np.int16]]:
    """The silence in parts, its middle cut out or filled with zeros so that it has `length`."""
    half = min(len(silence), length) // 2
    yield silence[:half]
    yield np.zeros(length - 2 * half, np.int16)
    yield silence[len(silence) - half :]
