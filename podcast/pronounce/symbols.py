"""A character outside words -> what is said for it: a word, a pause, or nothing."""

from __future__ import annotations

import unicodedata

PAUSES = frozenset("，。！？；：、,.!?;:…")  # what every engine breathes at
STRONGEST_FIRST = "。！？.!?；;：:，,、…"  # marks: which one stays where several meet
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

GREEK = {
    "α": "阿尔法", "β": "贝塔", "γ": "伽马", "δ": "德尔塔", "ε": "艾普西隆", "ζ": "泽塔",
    "η": "伊塔",
    "θ": "西塔", "ι": "约塔", "κ": "卡帕", "λ": "拉姆达", "μ": "缪", "ν": "纽", "ξ": "克西",
    "ο": "奥密克戎", "π": "派", "ρ": "柔", "ς": "西格玛", "σ": "西格玛", "τ": "陶", "υ": "宇普西隆",
    "φ": "斐", "χ": "卡伊", "ψ": "普西", "ω": "欧米伽",
}  # fmt: skip

SILENT = {"(": COMMA, "（": COMMA, ")": COMMA, "）": COMMA, "—": COMMA, "|": COMMA, "｜": COMMA,
          "→": COMMA, "⇒": COMMA, "-": " ", "–": " ", "/": " ", "_": " ", "\\": " "}  # fmt: skip


WRITTEN = frozenset("-/~～–—'’&@^<>")  # signs that mean something beside figures


def fold(text: str) -> str:
    """`text` with every figure and letter in its plain form, character for character.

    >>> fold("２０１５年，Ｉ ❤ é①")
    '2015年，I ❤ e①'
    """
    if text.isascii():
        return text
    return "".join(c if c.isascii() or "\u4e00" <= c <= "\u9fff" else _plain(c) for c in text)


def _plain(char: str) -> str:
    """The ASCII form of one character if it has one and is not a mark or an exponent."""
    if char in PAUSES or char in SILENT or unicodedata.category(char) == "No":
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


def unvoiced_text(char: str) -> str:
    """The same for an engine that reads figures and their signs itself.

    >>> unvoiced_text("%"), unvoiced_text("/"), unvoiced_text("（"), unvoiced_text("😀")
    ('%', '/', '，', '')
    """
    if char in SAID or char in WRITTEN or char.isalnum():
        return char
    return symbol_text(char)


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
