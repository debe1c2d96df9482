"""The text of a chapter -> the phrases that name it best."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping
from math import log, pow, sqrt
from operator import attrgetter
from typing import NamedTuple

import rjieba

from podcast.text.divide.phrases import Phrase, phrases, words_of
from podcast.text.proper import is_hanzi_name
from podcast.text.words import Word, is_term, rarity

LEAD = 180  # characters at the start of a chapter, which announce its topic
TAIL = 90  # characters at the end of a chapter, which sum it up
NAMED, UNNAMED, GUESSED = 8.0, 5.5, 3.0  # most rarity of names, of other words, of unknown ones
CHOICES = 30  # phrases of a chapter that are considered
KNOWN = 3.1  # rarity up to which a foreign word is a word like others: AI
PIECES = 6  # pieces of equal length in which a chapter is looked through
OFTEN = 3  # times that a name is said which is considered, too


class Choice(NamedTuple):
    """A phrase that may name a chapter, how well it does, and, in order, each time it is said."""

    score: float
    phrase: Phrase
    said: tuple[Phrase, ...]

    @property
    def is_name(self) -> bool:
        """Whether the phrase is one name; a foreign word without a capital is none."""
        return len(self.phrase.words) == 1 and is_proper(self.phrase.words[0])

    def is_apart_from(self, other: Choice) -> bool:
        """Whether two phrases have no word in common."""
        one, two = self.phrase, other.phrase
        return not (one.terms & two.terms or one.key in two.key or two.key in one.key)

    def times_near(self, other: Choice, reach: int) -> int:
        """How often this phrase is said within `reach` characters of the other."""
        return sum(bool(other.said_in(p.place - reach, p.place + reach)) for p in self.said)

    def said_in(self, first: int, last: int) -> tuple[Phrase, ...]:
        """Each time that the phrase is said at a place from `first` to `last`."""
        place = attrgetter("place")
        start = bisect_left(self.said, first, key=place)
        return self.said[start : bisect_right(self.said, last, start, key=place)]


class Topic:
    """The words of a chapter, for the choice of a phrase that names it."""

    def __init__(self, text: str) -> None:
        """Count the words of `text`, a whole chapter."""
        self.text = text
        self.asked = text[:LEAD].rfind("？") + 1  # the end of the questions at its start
        tokens = words_of(text)
        self.said = "".join(word.text for word in tokens)  # the places of phrases count in this
        self.counts = Counter(word.key for word in tokens if is_term(word))
        self.foreign = Counter(word.text for word in tokens if word.tag == "eng")
        self.holding = defaultdict[str, set[int]](set)  # the sentences that hold each word
        self.pieces = defaultdict[str, set[int]](set)  # the pieces that hold each word
        self.sentences, place = 1, 0
        for word in tokens:
            if is_term(word):
                self.holding[word.key].add(self.sentences)
                self.pieces[word.key].add(PIECES * place // len(self.said))
            self.sentences += word.text in ("。", "？", "！")
            place += len(word.text)

    def ranked(self, everywhere: Mapping[str, int]) -> list[Choice]:
        """The best phrases, each once, the best first; `everywhere` counts words of the talk."""
        alike = defaultdict[str, list[Phrase]](list)
        for phrase in phrases(self.text):
            alike[phrase.key].append(phrase)
        choices = []
        for same in alike.values():
            score = self._distinction(same[0], everywhere)
            best = max(same, key=lambda phrase: self._prominence(phrase, len(same)))
            score *= self._prominence(best, len(same))
            if score > 0:
                choices.append(Choice(score, best, tuple(same)))
        choices.sort(key=lambda choice: (-choice.score, choice.said[0].place))
        return choices[:CHOICES] + [choice for choice in choices[CHOICES:] if _is_salient(choice)]

    def _distinction(self, phrase: Phrase, everywhere: Mapping[str, int]) -> float:
        """How typical of this chapter the words of a phrase are; more words count more."""
        distinct = {word.key: word for word in phrase.words if is_term(word)}
        if any(is_guessed(w) and everywhere.get(k, 0) < 2 for k, w in distinct.items()):
            return 0.0
        if is_guessed(phrase.words[0]) and is_fragment(phrase.text, self.text):
            return 0.0
        total = sum(self.weight(word, everywhere) for word in distinct.values())
        single = len(phrase.words) == 1 and not phrase.is_work
        return total / pow(len(phrase.words), 0.45) * (0.6 if single else 1.0)

    def _prominence(self, phrase: Phrase, times: int) -> float:
        """How prominent a phrase is: by how often it is said, and where in the chapter."""
        often = phrase.worth * (1 + 0.6 * log(times)) * (1.3 if phrase.counts_parts else 1.0)
        if phrase.place < self.asked and not phrase.is_work:
            return often * 2.0
        if phrase.place < LEAD:
            return often * (5.0 if phrase.is_work else 1.6 if phrase.cued else 1.2)
        if phrase.place > len(self.text) - TAIL and phrase.cued:
            return often * 1.2
        return often * (0.5 if times < 2 else 1.0)

    def weight(self, word: Word, everywhere: Mapping[str, int]) -> float:
        """How typical of this chapter a word is."""
        here = self.counts[word.key]
        own = sqrt(here / max(here, everywhere.get(word.key, here), 1))
        most = NAMED if is_proper(word) else UNNAMED
        if everywhere.get(word.key, here) < 3 and is_guessed(word):
            most = GUESSED
        return min(rarity(word.text), most) * (1 + log(max(here, 1))) * own


def is_proper(word: Word) -> bool:
    """Whether a word is surely a name; a foreign one in small letters, or known to all, is none."""
    if not word.text.isascii():
        return is_hanzi_name(word)
    return word.is_name and not word.text.islower() and rarity(word.text) >= KNOWN


def _is_salient(choice: Choice) -> bool:
    """Whether a phrase is one name that is said often, or at the start of the chapter."""
    is_early = choice.said[0].place < LEAD or len(choice.said) >= OFTEN
    return choice.is_name and is_early


def is_fragment(phrase: str, text: str) -> bool:
    """Whether `phrase` begins inside a word: the same hanzi stands before it everywhere.

    >>> is_fragment("地化", "资料在地化。在地化是两回事，说在地化")
    True
    >>> is_fragment("川普", "川普来了，说川普，川普又来了"), is_fragment("川普", "说川普")
    (False, False)
    """
    starts = [found.start() for found in re.finditer(re.escape(phrase), text)]
    before = [text[max(0, start - 1) : start] for start in starts]
    return len(before) > 1 and len(set(before)) == 1 and "\u4e00" <= before[0] <= "\u9fff"


def is_guessed(word: Word) -> bool:
    """Whether a Chinese word is in no dictionary: it is a name, or an error of the recogniser."""
    return not word.text.isascii() and not rjieba.has_word(word.text) and "《" not in word.text
