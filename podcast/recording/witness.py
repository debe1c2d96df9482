"""Lines that are not sure, a recogniser -> those of them that it hears, too, are sure.

The network tells how well a line fits a sound, and a recogniser which words it hears there: the two
err in different places. Only the sound of lines that are not sure is heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from podcast.outside.recogniser import LONGEST_SECONDS, RATE, Recogniser, Samples
from podcast.pronounce import NONE
from podcast.recording.features import samples_of
from podcast.recording.heard import Recording, sound_of
from podcast.recording.said import states_of
from podcast.recording.times import Alignment, HeardLine
from podcast.text.align import edits

_MARGIN_MS = 200  # of sound around a line that is heard with it
_ALIKE = 0.6  # share of the sounds of a line that the recogniser hears, at least


class _Span(NamedTuple):
    """Samples from `start` up to `end` of the sound, in which the line of an index should be."""

    line: int
    start: int
    end: int


def witnessed(
    alignment: Alignment,
    recording: Recording,
    recogniser: Recogniser,
    respellings: Mapping[str, str] = NONE,
) -> Alignment:
    """The alignment; a line that was not sure is, if the recogniser hears its words at its time.

    A line without a time is not looked for. Raises ReadError where the recording cannot be read.
    """
    lines = list(alignment.lines)
    spans = sorted(_spans(lines, recording.start), key=lambda span: span.start)
    for span, samples in zip(spans, _sounds(recording, spans), strict=True):
        line = lines[span.line]
        if _is_alike(line.text, recogniser.hear(samples), respellings):
            lines[span.line] = replace(line, is_witnessed=True)
    return replace(alignment, lines=tuple(lines))


def _spans(lines: Sequence[HeardLine], from_second: float) -> Iterator[_Span]:
    """The sound of each line that is not sure, if a recogniser takes in so much at once."""
    for index, line in enumerate(lines):
        if line.start_ms is None or line.end_ms is None or line.is_sure:
            continue
        start, end = (
            max(0, round((ms / 1000 - from_second) * RATE))
            for ms in (line.start_ms - _MARGIN_MS, line.end_ms + _MARGIN_MS)
        )
        if start < end <= start + LONGEST_SECONDS * RATE:
            yield _Span(index, start, end)


def _sounds(recording: Recording, spans: Sequence[_Span]) -> Iterator[Samples]:
    """The sound of each of the spans, which are in the order of their starts."""
    if not spans:
        return
    held, reached, done = np.zeros(0, np.float32), 0, 0
    for samples in samples_of(sound_of(recording)):
        held = np.concatenate([held, samples])
        while done < len(spans) and spans[done].end <= reached + len(held):
            yield held[spans[done].start - reached : spans[done].end - reached]
            done += 1
        if done == len(spans):
            return
        past = min(len(held), max(0, spans[done].start - reached))
        held, reached = held[past:], reached + past
    for span in spans[done:]:  # the sound ends inside of their margins
        yield held[max(0, span.start - reached) : span.end - reached]


def _is_alike(text: str, heard: str, respellings: Mapping[str, str]) -> bool:
    """Whether a text sounds about as what was heard.

    >>> _is_alike("他们去年投入了很多钱", "它們去年偷入了很多錢。", NONE)
    True
    >>> _is_alike("他们去年投入了很多钱", "今天我们来聊一聊成本", NONE)
    False
    """
    one, other = (states_of(words, respellings) for words in (text, heard))
    return edits(one, other) <= (1 - _ALIKE) * max(len(one), 1)
