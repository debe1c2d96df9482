"""The text of each chapter -> a title for it, in the words of the chapter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log, sqrt

from podcast.divide.phrases import WIDEST, Phrase, phrases, words_of
from podcast.divide.words import Word, is_term, rarity

NARROWEST = 4  # characters of a title that needs no second phrase
LEAD = 180  # characters at a chapter's start in which it says what it is about
TAIL = 90  # characters at its end in which it says what it was about
OPENING, CLOSING = "开场", "结语"
UNNAMED, NAMED = 6.0, 8.0  # rarity that counts at most, in a common word and in a name
CHOICES = 14  # phrases of a chapter that are considered

_GREETS = re.compile(r"欢迎|大家好|你好|您好|各位|早安|午安|晚上好|收听|直播|节目")
_LEAVES = re.compile(
    r"到此结束|今天就.{0,10}到这|就到这|谢谢大家|感谢大家|感谢收听|再见|拜拜|下(?:期|次|周|集)见|谢谢各位"
)


class Topic:
    """What a chapter talks about, against the whole talk."""

    def __init__(self, text: str) -> None:
        """Read the text of one chapter."""
        self.length = len(text)
        self.phrases = list(phrases(text))
        self.words = words_of(text)
        self.counts = Counter(word.key for word in self.words if is_term(word))

    def ranked(self, everywhere: Mapping[str, int]) -> list[tuple[float, Phrase]]:
        """The best phrases, best first, each once; `everywhere` counts the words of the talk."""
        times = Counter(phrase.key for phrase in self.phrases)
        best: dict[str, tuple[float, Phrase]] = {}
        for phrase in self.phrases:
            score = self._score(phrase, times[phrase.key], everywhere)
            if score > best.get(phrase.key, (0.0, phrase))[0]:
                best[phrase.key] = (score, phrase)
        return sorted(best.values(), key=lambda pair: (-pair[0], pair[1].place))[:CHOICES]

    def _score(self, phrase: Phrase, times: int, everywhere: Mapping[str, int]) -> float:
        """How well a phrase names the chapter."""
        distinct = {word.key: word for word in phrase.words if is_term(word)}
        weight = sum(self._weight(word, everywhere) for word in distinct.values())
        score = phrase.worth * weight / len(phrase.words) ** 0.45 * (1 + 0.6 * log(times))
        leads = phrase.place < LEAD
        if leads:
            score *= 1.6 if phrase.cued else 1.2
        elif phrase.place > self.length - TAIL and phrase.cued:
            score *= 1.2
        elif times < 2:
            score *= 0.5
        if phrase.text.startswith("《"):
            return score * (2.5 if leads else 1.0)
        return score * (1.0 if len(phrase.words) > 1 else 0.6)

    def _weight(self, word: Word, everywhere: Mapping[str, int]) -> float:
        """How much a word is this chapter's own."""
        here = self.counts[word.key]
        own = sqrt(here / max(here, everywhere.get(word.key, here), 1))
        says = min(rarity(word.text), NAMED if word.is_name else UNNAMED)
        return says * (1 + log(max(here, 1))) * own


def titles(
    chapters: Sequence[str], given: Sequence[str], reserved: Iterable[str] = ()
) -> list[str]:
    """A title a chapter, no two alike: the one of `given`, or at most `WIDEST` characters found.

    None is one of `reserved`.
    """
    topics = [Topic(text) for text in chapters]
    everywhere = Counter[str]()
    for topic in topics:
        everywhere.update(topic.counts)
    spelling = spellings(topics)
    used = {title.casefold() for title in (*reserved, *given)}
    found = []
    for at, topic in enumerate(topics):
        title = given[at] or next(
            option
            for option in _options(topic.ranked(everywhere), spelling, _frame(chapters, at), at)
            if option.casefold() not in used and len(option) <= WIDEST
        )
        used.add(title.casefold())
        found.append(title)
    return found


def spellings(topics: Sequence[Topic]) -> dict[str, str]:
    """For each foreign word the way it is mostly written; a capital counts for more."""
    votes: dict[str, Counter[str]] = {}
    for topic in topics:
        for word in topic.words:
            if word.tag == "eng":
                capitals = sum(c.isupper() for c in word.text)
                votes.setdefault(word.key, Counter())[word.text] += 1 + 2 * min(capitals, 2)
    return {key: counter.most_common(1)[0][0] for key, counter in votes.items()}


def _frame(chapters: Sequence[str], at: int) -> str:
    """`OPENING` or `CLOSING` where the chapter greets or takes leave, else empty."""
    if len(chapters) > 1 and at == 0 and _GREETS.search(chapters[0][:120]):
        return OPENING
    if at and at == len(chapters) - 1 and _LEAVES.search(chapters[-1][-150:]):
        return CLOSING
    return ""


def _options(
    ranked: Sequence[tuple[float, Phrase]], spelling: Mapping[str, str], frame: str, at: int
) -> Iterable[str]:
    """Titles for a chapter, best first, without end."""
    found: list[str] = []
    for score, phrase in ranked:
        if _is_thin(phrase):
            found += _longer(phrase, score, ranked, spelling)
            found += _pairs(phrase, score, ranked, spelling)
        found.append(shown(phrase, spelling))
    if frame:
        found = [*(f"{frame}：{text}" for text in found), frame]
    yield from found
    number = at + 1
    while True:
        yield f"第 {number} 节"
        number += 1


def _longer(
    phrase: Phrase,
    score: float,
    ranked: Sequence[tuple[float, Phrase]],
    spelling: Mapping[str, str],
) -> list[str]:
    """Phrases that say `phrase` and more, and are announced."""
    return [
        shown(other, spelling)
        for other_score, other in ranked
        if other_score > 0.4 * score and phrase.terms < other.terms and other.cued
    ][:1]


def _is_thin(phrase: Phrase) -> bool:
    """Whether a phrase alone tells too little."""
    return len(phrase.words) == 1 and not phrase.text.startswith("《")


def _pairs(
    phrase: Phrase,
    score: float,
    ranked: Sequence[tuple[float, Phrase]],
    spelling: Mapping[str, str],
) -> list[str]:
    """`phrase` with a second one that tells more of the chapter, best first."""
    found = []
    for other_score, other in ranked:
        if other_score < 0.4 * score or phrase.terms & other.terms or _is_within(phrase, other):
            continue
        joint = "：" if phrase.words[0].is_name and len(other.words) > 1 else "与"
        found.append(spaced(f"{shown(phrase, spelling)}{joint}{shown(other, spelling)}"))
    return [text for text in found if len(text) <= WIDEST][:2]


def _is_within(one: Phrase, other: Phrase) -> bool:
    """Whether one phrase is a piece of the other."""
    return one.key in other.key or other.key in one.key


def shown(phrase: Phrase, spelling: Mapping[str, str]) -> str:
    """`phrase` as a title shows it: names as mostly written, hanzi and Latin apart."""
    return spaced("".join(spelling.get(w.key, w.text) for w in phrase.words))


def spaced(text: str) -> str:
    """A space where hanzi and Latin meet.

    >>> spaced("NVIDIA的下一步"), spaced("鸡汤与Meme")
    ('NVIDIA 的下一步', '鸡汤与 Meme')
    >>> spaced("技术共和国")
    '技术共和国'
    """
    text = re.sub(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])", " ", text)
    return re.sub(r"(?<=[A-Za-z0-9])(?=[\u4e00-\u9fff])", " ", text).strip()
