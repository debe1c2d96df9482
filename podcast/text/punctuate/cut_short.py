"""Marks -> the stops that no reader forgives, since what they end is no sentence yet.

Such a stop stands between 的 and the noun that must follow, between a preposition and its noun or
between both and the verb, between a subject and its verb, or inside a word. Each kind is a pattern
of parts of speech before the stop and after it. The decoder then looks for better sentences.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import rjieba

from podcast.text.punctuate.decode import STRONG, WEAK, Floats
from podcast.text.punctuate.features import text_for_rjieba

# One letter for each part of speech of rjieba; a pattern is read over these letters.
_LETTERS = {
    **dict.fromkeys(("n", "nr", "ns", "nt", "nz", "nrt", "ng", "j", "s", "vn", "an", "eng"), "N"),
    **dict.fromkeys(("x", "b"), "N"),
    **dict.fromkeys(("v", "vd", "vi", "vg", "vq"), "V"),
    **dict.fromkeys(("a", "ad", "z", "ag"), "A"),
    **dict.fromkeys(("d", "zg", "df"), "D"),
    **dict.fromkeys(("m", "mq"), "M"),
    **{"p": "P", "c": "C", "r": "R", "q": "Q", "t": "T", "f": "F", "uj": "E", "y": "Y"},
}
_OTHER = "O"  # idioms, particles such as 了, interjections
_LISTS = {  # words whose letter does not follow from rjieba's part of speech
    "S": "是 就是 不是 也是 都是 还是 而是 正是 算是 叫 叫做 等于",
    _OTHER: "什么 谁 哪 哪里 哪个 怎么 怎样 多少 几 为什么 怎么样 如何 一样 那样 这样"
    " 一点 一下 一起 不一样 一些 对 行 可以 而已",
    "H": "有 没有 具有 拥有",
    "L": "在 给 到 像 比 连 拿 为 替",  # verbs as often as prepositions
    "W": "请 谢谢 感谢 欢迎 看 来 让 说 想 问 听 希望 祝 包括 比如说 包含",
}
_WORDS = {word: letter for letter, words in _LISTS.items() for word in words.split()}
_MEASURE = re.compile("[一两三四五六七八九十几][个种款条件项份座台张本位场家段篇次代层类]")
_TAKES_NOUN = "从对向把被由以按据往将"  # prepositions of one hanzi after which a noun must follow
_PERSONS = frozenset([*"我你您他她它这那", *(p + "们" for p in "我你他她它咱"), "这个", "那个"])
_LONG = 3  # tokens: a word of this length is no accident of two words that meet at a line's end
_NEAREST = 12  # words before a stop, and after it, that are looked at

# Patterns over letters: before the stop, from the last mark on, and after it.
_HEADLESS = re.compile(r".*M(?!N+[DPVLH])[^CYS]*E")  # 一个特别好的 | 工具
_HELD = re.compile(r".*H[DA]+E")  # 有很大的 | 信心
_TAKEN = re.compile(r"[^S]*VOM?[NTF]+E")  # 导致了政府的 | 效率: of 5454 in talks, 16 end a sentence
_PLACED = re.compile(r".*SL[NRMQTFEA]*[NF]")  # 是在OpenAI | 在一月份发布的
_LED = re.compile(r".*P[NRMQTFEA]*[NRFMQ]")  # 从中国的角度 | 看
_LED_ON = re.compile(r".*P[NRMQTFEA]*E")  # 向项目的 | 导师
_LEADS = re.compile(r".*P")  # 通过 | Agent
_SUBJECT = re.compile(r"C*R[RMQTFD]*[RMQTFDN]")  # 但是它这两天 | 我使用完
_NAMED = re.compile(r"[CD]*[NRMQTFEA]+N")  # TikTok的难民 | 涌入小红书


STOP_COST, COMMA_COST = 8.0, 4.0  # nats: what a mark costs there that no reader forgives


@dataclass(frozen=True)
class Cut:
    """A stop in an unfinished sentence: the index of its token, and whether a comma is as wrong."""

    place: int
    inside: bool


def unfinished(
    texts: Sequence[str], marks: Sequence[str], ends: Sequence[bool], kept: Collection[int] = ()
) -> list[Cut]:
    """The full stops that no sentence can have there, except at the places in `kept`.

    `ends` says which tokens end a line.

    >>> def cuts(text: str) -> list[int]:
    ...     texts = [c for c in text if c != "。"]
    ...     marks = [m if (m := text[i + 1 : i + 2]) == "。" else ""
    ...              for i, c in enumerate(text) if c != "。"]
    ...     return [cut.place for cut in unfinished(texts, marks, [True] * len(texts))]
    >>> cuts("它是一个特别好的。工具我用。"), cuts("这是一个朋友写的。工具我用。")
    ([7], [])
    >>> cuts("但是它这两天。我使用。"), cuts("我们从中国的视角。看。"), cuts("我不去。他去。")
    ([5], [7], [])
    """
    words, letters, firsts = _read(texts)
    cuts = []
    for place, start, end in _stops(marks):
        if place in kept:
            continue
        index = _word_at(firsts, place + 1)
        if firsts[index] != place + 1:
            if not ends[place] or len(words[index - 1]) >= _LONG:
                cuts.append(Cut(place, True))
            continue
        first = max(_word_at(firsts, start), index - _NEAREST)
        after = letters[index : min(index + _NEAREST, _word_at(firsts, end))]
        kind = _kind(words[first:index], letters[first:index], after)
        if kind:
            cuts.append(Cut(place, kind == "inside"))
    return cuts


def make_dear(scores: Floats, cuts: Iterable[Cut]) -> None:
    """Take from the log chances what marks cost at these cuts: (tokens, classes), in place."""
    for cut in cuts:
        scores[cut.place, STRONG] -= STOP_COST
        if cut.inside:
            scores[cut.place, WEAK] -= COMMA_COST


def _read(texts: Sequence[str]) -> tuple[list[str], str, list[int]]:
    """The words, a letter for each, and the index of the first token of each and after the last."""
    tagged = rjieba.tag(text_for_rjieba(texts))
    words = [word for word, _ in tagged]
    letters = "".join(_WORDS.get(word) or _LETTERS.get(tag, _OTHER) for word, tag in tagged)
    firsts = [0]
    for word in words:
        firsts.append(firsts[-1] + len(word))
    return words, letters, firsts


def _word_at(firsts: Sequence[int], token: int) -> int:
    """The index of the first word that begins at a token or after it."""
    return min(bisect_left(firsts, token), len(firsts) - 1)


def _stops(marks: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """The place of each full stop but the last, the token after the mark before, that at the next.

    The clause before a stop begins after the mark before it; the one after ends at the next mark.
    """
    marked = [place for place, mark in enumerate(marks) if mark]
    for number, place in enumerate(marked[:-1]):
        if marks[place] == "。":
            yield place, marked[number - 1] + 1 if number else 0, marked[number + 1] + 1


def _kind(words: Sequence[str], letters: str, after: str) -> str:
    """How a clause is unfinished: "inside" a phrase, between its "parts", or not at all."""
    following = after[:1]
    if not letters or not following:
        return ""
    if following in "NA" and _HEADLESS.fullmatch(letters) and _has_measure(words):
        return "inside"
    if following == "N" and _HELD.fullmatch(letters):
        return "inside"
    if _LEADS.fullmatch(letters) and following in "NRMA":
        return "inside"
    if following == "N" and _LED_ON.fullmatch(letters) and _led_by_noun_taker(words, letters):
        return "inside"
    if following in "LP" and _PLACED.fullmatch(letters):
        return "inside"
    if _brings_out(words, letters):
        return "inside"  # 涌现出 | 新的能力: of 371 in talks, none ends a sentence
    if _TAKEN.fullmatch(letters) and words[letters.rindex("VO") + 1] == "了":
        return "parts"
    if _LED.fullmatch(letters) and _led_by_noun_taker(words, letters):
        return "parts"
    if len(words) > 1 and _SUBJECT.fullmatch(letters) and set(words) & _PERSONS:
        return "parts"
    if len(words) > 1 and following in "VSLH" and _NAMED.fullmatch(letters):
        return "parts"
    return ""


def _brings_out(words: Sequence[str], letters: str) -> bool:
    """Whether a clause ends in a verb of two hanzi and 出, whose object must follow.

    >>> _brings_out(["涌现出"], "V"), _brings_out(["体现", "出"], "VV")
    (True, True)
    >>> _brings_out(["看不出"], "V"), _brings_out(["脱颖而出"], "O")
    (False, False)
    >>> _brings_out(["门柱", "上弹", "出"], "NVV")  # 打在门柱上，弹出
    False
    """
    last = words[-1]
    verb = words[-2] if last == "出" and letters[-2:-1] == "V" else last.removesuffix("出")
    if letters[-1] != "V" or not last.endswith("出") or len(verb) != 2:
        return False
    return rjieba.has_word(verb) and verb[0] not in "上下里中外" and verb[1] not in "不得没"


def _has_measure(words: Sequence[str]) -> bool:
    return any(_MEASURE.fullmatch(word) for word in words)


def _led_by_noun_taker(words: Sequence[str], letters: str) -> bool:
    """Whether the last preposition of a clause is one that a verb must follow."""
    word = words[letters.rindex("P")]
    return word in _TAKES_NOUN or len(word) > 1
