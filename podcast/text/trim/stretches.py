"""Words of a talk -> stretches that may be hesitations, and what is known about each.

A stretch is a single word that people say while they look for the next one, or the words between
two occurrences of one word, which may be a beginning that the speaker gave up.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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


def _shown(word: Word) -> str:
    """A word as a feature, with the boundary before it."""
    return f"{'/' if word.before else ''}{word.text}"


def _of_filler(view: View, stretch: Stretch) -> Iterator[str]:
    place = stretch.first
    own, left, left2, left3 = (view.at(place - back) for back in range(4))
    right, right2, right3 = (view.at(place + on) for on in (1, 2, 3))
    opens, closes = own.before, right.before
    before = left.text if opens == NONE else "|"
    before2 = f"{left2.text}{'|' if left.before else ''}{left.text}"
    tag = left.tag if opens == NONE else "|"
    after = right.text if closes == NONE else "|" + right.text
    atag = right.tag if closes == NONE else "|" + right.tag
    yield "bias"
    yield f"e{opens}{closes}"
    yield f"l{before}"
    yield f"lt{tag}{opens}"
    yield f"r{after}"
    yield f"rt{atag}"
    yield f"R{right.text}"
    yield f"L{left.text}"
    yield f"lr{before}_{after}"
    yield f"ltrt{tag}_{atag}"
    yield f"lrt{before}_{atag}"
    yield f"ltr{tag}_{after}"
    yield f"l2{before2}{opens}"
    yield f"l2t{left2.tag}{'|' if left.before else ''}{left.tag}{opens}"
    yield f"l3t{left3.tag}_{left2.tag}_{left.tag}_{opens}"
    yield f"r2{right.text}{'|' if right2.before else ''}{right2.text}"
    yield f"r2t{atag}{'|' if right2.before else ''}{right2.tag}"
    yield f"r3t{atag}_{right2.tag}_{right3.tag}"
    yield f"rr2{atag}_{'|' if right2.before else ''}{right2.text}"
    yield f"lr2{tag}_{atag}_{right2.tag}"
    yield f"lor2{before}_{atag}_{right2.tag}_{'|' if right2.before else ''}"
    yield f"rc{right.text[:1]}{closes}"
    yield f"lc{left.text[-1:]}{opens}"
    opened = _clause_start(view, place)
    first = view.at(opened)
    yield f"cs{first.text}"
    yield f"cp{min(place - opened, 6)}_{tag}"
    length = _clause_end(view, place) - place - 1
    yield f"ce{min(length, 8)}_{opens}"
    yield f"ce{min(length, 8)}_{atag}"
    earlier = {view.at(at).text for at in range(max(0, place - 14), place)}
    for sign in earlier & _FRAMES:
        yield f"fr{sign}_{opens > 0}"
    ahead = [view.at(at) for at in range(place + 1, min(place + 8, place + 1 + max(0, length)))]
    for word in ahead:
        if word.text in _ASKS:
            yield f"as{word.text}"
    within = [view.at(at) for at in range(opened, place)]
    for word in within[-6:]:
        yield f"w{word.text}"
    for word in ahead[:5]:
        yield f"a{word.text}"
    noun = next(((on, w) for on, w in enumerate(ahead[:5]) if w.tag[:1] in "n" and w.tag), None)
    if noun:
        seen = min(2, view.times(noun[1].text, place, RECENT))
        yield f"no{noun[0]}_{seen}"
        yield f"no{seen}_{tag}"
        yield f"no{noun[1].tag}_{seen}"
        yield f"non{noun[1].text}"
    else:
        yield f"no-{atag}"
    yield f"seen{min(2, view.times(right.text, place, RECENT))}_{atag}"
    near = view.times(own.text, place, NEARBY)
    yield f"near{min(near, 4)}"
    share = len(view.places[own.text]) * 1000 // max(200, len(view.words))
    yield f"share{min(24, share) // 2}"
    yield f"share{min(24, share) // 4}_{tag}_{atag}"


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
    first, again = stretch.first, stretch.last
    length = again - first
    own, left = view.at(first), view.at(first - 1)
    last, after = view.at(again - 1), view.at(again + 1)
    second = view.at(first + 1)
    same = 0
    while same < length and view.at(first + same).text == view.at(again + same).text:
        same += 1
    inside = [view.at(at) for at in range(first, again)]
    broken = max((word.before for word in inside[1:]), default=NONE)
    edge = view.at(again).before
    tags = "_".join(word.tag for word in inside)
    whole = same == length
    lead = left.tag if own.before == NONE else "|"
    lead_text = left.text if own.before == NONE else "|"
    kind = f"{length}{min(same, 4)}{whole}"
    yield "bias"
    yield f"k{kind}"
    yield f"k{kind}_{own.tag}"
    yield f"k{kind}_{own.text}"
    yield f"k{kind}_{edge}{broken}"
    yield f"k{kind}_{edge}{broken}_{own.before}"
    yield f"t{tags}_{whole}"
    yield f"t{tags}_{whole}_{edge}"
    yield f"w{own.text}_{last.text}"
    yield f"w{own.text}_{length}_{edge}"
    yield f"la{last.text}_{edge}"
    yield f"lat{last.tag}_{edge}_{whole}"
    yield f"lat{last.tag}_{own.tag}_{length}"
    yield f"le{lead}_{own.tag}_{length}_{whole}"
    yield f"lew{lead_text}_{own.text}"
    yield f"lew{lead_text}_{whole}"
    yield f"af{after.tag}_{own.tag}_{second.tag}"
    yield f"af{after.tag}_{last.tag}_{edge}"
    yield f"sec{second.text}_{own.text}"
    yield f"aft{after.text}_{own.text}"
    for word in inside:
        yield f"in{word.text}"
        yield f"in{word.text}_{whole}"
        yield f"int{word.tag}_{kind}"
    yield f"chars{min(8, sum(len(w.text) for w in inside))}_{whole}"
