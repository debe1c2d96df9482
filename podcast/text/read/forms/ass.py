"""An (Advanced) SubStation script -> Heard, one a line of dialogue."""

from __future__ import annotations

import re

from podcast.files.tidy import tidy
from podcast.text.read.form import Form
from podcast.text.read.forms.cues import TIME, hear, to_cues, to_ms
from podcast.text.read.heard import Heard

FIELDS = 10  # of a dialogue line; only the last, the text, may hold commas


def fits(text: str, _suffix: str) -> float:
    """Whether it opens as such a script does."""
    return float(text.lstrip()[:80].lower().startswith("[script info]"))


def read(text: str) -> list[Heard]:
    """The dialogue, in the order of time; drawings are left out."""
    cues = []
    for line in text.splitlines():
        fields = line.removeprefix("Dialogue:").split(",", FIELDS - 1)
        if not line.startswith("Dialogue:") or len(fields) < FIELDS or "\\p1" in fields[-1]:
            continue
        start, end = (re.fullmatch(rf"\s*{TIME}\s*", field) for field in fields[1:3])
        if start and end:
            found = to_cues(to_ms(*start.groups()), to_ms(*end.groups()), [fields[-1]])
            cues += [cue._replace(speaker=tidy(fields[4])) for cue in found]
    return hear(sorted(cues, key=lambda cue: cue.start_ms))


EXAMPLE = """\
[Script Info]
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.50,D,张三,0,0,0,,{\\pos(1,2)}大家好
Dialogue: 0,0:00:03.00,0:00:04.00,D,李四,0,0,0,,今天\\N聊番茄"""
ASS = Form("SubStation subtitles", fits, read, EXAMPLE)
