"""Transcript -> Transcript without hesitations: words said while a speaker looks for the next one.

Edited talks have 的这个 before a noun once in 14 000 characters; a speaker who hesitates says it
forty times as often. It is kept after a pronoun (自己的这个任务), where it has a meaning.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import zip_longest

import rjieba

from podcast.model import Line, Transcript
from podcast.text.clean.words import words
from podcast.text.spacing import HANZI

_OWNED = re.compile(rf"(?<=[{HANZI}A-Za-z0-9 ]的)(?:这个)+ ?(?=[{HANZI}A-Za-z]|$)")
_PRONOUNS = words("我 你 您 他 她 它 我们 你们 他们 她们 它们 咱们 自己 大家 谁 人家 别人")
_NAMES_FIRST = ("n", "a", "b", "j", "l", "i", "m", "eng", "x", "vn", "s", "t", "z")
_PREDICATES = words("""
    有 会 能 能够 可以 要 在 到 没 没有 是 叫 来 去 给 让 比 应该 可能
    还 被 把 挺 真 好 多 大 小 对 错 贵
""")
_CONTEXT = 14  # characters on either side from which the tagger finds the word classes
_LONGEST_ECHO = 10  # characters of a noun that is repeated on a line of its own


def drop_hesitations(transcript: Transcript) -> Transcript:
    """Drop 这个 between 的 and the noun that belongs to the 的, on its line or on the next.

    >>> def texts(*said: str) -> list[str]:
    ...     lines = tuple(Line(text, number) for number, text in enumerate(said, 1))
    ...     return [line.text for line in drop_hesitations(Transcript(lines)).lines]
    >>> texts("GPT-4.5 的这个能力，以及更多的这个", "领域")
    ['GPT-4.5 的能力，以及更多的', '领域']
    >>> texts("我买的这个比你的这个好，他自己的这个想法", "目的这个词")
    ['我买的这个比你的这个好，他自己的这个想法', '目的这个词']
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

    return _OWNED.sub(shorter, text)


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
    """Drop a line that only repeats the noun at the end of the line before it.

    >>> def texts(*said: str) -> list[str]:
    ...     lines = tuple(Line(text, number) for number, text in enumerate(said, 1))
    ...     return [line.text for line in drop_echoes(Transcript(lines)).lines]
    >>> texts("它是一个混合模型", "混合模型", "你可以加大算力")
    ['它是一个混合模型', '你可以加大算力']
    >>> texts("科技的进步会更快", "会更快", "谢谢", "谢谢")
    ['科技的进步会更快', '会更快', '谢谢', '谢谢']
    """
    kept: list[Line] = []
    for line in transcript.lines:
        if not (kept and kept[-1].voice == line.voice and _is_echo(line.text, kept[-1].text)):
            kept.append(line)
    return Transcript(tuple(kept))


def _is_echo(text: str, before: str) -> bool:
    """Whether `text` is a noun at the end of `before`, which has other words, too."""
    is_end = before.endswith(text) and len(before) > len(text) + 1
    if not is_end or not 2 < len(text) <= _LONGEST_ECHO or not re.fullmatch(r"[\w ]+", text):
        return False
    own = rjieba.tag(text)
    lead = rjieba.tag(before[: -len(text)])
    is_noun = own[-1][1].startswith(("n", "eng", "j", "l")) and own[0][1] not in ("d", "c", "p")
    return is_noun and lead[-1][1].startswith(("v", "m", "q", "u", "a", "p", "b"))
