"""Marks -> marks without stops in unfinished sentences and without 、 inside names.

A sentence is unfinished after a condition, whose consequence must follow, after 这种 or 了一个,
whose noun must follow, and where it is nothing but a year. A 、 belongs between things of one kind:
not inside a name that is elsewhere said without a mark, nor between a noun and a number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise

import rjieba

from podcast.text.punctuate.features import cut_words
from podcast.text.punctuate.tokens import STRONG

# Of 819 sentences in punctuated talks that begin with such a clause and have no word for a
# consequence, 5 end with the clause; of 208 places after 了一个, none ends a sentence.
_CONDITION = re.compile(
    "(?:.{0,6}(?:如果|(?<![主重需只不就])要是|假如|假设)|.{0,2}(?:除非|虽然|即使|即便|既然|一旦))(?:(?![就那会也都吗呢吧]|可以|应该).)+"
)
_REPLY = re.compile("了解|对|好|是[的啊]|没错|谢谢|嗯")  # another speaker replies to a condition
# Of 17 such times between two marks in punctuated talks, one is before a stop.
_TIME = re.compile(
    r"在?(?:19|20)\d\d年(?:\d{1,2}月份?|[年初末底中]|上半年|下半年)?(?:\d{1,2}[日号])?"
)
_CAUSE = re.compile("因为.{1,2}")
_KIND = re.compile(".*(?:[这那某]种|各种|[是成有的]一种|了[一两三四五六七八九十几]个)")
_VERB_DONE = re.compile(".*[一-鿿]了")
_COUNTED = re.compile(r"(?:[两三四五六七八九十几]|\d+)[个张本款件条种份座台](?![人月])")
# In punctuated talks, none of 130 such objects is parted from its verb: 截了两个图.
_OBJECT = re.compile(rf"(?:{_COUNTED.pattern})[^都也就还全]{{1,5}}")
_VERBAL = frozenset(
    ["v", "d", "l", "i", "p", "r", "t", "ul"]
)  # of rjieba: what no name of a thing holds
_NOUN = ("n", "b", "eng", "l", "j", "vn", "m")
_NUMBER = re.compile(r"[\d一二两三四五六七八九十几]")
_AHEAD = 8  # tokens after a mark that are looked at
_SAID_WHOLE = 4  # times that two words must occur without a mark for each time with a 、


def settle_stops(texts: Sequence[str], marks: Sequence[str], kept: Collection[int]) -> list[str]:
    """The marks; a stop in an unfinished sentence becomes a comma or is left out.

    A comma between a verb and the things that it counts is left out as well. Marks at the places
    in `kept` and the last mark are not changed.

    >>> def settled(text: str) -> str:
    ...     texts = [c for c in text if c not in "，。"]
    ...     marks = [m if (m := text[i + 1 : i + 2]) and m in "，。" else ""
    ...              for i, c in enumerate(text) if c not in "，。"]
    ...     return "".join(map("".join, zip(texts, settle_stops(texts, marks, ()))))
    >>> settled("如果听不太懂。没关系。"), settled("我会去，如果有时间。没关系。")
    ('如果听不太懂，没关系。', '我会去，如果有时间。没关系。')
    >>> settled("因为鲸。我觉得。"), settled("因为他是老师。我觉得。")
    ('因为鲸，我觉得。', '因为他是老师。我觉得。')
    >>> settled("2025年1月。发布了新的。"), settled("我生在2025年。我哥哥更早。")
    ('2025年1月，发布了新的。', '我生在2025年。我哥哥更早。')
    >>> settled("我用的是这种。芯片很贵。"), settled("我不喜欢这种。他说。")
    ('我用的是这种芯片很贵。', '我不喜欢这种。他说。')
    >>> settled("我截了。两个图。"), settled("我来了。两年过去了。")
    ('我截了两个图。', '我来了。两年过去了。')
    >>> settled("我特意截了，两个图。好。"), settled("他来了，两个孩子哭了。好。")
    ('我特意截了两个图。好。', '他来了，两个孩子哭了。好。')
    """
    settled, start = list(marks), 0
    for place in range(len(marks) - 1):
        if settled[place] == "。" and place not in kept:
            before = zip(texts[start:place], settled[start:place], strict=True)
            sentence = "".join(map("".join, before))
            following = "".join(texts[place + 1 : place + 1 + _AHEAD])
            settled[place] = _settle(sentence + texts[place], following)
        elif settled[place] == "，" and texts[place] == "了" and place not in kept:
            settled[place] = "" if _is_object(_clause(texts, marks, place)) else "，"
        if settled[place] and settled[place] in STRONG:
            start = place + 1
    return settled


def _clause(texts: Sequence[str], marks: Sequence[str], place: int) -> str:
    """The clause after a mark, if it is short; else nothing."""
    ahead = range(place + 1, min(place + 1 + _AHEAD, len(marks)))
    end = next((at for at in ahead if marks[at]), place)
    return "".join(texts[place + 1 : end + 1])


def _is_object(clause: str) -> bool:
    """Whether a clause is nothing but things that are counted, so that it has no verb of its own.

    >>> _is_object("两个图"), _is_object("三本旧书"), _is_object("两个孩子哭了"), _is_object("三天")
    (True, True, False, False)
    """
    if not _OBJECT.fullmatch(clause):
        return False
    tags = [tag for _, tag in rjieba.tag(clause)]
    return tags[-1].startswith(("n", "eng")) and not _VERBAL.intersection(tags)


def _settle(sentence: str, following: str) -> str:
    """The mark to set instead of the stop after a sentence."""
    clause = re.split("[，、：；]", sentence)[-1]
    is_counted = _VERB_DONE.fullmatch(clause) and _COUNTED.match(following)
    if is_counted or (_KIND.fullmatch(clause) and _begins_with_noun(following)):
        return ""
    waits = _CONDITION.fullmatch(sentence) and "，" not in sentence and not _REPLY.match(following)
    is_part = _CAUSE.fullmatch(sentence) or _TIME.fullmatch(sentence)
    return "，" if waits or is_part else "。"


def _begins_with_noun(text: str) -> bool:
    tagged = rjieba.tag(text)
    return bool(tagged) and tagged[0][1].startswith(_NOUN)


def settle_lists(texts: Sequence[str], marks: Sequence[str], kept: Collection[int]) -> list[str]:
    """The marks; a 、 inside a name is left out, and one between a noun and a number is a comma.

    >>> def settled(text: str) -> str:
    ...     texts = [c for c in text if c != "、"]
    ...     marks = ["、" if text[i + 1 : i + 2] == "、" else ""
    ...              for i, c in enumerate(text) if c != "、"]
    ...     return "".join(map("".join, zip(texts, settle_lists(texts, marks, ()))))
    >>> settled("数字文明在" * 4 + "数字、文明"), settled("数字文明在" + "数字、文明")
    ('数字文明在数字文明在数字文明在数字文明在数字文明', '数字文明在数字、文明')
    >>> settled("看到了发达、5款模型"), settled("3款芯片、5款模型")
    ('看到了发达，5款模型', '3款芯片、5款模型')
    """
    settled = list(marks)
    places = [place for place, mark in enumerate(marks) if mark == "、" and place not in kept]
    whole = _inside_names(texts, marks) if places else set[int]()
    for place in places:
        left = "".join(texts[max(0, place - _AHEAD) : place + 1])
        right = "".join(texts[place + 1 : place + 1 + _AHEAD])
        if place in whole and "、" not in _around(marks, place):
            settled[place] = ""
        elif _COUNTED.match(right) and not _NUMBER.search(left):
            settled[place] = "，"
    return settled


def _around(marks: Sequence[str], place: int) -> list[str]:
    """The marks near a place, without its own."""
    return [*marks[max(0, place - _AHEAD) : place], *marks[place + 1 : place + 1 + _AHEAD]]


def _inside_names(texts: Sequence[str], marks: Sequence[str]) -> set[int]:
    """The places between two words of several hanzi that mostly occur without a mark between."""
    pairs: dict[int, tuple[str, str]] = {}
    place = -1
    for word, following in pairwise(cut_words(texts)):
        place += len(word)
        if len(word) > 1 and len(following) > 1 and not set(word) & set(following):
            pairs[place] = (word, following)
    whole = Counter(pair for place, pair in pairs.items() if not marks[place])
    parted = Counter(pair for place, pair in pairs.items() if marks[place])
    return {
        place for place, pair in pairs.items() if whole[pair] >= _SAID_WHOLE * max(1, parted[pair])
    }
