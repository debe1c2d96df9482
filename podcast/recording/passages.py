"""Alignment, Lulls, Script -> for each paragraph what is cut out of the recording to say it.

    raw characters --matching--> those that the script kept, in runs
    runs --lulls--> cuts, at whose edges nothing is heard --> Passage

What the script dropped is left out of the sound, and so is sound between two words that no line
tells. A cut lies in the lull nearest to the word that is kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise, takewhile
from typing import NamedTuple

import numpy as np

from podcast.formats.subtitles.openers import give_openers
from podcast.model import RATE, Cut, Passage, Recipe, Script, Span, Tape
from podcast.recording.carry import WORD, apart
from podcast.recording.levels import AS_IF_RATE, HOP_MS, Lulls
from podcast.recording.matching import Match, Matches, matched
from podcast.recording.spare import LONGEST_MS
from podcast.recording.timed import (
    APART_MS,
    OVER_MS,
    REST_MS,
    SOUND_MS,
    Timed,
    rests_between,
    sounds_between,
    timed,
)
from podcast.recording.times import Alignment, Stretch
from podcast.sound.cut import CUT_LUFS
from podcast.sound.master import loudness
from podcast.text.explain import Words
from podcast.text.sentences import STOPS, ends_sentence

_MISSING = 3  # characters in a row that are not in the recording: other words
_MOST_MISSING = 0.2  # share of a paragraph's characters that may be missing one by one
_NEAR_MS = 200  # from the told start of a word to the lull before it, at most
_FAR_MS = 400  # from the told end of a word in which a cut may lie: its sound may go on for longer
_SAFE_MS = 20  # by which a word may last longer than it is told: a frame of the network
_SPARE_MS = 5  # of sound that stays beside a word where no lull parts it from what is left out
_EDGE_MS = 60  # of a lull that stays beside a word
_SHORT_EDGE_MS = 20  # the same before a word, of a lull so short that what is left out fades in it
_MOST_REST_MS = 150.0  # of a lull beside what is left out; a longer one is no surer a pause
_LONG_PAUSE_MS = 1500  # of a lull between two words; a longer one is cut to the recipe's pause
_ROOM_MS = 250  # of a lull that gives the sound of the room
_LEAST_SPEECH_MS = 3000  # whose loudness can be relied on
_GAIN_STEP_DB, _MOST_GAIN_DB = 0.5, 20.0


@dataclass(frozen=True, slots=True)
class Unheard:
    """A paragraph that is not in the recording, and the words of it that are not."""

    text: str


class _Said(NamedTuple):
    """A character of a paragraph: its place there, the raw characters it is, and its time."""

    place: int
    match: Match
    start: float
    end: float


class _Run(NamedTuple):
    """Characters that are kept with all that sounds between them.

    `before` is when the sound before them lasts that is not kept, and `after` the sound behind
    them.
    """

    said: tuple[_Said, ...]
    before: Timed
    after: Timed


def passages(
    alignment: Alignment, lulls: Lulls, script: Script, tape: Tape, recipe: Recipe
) -> list[list[Passage | Unheard]]:
    """What is cut out of the recording for each paragraph of each chapter."""
    raw = Words.of(line.text for line in alignment.lines)
    paragraphs = [each for chapter in script.chapters for each in chapter.paragraphs]
    found = matched(raw, [each.text for each in paragraphs])
    kept = _kept(found, len(raw.homes))
    times = timed(alignment, raw, kept, lulls)
    cutter = _Cutter(raw, times, kept, lulls, alignment.spare, tape, recipe)
    made = [
        cutter.passage(each.text, _at_pauses(matches, raw, times, lulls))
        for each, matches in zip(paragraphs, found, strict=True)
    ]
    levelled = iter(_levelled(made, [each.voice for each in paragraphs], lulls))
    return [[next(levelled) for _ in chapter.paragraphs] for chapter in script.chapters]


def _kept(found: Sequence[Matches], count: int) -> list[bool]:
    """Whether each of the raw characters is one that the script kept."""
    kept = [False] * count
    for match in (each for matches in found for each in matches if each):
        kept[match.first : match.end] = [True] * (match.end - match.first)
    return kept


# What is left out ----------------------------------------------------------------------------


def _at_pauses(
    matches: Matches, raw: Words, times: Sequence[Timed | None], lulls: Lulls
) -> Matches:
    """The matches of a paragraph, where what is left out lies between two pauses if it can.

    Of 这就是 (pause) 呃就是 (pause) 问题 the script has 这就是问题. The text does not tell whether
    就是呃 is left out or 呃就是, but only the latter stands between pauses.
    """
    moved = list(matches)
    for at, following in enumerate(range(1, len(moved))):
        one, other = moved[at], moved[following]
        if not one or not other or other.first <= one.end:
            continue
        first, end = one.end, other.first
        back = _said_alike(moved, raw, at, end - first)
        ahead = _said_alike(moved, raw, following, first - end)
        rests = {
            by: min(_rest_ms(times, first + by, lulls), _rest_ms(times, end + by, lulls))
            for by in range(max(-back, first - end + 1), min(ahead + 1, end - first))
        }
        by = max(rests, key=lambda by: (rests[by], -abs(by)))
        if rests[by] >= rests[0] + APART_MS:
            moved[following + by : following] = _alone(range(end + by, end))
            moved[following : following + by] = _alone(range(first, first + by))
    return moved


def _said_alike(matches: Matches, raw: Words, place: int, further: int) -> int:
    """How many characters from a place on are also those so many raw characters `further` on.

    They are counted back from the place if these come later in the recording, else from it on.
    """
    step = -1 if further > 0 else 1
    opens = matches[place]
    count = 0
    while opens and 0 <= place + step * count < len(matches):
        at = opens.first + step * count
        if matches[place + step * count] != Match(at, at + 1):
            break
        if raw.folded[at] != raw.folded[at + further]:
            break
        count += 1
    return count


def _alone(characters: range) -> Iterator[Match]:
    """Matches of one raw character each."""
    return (Match(at, at + 1) for at in characters)


def _rest_ms(times: Sequence[Timed | None], at: int, lulls: Lulls) -> float:
    """How long the lull before a raw character lasts, or the most that counts.

    Before the first character and after the last nothing is said.
    """
    if not 0 < at < len(times):
        return _MOST_REST_MS
    one, other = times[at - 1], times[at]
    if not one or not other:
        return 0.0
    rests = rests_between(one, other, lulls)
    return min(_MOST_REST_MS, max((end - start for start, end in rests), default=0))


# Cuts ----------------------------------------------------------------------------------------


class _Cutter:
    """Makes the passage of one paragraph after another, of one recording."""

    def __init__(
        self,
        raw: Words,
        times: Sequence[Timed | None],
        kept: Sequence[bool],
        lulls: Lulls,
        spare: Sequence[Stretch],
        tape: Tape,
        recipe: Recipe,
    ) -> None:
        """`times` are those of the raw characters, and `kept` tells which the script kept."""
        self.raw, self.times, self.kept = raw, times, kept
        self.lulls, self.spare = lulls, spare
        self.tape, self.recipe = tape, recipe

    def passage(self, text: str, matches: Matches) -> Passage | Unheard:
        """The passage of a paragraph, or the words of it that are not in the recording."""
        places = [at for at, each in enumerate(text) if each.isalnum()]
        said = list(self._said(places, matches))
        if missing := _missing(text, places, {each.place for each in said}):
            return Unheard(missing)
        if not said:
            return Passage(self.tape, (), ())
        said[0] = said[0]._replace(start=self._start(said[0]))
        said[-1] = said[-1]._replace(end=self._end(said[-1]))
        runs = self._runs(said)
        cuts = self._cuts(runs, text)
        words = _words(text, list(self._placed(runs, cuts)))
        return Passage(self.tape, tuple(cuts), words, self._room(cuts[0].start * 1000 / RATE))

    def _said(self, places: Sequence[int], matches: Matches) -> Iterator[_Said]:
        for place, match in zip(places, matches, strict=True):
            if match:
                first, last = self.times[match.first], self.times[match.end - 1]
                if first and last:
                    yield _Said(place, match, first.start, max(last.end, first.start))

    def _start(self, said: _Said) -> float:
        """When the first character of a paragraph begins: with sound that may well be its own.

        Only where the character before it is one of another paragraph: else that has the sound.
        """
        at = said.match.first - 1
        before = self.times[at] if at >= 0 and self.kept[at] else None
        if before is None:
            return said.start
        own = Timed(said.start, said.end)
        pauses = [rest[1] for rest in rests_between(before, own, self.lulls) if _is_pause(rest)]
        start = said.start
        if (
            pauses
            and start - pauses[-1] >= SOUND_MS
            and not self._is_spare(Timed(pauses[-1], start))
        ):
            start = pauses[-1]
        for sound in reversed(sounds_between(before, own, self.lulls)):
            is_near = said.start - sound.end < sound.start - before.end
            if self._is_spare(sound) or not is_near:
                break
            start = min(start, sound.start)
        return start

    def _end(self, said: _Said) -> float:
        """When the last character of a paragraph ends: with sound that may well be its own."""
        at = said.match.end
        after = self.times[at] if at < len(self.times) and self.kept[at] else None
        if after is None:
            return said.end
        end = said.end
        for sound in sounds_between(Timed(said.start, said.end), after, self.lulls):
            is_near = sound.start - said.end <= after.start - sound.end
            if self._is_spare(sound) or not is_near:
                break
            end = sound.end
        return end

    # Runs ------------------------------------------------------------------------------------

    def _runs(self, said: Sequence[_Said]) -> list[_Run]:
        """The characters in runs: a new one begins where something between two is left out."""
        runs: list[_Run] = []
        held, before = [said[0]], self._before(said[0])
        for one, following in pairwise(said):
            gap = self._gap(one, following)
            if gap:
                runs.append(_Run(tuple(held), before, gap[0]))
                held, before = [], gap[1]
            held.append(following)
        runs.append(_Run(tuple(held), before, self._after(said[-1])))
        return runs

    def _gap(self, one: _Said, following: _Said) -> tuple[Timed, Timed] | None:
        """When what is left out after a character lasts, and before another; None if nothing is."""
        after, before = self._after(one), self._before(following)
        if following.match.first > one.match.end:
            whole = Timed(after.start, before.end)
            return whole, whole
        if following.match.first < one.match.first:
            return after, before
        if following.start - one.end < SOUND_MS:
            return None
        sides = Timed(one.start, one.end), Timed(following.start, following.end)
        if sounds := sounds_between(*sides, self.lulls):
            whole = Timed(sounds[0].start, sounds[-1].end)
            return (whole, whole) if all(map(self._is_spare, sounds)) else None
        rests = rests_between(*sides, self.lulls)
        longest = max(rests, key=lambda rest: rest[1] - rest[0], default=(0, 0))
        if longest[1] - longest[0] <= _LONG_PAUSE_MS:
            return None
        middle = Timed(*[(longest[0] + longest[1]) / 2] * 2)
        return middle, middle

    def _is_spare(self, sound: Timed) -> bool:
        """Whether a sound is surely no word that the script kept."""
        if sound.end - sound.start > LONGEST_MS:
            return True
        first = bisect_right(self.spare, sound.start, key=lambda each: each.end_ms)
        near = takewhile(lambda each: each.start_ms < sound.end, islice(self.spare, first, None))
        shared = (min(sound.end, each.end_ms) - max(sound.start, each.start_ms) for each in near)
        return max(shared, default=0.0) >= (sound.end - sound.start) / 2

    def _after(self, said: _Said) -> Timed:
        """When the next raw character lasts, which is not kept."""
        following = self.times[said.match.end] if said.match.end < len(self.times) else None
        if following is None:
            return Timed(np.inf, np.inf)
        return Timed(max(following.start, said.end), max(following.end, said.end))

    def _before(self, said: _Said) -> Timed:
        """When the raw character before lasts, which is not kept."""
        before = self.times[said.match.first - 1] if said.match.first else None
        if before is None:
            return Timed(0.0, 0.0)
        return Timed(min(before.start, said.start), min(before.end, said.start))

    # Cuts ------------------------------------------------------------------------------------

    def _cuts(self, runs: Sequence[_Run], text: str) -> list[Cut]:
        """A cut for each run; `pause` makes up for what a pause at a mark lacks."""
        wanted = [self._pause_ms(one, following, text) for one, following in pairwise(runs)]
        opens = [self._opens(run, want) for run, want in zip(runs, [0, *wanted], strict=True)]
        closes = [self._closes(run, want) for run, want in zip(runs, [*wanted, 0], strict=True)]
        for at, (one, following) in enumerate(pairwise(runs)):
            if _follow(one, following) and opens[at + 1][0] < closes[at][0]:
                closes[at] = opens[at + 1] = ((opens[at + 1][0] + closes[at][0]) / 2, 0.0)
        pauses = [
            max(0.0, want - closes[at][1] - opens[at + 1][1]) for at, want in enumerate(wanted)
        ]
        return [
            Cut(_samples(start), max(_samples(end), _samples(start) + 1), _samples(pause))
            for (start, _), (end, _), pause in zip(opens, closes, [*pauses, 0.0], strict=True)
        ]

    def _pause_ms(self, one: _Run, following: _Run, text: str) -> float:
        """How long the pause between two runs must be: the recipe's at a mark, else none."""
        between = text[one.said[-1].place + 1 : following.said[0].place]
        if ends_sentence("好" + between.rstrip()):
            return 1000 * self.recipe.sentence_pause
        return 1000 * self.recipe.comma_pause if between.strip() else 0.0

    def _opens(self, run: _Run, wanted: float) -> tuple[float, float]:
        """When a run's cut begins, and how much of it is quiet before its first word.

        If nothing parts the word from what is left out, the cut lies in a dip of that, or before:
        a word that is cut off is worse than a filler. It lies where that has faded away.
        """
        start = run.said[0].start
        opened, before = run.before
        low = max(before - OVER_MS, start - _FAR_MS, 0.0)
        at = self.lulls.best(low, start + OVER_MS, start, min(before, start - _SAFE_MS))
        if not self.lulls.is_edge(at) and opened < start:
            at = self.lulls.first_dip(start, max(0.0, opened - OVER_MS), opened)
        faded = self.lulls.behind_fading(at, start, start)
        if self.lulls.around(at) is None:
            return max(0.0, at - _SPARE_MS), 0.0
        opens, closes = self.lulls.last_still(faded, -1)
        if faded > at:
            opens = max(opens, faded - HOP_MS / 2)
        room = min(closes - opens - HOP_MS, max(_EDGE_MS, wanted / 2))
        if closes - opens < APART_MS:
            room = min(room, _SHORT_EDGE_MS)
        return max(0.0, closes - room), room

    def _closes(self, run: _Run, wanted: float) -> tuple[float, float]:
        """When a run's cut ends, and how much of it is quiet after its last word.

        If nothing parts the word from what is left out, the cut lies in a dip of that, or behind.
        In a dip it lies late, and behind a lull's first part: a word fades away, and what follows
        begins at once.
        """
        end = run.said[-1].end
        after, closed = run.after
        high = min(after + OVER_MS, end + _FAR_MS)
        low = max(run.said[-1].start + OVER_MS, end - OVER_MS)
        at = self.lulls.best(low, high, end, max(after, end + _SAFE_MS))
        if not self.lulls.is_edge(at) and end < closed < np.inf:
            at = self.lulls.first_dip(end, closed + OVER_MS, closed)
        at = self.lulls.behind_fading(at, high, after)
        faded = self.lulls.dip_end(at, min(after, at + _EDGE_MS))
        rest = self.lulls.around(at) or self.lulls.around(at + HOP_MS)
        if rest is None:
            return faded + _SPARE_MS, 0.0
        faded = min(max(faded, rest[0] + _EDGE_MS), rest[1])
        opens, closes = self.lulls.last_still(max(at, rest[0]), 1)
        room = min(closes - opens - HOP_MS, max(_EDGE_MS, wanted / 2))
        return max(opens + room, faded), room

    # Words, room -----------------------------------------------------------------------------

    def _placed(self, runs: Sequence[_Run], cuts: Sequence[Cut]) -> Iterator[tuple[int, int, int]]:
        """Each character's place, and the samples of the passage at which it begins and ends."""
        opened = 0
        for run, cut in zip(runs, cuts, strict=True):
            for said in run.said:
                start = _samples(self._rise(said.start))
                end = max(start, _samples(said.end))
                inside = (min(max(at, cut.start), cut.end) - cut.start for at in (start, end))
                yield (said.place, *(opened + at for at in inside))  # type: ignore[misc]
            opened += cut.end - cut.start + cut.pause

    def _rise(self, start: float) -> float:
        """A start that lies in or just after a lull, moved to where its sound begins."""
        rest = self.lulls.around(start)
        if rest and rest[1] - rest[0] >= REST_MS and rest[1] - start <= _NEAR_MS:
            return self.lulls.onset(rest[1])
        near = self.lulls.within(start - _NEAR_MS / 2, start)
        wholes = [self.lulls.around(each[0]) or each for each in near]
        rests = [each for each in wholes if each[1] - each[0] >= REST_MS / 2]
        return self.lulls.onset(rests[-1][1]) if rests else start

    def _room(self, near: float) -> Cut:
        """A stretch near a time in which nothing is said, without its edges; empty if none is."""
        lengths = (self.lulls.ends - self.lulls.starts) * HOP_MS
        long = np.flatnonzero(lengths >= _ROOM_MS)
        if not len(long):
            long = np.flatnonzero(lengths == lengths.max()) if len(lengths) else long
        if not len(long):
            return Cut(0, 0)
        middles = (self.lulls.starts[long] + self.lulls.ends[long]) / 2 * HOP_MS
        at = long[int(np.argmin(np.abs(middles - near)))]
        edge = min(_EDGE_MS, int(lengths[at]) // 4)
        start, end = int(self.lulls.starts[at]) * HOP_MS, int(self.lulls.ends[at]) * HOP_MS
        return Cut(_samples(start + edge), _samples(end - edge))


def _is_pause(rest: tuple[int, int]) -> bool:
    """Whether a lull is longer than the closure of a consonant."""
    return rest[1] - rest[0] >= APART_MS


def _follow(one: _Run, following: _Run) -> bool:
    """Whether a run follows on another in the recording, too."""
    return one.said[-1].match.end <= following.said[0].match.first


def _missing(text: str, places: Sequence[int], heard: set[int]) -> str:
    """The first words of a paragraph that are not heard; empty if nearly all are."""
    run: list[int] = []
    for place in places:
        if place in heard:
            run = []
            continue
        if run and any(mark in STOPS for mark in text[run[-1] : place]):
            run = []
        run.append(place)
        if len(run) >= _MISSING:
            rest = [each for each in places if each >= run[0] and each not in heard]
            return text[run[0] : rest[-1] + 1]
    unheard = [place for place in places if place not in heard]
    if unheard and len(unheard) > len(places) * _MOST_MISSING:
        return text[unheard[0] : unheard[-1] + 1]
    return ""


def _samples(ms: float) -> int:
    return round(ms * RATE / 1000)


def _words(text: str, placed: Sequence[tuple[int, int, int]]) -> tuple[Span, ...]:
    """The words of a paragraph in its sound; one that is not heard belongs to the one before it."""
    times = {place: (start, end) for place, start, end in placed}
    words: list[Span] = []
    lead = ""
    reached = 0
    for found in WORD.finditer(text):
        lead += text[reached : found.start()]
        reached = found.end()
        own = [times[at] for at in range(*found.span()) if at in times]
        if not own and words:
            words[-1] = replace(words[-1], text=words[-1].text + lead + found.group())
            lead = ""
            continue
        if not own:
            lead += found.group()
            continue
        if words:
            words[-1] = replace(words[-1], text=words[-1].text + lead)
            lead = ""
        words.append(Span(own[0][0], own[-1][1], lead + found.group()))
        lead = ""
    words[-1] = replace(words[-1], text=words[-1].text + lead + text[reached:])
    return give_openers(apart(words))


# Loudness ------------------------------------------------------------------------------------


def _levelled(
    made: Sequence[Passage | Unheard], voices: Sequence[str], lulls: Lulls
) -> Iterator[Passage | Unheard]:
    """The passages with their gains; a short one has that of its speaker's nearest long one."""
    gains = [_gain(each, lulls) if isinstance(each, Passage) else None for each in made]
    sure = [
        (voice, passage.cuts[0].start, gain.db)
        for passage, voice, gain in zip(made, voices, gains, strict=True)
        if isinstance(passage, Passage) and gain and gain.is_sure
    ]
    for passage, voice, gain in zip(made, voices, gains, strict=True):
        if not isinstance(passage, Passage) or not gain:
            yield passage
            continue
        start, db = passage.cuts[0].start, gain.db
        if not gain.is_sure:
            near = ((abs(at - start), known) for speaker, at, known in sure if speaker == voice)
            _, db = min(near, default=(0, db))
        yield replace(passage, gain_db=db)


class _Gain(NamedTuple):
    """What makes a passage as loud as all should be, and whether it has enough speech to tell."""

    db: float
    is_sure: bool


def _gain(passage: Passage, lulls: Lulls) -> _Gain | None:
    if not passage.cuts:
        return None
    powers = np.concatenate(
        [lulls.powers(cut.start * 1000 / RATE, cut.end * 1000 / RATE) for cut in passage.cuts]
    )
    heard = loudness([powers], AS_IF_RATE)
    if not np.isfinite(heard):
        return _Gain(0.0, False)
    gain = round((CUT_LUFS - heard) / _GAIN_STEP_DB) * _GAIN_STEP_DB
    limited = min(max(gain, -_MOST_GAIN_DB), _MOST_GAIN_DB)
    return _Gain(limited, len(powers) * HOP_MS >= _LEAST_SPEECH_MS)
