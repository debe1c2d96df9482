"""Sentences -> the words by which speakers announce a new topic: a table of features.

There is one row for each sentence. It is computed from the first words of the sentence and the
last words before it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from podcast.model import Sentence
from podcast.text.words import length, terms

HEAD = 26  # characters at the start of a sentence that can announce a new topic
AWAY_HANZI = 60.0  # between a closing word and the words that name the next topic, at most
LIST = 450.0  # hanzi, at most, between the items of a list inside a chapter
SHORT = 20  # characters of a sentence that only sums up
TAIL = 24  # characters at the end of a sentence that can close a topic

_FILLER = r"(?:嗯|对|啊|呃|哦|噢|那么?|所以说?|然后|其实|呢|吧|的话|这个|就是说?|[\W_])"
# A run of these words can be read in one way only: 好吧 is 好 and the filler 吧. If it were a word,
# too, the time to reject 好吧好吧好吧… would double with each.
_DONE = r"(?:好了|好的|好啦|好|行|OK|Ok|ok|okay|Okay|是吧|对不对|没错|谢谢)"
MARKER = re.compile(rf"(?:{_FILLER}|{_DONE})+")
DONE = re.compile(
    rf"{_FILLER}*(?:好了|好的|好吧|好啦|好(?=\W|$|我|那|接|下|感|谢|大家|最)|行(?=\W|$)|OK|Ok|ok|okay)"
)

_SAY = r"(?:看|讲|说|聊|谈|进入|回到|开始|介绍|分享|讨论|请|问)"
_NUMBER = r"[一二三四五六七八九十两\d]+"
_COUNTED = rf"第{_NUMBER}(?:个|点|部分|章|讲|节|块|件|方面|类|种|大|是|，|呢)"
OPENERS = {
    "move": r"接下来|接着|下面|下来|进入|转到|回到|[讲聊谈说]完|正式开始|到这(?:儿|里)"
    rf"|我们?(?:再|先|就|快速|开始|正式|可以|也)*的?来?{_SAY}|[再先]来?{_SAY}"
    r"|换个?一?个?(?:话题|角度)|后面(?:还有|一个|就是|这|的新)"
    r"|[新下]的?一?个?(?:部分|话题|问题|环节|章|题目|主题)",
    "ordinal": rf"^.{{0,9}}?{_COUNTED}|^.{{0,6}}(?:首先|其次)",
    "last": r"最后",
    "other": r"另外|另一|还有一[个点件]|除此之外|此外|再就是|再一个|其他",
    "show": r"推荐|介绍|分享|演示|讨论|引用|这里有|这边|快速"
    r"|[讲说聊谈看](?:一下|[讲说看聊谈]|一[讲说看聊谈])",
    "habit": r"惯例|照例|老规矩|每一?次|还是一样|休息",
    "thanks": r"谢谢|感谢",
    "invite": r"有请|请(?![问假求])|欢迎|掌声",
    "subject": r"关于|至于|[说谈讲聊提]到|话题|议题|主题|题目",
    "asks": r"请问|想问|问一下|怎么看|如何看|为什么|什么是|怎么样|(?:问题|提问)",
}
CLOSERS = {
    "closed": r"到这(?:里|儿)|以上|[讲说聊]完|总结|大概(?:就)?是|差不多|就是这样"
    r"|^\W*这(?:个|就|些)?(?:就|大概)?是",
    "thanked": r"谢谢|感谢|多谢",
    "asked": r"[？?]",
}
NAMES = (
    *OPENERS,
    *(f"{name} before" for name in CLOSERS),
    "done",
    "done and opens",
    "closed and opens",
    "opens",
    "question",
    "idle",
    "goes on",
    "sums up",
    "announced",
    "moves to",
    "recaps",
    "voice",
    "host",
    "inner",
)
_OPENERS = [re.compile(pattern) for pattern in OPENERS.values()]
_CLOSERS = [re.compile(pattern) for pattern in CLOSERS.values()]
_GOES_ON = re.compile(
    r"\W*(?:就是(?!说?我们)|因为|但是?|不过|而且|并且?|也|还(?!有)|可能|应该|它|他们?|她们?|的|所以(?!.{0,6}(?:最后|下面|总结))|比如|当然|如果|或者|包括|这样|这种)"
)
_SUMS_UP = re.compile(
    rf"(?:{_FILLER}|{_DONE})*(?:这(?:个|就|些|[两三四五六七]个)?(?:就|大概|也|都)?是(?!.{{0,6}}(?:关于|新|后面|接|下))|前面|以上|刚才|刚刚|就这|差不多|大概)"
)
_ANNOUNCED = re.compile(
    rf"(?:^|[，、])[^，、]{{0,6}}(?:进入|接下来|下面|我们?(?:再|先)?来?{_SAY}|换个)[^，、]{{0,12}}[。！：:]$"
)
_TAIL_DONE = re.compile(
    r"\W(?:好了|好的|好吧|好啦|好|行|OK|Ok|ok|okay)(?:\W+(?:对|是吧|对吧|嗯))*\W*$"
)
_ORDINAL = re.compile(_COUNTED.replace(_NUMBER, f"({_NUMBER})"))
_TALK = r"(?:看(?!到|得)|讲(?!到)|聊(?!到)|谈(?!到)|介绍|分享|讨论|说(?=说|一))"
_MOVES_TO = re.compile(
    rf"(?:{_FILLER}|{_DONE}|我们?|大家|咱们?|首先|最后|可以|快速的?|给大家)*"
    rf"(?:(?:再|先|来|就来|接下来|接着|下面)+(?:我们?)?的?来?{_TALK}|{_TALK}(?:一?下|一[看讲聊谈说]|[看讲聊谈说])"
    rf"|进入|回到|转到)(?:一?下|一?[讲说看聊谈])?(?P<subject>[^，。！？]{{2,20}})"
)
_RECAPS = re.compile(
    rf"(?:{_FILLER}|{_DONE}|我们?|最后|这里|这边|给大家|来|自己)*(?:[做作]了?一?个?)?(?:小结|总结)"
)
_DONE_SIGNS = ("done", "done and opens", "closed and opens")
_STRONG = slice(0, 6)  # the openers that are a surer sign after a closing word


def is_marker(text: str) -> bool:
    """Whether a sentence only marks a new topic, without any other words.

    >>> is_marker("好吧。"), is_marker("好，我们看看。")
    (True, False)
    """
    return MARKER.fullmatch(text) is not None


def signposts(sentences: Sequence[Sentence]) -> NDArray[np.float64]:
    """The table of shape (sentences, names): a column of 0 or 1 for each of `NAMES`."""
    host = _host(sentences)
    inner = _inner(sentences)
    table = np.empty((len(sentences), len(NAMES)))
    for number, row in enumerate(table):
        row[:] = (*_row(sentences, number, host), inner[number])
    _hand_on(table, sentences)
    return table


def _hand_on(table: NDArray[np.float64], sentences: Sequence[Sentence]) -> None:
    """Give the signs that a topic is done to the sentence which then names the next one.

    Between a closing word and the announcement, a speaker may say what he shows or has done. Of
    the announcements within `AWAY_HANZI`, the next one gets the signs.
    """
    moves, done, idle = (
        NAMES.index("moves to"),
        [NAMES.index(name) for name in _DONE_SIGNS],
        NAMES.index("idle"),
    )
    for at in np.flatnonzero(table[:, moves] > table[:, done[0]]).tolist():
        away = 0.0
        for before in range(at - 1, -1, -1):
            away += length(sentences[before].text)
            if away > AWAY_HANZI or sentences[before].voice != sentences[at].voice:
                break
            if table[before, done[0]] and not table[before, idle]:
                table[at, done] = np.maximum(table[at, done], table[before, done])
                table[before, done] = 0.0
                break


def _row(sentences: Sequence[Sentence], at: int, host: str) -> list[float]:
    head = _head(sentences, at)
    tail, done = _tail(sentences, at)
    opened = [bool(p.search(head[:HEAD])) for p in _OPENERS]
    closed = [bool(p.search(tail)) for p in _CLOSERS]
    done = done or DONE.match(head) is not None
    opens = any(opened[_STRONG])
    changed = at > 0 and sentences[at - 1].voice != sentences[at].voice
    idle = is_marker(sentences[at].text)
    announced = at > 0 and _ANNOUNCED.search(sentences[at - 1].text) is not None
    return [
        *opened,
        *closed,
        done,
        done and opens,
        closed[0] and opens,
        opens,
        "？" in head or "?" in head,
        idle,
        _GOES_ON.match(head) is not None,
        _sums_up(sentences[at].text),
        announced,
        not idle and _moves_to_subject(head),
        _RECAPS.match(head) is not None,
        changed,
        changed and sentences[at].voice == host,
    ]


def _inner(sentences: Sequence[Sentence]) -> list[bool]:
    """For each sentence whether it is an item of a list inside a chapter.

    It is one if it begins with a number whose predecessor was said less than LIST hanzi before.
    """
    inner, spoken, place = [], dict[int, float](), 0.0
    for sentence in sentences:
        number = _ordinal(sentence.text[:HEAD])
        inner.append(number > 1 and place - spoken.get(number - 1, -LIST) < LIST)
        for ordinal in _ORDINAL.finditer(sentence.text):
            if not _sums_up(sentence.text):
                spoken[_number(ordinal[1])] = place
        place += length(sentence.text)
    return inner


def _ordinal(text: str) -> int:
    """The number with which a text begins, as in 第二个; 0 if there is none."""
    ordinal = _ORDINAL.match(text) or re.match(rf".{{0,9}}?{_ORDINAL.pattern}", text)
    return _number(ordinal[1]) if ordinal else 0


def _number(text: str) -> int:
    """The value of a numeral up to twenty, 0 for others.

    >>> _number("二"), _number("十二"), _number("3"), _number("几")
    (2, 12, 3, 0)
    """
    if text.isascii() and text.isdigit():
        return int(text)
    tens, _, ones = text.rpartition("十")
    digit = "零一二三四五六七八九".find(ones) if ones else 0
    if "十" in text:
        return 10 * max(1, "零一二三四五六七八九".find(tens) if tens else 1) + max(0, digit)
    return max(0, digit)


def _head(sentences: Sequence[Sentence], at: int) -> str:
    """The first hundred characters or so from sentence `at` on, while one voice speaks."""
    text = ""
    for sentence in sentences[at : at + 5]:
        if sentence.voice != sentences[at].voice or len(text) > 100:
            break
        text += sentence.text
    return text


def _tail(sentences: Sequence[Sentence], at: int) -> tuple[str, bool]:
    """The end of the last sentence before `at` that is no marker, and whether a marker follows."""
    done, tail = False, ""
    for sentence in reversed(sentences[max(0, at - 4) : at]):
        text = sentence.text
        if is_marker(text) or (not tail and _sums_up(text)):
            done = done or DONE.match(text) is not None
            tail = tail or ("" if is_marker(text) else text)
            continue
        done = done or _TAIL_DONE.search(text) is not None
        return tail or text[-TAIL:], done
    return tail, done


def _moves_to_subject(head: str) -> bool:
    """Whether a text begins by saying of what the speaker will speak now.

    >>> _moves_to_subject("好，我们再来看机器人的进展。"), _moves_to_subject("再来看一下，")
    (True, False)
    """
    found = _MOVES_TO.match(head)
    return found is not None and bool(terms(found["subject"]))


def _sums_up(text: str) -> bool:
    """Whether a short sentence sums up or closes what was said before it."""
    return len(text) <= SHORT and _SUMS_UP.match(text) is not None


def _host(sentences: Sequence[Sentence]) -> str:
    """The voice that begins to speak after another most often; empty if there is only one."""
    turns = Counter(
        after.voice for before, after in pairwise(sentences) if before.voice != after.voice
    )
    return turns.most_common(1)[0][0] if turns else ""
