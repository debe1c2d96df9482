"""Cues' lines -> what of them is said once: no second language, no copy of what still grows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from podcast.text.read.language import is_foreign
from podcast.text.spacing import ONE_HANZI

LATIN = re.compile(r"[A-Za-z]")
FEWEST_GROWN = 3  # cues that grow into the next, from which it is the file's habit
HABIT = 2  # cues in two languages from which the file is in two


def in_chinese(lines: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Cues' lines without their second language: where most hold a Chinese and a foreign line.

    >>> in_chinese([["大家好", "Hello everyone"], ["再见", "Good bye"]])
    [('大家好',), ('再见',)]
    >>> in_chinese([["大家好", "我们用 GPT"], ["再见"]])
    [('大家好', '我们用 GPT'), ('再见',)]
    >>> in_chinese([["大家好", "皆さん、こんにちは"], ["再见", "さようなら"]])
    [('大家好',), ('再见',)]
    """
    tall = [cue for cue in lines if len(cue) > 1]
    both = [cue for cue in tall if is_bilingual(cue)]
    if len(both) < HABIT or len(both) * 2 < len([cue for cue in lines if cue]):
        return [tuple(cue) for cue in lines]
    return [
        tuple(line for line in cue if is_chinese(line)) if is_bilingual(cue) else tuple(cue)
        for cue in lines
    ]


def is_bilingual(cue: Sequence[str]) -> bool:
    """Whether some lines of a cue are Chinese, and others Latin words, Japanese or Korean."""
    chinese = [is_chinese(line) for line in cue]
    foreign = [
        is_foreign(line) or (not ONE_HANZI.search(line) and len(LATIN.findall(line)) > 2)
        for line in cue
    ]
    return any(chinese) and any(foreign)


def is_chinese(line: str) -> bool:
    """Whether a line has hanzi, and neither kana nor hangul."""
    return bool(ONE_HANZI.search(line)) and not is_foreign(line)


def grown(texts: Sequence[str]) -> list[bool]:
    """Which of the cues only grow into the next, and are copies: 大家, 大家好, 大家好欢迎.

    >>> grown(["大家", "大家好", "大家好欢迎", "今天", "今天我们", "今天我们聊"])
    [True, True, False, True, True, False]
    >>> grown(["好", "好的", "我们开始", "今天", "聊番茄", "番茄"])
    [False, False, False, False, False, False]
    """
    grows = [a != b and bool(a) and b.startswith(a) for a, b in pairwise(texts)]
    same = [a == b for a, b in pairwise(texts)]
    if sum(grows) < FEWEST_GROWN or sum(grows) * 2 < len(grows):
        return [False] * len(texts)
    return [*(g or s for g, s in zip(grows, same, strict=True)), False]
