"""Text -> lines in the largest letters that fit, in the font that comes with the program."""

from __future__ import annotations

import math
import re
from functools import cache
from io import BytesIO
from itertools import accumulate, pairwise
from pathlib import Path

from PIL import ImageFont

from podcast.formats.subtitles.breaks import WHOLE, break_costs

LEADING = 1.2  # height of a line, in heights of a letter
_UNSEEN = " ，、；：,;:"  # left out at a line's end, where the break already separates
FONT = Path(__file__).parent / "fonts" / "cover.otf"


def font_name() -> str:
    """The name by which other programs know the font."""
    return str(font(64).getname()[0])


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font of all pictures, `size` pixels high."""
    data = FONT.read_bytes()
    return ImageFont.truetype(BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)


def printable(text: str) -> str:
    """The text on one line, without what the font cannot draw, such as emoji."""
    kept = [c if c.isspace() or _is_drawn(c) else "" for c in text]
    return re.sub(r"\s+", " ", "".join(kept)).strip()


@cache
def _is_drawn(character: str) -> bool:
    return bytes(font(64).getmask(character)) != bytes(font(64).getmask("\uffff"))


def hanging(line: str, size: int) -> float:
    """By how many pixels to move a line to the left so that its ink begins exactly at an edge.

    An opening quote has empty space on its left, so its line would seem indented.
    """
    return float(font(size).getbbox(line[:1], anchor="ls")[0]) if line else 0.0


def clipped(text: str, size: int, width: float) -> str:
    """As much of the text as fits into `width` pixels; an ellipsis stands for the rest."""
    if font(size).getlength(text) <= width:
        return text
    while text and font(size).getlength(text + "…") > width:
        text = text[:-1].rstrip()
    return text + "…" if text else ""


def fitted(
    text: str, width: float, height: float, sizes: range, price: float
) -> tuple[list[str], int]:
    """The lines of a text, broken between words, and the size of their letters.

    It is the largest of `sizes`, which fall, that fits into `width` x `height` pixels, unless
    smaller letters allow better breaks: `price` is how many pixels of size are given up for each
    unit of the breaks' cost.
    """
    best: tuple[float, list[str], int] = (-math.inf, [text], sizes[-1])
    for size in sizes:
        most = int((height / size - 1) / LEADING) + 1
        cost, lines = _broken(text, width / size, most)
        if size - price * cost > best[0]:
            best = (size - price * cost, lines, size)
    return best[1], best[2]


def _broken(title: str, widest: float, most: int) -> tuple[float, list[str]]:
    """The least cost of at most `most` lines that are no wider than `widest` ems, and the lines."""
    costs = break_costs(title)
    ems = (font(100).getlength(character) / 100 for character in title)
    reached = list(accumulate(ems, initial=0.0))
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [0])}
    cheapest: tuple[float, list[int]] = (math.inf, [0, len(title)])
    for _ in range(most):
        longer: dict[int, tuple[float, list[int]]] = {}
        for start, (cost, cuts) in best.items():
            for end in range(start + 1, len(title) + 1):
                across = reached[end] - reached[start]
                if across > widest:
                    break
                price = min(costs[end - 1], 2 * WHOLE) + 16 * (1 - across / widest) ** 2
                if cost + price < longer.get(end, (math.inf,))[0]:
                    longer[end] = (cost + price, [*cuts, end])
        cheapest = min(cheapest, longer.get(len(title), cheapest))
        best = longer
    cost, cuts = cheapest
    lines = (_shown(title[start:end]) for start, end in pairwise(cuts))
    return cost, [line for line in lines if line]


def _shown(line: str) -> str:
    """A line without the marks at its ends; a mark at the end stays after a number of a list.

    >>> _shown("川普发币、"), _shown("2025年1、")
    ('川普发币', '2025年1、')
    """
    plain = line.strip(" ")
    return plain if re.search(r"\d、\Z", plain) else plain.strip(_UNSEEN)


def missing(text: str) -> str:
    """The letters of a text that the font cannot draw, each once; marks and emoji are ignored.

    >>> missing("你好😀")
    ''
    """
    letters = sorted({character for character in text if character.isalnum()})
    return "".join(letter for letter in letters if not _is_drawn(letter))
