"""The sentences of a chapter -> its paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from podcast.model import Paragraph, Sentence
from podcast.text.spacing import join_lines
from podcast.text.words import length

WANTED = 150.0  # hanzi of a paragraph
LONGEST_PARAGRAPH_HANZI = 280.0  # unless one sentence is longer
SHORTEST_PARAGRAPH_HANZI = 60.0  # a shorter paragraph costs more


def paragraphs(sentences: Sequence[Sentence], gain: NDArray[np.float64]) -> tuple[Paragraph, ...]:
    """The paragraphs of `sentences`, each of one voice.

    A paragraph preferably begins where `gain`, the evidence of a new topic at each sentence, of
    shape (sentences,), is high.
    """
    made: list[Paragraph] = []
    first = 0
    for end in range(1, len(sentences) + 1):
        if end == len(sentences) or sentences[end].voice != sentences[first].voice:
            made += _of_one_voice(sentences[first:end], gain[first:end])
            first = end
    return tuple(made)


def _of_one_voice(sentences: Sequence[Sentence], gain: NDArray[np.float64]) -> list[Paragraph]:
    """The paragraphs of one voice with the least cost.

    A paragraph costs more the more its length differs from WANTED, and less if it begins with a
    new topic.
    """
    starts = np.concatenate(([0.0], np.cumsum([length(s.text) for s in sentences])))
    count = len(sentences)
    best, back = np.zeros(count + 1), np.zeros(count + 1, dtype=np.int64)
    for end in range(1, count + 1):
        low = min(end - 1, int(np.searchsorted(starts, starts[end] - LONGEST_PARAGRAPH_HANZI)))
        span = starts[end] - starts[low:end]
        value = best[low:end] + 0.5 * gain[low:end] - _cost(span)
        choice = int(np.argmax(value))
        best[end], back[end] = value[choice], low + choice
    cuts, end = [count], count
    while end > 0:
        end = int(back[end])
        cuts.append(end)
    cuts.reverse()
    voice = sentences[0].voice
    return [Paragraph(join_lines(s.text for s in sentences[a:b]), voice) for a, b in pairwise(cuts)]


def _cost(span: NDArray[np.float64]) -> NDArray[np.float64]:
    """The cost of paragraphs of these lengths in hanzi."""
    short = np.maximum(SHORTEST_PARAGRAPH_HANZI - span, 0.0) / 20
    return ((span - WANTED) / WANTED) ** 2 * 2 + short + 0.5
