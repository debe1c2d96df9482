"""Episode -> ffmpeg's metadata file, which gives an M4B or MP4 its chapters."""

from __future__ import annotations

import re

from podcast.formats.printed import one_line
from podcast.model import Episode

_LONGEST_BYTES = 255  # bytes of a chapter's title: Nero's list counts them in one


def ffmetadata_text(episode: Episode, comment: str = "") -> str:
    """Chapters in samples, exact; tags of the whole.

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
    """As many of a title's characters as 255 bytes hold, whole; a longer one ends in an ellipsis.

    >>> shortened("八" * 85) == "八" * 85, shortened("八" * 86) == "八" * 84 + "…"
    (True, True)
    """
    plain = one_line(title).encode("utf-8", "replace")
    if len(plain) <= _LONGEST_BYTES:
        return plain.decode()
    return plain[: _LONGEST_BYTES - len("…".encode())].decode("utf-8", "ignore").rstrip() + "…"


def _escaped(text: str) -> str:
    r"""A backslash before each character with a meaning.

    >>> _escaped("a=b; #1")
    'a\\=b\\; \\#1'
    """
    return re.sub(r"([=;#\\])", r"\\\1", one_line(text))
