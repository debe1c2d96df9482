"""Tokens and a mark for each -> text with the spaces, quotes and marks of Chinese print."""

from __future__ import annotations

import unicodedata

from podcast.text.punctuate.tokens import DASH, FULL_WIDTH, Token, is_latin
from podcast.text.spacing import space_between

_OPENING = "“‘「『（《〈【([{"
_CLOSING = "”’」』）》〉】)]}\"'"


def _is_opening(gap: str, place: int) -> bool:
    """Whether the sign at `place` belongs to the word after the gap."""
    sign = gap[place]
    if sign in "\"'":
        return place > 0 and (gap[place - 1].isspace() or gap[place - 1] in FULL_WIDTH)
    if sign == "<":
        return place == len(gap) - 1 and not gap[:place].endswith(("<", ">", "-"))
    return sign in _OPENING or unicodedata.category(sign) == "Sc" or (sign in "#@" and place > 0)


def split_gap(gap: str) -> tuple[str, str, str]:
    """The closing signs of a gap, its mark as written, and its opening signs.

    Closing signs belong to the text before the gap, opening signs to the text after it. White
    space beside the mark is dropped. Signs before a written mark stay before it.

    >>> split_gap("。”“")
    ('', '。', '”“')
    >>> split_gap('” “'), split_gap("<")
    (('”', '', '“'), ('', '', '<'))
    """
    marks = [i for i, sign in enumerate(gap) if sign in FULL_WIDTH and sign not in "—─"]
    if marks:
        signs = [c if c not in FULL_WIDTH or c in "—─" else "" for c in gap]
        before, after = "".join(signs[: marks[0]]), "".join(signs[marks[0] :])
        return before.strip(), gap[marks[0]], after.strip()
    place = next((i for i in range(len(gap)) if _is_opening(gap, i)), len(gap))
    return gap[:place].strip(), "", gap[place:].strip()


def set_gap(token: Token, mark: str, following: str) -> tuple[str, str]:
    """The text after a token up to its mark, and the text from there up to the next token.

    Signs that close a quotation after a stop belong to the sentence that the stop ends.
    """
    gap = token.gap
    if not gap and not token.ends:
        return mark, ""
    closing, _written, opening = split_gap(gap)
    if mark and mark != DASH:
        place = next((i for i, c in enumerate(opening) if c not in _CLOSING), len(opening))
        doubled = "……" if mark == "…" else mark
        return closing + doubled + opening[:place], opening[place:]
    if token.ends:
        return closing, space_between(token.text + closing, opening + following) + opening
    if gap.isspace():
        apart = is_latin(token.text) or is_latin(following)
        return " " if apart else "", ""
    return " ".join(gap.split()), ""
