"""Words of a talk -> stretches that may be hesitations, and what is known about each.

A stretch is a single word that people say while they look for the next one, or the words between
two occurrences of one word, which may be a beginning that the speaker gave up.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple
from zlib import crc32

from podcast.text.clean.words import words as listed
from podcast.text.trim.words import NONE, STOP, Word

FILLERS = listed("这个 那个 然后 就是 就是说 一个 呢 啊 那么")
RESTART = "restart"
LONGEST = 5  # words of a beginning that is given up
BUCKETS = 1 << 17  # features share this many weights
RECENT = 90  # words before a noun in which it counts as mentioned
REACH = 60  # words of a clause that are looked at, to either side
NEARBY = 40  # words before a filler in which others like it are counted
EDGE = Word("", "", -1, 0, STOP)
# Words before a filler that tell that it has its own meaning, such as 先 before 然后.
_FRAMES = listed("先 首先 如果 当 只要 等 之后 再 第一 一开始 除了 不但 不仅 要么 因为")
# Words after a filler that make a question of its clause.
_ASKS = listed("吗 什么 怎么 怎么样 谁 哪 哪里 哪个 为什么 多少 几 如何 呢 是不是")


class Stretch(NamedTuple):
    """The words from `first` up to `last`, which may be a hesitation of a kind."""

    kind: str
    first: int
    last: int


def stretches(words: Sequence[Word]) -> list[Stretch]:
    """All stretches of a talk that may be hesitations, in the order of their first words."""
    found = []
    for place, word in enumerate(words):
        if word.text in FILLERS:
            found.append(Stretch(word.text, place, place + 1))
        elif (again := _said_again(words, place)) > place:
            found.append(Stretch(RESTART, place, again))
    return found


def _said_again(words: Sequence[Word], place: int) -> int:
    """Where the word at `place` is said again within one thought, or `place` if it is not."""
    text = words[place].text
    for other in range(place + 1, min(place + LONGEST + 1, len(words))):
        if words[other].before == STOP:
            break
        if words[other].text == text:
            return other
    return place


@dataclass(frozen=True, slots=True)
class View:
    """A talk as the features see it: its words, and where each word and each filler was said."""

    words: Sequence[Word]
    places: dict[str, list[int]]

    @classmethod
    def of(cls, words: Sequence[Word]) -> View:
        """The view of a talk."""
        places: dict[str, list[int]] = {}
        for place, word in enumerate(words):
            places.setdefault(word.text, []).append(place)
        return cls(words, places)

    def at(self, place: int) -> Word:
        """The word at a place, or an empty one beyond the ends."""
        return self.words[place] if 0 <= place < len(self.words) else EDGE

    def times(self, text: str, place: int, reach: int) -> int:
        """How often a word was said in the `reach` words before a place."""
        known = self.places.get(text, [])
        return bisect_left(known, place) - bisect_left(known, place - reach)


def features(view: View, stretch: Stretch) -> list[int]:
    """The numbers of the features of a stretch, each below BUCKETS."""
    told = _of_restart(view, stretch) if stretch.kind == RESTART else _of_filler(view, stretch)
    return [crc32(f"{stretch.kind}|{name}".encode()) % BUCKETS for name in told]


def _after_mark(word: Word) -> str:
    """A sign for the boundary before a word, if there is one."""
    return "|" if word.before else ""


def _of_filler(view: View, stretch: Stretch) -> Iterator[str]:
    place = stretch.first
    own, left, right = (view.at(at) for at in (place, place - 1, place + 1))
    tag = "|" if own.before else left.tag
    following = _after_mark(right) + right.tag
    yield from _of_neighbours(view, place, tag, following)
    yield from _of_further_words(view, place, tag, following)
    yield from _of_clause(view, place, tag, following)
    yield from _of_habit(view, place, tag, following)


def _of_neighbours(view: View, place: int, tag: str, following: str) -> Iterator[str]:
    """The words on both sides; `tag` and `following` are their classes with the boundaries."""
    own, left, right = (view.at(at) for at in (place, place - 1, place + 1))
    opens, closes = own.before, right.before
    before = "|" if opens else left.text
    after = _after_mark(right) + right.text
    yield "bias"
    yield f"e{opens}{closes}"
    yield f"l{before}"
    yield f"lt{tag}{opens}"
    yield f"r{after}"
    yield f"rt{following}"
    yield f"R{right.text}"
    yield f"L{left.text}"
    yield f"lr{before}_{after}"
    yield f"ltrt{tag}_{following}"
    yield f"lrt{before}_{following}"
    yield f"ltr{tag}_{after}"
    yield f"rc{right.text[:1]}{closes}"
    yield f"lc{left.text[-1:]}{opens}"


def _of_further_words(view: View, place: int, tag: str, following: str) -> Iterator[str]:
    """The two or three words on each side."""
    own, left, left2, left3 = (view.at(place - back) for back in range(4))
    right, right2, right3 = (view.at(place + on) for on in (1, 2, 3))
    opens, before = own.before, "|" if own.before else left.text
    inner, outer = _after_mark(left), _after_mark(right2)
    yield f"l2{left2.text}{inner}{left.text}{opens}"
    yield f"l2t{left2.tag}{inner}{left.tag}{opens}"
    yield f"l3t{left3.tag}_{left2.tag}_{left.tag}_{opens}"
    yield f"r2{right.text}{outer}{right2.text}"
    yield f"r2t{following}{outer}{right2.tag}"
    yield f"r3t{following}_{right2.tag}_{right3.tag}"
    yield f"rr2{following}_{outer}{right2.text}"
    yield f"lr2{tag}_{following}_{right2.tag}"
    yield f"lor2{before}_{following}_{right2.tag}_{outer}"


def _of_clause(view: View, place: int, tag: str, following: str) -> Iterator[str]:
    """The clause around the filler: its first word, its other words, its first noun ahead."""
    opens = view.at(place).before
    opened, length = _clause_start(view, place), _clause_end(view, place) - place - 1
    yield f"cs{view.at(opened).text}"
    yield f"cp{min(place - opened, 6)}_{tag}"
    yield f"ce{min(length, 8)}_{opens}"
    yield f"ce{min(length, 8)}_{following}"
    earlier = {view.at(at).text for at in range(max(0, place - 14), place)}
    yield from (f"fr{sign}_{opens > 0}" for sign in earlier & _FRAMES)
    ahead = [view.at(at) for at in range(place + 1, place + 1 + min(7, length))]
    yield from (f"as{word.text}" for word in ahead if word.text in _ASKS)
    yield from (f"w{view.at(at).text}" for at in range(max(opened, place - 6), place))
    yield from (f"a{word.text}" for word in ahead[:5])
    yield from _of_noun(view, place, ahead[:5], tag, following)


def _of_noun(
    view: View, place: int, ahead: Sequence[Word], tag: str, following: str
) -> Iterator[str]:
    """The first noun ahead, and whether it was mentioned lately: then 这个 may point at it."""
    nouns = (on for on, word in enumerate(ahead) if word.tag.startswith("n"))
    on = next(nouns, None)
    if on is None:
        yield f"no-{following}"
        return
    noun = ahead[on]
    seen = min(2, view.times(noun.text, place, RECENT))
    yield f"no{on}_{seen}"
    yield f"no{seen}_{tag}"
    yield f"no{noun.tag}_{seen}"
    yield f"non{noun.text}"


def _of_habit(view: View, place: int, tag: str, following: str) -> Iterator[str]:
    """How often the speaker says the filler, nearby and in the whole talk."""
    own, right = view.at(place), view.at(place + 1)
    yield f"seen{min(2, view.times(right.text, place, RECENT))}_{following}"
    yield f"near{min(view.times(own.text, place, NEARBY), 4)}"
    share = min(24, len(view.places[own.text]) * 1000 // max(200, len(view.words)))
    yield f"share{share // 2}"
    yield f"share{share // 4}_{tag}_{following}"


def _clause_start(view: View, place: int) -> int:
    """The first word of the clause around a place, or the one REACH words before it."""
    first = max(0, place - REACH)
    while place > first and view.words[place].before == NONE:
        place -= 1
    return place


def _clause_end(view: View, place: int) -> int:
    """The place after the last word of the clause, or the one REACH words after `place`."""
    last = min(len(view.words), place + REACH)
    place += 1
    while place < last and view.words[place].before == NONE:
        place += 1
    return place


def _of_restart(view: View, stretch: Stretch) -> Iterator[str]:
    inside = [view.at(at) for at in range(stretch.first, stretch.last)]
    own, last, length = inside[0], inside[-1], len(inside)
    again = [view.at(at) for at in range(stretch.last, stretch.last + length)]
    pairs = zip(inside, again, strict=True)
    same = sum(1 for _ in takewhile(lambda pair: pair[0].text == pair[1].text, pairs))
    edge, whole = again[0].before, same == length
    broken = max((word.before for word in inside[1:]), default=NONE)
    kind = f"{length}{min(same, 4)}{whole}"
    yield "bias"
    yield f"k{kind}"
    yield f"k{kind}_{own.tag}"
    yield f"k{kind}_{own.text}"
    yield f"k{kind}_{edge}{broken}"
    yield f"k{kind}_{edge}{broken}_{own.before}"
    tags = "_".join(word.tag for word in inside)
    yield f"t{tags}_{whole}"
    yield f"t{tags}_{whole}_{edge}"
    yield f"w{own.text}_{last.text}"
    yield f"w{own.text}_{length}_{edge}"
    yield f"la{last.text}_{edge}"
    yield f"lat{last.tag}_{edge}_{whole}"
    yield f"lat{last.tag}_{own.tag}_{length}"
    for word in inside:
        yield f"in{word.text}"
        yield f"in{word.text}_{whole}"
        yield f"int{word.tag}_{kind}"
    yield f"chars{min(8, sum(len(word.text) for word in inside))}_{whole}"
    yield from _around_restart(view, stretch, whole)


def _around_restart(view: View, stretch: Stretch, whole: bool) -> Iterator[str]:
    """The words before a beginning that is given up, and after the word that is said again."""
    first, again = stretch.first, stretch.last
    own, left, second = view.at(first), view.at(first - 1), view.at(first + 1)
    last, after = view.at(again - 1), view.at(again + 1)
    lead, lead_text = ("|", "|") if own.before else (left.tag, left.text)
    yield f"le{lead}_{own.tag}_{again - first}_{whole}"
    yield f"lew{lead_text}_{own.text}"
    yield f"lew{lead_text}_{whole}"
    yield f"af{after.tag}_{own.tag}_{second.tag}"
    yield f"af{after.tag}_{last.tag}_{view.at(again).before}"
    yield f"sec{second.text}_{own.text}"
    yield f"aft{after.text}_{own.text}"
