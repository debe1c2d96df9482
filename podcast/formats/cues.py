"""Episode -> cues: subtitle lines as displayed, in whole milliseconds."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate

import opencc

from podcast.formats.printed import milliseconds
from podcast.model import Episode, Span
from podcast.subtitle import NETFLIX, House, captioned, ends_sentence, width


@dataclass(frozen=True, slots=True)
class Cue:
    """A text on screen from `start_ms` up to `end_ms`.

    `pieces`, joined, are the text: each with the millisecond from which it is said. The text
    has no control character and no arrow `-->`, and no line break but one between two rows, so
    every format can hold it.
    """

    start_ms: int
    end_ms: int
    pieces: tuple[tuple[int, str], ...]

    @property
    def text(self) -> str:
        """What is displayed."""
        return "".join(text for _, text in self.pieces)


_Pieces = tuple[tuple[int, str], ...]
_Shown = tuple[Span, _Pieces]


def cues(episode: Episode, house: House = NETFLIX) -> tuple[Cue, ...]:
    """A cue for each line of which something is displayed, in order, never overlapping.

    A cue begins with its first word, rounded down. It ends with its last, or stays for up to
    `house.hold_ms` of the silence after it where that is needed to read it or to close a
    small gap, and longer only to last `house.shortest_ms`; two frames stay free before the next.
    """
    shown = [(line, pieces) for line, pieces in _displayed(episode, house) if pieces]
    if house.rows > 1:
        shown = list(_stacked(shown, episode, house))
    starts = _rising([milliseconds(line.start, episode.rate) for line, _ in shown])
    length = milliseconds(episode.length, episode.rate)
    following = [*starts[1:], max(length, starts[-1] + 1) + house.gap_ms] if shown else []
    made: list[Cue] = []
    for (line, pieces), start, after in zip(shown, starts, following, strict=True):
        text = "".join(text for _, text in pieces)
        spoken = milliseconds(line.end, episode.rate)
        end = _out(start, spoken, after, width(text.replace("\n", "")), house)
        made.append(Cue(start, end, tuple((max(ms, start), piece) for ms, piece in pieces)))
    return tuple(made)


def _rising(starts: list[int]) -> list[int]:
    """Each start at least 1 ms after the one before, else unchanged."""
    return list(accumulate(starts, lambda before, start: max(start, before + 1)))


def _out(start: int, spoken: int, after: int, across: float, house: House) -> int:
    """When a cue ends whose last word ends at `spoken`, before the one that starts at `after`.

    >>> _out(0, 2000, 2400, 8, NETFLIX)  # a small gap is closed to two frames
    2316
    >>> _out(0, 2000, 9000, 8, NETFLIX)  # a long silence stays empty
    2000
    >>> _out(0, 500, 9000, 4, NETFLIX)  # too short to read: it stays
    834
    """
    limit = after - house.gap_ms
    if limit < start + house.gap_ms:  # a cue shorter than its gap keeps the time instead
        return max(start + 1, min(spoken, after))
    if limit - spoken <= house.hold_ms:
        return min(limit, max(spoken, start + house.longest_ms))
    readable = start + math.ceil(across / house.fastest * 1000)
    apart = after - house.hold_ms - 1  # a gap either shows as one or is closed
    end = max(spoken, min(readable, spoken + house.hold_ms, start + house.longest_ms, apart))
    if end - start >= house.shortest_ms:
        return end
    end = min(start + house.shortest_ms, limit)
    return end if end <= apart else limit


def _stacked(shown: list[_Shown], episode: Episode, house: House) -> Iterator[_Shown]:
    """Lines two by two, where they are of one sentence and chapter and near enough in time."""
    rate, opened = episode.rate, [chapter.start for chapter in episode.chapters]
    above: _Shown | None = None
    for line, pieces in shown:
        if above is None:
            above = (line, pieces)
            continue
        upper, upper_pieces = above
        near = bisect_right(opened, upper.start) == bisect_right(opened, line.start)
        near = near and (line.start - upper.end) * 1000 <= house.hold_ms * rate
        brief = (line.end - upper.start) * 1000 <= (house.longest_ms - house.hold_ms) * rate
        if near and brief and not ends_sentence(upper.text):
            (first_ms, first), *rest = pieces
            whole = Span(upper.start, line.end, upper.text + line.text)
            yield whole, (*upper_pieces, (first_ms, "\n" + first), *rest)
            above = None
        else:
            yield above
            above = (line, pieces)
    if above:
        yield above


def _displayed(episode: Episode, house: House) -> Iterator[_Shown]:
    """Each line with what is displayed of its words."""
    for line, words in _worded(episode):
        shown = captioned(line.text, house)
        pieces: list[tuple[int, str]] = []
        at = 0
        for word in words:
            text = "".join(shown[at : at + len(word.text)])
            at += len(word.text)
            if text:
                pieces.append((milliseconds(word.start, episode.rate), text))
        yield line, tuple(pieces)


def _worded(episode: Episode) -> Iterator[tuple[Span, list[Span]]]:
    """Each line with its words, a word that reaches over a line's end cut there."""
    words = iter(episode.words)
    rest = Span(0, 0, "")
    for line in episode.lines:
        missing, taken = line.text, []
        while missing:
            word = rest if rest.text else next(words, Span(line.start, line.end, missing))
            size = min(len(word.text), len(missing))
            start = max(word.start, line.start)
            taken.append(Span(start, min(word.end, line.end), word.text[:size]))
            rest, missing = Span(word.start, word.end, word.text[size:]), missing[size:]
        yield line, taken


# Traditional characters ----------------------------------------------------------------------


def traditional(
    shown: tuple[Cue, ...], house: House = NETFLIX, region: str = "tw"
) -> tuple[Cue, ...]:
    """The cues in the characters and words of Taiwan, or those of Hong Kong with `hk`.

    Cut and timed alike: a cue ends between words, so converting it alone meets whole words.
    Where Taiwan's word is longer and the line would grow too wide, only characters change.
    """
    return tuple(replace(cue, pieces=_traditional(cue, house, region)) for cue in shown)


@cache
def _converter(config: str) -> opencc.OpenCC:
    return opencc.OpenCC(config)


def _traditional(cue: Cue, house: House, region: str) -> _Pieces:
    """The converted text, its pieces cut as before where it is as long as before."""
    text = str(_converter("s2twp" if region == "tw" else "s2hk").convert(cue.text))
    if max(map(width, text.split("\n"))) > house.width:
        text = str(_converter("s2tw").convert(cue.text))
    if len(text) != len(cue.text):
        return ((cue.start_ms, text),)
    starts = accumulate((len(piece) for _, piece in cue.pieces), initial=0)
    return tuple(
        (ms, text[at : at + len(piece)])
        for (ms, piece), at in zip(cue.pieces, starts, strict=False)
    )
