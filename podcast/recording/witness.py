"""Lines that are not sure, a recogniser -> those of them that it hears, too, are sure.

The network tells how well a line fits a sound, and a recogniser which words it hears there: the two
err in different places. Only the sound of lines that are not sure is heard, and each sound once:
what was heard in it is kept in the store under its content, piece by piece.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from podcast.files.keys import content_key
from podcast.files.sources import sources_key
from podcast.files.store import Store
from podcast.outside import recogniser
from podcast.outside.recogniser import RATE, Samples, Witness
from podcast.pronounce import NONE
from podcast.recording.features import samples_of
from podcast.recording.heard import Recording, sound_of
from podcast.recording.said import states_of
from podcast.recording.times import Alignment, HeardLine
from podcast.recording.written import in_pieces
from podcast.text.align import edits

_MARGIN_MS = 200  # of sound around a line that is heard with it
_SLOWEST_MS = 1000  # of a character: a line that lasts longer was sought in other sound
_ALIKE = 0.6  # share of the sounds of a line that the recogniser hears, at least


class _Span(NamedTuple):
    """Samples from `start` up to `end` of the sound, in which the line of an index should be."""

    line: int
    start: int
    end: int


def witnessed(
    alignment: Alignment,
    recording: Recording,
    witness: Witness,
    store: Store,
    respellings: Mapping[str, str] = NONE,
    *,
    watch: Callable[[float], object] = lambda _: None,
) -> Alignment:
    """The alignment; a line that was not sure is, if the recogniser hears its words at its time.

    A line without a time is not looked for, and one that lasts too long for its words is not heard.
    `watch` is told each share of the work when it is done. Raises ReadError where the
    recording cannot be read, and WriteError where the store cannot be written.
    """
    lines = list(alignment.lines)
    spans = sorted(_spans(lines, recording.start), key=lambda span: span.start)
    for span, samples in zip(spans, _sounds(recording, spans), strict=True):
        line = lines[span.line]
        heard = "".join(_heard(piece, witness, store) for piece in in_pieces(samples))
        if _is_alike(line.text, heard, respellings):
            lines[span.line] = replace(line, is_witnessed=True)
        watch(1 / len(spans))
    return replace(alignment, lines=tuple(lines))


def _heard(piece: Samples, witness: Witness, store: Store) -> str:
    """What a recogniser hears in a piece of sound. Raises WriteError."""
    program = sources_key(recogniser.__name__)
    key = content_key(program, witness.content, piece.tobytes())
    return store.once(f"{key}.heard", lambda: witness.hear(piece).encode()).decode()


def _spans(lines: Sequence[HeardLine], from_second: float) -> Iterator[_Span]:
    """The sound of each line that is not sure, if its words may last so long."""
    for index, line in enumerate(lines):
        if line.start_ms is None or line.end_ms is None or line.is_sure:
            continue
        if line.end_ms - line.start_ms > _SLOWEST_MS * sum(map(str.isalnum, line.text)):
            continue
        start, end = (
            max(0, round((ms / 1000 - from_second) * RATE))
            for ms in (line.start_ms - _MARGIN_MS, line.end_ms + _MARGIN_MS)
        )
        if start < end:
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
