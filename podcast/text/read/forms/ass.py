"""An (Advanced) SubStation script -> Heard, one a line of dialogue."""

from __future__ import annotations

import re

from podcast.files.tidy import tidy
from podcast.text.read.form import Beside, Form
from podcast.text.read.forms.cues import TIME, ReadCue, hear, strip_markup, to_cues, to_ms
from podcast.text.read.heard import Heard, has_words

EVENTS = ("Dialogue:", "Comment:")
OTHER = re.compile(
    r"\s*(?:[\[;!]|(?!Dialogue:|Comment:)[A-Za-z][A-Za-z0-9 ]{0,40}:)"
)  # says nothing
FIELDS = 10  # of a dialogue line; only the last, the text, may hold commas


def fits(text: str, _suffix: str) -> float:
    """Whether it opens as such a script does."""
    return float(text.lstrip()[:80].lower().startswith("[script info]"))


def read(text: str) -> list[Heard]:
    """The dialogue, in the order of time; drawings are left out."""
    cues = [cue for line in text.splitlines() for cue in line_cues(line) or ()]
    return hear(sorted(cues, key=lambda cue: cue.start_ms))


def line_cues(line: str) -> list[ReadCue] | None:
    """The cues of a line of dialogue, none of a drawing; None where it is no such line."""
    fields = line.removeprefix("Dialogue:").split(",", FIELDS - 1)
    if not line.startswith("Dialogue:") or len(fields) < FIELDS:
        return None
    if "\\p1" in fields[-1]:
        return []
    start, end = (re.fullmatch(rf"\s*{TIME}\s*", field) for field in fields[1:3])
    if not start or not end:
        return None
    found = to_cues(to_ms(*start.groups()), to_ms(*end.groups()), [fields[-1]])
    return [cue._replace(speaker=tidy(fields[4])) for cue in found]


def unread(text: str) -> Beside:
    """Comments, dialogue whose fields or times are broken, and lines that are of no kind."""
    found, number = [], 0
    for line in text.splitlines():
        cues = line_cues(line)
        number += len(cues or ())
        if cues is None and not OTHER.match(line) and has_words(line):
            words = line.split(",", FIELDS - 1)[-1] if line.startswith(EVENTS) else line
            found.append((number, tidy(strip_markup(words)) or tidy(line)))
    return found


EXAMPLE = """\
[Script Info]
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.50,D,张三,0,0,0,,{\\pos(1,2)}大家好
Dialogue: 0,0:00:03.00,0:00:04.00,D,李四,0,0,0,,今天\\N聊番茄"""
ASS = Form("SubStation subtitles", fits, read, EXAMPLE, unread=unread)
