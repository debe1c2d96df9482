"""Cues -> WebVTT."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from podcast.formats.printed import one_line, stamp
from podcast.formats.subtitles.cues import Cue

NO_NAMES: Mapping[str, str] = MappingProxyType({})


def vtt_text(
    cues: tuple[Cue, ...], *, karaoke: bool = False, names: Mapping[str, str] = NO_NAMES
) -> str:
    """The text of a WebVTT file; with `karaoke`, it has a timestamp before each word.

    `names` are the names of speakers by role; a cue of such a role has the name in a voice tag.

    >>> cue = Cue(0, 1500, ((0, "A<"), (700, "B")))
    >>> print(vtt_text((cue,), karaoke=True), end="")
    WEBVTT
    <BLANKLINE>
    00:00:00.000 --> 00:00:01.500
    A&lt;<00:00:00.700>B
    <BLANKLINE>
    >>> cue = Cue(0, 1500, ((0, "你好"),), "guest")
    >>> print(vtt_text((cue,), names={"guest": "张三"}).splitlines()[-2])
    <v 张三>你好
    """
    tags = {role: _voice(name) for role, name in names.items()}
    blocks = [
        f"{stamp(cue.start_ms)} --> {stamp(cue.end_ms)}\n"
        f"{tags.get(cue.voice, '')}{_karaoke(cue) if karaoke else _escaped(cue.text)}\n\n"
        for cue in cues
    ]
    return "WEBVTT\n\n" + "".join(blocks)


def _voice(name: str) -> str:
    """The voice tag with the name of the speaker; empty without a name. Source: W3C WebVTT, 3.5."""
    return f"<v {_escaped(one_line(name))}>" if one_line(name) else ""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _karaoke(cue: Cue) -> str:
    """The text of a cue with timestamps.

    WebVTT demands that timestamps rise and are between the cue's start and end; a word for which
    that is not so has none. Source: W3C WebVTT, "WebVTT cue timestamp".
    """
    reached, parts = cue.start_ms, []
    for ms, text in cue.pieces:
        if reached < ms < cue.end_ms:
            parts.append(f"<{stamp(ms)}>")
            reached = ms
        parts.append(_escaped(text))
    return "".join(parts)
