"""AAC frames: chapters are encoded in parallel, then joined without a gap.

A frame codes two overlapping blocks of 1024 samples. So an encoder's first frame also covers the
block before the sound, and one more frame, the flush, completes the last block. A chapter is
encoded from the start of the block in which it begins; the samples before the chapter are the
silence in which the chapter before it ends. The flush is left out, since the next chapter's first
frame completes the block instead. All blocks at a joint are silent, so the joined frames decode to
the samples of the chapters, end to end.

Sources: ISO/IEC 13818-7 (the frame's transform, ADTS headers).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from podcast.errors import DamagedSound
from podcast.files.seal import content

BLOCK = 1024  # samples that a frame adds
DELAY = BLOCK  # samples that a decoder gives before the first sample of the sound
HEADER = 7  # bytes of an ADTS header without checksum


def lead_in(start: int) -> int:
    """How many samples of silence to encode before a chapter that begins at sample `start`.

    >>> lead_in(0), lead_in(1152)
    (0, 128)
    """
    return start % BLOCK


def frames(stream: bytes) -> tuple[bytes, ...]:
    """The frames of an ADTS stream, in order; raises DamagedSound if it is no ADTS stream."""
    cut, start = [], 0
    while start < len(stream):
        header = stream[start : start + HEADER]
        size = int.from_bytes(header[3:6], "big") >> 5 & 0x1FFF
        if len(header) < HEADER or header[0] != 0xFF or header[1] & 0xF6 != 0xF0 or size < HEADER:
            raise DamagedSound("this is not AAC sound")
        if start + size > len(stream):
            raise DamagedSound("AAC sound ends inside a frame")
        cut.append(stream[start : start + size])
        start += size
    return tuple(cut)


def joined(chapters: Sequence[tuple[Path, int]]) -> Iterator[bytes]:
    """One ADTS stream of chapters in order, each given as (file of its stream, samples of sound).

    Each chapter must have been encoded with `led_in`, and must end in 2047 samples of silence.
    Raises DamagedSound if a stream is damaged or too short.
    """
    lengths = [samples for _, samples in chapters]
    ends = [end // BLOCK for end in accumulate(lengths)]
    ends[-1] = -(-sum(lengths) // BLOCK)  # the episode may end inside its last block
    flush, start = b"", 0
    for (path, _), end in zip(chapters, ends, strict=True):
        cut, count = frames(content(path)), end - start
        if len(cut) <= count:
            raise DamagedSound(f"a chapter of {count} blocks has {len(cut)} AAC frames")
        yield b"".join(cut[:count])
        flush, start = cut[count], end
    yield flush


def led_in(chunks: Iterable[bytes], start: int) -> Iterator[bytes]:
    """The 16-bit samples of a chapter that begins at sample `start`, after its silent lead-in."""
    yield bytes(2 * lead_in(start))
    yield from chunks
