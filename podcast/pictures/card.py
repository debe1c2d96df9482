"""A chapter -> its card: the picture that the video shows during the chapter, at 1920 x 1080.

The cover is on the left, the chapter's number, title and times are on its right. Below them a row
of bars shows the chapter's sound. Subtitles go below the bars, and a line at the foot shows how
much of the episode has been played.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from podcast.pictures.cover import PALETTES, Colour, Palette, edge_colour
from podcast.pictures.typeset import LEADING, clipped, fitted, font, hanging, printable

# Sizes and places are in pixels.
WIDTH, HEIGHT = 1920, 1080
EDGE = 120  # margin on the left and on the right
BARS = 168  # how many bars show a chapter's sound
WAVE = (736, 844)  # top and bottom of the bars
LINE = (1068, 1080)  # top and bottom of the line that shows the episode
SUBTITLES = (880, 1030)  # top and bottom of the strip for subtitles, which is otherwise empty
SUBTITLE_SIZE = 68

_TOP = 92  # base line of the episode's title and credit
_TILE = (EDGE, 168, 480)  # left, top and side of the cover
_COLUMN = 668  # left edge of the text beside the cover
_TITLE_TOP, _TITLE_HEIGHT = 252, 316
_TITLE_SIZES = range(116, 43, -4)
_SMALL = 34  # size of the episode's title and credit
_FAINT = 0.80  # share of the ground's colour in bars that have not been played yet
_MUTED = 0.40  # share of the ground's colour in all text but the title
_SAMPLES = 4  # points drawn for each side of a pixel, to smooth edges
_SPOKEN_BY = "声音由人工智能合成"
_NOTICE = 54  # height of the notice where a video begins: 5 % of HEIGHT. Source: GB 45438-2025

Planes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Heading:
    """The texts of a card. `number` counts from 1; `times` is the text that is printed.

    A card says that the voices are synthetic if any `is_synthetic`.
    """

    episode: str
    credit: str
    title: str
    part: str
    number: int
    count: int
    times: str
    is_synthetic: bool = True


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of an episode's cards."""

    ground: Colour
    ink: Colour
    accent: Colour

    @property
    def muted(self) -> Colour:
        """The colour of all text but the title."""
        return _mixed(self.ink, self.ground, _MUTED)

    @property
    def faint(self) -> Colour:
        """The colour of sound that has not been played yet."""
        return _mixed(self.ink, self.ground, _FAINT)


def look_of(cover: Image.Image) -> Look:
    """The colours of the palette that is nearest to a cover's edge, with a darker ground.

    For a cover that the program drew, this is the cover's own palette.
    """
    edge = edge_colour(cover)
    palette: Palette = min(PALETTES, key=lambda each: _distance(each.ground, edge))
    shade = 0.06 if sum(palette.ground) > 3 * 128 else 0.34
    return Look(_mixed(palette.ground, (0, 0, 0), shade), palette.ink, palette.accent)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _distance(one: Colour, other: Colour) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def blank_card(cover: Image.Image, look: Look) -> Image.Image:
    """The part that all cards of an episode share: the ground, and the cover with round corners."""
    card = Image.new("RGB", (WIDTH, HEIGHT), look.ground)
    left, top, side = _TILE
    tile = cover.convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
    mask = Image.new("L", (side * _SAMPLES, side * _SAMPLES))
    corner = 20 * _SAMPLES
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *mask.size), radius=corner, fill=255)
    card.paste(tile, (left, top), mask.reduce(_SAMPLES))
    return card


def card_of(blank: Image.Image, look: Look, heading: Heading) -> Image.Image:
    """A chapter's card, without its sound."""
    card = blank.copy()
    draw = ImageDraw.Draw(card)
    small, muted = font(_SMALL), look.muted
    is_large = heading.is_synthetic and heading.number == 1
    notice = f"  ·  {_SPOKEN_BY}" if heading.is_synthetic and not is_large else ""
    credit = clipped(printable(heading.credit + notice).strip(" ·"), _SMALL, 800)
    room = WIDTH - 2 * EDGE - small.getlength(credit) - 60
    episode = clipped(printable(heading.episode), _SMALL, room)
    draw.text((EDGE, _TOP), episode, font=small, fill=muted, anchor="ls")
    draw.text((WIDTH - EDGE, _TOP), credit, font=small, fill=muted, anchor="rs")
    digits = max(2, len(str(heading.count)))
    number = f"{heading.number:0{digits}} / {heading.count:0{digits}}"
    draw.text((_COLUMN, _TILE[1] + 42), number, font=font(44), fill=look.accent, anchor="ls")
    beside = _COLUMN + font(44).getlength(number) + 28
    part = clipped(printable(heading.part), 40, WIDTH - EDGE - beside)
    draw.text((beside, _TILE[1] + 42), part, font=font(40), fill=muted, anchor="ls")
    _draw_title(draw, printable(heading.title) or f"第{heading.number}章", look)
    foot = (_COLUMN, _TILE[1] + _TILE[2] - 4)
    draw.text(foot, heading.times, font=font(40), fill=muted, anchor="ls")
    if is_large:
        right = (WIDTH - EDGE, foot[1])
        draw.text(right, _SPOKEN_BY, font=font(_NOTICE), fill=muted, anchor="rs")
    return card


def _draw_title(draw: ImageDraw.ImageDraw, title: str, look: Look) -> None:
    width = WIDTH - EDGE - _COLUMN
    lines, size = fitted(title[:90], width, _TITLE_HEIGHT, _TITLE_SIZES, _TITLE_SIZES[0] / 180)
    most = int((_TITLE_HEIGHT / size - 1) / LEADING) + 1
    for number, line in enumerate(lines[:most]):
        shown = clipped(line if number < most - 1 else "".join(lines[number:]), size, width)
        baseline = _TITLE_TOP + size * (0.88 + number * LEADING)
        left = _COLUMN - hanging(shown, size)
        draw.text((left, baseline), shown, font=font(size), fill=look.ink, anchor="ls")


# Sound ---------------------------------------------------------------------------------------


def with_sound(
    card: Image.Image, levels: Sequence[float], starts: Sequence[float], colour: Colour
) -> Image.Image:
    """The card with all bars and the whole line of the episode in one colour.

    `levels` are BARS heights from 0 to 1. `starts` are the starts of the chapters, as shares of
    the episode from 0 to 1; the line has a gap at each.
    """
    drawn = card.copy()
    bars = _bars(tuple(levels))
    drawn.paste(Image.new("RGB", bars.size, colour), (EDGE, WAVE[0]), bars)
    draw = ImageDraw.Draw(drawn)
    draw.rectangle((0, LINE[0], WIDTH, LINE[1]), fill=colour)
    ground = card.getpixel((2, 2))
    for start in starts if len(starts) <= WIDTH // 12 else ():
        if start > 0:
            left = round(start * WIDTH)
            draw.rectangle((left - 1, LINE[0], left + 1, LINE[1]), fill=ground)
    return drawn


def _bars(levels: tuple[float, ...]) -> Image.Image:
    """A mask of bars with round ends, each centred on a middle line; the smallest is a dot."""
    width, height = (WIDTH - 2 * EDGE) * _SAMPLES, (WAVE[1] - WAVE[0]) * _SAMPLES
    mask = Image.new("L", (width, height))
    draw = ImageDraw.Draw(mask)
    step = width / len(levels)
    thick = step * 0.5
    for bar, level in enumerate(levels):
        left, half = bar * step + (step - thick) / 2, max(thick / 2, level * height / 2)
        box = (left, height / 2 - half, left + thick, height / 2 + half - 1)
        draw.rounded_rectangle(box, radius=thick / 2, fill=255)
    return mask.reduce(_SAMPLES)


# Subtitles -----------------------------------------------------------------------------------


def subtitle_planes(text: str, look: Look) -> Planes:
    """The strip for subtitles with a subtitle in its middle, as planes of yuv420p.

    The array is uint8 of shape (bytes,), as `planes_of` gives it.
    """
    height = SUBTITLES[1] - SUBTITLES[0]
    strip = Image.new("RGB", (WIDTH, height), look.ground)
    rows = [row for row in map(printable, text.split("\n")) if row]
    size = SUBTITLE_SIZE if len(rows) < 2 else SUBTITLE_SIZE - 12
    draw = ImageDraw.Draw(strip)
    for number, row in enumerate(rows):
        middle = height / 2 + (number - (len(rows) - 1) / 2) * size * LEADING
        shown = clipped(row, size, WIDTH - 2 * EDGE)
        draw.text((WIDTH / 2, middle), shown, font=font(size), fill=look.ink, anchor="mm")
    return planes_of(strip)


# Planes --------------------------------------------------------------------------------------

# Source: ITU-R BT.709, 8 bits, limited range; each row gives a plane from red, green, blue.
_Y = (0.2126 * 219 / 255, 0.7152 * 219 / 255, 0.0722 * 219 / 255, 16.0)
_U = (*(224 / 255 / 1.8556 * part for part in (-0.2126, -0.7152, 1 - 0.0722)), 128.0)
_V = (*(224 / 255 / 1.5748 * part for part in (1 - 0.2126, -0.7152, -0.0722)), 128.0)


def planes_of(picture: Image.Image) -> Planes:
    """A picture of even width and height as the planes Y, U and V of yuv420p.

    The array is uint8 of shape (width * height * 3 / 2,): one plane after the other.
    """
    planes = [picture.convert("L", _Y)]
    planes += [picture.convert("L", matrix).reduce(2) for matrix in (_U, _V)]
    return np.concatenate([np.asarray(plane, np.uint8).reshape(-1) for plane in planes])


@cache
def _shapes(width: int, height: int) -> tuple[tuple[int, int, int], ...]:
    """For each plane of a picture: the byte where it begins, its height and its width."""
    whole, quarter = width * height, width * height // 4
    small = (height // 2, width // 2)
    return (0, height, width), (whole, *small), (whole + quarter, *small)


def views(planes: Planes, height: int) -> tuple[Planes, Planes, Planes]:
    """The three planes of a picture that is WIDTH wide: views of shape (rows, columns)."""
    y, u, v = (
        planes[start : start + rows * across].reshape(rows, across)
        for start, rows, across in _shapes(WIDTH, height)
    )
    return y, u, v
