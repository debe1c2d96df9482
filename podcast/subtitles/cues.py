"""Episode -> cues: subtitle lines as displayed, in whole milliseconds."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from sys import intern

from podcast.formats.printed import milliseconds
from podcast.model import Episode, Span, Style, Track
from podcast.subtitles.lines import DEFAULT, captioned, width
from podcast.text import hanzi
from podcast.text.sentences import ends_sentence

NONE = Span(0, 0, "")
SEPARATOR = "\x1e"  # between the texts of cues that are converted in one call


@dataclass(frozen=True, slots=True)
class Cue:
    """A text on screen from `start_ms` up to `end_ms`, said in the role `voice`, if that is known.

    `pieces`, joined, are the text: each with the millisecond from which it is said. The text
    has no control character and no arrow `-->`, and no line break but one between two rows, so
    every format can hold it.
    """

    start_ms: int
    end_ms: int
    pieces: tuple[tuple[int, str], ...]
    voice: str = ""

    @property
    def text(self) -> str:
        """What is displayed."""
        return "".join(text for _, text in self.pieces)


@dataclass(frozen=True, slots=True)
class Laid:
    """What is displayed of one line, or of two in rows, of a chapter.

    Positions are samples from the chapter's first: of the line's start and end, and of each
    piece's. `across` is its width in hanzi.
    """

    start: int
    end: int
    pieces: _Pieces
    ends_sentence: bool
    across: float
    voice: str


_Pieces = tuple[tuple[int, str], ...]


def cues(episode: Episode, style: Style = DEFAULT) -> tuple[Cue, ...]:
    """A cue for each line of which something is displayed, in order, never overlapping.

    A cue begins with its first word, rounded down. It ends with its last, or stays for up to
    `style.hold_ms` of the silence after it where that is needed to read it or to close a
    small gap, and longer only to last `style.shortest_ms`; two frames stay free before the next.
    """
    chapters = (laid_out(track, episode.rate, style) for track in episode.tracks)
    return timed(zip(episode.tracks, chapters, strict=True), episode.rate, style)


def timed(
    chapters: Iterable[tuple[Track, Sequence[Laid]]], rate: int, style: Style
) -> tuple[Cue, ...]:
    """The cues of chapters that follow each other, as `laid_out` laid each out."""
    placed: list[tuple[int, Laid]] = []
    length = 0
    for track, lines in chapters:
        placed += [(length, line) for line in lines]
        length += track.length
    starts = _rising([milliseconds(opened + line.start, rate) for opened, line in placed])
    close = max(milliseconds(length, rate), starts[-1] + 1) + style.gap_ms if starts else 0
    made: list[Cue] = []
    for (opened, line), start, after in zip(placed, starts, [*starts[1:], close], strict=False):
        spoken = milliseconds(opened + line.end, rate)
        end = _out(start, spoken, after, line.across, style)
        pieces = ((milliseconds(opened + at, rate), text) for at, text in line.pieces)
        held = tuple((max(ms, start), text) for ms, text in pieces)
        made.append(Cue(start, end, held, line.voice))
    return tuple(made)


def _rising(starts: list[int]) -> list[int]:
    """Each start at least 1 ms after the one before, else unchanged."""
    return list(accumulate(starts, lambda before, start: max(start, before + 1)))


def _out(start: int, spoken: int, after: int, across: float, style: Style) -> int:
    """When a cue ends whose last word ends at `spoken`, before the one that starts at `after`.

    >>> _out(0, 2000, 2400, 8, DEFAULT)  # a small gap is closed to two frames
    2316
    >>> _out(0, 2000, 9000, 8, DEFAULT)  # a long silence stays empty
    2000
    >>> _out(0, 500, 9000, 4, DEFAULT)  # too short to read: it stays
    834
    """
    limit = after - style.gap_ms
    if limit < start + style.gap_ms:  # a cue shorter than its gap keeps the time instead
        return max(start + 1, min(spoken, after))
    if limit - spoken <= style.hold_ms:
        return min(limit, max(spoken, start + style.longest_ms))
    readable = start + math.ceil(across / style.fastest * 1000)
    apart = after - style.hold_ms - 1  # a gap either shows as one or is closed
    end = max(spoken, min(readable, spoken + style.hold_ms, start + style.longest_ms, apart))
    if end - start >= style.shortest_ms:
        return end
    end = min(start + style.shortest_ms, limit)
    return end if end <= apart else limit


# What is displayed of a chapter ---------------------------------------------------------------


def laid_out(track: Track, rate: int, style: Style) -> tuple[Laid, ...]:
    """The lines of a chapter of which something is displayed, in one row or two."""
    starts = [turn.start for turn in track.turns]
    lines = (
        _laid(line, words, style, _voice(track.turns, bisect_right(starts, line.start)))
        for line, words in _worded(track)
    )
    shown = (line for line in lines if line.pieces)
    return tuple(_stacked(shown, rate, style) if style.rows > 1 else shown)


def _voice(turns: tuple[Span, ...], count: int) -> str:
    """The role of the last of the first `count` turns; empty where none is told."""
    return turns[max(0, count - 1)].text if turns else ""


def _laid(line: Span, words: list[Span], style: Style, voice: str) -> Laid:
    """A line with what is displayed of each of its words."""
    shown = captioned(line.text, style)
    pieces: list[tuple[int, str]] = []
    at = 0
    for word in words:
        text = intern("".join(shown[at : at + len(word.text)]))
        at += len(word.text)
        if text:
            pieces.append((word.start, text))
    across = width("".join(shown))
    return Laid(line.start, line.end, tuple(pieces), ends_sentence(line.text), across, voice)


def _worded(track: Track) -> Iterator[tuple[Span, list[Span]]]:
    """Each line with its words, a word that reaches over a line's end cut there."""
    words = iter(track.words)
    rest = NONE
    for line in track.lines:
        missing, taken = len(line.text), []
        while missing:
            word = rest if rest.text else next(words, Span(line.start, line.end, line.text))
            size = min(len(word.text), missing)
            if size == len(word.text) and word.start >= line.start and word.end <= line.end:
                taken.append(word)
            else:
                start, end = max(word.start, line.start), min(word.end, line.end)
                taken.append(Span(start, end, word.text[:size]))
            missing -= size
            rest = Span(word.start, word.end, word.text[size:]) if size < len(word.text) else NONE
        yield line, taken


def _stacked(lines: Iterable[Laid], rate: int, style: Style) -> Iterator[Laid]:
    """Lines two by two, where they are of one sentence and near enough in time."""
    upper: Laid | None = None
    for line in lines:
        if upper is None:
            upper = line
            continue
        near = (line.start - upper.end) * 1000 <= style.hold_ms * rate
        brief = (line.end - upper.start) * 1000 <= (style.longest_ms - style.hold_ms) * rate
        if near and brief and not upper.ends_sentence and line.voice == upper.voice:
            yield _above(upper, line)
            upper = None
        else:
            yield upper
            upper = line
    if upper:
        yield upper


def _above(upper: Laid, lower: Laid) -> Laid:
    """Two lines as one, in two rows."""
    (at, first), *rest = lower.pieces
    pieces = (*upper.pieces, (at, "\n" + first), *rest)
    across = upper.across + lower.across
    return Laid(upper.start, lower.end, pieces, lower.ends_sentence, across, upper.voice)


# Traditional characters ----------------------------------------------------------------------


def traditional(
    shown: tuple[Cue, ...], style: Style = DEFAULT, region: str = "tw"
) -> tuple[Cue, ...]:
    """The cues in the characters and words of Taiwan, or those of Hong Kong with `hk`.

    Cut and timed alike: a cue ends between words, so converting it alone meets whole words.
    Where Taiwan's word is longer and the line would grow too wide, only characters change.
    """
    # One call for all texts is several times as fast as one each. No cue holds SEPARATOR.
    texts = hanzi.traditional(SEPARATOR.join(cue.text for cue in shown), region).split(SEPARATOR)
    return tuple(_traditional(cue, text, style) for cue, text in zip(shown, texts, strict=True))


def _traditional(cue: Cue, text: str, style: Style) -> Cue:
    """The cue with its converted text, its pieces cut as before where it is as long as before."""
    if max(map(width, text.split("\n"))) > style.width:
        text = hanzi.converted(cue.text, "s2tw")
    if len(text) != len(cue.text):
        return replace(cue, pieces=((cue.start_ms, text),))
    pieces, at = [], 0
    for ms, piece in cue.pieces:
        pieces.append((ms, intern(text[at : at + len(piece)])))
        at += len(piece)
    return replace(cue, pieces=tuple(pieces))
