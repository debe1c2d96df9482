"""Transcript -> Transcript without hesitations: words said while a speaker looks for the next one.

Edited talks have 的这个 before a noun once in 14 000 characters; a speaker who hesitates says it
forty times as often. It is kept after a pronoun (自己的这个任务), where it has a meaning.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import accumulate, zip_longest

import rjieba

from podcast.model import Line, Transcript
from podcast.text.clean.repeats import is_announced
from podcast.text.clean.words import words
from podcast.text.spacing import HANZI

_OWNED = re.compile(rf"(?<=[{HANZI}A-Za-z0-9 ]的)(?:这个)+ ?(?=[{HANZI}A-Za-z]|$)")
_PRONOUNS = words("我 你 您 他 她 它 我们 你们 他们 她们 它们 咱们 自己 大家 谁 人家 别人")
_NAMES_FIRST = ("n", "a", "b", "j", "l", "i", "m", "eng", "x", "vn", "s", "t", "z")
_PREDICATES = words("""
    有 会 能 能够 可以 要 在 到 没 没有 是 叫 来 去 给 让 比 应该 可能
    还 被 把 挺 真 好 多 大 小 对 错 贵
""")
_OWNED_AGAIN = re.compile(rf"(?<=[{HANZI}A-Za-z0-9 ]的)[他她它]们?的 ?(?=[{HANZI}A-Za-z])")
_ALIAS = re.compile(
    r"(?:(?:或者?|[也又])(?:是?叫做?|是?称为|说是?)|或者?是) ?([A-Za-z][A-Za-z0-9 .+-]*)"
)
_NOT = re.compile(  # what is said after these is not said to be true
    r"[不没别未非无勿莫难]|从来|说|以为|怀疑|假装|梦见|如果|要是|假如|可能|也许|希望|避免|防止|禁止|停止|拒绝|反对|放弃"
)
_ASKED = re.compile(
    r"吗|谁|什么|怎|哪|几|多少|如何|为何|是不是|有没有|能不能|会不会|要不要|该不该|可不可以|难道|是否"
)
# Words after which what is said is true without them, too. A pronoun is the clause's only lead.
_LEADS = words("是 就是 也是 都是 还是 有 还有 要 能 能够 应该 必须 觉得 认为 相信 知道 为了 让")
_CLAUSE_END = re.compile("[，、；：。！？…]")
_CLAUSE = re.compile(r"([^，、；：。！？…]*)([，、；：。！？…]*)")
_LONGEST_OWNER = 40  # characters before a pronoun that are looked at
_CONTEXT = 14  # characters on either side from which the tagger finds the word classes
_LONGEST_ECHO = 10  # characters of a noun that is repeated on a line of its own
_SHORTEST_CLAUSE = 4  # characters of a clause that is; 会更快 is said again on purpose


def drop_hesitations(transcript: Transcript) -> Transcript:
    """Drop 这个 or 它的 between 的 and the noun that belongs to the 的, on its line or on the next.

    >>> def texts(*said: str) -> list[str]:
    ...     lines = tuple(Line(text, number) for number, text in enumerate(said, 1))
    ...     return [line.text for line in drop_hesitations(Transcript(lines)).lines]
    >>> texts("GPT-4.5 的这个能力，以及更多的这个", "领域")
    ['GPT-4.5 的能力，以及更多的', '领域']
    >>> texts("我买的这个比你的这个好，他自己的这个想法", "目的这个词")
    ['我买的这个比你的这个好，他自己的这个想法', '目的这个词']
    >>> texts("模型的它的算法", "不是我的他的书", "好的他的书")
    ['模型的算法', '不是我的他的书', '好的他的书']
    >>> texts("住在北京的他的父母")
    ['住在北京的他的父母']
    """
    lines = transcript.lines
    kept = []
    for line, after in zip_longest(lines, lines[1:]):
        text = _without_hesitations(line.text, after.text if after else "")
        kept.append(line if text == line.text else replace(line, text=text))
    return Transcript(tuple(kept))


def _without_hesitations(text: str, following: str) -> str:
    def shorter(found: re.Match[str]) -> str:
        after = text[found.end() :] or following
        return "" if _hesitates(text[: found.start()], after) else found[0]

    text = _OWNED.sub(shorter, text)

    def owner(found: re.Match[str]) -> str:
        start = found.start()
        return _owner(found[0], text[max(0, start - _LONGEST_OWNER) : start])

    return _OWNED_AGAIN.sub(owner, text)


def _owner(pronoun: str, before: str) -> str:
    """`pronoun` with its 的 after a phrase in 的; empty if the phrase is nothing but the owner.

    After a verb or a preposition the owner is the pronoun: 住在北京的他的父母.
    """
    led = [pair for pair in rjieba.tag(_CLAUSE_END.split(before)[-1]) if pair[0].strip()]
    is_owner = all(tag.startswith(("n", "eng", "j")) for _, tag in led[:-1])
    return "" if len(led) > 1 and led[-1][0] == "的" and is_owner else pronoun


def _hesitates(before: str, after: str) -> bool:
    """Whether `after` begins with the noun that belongs to the 的 at the end of `before`."""
    led = [word for word in rjieba.cut(before[-_CONTEXT:]) if word.strip()]
    tagged = [pair for pair in rjieba.tag(after[:_CONTEXT]) if pair[0].strip()]
    if led[-1] != "的" or len(led) < 2 or led[-2] in _PRONOUNS or not tagged:
        return False
    (word, tag), (following, next_tag) = (*tagged, ("", ""))[:2]
    if word in _PREDICATES:
        return False
    if tag == "v":
        return len(word) > 1 and following[:1] not in (*"了过着不得吗吧",)
    if tag in ("a", "z"):
        return following in ("的", "") or next_tag.startswith(("n", "v"))
    return tag.startswith(_NAMES_FIRST)


def drop_echoes(transcript: Transcript) -> Transcript:
    """Drop a line that only repeats the noun at the end of the line before it: Grok, 或者叫 Grok.

    In a line, also a clause that says all of the clause before it again, or its end, unless its
    words mean something else without what stands before them: after 不, or where somebody asks.

    >>> def texts(*said: str) -> list[str]:
    ...     lines = tuple(Line(text, number) for number, text in enumerate(said, 1))
    ...     return [line.text for line in drop_echoes(Transcript(lines)).lines]
    >>> texts("它是一个混合模型", "混合模型", "你可以加大算力")
    ['它是一个混合模型', '你可以加大算力']
    >>> texts("发了100多条行政令", "100多条行政令", "他潜力无限，潜力无限。谢谢")
    ['发了100多条行政令', '他潜力无限。谢谢']
    >>> texts("他用 Grok", "或者叫 Grok", "或者叫 Groq", "或者叫 ChatGroq", "也叫 Groq")
    ['他用 Grok', '或者叫 Groq', '或者叫 ChatGroq', '也叫 Groq']
    >>> texts("他们在做人工智能", "人工智能", "改变了世界", "有人说他是骗子，他是骗子")
    ['他们在做人工智能', '人工智能', '改变了世界', '有人说他是骗子，他是骗子']
    >>> texts("科技的进步会更快", "会更快", "谢谢", "谢谢")
    ['科技的进步会更快', '会更快', '谢谢', '谢谢']
    >>> texts("我们不喜欢下雨，喜欢下雨的是他", "没有灵魂没有灵魂", "谁赢了比赛，赢了比赛")
    ['我们不喜欢下雨，喜欢下雨的是他', '没有灵魂没有灵魂', '谁赢了比赛，赢了比赛']
    """
    kept: list[Line] = []
    for line, after in zip_longest(transcript.lines, transcript.lines[1:]):
        is_same = kept and kept[-1].voice == line.voice
        following = after.text if after and after.voice == line.voice else ""
        if not (is_same and _adds_nothing(line.text, kept[-1].text, following)):
            is_meant = is_announced((*kept[-1:], line), 2)
            text = line.text if is_meant else _without_echoes(line.text, following)
            kept.append(line if text == line.text else replace(line, text=text))
    return Transcript(tuple(kept))


def _adds_nothing(text: str, before: str, following: str) -> bool:
    """Whether a line only repeats the end of the line before, also as another name for it."""
    alias = _ALIAS.fullmatch(text)
    is_alias = alias and re.search(rf"(?<![A-Za-z0-9]){re.escape(alias[1])}$", before)
    return bool(is_alias) or _is_echo(text, before, following)


def _without_echoes(text: str, following: str) -> str:
    """A line without the clauses that say the clause before them again."""
    found = [match.groups() for match in _CLAUSE.finditer(text) if match[0]]
    kept: list[list[str]] = []
    for (clause, mark), (after, _) in zip_longest(found, found[1:], fillvalue=(following, "")):
        is_listed = kept and kept[-1][1] in ("，", "、") and "！" not in mark
        goes_on = after if mark in ("", "，") else ""
        if is_listed and _is_repeated(clause, kept[-1][0], goes_on):
            kept[-1][1] = mark
        else:
            kept.append([clause, mark])
    return "".join(part for pair in kept for part in pair)


def _is_repeated(clause: str, before: str, following: str) -> bool:
    """Whether a clause is the clause before it, said again, or its end, which means the same."""
    if len(clause) < _SHORTEST_CLAUSE or not before.endswith(clause):
        return False
    lead = before[: -len(clause)]
    if not lead or _is_echo(clause, before, following):
        return True
    return _means_the_same(lead, before) and not _is_predicate(following)


def _means_the_same(lead: str, before: str) -> bool:
    """Whether the rest of a clause means without its beginning what it means with it."""
    if _NOT.search(lead) or _ASKED.search(before) or not lead.strip():
        return False
    is_apart = len(lead) in accumulate(map(len, rjieba.cut(before)))
    led = rjieba.tag(lead.rstrip())
    return is_apart and (led[-1][0] in _LEADS or (len(led) == 1 and led[0][1] == "r"))


def _is_predicate(text: str) -> bool:
    """Whether a text says something and lacks a subject: 是未来, 很重要, but not 首先它是未来."""
    tags = [tag for _, tag in rjieba.tag(text.strip()[:_CONTEXT])]
    is_adverb = tags[:1] in (["d"], ["zg"])
    return tags[:1] in (["v"], ["a"]) or (is_adverb and tags[1:2] != ["r"])


def _is_echo(text: str, before: str, following: str) -> bool:
    """Whether `text` is a noun at the end of `before`, which has other words, too.

    It is none if it answers what `before` asks, or if it is the subject of what follows.
    """
    is_end = before.endswith(text) and len(before) > len(text) + 1
    if not is_end or not 1 < len(text) <= _LONGEST_ECHO or not re.fullmatch(r"[\w ]+", text):
        return False
    own = rjieba.tag(text)
    lead = [pair for pair in rjieba.tag(before[: -len(text)]) if pair[0].strip()]
    if not lead or _ASKED.search(before) or text[0] == "第":
        return False
    if own[0][1] in ("v", "r") and _NOT.search(before[: -len(text)]):
        return False
    if all(tag in ("m", "q") for _, tag in own):  # cut short: 很好的一个, 一个
        return lead[-1][0] in ("的", "是", "有")
    if own[0][1] != "v" and _is_predicate(following):
        return False
    if own[0][1] == "m":
        return True
    is_noun = own[-1][1].startswith(("n", "eng", "j", "l")) and own[0][1] not in ("d", "c", "p")
    after = lead[-1][1].startswith(("v", "m", "q", "u", "a", "p", "b"))
    return len(text) > 2 and is_noun and after
