"""Cues -> Advanced SubStation Alpha, for burning subtitles into a video."""

from __future__ import annotations

from podcast.formats.printed import one_line
from podcast.formats.subtitles.cues import Cue

_HEAD = """[Script Info]
Title: {title}
ScriptType: v4.00+
PlayResX: 1920
PlayResY: 1080
WrapStyle: 2
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, \
Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, \
Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,{font},72,&H00FFFFFF,&H0000FFFF,&H00202020,&H80000000,\
0,0,0,0,100,100,0,0,1,3,0,2,60,60,64,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def ass_text(cues: tuple[Cue, ...], title: str = "", font: str = "Noto Sans CJK SC") -> str:
    """The text of an ASS file with one style for 1080p: white, outlined, at the bottom.

    Times are in hundredths of a second, rounded down.
    """
    lines = (
        f"Dialogue: 0,{_stamp(start)},{_stamp(end)},Default,,0,0,0,,{_escaped(text)}\n"
        for start, end, text in _hundredths(cues)
    )
    return _HEAD.format(title=one_line(title), font=font) + "".join(lines)


def _hundredths(cues: tuple[Cue, ...]) -> list[tuple[int, int, str]]:
    """Start, end and text of each cue in 1/100 s: cues last 1/100 s at least and do not overlap."""
    rounded: list[tuple[int, int, str]] = []
    for cue in cues:
        start = max(cue.start_ms // 10, rounded[-1][1] if rounded else 0)
        rounded.append((start, max(cue.end_ms // 10, start + 1), cue.text))
    return rounded


def _stamp(hundredths: int) -> str:
    seconds, hundredths = divmod(hundredths, 100)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}.{hundredths:02}"


def _escaped(text: str) -> str:
    """The text with full-width braces and backslashes.

    In ASS, braces and backslashes begin commands, and the format has no escape for them.

    >>> _escaped("{\\\\b1}粗")
    '｛＼b1｝粗'
    """
    safe = text.replace("{", "｛").replace("}", "｝").replace("\\", "＼")
    return safe.replace("\n", "\\N")
