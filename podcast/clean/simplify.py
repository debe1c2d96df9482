"""Traditional -> Simplified, line by line: a line already Simplified is not touched."""

from __future__ import annotations

import re
from functools import cache

import opencc

_PROGRESSIVE = re.compile(r"(?<![显名原专编卓土拙巨论遗昭译合所])著(?![名作者称述书录有])")


def simplify(text: str) -> str:
    """Simplified hanzi, converted by word.

    A line with no Simplified hanzi in it is read as Taiwan's standard (看著 -> 看着); a mixed line
    by characters and words that are Traditional everywhere, and 著 by the words it is part of.

    >>> simplify("乾隆看著後面的頭髮和乾淨的髮廊")
    '乾隆看着后面的头发和干净的发廊'
    >>> simplify("著名的皇后在程序里面是什么")
    '著名的皇后在程序里面是什么'
    """
    if text.isascii():
        return text
    if has_traditional(text):
        whole = _reads_taiwanese() and not has_simplified(text)
        text = _converted(text, "tw2s" if whole else "t2s")
    return _PROGRESSIVE.sub("着", text) if "著" in text else text


def has_traditional(text: str) -> bool:
    """Whether some of the hanzi are written only in Traditional script."""
    return _converted(text, "t2s") != text


def has_simplified(text: str) -> bool:
    """Whether some of the hanzi are written only in Simplified script."""
    return _converted(text, "s2tw") != text


def _converted(text: str, config: str) -> str:
    return str(_converter(config).convert(text))


@cache
def _converter(config: str) -> opencc.OpenCC:
    return opencc.OpenCC(config)


@cache
def _reads_taiwanese() -> bool:
    """Whether the installed `opencc` can be trusted with `tw2s`.

    Two packages install that module; the pure Python one turns 什么 into 什幺.
    """
    return _converted("什么", "tw2s") == "什么"
