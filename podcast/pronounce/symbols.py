"""A character outside words -> what is said for it: a word, a pause, or nothing."""

from __future__ import annotations

import unicodedata

PAUSES = frozenset("，。！？；：、,.!?;:…")  # what every engine breathes at
STOPS = "。！？.!?；;：:，,、…"  # the stronger first
COMMA = "，"

SAID = {
    "%": "百分号", "‰": "千分号", "+": "加", "＋": "加", "×": "乘", "÷": "除以", "=": "等于",
    "≠": "不等于", "≈": "约等于", "≤": "小于等于", "≥": "大于等于", "±": "正负", "√": "根号",
    "∞": "无穷", "°": "度", "℃": "摄氏度", "℉": "华氏度", "№": "第", "&": "和", "@": "艾特",
    "㎡": "平方米", "㎥": "立方米", "㎞": "公里", "㎏": "千克", "㎝": "厘米", "㎜": "毫米",
    "㎎": "毫克", "²": "平方", "³": "立方", "∑": "求和", "∫": "积分", "∂": "偏", "∆": "德尔塔",
    "¥": "元", "€": "欧元", "£": "英镑", "$": "美元", "₩": "韩元", "₹": "卢比", "¢": "美分",
    "µ": "缪",
}  # fmt: skip

GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρςστυφχψω",
        "阿尔法 贝塔 伽马 德尔塔 艾普西隆 泽塔 伊塔 西塔 约塔 卡帕 拉姆达 缪 纽 克西 奥密克戎 派 柔"
        " 西格玛 西格玛 陶 宇普西隆 斐 卡伊 普西 欧米伽".split(),
        strict=True,
    )
)

SILENT = {"(": COMMA, "（": COMMA, ")": COMMA, "）": COMMA, "—": COMMA, "|": COMMA, "｜": COMMA,
          "→": COMMA, "⇒": COMMA, "-": " ", "–": " ", "/": " ", "_": " ", "\\": " "}  # fmt: skip


def fold(text: str) -> str:
    """`text` with every figure and letter in its plain form, character for character.

    >>> fold("２０１５年，Ｉ ❤ Ａ①")
    '2015年，I ❤ A1'
    """
    if text.isascii():
        return text
    return "".join(c if c.isascii() or "\u4e00" <= c <= "\u9fff" else _plain(c) for c in text)


def _plain(char: str) -> str:
    """The ASCII form of one character if it has one and is not a mark or an exponent."""
    if char in PAUSES or char in SILENT or char in "²³¹⁰⁴⁵⁶⁷⁸⁹½¼¾":
        return char
    if char.isspace():
        return " "
    if char in "－−﹣‐‑":
        return "-"
    form = unicodedata.normalize("NFKD", char)
    if form and form[0].isalnum() and all(unicodedata.combining(c) for c in form[1:]):
        form = form[0]
    if len(form) == 1 and form.isascii() and form.isprintable() and form != " ":
        return form
    digit = unicodedata.decimal(char, None)
    return char if digit is None else str(digit)


def symbol_text(char: str) -> str:
    """What is said for one character that belongs to no word.

    >>> symbol_text("≈"), symbol_text("（"), symbol_text("😀")
    ('约等于', '，', '')
    """
    if char in PAUSES:
        return char
    said = SAID.get(char) or GREEK.get(char.lower()) or SILENT.get(char)
    if said:
        return said
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    if category in ("No", "Nl"):
        return _number_sign_text(char)
    return char if category[0] in "LN" else ""


def _number_sign_text(char: str) -> str:
    """A number written as one sign: ½, Ⅻ, ㉛."""
    from podcast.pronounce.numbers import number_text

    value = unicodedata.numeric(char)
    if value == int(value):
        return number_text(str(int(value)))
    for under in range(2, 17):
        over = value * under
        if abs(over - round(over)) < 1e-6:
            return f"{number_text(str(under))}分之{number_text(str(round(over)))}"
    return ""
