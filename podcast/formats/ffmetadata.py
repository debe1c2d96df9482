"""Episode -> ffmpeg's metadata file, which gives an M4B or MP4 its chapters."""

from __future__ import annotations

import re

from podcast.formats.printed import one_line
from podcast.model import Episode

_LONGEST_BYTES = 255  # bytes of a chapter's title: Nero's list has one byte for their number


def ffmetadata_text(episode: Episode, comment: str = "") -> str:
    """The text of a metadata file: the tags of the episode, and chapters exact to the sample.

    Source: the Metadata section of ffmpeg-formats(1).
    """
    tags = {
        "title": episode.title,
        "artist": episode.author,
        "date": episode.date,
        "comment": comment,
    }
    lines = [f"{name}={_escaped(text)}\n" for name, text in tags.items() if text]
    for chapter in episode.chapters:
        lines.append(
            f"[CHAPTER]\nTIMEBASE=1/{episode.rate}\nSTART={chapter.start}\nEND={chapter.end}\n"
            f"title={_escaped(shortened(chapter.text))}\n"
        )
    return ";FFMETADATA1\n" + "".join(lines)


def shortened(title: str) -> str:
    """A title of at most 255 bytes; a longer one is cut between characters and gets an ellipsis.

    >>> shortened("八" * 85) == "八" * 85, shortened("八" * 86) == "八" * 84 + "…"
    (True, True)
    """
    plain = one_line(title).encode("utf-8", "replace")
    if len(plain) <= _LONGEST_BYTES:
        return plain.decode()
    return plain[: _LONGEST_BYTES - len("…".encode())].decode("utf-8", "ignore").rstrip() + "…"


def _escaped(text: str) -> str:
    r"""The text with a backslash before each character that means something in the format.

    >>> _escaped("a=b; #1")
    'a\\=b\\; \\#1'
    """
    return re.sub(r"([=;#\\])", r"\\\1", one_line(text))
