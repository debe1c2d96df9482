"""Text in any script -> text in Simplified hanzi; a line that is Simplified already stays."""

from __future__ import annotations

from functools import cache

from podcast.text.hanzi import converted, particles


def simplify(text: str) -> str:
    """The text in Simplified hanzi, converted word by word.

    A line without Simplified hanzi is taken for Taiwan's standard (乾隆, 計程車). In a mixed line,
    only characters and words are converted that are Traditional everywhere. In both,
    `podcast.text.hanzi.particles` decides between 着 and 著, since Taiwan writes 著 for both.

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
    """Whether a text has hanzi that only the Traditional script has."""
    return converted(text, "t2s") != text


def has_simplified(text: str) -> bool:
    """Whether a text has hanzi that only the Simplified script has."""
    return converted(text, "s2tw") != text


def _from_taiwan(text: str) -> str:
    """Text of Taiwan's standard in Simplified hanzi, except that every 著 is kept.

    OpenCC would turn it into 着 everywhere, also in 土著, 编著 and 见微知著.
    """
    plain = converted(text, "tw2s")
    if len(plain) != len(text):
        return plain
    pairs = zip(text, plain, strict=True)
    return "".join("著" if was == "著" else now for was, now in pairs)


@cache
def _reads_taiwanese() -> bool:
    """Whether the installed `opencc` converts correctly with `tw2s`.

    Two packages install a module of that name; the pure Python one turns 什么 into 什幺.
    """
    return converted("什么", "tw2s") == "什么"
