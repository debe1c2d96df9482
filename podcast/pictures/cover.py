"""Title -> cover: a square picture, legible at 100 pixels, that is always the same for a title."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from podcast.errors import ReadError
from podcast.pictures.typeset import LEADING, fitted, font, printable

SIDE = 3000  # pixels of a side: the most that Apple Podcasts takes
LEAST = 1400  # pixels of a side: the least that Apple Podcasts takes
_HEAVIEST = 500_000  # bytes: podcast apps fetch larger covers slowly or not at all
LARGEST_PICTURE = 50_000_000  # pixels that a person's own picture may have: 200 MB in memory
# Formats of pictures that are read. Pillow knows more: for EPS it runs another program, and of some
# a damaged file makes it raise errors of any kind.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF") + ("AVIF",) * bool(
    find_spec("PIL.AvifImagePlugin")  # from Pillow 11.3 on
)

# Sizes and places are in pixels of a cover of SIDE.
_MARGIN = 240
_TITLE_TOP, _TITLE_HEIGHT = 240, 1640
_WAVE_TOP, _WAVE_HEIGHT = 1990, 540
_FOOT = 2740  # base line of author and date
_LARGEST, _SMALLEST = 720, 120  # size of the title's letters
_LONGEST_CHARS = 72  # characters of a title that are shown
_BREAK_PRICE = 4  # pixels of size that are given up for each unit of a break's cost
_BARS = 36

WAVE_BOX = (_MARGIN, _WAVE_TOP, SIDE - _MARGIN, _WAVE_TOP + _WAVE_HEIGHT)  # where the bars are

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    """Three colours. The contrast of ink and ground is 7:1 or more.

    Source: WCAG 2.2, success criterion 1.4.6.
    """

    ground: Colour
    ink: Colour
    accent: Colour


PALETTES = (
    Palette((18, 32, 66), (255, 255, 255), (255, 176, 46)),
    Palette((9, 66, 61), (255, 252, 240), (244, 200, 92)),
    Palette((61, 26, 74), (255, 250, 250), (255, 140, 158)),
    Palette((122, 29, 34), (255, 250, 240), (255, 200, 140)),
    Palette((24, 25, 29), (250, 250, 250), (92, 219, 164)),
    Palette((245, 238, 224), (28, 28, 34), (209, 64, 82)),
    Palette((10, 60, 105), (255, 255, 255), (122, 214, 245)),
)


def cover_jpeg(title: str, author: str = "", date: str = "", side: int = SIDE) -> bytes:
    """A JPEG with sides of `side` pixels: the title, bars like a sound wave, author and date.

    Colours and bars are derived from the title: episodes of a show look different, and an episode
    that is built again gets the same cover.
    """
    seed = sha256(title.encode("utf-8", "replace")).digest()
    palette = PALETTES[seed[0] % len(PALETTES)]
    picture = Image.new("RGB", (SIDE, SIDE), palette.ground)
    _draw_title(picture, printable(title) or "播客", palette)
    _draw_wave(picture, seed, palette)
    _draw_foot(picture, printable(author), printable(date), palette)
    return jpeg(picture, side)


def picture_jpeg(
    path: Path, side: int = SIDE, heaviest: int = _HEAVIEST, use: str = "a cover"
) -> bytes:
    """A person's own picture as a JPEG with sides of at most `side` pixels, padded to a square.

    `use` names in errors what the picture is for. Raises ReadError if the file is no picture, or
    has too many pixels.
    """
    picture = _flat(_picture(path, use))
    square = ImageOps.pad(picture, (max(picture.size),) * 2, color=edge_colour(picture))
    return jpeg(square, min(side, max(LEAST, square.width)), heaviest)


def _picture(path: Path, use: str) -> Image.Image:
    """A person's own picture, upright, with no side longer than SIDE.

    It is shrunk before anything else is done with it: a file of 1 MB may have a gigapixel.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened: Image.Image = Image.open(path, formats=FORMATS)
        with opened:
            if opened.width * opened.height > LARGEST_PICTURE:
                raise Image.DecompressionBombWarning
            picture = opened
            if opened.mode in ("1", "P", "PA") or "transparency" in opened.info:
                picture = opened.convert("RGBA")  # palette indices cannot be averaged
            elif opened.mode not in ("L", "LA", "RGB", "RGBA", "CMYK"):
                picture = opened.convert("RGB")
            picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
            return ImageOps.exif_transpose(picture)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        message = (
            f"cannot use {path} as {use}: it has over {LARGEST_PICTURE // 10**6} million pixels; "
            "make it smaller"
        )
        raise ReadError(message) from error
    except (OSError, ValueError, SyntaxError) as error:
        message = f"cannot use {path} as {use}: it is no readable picture; save it as PNG"
        raise ReadError(message) from error


def smaller_jpeg(picture: bytes, side: int = 800) -> bytes:
    """A cover with sides of `side` pixels, at most 150 kB, to be embedded in an audio file."""
    return jpeg(Image.open(BytesIO(picture)).convert("RGB"), side, heaviest=150_000)


def jpeg(picture: Image.Image, side: int, heaviest: int = _HEAVIEST) -> bytes:
    """The picture as a JPEG with sides of `side` pixels, of at most `heaviest` bytes.

    It has the best quality that is light enough, or the lowest if none is.
    """
    if picture.width != side:
        picture = picture.resize((side, side), Image.Resampling.LANCZOS)
    for quality in (90, 82, 74, 64, 50, 35):
        buffer = BytesIO()
        picture.save(
            buffer, "JPEG", quality=quality, optimize=True, subsampling=0 if quality > 80 else 2
        )
        if buffer.tell() <= heaviest:
            break
    return buffer.getvalue()


def _flat(picture: Image.Image) -> Image.Image:
    """The picture in RGB, on white where it is transparent."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(white, picture)
    return picture.convert("RGB")


def edge_colour(picture: Image.Image) -> Colour:
    """The mean colour of the four corners, with which a padded edge blends."""
    right, bottom = picture.width - 1, picture.height - 1
    corners = [picture.getpixel(at) for at in ((0, 0), (right, 0), (0, bottom), (right, bottom))]
    red, green, blue = (sum(channel) // 4 for channel in zip(*corners, strict=True))
    return red, green, blue


# The title -----------------------------------------------------------------------------------


def _draw_title(picture: Image.Image, title: str, palette: Palette) -> None:
    lines, size = _typeset(title)
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        baseline = _TITLE_TOP + size * (0.86 + number * LEADING)
        draw.text((_MARGIN, baseline), line, font=font(size), fill=palette.ink, anchor="ls")


def _typeset(title: str) -> tuple[list[str], int]:
    """The lines of a title and the size of their letters: the largest that fits."""
    title = title if len(title) <= _LONGEST_CHARS else title[: _LONGEST_CHARS - 1] + "…"
    sizes = range(_LARGEST, _SMALLEST - 1, -20)
    return fitted(title, SIDE - 2 * _MARGIN, _TITLE_HEIGHT, sizes, _BREAK_PRICE)


# Below the title -----------------------------------------------------------------------------


def _draw_wave(picture: Image.Image, seed: bytes, palette: Palette) -> None:
    """Draw bars like a sound wave: their heights come from the seed, with two swells."""
    scale = 2  # drawn twice as large, then halved, for smooth ends
    mask = Image.new("L", ((SIDE - 2 * _MARGIN) * scale, _WAVE_HEIGHT * scale))
    draw = ImageDraw.Draw(mask)
    step = mask.width / _BARS
    thick = step * 0.52
    for bar in range(_BARS):
        swell = 0.62 + 0.38 * math.cos(2 * math.pi * (2 * bar / _BARS + seed[1] / 256))
        loud = 0.25 + 0.75 * seed[bar % len(seed)] / 255
        half = max(thick / 2, mask.height / 2 * swell * loud)
        left, middle = bar * step + (step - thick) / 2, mask.height / 2
        draw.rounded_rectangle(
            (left, middle - half, left + thick, middle + half - 1), radius=thick / 2, fill=255
        )
    mask = mask.resize((mask.width // scale, mask.height // scale), Image.Resampling.BOX)
    picture.paste(Image.new("RGB", mask.size, palette.accent), (_MARGIN, _WAVE_TOP), mask)


def _draw_foot(picture: Image.Image, author: str, date: str, palette: Palette) -> None:
    draw = ImageDraw.Draw(picture)
    draw.text((SIDE - _MARGIN, _FOOT), date, font=font(112), fill=palette.ink, anchor="rs")
    room = SIDE - 2 * _MARGIN - font(112).getlength(date) - 120
    while author and font(112).getlength(author) > room:
        author = author[:-2].rstrip() + "…" if len(author) > 2 else ""
    draw.text((_MARGIN, _FOOT), author, font=font(112), fill=palette.ink, anchor="ls")
