"""What a script says, what was heard -> where the two differ, by toneless pinyin.

    text --tokens--> Tokens --aligned--> Places --merged--> Places --worst--> Difference

A recogniser writes what it hears in characters of its own choice: 他 for 她, 2025 for 二零二五,
Traditional for Simplified. So both texts are read aloud as `pronounce` reads them, and syllables
are compared. It also mishears a syllable here and there, and names more often. So a place counts
only where wrong syllables are dense: each counts for 1, each right one between them against it.

Latin words are heard in letters, in hanzi or as other words. They are never wrong here: a Latin
word takes up whatever was heard in its place, as many syllables as it may have. Hanzi that were
heard as a Latin word (奥特曼 as Altman) count half.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from pypinyin import lazy_pinyin

from podcast.model import Needs
from podcast.pronounce import pronounce
from podcast.text.align import edits
from podcast.text.hanzi import simplified

HANZI = "[\u3400-\u9fff]"
WORD = re.compile(rf"{HANZI}|[A-Za-z]+")
READ = Needs(latin="shown")  # figures in words, Latin words as they are
LETTERS_OF_A_SYLLABLE = 2  # of a Latin word, at least
WILD = ""  # the token of a Latin word: no syllable, but as good as any
ALIKE = 0.5  # what it costs if a syllable is taken for one that sounds like it, or for Latin
LEAST_WEIGHT = 4.0  # the weight of wrong syllables from which a place is told
RIGHT = 0.7  # the weight of a right syllable among wrong ones
REPEATED = 0.5  # share of the syllables of a repeated passage that may be misheard
# Sounds that a recogniser confuses, and many speakers do not tell apart.
CONFUSED = (
    *(("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng$", "n")),
    *(("^l", "n"), ("^r", "n"), ("^f", "h")),
)
SAME = {"liang": "er", "yao": "yi"}  # 两 for 2, 幺 for 1

Kind = Literal["missing", "misread", "said twice", "not in the script"]


@dataclass(frozen=True, slots=True)
class Token:
    """A syllable in toneless pinyin, or WILD, and the characters of a text that it stands for."""

    sound: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """What was heard of one token of the script.

    `error` is 0 where the token was heard, up to 1 where it was not. `heard` is the text in its
    place, `further` the syllables that were heard after it and are not in the script.
    """

    token: Token
    error: float
    heard: str = ""
    further: tuple[str, ...] = ()
    further_text: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """The worst place of a text: from its token `first` to its token `last`, that included.

    `heard` is what was heard there. `weight` is the sum of the wrong syllables less the right ones.
    """

    kind: Kind
    first: int
    last: int
    heard: str
    weight: float


# Syllables -----------------------------------------------------------------------------------


def toneless(text: str) -> list[str]:
    """The pinyin of the hanzi in a text, without tones.

    >>> toneless("用 GPT 4 说話")
    ['yong', 'shuo', 'hua']
    """
    return [str(one) for one in lazy_pinyin("".join(re.findall(HANZI, text)))]


def tokens(text: str) -> tuple[Token, ...]:
    """The syllables of a text as it is read aloud, each with its characters in the text.

    >>> [token.sound for token in tokens("GPT 涨了5%")]
    ['', '', 'zhang', 'le', 'bai', 'fen', 'zhi', 'wu']
    """
    saying = pronounce(text, READ)
    plain = simplified(saying.text)
    if len(plain) != len(saying.text):
        plain = saying.text
    found = list(WORD.finditer(plain))
    sounds = iter(toneless(plain))
    return tuple(
        Token(sound, start, end)
        for word in found
        for start, end in [(saying.origins[word.start()], saying.origins[word.end() - 1] + 1)]
        for sound in ([next(sounds)] if re.match(HANZI, word[0]) else _wild(word[0]))
    )


def _wild(word: str) -> list[str]:
    return [WILD] * (-(-len(word) // LETTERS_OF_A_SYLLABLE))


@cache
def _folded(sound: str) -> str:
    sound = SAME.get(sound, sound)
    for pattern, other in CONFUSED:
        sound = re.sub(pattern, other, sound)
    return sound


def _cost(said: Token, heard: Token) -> float:
    """What it costs to take one for the other: 0 is the same, 1 is something else."""
    if said.sound in (WILD, heard.sound):
        return 0.0
    return ALIKE if heard.sound == WILD or _folded(said.sound) == _folded(heard.sound) else 1.0


# Alignment -----------------------------------------------------------------------------------


def aligned(said: Sequence[Token], text: str) -> tuple[Place, ...]:
    """What was heard of each token of the script, in the text that a recogniser wrote.

    Of all ways to lay one over the other, the one with the fewest differences is taken.
    """
    heard = tokens(text)
    table = [[0.0]]
    for other in heard:
        table[0].append(table[0][-1] + _weight(other))
    for i, one in enumerate(said):
        row = [table[i][0] + _weight(one)]
        for j, other in enumerate(heard):
            best = min(table[i][j + 1] + _weight(one), row[j] + _weight(other))
            row.append(min(best, table[i][j] + _cost(one, other)))
        table.append(row)
    return tuple(reversed(list(_places(said, heard, text, table))))


def _weight(token: Token) -> float:
    """What it costs if a token is in one text alone."""
    return 0.0 if token.sound == WILD else 1.0


def _places(
    said: Sequence[Token], heard: Sequence[Token], text: str, table: list[list[float]]
) -> Iterator[Place]:
    """The way through the table of costs, from its end: each token of the script with its place.

    Further syllables belong to the token before them, those before the first token to that.
    """
    j = len(heard)
    for i, token in reversed(list(enumerate(said))):
        end = j
        while j and table[i + 1][j] == table[i + 1][j - 1] + _weight(heard[j - 1]):
            j -= 1
        further = heard[j:end]
        own = heard[j:j]
        if table[i + 1][j] != table[i][j] + _weight(token):
            own, j = heard[j - 1 : j], j - 1
        error = table[i + 1][j + len(own)] - table[i][j]
        further = [*(() if i else heard[:j]), *further]
        more = [one for one in further if one.sound != WILD]
        sounds = tuple(one.sound for one in more)
        yield Place(token, error, _slice(text, own), sounds, _slice(text, more))


def _slice(text: str, some: Sequence[Token]) -> str:
    return text[some[0].start : some[-1].end] if some else ""


def merged(one: Sequence[Place], other: Sequence[Place]) -> tuple[Place, ...]:
    """The better of two hearings of the same tokens: for each token, and of what is said besides.

    A recogniser mishears here in one hearing and there in another; what a voice left out it hears
    in none. What is not in the script is taken from the hearing that has less of it, because the
    same words may stand before a sentence in one hearing and after it in the other.
    """
    least = min((one, other), key=lambda places: sum(len(place.further) for place in places))
    better = (min(pair, key=lambda place: place.error) for pair in zip(one, other, strict=True))
    return tuple(
        replace(place, further=its.further, further_text=its.further_text)
        for place, its in zip(better, least, strict=True)
    )


# Differences ---------------------------------------------------------------------------------


def worst(places: Sequence[Place]) -> Difference | None:
    """The stretch of a paragraph in which wrong syllables are most and densest.

    None if there is none of at least LEAST_WEIGHT. Of Latin words nothing is told, unless a text of
    nothing else was not heard at all.
    """
    if all(place.token.sound == WILD for place in places):
        is_heard = any(place.heard or place.further for place in places)
        lost = len(places) >= LEAST_WEIGHT and not is_heard
        return Difference("missing", 0, len(places) - 1, "", len(places)) if lost else None
    best, span = 0.0, (0, 0)
    total, begun = 0.0, 0
    for at, place in enumerate(places):
        if place.token.sound != WILD:
            total += place.error or -RIGHT
        if total <= 0:
            total, begun = 0.0, at if place.further else at + 1
        total += len(place.further)
        if total > best:
            best, span = total, (begun, at)
    if best < LEAST_WEIGHT:
        return None
    first, last = span
    inside = places[first : last + 1]
    heard = "".join(_heard_texts(inside))
    return Difference(_kind(places, inside), first, last, heard, best)


def _heard_texts(inside: Sequence[Place]) -> Iterator[str]:
    """What was heard in a stretch; a Latin word once, though several tokens stand for it."""
    before = ""
    for place in inside:
        if place.heard != before or not place.heard.isascii():
            yield place.heard
        before = place.heard or before
        yield place.further_text


def _kind(places: Sequence[Place], inside: Sequence[Place]) -> Kind:
    """What is wrong in a stretch of a paragraph, by how much is lacking and what is there instead.

    Where a voice says something else, most syllables of the one text have none in the other.
    """
    lacking = sum(bool(place.error) and not place.heard for place in inside)
    misread = sum(bool(place.error) and bool(place.heard) for place in inside)
    further = [sound for place in inside for sound in place.further]
    if len(further) > 2 * (lacking + misread):
        return "said twice" if _is_repeated(further, places) else "not in the script"
    return "missing" if lacking > 2 * (misread + len(further)) else "misread"


def _is_repeated(further: Sequence[str], places: Sequence[Place]) -> bool:
    """Whether the further syllables are in the paragraph, but for some that were misheard."""
    said = [place.token.sound for place in places]
    size = len(further)
    starts = range(max(1, len(said) - size + 1))
    return any(edits(said[at : at + size], further) <= REPEATED * size for at in starts)
