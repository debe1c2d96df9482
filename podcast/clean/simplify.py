"""Traditional -> Simplified, line by line: a line already Simplified is not touched."""

from __future__ import annotations

from functools import cache

import opencc


def simplify(text: str) -> str:
    """Simplified hanzi, converted by word.

    A line with no Simplified hanzi in it is read as Taiwan's standard (看著 -> 看着); a mixed line
    by characters and words that are Traditional everywhere.

    >>> simplify("乾隆看著後面的頭髮和乾淨的髮廊")
    '乾隆看着后面的头发和干净的发廊'
    >>> simplify("著名的皇后在程序里面是什么")
    '著名的皇后在程序里面是什么'
    """
    if text.isascii() or not has_traditional(text):
        return text
    whole = _reads_taiwanese() and not has_simplified(text)
    return _converter("tw2s" if whole else "t2s").convert(text)


def has_traditional(text: str) -> bool:
    """Whether some of the hanzi are written only in Traditional script."""
    return _converter("t2s").convert(text) != text


def has_simplified(text: str) -> bool:
    """Whether some of the hanzi are written only in Simplified script."""
    return _converter("s2tw").convert(text) != text


@cache
def _converter(config: str) -> opencc.OpenCC:
    return opencc.OpenCC(config)


@cache
def _reads_taiwanese() -> bool:
    """Whether the installed `opencc` can be trusted with `tw2s`.

    Two packages install that module; the pure Python one turns 什么 into 什幺.
    """
    return bool(_converter("tw2s").convert("什么") == "什么")
