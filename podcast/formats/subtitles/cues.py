"""Episode -> cues: the displayed text of subtitle lines, with times in whole milliseconds."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from sys import intern

from podcast.formats.printed import milliseconds
from podcast.formats.subtitles.lines import DEFAULT, captioned, width
from podcast.model import Episode, Span, Style, Track
from podcast.text import hanzi
from podcast.text.sentences import ends_sentence

NONE = Span(0, 0, "")
STEP_MS = 10  # the least time from one cue to the next: the unit of time of ASS
SEPARATOR = "\x1e"  # between the texts of cues that are converted in one call


@dataclass(frozen=True, slots=True)
class Cue:
    """A text that is displayed from `start_ms` up to `end_ms`; a role `voice` says it, if known.

    `pieces` are the parts of the text, each with the millisecond at which a voice begins to say
    it. The text has no control character, no arrow `-->` and no line break except between two
    rows, so every format can hold it.
    """

    start_ms: int
    end_ms: int
    pieces: tuple[tuple[int, str], ...]
    voice: str = ""

    @property
    def text(self) -> str:
        """The displayed text: all pieces, joined."""
        return "".join([text for _, text in self.pieces])


@dataclass(frozen=True, slots=True)
class Laid:
    """The displayed text of one subtitle line, or of two lines in two rows.

    `start` and `end` are samples from the start of the chapter, and so is the start of each of
    `pieces`. `across` is the width of the text in hanzi.
    """

    start: int
    end: int
    pieces: _Pieces
    ends_sentence: bool
    across: float
    voice: str


_Pieces = tuple[tuple[int, str], ...]


def cues(episode: Episode, style: Style = DEFAULT) -> tuple[Cue, ...]:
    """A cue for each line that has text to display, in order; cues never overlap.

    A cue begins with its first word, rounded down to a millisecond, and ends with its last. If it
    could not be read in that time, or the gap to the next cue is small, it stays for up to
    `style.hold_ms` longer; it stays still longer only to last `style.shortest_ms`. Before the next
    cue there is a gap of `style.gap_ms`.
    """
    chapters = (laid_out(track, episode.rate, style) for track in episode.tracks)
    return timed(zip(episode.tracks, chapters, strict=True), episode.rate, style)


def timed(
    chapters: Iterable[tuple[Track, Sequence[Laid]]], rate: int, style: Style
) -> tuple[Cue, ...]:
    """The cues of chapters that follow each other, each with its lines from `laid_out`."""
    placed: list[tuple[int, Laid]] = []
    length = 0
    for track, lines in chapters:
        placed += [(length, line) for line in lines]
        length += track.length
    starts = _rising([milliseconds(opened + line.start, rate) for opened, line in placed])
    close = max(milliseconds(length, rate), starts[-1] + 1) + style.gap_ms if starts else 0
    rounded: list[Cue] = []
    for (opened, line), start, after in zip(placed, starts, [*starts[1:], close], strict=False):
        spoken = milliseconds(opened + line.end, rate)
        end = _out(start, spoken, after, line.across, style)
        pieces = ((milliseconds(opened + sample, rate), text) for sample, text in line.pieces)
        timed_pieces = tuple((max(ms, start), text) for ms, text in pieces)
        rounded.append(Cue(start, end, timed_pieces, line.voice))
    return tuple(rounded)


def _rising(starts: list[int]) -> list[int]:
    """The starts in milliseconds, each moved to at least STEP_MS after the one before it."""
    return list(accumulate(starts, lambda before, start: max(start, before + STEP_MS)))


def _out(start: int, spoken: int, after: int, across: float, style: Style) -> int:
    """The end in milliseconds of a cue that begins at `start` and whose last word ends at `spoken`.

    The next cue begins at `after`; `across` is the cue's width in hanzi.

    >>> _out(0, 2000, 2400, 8, DEFAULT)  # a small gap is closed to two frames
    2316
    >>> _out(0, 2000, 9000, 8, DEFAULT)  # a long silence stays empty
    2000
    >>> _out(0, 500, 9000, 4, DEFAULT)  # too short to read: it stays
    834
    """
    limit = after - style.gap_ms
    if limit < start + style.gap_ms:  # the cue would be shorter than its gap: leave out the gap
        return max(start + 1, min(spoken, after))
    if limit - spoken <= style.hold_ms:
        return min(limit, max(spoken, start + style.longest_ms))
    readable = start + math.ceil(across / style.fastest * 1000)
    apart = after - style.hold_ms - 1  # a gap is either longer than `hold_ms` or closed
    end = max(spoken, min(readable, spoken + style.hold_ms, start + style.longest_ms, apart))
    if end - start >= style.shortest_ms:
        return end
    end = min(start + style.shortest_ms, limit)
    return end if end <= apart else limit


# The displayed lines of a chapter -------------------------------------------------------------


def laid_out(track: Track, rate: int, style: Style) -> tuple[Laid, ...]:
    """The lines of a chapter that have text to display, in one row or two."""
    starts = [turn.start for turn in track.turns]
    lines = (
        _laid(line, words, style, _voice(track.turns, bisect_right(starts, line.start)))
        for line, words in _worded(track)
    )
    shown = (line for line in lines if line.pieces)
    return tuple(_stacked(shown, rate, style) if style.rows > 1 else shown)


def _voice(turns: tuple[Span, ...], count: int) -> str:
    """The role of the last of the first `count` turns; empty if the track has no turns."""
    return turns[max(0, count - 1)].text if turns else ""


def _laid(line: Span, words: list[Span], style: Style, voice: str) -> Laid:
    """A line, with the displayed text of each of its words."""
    shown = captioned(line.text, style)
    pieces: list[tuple[int, str]] = []
    reached = 0
    for word in words:
        text = intern("".join(shown[reached : reached + len(word.text)]))
        reached += len(word.text)
        if text:
            pieces.append((word.start, text))
    across = width("".join(shown))
    return Laid(line.start, line.end, tuple(pieces), ends_sentence(line.text), across, voice)


def _worded(track: Track) -> Iterator[tuple[Span, list[Span]]]:
    """Each line with its words; a word that reaches over the end of a line is cut there."""
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
    """The lines, in pairs of two rows where both are of one sentence and near in time."""
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
    (sample, first), *rest = lower.pieces
    pieces = (*upper.pieces, (sample, "\n" + first), *rest)
    across = upper.across + lower.across
    return Laid(upper.start, lower.end, pieces, lower.ends_sentence, across, upper.voice)


# Traditional characters ----------------------------------------------------------------------


def traditional(
    shown: tuple[Cue, ...], style: Style = DEFAULT, region: str = "tw"
) -> tuple[Cue, ...]:
    """The cues in the characters and words of Taiwan, or with `region="hk"` of Hong Kong.

    Cues and times stay the same. A cue ends between words, so OpenCC finds whole words in it. If
    words of Taiwan would make a line too wide, only its characters are converted.
    """
    # One call for all texts is several times as fast as one for each. No cue has a SEPARATOR.
    texts = hanzi.traditional(SEPARATOR.join(cue.text for cue in shown), region).split(SEPARATOR)
    return tuple(_traditional(cue, text, style) for cue, text in zip(shown, texts, strict=True))


def _traditional(cue: Cue, text: str, style: Style) -> Cue:
    """The cue with its converted text; it keeps its pieces if the text is as long as before."""
    is_narrow = len(text) <= style.width  # no character is wider than 1
    if not is_narrow and max(map(width, text.split("\n"))) > style.width:
        text = hanzi.converted(cue.text, "s2tw")
    if len(text) != len(cue.text):
        return replace(cue, pieces=((cue.start_ms, text),))
    pieces, reached = [], 0
    for ms, piece in cue.pieces:
        pieces.append((ms, intern(text[reached : reached + len(piece)])))
        reached += len(piece)
    return replace(cue, pieces=tuple(pieces))
