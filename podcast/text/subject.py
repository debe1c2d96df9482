"""Script -> what a talk is about: a phrase of its opening or titles that recurs all through it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import log, pow, sqrt
from typing import NamedTuple

from podcast.files.english import is_english
from podcast.model import Script
from podcast.text.divide.phrases import Phrase, letter, phrases
from podcast.text.divide.titles import shown_words, spellings
from podcast.text.divide.topics import NAMED, UNNAMED, Topic, is_guessed, is_proper
from podcast.text.spacing import join_lines, spaced
from podcast.text.words import Word, rarity

PIECES = 10  # pieces of equal length in which a talk is looked through
LEAST_TIMES = 4  # times that a talk names its subject, at least
LEAST_PIECES = 3  # pieces in which it does, at least
OPENED, HEADED = 1.3, 1.3  # factors for a phrase that is said in the opening, or stands in a title
ALIKE = 0.5  # share of the best one's score from which a second word is part of the subject
TELLING = 3.2  # rarity from which one word can be half of a subject
LENGTH = 0.15  # how strongly the sum of a phrase's words is divided by their number


class Subject(NamedTuple):
    """A phrase, and how well it tells what the talk is about."""

    phrase: Phrase
    score: float


def subject(script: Script, opening: str) -> str:
    """The subject of a talk as a title; empty if nothing recurs, or if the talk is in English.

    `opening` is the text of the first minutes. The title is a phrase of several words, or two words
    that recur: nothing is then said of how they belong together, so nothing false.
    """
    if is_english(opening):
        return ""  # words of English are no phrases of this grammar
    texts = [paragraph.text for chapter in script.chapters for paragraph in chapter.paragraphs]
    topics = [Topic(text) for text in _pieces(join_lines(texts))]
    titles = join_lines(f"{c.part}。{c.title}。" for c in script.chapters)
    found = _subjects(topics, Topic(opening), Topic(titles))
    if not found:
        return ""
    chosen = _together(found)
    spelling = spellings(topics)
    return spaced("与".join(shown_words(phrase, spelling) for phrase in chosen))


def _together(found: Sequence[Subject]) -> list[Phrase]:
    """The best phrase, if it has several words; else the next one with it, or one with both.

    It is empty if a single word is far better than all others: a word alone says too little.
    """
    first, *others = found
    if len(first.phrase.words) > 1:
        return [first.phrase]
    second = next((each for each in others if _adds(each.phrase, first.phrase)), None)
    if second is None or second.score < ALIKE * first.score:
        return []
    both = first.phrase.terms | second.phrase.terms
    whole = next((each.phrase for each in found if both <= each.phrase.terms), None)
    return [whole] if whole else [first.phrase, second.phrase]


def _adds(phrase: Phrase, first: Phrase) -> bool:
    """Whether a phrase has nothing in common with the first, or has all of it and more."""
    return not phrase.terms & first.terms or first.terms < phrase.terms


def _pieces(text: str) -> list[str]:
    """A text in PIECES pieces of about equal length, each ending with a sentence."""
    size, pieces, start = max(1, len(text) // PIECES), list[str](), 0
    while start < len(text):
        end = text.find("。", min(start + size, len(text))) + 1 or len(text)
        pieces.append(text[start:end])
        start = end
    return pieces


def _subjects(topics: Sequence[Topic], opening: Topic, titles: Topic) -> list[Subject]:
    """The phrases that recur, the best first."""
    said = defaultdict[str, list[Phrase]](list)
    holding = defaultdict[str, set[int]](set)
    for piece, topic in enumerate(topics):
        for phrase in filter(_is_plain, phrases(topic.text)):
            said[phrase.key].append(phrase)
            holding[phrase.key].add(piece)
    found = []
    for key, same in said.items():
        if len(same) >= LEAST_TIMES and len(holding[key]) >= LEAST_PIECES:
            terms = same[0].terms
            score = _score(same, len(holding[key]) / len(topics))
            score *= OPENED if terms <= opening.counts.keys() else 1.0
            score *= HEADED if terms <= titles.counts.keys() else 1.0
            found.append(Subject(same[0], score))
    return sorted(found, key=lambda each: -each.score)


def _is_plain(phrase: Phrase) -> bool:
    """Whether a phrase may tell a subject: none of its words is guessed, or in small letters.

    A word alone is a noun or a name that few talks have.
    """
    if any(is_guessed(word) or word.text.islower() for word in phrase.words if word.text != "的"):
        return False
    letters = set(map(letter, phrase.words))
    if len(phrase.words) > 1:
        return letters <= set("ENDV")
    word = phrase.words[0]
    is_noun = letters <= set("EN") and word.tag not in ("l", "i", "vn", "an")
    return is_noun and (is_proper(word) or rarity(word.text) > TELLING)


def _score(same: Sequence[Phrase], spread: float) -> float:
    """How well a phrase tells the subject: how rare its words are, and how often it is said.

    `spread` is the share of the talk's pieces that have it.
    """
    tokens = [word for word in same[0].words if word.text != "的"]
    total = sum(map(_rarity, tokens)) / pow(len(tokens), LENGTH)
    return total * max(phrase.worth for phrase in same) * log(len(same)) * sqrt(spread)


def _rarity(word: Word) -> float:
    return min(rarity(word.text), NAMED if is_proper(word) else UNNAMED)
