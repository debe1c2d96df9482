"""A recording -> a transcript with times, as a speech recogniser writes it.

The sound is heard in pieces of less than half a minute, cut where it is quietest, so a recording of
any length needs little memory. Who speaks is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from podcast.errors import ReadError
from podcast.files.whole import replacing
from podcast.formats.printed import stamp
from podcast.outside.recogniser import (
    LONGEST_SECONDS,
    RATE,
    SHORTEST_SECONDS,
    Samples,
    Writer,
    WrittenLine,
)
from podcast.recording.features import samples_of
from podcast.recording.heard import Recording, require_recording, sound_of

# Of a piece, in samples.
_SHORTEST, _LONGEST = round(SHORTEST_SECONDS * RATE), round(LONGEST_SECONDS * RATE)
_QUIET = RATE // 10  # samples in which it must be quiet for a cut
_SILENT = 1e-4  # a piece whose loudest sample is lower is silent, 80 dB below full scale


def require_new(place: Path) -> None:
    """Raise ReadError if there is a file where a transcript is to be written."""
    if place.exists():
        raise ReadError(f"{place} is there already; choose another file with -o, or remove it")


def write_heard(
    recording: Recording,
    writer: Writer,
    name: str,
    place: Path,
    watch: Callable[[int], object] = lambda _: None,
) -> None:
    """Write what is heard in a recording to `place`, a VTT that says that `name` wrote it.

    The times of a part of a recording are those of the whole.
    `watch` is called with the seconds of each piece that was heard. Raises ReadError if there is no
    sound, nothing is heard in it, or there is a file at `place`; and WriteError.
    """
    require_recording(recording)
    require_new(place)
    cues = []
    for start, piece in pieces(recording):
        for line in writer.lines(piece) if np.abs(piece).max() > _SILENT else ():
            cues.append(_cue(line, recording.start + start / RATE))
        watch(len(piece) // RATE)
    if not cues:
        raise ReadError(f"nothing is heard in {recording.path.name}; give a file with speech")
    note = f"NOTE\nWritten by the speech recogniser {name}, not by a person: it has errors."
    with replacing(place) as part:
        part.write_text("\n\n".join(["WEBVTT", note, *cues]) + "\n", "utf-8")


def pieces(recording: Recording) -> Iterator[tuple[int, Samples]]:
    """The sound in pieces, each with the number of its first sample. Raises ReadError."""
    held, start = np.zeros(0, np.float32), 0
    for samples in samples_of(sound_of(recording)):
        held = np.concatenate([held, samples])
        while len(held) >= _LONGEST:
            end = quietest(held)
            yield start, held[:end]
            held, start = held[end:], start + end
    if len(held):
        yield start, held


def in_pieces(samples: Samples) -> Iterator[Samples]:
    """Sound in pieces that a recogniser takes in, cut where it is quietest."""
    while len(samples) >= _LONGEST:
        end = quietest(samples)
        yield samples[:end]
        samples = samples[end:]
    yield samples


def quietest(samples: Samples) -> int:
    """The sample between the shortest and the longest piece around which it is quietest."""
    part = np.square(samples[_SHORTEST:_LONGEST])
    hops = part[: len(part) // _QUIET * _QUIET].reshape(-1, _QUIET).mean(1)
    return _SHORTEST + int(hops.argmin()) * _QUIET + _QUIET // 2


def _cue(line: WrittenLine, start: float) -> str:
    text = " ".join(line.text.split()).replace("-->", "")
    begins, ends = (stamp(round((start + at) * 1000)) for at in (line.start, line.end))
    return f"{begins} --> {ends}\n{text}"
