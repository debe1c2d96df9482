"""Digits -> hanzi: the readings of one number, with no context."""

from __future__ import annotations

from decimal import Decimal

DIGITS = "零一二三四五六七八九"
PLACES = ("千", "百", "十", "")
LONGEST_QUANTITY_DIGITS = 16  # digits; longer is a code, not a quantity


def digits_text(digits: str, one: str = "一") -> str:
    """Each digit by itself; a point is said, anything else is passed over.

    `one` is 幺 on the telephone.

    >>> digits_text("2025"), digits_text("110", one="幺")
    ('二零二五', '幺幺零')
    """
    names = {"1": one, ".": "点"}
    return "".join(names.get(d) or DIGITS[int(d)] for d in digits if d in "0123456789.")


def cardinal_text(digits: str, two: str = "两") -> str:
    """A whole number as a quantity; `two` is said for a 2 that leads 百, 千, 万 or 亿.

    >>> cardinal_text("10011"), cardinal_text("220"), cardinal_text("220", two="二")
    ('一万零一十一', '两百二十', '二百二十')
    >>> cardinal_text("12"), cardinal_text("2")
    ('十二', '二')
    """
    digits = digits.lstrip("0") or "0"
    if digits == "0" or len(digits) > LONGEST_QUANTITY_DIGITS:
        return digits_text(digits)
    text = ""
    if digits[:-8]:
        text = _myriad_text(digits[:-8], inner=False) + "亿"
    text += _myriad_text(digits[-8:], inner=bool(text))
    if text.startswith("一十"):
        return text[1:]
    if text.startswith("二") and text[1:2] in ("百", "千", "万", "亿"):
        return two + text[1:]
    return text


def number_text(written: str, two: str = "两") -> str:
    """A number as written: thousands commas, a decimal point, leading zeros of a code.

    >>> number_text("1,000,000"), number_text("3.70"), number_text("007")
    ('一百万', '三点七零', '零零七')
    """
    whole, point, rest = written.replace(",", "").partition(".")
    if len(whole) > 1 and whole.startswith("0") and not point:
        return digits_text(whole)
    said = cardinal_text(whole, two)
    return f"{said}点{digits_text(rest)}" if point else said


def counted_text(written: str) -> str:
    """A number before what it counts, where two is 两.

    >>> counted_text("2"), counted_text("12"), counted_text("2.5")
    ('两', '十二', '二点五')
    """
    return "两" if written == "2" else number_text(written)


def amount_text(value: Decimal) -> str:
    """A large sum in the largest of 万, 亿 and 万亿 that it reaches.

    >>> amount_text(Decimal(2_500_000)), amount_text(Decimal("1.5e12"))
    ('两百五十万', '一点五万亿')
    >>> amount_text(Decimal("19.99"))
    '十九点九九'
    """
    for power, name in ((12, "万亿"), (8, "亿"), (4, "万")):
        if value >= 10**power:
            return counted_text(_plain(value / 10**power)) + name
    return counted_text(_plain(value))


def _myriad_text(digits: str, inner: bool) -> str:
    """Up to eight digits, in 万; `inner` ones follow 亿."""
    text = ""
    if int(digits[:-4] or 0):
        text = _group_text(digits[:-4].zfill(4), inner) + "万"
    low = digits[-4:].zfill(4)
    skipped = inner and not text  # nothing but zeros between 亿 and here
    said = _group_text(low, inner or bool(text))
    return text + ("零" + said if skipped and said and not said.startswith("零") else said)


def _group_text(group: str, inner: bool) -> str:
    """Four digits; `inner` ones say the zero that leads them."""
    text = ""
    gap = False
    for place, digit in zip(PLACES, group, strict=True):
        if digit == "0":
            gap = True
            continue
        text += ("零" if gap and (text or inner) else "") + DIGITS[int(digit)] + place
        gap = False
    return text


def _plain(value: Decimal) -> str:
    """`value` without an exponent or trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
