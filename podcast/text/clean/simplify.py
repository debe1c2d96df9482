"""Traditional -> Simplified, line by line: a line already Simplified is not touched."""

from __future__ import annotations

from functools import cache

from podcast.text.hanzi import converted, particles


def simplify(text: str) -> str:
    """Simplified hanzi, converted by word.

    A line with no Simplified hanzi in it is read as Taiwan's standard (乾隆, 計程車); a mixed line
    by characters and words that are Traditional everywhere. In both, `podcast.text.hanzi.particles`
    tells 着 from 著, since Taiwan writes one for the other.

    >>> simplify("乾隆看著後面的頭髮和乾淨的髮廊")
    '乾隆看着后面的头发和干净的发廊'
    >>> simplify("顯著地，見微知著，他著有三本書，侵犯了著作權")
    '显著地，见微知著，他著有三本书，侵犯了著作权'
    >>> simplify("著名的皇后在程序里面是什么")
    '著名的皇后在程序里面是什么'
    """
    if text.isascii():
        return text
    if has_traditional(text):
        whole = _reads_taiwanese() and not has_simplified(text)
        text = _from_taiwan(text) if whole else converted(text, "t2s")
    return particles(text)


def has_traditional(text: str) -> bool:
    """Whether some of the hanzi are written only in Traditional script."""
    return converted(text, "t2s") != text


def has_simplified(text: str) -> bool:
    """Whether some of the hanzi are written only in Simplified script."""
    return converted(text, "s2tw") != text


def _from_taiwan(text: str) -> str:
    """Text in Taiwan's standard, Simplified, but for its 著: OpenCC writes 土着, 编着, 见微知着."""
    plain = converted(text, "tw2s")
    if len(plain) != len(text):
        return plain
    pairs = zip(text, plain, strict=True)
    return "".join("著" if was == "著" else now for was, now in pairs)


@cache
def _reads_taiwanese() -> bool:
    """Whether the installed `opencc` can be trusted with `tw2s`.

    Two packages install that module; the pure Python one turns 什么 into 什幺.
    """
    return converted("什么", "tw2s") == "什么"
