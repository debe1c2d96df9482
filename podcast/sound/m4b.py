"""Episode, AAC frames -> an M4B, the audiobook file of Apple's and other players.

ffmpeg writes the sound and two lists of chapters: QuickTime's has all of them, Nero's the first
255. mutagen adds the tags.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm

from podcast.formats.ffmetadata import ffmetadata_text
from podcast.formats.printed import one_line
from podcast.formats.tags import M4B_LABEL, label_text
from podcast.model import Episode
from podcast.outside import ffmpeg
from podcast.sound import aac

_AUDIOBOOK = 2  # the value of the atom `stik` by which Apple's players know an audiobook


def write_m4b(
    path: Path, episode: Episode, cover: bytes, parts: Sequence[tuple[Path, int]], work: Path
) -> None:
    """Write the episode as an M4B to `path`.

    `parts` are the chapters as `aac.joined` takes them, `cover` is a JPEG, `work` a folder for
    temporary files. Raises DamagedSound if a chapter's frames are damaged, and FfmpegError if
    ffmpeg cannot write the file.
    """
    metadata = work / "m4b.txt"
    metadata.write_bytes(ffmetadata_text(episode).encode("utf-8", "replace"))
    ffmpeg.mux_m4b(aac.joined(parts), aac.DELAY / episode.rate, metadata, path)
    write_tags(path, episode, cover)


def write_tags(path: Path, episode: Episode, cover: bytes = b"") -> None:
    """Write title, author, date, cover and the notice of synthetic voices into an M4B or MP4."""
    file = MP4(path)
    if file.tags is None:
        file.add_tags()
    file.clear()
    texts = {
        "\xa9nam": episode.title,
        "\xa9alb": episode.title,
        "\xa9ART": episode.author,
        "aART": episode.author,
        "\xa9day": episode.date,
        "\xa9gen": "Podcast",
        "\xa9cmt": episode.notice,
        "desc": episode.notice,
    }
    for name, text in texts.items():
        if text:
            file[name] = [_plain(text)]
    if episode.notice:
        file[M4B_LABEL] = [MP4FreeForm(label_text(episode).encode())]
    if path.suffix == ".m4b":
        file["stik"] = [_AUDIOBOOK]
    if cover:
        file["covr"] = [MP4Cover(cover, MP4Cover.FORMAT_JPEG)]
    file.save()


def _plain(text: str) -> str:
    return one_line(text).encode("utf-8", "replace").decode()
