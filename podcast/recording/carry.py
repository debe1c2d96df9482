"""Times of the raw transcript, the cleaned Script -> an Episode in the recording's time.

The recording holds the fillers and restarts that the script has lost, so its times belong to the
raw lines. Each character of the script takes the time of the raw character it is, or stands for.
A clause of which too little is heard gets no time, and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

from podcast.formats.subtitles.lines import subtitle_turns
from podcast.formats.subtitles.openers import give_openers
from podcast.model import Chapter, Episode, Script, Span, Style, Track, later
from podcast.recording.times import Alignment
from podcast.text.align import Gap, align, gaps
from podcast.text.explain import Words, swapped
from podcast.text.sentences import sentences

MS = 1000  # positions a second of the episodes made here
_HEARD = 0.5  # share of a clause's characters that must be heard
_FASTEST_MS = 50  # the least that a character lasts if its word stands for another, heard word
WORD = re.compile(r"[A-Za-z0-9]+|\w")  # a Latin word, a figure, or one hanzi
_LONGEST_JUMP_MS = 1500  # over dropped words, inside a clause, from so few characters
_FEW = 2
_LONG_PAUSE_MS = 2500  # a line does not go on after it
_LONGEST_MS = 1000  # of a character; a longer sound holds something else, too
_LONGEST_AGAIN = 12  # characters that are looked for said twice in a row
LONGEST_SWAP = 8  # characters that are taken to stand for others; more are other words


class Heard(NamedTuple):
    """The start and the end of a character of the script in the recording, in milliseconds."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the script, the number of its chapter from 1 on, and when it is heard.

    Without times it is not heard, or not in these words.
    """

    chapter: int
    text: str
    start_ms: int | None
    end_ms: int | None


@dataclass(frozen=True, slots=True)
class Carried:
    """The part of a script that is heard, as an episode in milliseconds; and all its sentences.

    Its chapters last from the first words of one to those of the next; one of which nothing is
    heard is not among them. `titles` are those of all chapters of the script.
    """

    episode: Episode
    titles: tuple[str, ...]
    sentences: tuple[Sentence, ...]


def carry(alignment: Alignment, script: Script, style: Style) -> Carried:
    """The script in the times of the recording that its raw lines were aligned with."""
    paragraphs = [each.text for chapter in script.chapters for each in chapter.paragraphs]
    times = _heard_clauses(paragraphs, _times(alignment, paragraphs))
    worded = iter([_words(text, heard) for text, heard in zip(paragraphs, times, strict=True)])
    chapters = [
        (each, [(paragraph.voice, next(worded)) for paragraph in each.paragraphs])
        for each in script.chapters
    ]
    tracks = tuple(_tracks(_audible(chapters), alignment.length_ms, style))
    episode = Episode(script.title, MS, tracks, script.author, script.date, names=script.names)
    told = iter(times)
    return Carried(
        episode,
        tuple(chapter.title for chapter in script.chapters),
        tuple(
            _sentence(number, text, heard)
            for number, chapter in enumerate(script.chapters, 1)
            for paragraph in chapter.paragraphs
            for text, heard in _sentences(paragraph.text, next(told))
        ),
    )


# Characters ----------------------------------------------------------------------------------

Times = list[Heard | None]
"""The times of each character of a text; None for one that is not heard, and for a mark."""


def _times(alignment: Alignment, paragraphs: Sequence[str]) -> list[Times]:
    """The times of each character of each paragraph."""
    raw = Words.of(line.text for line in alignment.lines)
    script = Words.of(paragraphs)
    heard = {
        (each.line, each.offset): Heard(
            each.start_ms, min(each.end_ms, each.start_ms + _LONGEST_MS)
        )
        for each in alignment.characters
    }
    left = [heard.get(home) for home in raw.homes]
    partners, between = partnered(raw, script, range(len(raw.homes)))
    found = [left[at] if at >= 0 else None for at in partners]
    for gap in between:
        if gap.right_end - gap.right > LONGEST_SWAP:
            continue
        place = swapped(raw, script, gap)
        shared = _shared([each for at in place if (each := left[at])], gap.right_end - gap.right)
        for at, each in zip(range(gap.right, gap.right_end), shared, strict=False):
            found[at] = found[at] or each
    times: list[Times] = [[None] * len(text) for text in paragraphs]
    reached = 0
    for (number, place_in), each in zip(script.homes, found, strict=True):
        if each and each.start >= reached:
            times[number][place_in] = each
            reached = each.start
    return times


def partnered(raw: Words, script: Words, part: range) -> tuple[list[int], list[Gap]]:
    """For each character of the script its raw one in `part`, or -1; and the gaps between those."""
    left = raw.folded[part.start : part.stop]
    runs = align(left, script.folded)
    partners = [-1] * len(script.homes)
    for run in runs:
        first = run.left + part.start
        partners[run.right : run.right + run.length] = range(first, first + run.length)
    _slide(partners, raw, script)
    between = [
        gap._replace(left=gap.left + part.start, left_end=gap.left_end + part.start)
        for gap in gaps(runs, len(left), len(script.homes))
    ]
    return partners, between


def _slide(partners: list[int], raw: Words, script: Words) -> None:
    """Of words that were said twice in a row, match the second with the script, not the first.

    For 我我觉得 the script has 我觉得: its 我 was matched with the first, but the second leads on.
    What is left out between two characters may as well be left out a little earlier or later where
    the same characters stand at both ends of it. It is taken where it is whole words, so for
    之后然后说 and 之后说 it is 然后 and not 后然; and of such places the earliest. Where just it
    is said again, it is the first of the two: 国会三 for 国会三国会三周, though 三国 is a word.
    """
    opens, script_opens = _word_starts(raw), _word_starts(script)
    for at in range(len(partners) - 2, -1, -1):
        first, following = partners[at] + 1, partners[at + 1]
        if not 0 < first < following:
            continue
        earliest = 0
        while _is_same(partners, raw, script, at + earliest, following - 1 + earliest):
            earliest -= 1
            if script.between(at + 1 + earliest).strip():
                break
        latest = 0
        while (
            _is_same(partners, raw, script, at + 1 + latest, first + latest)
            and not script.between(at + 1 + latest).strip()
        ):
            latest += 1
        is_said_again = latest - earliest == following - first
        by = max(
            range(earliest, earliest + 1 if is_said_again else latest + 1),
            key=lambda by: (
                script_opens[at + 1 + by],
                opens[first + by] + opens[following + by],
                -by,
            ),
        )
        partners[at + 1 + by : at + 1] = range(following + by, following)
        partners[at + 1 : at + 1 + by] = range(first, first + by)
    for at in range(len(partners) - 2, -1, -1):
        while count := _said_again(partners, raw, script, opens, at, partners[at + 1]):
            again = partners[at] + 1
            partners[at + 1 - count : at + 1] = range(again, again + count)


def _said_again(
    partners: Sequence[int],
    raw: Words,
    script: Words,
    opens: Sequence[bool],
    at: int,
    following: int,
) -> int:
    """How many characters, up to the one `at`, are said once more before what is left out goes on.

    They are whole words of one clause; 0 if there are none.
    """
    again = partners[at] + 1
    for count in range(1, min(again, following - again, _LONGEST_AGAIN) + 1):
        first = at + 1 - count
        if first < 0 or partners[first] != again - count:
            break
        if (
            raw.folded[again - count : again] == raw.folded[again : again + count]
            and opens[again - count]
            and opens[again]
            and opens[again + count]
        ):
            return count
        if script.between(first).strip():
            break
    return 0


def _is_same(partners: Sequence[int], raw: Words, script: Words, at: int, other: int) -> bool:
    """Whether a character of the script, which has a partner, is also the raw one at `other`."""
    return (
        0 <= at < len(partners)
        and partners[at] >= 0
        and 0 <= other < len(raw.folded)
        and raw.folded[other] == script.folded[at]
    )


def _word_starts(words: Words) -> list[bool]:
    """Whether each character is the first of a word; and True after the last."""
    import rjieba  # here, as in `podcast.text.words`

    starts = {
        (number, start)
        for number, text in enumerate(words.texts)
        for start in accumulate(map(len, rjieba.cut(text, False)), initial=0)
    }
    return [*(home in starts for home in words.homes), True]


def _shared(heard: Sequence[Heard], count: int) -> Iterator[Heard]:
    """The time of some characters, shared out among `count` others that stand for them."""
    if not heard:
        return
    start, end = heard[0].start, heard[-1].end
    if end - start < _FASTEST_MS * count:
        return
    for number in range(count):
        opens, closes = (start + (end - start) * n // count for n in (number, number + 1))
        yield Heard(opens, closes)


# Clauses -------------------------------------------------------------------------------------


def _heard_clauses(paragraphs: Sequence[str], times: Sequence[Times]) -> list[Times]:
    """The times: none in a clause of which little is heard, one for each character elsewhere."""
    whole: list[Times] = []
    for text, heard in zip(paragraphs, times, strict=True):
        made: Times = [None] * len(text)
        for clause in _clauses(text):
            own = _without_strays([heard[at] for at in clause])
            if sum(each is not None for each in own) >= max(1.0, _HEARD * len(clause)):
                for at, each in zip(clause, _filled(own), strict=True):
                    made[at] = each
        whole.append(made)
    return whole


def _clauses(text: str) -> Iterator[list[int]]:
    """The places of the characters between one mark and the next; a space is no mark."""
    clause: list[int] = []
    for at, character in enumerate(text):
        if character.isalnum():
            clause.append(at)
        elif clause and not character.isspace() and not _is_inside(text, at):
            yield clause
            clause = []
    if clause:
        yield clause


def _is_inside(text: str, at: int) -> bool:
    """Whether a mark is part of a Latin word or a figure: 4.5, Q&A."""
    around = text[at - 1 : at] + text[at + 1 : at + 2]
    return len(around) == 2 and around.isascii() and around.isalnum()


def _without_strays(heard: Times) -> Times:
    """A clause's times without those of a character or two far before or after the rest."""
    known = [at for at, each in enumerate(heard) if each]
    kept = list(heard)
    for number, (at, following) in enumerate(pairwise(known), 1):
        one, other = heard[at], heard[following]
        assert one and other
        if other.start - one.end > _LONGEST_JUMP_MS:
            if number <= _FEW < len(known) - number:
                kept[: at + 1] = [None] * (at + 1)
            elif len(known) - number <= _FEW < number:
                kept[following:] = [None] * (len(kept) - following)
    return kept


def _filled(heard: Times) -> list[Heard]:
    """A clause's times, those that are missing shared out between their neighbours."""
    known = [at for at, each in enumerate(heard) if each]
    filled: list[Heard] = []
    for at, each in enumerate(heard):
        if each:
            filled.append(each)
            continue
        before = max((k for k in known if k < at), default=None)
        after = min((k for k in known if k > at), default=None)
        start = _edge(heard, before, 1) if before is not None else _edge(heard, known[0], 0)
        end = _edge(heard, after, 0) if after is not None else _edge(heard, known[-1], 1)
        first = before + 1 if before is not None else 0
        count = (after if after is not None else len(heard)) - first
        span = max(0, end - start)
        filled.append(
            Heard(start + span * (at - first) // count, start + span * (at - first + 1) // count)
        )
    return filled


def _edge(heard: Times, at: int, side: int) -> int:
    each = heard[at]
    assert each
    return each[side]


# Words, chapters -----------------------------------------------------------------------------


def _words(text: str, heard: Times) -> tuple[Span, ...]:
    """The words of a paragraph that are heard, each with the marks around it."""
    words: list[Span] = []
    lead = 0  # place at which the text of the next word begins, with the marks before the first
    is_kept = True
    for found in WORD.finditer(text):
        times = [each for each in heard[found.start() : found.end()] if each]
        marks = text[lead : found.start()]
        if words and is_kept:
            words[-1] = Span(words[-1].start, words[-1].end, words[-1].text + marks)
            marks = ""
        is_kept = bool(times)
        lead = found.end()
        if times:
            opening = marks if not words else ""
            words.append(Span(times[0].start, times[-1].end, opening + found.group()))
    if words and is_kept:
        words[-1] = Span(words[-1].start, words[-1].end, words[-1].text + text[lead:])
    return give_openers(apart(words)) if words else ()


def apart(words: Sequence[Span]) -> tuple[Span, ...]:
    """The words, cut so that none begins before, or ends after, the next one begins."""
    starts = [*accumulate((word.start for word in words), max)]
    return tuple(
        Span(start, max(start, min(word.end, following)), word.text)
        for word, start, following in zip(words, starts, [*starts[1:], words[-1].end], strict=True)
    )


Worded = list[tuple[str, tuple[Span, ...]]]
"""The role and the words of each paragraph of a chapter."""


def _audible(chapters: Iterable[tuple[Chapter, Worded]]) -> Iterator[tuple[str, str, Worded]]:
    """The chapters of which anything is heard: part, title and words."""
    part = ""
    for chapter, worded in chapters:
        part = chapter.part or part
        heard = [(voice, words) for voice, words in worded if words]
        if heard:
            yield part, chapter.title, heard
            part = ""


def _tracks(
    chapters: Iterable[tuple[str, str, Worded]], length: int, style: Style
) -> Iterator[Track]:
    """A track for each chapter: the first from 0 on, the last to the end of the sound."""
    told = list(chapters)
    if not told:
        return
    starts = [worded[0][1][0].start for _, _, worded in told]
    last = max(words[-1].end for _, _, worded in told for _, words in worded)
    edges = [0, *starts[1:], max(length, last)]
    for (part, title, worded), (start, end) in zip(told, pairwise(edges), strict=True):
        said = [tuple(later(word, -start) for word in words) for _, words in worded]
        opens = [0, *(words[0].start for words in said[1:]), end - start]
        turns = (
            Span(*span, voice) for span, (voice, _) in zip(pairwise(opens), worded, strict=True)
        )
        words = tuple(word for turn in said for word in turn)
        lines = tuple(_lines(said, style))
        yield Track(title, end - start, lines, words, part, turns=tuple(turns))


def _lines(turns: Iterable[tuple[Span, ...]], style: Style) -> Iterator[Span]:
    """Yield subtitle lines; none of them goes on over a long pause."""
    groups: list[list[tuple[Span, ...]]] = []
    reached = None
    for turn in turns:
        for run in _runs(turn):
            if reached is None or run[0].start - reached > _LONG_PAUSE_MS:
                groups.append([])
            groups[-1].append(run)
            reached = run[-1].end
    for group in groups:
        yield from subtitle_turns(group, MS, style)


def _runs(words: tuple[Span, ...]) -> Iterator[tuple[Span, ...]]:
    """Yield the words in runs without a long pause inside."""
    cuts = [
        number
        for number, (word, following) in enumerate(pairwise(words), 1)
        if following.start - word.end > _LONG_PAUSE_MS
    ]
    for first, last in pairwise([0, *cuts, len(words)]):
        yield words[first:last]


def _sentences(text: str, heard: Times) -> Iterator[tuple[str, list[Heard]]]:
    at = 0
    for each in sentences(text):
        yield each, [time for time in heard[at : at + len(each)] if time]
        at += len(each)


def _sentence(chapter: int, text: str, heard: Sequence[Heard]) -> Sentence:
    start, end = (heard[0].start, heard[-1].end) if heard else (None, None)
    return Sentence(chapter, text.strip(), start, end)
