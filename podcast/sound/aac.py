"""AAC frames: chapters encoded side by side, then joined without a gap.

A frame holds the overlapping halves of two blocks of 1024 samples; an encoder's first frame is
half of the nothing before its sound. So a chapter is encoded from the block in which it begins,
led in by the silence that the chapter before ends in, and the frame that would flush its last
block is left out: the next chapter's first frame is that flush. All blocks that meet at a joint
are silent, so what is joined decodes to the samples of one stream, end to end.

Sources: ISO/IEC 13818-7 (the frame's transform, ADTS headers).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from podcast.errors import DamagedSound
from podcast.files.seal import content

BLOCK = 1024  # samples that a frame adds
DELAY = BLOCK  # samples decoded before the first of the sound
HEADER = 7  # bytes of an ADTS header without checksum


def lead_in(start: int) -> int:
    """How many samples of silence to encode before a chapter that begins at sample `start`.

    >>> lead_in(0), lead_in(1152)
    (0, 128)
    """
    return start % BLOCK


def frames(stream: bytes) -> tuple[bytes, ...]:
    """An ADTS stream, cut into its frames; raises DamagedSound for anything else."""
    cut, at = [], 0
    while at < len(stream):
        header = stream[at : at + HEADER]
        size = int.from_bytes(header[3:6], "big") >> 5 & 0x1FFF
        if len(header) < HEADER or header[0] != 0xFF or header[1] & 0xF6 != 0xF0 or size < HEADER:
            raise DamagedSound("this is not AAC sound")
        if at + size > len(stream):
            raise DamagedSound("AAC sound ends inside a frame")
        cut.append(stream[at : at + size])
        at += size
    return tuple(cut)


def joined(chapters: Sequence[tuple[Path, int]]) -> Iterator[bytes]:
    """One ADTS stream of chapters in order, each given as (its own stream, samples of sound).

    Each but the first was encoded after `lead_in` of where it begins, and each must end in
    2047 samples of silence. Raises DamagedSound where a stream is none, or is too short.
    """
    lengths = [samples for _, samples in chapters]
    ends = [end // BLOCK for end in accumulate(lengths)]
    ends[-1] = -(-sum(lengths) // BLOCK)  # the last block of all may be a part of one
    flush, start = b"", 0
    for (path, _), end in zip(chapters, ends, strict=True):
        cut, count = frames(content(path)), end - start
        if len(cut) <= count:
            raise DamagedSound(f"a chapter of {count} blocks is {len(cut)} AAC frames")
        yield b"".join(cut[:count])
        flush, start = cut[count], end
    yield flush


def led_in(chunks: Iterable[bytes], start: int) -> Iterator[bytes]:
    """16-bit samples of a chapter that begins at sample `start`, after its `lead_in`."""
    yield bytes(2 * lead_in(start))
    yield from chunks
