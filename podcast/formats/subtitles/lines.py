"""Words with times -> subtitle lines, each of which is a run of whole words.

All cuts of a run of words are chosen together: they are those of the cheapest set of lines. The
cost of a line depends on its width, its time, its pauses and its `break_costs`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, pairwise

from podcast.formats.subtitles.breaks import BOUND, NEVER, WHOLE, break_costs
from podcast.formats.subtitles.openers import give_openers
from podcast.model import STYLES, Recipe, Span, Style
from podcast.text.sentences import CLOSERS


def style_of(recipe: Recipe) -> Style:
    """The subtitle style of a recipe, with as many rows as the recipe says."""
    return replace(STYLES[recipe.subtitle_style], rows=recipe.subtitle_lines)


DEFAULT = style_of(Recipe())
_TARGET = 11.0  # hanzi: the median width of lines that people make
_NARROWEST = 3  # characters: a line with fewer costs _FORBIDDEN
_FORBIDDEN = 10_000.0  # the cost of a broken rule: more than any line that breaks none can cost
_INNER_STOP = 4.0  # cost of the end of a sentence inside a line
_INNER_COMMA = 1.0  # cost of a comma inside a line
_BREATH = 200  # milliseconds: a longer pause should be between lines, not inside one
_COMFORT = 1300  # milliseconds: a line that stays for less seems to flicker
_SILENT = "，。；：、,;:"  # if the style drops marks, these are not shown at a line's end
_SPACED = "，。；"  # if the style drops marks, a space is shown for these inside a line
_END = re.compile(rf"([{re.escape(_SILENT)}\s]|(?<![.A-Z])\.)+(?=[{re.escape(CLOSERS)}]*\Z)")


def subtitle(words: tuple[Span, ...], rate: int, style: Style = DEFAULT) -> tuple[Span, ...]:
    """The subtitle lines of some words. Their texts, joined, are the texts of the words.

    Each line is a run of words and lasts from the start of the first to the end of the last. No
    line is wider than `style.width` or ends inside a word, name or number that fits into a line.

    Pass all words that one voice says in a row, a paragraph or more, so that a sentence of one or
    two characters can share a line with its neighbour. Opening quotes are moved by `give_openers`.
    A word that is wider than a line, as from an engine that marks whole clauses, is first cut
    where it may break, and its time is divided by width.
    """
    pieces = _pieces(give_openers(words), style)
    cuts = _cheapest(pieces, rate, style)
    return tuple(
        Span(
            pieces[first].start,
            pieces[last - 1].end,
            "".join(piece.text for piece in pieces[first:last]),
        )
        for first, last in pairwise(cuts)
    )


def subtitle_turns(
    turns: Iterable[tuple[Span, ...]], rate: int, style: Style = DEFAULT
) -> tuple[Span, ...]:
    """The subtitle lines of a talk of several voices; `turns` are the words of each turn.

    A line has the words of one voice only. The exception is a turn of one or two characters, such
    as 对。: it is joined to the next turn, and the last turn of all to the one before.
    """
    runs: list[tuple[Span, ...]] = []
    small: tuple[Span, ...] = ()
    for turn in turns:
        run, small = small + turn, ()
        if _letters("".join(word.text for word in run)) < _NARROWEST:
            small = run
        else:
            runs.append(run)
    if small:
        runs[-1:] = [runs[-1] + small] if runs else [small]
    return tuple(line for run in runs for line in subtitle(run, rate, style))


# The displayed text of a line ----------------------------------------------------------------


def caption(line: str, style: Style = DEFAULT) -> str:
    """The displayed text of a line.

    >>> caption("对，没错。")
    '对 没错'
    >>> caption("真的吗？他说：“好。”")
    '真的吗？他说：“好”'
    >>> caption("对，没错。", STYLES["ted"])
    '对，没错。'
    """
    return "".join(captioned(line, style))


def captioned(line: str, style: Style = DEFAULT) -> list[str]:
    """The displayed text of each character of a line; joined, they are the caption."""
    end = len(line.rstrip())
    shown = _shown(line, style)
    if style.drops_marks and (found := _END.search(line, 0, end)):
        shown[found.start() : found.end()] = [""] * (found.end() - found.start())
    for places in (range(len(shown)), reversed(range(len(shown)))):
        for place in places:
            if shown[place].strip():
                break
            shown[place] = ""
    return shown


def width(text: str) -> float:
    """The width of a text in hanzi; a Latin letter, digit or space is 1/2 wide.

    >>> width("用GPT-4.5写")
    5.5
    """
    return sum(_advance(character) for character in text)


def _letters(text: str) -> int:
    """How many characters of a text are letters, digits or hanzi."""
    return sum(map(str.isalnum, text))


@cache
def _advance(character: str) -> float:
    if character.isascii():
        return 0.5
    breadth, kind = unicodedata.east_asian_width(character), unicodedata.category(character)
    if kind in ("Mn", "Me", "Cf"):
        return 0.0
    is_sign = breadth == "A" and not kind.startswith("L")  # “…①℃, but not é or Ω
    return 1.0 if breadth in "WF" or is_sign or character == "⋯" else 0.5


def _shown(text: str, style: Style) -> list[str]:
    """The displayed text of each character inside a line, which every subtitle format can hold.

    It has no control characters, no arrow `-->`, and one space for several.
    """
    shown = ["" if _is_unprintable(character) else character for character in text]
    for arrow in re.finditer("-->", text):
        shown[arrow.start() : arrow.end()] = ["→", "", ""]
    for place, character in enumerate(text):
        following = text[place + 1 : place + 2]
        if character.isspace():
            shown[place] = "" if following.isspace() else " "
        elif style.drops_marks and character == following and character in "…⋯":
            shown[place] = ""
        elif style.drops_marks and character in _SPACED:
            shown[place] = "" if following.isspace() or following in tuple(CLOSERS) else " "
    return shown


@cache
def _is_unprintable(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind in ("Cc", "Cs", "Co", "Cn") or (kind == "Cf" and character not in "\u200c\u200d")


# Pieces: the parts that a line is made of ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words that stay together, from sample `start` up to `end`.

    `cost` is the cost of ending a line after the piece. `advance` is its width in hanzi inside a
    line; a line that ends with it is `tail` narrower, since marks at the end are not shown.
    `letters` counts its characters without marks and spaces.
    """

    start: int
    end: int
    text: str
    cost: float
    advance: float
    tail: float
    letters: int


def _pieces(words: tuple[Span, ...], style: Style) -> list[_Piece]:
    """The words as pieces, each of which fits into a line."""
    text = "".join(word.text for word in words)
    costs = break_costs(text)

    def fits(start: int, end: int) -> bool:
        narrow = end - start <= style.width  # no character is wider than 1
        return narrow or width(caption(text[start:end], style)) <= style.width

    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    reached = 0
    for part in _narrowed(words, costs, fits):
        starts[reached] = part.start
        reached += len(part.text)
        ends[reached] = part.end
    shown = _shown(text, style)
    pieces = []
    start = 0
    for end in _places(0, list(ends), costs, fits):
        advance = width("".join(shown[start:end]))
        # "字" stands for a piece before it on the line: only then is a space at its start shown.
        pieces.append(
            _Piece(
                start=starts[start],
                end=ends[end],
                text=text[start:end],
                cost=costs[end - 1],
                advance=advance,
                tail=max(0.0, advance + 1 - width(caption("字" + text[start:end], style))),
                letters=_letters(text[start:end]),
            )
        )
        start = end
    return pieces


def _places(
    start: int,
    ends: Sequence[int],
    costs: Sequence[float],
    fits: Callable[[int, int], bool],
    limits: Sequence[float] = (BOUND, WHOLE, NEVER),
) -> Iterator[int]:
    """Those of `ends` at which a line may end.

    A break that costs `limits[0]` or more is taken only inside a run that is too long for one
    line; then the next of `limits` decides.
    """
    if not limits:
        yield from ends
        return
    group: list[int] = []
    for end in ends:
        group.append(end)
        if end != ends[-1] and costs[end - 1] >= limits[0]:
            continue
        if len(group) == 1 or fits(start, end):
            yield end
        else:
            yield from _places(start, group, costs, fits, limits[1:])
        start, group = end, []


def _narrowed(
    words: tuple[Span, ...], costs: Sequence[float], fits: Callable[[int, int], bool]
) -> list[Span]:
    """The words; one that is too wide for a line is cut where it may break."""
    parts: list[Span] = []
    start = 0
    for word in words:
        end = start + len(word.text)
        if fits(start, end):
            parts.append(word)
        else:
            places = list(_places(start, range(start + 1, end + 1), costs, fits))
            parts += _shared(word, [place - start for place in places])
        start = end
    return parts


def _shared(word: Span, places: list[int]) -> Iterator[Span]:
    """A word, cut at `places`; its time is divided by the width of the parts."""
    reached = list(accumulate(map(_advance, word.text), initial=0.0))
    start, cut = word.start, 0
    for place in places:
        share = reached[place] / reached[-1] if reached[-1] else 1.0
        end = word.start + round((word.end - word.start) * share)
        yield Span(start, end, word.text[cut:place])
        start, cut = end, place


# The choice of cuts --------------------------------------------------------------------------


def _cheapest(pieces: list[_Piece], rate: int, style: Style) -> list[int]:
    """The cuts of the cheapest lines: indices into `pieces`, from 0 to their number."""
    reached = list(accumulate((piece.advance for piece in pieces), initial=0.0))
    letters = list(accumulate((piece.letters for piece in pieces), initial=0))
    inner = list(accumulate(_inner_costs(pieces, rate), initial=0.0))
    best, back = [0.0], [0]
    for last in range(1, len(pieces) + 1):
        piece = pieces[last - 1]
        out = _out_ms(pieces, last, rate, style)
        ending = min(piece.cost, 10 * WHOLE)
        cheapest, chosen = math.inf, last - 1
        for first in range(last - 1, -1, -1):
            across = reached[last] - reached[first] - piece.tail
            if across > style.width and first < last - 1:
                break
            start = pieces[first].start * 1000 / rate
            cost = best[first] + ending + inner[last - 1] - inner[first]
            cost += ((across - _TARGET) / 4) ** 2
            if letters[last] - letters[first] < _NARROWEST:
                cost += _FORBIDDEN
            cost += _time_cost(out - start, piece.end * 1000 / rate - start, across, style)
            if cost < cheapest:
                cheapest, chosen = cost, first
        best.append(cheapest)
        back.append(chosen)
    cuts = [len(pieces)]
    while cuts[-1]:
        cuts.append(back[cuts[-1]])
    return cuts[::-1]


def _inner_costs(pieces: list[_Piece], rate: int) -> Iterator[float]:
    """For each two neighbouring pieces, the cost of not cutting between them."""
    for piece, following in pairwise(pieces):
        pause_ms = (following.start - piece.end) * 1000 / rate
        cost = (pause_ms / 200) ** 2 if pause_ms > _BREATH else 0.0
        yield cost + (_INNER_STOP if piece.cost < 1 else _INNER_COMMA if piece.cost < 2 else 0.0)


def _out_ms(pieces: list[_Piece], last: int, rate: int, style: Style) -> float:
    """The latest time in milliseconds at which a line can end that ends before piece `last`."""
    latest = pieces[last - 1].end * 1000 / rate + style.hold_ms
    if last < len(pieces):
        latest = min(latest, pieces[last].start * 1000 / rate - style.gap_ms)
    return latest


def _time_cost(stay: float, spoken: float, across: float, style: Style) -> float:
    """The cost of a line that is too short, too long or too fast to read.

    `stay` and `spoken` are milliseconds: how long it can be displayed, and how long its words
    last. `across` is its width in hanzi.
    """
    cost = 0.0
    if stay < style.shortest_ms:
        cost += _FORBIDDEN * (1.5 - stay / style.shortest_ms)
    elif stay < _COMFORT:
        cost += (_COMFORT - stay) / 100
    if spoken > style.longest_ms:
        cost += _FORBIDDEN * (spoken / style.longest_ms)
    if stay > 0 and across * 1000 / stay > style.fastest:
        cost += 20 * (across * 1000 / stay / style.fastest - 0.9)
    return cost
