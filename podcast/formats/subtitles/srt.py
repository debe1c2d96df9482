"""Cues -> SubRip."""

from __future__ import annotations

from podcast.formats.printed import stamp
from podcast.formats.subtitles.cues import Cue


def srt_text(cues: tuple[Cue, ...]) -> str:
    """The text of a SubRip file; cues are numbered from 1.

    It has no markup, since many players print markup instead of using it.

    >>> print(srt_text((Cue(0, 1500, ((0, "你好"),)),)), end="")
    1
    00:00:00,000 --> 00:00:01,500
    你好
    <BLANKLINE>
    """
    return "".join(
        f"{number}\n{stamp(cue.start_ms, ',')} --> {stamp(cue.end_ms, ',')}\n{cue.text}\n\n"
        for number, cue in enumerate(cues, 1)
    )
