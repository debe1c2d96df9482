"""Alignment, Lulls -> when each raw character is heard, in the sound that is its own.

The search knows of no pauses, and two characters may share a sound where another one beside it is
nobody's. What lies between two characters that are heard is shared out among those between.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from podcast.recording.levels import CLICK_MS, HOP_MS, Lulls
from podcast.recording.times import Alignment
from podcast.text.explain import Words

_FASTEST_MS, _SLOWEST_MS = 60, 600  # of a hanzi between two that are heard
_USUAL_MS = 250  # of a character beside one that is heard
OVER_MS = 60  # by which the end of a word may be told too late
_LULL_MS = 10  # between two characters that are in one sound, at most
REST_MS = 80  # of a lull between two words; a shorter one may be in a consonant
SOUND_MS = 80  # of sound between two words that no line tells: shorter is the end of a word
_SQUEEZED = 1.5  # characters' usual lengths that two in one sound last together at most
_SQUEEZED_AT_A_CUT = 2.0  # the same of one that is kept and one that is not
_LONGEST = 2.2  # usual lengths that a sound of one character lasts at most
_TWO = 1.6  # usual lengths that a sound of two characters lasts at least
APART_MS = 60  # of a lull; a shorter one may be the closure of a consonant
_LONG_MS = 350  # a character that lasts longer may hold something else


class Timed(NamedTuple):
    """From when to when a raw character is heard, in milliseconds."""

    start: float
    end: float


def timed(
    alignment: Alignment, raw: Words, kept: Sequence[bool], lulls: Lulls
) -> list[Timed | None]:
    """When each raw character is heard; one between two that are heard shares their gap."""
    heard = {
        (each.line, each.offset): Timed(each.start_ms, each.end_ms)
        for each in alignment.found or alignment.characters
    }
    times = [heard.get(home) for home in raw.homes]
    known = [at for at, each in enumerate(times) if each]
    for at, following in pairwise(known):
        if following > at + 1:
            _share(times, raw, at, following, lulls)
    _move_to_own_line(times, raw, lulls)
    _give_sound_to_the_unheard(times, raw, kept, lulls)
    _move_to_own_sound(times, kept, lulls)
    for at in known:
        before = times[at - 1] if at else None
        after = times[at + 1] if at + 1 < len(times) else None
        times[at] = _without_other_sound(times[at], before, after, lulls)
    return times


def _move_to_own_line(times: list[Timed | None], raw: Words, lulls: Lulls) -> None:
    """Move a character at a line's edge that was found beside the other line, over the pause.

    It is moved where its own line has a sound beside the pause that is no other character's.
    """
    for at in range(1, len(times) - 1):
        before, own, after = times[at - 1 : at + 2]
        if not before or not own or not after:
            continue
        line, earlier, later = (raw.homes[each][0] for each in (at, at - 1, at + 1))
        sound, neighbour, instead = None, at, own
        if line == earlier != later and after.start - own.end < OVER_MS:
            sound = next(iter(sounds_between(before, own, lulls)), None)
            sound = sound or _one_earlier(times, at, lulls)
            neighbour, instead = at + 1, Timed(own.start, after.end)
        elif line == later != earlier and own.start - before.end < OVER_MS:
            sound = next(iter(reversed(sounds_between(own, after, lulls))), None)
            neighbour, instead = at - 1, Timed(before.start, own.end)
        if sound and sound.end - sound.start <= _SLOWEST_MS:
            times[at], times[neighbour] = sound, instead


def _one_earlier(times: list[Timed | None], at: int, lulls: Lulls) -> Timed | None:
    """The sound of the character before the one `at`, if a sound before that is nobody's.

    The character before is moved to that sound: both were found one sound too late.
    """
    earlier, before = times[at - 2] if at > 1 else None, times[at - 1]
    if not earlier or not before or before.end - before.start > _SLOWEST_MS:
        return None
    sounds = sounds_between(earlier, before, lulls, apart_ms=0)
    if not sounds or sounds[-1].end - sounds[-1].start > _SLOWEST_MS:
        return None
    times[at - 1] = sounds[-1]
    return before


def _give_sound_to_the_unheard(
    times: list[Timed | None], raw: Words, kept: Sequence[bool], lulls: Lulls
) -> None:
    """Give a character without a time the sound of the next one, if that has another of its own.

    Of a filler and a word that sound alike the search finds one, in the sound of the first. It is
    done only where the script has one of the two: then the word that is kept would be cut out.
    """
    for at in range(1, len(times) - 2):
        before, own, following, after = times[at - 1 : at + 3]
        if own or not before or not following or not after or kept[at] == kept[at + 1]:
            continue
        if raw.homes[at][0] != raw.homes[at + 1][0] or sounds_between(before, following, lulls):
            continue
        sound = next(iter(sounds_between(following, after, lulls)), None)
        if sound and sound.end - sound.start <= _SLOWEST_MS:
            times[at], times[at + 1] = following, sound


def _move_to_own_sound(times: list[Timed | None], kept: Sequence[bool], lulls: Lulls) -> None:
    """Part two characters that were squeezed into one sound, where a sound beside it is nobody's.

    Two that last no longer than a usual one and a half are one: the other one is the sound that is
    nobody's, if that lasts about as long as a character. Of two of which the script kept one they
    may last a little longer: a cut between the two would damage the word that is kept.
    """
    lengths = [each.end - each.start for each in times if each]
    usual = float(np.median(lengths)) if lengths else 0.0
    for at in range(len(times) - 1):
        one, other = times[at], times[at + 1]
        if not one or not other or other.start - one.end > _LULL_MS:
            continue
        most = _SQUEEZED if kept[at] == kept[at + 1] else _SQUEEZED_AT_A_CUT
        if one.end - one.start + other.end - other.start > most * usual:
            continue
        both = Timed(one.start, other.end)
        after = times[at + 2] if at + 2 < len(times) else None
        before = times[at - 1] if at else None
        later = sounds_between(other, after, lulls) if after else []
        if after and not later and kept[at] != kept[at + 1]:
            is_one = both.end - both.start <= _SQUEEZED * usual
            later = _sounds_up_to(other, after, 0 if is_one else APART_MS, lulls)
        earlier = sounds_between(before, one, lulls) if before else []
        if after and _is_two(other, after, usual, lulls):
            half = (after.start + after.end) / 2
            times[at : at + 3] = both, Timed(after.start, half), Timed(half, after.end)
        elif later and later[0].end - later[0].start <= _LONGEST * usual:
            times[at], times[at + 1] = both, later[0]
        elif earlier and earlier[-1].end - earlier[-1].start <= _LONGEST * usual:
            times[at], times[at + 1] = earlier[-1], both


def _is_two(one: Timed, other: Timed, usual: float, lulls: Lulls) -> bool:
    """Whether the second of two characters that a lull parts lasts as long as two.

    The first may last so long itself: before a pause a speaker lengthens a syllable.
    """
    rests = rests_between(one, other, lulls)
    is_apart = max((end - start for start, end in rests), default=0) >= APART_MS
    return is_apart and other.end - other.start >= _TWO * usual


def rests_between(one: Timed, other: Timed, lulls: Lulls) -> list[tuple[int, int]]:
    """The lulls between two characters, whose edges may be told a little wrong.

    Two with nothing but a click between them are one.
    """
    joined: list[tuple[int, int]] = []
    for start, end in lulls.within(one.end - OVER_MS, other.start + OVER_MS):
        if joined and start - joined[-1][1] <= CLICK_MS:
            start = joined.pop()[0]
        joined.append((start, end))
    return joined


def _sounds_up_to(one: Timed, after: Timed, apart_ms: float, lulls: Lulls) -> list[Timed]:
    """What sounds before a character, if a lull of more than `apart_ms` parts it from the first."""
    rests = rests_between(one, after, lulls)
    rest = lulls.around(rests[-1][0]) or rests[-1] if rests else (0, 0)
    sound = Timed(rest[1], after.start)
    is_apart = rest[1] - rest[0] > apart_ms
    return [sound] if is_apart and sound.end - sound.start >= SOUND_MS else []


def sounds_between(
    one: Timed, other: Timed, lulls: Lulls, apart_ms: float = APART_MS
) -> list[Timed]:
    """What sounds between two characters, is neither of them, and stands apart.

    A sound with nothing but the closure of a consonant on either side is a part of the speech: on
    one side a lull must last for `apart_ms`.
    """
    rests = rests_between(one, other, lulls)
    found = []
    for rest, following in pairwise(rests):
        sound = Timed(rest[1], following[0])
        is_apart = max(_length(each, lulls) for each in (rest, following)) >= apart_ms
        is_new = not any(_is_in(each, sound) for each in (one, other))
        if sound.end - sound.start >= SOUND_MS and is_apart and is_new:
            found.append(sound)
    return found


def _length(rest: tuple[int, int], lulls: Lulls) -> int:
    """How long a lull lasts, with what of it lies beyond the times between which it was found."""
    opens, closes = lulls.around(rest[0]) or rest, lulls.around(rest[1] - HOP_MS) or rest
    return closes[1] - opens[0]


def _is_in(time: Timed, sound: Timed) -> bool:
    """Whether at least half of a character lies in a sound."""
    inside = min(time.end, sound.end) - max(time.start, sound.start)
    return inside > 0 and inside >= (time.end - time.start) / 2


def _share(times: list[Timed | None], raw: Words, at: int, following: int, lulls: Lulls) -> None:
    """Share the sound between two characters out among those between, if they can be said in it.

    Of a long gap only the sound beside either of the two is taken, for the characters that are on
    the same line.
    """
    one, other = times[at], times[following]
    assert one and other
    between = range(at + 1, following)
    first, last = _sound(one.end, max(one.end, other.start), lulls)
    if last - first <= _SLOWEST_MS * len(between):
        _share_out(times, raw, between, first, last)
        return
    lines = [raw.homes[each][0] for each in range(at, following + 1)]
    here, there = lines.count(lines[0]) - 1, lines.count(lines[-1]) - 1
    if lines[0] == lines[-1]:
        return
    _share_out(times, raw, between[:here], first, _sound(first, first + _USUAL_MS * here, lulls)[1])
    opens = _sound(last - _USUAL_MS * there, last, lulls)[0]
    _share_out(times, raw, between[len(between) - there :], opens, last)


def _share_out(
    times: list[Timed | None], raw: Words, characters: range, start: float, end: float
) -> None:
    """Give characters equal shares of a stretch of sound, if they can be said in it."""
    hanzi = sum(not raw[at].isascii() for at in characters)
    if end - start < hanzi * _FASTEST_MS:
        return
    for number, at in enumerate(characters):
        opens, closes = (
            start + (end - start) * each / len(characters) for each in (number, number + 1)
        )
        times[at] = Timed(opens, closes)


def _sound(start: float, end: float, lulls: Lulls) -> tuple[float, float]:
    """A stretch without the lulls that it begins and ends with."""
    opens, closes = lulls.around(start), lulls.around(end - HOP_MS)
    first = min(end, opens[1]) if opens else start
    return first, max(first, closes[0]) if closes else end


def _without_other_sound(
    time: Timed | None, before: Timed | None, after: Timed | None, lulls: Lulls
) -> Timed | None:
    """A character's time; of a long one that a lull parts, only the part beside its neighbour."""
    if time is None or time.end - time.start < _LONG_MS:
        return time
    rests = [
        each
        for each in lulls.within(time.start, time.end)
        if each[1] - each[0] >= REST_MS and time.start < each[0] and each[1] < time.end
    ]
    if not rests:
        return time
    joins_before = before is not None and time.start - before.end < OVER_MS
    joins_after = after is not None and after.start - time.end < OVER_MS
    first, last = Timed(time.start, rests[0][0]), Timed(rests[-1][1], time.end)
    if joins_before != joins_after:
        return first if joins_before else last
    return max(first, last, key=lambda part: part.end - part.start)
