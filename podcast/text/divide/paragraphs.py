"""The sentences of a chapter -> its paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from podcast.model import Paragraph, Sentence
from podcast.text.divide.breaks import breaks
from podcast.text.divide.numbers import Numbers
from podcast.text.spacing import join_lines


def paragraphs(sentences: Sequence[Sentence], gain: Numbers) -> tuple[Paragraph, ...]:
    """The paragraphs of `sentences`, each of one voice.

    `gain` is the evidence of a new topic at each sentence, of shape (sentences,).
    """
    made: list[Paragraph] = []
    first = 0
    for end in range(1, len(sentences) + 1):
        if end == len(sentences) or sentences[end].voice != sentences[first].voice:
            said = sentences[first:end]
            cuts = [*breaks(said, gain[first:end]), len(said)]
            texts = (join_lines(s.text for s in said[a:b]) for a, b in pairwise(cuts))
            made += [Paragraph(text, said[0].voice) for text in texts]
            first = end
    return tuple(made)
