"""Chapters of sentences -> a title for each, in the words of the chapter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import log, sqrt
from typing import NamedTuple

from podcast.divide.words import Word, is_term, rarity, words

WIDEST = 16  # characters
NARROWEST = 4  # of a title that needs no second phrase
LEAD = 140  # characters at a chapter's start in which it says what it is about
OPENING, CLOSING = "开场", "结语"

_GREETS = re.compile(r"欢迎|大家好|你好|您好|各位|早安|午安|晚上好|收听|直播|节目")
_PARTS = re.compile(
    r"(?:到此结束|今天就.{0,8}到这|就到这|谢谢大家|感谢大家|感谢收听|再见|拜拜|下(?:期|次|周|集)见|谢谢各位)"
)
_CUE = re.compile(
    r"(?:[看讲说聊谈到]|看看|看一下|讲讲|聊聊|谈谈|关于|叫做?|就是|是|推荐|介绍|分享|进入|讨论|题目|主题|一个|一下|这个|的)$"
)

_HEAD = re.compile(r"n|vn$|eng$|[lij]$|an$|g$|nz|x《")
_BODY = re.compile(r"n|vn?$|eng$|[lij]$|an?$|b$|g$|nz|m$|q$|f$|s$|t$|k$|uj$|d$|x《")
_FRONT = re.compile(r"n|vn?$|eng$|[lij]$|an?$|b$|nz|m$|t$|x《")
_POINTING = re.compile(
    r"[这那哪每某各]|我|你|他|她|它|大家|自己|什么|怎么|一个|一些|有些|时候|东西|事情|方面|情况|意思|感觉|问题$|部分$|比如|例如|同学|朋友|老师"
)


class Phrase(NamedTuple):
    """Words that could be a title, as they stand in the text."""

    text: str
    words: tuple[Word, ...]
    place: int
    cued: bool

    @property
    def key(self) -> str:
        """What two spellings of one phrase share."""
        return self.text.casefold().replace(" ", "")


class Voice:
    """What is said in one chapter, and how it stands out from the whole talk."""

    def __init__(self, text: str, everywhere: Counter[str], spelling: dict[str, str]) -> None:
        self.text = text
        self.everywhere = everywhere
        self.spelling = spelling
        self.phrases = list(phrases(text))
        self.counts = Counter(word.key for word in merged(words_of(text)) if is_term(word))

    def weight(self, word: Word) -> float:
        """How much a word is this chapter's own."""
        here = self.counts[word.key]
        if not here:
            return 0.0
        own = sqrt(here / max(here, self.everywhere[word.key]))
        return rarity(word.text) * (1 + log(here)) * own * (1.25 if word.is_name else 1.0)

    def ranked(self) -> list[tuple[float, Phrase]]:
        """Phrases that could be a title, best first; each once."""
        times = Counter(phrase.key for phrase in self.phrases)
        best: dict[str, tuple[float, Phrase]] = {}
        for phrase in self.phrases:
            score = self._score(phrase, times[phrase.key])
            if phrase.key not in best or score > best[phrase.key][0]:
                best[phrase.key] = (score, phrase)
        return sorted(best.values(), key=lambda pair: (-pair[0], pair[1].place))

    def _score(self, phrase: Phrase, times: int) -> float:
        content = [word for word in phrase.words if is_term(word)]
        leads = phrase.place < LEAD
        if not content or (times < 2 and not leads and not phrase.text.startswith("《")):
            return 0.0
        total = sum(self.weight(word) for word in {word.key: word for word in content}.values())
        score = total / len(phrase.words) ** 0.45 * (1 + 0.5 * log(times))
        score *= 1.3 if leads else 1.0
        score *= 1.5 if phrase.cued and leads else 1.0
        score *= 1.15 if len(phrase.words) > 1 else 0.8
        return score


def words_of(text: str) -> list[Word]:
    """The words of a text, clause by clause, so that remembering them pays."""
    return [word for clause in re.findall(r"[^。！？]*[。！？]?", text) for word in words(clause)]


def merged(tokens: Iterable[Word]) -> list[Word]:
    """`tokens` with foreign names and titles of works as one word each.

    >>> [word.text for word in merged(words("我们看Scaling Law，再看《技术共和国》"))]
    ['我们', '看', 'Scaling Law', '，', '再', '看', '《技术共和国》']
    """
    found: list[Word] = []
    quoted: list[str] = []
    for word in tokens:
        if quoted or word.text == "《":
            quoted.append(word.text)
            if word.text == "》" or len(quoted) > 12:
                found.append(Word("".join(quoted), "x《" if word.text == "》" else "x"))
                quoted = []
        elif len(found) > 1 and found[-1].text == " " and _joins(found[-2], word):
            found.pop()
            found[-1] = Word(f"{found[-1].text} {word.text}", "eng")
        else:
            found.append(word)
    return found


def _joins(before: Word, word: Word) -> bool:
    """Whether two words with a space between are one foreign name."""
    number = re.fullmatch(r"\d+(\.\d+)?", word.text) is not None
    return before.tag == "eng" and (word.tag == "eng" or number) and len(before.text) < 14


def phrases(text: str) -> Iterator[Phrase]:
    """Every run of words that could be a title."""
    place = 0
    tokens = merged(words_of(text))
    places = []
    for word in tokens:
        places.append(place)
        place += len(word.text)
    for first, word in enumerate(tokens):
        if not _FRONT.match(word.tag):
            continue
        before = tokens[first - 1].text if first else ""
        for last in range(first + 1, min(first + 7, len(tokens) + 1)):
            run = tuple(tokens[first:last])
            if not all(_BODY.match(w.tag) or w.text == " " for w in run[-1:]):
                break
            if _is_title(run):
                shown = "".join(w.text for w in run)
                yield Phrase(shown, run, places[first], _CUE.search(before) is not None)


def _is_title(run: Sequence[Word]) -> bool:
    """Whether a run of words reads as a noun phrase of its own."""
    text = "".join(word.text for word in run)
    first, last = run[0], run[-1]
    if not _HEAD.match(last.tag) or not 2 <= len(text) <= WIDEST or _POINTING.search(text):
        return False
    if len(last.text) < 2 and not (len(run) > 1 and last.tag.startswith("n")):
        return False
    if first.tag == "m" and not re.match(r"[一二三四五六七八九十两\d]+[个大种]?", first.text):
        return False
    if len(run) == 1 and len(text) < 2:
        return False
    tags = [word.tag for word in run]
    if tags.count("uj") > 1 or tags.count("d") > 1:
        return False
    return any(is_term(word) for word in run)


def titles(
    chapters: Sequence[str], given: Sequence[str], reserved: Iterable[str] = ()
) -> list[str]:
    """A title a chapter: no two alike, none wider than `WIDEST`.

    Where `given` has one it is taken, if that wording is still free.
    """
    texts = [Voice(text, Counter(), {}) for text in chapters]
    everywhere = Counter[str]()
    for voice in texts:
        everywhere.update(voice.counts)
    spelling = _spelling(texts)
    used = {title.casefold() for title in reserved}
    found = []
    for at, voice in enumerate(texts):
        voice.everywhere, voice.spelling = everywhere, spelling
        options = [given[at]] if given[at] else []
        options += _options(voice, _frame(chapters, at))
        options += [f"第 {n} 节" for n in range(at + 1, at + 2 + len(chapters))]
        title = next(o for o in options if o.casefold() not in used and len(o) <= WIDEST)
        used.add(title.casefold())
        found.append(title)
    return found


def _spelling(texts: Sequence[Voice]) -> dict[str, str]:
    """For each foreign word the way it is mostly written, a capital counting double."""
    votes: dict[str, Counter[str]] = {}
    for voice in texts:
        for word in merged(words_of(voice.text)):
            if word.tag == "eng":
                capitals = (
                    1 + sum(c.isupper() for c in word.text[1:]) * 0.5 + word.text[0].isupper()
                )
                votes.setdefault(word.key, Counter())[word.text] += capitals
    return {key: counter.most_common(1)[0][0] for key, counter in votes.items()}


def _frame(chapters: Sequence[str], at: int) -> str:
    """`OPENING` or `CLOSING` where the chapter greets or takes leave, else empty."""
    if at == 0 and len(chapters) > 1 and _GREETS.search(chapters[0][:120]):
        return OPENING
    if at == len(chapters) - 1 and at and _PARTS.search(chapters[-1][-150:]):
        return CLOSING
    return ""


def _options(voice: Voice, frame: str) -> list[str]:
    """Titles for a chapter, best first."""
    ranked = [(score, phrase) for score, phrase in voice.ranked() if score > 0][:12]
    found = []
    for at, (score, phrase) in enumerate(ranked):
        text = shown(phrase, voice.spelling)
        if len(text) < NARROWEST or len(phrase.words) == 1:
            found += _pairs(phrase, score, ranked, voice)
        found.append(text)
    if frame:
        return [*(f"{frame}：{option}" for option in found), frame]
    return found


def _pairs(
    phrase: Phrase, score: float, ranked: Sequence[tuple[float, Phrase]], voice: Voice
) -> list[str]:
    """`phrase` with a second one that tells more of the chapter."""
    found = []
    for other_score, other in ranked:
        if other_score < score * 0.35 or _overlap(phrase, other):
            continue
        left, right = shown(phrase, voice.spelling), shown(other, voice.spelling)
        first = phrase.words[0]
        joint = "：" if first.is_name and len(other.words) > 1 else "与"
        text = f"{left}{joint}{right}"
        found.append(spaced(text))
    return found[:3]


def _overlap(one: Phrase, other: Phrase) -> bool:
    """Whether two phrases share a word."""
    return bool({w.key for w in one.words if is_term(w)} & {w.key for w in other.words}) or (
        one.key in other.key or other.key in one.key
    )


def shown(phrase: Phrase, spelling: dict[str, str]) -> str:
    """`phrase` as a title shows it: names as mostly written, a space between hanzi and Latin."""
    return spaced(
        "".join(spelling.get(w.key, w.text) if w.tag == "eng" else w.text for w in phrase.words)
    )


def spaced(text: str) -> str:
    """A space where hanzi and Latin meet.

    >>> spaced("NVIDIA的下一步"), spaced("鸡汤与Meme")
    ('NVIDIA 的下一步', '鸡汤与 Meme')
    >>> spaced("技术共和国")
    '技术共和国'
    """
    text = re.sub(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])", " ", text)
    return re.sub(r"(?<=[A-Za-z0-9])(?=[\u4e00-\u9fff])", " ", text).strip()
