"""Episode -> a CUE sheet."""

from __future__ import annotations

from podcast.files.names import SOUND
from podcast.formats.printed import one_line
from podcast.model import Episode

_FRAMES = 75  # a second, as on a compact disc


def cue_sheet_text(episode: Episode, audio: str = SOUND) -> str:
    """The text of a CUE sheet with one TRACK for each chapter.

    `audio` is the name of the sound file, which is in the same folder as the sheet.

    >>> from podcast.model import Track
    >>> sheet = cue_sheet_text(Episode('说"好"', 100, (Track("一", 250, (), ()),)))
    >>> print(sheet.splitlines()[0])
    TITLE "说”好”"
    """
    lines = [f"TITLE {_quoted(episode.title)}\n"]
    if episode.author:
        lines.append(f"PERFORMER {_quoted(episode.author)}\n")
    lines.append(f"FILE {_quoted(audio)} MP3\n")
    for number, chapter in enumerate(episode.chapters, 1):
        lines.append(
            f"  TRACK {number:02} AUDIO\n    TITLE {_quoted(chapter.text)}\n"
            f"    INDEX 01 {_index(chapter.start, episode.rate)}\n"
        )
    return "".join(lines)


def _index(sample: int, rate: int) -> str:
    seconds, frames = divmod(sample * _FRAMES // rate, _FRAMES)
    return f"{seconds // 60:02}:{seconds % 60:02}:{frames:02}"


def _quoted(text: str) -> str:
    """The text in quotes; inner quotes become ”, since the format has no escape for them."""
    return '"' + one_line(text).replace('"', "”") + '"'
