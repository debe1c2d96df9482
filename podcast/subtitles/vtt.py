"""Cues -> WebVTT."""

from __future__ import annotations

from podcast.formats.printed import stamp
from podcast.subtitles.cues import Cue


def vtt_text(cues: tuple[Cue, ...], *, karaoke: bool = False) -> str:
    """WebVTT; with `karaoke`, each word carries the time from which it is said.

    >>> cue = Cue(0, 1500, ((0, "A<"), (700, "B")))
    >>> print(vtt_text((cue,), karaoke=True), end="")
    WEBVTT
    <BLANKLINE>
    00:00:00.000 --> 00:00:01.500
    A&lt;<00:00:00.700>B
    <BLANKLINE>
    """
    blocks = (
        f"{stamp(cue.start_ms)} --> {stamp(cue.end_ms)}\n"
        f"{_karaoke(cue) if karaoke else _escaped(cue.text)}\n\n"
        for cue in cues
    )
    return "WEBVTT\n\n" + "".join(blocks)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _karaoke(cue: Cue) -> str:
    """A time inside a cue must rise and lie between its start and end; others are left out."""
    reached, parts = cue.start_ms, []
    for ms, text in cue.pieces:
        if reached < ms < cue.end_ms:
            parts.append(f"<{stamp(ms)}>")
            reached = ms
        parts.append(_escaped(text))
    return "".join(parts)
