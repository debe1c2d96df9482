"""Marks -> marks with question marks after questions, and only there.

A clause with a word such as 什么 is a question, unless it only names a topic (第二个呢), denies
something (不会有什么问题), offers a choice (你喜欢什么，就学什么), names a fear (防止它哪天坏了) or
fills a search for a word (怎么说呢). A question that the speaker answers at once is one as well
(为什么涨价？因为缺货).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

_TOPIC = re.compile(
    r"(?:然后|那么|所以|但是|另外|接下来|而且|当然|其实|因为|第[一二三四五六七八九十\d]+)[^，。]{0,8}呢"
)
_MUSES = re.compile("(?:我们|现在|就是|这个|那个|然后|应?该)*怎么[说讲]呢")
_ASKS = re.compile("什么|怎|谁|哪|几|多少|为何|是不是|吗|如何|干嘛")
_DENIES = re.compile(
    r"(?<!有)没有?(?:[一-鿿]{1,2})?(?:什么|多少)|(?<!会)不会有(?:什么|多少)|(?<!是)不是什么|(?<!要)不需要什么"
)
_ASKS_BESIDES = re.compile(
    "吗|吧|呢|为什么|为何|怎么|哪|难道|是不是|会不会|有没有|能不能|是否|还是"
)
_FEARS = re.compile(
    "(?:防止|避免|以免|免得|省得|生怕|万一|保不准|说不定).{0,8}(?:哪天|什么|谁|哪|怎么)"
)
_NONE = re.compile("(?!.*(?:你|您|什么时候)).*[都也]没有")
# 谁都不知道 names everybody: of 230 such clauses in talks, 7 end in a question mark.
_EVERY = re.compile(
    ".*(?:谁|什么[^什么]{0,4}|哪[里个儿些]?[^哪]{0,3})[都也](?![是有会能]).{1,14}(?<![吗呢吧])"
)
_SEEKS = re.compile(".*(?:什么什么|哪个哪个)")
_CHOICE = re.compile("什么|谁|哪里|哪个|哪儿|怎么|多少|几")
# In punctuated talks a question mark follows 142 of 169 clauses such as 什么叫做独立, 132 of 143
# such as 那怎么办, and 395 of 496 such as 为什么涨价 whose answer is the next clause.
_LEAD = r"(?:那么|那|而|但是?|可是|不过|所以|然后|首先|其次|第[一二三四五六七八九十\d]+个?)*"
_DEFINES = re.compile(_LEAD + r"(?:什么叫做?|什么是|何谓).{1,12}")
_AT_A_LOSS = re.compile(_LEAD + r"(?:应?该|要)?怎么办")
_WHY = re.compile(_LEAD + r"(?:为什么|为何|凭什么).+")
_BECAUSE = re.compile("(?:其实|就|主要|最主要的?|很简单)?(?:是因为|因为|原因|答案)")
_LONGEST_CLAUSE_TOKENS = 60  # tokens of a clause that are looked at


def settle_questions(
    texts: Sequence[str], marks: Sequence[str], kept: Collection[int] = ()
) -> list[str]:
    """The marks; a question mark after a clause that is no question becomes a comma or a stop.

    A comma or a stop after a question that the speaker answers at once becomes a question mark.
    Marks at the places in `kept`, but for a comma, are not changed; the last mark becomes no comma.

    >>> def settled(text: str, kept: Collection[int] = ()) -> str:
    ...     texts = [c for c in text if c not in "，。？"]
    ...     marks = [m if (m := text[i + 1 : i + 2]) and m in "，。？" else ""
    ...              for i, c in enumerate(text) if c not in "，。？"]
    ...     return "".join(map("".join, zip(texts, settle_questions(texts, marks, kept))))
    >>> settled("第二个呢？我说。"), settled("那你呢？我说。")
    ('第二个呢，我说。', '那你呢？我说。')
    >>> settled("你喜欢什么？他就让你学什么。"), settled("你喜欢什么？他就问我。")
    ('你喜欢什么，他就让你学什么。', '你喜欢什么？他就问我。')
    >>> settled("这不会有什么问题？好。"), settled("会不会有什么问题？好。")
    ('这不会有什么问题。好。', '会不会有什么问题？好。')
    >>> settled("防止它哪天越狱了？好。"), settled("它哪天越狱了？好。")
    ('防止它哪天越狱了。好。', '它哪天越狱了？好。')
    >>> settled("接口都没有？好。"), settled("你都没有？好。")
    ('接口都没有。好。', '你都没有？好。')
    >>> settled("对谁都没有好处？好。"), settled("谁来都没有好处吗？好。")
    ('对谁都没有好处。好。', '谁来都没有好处吗？好。')
    >>> settled("谁都不用操心？"), settled("第二个呢？")
    ('谁都不用操心。', '第二个呢？')
    >>> settled("叫什么什么？好。"), settled("叫什么？好。")
    ('叫什么什么，好。', '叫什么？好。')
    >>> settled("冲击是什么？以及影响。"), settled("冲击是什么？我想问。")
    ('冲击是什么，以及影响。', '冲击是什么？我想问。')
    >>> settled("为什么涨价，因为缺货。"), settled("为什么涨价，我不知道。")
    ('为什么涨价？因为缺货。', '为什么涨价，我不知道。')
    >>> settled("为什么涨价，因为缺货。", [4]), settled("第二个呢？我说。", [3])
    ('为什么涨价？因为缺货。', '第二个呢？我说。')
    >>> settled("那什么叫做独立，独立就是自由。那怎么办，我去。")
    '那什么叫做独立？独立就是自由。那怎么办？我去。'
    """
    settled = list(marks)
    for (place, clause), (_, following) in pairwise([*_clauses(texts, marks), (len(marks), "")]):
        if place in kept and marks[place] != "，":
            continue
        if marks[place] == "？":
            mark = _settle(clause, following)
            settled[place] = mark if following or mark == "。" else "？"
        elif marks[place] in ("，", "。") and _is_answered(clause, following):
            settled[place] = "？"
    return settled


def _clauses(texts: Sequence[str], marks: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Each place with a mark, and the clause that ends there."""
    start = 0
    for place, mark in enumerate(marks):
        if mark:
            yield place, "".join(texts[max(start, place + 1 - _LONGEST_CLAUSE_TOKENS) : place + 1])
            start = place + 1


def _settle(clause: str, following: str) -> str:
    """The mark after a clause that was taken for a question."""
    is_topic = _TOPIC.fullmatch(clause) and not _ASKS.search(clause)
    if _SEEKS.fullmatch(clause) or (clause.endswith("什么") and following.startswith("以及")):
        return "，"
    if is_topic or _MUSES.fullmatch(clause) or _is_chosen(clause, following):
        return "，"
    if _FEARS.search(clause) and not clause.endswith(("吗", "呢", "吧")):
        return "。"
    denies = _DENIES.search(clause) or _NONE.fullmatch(clause) or _EVERY.fullmatch(clause)
    if denies and not _ASKS_BESIDES.search(clause):
        return "。"
    return "？"


def _is_answered(clause: str, following: str) -> bool:
    """Whether a clause asks what the speaker then answers."""
    if _WHY.fullmatch(clause):
        return bool(_BECAUSE.match(following))
    return bool(_DEFINES.fullmatch(clause) or _AT_A_LOSS.fullmatch(clause))


def _is_chosen(clause: str, following: str) -> bool:
    """Whether the next clause repeats the question word of this one: 你要什么，我就给什么."""
    words = _CHOICE.findall(clause)
    if not words or clause.endswith(("吗", "呢", "吧")):
        return False
    again = rf"[^就]{{0,4}}(?<!也)就(?![是会])[^什谁哪怎多几]{{1,5}}{words[-1]}"
    return bool(re.match(again, following))
