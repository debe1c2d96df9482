"""Script -> what a talk is about: a phrase of its opening or titles that recurs all through it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain
from math import log, pow, sqrt
from typing import NamedTuple

from podcast.model import Script
from podcast.text.divide.phrases import Phrase, letter, phrases
from podcast.text.divide.titles import shown_words, spellings
from podcast.text.divide.topics import NAMED, UNNAMED, Topic, is_guessed, is_proper
from podcast.text.spacing import join_lines, spaced
from podcast.text.words import Word, is_term, rarity

PIECES = 10  # pieces of equal length in which a talk is looked through
LEAST_TIMES = 4  # times that a talk says each word of its subject, at least
LEAST_PIECES = 3  # pieces that have each of them, at least
OFTEN = 3  # times that a phrase of several words is said, at least
OPENED, HEADED = 1.3, 1.3  # factors for a phrase that is said in the opening, or stands in a title
ALIKE = 0.5  # share of the best one's score from which a second word is part of the subject
TELLING = 3.2  # rarity from which one word can be half of a subject
LENGTH = 0.35  # how strongly the sum of a phrase's words is divided by their number


class Subject(NamedTuple):
    """A phrase, and how well it tells what the talk is about."""

    phrase: Phrase
    score: float


def subject(script: Script, opening: str) -> str:
    """The subject of a talk as a title; empty if nothing recurs.

    `opening` is the text of the first minutes. The title is a phrase of several words, or two words
    that recur: nothing is then said of how they belong together, so nothing false.
    """
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
    """The best phrase, if it has several words; else the next one with it, or one that has it.

    It is empty if a single word is far better than all others: a word alone says too little.
    """
    first, *others = found
    if len(first.phrase.words) > 1:
        return [first.phrase]
    second = next((each for each in others if _adds(each.phrase, first.phrase)), None)
    if second is None or second.score < ALIKE * first.score:
        return []
    is_longer = first.phrase.terms < second.phrase.terms
    return [second.phrase] if is_longer else [first.phrase, second.phrase]


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
    times = sum((topic.counts for topic in topics), Counter[str]())
    spread = Counter(chain.from_iterable(topic.counts for topic in topics))
    recurring = {key for key in times if times[key] >= LEAST_TIMES and spread[key] >= LEAST_PIECES}
    weights = {key: log(times[key]) * sqrt(spread[key] / len(topics)) for key in recurring}
    alike = defaultdict[str, list[Phrase]](list)
    for phrase in chain.from_iterable(phrases(topic.text) for topic in topics):
        if phrase.terms and phrase.terms <= recurring and _is_plain(phrase):
            alike[phrase.key].append(phrase)
    found = []
    for same in alike.values():
        if len(same) >= (OFTEN if len(same[0].words) > 1 else LEAST_TIMES):
            score = _score(same, weights)
            score *= OPENED if same[0].terms <= opening.counts.keys() else 1.0
            score *= HEADED if same[0].terms <= titles.counts.keys() else 1.0
            found.append(Subject(same[0], score))
    return sorted(found, key=lambda each: -each.score)


def _is_plain(phrase: Phrase) -> bool:
    """Whether a phrase is of nouns and names alone, none of them guessed or of any talk: 方法."""
    letters = set(map(letter, phrase.words))
    is_common = len(phrase.words) == 1 and not is_proper(phrase.words[0])
    is_telling = not is_common or rarity(phrase.words[0].text) > TELLING
    return is_telling and letters <= set("END") and not any(map(is_guessed, phrase.words))


def _score(same: Sequence[Phrase], weights: Mapping[str, float]) -> float:
    """How well a phrase tells the subject: by its words, and by how often it is said as a whole."""
    terms = [word for word in same[0].words if is_term(word)]
    total = sum(_rarity(word) * weights[word.key] for word in terms)
    whole = max(phrase.worth for phrase in same)
    return total / pow(len(same[0].words), LENGTH) * sqrt(log(1 + len(same))) * whole


def _rarity(word: Word) -> float:
    return min(rarity(word.text), NAMED if is_proper(word) else UNNAMED)
