"""Pictures, each with the time when it appears -> a Matroska stream that ffmpeg reads.

Raw video has no times, so a picture would have to be sent for each frame. Matroska gives each
picture a time, so a picture is sent once, however long it is shown.

Source: RFC 8794 (EBML), RFC 9559 (Matroska).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

# The size of an element that is still being written. Source: RFC 8794, section 6.2.
_UNKNOWN = b"\x01" + b"\xff" * 7
_NANOSECONDS = 1_000_000  # of a timestamp's unit: times are milliseconds


def stream(width: int, height: int, pictures: Iterable[tuple[int, bytes]]) -> Iterator[bytes]:
    """The stream, in pieces, of pictures given as (milliseconds, planes of yuv420p)."""
    yield _head(width, height)
    for ms, planes in pictures:
        block = b"\x81\x00\x00\x80"  # track 1, at the cluster's time, a key frame
        time = _element("e7", ms.to_bytes(8, "big"))
        size = len(block) + len(planes)
        inside = len(time) + 1 + 8 + size
        yield bytes.fromhex("1f43b675") + _size(inside) + time + b"\xa3" + _size(size) + block
        yield planes


def _head(width: int, height: int) -> bytes:
    picture = (
        _element("b0", width.to_bytes(2, "big"))
        + _element("ba", height.to_bytes(2, "big"))
        + _element("2eb524", b"I420")
    )
    track = (
        _element("d7", b"\x01")  # number
        + _element("73c5", b"\x01")  # unique number
        + _element("83", b"\x01")  # video
        + _element("86", b"V_UNCOMPRESSED")
        + _element("e0", picture)
    )
    return (
        _element("1a45dfa3", _element("4282", b"matroska"))
        + bytes.fromhex("18538067")
        + _UNKNOWN
        + _element("1549a966", _element("2ad7b1", _NANOSECONDS.to_bytes(4, "big")))
        + _element("1654ae6b", _element("ae", track))
    )


def _element(name: str, inside: bytes) -> bytes:
    return bytes.fromhex(name) + _size(len(inside)) + inside


def _size(count: int) -> bytes:
    """A length in eight bytes; seven leading zero bits and a one say that there are eight.

    Source: RFC 8794, section 4.
    """
    return (1 << 56 | count).to_bytes(8, "big")
