"""Words with the tones of a dictionary -> the tones that are spoken.

一, 不       by the tone that follows: 一起 yi4, 一样 yi2, 不是 bu2, 好不好 bu5
third tones  before another third one the second: 你好 ni2 hao3
儿           neutral at a word's end: 这儿; but not where it is a child: 女儿
light        neutral is the last syllable of the words in light.txt: 时候, 漂亮
doubled      neutral is the second of a doubled noun or verb: 妈妈, 看看
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

DIGITS = "零〇一二三四五六七八九"
COUNTED = f"{DIGITS}十百千万亿点第"  # after which 一 is a figure: 十一, 第一, 三点一
DATED = "月号"  # before which it is one: 一月
FULL = frozenset(  # words whose 儿 is a child
    [
        *("女儿", "婴儿", "幼儿", "孤儿", "胎儿", "健儿", "少儿", "宠儿", "孩儿", "孙儿", "男儿"),
        *("弃儿", "患儿", "托儿", "育儿", "混血儿", "新生儿"),
    ]
)
LIGHT_TAGS = ("n", "v")  # parts of speech whose doubled syllable is light: 妈妈, 看看; not 天天
PREFIXES = "小老"  # before a word of two syllables: 小老虎 is 小 and 老虎


class Word(NamedTuple):
    """A word as it is read: its characters, a syllable of pinyin for each, its part of speech.

    `is_told` says that a person gave its reading: then only its third tones change.
    """

    text: str
    syllables: tuple[str, ...]
    tag: str = ""
    is_told: bool = False


def spoken(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words of one clause, with the tones in which they are spoken.

    >>> [word.syllables for word in spoken([Word("你好", ("ni3", "hao3")), Word("吗", ("ma5",))])]
    [('ni2', 'hao3'), ('ma5',)]
    >>> [word.syllables for word in spoken([Word("不", ("bu4",)), Word("好", ("hao3",))])]
    [('bu4',), ('hao3',)]
    """
    text = "".join(word.text for word in words)
    flat = [syllable for word in words for syllable in word.syllables]
    changed: list[Word] = []
    at = 0
    for word in words:
        syllables = list(word.syllables)
        if not word.is_told:
            for i, sign in enumerate(word.text):
                if sign in "一不":
                    syllables[i] = _one_or_not(word, i, text, flat, at + i)
            _lighten(word, syllables)
        changed.append(word._replace(syllables=tuple(syllables)))
        at += len(syllables)
    return _third_tones(changed)


def _one_or_not(word: Word, i: int, text: str, flat: Sequence[str], at: int) -> str:
    """The reading of 一 or 不, the sign `i` of a word; `at` is its place in the clause.

    `text` and `flat` are all signs of the clause and the syllables of each.
    """
    sign = word.text[i]
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if before and before == after and before not in DIGITS:
        return "yi5" if sign == "一" else "bu5"
    if sign == "一" and (not after or _is_figure(word, i, before, text[at + 1 : at + 3])):
        return "yi1"
    if not after:
        return "bu4"
    falls = flat[at + 1][-1] == "4" or after == "个"
    return ("yi" if sign == "一" else "bu") + ("2" if falls else "4")


def _is_figure(word: Word, i: int, before: str, following: str) -> bool:
    """Whether 一, the sign `i` of a word, is a figure, or the end of a longer word.

    `before` is the sign before it, `following` the two after it.
    """
    is_hour = before == "点" and i == 0 and len(word.text) > 1  # 三点一起走, but 三点一四
    if before and before in COUNTED and not is_hour:
        return True
    if following[0] in DIGITS + DATED or (following[0] == "点" and following[1:] in tuple(DIGITS)):
        return True
    return i > 0 and i + 1 == len(word.text)


@cache
def _light() -> frozenset[str]:
    """The words whose last syllable is neutral, but which pypinyin reads with a tone.

    They are those of `text/words.tsv` that espeak-ng's dictionary has so.
    """
    return frozenset(files(__package__).joinpath("light.txt").read_text("utf-8").split())


def _lighten(word: Word, syllables: list[str]) -> None:
    """Make the neutral syllables neutral: a light word's last, a final 儿, a doubled second."""
    if word.text in _light():
        syllables[-1] = f"{syllables[-1][:-1]}5"
    if word.text[-1] == "儿" and len(word.text) > 1 and word.text not in FULL:
        syllables[-1] = "er5"
    if len(word.text) == 2 and word.text[0] == word.text[1] and word.tag.startswith(LIGHT_TAGS):
        syllables[1] = f"{syllables[1][:-1]}5"


def _third_tones(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words, each third tone before another the second, inside words and between short ones.

    >>> three = Word("我", ("wo3",)), Word("很", ("hen3",)), Word("好", ("hao3",))
    >>> [word.syllables[0] for word in _third_tones(three)]
    ['wo2', 'hen2', 'hao3']
    """
    inner = [word._replace(syllables=_inside(word)) for word in words]
    for at, (word, following) in enumerate(pairwise(words)):
        is_close = min(len(word.syllables), len(following.syllables)) == 1
        if is_close and word.syllables[-1][-1] == "3" == following.syllables[0][-1]:
            syllables = inner[at].syllables
            inner[at] = inner[at]._replace(syllables=(*syllables[:-1], f"{syllables[-1][:-1]}2"))
    return tuple(inner)


def _inside(word: Word) -> tuple[str, ...]:
    """
    >>> _inside(Word("展览馆", ("zhan3", "lan3", "guan3")))
    ('zhan2', 'lan2', 'guan3')
    >>> _inside(Word("小老虎", ("xiao3", "lao3", "hu3")))
    ('xiao3', 'lao2', 'hu3')
    """
    kept = len(word.syllables) == 3 and word.text[0] in PREFIXES
    changed = list(word.syllables)
    for at, (one, other) in enumerate(pairwise(word.syllables)):
        if one[-1] == "3" == other[-1] and not (kept and at == 0):
            changed[at] = f"{one[:-1]}2"
    return tuple(changed)
