"""A paragraph and a model's proposal for it -> the proposal, or a Refusal with the reason.

The letters of both texts are aligned. Only differences are accepted that an editor of spoken text
makes: marks, characters that sound alike, fillers and repeated words removed, particles. Any other
difference is a fault, and so is any change of a figure, a Latin name or a negation: the proof does
not understand the text, so it cannot accept more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import NamedTuple

from podcast.text.align import Gap, Run, align, gaps, shared_ends
from podcast.text.clean.characters import (
    MARKS,
    fold_characters,
    join_marks,
    space_scripts,
    widen_marks,
)
from podcast.text.sentences import ends_sentence, final_mark, sentences

# Share of the letters and hanzi of a paragraph that may change. An editor of speech removes a
# filler or a restart from every sentence, at most a sixth of it; a quarter is another text.
MOST_CHANGED = 0.25
MOST_ADDED = 2  # characters of particles added in one place: 的 or 了, 就是
MOST_TOLD = 6  # faults of one proposal that are sent back to the model
NEAR = 12  # letters within which a repeated word is a restart and no emphasis

LETTER = re.compile(r"[^\W_]")
NAME = re.compile(  # a Latin word or a figure, with its signs and units
    r"[$¥€£]?[^\W_㐀-鿿豈-﫿々〇]+(?:(?:(?<=\d)[,:/~]|[-.'’&+_@])[^\W_㐀-鿿豈-﫿々〇]+)*[%‰+#]*"
)
NUMBER = re.compile(r"[〇零一二两三四五六七八九十百千万亿]+")
COUNTED = "年月日号倍成元岁%"  # a single 一 before one of these is a number
KEPT = re.compile(
    r"[不没无勿莫否买卖]|未(?!来)|非(?!常)|(?<![特级区性个分])别"
)  # words that reverse a meaning, or sound like their opposite
MARKUP = re.compile(
    r"\*\*|__|`|\]\(|</?[A-Za-z!]|^\s*(?:#|>|[-*+] |\d+\. |\|)|^(?:注|说明|修改)[：:]"
)
SIGNS = frozenset("，、；：。！？…“”‘’「」『』《》（）—· ")  # signs that an editor may add

FILLERS = """
对不对 对吧 是吧 好吧 行吧 你知道吗 你知道吧 就是说 然后呢 然后 怎么说呢 怎么说 那么 所以说 所以
这个 那个 这样 那样 这种 那种 这些 那些 一个 一些 一种 一下 其实 就是 的话 来说 什么的 我觉得
关于 事情 东西 我们 反正 基本上 实际上 事实上 而且 因为 还是 也是 都是 嗯 呃 额 啊 哦 噢 喔
诶 欸 哎 唉 嘛 呀 呢 吧 哈 的 地 得 了 着 过 这 那 个 就 是 也 都 还 又 再 才 对 好
我 你 们 他 她 它 但 有 用 在 一 很 和 跟 所
"""
FILLER = re.compile("|".join(sorted(FILLERS.split(), key=len, reverse=True)))
PARTICLES = frozenset(
    "的地得了着过是在和就也都而但以于这那个一们吗呢吧啊所到来去用从向给经他她它其"
)

CONFUSED = (  # initials and finals that recognisers and speakers mix up
    (re.compile(r"^([zcs])h"), r"\1"),
    (re.compile(r"^[nr](?=[aeiouv])"), "l"),
    (re.compile(r"(?<=[aei])ng$"), "n"),
)


class Refusal(NamedTuple):
    """The reason why a proposal is refused: its kind, which reports count, and the words.

    `also` are further reasons to refuse the same proposal.
    """

    kind: str
    words: str = ""
    also: tuple[Refusal, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind}: {self.words}" if self.words else self.kind


EMPTY = "no answer"
LINES = "several lines"
MARKED_UP = "markup"
FIGURES = "a figure or Latin name changed"
NUMBERS = "a number changed"
TURNED = "a negation changed"
LOST = "a sentence lost"
ADDED = "words added"
REMOVED = "words lost"
TOO_MUCH = "too much changed"
UNBALANCED = "quotation marks unpaired"


def edited(before: str, proposal: str) -> str | Refusal:
    """The proposal with the program's own marks and spaces, if it is an edit of `before`.

    >>> edited("那么这个模型他的推理能力很强。", "这个模型，它的推理能力很强。")
    '这个模型，它的推理能力很强。'
    >>> print(edited("它涨了14%。", "它涨了41%。"))
    a figure or Latin name changed: 14%
    >>> print(edited("股市涨了很多。", "股市跌了很多。"))
    words added: 跌 for 涨
    """
    proposal = proposal.strip()
    if proposal == before:
        return before
    fault = form_fault(before, proposal)
    if fault:
        return fault
    after = printed(proposal, before)
    return content_fault(before, after) or _sign_fault(before, after) or after


# The form of a proposal --------------------------------------------------------------------


def form_fault(before: str, proposal: str) -> Refusal | None:
    """The reason why a proposal is no paragraph at all; None if it is one."""
    if not LETTER.search(proposal):
        return Refusal(EMPTY)
    if len(proposal.splitlines()) > 1:
        return Refusal(LINES)
    marked = MARKUP.search(proposal)
    if marked and not MARKUP.search(before):
        return Refusal(MARKED_UP, marked[0])
    return None


def printed(proposal: str, before: str) -> str:
    """The proposal with the widths, single marks, spaces and final stop of the offline stages.

    >>> printed("用GPT-4.5,然后呢？？", "用 GPT-4.5然后呢。")
    '用 GPT-4.5，然后呢？'
    >>> printed("它说……好", "它说好。")
    '它说……好。'
    """
    text = space_scripts(widen_marks(fold_characters(proposal)))
    text = join_marks(text).replace("…", "……")
    if ends_sentence(before) and not ends_sentence(text):
        stop = final_mark(before)
        text = text.rstrip(MARKS) + (stop * 2 if stop == "…" else stop)
    return text


# The words of a proposal -------------------------------------------------------------------


class Letters(NamedTuple):
    """The letters, digits and hanzi of a text, and the place of each in the text."""

    text: str
    places: tuple[int, ...]


def letters(text: str) -> Letters:
    """The letters, digits and hanzi of a text, without marks and spaces.

    >>> letters("好，GPT-4！").text
    '好GPT4'
    """
    pairs = [(match[0], match.start()) for match in LETTER.finditer(text)]
    return Letters("".join(letter for letter, _ in pairs), tuple(place for _, place in pairs))


def content_fault(before: str, after: str) -> Refusal | None:
    """The reasons why `after` is no edit of `before`, as one Refusal; None if it is one."""
    old, new = letters(before), letters(after)
    if old.text == new.text and names(before) == names(after):
        return _quotes_fault(before, after)
    runs = align(old.text, new.text)
    between = list(gaps(runs, len(old.text), len(new.text)))
    checks = (
        _sentence_fault(before, old, runs),
        _kept_fault(FIGURES, names(before), names(after)),
        _kept_fault(NUMBERS, numbers(before), numbers(after)),
        *(gap_fault(old.text, new.text, gap) for gap in between),
        _share_fault(old.text, between),
        _quotes_fault(before, after),
    )
    faults = [fault for fault in checks if fault]
    return faults[0]._replace(also=tuple(faults[1:MOST_TOLD])) if faults else None


def names(text: str) -> list[str]:
    """The Latin words and figures of a text, in order.

    >>> names("用 GPT-4.5，涨了14%到$3,500，L.A.大火，3-5年")
    ['GPT-4.5', '14%', '$3,500', 'L.A', '3-5']
    """
    return NAME.findall(text)


def numbers(text: str) -> list[str]:
    """The numbers in hanzi of a text, in order; a single 一 is one only if it counts something.

    >>> numbers("有一个三百五十万的，一年两次，万一")
    ['三百五十万', '一', '两', '万一']
    """
    numerals = []
    for match in NUMBER.finditer(text):
        is_counted = text[match.end() : match.end() + 1] in COUNTED and match.end() < len(text)
        if match[0] != "一" or is_counted:
            numerals.append(match[0])
    return numerals


def _kept_fault(kind: str, old: list[str], new: list[str]) -> Refusal | None:
    if old == new:
        return None
    changed = next((one for one, other in zip(old, new, strict=False) if one != other), "")
    longer = old if len(old) > len(new) else new
    return Refusal(kind, changed or longer[min(len(old), len(new))])


def _sentence_fault(before: str, old: Letters, runs: list[Run]) -> Refusal | None:
    """The first sentence that loses more than half of its letters, fillers not counted, if any."""
    kept = {old.places[index] for run in runs for index in range(run.left, run.left + run.length)}
    begun = 0
    for sentence in sentences(before):
        here = letters(sentence)
        telling = set(range(len(here.text)))
        for filler in FILLER.finditer(here.text):
            telling -= set(range(*filler.span()))
        still = sum(begun + here.places[index] in kept for index in telling)
        if still * 2 < len(telling):
            return Refusal(LOST, sentence.strip()[:20])
        begun += len(sentence)
    return None


def _share_fault(old: str, between: list[Gap]) -> Refusal | None:
    changed = sum(max(gap.left_end - gap.left, gap.right_end - gap.right) for gap in between)
    if changed > MOST_CHANGED * len(old):
        return Refusal(TOO_MUCH, f"{changed} of {len(old)} characters")
    return None


def _sign_fault(before: str, after: str) -> Refusal | None:
    """A sign in `after` that no editor adds and that `before` does not have, if any."""
    strange = [sign for sign in LETTER.sub("", after) if sign not in SIGNS and sign not in before]
    return Refusal(MARKED_UP, strange[0]) if strange else None


def _quotes_fault(before: str, after: str) -> Refusal | None:
    """Quotation marks that are in pairs in `before` but not in `after`, if any."""
    for opening, closing in ("“”", "「」", "《》", "（）"):
        was, now = (text.count(opening) - text.count(closing) for text in (before, after))
        if now and now != was:
            return Refusal(UNBALANCED, opening + closing)
    return None


# One difference ----------------------------------------------------------------------------


def gap_fault(old: str, new: str, gap: Gap) -> Refusal | None:
    """The reason why one difference is no edit; None if it is one.

    >>> gap_fault("我们看我看到", "我看到", Gap(0, 3, 0, 0)) is None
    True
    >>> print(gap_fault("中国和美国都好", "美国都好", Gap(0, 3, 0, 0)))
    words lost: 中国
    """
    was, now = old[gap.left : gap.left_end], new[gap.right : gap.right_end]
    removed, added = without_homophones(was, now)
    if len("".join(added)) > MOST_ADDED or not set("".join(added)) <= PARTICLES:
        return Refusal(ADDED, f"{now} for {was}" if was else now)
    before, after = new[max(0, gap.right - NEAR) : gap.right], new[gap.right_end :][:NEAR]
    if not now and is_restart(was, before, after):
        return None
    near = FILLER.sub("", before), FILLER.sub("", after)
    for words in _telling(removed):
        if KEPT.search(words):
            return Refusal(TURNED, words)
        if not any(words in side for side in near):
            return Refusal(REMOVED, words)
    return None


def is_restart(removed: str, before: str, after: str) -> bool:
    """Whether removed letters are repeated right after them, except for one letter at the end.

    An alignment may find the same removal in several places (还没有|还没, 还没|有还没); one of them
    is enough.

    >>> is_restart("有还没", "还没", "开始"), is_restart("没有进入", "", "没有进入")
    (True, True)
    >>> is_restart("不", "他", "去不来"), is_restart("你不", "", "你去")
    (False, False)
    """
    while True:
        shared, _ = shared_ends(removed, after, Gap(0, len(removed), 0, len(after)))
        left = removed[shared:]
        if shared and len(left) <= 1 and not KEPT.search(left):
            return True
        if not before or before[-1] != removed[-1]:
            return False
        removed, after, before = removed[-1] + removed[:-1], removed[-1] + after, before[:-1]


def without_homophones(removed: str, added: str) -> tuple[list[str], list[str]]:
    """The runs of both texts that are left when pairs of characters that sound alike are removed.

    >>> without_homophones("泽联", "泽连")
    ([], [])
    >>> without_homophones("很锤子", "垂直了")
    (['很'], ['了'])
    """
    kept_old, kept_new = [True] * len(removed), [True] * len(added)
    first = 0
    for place, character in enumerate(added):
        for other in range(first, len(removed)):
            if sounds_alike(removed[other], character):
                kept_old[other] = kept_new[place] = False
                first = other + 1
                break
    return _runs(removed, kept_old), _runs(added, kept_new)


def _runs(text: str, kept: list[bool]) -> list[str]:
    pairs = zip(text, kept, strict=True)
    return [
        "".join(character for character, _ in group)
        for is_kept, group in groupby(pairs, key=lambda pair: pair[1])
        if is_kept
    ]


def _telling(removed: list[str]) -> Iterator[str]:
    """The words of removed runs that are no fillers."""
    for run in removed:
        yield from filter(None, FILLER.split(run))


@cache
def sounds_alike(one: str, other: str) -> bool:
    """Whether two hanzi sound alike, apart from tones and from sounds that recognisers confuse.

    >>> sounds_alike("他", "它"), sounds_alike("锤", "垂"), sounds_alike("子", "直")
    (True, True, True)
    >>> sounds_alike("涨", "跌"), sounds_alike("买", "卖")
    (False, False)
    """
    turns = KEPT.search(one) or KEPT.search(other)
    return one == other or (not turns and not _sounds(one).isdisjoint(_sounds(other)))


@cache
def _sounds(character: str) -> frozenset[str]:
    from pypinyin import Style, pinyin

    if character.isascii():
        return frozenset()
    readings = pinyin(character, style=Style.NORMAL, heteronym=True, v_to_u=False, errors="ignore")
    sounds = {reading for alternatives in readings for reading in alternatives if reading}
    for pattern, plain in CONFUSED:
        sounds = {pattern.sub(plain, sound) for sound in sounds}
    return frozenset(sounds)
