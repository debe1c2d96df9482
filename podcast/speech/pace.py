"""Clip -> Clip: the silence an engine leaves inside it, made as long as the recipe says.

Only silence that is there is changed, in its middle; where a voice runs on over a comma,
nothing is cut into the sound.
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
LEAST = 0.08  # seconds of silence that are a pause; the closure before a stop consonant is less


def paced(clip: Clip, recipe: Recipe) -> Clip:
    """The clip with its inner pauses after commas and stops as long as the recipe's.

    The words are the same; each sounds as before, but for silence at its ends.
    """
    samples = np.frombuffer(clip.audio.pcm, "<i2")
    rate = clip.audio.rate
    parts: list[NDArray[np.int16]] = []
    made: list[Span] = []
    reached, shift, opened = 0, 0, clip.words[0].start
    for word, following in pairwise(clip.words):
        start, end = word.end, following.start
        pause = _pause(word.text, recipe, rate)
        silence = _silence(samples, word, following, reached, rate) if pause is not None else None
        if silence and pause is not None:
            start, end = silence
            parts += [samples[reached:start], *_resized(samples[start:end], pause)]
            reached = end
        made.append(Span(opened, start + shift, word.text))
        shift = sum(map(len, parts)) - reached
        opened = end + shift
    last = clip.words[-1]
    made.append(Span(opened, last.end + shift, last.text))
    parts.append(samples[reached:])
    return replace(clip, audio=Audio(np.concatenate(parts).tobytes(), rate), words=tuple(made))


def _pause(text: str, recipe: Recipe, rate: int) -> int | None:
    """How many samples the recipe gives what is after `text`; None where it says nothing."""
    mark = final_mark(text)
    if mark and mark in COMMAS:
        return round(recipe.comma_pause * rate)
    return round(recipe.sentence_pause * rate) if ends_sentence(text) else None


def _silence(
    samples: NDArray[np.int16], word: Span, following: Span, reached: int, rate: int
) -> tuple[int, int] | None:
    """From where to where it is silent between two words, if it is, from `reached` on.

    An engine's mark may lie some milliseconds beside the sound of its word, so the longest
    silence near the mark is taken.
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
    """The silence, in its middle cut to `length` samples or filled up to it."""
    half = min(len(silence), length) // 2
    yield silence[:half]
    yield np.zeros(length - 2 * half, np.int16)
    yield silence[len(silence) - half :]
