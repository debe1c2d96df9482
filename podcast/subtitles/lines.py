"""Words in sound -> subtitle lines, each exactly a run of words.

Where to cut is one choice over the whole run of words: the cheapest set of lines by width,
time, pauses and `break_costs`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, pairwise

from podcast.model import STYLES, Recipe, Span, Style
from podcast.subtitles.breaks import BOUND, NEVER, WHOLE, break_costs
from podcast.text.sentences import CLOSERS, OPENERS


def style_of(recipe: Recipe) -> Style:
    """The rules that a recipe's subtitles keep."""
    return replace(STYLES[recipe.subtitle_style], rows=recipe.subtitle_lines)


DEFAULT = style_of(Recipe())
_TARGET = 11.0  # the median width of lines that people make
_NARROWEST = 3  # characters
_FORBIDDEN = 10_000.0  # more than any line that breaks no rule can cost
_INNER_STOP = 4.0  # cost of a sentence end inside a line
_INNER_COMMA = 1.0
_BREATH = 200  # milliseconds: a longer pause is better between lines
_COMFORT = 1300  # milliseconds: a shorter line flickers
_SILENT = "，。；：、,;:"  # not shown at a line's end where marks are dropped
_SPACED = "，。；"  # a space inside a line where marks are dropped
_TRAILING_OPENERS = re.compile(rf"[{re.escape(OPENERS)}]+\Z")
_END = re.compile(rf"([{re.escape(_SILENT)}\s]|(?<![.A-Z])\.)+(?=[{re.escape(CLOSERS)}]*\Z)")


def subtitle(words: tuple[Span, ...], rate: int, style: Style = DEFAULT) -> tuple[Span, ...]:
    """Lines whose texts, joined, are the words': each is a run of words and lasts as they do.

    Pass all words that one voice says on end, a paragraph or more: a sentence of one or two
    characters then shares a line with its neighbour. Opening quotes are taken as their word's, as
    `give_openers` gives them. No line is wider than `style.width`, nor
    ends inside a word, name or number that fits one. A single word wider than a line, which
    an engine that marks whole clauses gives, is first cut where it may break, its time shared
    out by width.
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


def give_openers(words: tuple[Span, ...]) -> tuple[Span, ...]:
    """The words, an opening quote or bracket at the end of one given to the next.

    An engine marks where a word begins to sound, which cuts the text behind the quote.
    Words without text are left out.

    >>> [word.text for word in give_openers((Span(0, 1, "说：“"), Span(1, 2, "好。”")))]
    ['说：', '“好。”']
    >>> [word.text for word in give_openers((Span(0, 1, "说，"), Span(1, 2, "好。")))]
    ['说，', '好。']
    """
    given: list[Span] = []
    carried = ""
    for word in words:
        text = carried + word.text
        kept = _TRAILING_OPENERS.sub("", text)
        carried = text[len(kept) :]
        if kept:
            given.append(replace(word, text=kept))
    if carried:
        last = given.pop() if given else replace(words[-1], text="")
        given.append(replace(last, text=last.text + carried))
    return tuple(given)


def subtitle_turns(
    turns: Iterable[tuple[Span, ...]], rate: int, style: Style = DEFAULT
) -> tuple[Span, ...]:
    """Lines of a talk of several voices: `turns` are the words that each says on end.

    A line holds one voice, but for a turn of one or two characters, 对。, which goes with the
    next turn, or at the end with the last.
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


# How a line looks ----------------------------------------------------------------------------


def caption(line: str, style: Style = DEFAULT) -> str:
    """A line as it is shown.

    >>> caption("对，没错。")
    '对 没错'
    >>> caption("真的吗？他说：“好。”")
    '真的吗？他说：“好”'
    >>> caption("对，没错。", STYLES["ted"])
    '对，没错。'
    """
    return "".join(captioned(line, style))


def captioned(line: str, style: Style = DEFAULT) -> list[str]:
    """What is shown of each character of a line; joined, it is the caption."""
    end = len(line.rstrip())
    shown = _shown(line, style)
    if style.drops_marks and (found := _END.search(line, 0, end)):
        shown[found.start() : found.end()] = [""] * (found.end() - found.start())
    for order in (range(len(shown)), reversed(range(len(shown)))):
        for at in order:
            if shown[at].strip():
                break
            shown[at] = ""
    return shown


def width(text: str) -> float:
    """In hanzi: a Latin letter, digit or space is 1/2.

    >>> width("用GPT-4.5写")
    5.5
    """
    return sum(_advance(character) for character in text)


def _letters(text: str) -> int:
    """How many characters are not marks or spaces."""
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
    """What is shown of each character inside a line: safe in every format, no control marks."""
    shown = ["" if _is_unprintable(character) else character for character in text]
    for found in re.finditer("-->", text):
        shown[found.start() : found.end()] = ["→", "", ""]
    for at, character in enumerate(text):
        following = text[at + 1 : at + 2]
        if character.isspace():
            shown[at] = "" if following.isspace() else " "
        elif style.drops_marks and character == following and character in "…⋯":
            shown[at] = ""
        elif style.drops_marks and character in _SPACED:
            shown[at] = "" if following.isspace() or following in tuple(CLOSERS) else " "
    return shown


@cache
def _is_unprintable(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind in ("Cc", "Cs", "Co", "Cn") or (kind == "Cf" and character not in "\u200c\u200d")


# Pieces: what a line is put together from ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words that stay together.

    `cost` is that of ending a line here, `advance` the width inside a line, `tail` what a line
    that ends here does not show of it, `letters` all characters but marks and spaces.
    """

    start: int
    end: int
    text: str
    cost: float
    advance: float
    tail: float
    letters: int


def _pieces(words: tuple[Span, ...], style: Style) -> list[_Piece]:
    text = "".join(word.text for word in words)
    costs = break_costs(text)

    def fits(start: int, end: int) -> bool:
        narrow = end - start <= style.width  # no character is wider than 1
        return narrow or width(caption(text[start:end], style)) <= style.width

    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    at = 0
    for part in _narrowed(words, costs, fits):
        starts[at] = part.start
        at += len(part.text)
        ends[at] = part.end
    shown = _shown(text, style)
    pieces = []
    at = 0
    for end in _places(0, list(ends), costs, fits):
        advance = width("".join(shown[at:end]))
        # "字" stands for a piece before it on the line: only then is a space at its start shown.
        pieces.append(
            _Piece(
                start=starts[at],
                end=ends[end],
                text=text[at:end],
                cost=costs[end - 1],
                advance=advance,
                tail=max(0.0, advance + 1 - width(caption("字" + text[at:end], style))),
                letters=_letters(text[at:end]),
            )
        )
        at = end
    return pieces


def _places(
    start: int,
    ends: Sequence[int],
    costs: Sequence[float],
    fits: Callable[[int, int], bool],
    limits: Sequence[float] = (BOUND, WHOLE, NEVER),
) -> Iterator[int]:
    """Those of `ends` where a line may end: dearer ones only inside what fits no line."""
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
    """The words, any that fits no line cut where it may break and its time shared by width."""
    parts: list[Span] = []
    at = 0
    for word in words:
        end = at + len(word.text)
        if fits(at, end):
            parts.append(word)
        else:
            places = list(_places(at, range(at + 1, end + 1), costs, fits))
            parts += _shared(word, [place - at for place in places])
        at = end
    return parts


def _shared(word: Span, places: list[int]) -> Iterator[Span]:
    """A word cut at `places`, each part lasting by its width."""
    reached = list(accumulate(map(_advance, word.text), initial=0.0))
    start, at = word.start, 0
    for place in places:
        share = reached[place] / reached[-1] if reached[-1] else 1.0
        end = word.start + round((word.end - word.start) * share)
        yield Span(start, end, word.text[at:place])
        start, at = end, place


# The choice of cuts --------------------------------------------------------------------------


def _cheapest(pieces: list[_Piece], rate: int, style: Style) -> list[int]:
    """The ends of the cheapest lines, as indices into `pieces`, from 0 on."""
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
    """The cost of each joint of two pieces when it lies inside a line."""
    for piece, following in pairwise(pieces):
        pause_ms = (following.start - piece.end) * 1000 / rate
        cost = (pause_ms / 200) ** 2 if pause_ms > _BREATH else 0.0
        yield cost + (_INNER_STOP if piece.cost < 1 else _INNER_COMMA if piece.cost < 2 else 0.0)


def _out_ms(pieces: list[_Piece], last: int, rate: int, style: Style) -> float:
    """The latest a line may stay that ends before piece `last`."""
    latest = pieces[last - 1].end * 1000 / rate + style.hold_ms
    if last < len(pieces):
        latest = min(latest, pieces[last].start * 1000 / rate - style.gap_ms)
    return latest


def _time_cost(stay: float, spoken: float, across: float, style: Style) -> float:
    """The cost of a line's times in milliseconds: too short, too long, too fast to read."""
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
