"""A recording's file, a transcript -> their Alignment, remembered by content, or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from podcast.errors import FfmpegError, ReadError
from podcast.files.keys import content_key, digest
from podcast.files.sources import sources_key
from podcast.files.store import Store
from podcast.model import Transcript
from podcast.outside.ffmpeg import listen
from podcast.pronounce import NONE
from podcast.recording.align import Listened, align
from podcast.recording.features import FRAME_MS, RATE
from podcast.recording.levels import Levels, Lulls, levels
from podcast.recording.times import (
    FEW_SURE,
    LEAST_SURE,
    Alignment,
    alignment_text,
    moved,
    read_alignment,
)
from podcast.text.read import read

_LONGEST_HOURS = 6
# What ffmpeg ends with where there is no such sound track: 5 says the first, 9 the last.
_NO_TRACK = (
    "matches no streams",
    "does not contain any stream",
    "Error binding filtergraph inputs",
)
_FASTEST = 12  # characters that nobody says in a second


@dataclass(frozen=True)
class Recording:
    """A file with sound, and the part of it to listen to: a sound track, from second to second."""

    path: Path
    track: int = 0
    start: float = 0.0
    end: float | None = None

    @cached_property
    def content(self) -> str:
        """The hash of the file, which may be a film of gigabytes. Raises OSError."""
        return digest(self.path)

    @property
    def part(self) -> tuple[int, float, float | None]:
        """The part of the file to listen to."""
        return self.track, self.start, self.end


def heard_in(
    recording: Recording,
    transcript: Transcript,
    store: Store,
    respellings: Mapping[str, str] = NONE,
    confirmed: Callable[[Alignment], Alignment] = lambda alignment: alignment,
) -> Alignment:
    """When the lines of a transcript are heard in a recording.

    What was found once is kept in the store under the content of both. `confirmed` may make more
    lines sure, before it is judged whether the recording fits. Raises ReadError where there is no
    such sound, or it is that of another talk.
    """
    require_recording(recording)
    key = content_key(
        "alignment",
        sources_key("podcast.recording.align"),
        recording.content,
        recording.part,
        [line.text for line in transcript.lines],
        sorted(respellings.items()),
    )
    kept = store.get(f"{key}.times")
    if kept is None:
        kept = alignment_text(_aligned(recording, transcript, respellings)).encode()
        store.put(f"{key}.times", kept)
    alignment = confirmed(_numbered(read_alignment(kept.decode()), transcript))
    require_fit(alignment, recording)
    return alignment


def lulls_in(recording: Recording, store: Store) -> Lulls:
    """Where a recording is quiet; it is listened to once and kept in the store.

    Raises ReadError where there is no such sound.
    """
    require_recording(recording)
    sources = sources_key("podcast.recording.levels")
    name = f"{content_key('levels', sources, recording.content, recording.part)}.levels"
    kept = store.get(name)
    if kept is None:
        measured = levels(sound_of(recording))
        kept = np.stack(measured).astype("<f4").tobytes()
        store.put(name, kept)
    return Lulls(Levels(*np.frombuffer(kept, "<f4").reshape(len(Levels._fields), -1)))


def _numbered(alignment: Alignment, transcript: Transcript) -> Alignment:
    """The alignment with the numbers that its lines have in the transcript now."""
    pairs = zip(alignment.lines, transcript.lines, strict=True)
    return replace(alignment, lines=tuple(replace(one, number=now.number) for one, now in pairs))


def require_recording(recording: Recording) -> None:
    """Raise ReadError if there is no file to listen to."""
    if not recording.path.is_file():
        raise ReadError(f"there is no recording {recording.path}; give a file with sound")


def require_sound(recording: Recording) -> None:
    """Raise ReadError if nothing can be heard in a file: it has no sound, or it is a transcript."""
    require_recording(recording)
    try:
        next(sound_of(recording))
    except ReadError as error:
        if not _is_transcript(recording.path):
            raise
        raise ReadError(
            f"{recording.path} is a text, and its recording is missing; "
            f"give that after it: podcast align {recording.path} RECORDING"
        ) from error


def _is_transcript(path: Path) -> bool:
    try:
        return bool(read(path).lines)
    except ReadError:
        return False


def _aligned(
    recording: Recording, transcript: Transcript, respellings: Mapping[str, str]
) -> Alignment:
    listened = Listened(sound_of(recording))
    name = recording.path.name
    if listened.is_silent:
        raise ReadError(f"nothing is heard in {name}; give the recording of this text")
    lines = transcript.lines
    characters = sum(sum(map(str.isalnum, line.text)) for line in lines)
    seconds = len(listened) * FRAME_MS / 1000
    if characters * LEAST_SURE > seconds * _FASTEST:
        raise _unfit(name, f"it lasts {seconds:.0f} s, the text has {characters} characters")
    found = align(
        listened, [line.text for line in lines], [line.number for line in lines], respellings
    )
    return moved(found, round(recording.start * 1000))


def sound_of(recording: Recording) -> Iterator[bytes]:
    """The sound of a recording. Raises ReadError if it has none that can be read."""
    most = _LONGEST_HOURS * 3600 * RATE * 2
    size = 0
    path = recording.path
    try:
        for chunk in listen(path, RATE, *recording.part):
            size += len(chunk)
            if size > most:
                raise ReadError(
                    f"{path.name} lasts more than {_LONGEST_HOURS} hours; "
                    "give a part of it with --from and --to"
                )
            yield chunk
    except FfmpegError as error:
        if any(sign in str(error) for sign in _NO_TRACK):
            number = f" number {recording.track}" if recording.track else ""
            raise ReadError(
                f"{path.name} has no sound track{number}; give a file with speech"
            ) from error
        raise ReadError(
            f"the sound of {path.name} cannot be read, the file may be cut off: {error}"
        ) from error
    if not size:
        raise ReadError(f"{path.name} holds no sound there; give a file with speech")


def require_fit(alignment: Alignment, recording: Recording) -> None:
    """Raise ReadError if the recording is of another talk."""
    if alignment.sure < LEAST_SURE:
        told = f"{alignment.sure:.0%} of its lines are surely heard"
        raise _unfit(recording.path.name, told)


def _unfit(name: str, why: str) -> ReadError:
    return ReadError(
        f"this recording does not fit this text: {why}; "
        f"give the recording of this transcript instead of {name}"
    )


def warning(alignment: Alignment) -> str:
    """A warning about an alignment for a person; empty if nothing is amiss."""
    if alignment.sure >= FEW_SURE:
        return ""
    return f"only {alignment.sure:.0%} of the lines are surely heard"
