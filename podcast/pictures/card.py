"""A chapter -> the picture a viewer sees while it is heard, at 1920 x 1080.

The cover on the left; beside it the chapter's number, title and times; under both its sound as a
row of bars. Below that is room for subtitles, and at the foot the whole episode, a line.
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

WIDTH, HEIGHT = 1920, 1080  # pixels, as all below
EDGE = 120  # free on the left and on the right
BARS = 168  # of a chapter's sound
WAVE = (736, 844)  # top and bottom of the bars
LINE = (1068, 1080)  # of the episode's line
SUBTITLES = (880, 1030)  # where they stand; nothing else does
SUBTITLE_SIZE = 68

_TOP = 92  # base line of what stands above
_TILE = (EDGE, 168, 480)  # left, top and side of the cover
_COLUMN = 668  # left edge of what stands beside it
_TITLE_TOP, _TITLE_HEIGHT = 252, 316
_TITLE_SIZES = range(116, 43, -4)
_SMALL = 34
_FAINT = 0.80  # how much of the ground is in what is still to come
_MUTED = 0.40  # and in what stands beside the title
_SAMPLES = 4  # a side of a pixel, drawn to smooth an edge
_SPOKEN_BY = "声音由人工智能合成"
_NOTICE = 54  # high where a video begins. Source: GB 45438-2025, 5 % of the shorter side

Planes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands on a card; `number` counts from 1, `times` is as it is printed."""

    episode: str
    credit: str
    title: str
    part: str
    number: int
    count: int
    times: str


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of an episode's cards."""

    ground: Colour
    ink: Colour
    accent: Colour

    @property
    def muted(self) -> Colour:
        """For what is read second."""
        return _mixed(self.ink, self.ground, _MUTED)

    @property
    def faint(self) -> Colour:
        """For sound that is still to come."""
        return _mixed(self.ink, self.ground, _FAINT)


def look_of(cover: Image.Image) -> Look:
    """The colours that go with a cover: for a drawn one its own, its ground a shade darker."""
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
    """What all cards of an episode share: the ground, and the cover with round corners."""
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
    notice = f"  ·  {_SPOKEN_BY}" if heading.number > 1 else ""  # the first card says it large
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
    if heading.number == 1:
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
    """The card with all its bars, and all the episode's line, in one colour.

    `levels` are BARS heights from 0 to 1; `starts` say where chapters begin, from 0 to 1.
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
    """A mask of round-ended bars about a middle line; the least is a dot."""
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
    """The strip where subtitles stand, with this one in its middle, as planes of yuv420p."""
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
    """A picture of even width and height as the planes of yuv420p, one after the other."""
    planes = [picture.convert("L", _Y)]
    planes += [picture.convert("L", matrix).reduce(2) for matrix in (_U, _V)]
    return np.concatenate([np.asarray(plane, np.uint8).reshape(-1) for plane in planes])


@cache
def _shapes(width: int, height: int) -> tuple[tuple[int, int, int], ...]:
    """Where each plane begins in the planes, its height and its width."""
    whole, quarter = width * height, width * height // 4
    small = (height // 2, width // 2)
    return (0, height, width), (whole, *small), (whole + quarter, *small)


def views(planes: Planes, height: int) -> tuple[Planes, Planes, Planes]:
    """The three planes of a picture WIDTH wide, each as rows."""
    y, u, v = (
        planes[start : start + rows * across].reshape(rows, across)
        for start, rows, across in _shapes(WIDTH, height)
    )
    return y, u, v
