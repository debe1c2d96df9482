"""A chapter -> its square picture, which players show during the chapter.

The picture has the colours of the cover: the chapter's number above, its title in the largest
letters that fit, the episode's title below.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from podcast.pictures.card import Look, look_of
from podcast.pictures.cover import jpeg, picture_jpeg
from podcast.pictures.typeset import LEADING, clipped, fitted, font, hanging, printable

SIDE = 640  # pixels of a side
HEAVIEST = 32_000  # bytes of one picture, if its quality can be lowered so far

# Sizes and places are in pixels.
_MARGIN = 52
_NUMBER = 40  # size of the number
_NUMBER_LINE = 92  # its base line
_TITLE_TOP, _TITLE_HEIGHT = 136, 380
_TITLE_SIZES = range(120, 39, -8)
_BREAK_PRICE = 2  # pixels of size that are given up for each unit of a break's cost
_SMALL = 26  # size of the part's title and of the episode's
_FOOT = SIDE - _MARGIN  # base line of the episode's title
_LONGEST_CHARS = 48  # characters of a title that are shown


def look_in(cover: bytes) -> Look:
    """The colours for the pictures of an episode with this cover, a JPEG."""
    with Image.open(BytesIO(cover)) as opened:
        return look_of(opened.convert("RGB"))


def own_square(path: Path) -> bytes:
    """A person's own picture as a JPEG with sides of SIDE pixels, padded to a square.

    Raises ReadError if the file is no picture, or has too many pixels.
    """
    return picture_jpeg(path, SIDE, HEAVIEST, "a chapter's picture")


def square_jpeg(look: Look, episode: str, title: str, part: str, number: int) -> bytes:
    """A JPEG with sides of SIDE pixels, with the titles of episode, part and chapter.

    `number` is the chapter's, counted from 1.
    """
    picture = Image.new("RGB", (SIDE, SIDE), look.ground)
    draw = ImageDraw.Draw(picture)
    across = SIDE - 2 * _MARGIN
    digits = f"{number:02}"
    draw.text((_MARGIN, _NUMBER_LINE), digits, font=font(_NUMBER), fill=look.accent, anchor="ls")
    beside = _MARGIN + font(_NUMBER).getlength(digits) + 20
    above = clipped(printable(part), _SMALL, SIDE - _MARGIN - beside)
    draw.text((beside, _NUMBER_LINE), above, font=font(_SMALL), fill=look.muted, anchor="ls")
    shown = printable(title)[:_LONGEST_CHARS] or f"第{number}章"
    lines, size = fitted(shown, across, _TITLE_HEIGHT, _TITLE_SIZES, _BREAK_PRICE)
    for row, line in enumerate(clipped(line, size, across) for line in lines):
        place = (_MARGIN - hanging(line, size), _TITLE_TOP + size * (0.88 + row * LEADING))
        draw.text(place, line, font=font(size), fill=look.ink, anchor="ls")
    foot = clipped(printable(episode), _SMALL, across)
    draw.text((_MARGIN, _FOOT), foot, font=font(_SMALL), fill=look.muted, anchor="ls")
    return jpeg(picture, SIDE, HEAVIEST)
