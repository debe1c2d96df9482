"""Episode -> ffmpeg's metadata file, which gives an M4B or MP4 its chapters."""

from __future__ import annotations

import re

from podcast.formats.printed import one_line
from podcast.model import Episode


def ffmetadata_text(episode: Episode) -> str:
    """Chapters in samples, exact; tags of the whole.

    Source: the Metadata section of ffmpeg-formats(1).
    """
    tags = {"title": episode.title, "artist": episode.author, "date": episode.date}
    lines = [f"{name}={_escaped(text)}\n" for name, text in tags.items() if text]
    for chapter in episode.chapters:
        lines.append(
            f"[CHAPTER]\nTIMEBASE=1/{episode.rate}\nSTART={chapter.start}\nEND={chapter.end}\n"
            f"title={_escaped(chapter.text)}\n"
        )
    return ";FFMETADATA1\n" + "".join(lines)


def _escaped(text: str) -> str:
    r"""A backslash before each character with a meaning.

    >>> _escaped("a=b; #1")
    'a\\=b\\; \\#1'
    """
    return re.sub(r"([=;#\\])", r"\\\1", one_line(text))
