"""Episode -> the ID3 tag at the start of its MP3 file.

The tag is ID3v2.3, because ffmpeg, Windows and older players misread chapters in v2.4.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from io import BytesIO

from mutagen.id3 import (
    APIC,
    CHAP,
    COMM,
    CTOC,
    ID3,
    TALB,
    TCON,
    TDRC,
    TIT2,
    TLAN,
    TLEN,
    TPE1,
    TRCK,
    TXXX,
    USLT,
    WXXX,
    CTOCFlags,
    Encoding,
    Frame,
    PictureType,
)

from podcast.formats.printed import chapter_link, milliseconds, one_line
from podcast.model import Episode

_LANGUAGE = "zho"  # ISO 639-2/T
_UTF16 = Encoding.UTF16  # the only encoding that can hold hanzi. Source: ID3v2.3.0, section 3.3
# A chapter with this offset is found by its time, not by its byte. Source: ID3v2 Chapter Frame
# Addendum 1.0, section 3.1.
_NO_OFFSET = 0xFFFFFFFF
_MOST_CHILDREN = 255  # children of one table, whose number is one byte. Source: there, section 3.2


# Bytes of chapters' pictures for each hour of sound. A player may fetch the whole tag before it
# plays anything, so pictures that are heavier in all are left out of the tag.
PICTURES_PER_HOUR = 3_000_000


def tags_bytes(
    episode: Episode, cover: bytes = b"", *, link: str = "", pictures: Sequence[bytes] = ()
) -> bytes:
    """The tag of the whole episode, with a chapter mark for each track.

    `cover` is a JPEG. `link` is the address of a page that plays the episode: each chapter mark
    points at the second of that page at which the chapter begins. `pictures` has a JPEG for each
    track, or is empty; the tag holds them unless they weigh more than PICTURES_PER_HOUR.
    """
    hours = episode.length / episode.rate / 3600
    if sum(map(len, pictures)) > PICTURES_PER_HOUR * hours:
        pictures = ()
    tags = _tags(episode, episode.title, episode.title, cover)
    tags.add(TLEN(encoding=_UTF16, text=str(milliseconds(episode.length, episode.rate))))
    return _saved(tags, *_chapters(episode, link, pictures))


def chapter_tags_bytes(episode: Episode, number: int, cover: bytes = b"") -> bytes:
    """The tag of the file of one chapter, as a track of an album; `number` counts from 1."""
    track = episode.tracks[number - 1]
    tags = _tags(episode, track.title, episode.title, cover)
    tags.add(TLEN(encoding=_UTF16, text=str(milliseconds(track.length, episode.rate))))
    tags.add(TRCK(encoding=_UTF16, text=f"{number}/{len(episode.tracks)}"))
    if words := "".join(word.text for word in track.words):
        tags.add(USLT(encoding=_UTF16, lang=_LANGUAGE, desc="", text=_clean(words)))
    return _saved(tags)


def _tags(episode: Episode, title: str, album: str, cover: bytes) -> ID3:
    tags = ID3()
    texts = (
        (TIT2, title),
        (TALB, album),
        (TPE1, episode.author),
        (TDRC, episode.date),
        (TCON, "Podcast"),
        (TLAN, _LANGUAGE),
    )
    for frame, text in texts:
        if text:
            tags.add(frame(encoding=_UTF16, text=_clean(text)))
    if episode.notice:
        tags.add(COMM(encoding=_UTF16, lang=_LANGUAGE, desc="", text=episode.notice))
        tags.add(TXXX(encoding=_UTF16, desc="AIGC", text=label_text(episode)))
    if cover:
        tags.add(_picture(cover, PictureType.COVER_FRONT))
    return tags


def _picture(jpeg: bytes, kind: int) -> Frame:
    return APIC(encoding=Encoding.LATIN1, mime="image/jpeg", type=kind, desc="", data=jpeg)


M4B_LABEL = "----:com.apple.iTunes:AIGC"  # the name of the tag of an M4B with `label_text`


def label_text(episode: Episode) -> str:
    """The label that the metadata of synthetic content must have; "1" means that it is synthetic.

    It has the producer and the producer's number for the content; the other fields are for those
    who distribute it. Source: GB 45438-2025, annex E.
    """
    parts = (episode.title, episode.author, episode.date, str(episode.length))
    number = sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
    label = {
        "Label": "1",
        "ContentProducer": _clean(episode.author),
        "ProduceID": number,
        "ReservedCode1": "",
        "ContentPropagator": "",
        "PropagateID": "",
        "ReservedCode2": "",
    }
    return json.dumps(label, ensure_ascii=False)


def _chapters(episode: Episode, link: str, pictures: Sequence[bytes]) -> Iterator[Frame]:
    """The chapter marks and their table of contents; over 255 marks need a table of tables."""
    names = [f"chp{number}" for number in range(1, len(episode.tracks) + 1)]
    if not names:
        return
    shown = pictures or [b""] * len(names)
    for name, chapter, picture in zip(names, episode.chapters, shown, strict=True):
        start = milliseconds(chapter.start, episode.rate)
        inside: list[Frame] = [TIT2(encoding=_UTF16, text=_clean(chapter.text))]
        if link:
            inside.append(WXXX(encoding=_UTF16, desc="", url=chapter_link(link, start)))
        if picture:
            inside.append(_picture(picture, PictureType.OTHER))
        yield CHAP(
            element_id=name,
            start_time=start,
            end_time=milliseconds(chapter.end, episode.rate),
            start_offset=_NO_OFFSET,
            end_offset=_NO_OFFSET,
            sub_frames=inside,
        )
    starts = range(0, len(names), _MOST_CHILDREN)
    groups = [names[first : first + _MOST_CHILDREN] for first in starts]
    if len(groups) == 1:
        yield _table("toc", names, episode.title, CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED)
        return
    tables = [f"toc{number}" for number in range(1, len(groups) + 1)]
    yield _table("toc", tables, episode.title, CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED)
    for table, group in zip(tables, groups, strict=True):
        first, last = group[0].removeprefix("chp"), group[-1].removeprefix("chp")
        yield _table(table, group, f"{first}–{last}", CTOCFlags.ORDERED)


def _table(name: str, children: list[str], title: str, flags: int) -> Frame:
    return CTOC(
        element_id=name,
        flags=flags,
        child_element_ids=children,
        sub_frames=[TIT2(encoding=_UTF16, text=_clean(title))],
    )


def _clean(text: str) -> str:
    """The text on one line, with a question mark for each lone surrogate."""
    return one_line(text).encode("utf-8", "replace").decode()


def _saved(tags: ID3, *last: Frame) -> bytes:
    """The bytes of the tag, with the frames `last` at its end, in their order.

    mutagen sorts frames by size, but ffmpeg reads chapters in the order of the file.
    """
    tags.update_to_v23()
    body = b"".join([_frames(tags), *(_frames(_alone(frame)) for frame in last)])
    size = bytes((len(body) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + body


def _alone(frame: Frame) -> ID3:
    tags = ID3()
    tags.add(frame)
    return tags


def _frames(tags: ID3) -> bytes:
    """The frames of a tag, without its header of ten bytes."""
    buffer = BytesIO()
    tags.save(buffer, v2_version=3, padding=lambda _: 0)
    return buffer.getvalue()[10:]
