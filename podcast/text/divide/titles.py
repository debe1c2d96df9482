"""The text of each chapter -> a title for it, in the words of the chapter.

text --topics--> phrases --candidates--> titles --ranking--> the best one"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import exp

from podcast.files.addresses import without_addresses
from podcast.files.english import is_english
from podcast.text.divide.candidates import Candidate, candidates
from podcast.text.divide.phrases import WIDEST, Phrase, words_of
from podcast.text.divide.ranking import ranked
from podcast.text.divide.topics import LEAD, Topic, is_proper
from podcast.text.english import english_title
from podcast.text.spacing import spaced

OPENING, CLOSING = "开场", "结语"
TWICE = 2  # times that a chapter says the name that it is about, at least
MOSTLY = 0.5  # share of the chapter in all mentions of that name, at least
ENOUGH = 5  # characters of a head that can be a title by itself

_LATIN = re.compile(  # a foreign name of several words
    r"(?<![A-Za-z0-9.+'-])[A-Za-z][A-Za-z0-9.+'-]*(?: [A-Za-z0-9][A-Za-z0-9.+'-]*)+"
)
_GREETS = re.compile(r"欢迎|大家好|你好|您好|各位|早安|午安|晚上好|收听|直播|节目")
_LEAVES = re.compile(
    r"到此结束|今天就.{0,10}到这|就到这|谢谢大家|感谢大家|感谢收听|再见|拜拜|下(?:期|次|周|集)见|谢谢各位"
)
_OFFERS = re.compile(  # not 不推荐, 推荐系统
    r"(?<![不没别])推荐(?!系统|算法|引擎|模型|机制|策略|信|位|人|流|词|理由|奖)|荐书"
)
_RECOMMENDS = re.compile(rf"{_OFFERS.pattern}|[一这]本书|读书")


def titles(
    chapters: Sequence[str],
    given: Mapping[int, str] | None = None,
    heads: Mapping[int, str] | None = None,
) -> list[str]:
    """A title for each chapter, all different.

    It is the title in `given`, by the chapter's index, or a generated one of at most `WIDEST`
    characters. `heads` has words with which the title of a chapter must begin.
    """
    given, heads = given or {}, heads or {}
    topics = _topics([without_addresses(text) for text in chapters])
    everywhere = Counter[str]()
    for topic in topics:
        everywhere.update(topic.counts)
    spelling = spellings(topics)
    used = {title.casefold() for title in given.values()}
    chosen = []
    for number, topic in enumerate(topics):
        title = given.get(number) or next(
            text
            for text in _options(topic, everywhere, spelling, heads.get(number, ""))
            if (len(text) <= WIDEST or text.isascii()) and text.casefold() not in used
        )
        used.add(title.casefold())
        chosen.append(title)
    return chosen


def _topics(texts: Sequence[str]) -> list[Topic]:
    """The topic of each chapter.

    A name of several words that the talk mostly writes with capitals, such as Deep Research, is
    written so in all chapters: in small letters it would not be known as a name.
    """
    topics = [Topic(text) for text in texts]
    spelling = {key: text for key, text in spellings(topics).items() if " " in key}
    if not any(text != key for key, text in spelling.items()):
        return topics
    respelt = [_LATIN.sub(lambda run: spelling.get(run[0].casefold(), run[0]), t) for t in texts]
    return [
        topic if text == topic.text else Topic(text)
        for topic, text in zip(topics, respelt, strict=True)
    ]


def leading_name(topic: Topic, found: Sequence[Candidate]) -> Phrase | None:
    """The name that a chapter is about: said at its start, again, and mostly in this chapter.

    Where the speaker says that something is called so, once is enough. `found` are the chapter's
    candidates. None if there is no such name. A listener looks for it in a list of chapters.
    """
    leading = {}
    for candidate in found:
        early, share = candidate.signs["early"], candidate.signs["own"]
        times = topic.counts[candidate.phrases[0].words[0].key]
        is_at_start = early > exp(-1)  # within LEAD characters
        is_told = times >= TWICE or candidate.signs["called early"]
        if candidate.signs["one name"] and is_at_start and is_told and share >= MOSTLY:
            leading[candidate.phrases[0]] = times * share * early
    return max(leading, key=lambda name: leading[name], default=None)


def _led(best: Sequence[Candidate], leader: Phrase | None) -> list[Candidate]:
    """The candidates, those first in which the leading name stands, if the best lacks it.

    The best keeps its place if it has another name, unless the leading one is foreign and of
    several words: most such names are people's. Else it comes first with the leading name before
    it, where that is short enough for a title.
    """
    if not leader or not best or leader.words[0].key in _keys(best[0]):
        return list(best)
    has_name = any(is_proper(word) for phrase in best[0].phrases for word in phrase.words)
    if has_name and not (leader.text.isascii() and " " in leader.text):
        return list(best)
    first = best[0]._replace(phrases=(leader, *best[0].phrases), joint="：")
    fits = len(best[0].phrases) == 1 and len(first.text) <= WIDEST
    named = [each for each in best if leader.words[0].key in _keys(each)]
    return [*([first] if fits else []), *named, *best]


def _keys(candidate: Candidate) -> set[str]:
    """The keys of all words of a candidate."""
    return {word.key for phrase in candidate.phrases for word in phrase.words}


def spellings(topics: Sequence[Topic]) -> dict[str, str]:
    """The most frequent spelling of each foreign word; spellings with capitals count more."""
    votes: dict[str, Counter[str]] = {}
    for topic in topics:
        for text, times in topic.foreign.items():
            capitals = sum(c.isupper() for c in text)
            votes.setdefault(text.casefold(), Counter())[text] += times * (1 + 2 * min(capitals, 2))
    return {key: counter.most_common(1)[0][0] for key, counter in votes.items()}


def frames(chapters: Sequence[str]) -> dict[int, str]:
    """Heads by chapter: `OPENING` if the first one greets, `CLOSING` if the last says goodbye."""
    heads, last = {}, len(chapters) - 1
    if last > 0 and _GREETS.search(chapters[0][:120]):
        heads[0] = OPENING
    if last > 0 and _LEAVES.search(chapters[last][-150:]):
        heads[last] = CLOSING
    return heads


def _options(
    topic: Topic, everywhere: Mapping[str, int], spelling: Mapping[str, str], head: str
) -> Iterator[str]:
    """Possible titles for a chapter, the best first, without end."""
    if is_english(topic.text):
        yield from _of_english(topic.text)
    best = ranked(candidates(topic, everywhere))
    leader = leading_name(topic, best)
    best = _led(best, leader)
    if head:
        yield from _named(leader, spelling, head)
        yield from _headed(best, spelling, head)
    else:
        yield from _forms(topic, best, spelling)
    number = 1
    while True:
        yield f"第{number}节"
        number += 1


def _of_english(text: str) -> Iterator[str]:
    """Possible titles for a chapter in English, the best first."""
    title = english_title(text)
    if title:
        yield title
        yield from (f"{title} ({number})" for number in range(2, 1000))
    yield from (f"Part {number}" for number in range(1, 1000))


def _named(leader: Phrase | None, spelling: Mapping[str, str], head: str) -> Iterator[str]:
    """A head that is long enough to stand alone with the name that the chapter is about.

    There is none if the chapter has no such name, or the head names somebody itself.
    """
    has_name = any(map(is_proper, words_of(head)))
    if leader and len(head) >= ENOUGH and not has_name:
        yield spaced(f"{head}：{shown_words(leader, spelling)}")


def _headed(best: Sequence[Candidate], spelling: Mapping[str, str], head: str) -> Iterator[str]:
    """Possible titles that begin with `head`; a head that is long enough can stand alone."""
    if len(head) >= ENOUGH:
        yield spaced(head)
    for candidate in best:
        text = shown(candidate, spelling)
        is_sure = head not in (OPENING, CLOSING) or candidate.signs["specific"]
        if is_sure and "：" not in text and text not in head and head not in text:
            yield spaced(f"{head}：{text}")
    yield spaced(head)


def _forms(topic: Topic, best: Sequence[Candidate], spelling: Mapping[str, str]) -> Iterator[str]:
    """The candidates as titles; a work that the speaker recommends is called a recommendation.

    It is the best title of a chapter that begins with the recommendation.
    """
    works = (each.phrases[0] for each in best if each.phrases[0].is_work)
    first = next((work for work in works if work.place < LEAD), None)
    if first and _OFFERS.search(topic.text[:LEAD]):
        yield f"推荐{shown_words(first, spelling)}"
    for candidate in best:
        text = shown(candidate, spelling)
        if candidate.phrases[0].is_work and _RECOMMENDS.search(topic.text[:LEAD]):
            yield f"推荐{shown(candidate._replace(phrases=candidate.phrases[:1]), spelling)}"
        yield text


def shown(candidate: Candidate, spelling: Mapping[str, str]) -> str:
    """A candidate with its names in their most frequent spelling and spaces as in `spacing`."""
    texts = (shown_words(phrase, spelling) for phrase in candidate.phrases)
    return spaced(candidate.joint.join(texts))


def shown_words(phrase: Phrase, spelling: Mapping[str, str]) -> str:
    """The words of a phrase, joined, with names in their most frequent spelling."""
    return "".join(spelling.get(word.key, word.text) for word in phrase.words)
