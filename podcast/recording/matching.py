"""Raw lines, paragraphs -> which raw characters each character of a paragraph is, or stands for.

The script mostly has the order of the recording, so all of it is compared with the raw lines first.
A paragraph that a person moved is then looked for in all of them, and a sentence as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from podcast.recording.carry import LONGEST_SWAP, partnered
from podcast.recording.said import states_of
from podcast.text.align import Gap, align, edits
from podcast.text.explain import Words, swapped
from podcast.text.sentences import sentences

_ALIKE = 0.4  # share of equal sounds in words that a recogniser took for each other
_SURE_RUN = 6  # characters that show where a moved paragraph comes from
_AROUND = 60  # raw characters around such a paragraph


class Match(NamedTuple):
    """Raw characters, from the index `first` up to `end`, that one of the script stands for."""

    first: int
    end: int


Matches = list[Match | None]
"""One for each letter, digit or hanzi of a text; nothing for one that is nobody's."""


def matched(raw: Words, paragraphs: Sequence[str]) -> list[Matches]:
    """What the characters of each paragraph are in the raw lines."""
    script = Words.of(paragraphs)
    whole = _matches(raw, script, range(len(raw.homes)))
    found: list[Matches] = [[] for _ in paragraphs]
    for (number, _), match in zip(script.homes, whole, strict=True):
        found[number].append(match)
    return [
        _moved(raw, text, matches) if None in matches else matches
        for text, matches in zip(paragraphs, found, strict=True)
    ]


def _moved(raw: Words, text: str, matches: Matches) -> Matches:
    """The matches of a paragraph, or those of the place that it or its sentences come from."""
    best = _better(matches, _elsewhere(raw, text))
    if None not in best:
        return best
    found: Matches = []
    for sentence in sentences(text):
        count = sum(map(str.isalnum, sentence))
        own = best[len(found) : len(found) + count]
        if None in own and count >= _SURE_RUN:
            own = _better(own, _elsewhere(raw, sentence))
        found += own
    return found


def _better(one: Matches, other: Matches) -> Matches:
    return other if other.count(None) < one.count(None) else one


def _elsewhere(raw: Words, text: str) -> Matches:
    """The matches of a text with the one place of the raw lines that has most of it."""
    own = Words.of([text])
    longest = max(align(raw.folded, own.folded), key=lambda run: run.length, default=None)
    if longest is None or longest.length < min(_SURE_RUN, len(own.homes)):
        return [None] * len(own.homes)
    first = longest.left - 2 * longest.right - _AROUND
    end = longest.left + 2 * (len(own.homes) - longest.right) + _AROUND
    return _matches(raw, own, range(max(0, first), min(len(raw.homes), end)))


def _matches(raw: Words, script: Words, part: range) -> Matches:
    """The matches of all of `script` with the raw characters of `part`."""
    partners, between = partnered(raw, script, part)
    found: Matches = [Match(at, at + 1) if at >= 0 else None for at in partners]
    for gap in between:
        for at, match in _swaps(raw, script, gap):
            found[at] = found[at] or match
    return found


def _swaps(raw: Words, script: Words, gap: Gap) -> Iterator[tuple[int, Match]]:
    """The characters of a gap that stand for others which sound like them, or are figures."""
    count = gap.right_end - gap.right
    place = swapped(raw, script, gap)
    if not place or not 0 < count <= LONGEST_SWAP:
        return
    was = "".join(raw[at] for at in place)
    now = "".join(script[at] for at in range(gap.right, gap.right_end))
    if not _is_heard_as(was, now):
        return
    for number in range(count):
        first = place.start + len(place) * number // count
        end = place.start + len(place) * (number + 1) // count
        yield gap.right + number, Match(first, max(end, first + 1))


def _is_heard_as(was: str, now: str) -> bool:
    """Whether two texts may be written for the same sound: they sound alike, or are not both hanzi.

    >>> _is_heard_as("泽联斯基", "泽连斯基"), _is_heard_as("百分之十四", "14")
    (True, True)
    >>> _is_heard_as("投了很多钱", "招了三百人")
    False
    """
    if was.isascii() != now.isascii():
        return True
    one, other = states_of(was), states_of(now)
    return edits(one, other) <= (1 - _ALIKE) * max(len(one), len(other), 1)
