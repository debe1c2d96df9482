"""The text of each chapter -> a title for it, in the words of the chapter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from podcast.files.addresses import without_addresses
from podcast.files.english import is_english
from podcast.text.divide.phrases import WIDEST, Phrase
from podcast.text.divide.topics import LEAD, Choice, Topic
from podcast.text.english import english_title
from podcast.text.spacing import spaced
from podcast.text.words import Word

OPENING, CLOSING = "开场", "结语"
ENOUGH = 5  # characters of a head that can be a title by itself
# Shares of the score of the best phrase that another phrase must have:
ALIKE = 0.4  # to be added to it as a second phrase
BETTER, SURER = 0.5, 0.65  # to replace it with a longer phrase: a word, a name
FULLER = 0.4  # to replace a single word with a phrase of several
CLOSE = 60  # characters between two phrases that belong together, at most

_GREETS = re.compile(r"欢迎|大家好|你好|您好|各位|早安|午安|晚上好|收听|直播|节目")
_LEAVES = re.compile(
    r"到此结束|今天就.{0,10}到这|就到这|谢谢大家|感谢大家|感谢收听|再见|拜拜|下(?:期|次|周|集)见|谢谢各位"
)
_RECOMMENDS = re.compile(r"推荐|荐书|[一这]本书|读书")


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
    topics = [Topic(without_addresses(text)) for text in chapters]
    everywhere = Counter[str]()
    for topic in topics:
        everywhere.update(topic.counts)
    spelling = spellings(topics)
    used = {title.casefold() for title in given.values()}
    chosen = []
    for number, topic in enumerate(topics):
        options = _options(topic, topic.ranked(everywhere), spelling, heads.get(number, ""))
        title = given.get(number) or next(
            text
            for text in options
            if (len(text) <= WIDEST or text.isascii()) and text.casefold() not in used
        )
        used.add(title.casefold())
        chosen.append(title)
    return chosen


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
    topic: Topic, ranked: Sequence[Choice], spelling: Mapping[str, str], head: str
) -> Iterator[str]:
    """Possible titles for a chapter, the best first, without end."""
    if is_english(topic.text):
        yield from _of_english(topic.text)
    for choice in ranked:
        yield from _forms(topic, choice, ranked, spelling) if not head else ()
    yield from _headed(topic, ranked, spelling, head) if head else ()
    number = 1
    while True:
        yield f"第{number}节"
        number += 1


def _of_english(text: str) -> Iterator[str]:
    """Possible titles for a chapter in English, the best first."""
    title = english_title(text)
    yield title
    yield from (f"{title} ({number})" for number in range(2, 1000))


def _headed(
    topic: Topic, ranked: Sequence[Choice], spelling: Mapping[str, str], head: str
) -> Iterator[str]:
    """Possible titles that begin with `head`; a head that is long enough can stand alone."""
    if len(head) >= ENOUGH:
        yield spaced(head)
    plain = head not in (OPENING, CLOSING)
    for choice in sorted(ranked, key=lambda choice: plain and choice.is_thin):
        for text in _forms(topic, choice, [] if plain else ranked, spelling):
            if "：" not in text and text not in head and head not in text:
                yield spaced(f"{head}：{text}")
    yield spaced(head)


def _forms(
    topic: Topic, choice: Choice, ranked: Sequence[Choice], spelling: Mapping[str, str]
) -> Iterator[str]:
    """Possible titles made of a phrase: with more words, with a second phrase, or alone."""
    text = shown(choice.phrase, spelling)
    if choice.phrase.is_work and _RECOMMENDS.search(topic.text[:LEAD]):
        yield f"推荐{text}"
    if choice.is_thin:
        yield from (shown(longer.phrase, spelling) for longer in _longer(choice, ranked))
        for other in _seconds(choice, ranked):
            named = len(other.phrase.words) > 1
            yield spaced(f"{text}{'：' if named else '与'}{shown(other.phrase, spelling)}")
        yield from (shown(fuller.phrase, spelling) for fuller in _fuller(choice, ranked))
    yield text


def _longer(choice: Choice, ranked: Sequence[Choice]) -> list[Choice]:
    """The phrases that are nearly as good and have all words of this one, and more."""
    least = choice.score * (SURER if _stands_alone(choice) else BETTER)
    return [o for o in ranked if choice.phrase.terms < o.phrase.terms and o.score > least]


def _stands_alone(choice: Choice) -> bool:
    """Whether the first word can be a title by itself: a foreign name with a capital."""
    word = choice.phrase.words[0].text
    return word.isascii() and not word.islower()


def _seconds(choice: Choice, ranked: Sequence[Choice]) -> list[Choice]:
    """The phrases that are said near a name, and the names in the same script.

    The list is empty for a phrase that is no name: two other words do not belong together only
    because they are said in one chapter.
    """
    first = choice.phrase.words[0]
    if not first.is_name or first.text.islower():
        return []
    return [
        other
        for other in ranked
        if other.score > ALIKE * choice.score
        and choice.is_apart_from(other)
        and choice.is_near(other, CLOSE)
        and (not other.is_thin or _are_alike(first, other.phrase.words[0]))
    ]


def _are_alike(one: Word, other: Word) -> bool:
    """Whether two words are names in the same script."""
    return one.is_name and other.is_name and one.text.isascii() == other.text.isascii()


def _fuller(choice: Choice, ranked: Sequence[Choice]) -> list[Choice]:
    """The phrases of several words that may replace a single word that says too little."""
    if _stands_alone(choice):
        return []
    return [o for o in ranked if not o.is_thin and o.score > FULLER * choice.score]


def shown(phrase: Phrase, spelling: Mapping[str, str]) -> str:
    """`phrase` as a title: names in their most frequent spelling, with spaces as in `spacing`."""
    return spaced("".join(spelling.get(w.key, w.text) for w in phrase.words))
