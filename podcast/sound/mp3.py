"""MP3 frames: each chapter is encoded once, and its frames are joined to others without a gap.

A chapter of k whole frames of sound is encoded alone. A decoder's output is 1105 samples late, so
the last 1105 samples of the chapter come out of one more frame, the flush. Every chapter ends in
silence and begins with silence. So the flush is left out of all chapters but the last, and the
silence at the start of the next chapter takes its place. The joined frames with one Info header
decode to the samples of the chapters, end to end.

Sources: ISO/IEC 11172-3 (frame header), the LAME tag specification (Info header),
ffmpeg libavformat/mp3dec.c (how the header's delay is used).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from podcast.errors import DamagedSound

FRAME = 1152  # samples of MPEG-1 layer III
DELAY = 1105  # samples: 576 of LAME's encoder, 529 of any decoder
ENCODER_DELAY = 576  # samples: the delay that the Info header gives
TAIL = 2 * FRAME  # samples of silence that must end a chapter for its flush to be silent
LOSS_DB = 0.4455  # ffmpeg's LAME multiplies the sound by 0.95 at up to 160 kbit/s
OVERSHOOT_DB = 0.6  # how far a decoded peak may rise over an encoded one; 0.4 measured at 96k
BITRATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # kbit/s
RATES = (44_100, 48_000, 32_000)  # samples a second, by their index in a frame's header


def frame_length(header: bytes) -> int:
    """The bytes of the frame whose first 4 bytes are `header`.

    Raises DamagedSound if they do not begin an MPEG-1 layer III frame.
    """
    word = int.from_bytes(header[:4], "big")
    bitrate, rate, padding = word >> 12 & 15, word >> 10 & 3, word >> 9 & 1
    if word >> 17 != 0x7FFD or bitrate in (0, 15) or rate == 3:
        raise DamagedSound("this is not MPEG-1 layer III sound")
    return 144_000 * BITRATES[bitrate] // RATES[rate] + padding


def frame_starts(stream: bytes) -> list[int]:
    """The offset in bytes of each frame of a bare stream.

    Raises DamagedSound if the stream is no MP3 sound or ends inside a frame.
    """
    starts, start, end = [], 0, len(stream)
    known: dict[bytes, int] = {}  # a stream has two headers: with and without a padding byte
    while start < end:
        header = stream[start : start + 3]
        length = known.get(header)
        if length is None:
            length = known[header] = frame_length(stream[start : start + 4])
        starts.append(start)
        start += length
    if start > end:
        raise DamagedSound("MP3 sound ends inside a frame")
    return starts


def padded(samples: int) -> int:
    """`samples`, rounded up to a whole number of frames.

    >>> padded(1), padded(1152), padded(1153)
    (1152, 1152, 2304)
    """
    return -(-samples // FRAME) * FRAME


class Cut(NamedTuple):
    """A chapter's frames: `sound` has as many frames as the chapter, `flush` is the one after."""

    sound: bytes
    flush: bytes


def cut(stream: bytes, samples: int) -> Cut:
    """The frames of a chapter of `samples` samples, a whole number of frames.

    The chapter ends in TAIL samples of silence. Raises DamagedSound if the stream is not as long
    as the chapter and a flush.
    """
    starts, count = frame_starts(stream), samples // FRAME
    if samples % FRAME or len(starts) <= count:
        raise DamagedSound(f"a chapter of {samples} samples has {len(starts)} MP3 frames")
    end, after = (*starts, len(stream))[count : count + 2]
    return Cut(stream[:end], stream[end:after])


def info_frame(samples: int, stream_bytes: int, like: bytes) -> bytes:
    """The Info header: a silent frame that gives a decoder length and delay to the sample.

    `like` is any frame of the stream; the Info frame has its header. `stream_bytes` is the size
    of the frames after the Info frame. Raises DamagedSound if `like` is no frame.
    """
    header = bytearray(like[:4])
    header[2] &= 0xFD  # no padding byte: every Info frame of a stream has the same length
    length = frame_length(bytes(header))
    count = samples // FRAME + 1
    seek = bytes(256 * percent // 100 for percent in range(100))
    total = length + stream_bytes
    body = b"Info" + struct.pack(">III", 15, count, total) + seek + struct.pack(">I", 0)
    end_padding = FRAME - ENCODER_DELAY
    lame = (
        b"LAME3.100"
        + bytes([0x01])  # tag revision 0, constant bitrate
        + bytes(10)  # low-pass, peak, two gains, flags: not given
        + bytes([min(255, BITRATES[header[2] >> 4])])
        + (ENCODER_DELAY << 12 | end_padding).to_bytes(3, "big")
        + bytes(4)  # source, gain, preset: not given
        + struct.pack(">IH", total, 0)  # length, no checksum of the music
    )
    frame = bytes(header) + bytes(17) + body + lame  # 17: side information of a mono frame
    frame += struct.pack(">H", crc16(frame[:190]))
    return frame.ljust(length, b"\0")


def crc16(octets: bytes) -> int:
    """CRC-16 with polynomial 0x8005, reflected, from 0: the checksum of the LAME tag.

    >>> hex(crc16(b"123456789"))
    '0xbb3d'
    """
    remainder = 0
    for octet in octets:
        remainder = remainder >> 8 ^ _REMAINDERS[(remainder ^ octet) & 0xFF]
    return remainder


def _remainder(octet: int) -> int:
    """The CRC-16 of one byte."""
    for _ in range(8):
        octet = octet >> 1 ^ (0xA001 if octet & 1 else 0)
    return octet


_REMAINDERS = tuple(map(_remainder, range(256)))  # so that a byte takes one step, not eight


def write_mp3(path: Path, tag: bytes, chapters: Iterable[Cut], samples: int) -> None:
    """Write a playable file: `tag`, the Info header, and the chapters' frames in order.

    `samples` is the length of all chapters together. The file ends with the flush of the last
    chapter. Raises DamagedSound if the first chapter has no frame.
    """
    size, opening, flush = 0, b"", b""
    with path.open("wb") as file:
        file.write(tag)
        for frames in chapters:
            if not opening:
                opening = frames.sound[:4]
                file.write(info_frame(samples, 0, opening))
            size += file.write(frames.sound)
            flush = frames.flush
        size += file.write(flush)
        file.seek(len(tag))
        file.write(info_frame(samples, size, opening))
