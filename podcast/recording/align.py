"""A recording, the transcript's lines -> the time of each character, and how sure it is.

    sound --features--> bands --network--> scores --search--> a path --edges--> Alignment

The search is made twice: first over all of the sound, where other sound is cheap, so that music
and what no line tells are passed over; then over each stretch of text that was found, where it is
dear, so that no syllable is lost at an edge. Between the two, `leaps` tells which chapters of the
text the recording does not have, where the first search was at a loss.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from podcast.pronounce import NONE
from podcast.recording.chain import Chain, chain, syllables
from podcast.recording.edges import (
    Heard,
    at_rise,
    first_ms,
    fits_of,
    heard_characters,
    last_ms,
    with_the_rest,
    without_strays,
)
from podcast.recording.features import FRAME_MS, Frames, above_floor, log_mel
from podcast.recording.leaps import doubtful, said_lines
from podcast.recording.network import LEAST, Network, Scores, scores, shipped
from podcast.recording.said import Said
from podcast.recording.search import Search, other_sound
from podcast.recording.spare import spare_sounds
from podcast.recording.times import SURE_FIT, Alignment, Character, HeardLine, Stretch
from podcast.recording.units import SILENCE

# How far below speech other sound scores, and how far below the best a path is given up, in the
# first search and in the second.
FIRST_BELOW, FIRST_BEAM = 1.5, 500.0
SECOND_BELOW, SECOND_BEAM = 2.25, 200.0
# Frames that a character lasts at least where its end is told exactly, and by how much worse a line
# may then fit: it is said faster if it fits worse.
SLOW_SHORTEST, SLOW_WORSE = 6, 0.2
SLOW_OFF_MS = 500  # by which such a line may end earlier or later
SILENT = -13.0  # mean log-power of a frame in which nothing sounds: about -80 dBFS
# A line is taken as not said if its fit is worse, or if a smaller share of it is found.
LEAST_FIT, LEAST_SHARE = -1.05, 0.4
# The share of the sound of a line that is not sure for which its characters account, if it is said:
# where it fits well, and where it does not.
FILLED, BADLY_FILLED = 0.62, 0.7
# Of a line that is found well: its fit, the share of it that is found, and how long a character
# lasts at most.
WELL_FIT, WELL_SHARE, SLOWEST_MS = -0.85, 0.7, 450
NEAR_MS, COVERED = 10_000, 0.6  # beside such a line, and the share of its sound that text has
ALONE = 0.5  # the same share on both sides of a line that may as well be a like one of elsewhere
_LONG_GAP_MS = 2000  # between two stretches of text
_MARGIN_MS = 1000  # of sound around a stretch that it is looked for in again
_UNTOLD_MS = 3000  # of sound that no line accounts for; shorter stretches are not reported
_BLOCK = 4000  # frames that are searched at once


class Listened:
    """The scores of a recording, as half-precision numbers (37 MB an hour), and its loudness.

    For each frame, `levels` has the mean of the bands' log-powers above the floor, `smooth` the
    same mean over two frames, and `powers` the logarithm of the mean power of all that sounds,
    which a single tone raises, too.
    """

    def __init__(self, chunks: Iterable[bytes], network: Network | None = None) -> None:
        """`chunks` are mono 16-bit sound at the rate of `features`."""
        levels: list[NDArray[np.float32]] = []
        powers: list[NDArray[np.float32]] = []

        def watched(blocks: Iterator[Frames]) -> Iterator[Frames]:
            for block in blocks:
                powers.append(np.log(np.exp(block).mean(1)))
                yield block

        def measured(blocks: Iterator[Frames]) -> Iterator[Frames]:
            for block in blocks:
                levels.append(block.mean(1))
                yield block

        bands = measured(above_floor(watched(log_mel(chunks))))
        heard = scores(bands, network or shipped())
        self._scores = np.concatenate([block.astype(np.float16) for block in heard])
        self.levels = np.concatenate(levels)
        self.powers = np.concatenate(powers)
        self.smooth = np.convolve(self.levels, np.full(2, 0.5), "same").astype(np.float32)

    def __len__(self) -> int:
        """The number of frames."""
        return len(self.levels)

    @property
    def is_silent(self) -> bool:
        """Whether the recording is silent from end to end."""
        return bool((self.levels < SILENT).mean() > 0.98)

    def blocks(self, start: int, end: int) -> Iterator[Scores]:
        """The scores of frames from `start` to `end`; a silent frame scores as silence alone."""
        for at in range(start, end, _BLOCK):
            rows = self._scores[at : min(end, at + _BLOCK)].astype(np.float32)
            silent = self.levels[at : at + len(rows)] < SILENT
            rows[silent] = LEAST
            rows[silent, SILENCE] = 0
            yield rows


def lull_of(levels: NDArray[np.float32]) -> float:
    """The level, as a logarithm, under which a frame of a recording is a lull."""
    low, high = np.percentile(levels, (5, 90))
    return float(max(SILENT, low + 0.4 * (high - low)))


class Found(NamedTuple):
    """A line that was found: its index, its times in milliseconds, and the characters heard."""

    line: int
    start: int
    end: int
    characters: tuple[Heard, ...]

    @property
    def fit(self) -> float:
        """The mean fit of its characters."""
        return _fit(self.characters)


def align(
    listened: Listened,
    texts: Sequence[str],
    numbers: Sequence[int],
    respellings: Mapping[str, str] = NONE,
) -> Alignment:
    """The times of lines, given by their `texts` and `numbers`, in a recording."""
    heard = syllables(texts, respellings)
    rough = _search(listened, heard, (0, len(listened)), below=FIRST_BELOW, beam=FIRST_BEAM)
    rough = _with_leaps(rough, listened, heard, texts)
    stretches = list(_stretches(_lines(rough, texts, listened), len(listened)))
    exact = [each for stretch in stretches for each in _again(listened, heard, stretch)]
    slow = [
        each
        for stretch in stretches
        for each in _again(listened, heard, stretch, shortest=SLOW_SHORTEST)
    ]
    slower = list(_slower(exact, slow))
    found = _lines(with_the_rest(exact, texts), texts, listened)
    found = list(_begun(found, _lines(slower, texts, listened)))
    told_share = _told_share(exact, listened)
    lines = [_at_rise(line, listened.smooth) for line in _said(found, heard, told_share)]
    by_line = {line.line: line for line in lines}
    alone = {line.line for line in lines if _share_around(line, told_share) < ALONE}
    told = [
        _heard_line(number, text, said, by_line.get(index), is_alone=index in alone)
        for index, (number, text, said) in enumerate(zip(numbers, texts, heard, strict=True))
    ]
    characters = tuple(_placed(lines))
    length = len(listened) * FRAME_MS
    as_found = tuple(Character(each.line, each.offset, each.start, each.end) for each in slower)
    untold = tuple(_untold(characters, listened))
    loud = listened.levels >= lull_of(listened.levels)
    spare = tuple(spare_sounds(slower, heard, listened, loud))
    return Alignment(tuple(told), characters, length, untold, as_found, spare)


# The two searches ----------------------------------------------------------------------------


def _search(
    listened: Listened,
    heard: Sequence[Sequence[Said]],
    frames: tuple[int, int],
    *,
    below: float,
    beam: float,
    shortest: int = 0,
) -> list[Heard]:
    """The characters of lines that are heard in these frames, in order."""
    start, end = frames
    row = chain(heard, shortest)
    search = Search(row, beam)
    for block in listened.blocks(start, end):
        search.listen(block, other_sound(block, below))
    path = search.path()
    fits = _fits(listened, path, row, frames)
    return [
        each._replace(start=each.start + start * FRAME_MS, end=each.end + start * FRAME_MS)
        for each in heard_characters(path, row, fits)
    ]


def _with_leaps(
    characters: list[Heard],
    listened: Listened,
    heard: Sequence[Sequence[Said]],
    texts: Sequence[str],
) -> list[Heard]:
    """The characters; those of badly found lines are looked for without what surely is not said."""
    found = {line.line: line for line in _lines(characters, texts, listened)}
    covered = _covered(characters, listened)
    good = [
        at in found and _is_well_found(found[at], said) and covered(found[at])
        for at, said in enumerate(heard)
    ]
    spans = [
        (found[at].start // FRAME_MS, found[at].end // FRAME_MS) if at in found else None
        for at in range(len(heard))
    ]
    sizes = [sum(bool(each.states) for each in said) for said in heard]
    for part in doubtful(good, spans, sizes, len(listened)):
        lines = said_lines(listened, heard, part)
        if len(lines) == part.end - part.first:
            continue
        own = [heard[line] for line in lines]
        again = _search(listened, own, part.frames, below=FIRST_BELOW, beam=FIRST_BEAM)
        characters = [
            *(each for each in characters if each.line < part.first),
            *(each._replace(line=lines[each.line]) for each in again),
            *(each for each in characters if each.line >= part.end),
        ]
    return characters


def _covered(characters: Sequence[Heard], listened: Listened) -> Callable[[Found], bool]:
    """A function that tells whether the sound up to a line, or from it on, is mostly the text's.

    Where text is sought in sound of other words, a character is found here and there, and fits.
    """
    share = _told_share(characters, listened)
    return lambda line: _share_around(line, share) >= COVERED


def _share_around(line: Found, told_share: Callable[[int, int], float]) -> float:
    """How much of the sound up to a line, or from it on, is that of characters."""
    before = told_share(line.start - NEAR_MS, line.end)
    return max(before, told_share(line.start, line.end + NEAR_MS))


def _told_share(characters: Sequence[Heard], listened: Listened) -> Callable[[int, int], float]:
    """A function that tells how much of the sound between two times is that of characters."""
    loud = listened.levels >= lull_of(listened.levels)
    told = np.zeros(len(listened), np.bool_)
    for each in characters:
        told[each.start // FRAME_MS : each.end // FRAME_MS] = True
    sounds, texts = (np.cumsum(np.insert(each, 0, 0)) for each in (loud, loud & told))

    def share(start_ms: int, end_ms: int) -> float:
        start, end = max(0, start_ms // FRAME_MS), min(len(loud), end_ms // FRAME_MS)
        return float((texts[end] - texts[start]) / max(1, sounds[end] - sounds[start]))

    return share


def _is_well_found(line: Found, said: Sequence[Said]) -> bool:
    """Whether a line fits, most of it is found, and that lies close together."""
    longest = SLOWEST_MS * len(line.characters) + _MARGIN_MS
    is_whole = _share(line, said) >= WELL_SHARE and line.end - line.start <= longest
    return is_whole and line.fit >= WELL_FIT


def _fits(
    listened: Listened, path: NDArray[np.int64], row: Chain, frames: tuple[int, int]
) -> NDArray[np.float32]:
    fits, at = [], 0
    for block in listened.blocks(*frames):
        fits.append(fits_of(path[at : at + len(block)], row, block))
        at += len(block)
    return np.concatenate(fits)


def _lines(characters: Sequence[Heard], texts: Sequence[str], listened: Listened) -> list[Found]:
    """The lines to which the characters belong, each with its start and its end."""
    found, loud = [], lull_of(listened.levels)
    for line, group in groupby(characters, lambda each: each.line):
        own = without_strays(tuple(group), listened.levels, loud)
        first = first_ms(own, texts[line])
        found.append(Found(line, first, max(last_ms(own, texts[line]), first + 100), own))
    return found


class _Stretch(NamedTuple):
    """Lines that follow each other closely, and the frames that hold them."""

    lines: tuple[int, ...]
    frames: tuple[int, int]


def _stretches(found: Sequence[Found], frames: int) -> Iterator[_Stretch]:
    """Yield lines without a long gap between them, with a margin free of other lines' sound."""
    if not found:
        return
    cuts = [
        number
        for number, (line, following) in enumerate(pairwise(found), 1)
        if following.start - line.end > _LONG_GAP_MS
    ]
    for first, last in pairwise([0, *cuts, len(found)]):
        before = found[first - 1].end if first else 0
        after = found[last].start if last < len(found) else frames * FRAME_MS
        start = max(before, found[first].start - _MARGIN_MS) // FRAME_MS
        end = min(after, found[last - 1].end + _MARGIN_MS) // FRAME_MS + 1
        lines = tuple(line.line for line in found[first:last])
        yield _Stretch(lines, (max(0, start), min(frames, end)))


def _again(
    listened: Listened, heard: Sequence[Sequence[Said]], stretch: _Stretch, shortest: int = 0
) -> Iterator[Heard]:
    """The characters of a stretch, found once more; none of them is shorter than so many frames."""
    own = [heard[line] for line in stretch.lines]
    found = _search(
        listened,
        own,
        stretch.frames,
        below=SECOND_BELOW,
        beam=SECOND_BEAM,
        shortest=shortest,
    )
    for each in found:
        yield each._replace(line=stretch.lines[each.line])


def _slower(exact: Sequence[Heard], slow: Sequence[Heard]) -> Iterator[Heard]:
    """The characters of each line as none of them is short, if they fit about as well so.

    A line that then ends elsewhere is another place: one that is said faster is found far off.
    """
    lines = {line: list(group) for line, group in groupby(slow, lambda each: each.line)}
    for line, group in groupby(exact, lambda each: each.line):
        own = list(group)
        other = lines.get(line, own)
        is_fit = len(other) >= len(own) and _fit(other) >= _fit(own) - SLOW_WORSE
        is_there = abs(other[-1].end - own[-1].end) <= SLOW_OFF_MS
        yield from other if is_fit and is_there else own


def _fit(characters: Sequence[Heard]) -> float:
    """The mean fit of some characters."""
    return float(np.mean([each.fit for each in characters]))


def _begun(exact: Sequence[Found], slow: Sequence[Found]) -> Iterator[Found]:
    """Yield the lines as they were found exactly, each with its start where no character is short.

    The first character of a line is easily heard in a breath, or in the end of the line before, if
    it may be short. A line that would so begin before the line before it does is left as it was. No
    line lasts beyond the start of the next.
    """
    starts = {line.line: line.start for line in slow}
    begun: list[Found] = []
    for line in exact:
        start = min(starts.get(line.line, line.start), line.end - FRAME_MS)
        is_later = not begun or start > begun[-1].start
        begun.append(line._replace(start=start) if is_later else line)
    limits = [*(line.start for line in begun[1:]), *(line.end for line in begun[-1:])]
    for line, limit in zip(begun, limits, strict=True):
        yield line._replace(end=max(min(line.end, limit), line.start + FRAME_MS))


# The result ----------------------------------------------------------------------------------


def _at_rise(line: Found, levels: NDArray[np.float32]) -> Found:
    """The line, its start moved to the start of its sound."""
    start = at_rise(line.start, levels)
    return line._replace(start=start, end=max(line.end, start + FRAME_MS))


def _heard_line(
    number: int, text: str, said: Sequence[Said], found: Found | None, *, is_alone: bool
) -> HeardLine:
    if found is None:
        return HeardLine(number, text)
    share, fit = round(_share(found, said), 3), round(found.fit, 3)
    return HeardLine(number, text, found.start, found.end, fit, share, is_alone=is_alone)


def _said(
    found: Sequence[Found],
    heard: Sequence[Sequence[Said]],
    told_share: Callable[[int, int], float],
) -> Iterator[Found]:
    """Yield the lines that are probably said: they fit well, or lie between two that do.

    A line that is sought in other speech is found in pieces, with much sound between them.
    """
    good = {
        line.line
        for line in found
        if line.fit >= LEAST_FIT
        and _share(line, heard[line.line]) >= LEAST_SHARE
        and (line.fit >= SURE_FIT or told_share(line.start, line.end) >= _least_filled(line))
    }
    for line in found:
        if line.line in good or {line.line - 1, line.line + 1} <= good:
            yield line


def _least_filled(line: Found) -> float:
    return FILLED if line.fit >= WELL_FIT else BADLY_FILLED


def _share(found: Found, said: Sequence[Said]) -> float:
    """The share of a line's characters that was found."""
    return len(found.characters) / max(1, sum(bool(each.states) for each in said))


def _placed(lines: Sequence[Found]) -> Iterator[Character]:
    """Yield all characters, cut to the times of their line; their starts never fall."""
    reached = 0
    for line in lines:
        for each in line.characters:
            start = max(each.start, line.start, reached)
            end = max(start, min(each.end, line.end))
            yield Character(line.line, each.offset, start, end)
            reached = start


def _untold(characters: Sequence[Character], listened: Listened) -> Iterator[Stretch]:
    """Yield the long stretches of sound that no line accounts for."""
    length, loud = len(listened) * FRAME_MS, lull_of(listened.powers)
    edges = [0, *(time for each in characters for time in (each.start_ms, each.end_ms)), length]
    for end, start in zip(edges[::2], edges[1::2], strict=True):
        powers = listened.powers[end // FRAME_MS : start // FRAME_MS]
        if start - end >= _UNTOLD_MS and (powers >= loud).mean() > 0.2:
            yield Stretch(end, start)
