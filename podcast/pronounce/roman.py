"""Roman figures -> hanzi, where something is counted by them: 第IV期, II型, Phase III."""

from __future__ import annotations

import re

from podcast.pronounce.numbers import cardinal_text

Match = re.Match[str]

# XX and XXX stand for a name that is not told.
VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}
ROMAN = r"(?:(?!XX+(?![IV]))X{0,3}(?:IX|IV|V?I{1,3}|V)|X|XL(?:IX|IV|V?I{0,3}))"
# What Roman figures number; before these a lone V or X is a shape or an unknown.
COUNTED = (
    r"(?:期|型|类(?!似)|類|级|級|度|卷|章|部(?!分)|号|號|区|區|代|世(?!界|代)|届|阶段|階段|节|節|篇|册|冊|幕|等|相|段"
    r"|因子|导联|乐章|線|线(?!圈))"
)
SHAPES = r"(?:型|类|類|区|區|级|級|度|线|線|号|號|代|等|相|段|部)"
SERIES = (  # names that a Roman figure follows
    r"(?i:phase|type|grade|stage|class|level|tier|part|chapter|volume|act|section|book|series|season)"
)


def roman_value(figures: str) -> int:
    """What Roman figures are worth.

    >>> [roman_value(figures) for figures in ("IV", "XII", "XXI", "XLIX")]
    [4, 12, 21, 49]
    """
    values = [VALUES[figure] for figure in figures]
    following = [*values[1:], 0]
    return sum(
        -one if one < next_one else one for one, next_one in zip(values, following, strict=True)
    )


def read_roman(match: Match) -> str | None:
    """The figures before what they count, or after 第."""
    figures = match["roman"]
    is_numbered = match.string[: match.start() + 1].rstrip(figures + " ").endswith("第")
    after = match.string[match.end() :].lstrip()
    if figures in ("V", "X") and not is_numbered and re.match(SHAPES, after):
        return None
    if figures == "X" and is_numbered and not re.match("[章卷节節]", after):
        return None  # 第X期: which one is left open
    return cardinal_text(str(roman_value(figures)))


def read_series(match: Match) -> str:
    """Phase IV: the name of the series, and the figure."""
    return f"{match['series']} {cardinal_text(str(roman_value(match['roman'])))}"
