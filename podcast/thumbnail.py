"""Title, cover -> the wide picture that stands for a video in a list."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from podcast.card import Look, look_of
from podcast.model import Episode
from podcast.typeset import LEADING, clipped, fitted, font, printable

_HEAVIEST = 1_900_000  # bytes: YouTube takes 2 MB
_MARGIN = 72


def thumbnail_jpeg(cover: Path, episode: Episode, width: int, height: int) -> bytes:
    """A JPEG of this size: the title, as large as fits, and the cover at the right edge."""
    with Image.open(cover) as opened:
        tile = opened.convert("RGB")
    look = look_of(tile)
    picture = Image.new("RGB", (width, height), look.ground)
    side = height * 5 // 8
    left, top = width - _MARGIN - side, (height - side) // 2
    picture.paste(tile.resize((side, side), Image.Resampling.LANCZOS), (left, top))
    _draw_title(picture, printable(episode.title) or "播客", left - 2 * _MARGIN, look)
    _draw_foot(picture, episode, left - 2 * _MARGIN, look)
    for quality in (92, 80, 60, 40):
        buffer = BytesIO()
        picture.save(buffer, "JPEG", quality=quality, optimize=True, subsampling=0)
        if buffer.tell() <= _HEAVIEST:
            break
    return buffer.getvalue()


def _draw_title(picture: Image.Image, title: str, width: int, look: Look) -> None:
    room = picture.height - 3 * _MARGIN - 40
    lines, size = fitted(title[:72], width, room, range(150, 43, -4), 0.8)
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        baseline = _MARGIN + size * (0.88 + number * LEADING)
        shown = clipped(line, size, width)
        draw.text((_MARGIN, baseline), shown, font=font(size), fill=look.ink, anchor="ls")


def _draw_foot(picture: Image.Image, episode: Episode, width: int, look: Look) -> None:
    draw = ImageDraw.Draw(picture)
    bottom = picture.height - _MARGIN
    draw.rectangle((_MARGIN, bottom - 72, _MARGIN + 88, bottom - 66), fill=look.accent)
    credit = "  ·  ".join(filter(None, (episode.author, episode.date)))
    shown = clipped(printable(credit), 36, width)
    draw.text((_MARGIN, bottom), shown, font=font(36), fill=look.muted, anchor="ls")
