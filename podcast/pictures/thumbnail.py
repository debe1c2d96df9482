"""Title, cover -> the thumbnail of a video: the wide picture that lists of videos show."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

from podcast.model import Episode
from podcast.pictures.card import Look, look_of
from podcast.pictures.cover import SIDE, WAVE_BOX, edge_colour
from podcast.pictures.typeset import LEADING, clipped, fitted, font, hanging, printable

_HEAVIEST = 1_900_000  # bytes: YouTube takes at most 2 MB
_MARGIN = 72  # pixels


def thumbnail_jpeg(
    cover: Image.Image, drawn: bool, episode: Episode, width: int, height: int
) -> bytes:
    """A JPEG of `width` x `height` pixels with the title in the largest letters that fit.

    If the program has `drawn` the cover, the cover shows the title already: the thumbnail then has
    only the cover's colours and bars, below the title. Any other cover stands beside the title.
    """
    picture = (_over_bars if drawn else _beside)(cover, episode, width, height)
    for quality in (92, 80, 60, 40):
        buffer = BytesIO()
        picture.save(buffer, "JPEG", quality=quality, optimize=True, subsampling=0)
        if buffer.tell() <= _HEAVIEST:
            break
    return buffer.getvalue()


def _over_bars(cover: Image.Image, episode: Episode, width: int, height: int) -> Image.Image:
    picture = Image.new("RGB", (width, height), edge_colour(cover))
    across = width - 2 * _MARGIN
    box = tuple(place * cover.width // SIDE for place in WAVE_BOX)
    bars = cover.crop((box[0], box[1], box[2], box[3]))
    bars = bars.resize((across, across * bars.height // bars.width), Image.Resampling.LANCZOS)
    top = height - _MARGIN // 2 - bars.height
    picture.paste(bars, (_MARGIN, top))
    _draw_title(picture, episode.title, (across, top - _MARGIN), look_of(cover))
    return picture


def _beside(cover: Image.Image, episode: Episode, width: int, height: int) -> Image.Image:
    look = look_of(cover)
    picture = Image.new("RGB", (width, height), look.ground)
    picture.paste(cover.resize((height, height), Image.Resampling.LANCZOS), (width - height, 0))
    across = width - height - 2 * _MARGIN
    _draw_title(picture, episode.title, (across, height - 3 * _MARGIN - 40), look)
    _draw_foot(picture, episode, across, look)
    return picture


def _draw_title(picture: Image.Image, title: str, room: tuple[int, int], look: Look) -> None:
    shown = printable(title)[:72] or "播客"
    lines, size = fitted(shown, *room, range(190, 43, -4), 0.8)
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(clipped(line, size, room[0]) for line in lines):
        place = (_MARGIN - hanging(line, size), _MARGIN + size * (0.88 + number * LEADING))
        draw.text(place, line, font=font(size), fill=look.ink, anchor="ls")


def _draw_foot(picture: Image.Image, episode: Episode, across: int, look: Look) -> None:
    draw = ImageDraw.Draw(picture)
    bottom = picture.height - _MARGIN
    draw.rectangle((_MARGIN, bottom - 72, _MARGIN + 88, bottom - 66), fill=look.accent)
    credit = "  ·  ".join(filter(None, (episode.author, episode.date)))
    shown = clipped(printable(credit), 36, across)
    draw.text((_MARGIN, bottom), shown, font=font(36), fill=look.muted, anchor="ls")
