"""Figures in their context -> hanzi: dates, clocks, money, measures, ranges, codes.

Each rule is a pattern and a reading. A reading of None means: not this, try the next rule.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any

from podcast.pronounce.numbers import (
    amount_text,
    cardinal_text,
    counted_text,
    digits_text,
    number_text,
)

Match = re.Match[str]

NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,8}(?!\d)(?:\.\d{1,40})?|\d{1,40}(?:\.\d{1,40})?)"
SCALE = r"(?:[十百千]?[万萬亿億兆]|[万萬][亿億]|[百千])"
DASH = r"\s?[-–—~～〜－]{1,2}\s?"
MEASURE = (
    r"(?:个|個|年(?!代)|天|次(?!元|方)|位(?!数)|名|家|条|條|台|臺|只|隻|块|塊|元|倍|种|種|类|類|款|部|本"
    r"|张|張|人|件|篇|段|句|套|份|点|點|分钟|分鐘|小时|小時|秒|周|週|岁|歲|米|公里|公斤|斤|吨|噸|克|升"
    r"|平|层(?!楼)|層|股|片|颗|顆|枚|根|支|辆|輛|架|艘|座|间|間|所|场|場|轮|輪|步|章|页|頁|字|行|列"
    r"|组|組|对|對|双|雙|批|笔|筆|项|項|者|边|邊|端|大|国|國|地|头|頭|群|成|美元|美金|美分|欧元|歐元"
    r"|英镑|日元|港元|港币|人民币|刀|分(?!之)|季度|晚|夜|代人|颗|口|头|匹|门|門|盒|杯|瓶|袋|包|箱"
    r"|回|遍|趟|下|亩|畝|毫米|厘米|英里|英寸|寸|多|余|來|来个|几|幾|强|強)"
)
COUNTED = rf"\s?(?:{DASH}{NUMBER}\s?)?(?:{SCALE}|{MEASURE})|{DASH}{NUMBER}\s?%"
YEAR_SPAN = r"(?:\s?(?:[、,，/和与與及至到]|[-–—~～])\s?\d{2,4})*\s?年"
LASTING = r"\s?年(?:的?历史|的?歷史|前|以前|之前|来|以来|间|的?时间|的?時間|文明)"
LATIN = "A-Za-z"
HOUR_OF_DAY = (
    "(?:凌晨|清晨|早上|早晨|上午|中午|正午|下午|午后|傍晚|晚上|夜里|深夜|半夜|午夜|今早|今晚|明早|明晚|昨晚"
    "|时间)"
)


# Asking wetext -----------------------------------------------------------------------------


@cache
def _normalizer() -> Any:
    """Loaded when first asked for: half a second."""
    from wetext import Normalizer

    return Normalizer(lang="zh", operator="tn", remove_erhua=False)


def read_known(match: Match) -> str | None:
    """What WeTextProcessing's rules say, where a pattern has shown them to be right."""
    return _known(match[0])


def _known(text: str) -> str | None:
    said: str = _normalizer().normalize(text)
    return None if re.search(rf"[\d{LATIN}]", said) else said


def read_score(match: Match) -> str | None:
    """A score or a ratio after the words for it: 比分78:96, 比例1:10, 中国1-2."""
    text, start, end = match.string, match.start(), match.end()
    before = text[max(0, start - 8) : start]
    left, mark, right = match["left"], match["mark"], match["right"]
    if mark in ":：" and re.search(rf"{HOUR_OF_DAY}\s?$", before) and len(right) == 2:
        return None
    said = f"{number_text(left)}比{number_text(right)}"
    if mark in ":：" and (
        re.search(r"(?:比|率|比例|比值|配比)[是为:：约]?\s?$", before)
        or re.match(r"\s?(?:的比|比例|的配比)", text[end:])
        or not (int(left) < 25 and len(right) == 2 and int(right) < 60)
    ):
        return said
    if re.match(rf"\s?(?:{SCALE}|{MEASURE}|[月日号號%{LATIN}\d])", text[end:]):
        return None
    if mark == "/" and re.match(r"[\u4e00-\u9fff]", text[end:]):
        return None
    context = re.search(r"[\u4e00-\u9fff]{2,6}\s?$", before)
    if not context or _ends_in_place(context[0]):
        return None
    known = _known(context[0] + match[0])
    return (
        said
        if known and re.search(r"[零一二三四五六七八九十百]比[零一二三四五六七八九十百]", known)
        else None
    )


def _ends_in_place(words: str) -> bool:
    """Whether what follows is a date, an hour or a count, not a score."""
    return bool(re.search(r"[在于到从第约是了有要花]\s?$", words))


# Dates, hours, codes -----------------------------------------------------------------------


def read_clock_range(match: Match) -> str | None:
    """10:30-12:00."""
    left, right = _known(match["left"]), _known(match["right"])
    return f"{left}到{right}" if left and right else None


def year_text(year: str, after: str) -> str | None:
    """A year digit by digit; round ones before 历史, 前 and the like are spans.

    >>> year_text("2025", "年"), year_text("2026", "、2027年"), year_text("2000", "年")
    ('二零二五', '二零二六', '两千')
    >>> year_text("1500", "年历史"), year_text("5000", "年")
    ('一千五百', '五千')
    """
    if not re.match(YEAR_SPAN, after):
        return None
    value = int(year)
    if year[0] == "0":
        return digits_text(year)
    if value % 1000 == 0 or value > 3000 or (value % 100 == 0 and re.match(LASTING, after)):
        return cardinal_text(year)
    return digits_text(year)


def read_decade(match: Match) -> str:
    """1980s."""
    return digits_text(match[0]) + "年代"


def read_event(match: Match) -> str:
    """5·12, figure by figure."""
    return digits_text(match[0])


def read_per(match: Match) -> str:
    """20元/月."""
    return "每"


def read_ordinal(match: Match) -> str:
    """No. before a figure."""
    return "第"


def read_to(match: Match) -> str:
    """A dash between two ends of a range."""
    return "到"


def read_gap(match: Match) -> str:
    """A hyphen inside a name: nothing is said."""
    return " "


def read_digits(match: Match) -> str:
    """Figure by figure."""
    return digits_text(match[0])


def read_version(match: Match) -> str:
    """A version of three parts or an address: its numbers with 点 between."""
    return version_text(match[0])


def version_text(written: str) -> str:
    """A number with any number of points; only one point makes it a decimal.

    >>> version_text("3.10"), version_text("12.5.4"), version_text("127.0.0.1")
    ('三点一零', '十二点五点四', '一二七点零点零点一')
    """
    parts = written.split(".")
    return code_text(written) if len(parts) < 3 else "点".join(map(code_text, parts))


def read_chain(match: Match) -> str:
    """1-1-1: numbers side by side."""
    return " ".join(map(code_text, match[0].split("-")))


def read_clock(match: Match) -> str | None:
    """10:30; a 分 that is written after it is not said twice."""
    said = _known(match[0])
    if said and "比" in said:  # 0:30 is no score where a score was ruled out
        hour, minute = re.split("[:：]", match[0])[:2]
        said = f"{number_text(hour)}点" + (f"{number_text(minute)}分" if int(minute) else "")
    if said and match.string.startswith("分", match.end()):
        return said.removesuffix("分")
    return said


def read_phone(match: Match) -> str:
    """Figure by figure, one as 幺; a country code after 加."""
    plus = "加" if match[0].startswith("+") else ""
    return plus + digits_text(match[0].replace(".", ""), one="幺")


# Money -------------------------------------------------------------------------------------

CURRENCIES = {
    "$": "美元", "US$": "美元", "HK$": "港元", "NT$": "新台币", "A$": "澳元", "AU$": "澳元",
    "C$": "加元", "CA$": "加元", "S$": "新加坡元", "¥": "元", "￥": "元", "€": "欧元", "£": "英镑",
    "₩": "韩元", "₹": "卢比", "USD": "美元", "CNY": "人民币", "RMB": "人民币", "HKD": "港元",
    "EUR": "欧元", "GBP": "英镑", "JPY": "日元", "TWD": "新台币", "KRW": "韩元", "SGD": "新加坡元",
    "AUD": "澳元", "CAD": "加元", "CHF": "瑞士法郎", "INR": "卢比",
}  # fmt: skip
MULTIPLIERS = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "mm": 6, "million": 6, "b": 9, "bn": 9,
               "billion": 9, "t": 12, "tn": 12, "trillion": 12}  # fmt: skip
CODE = r"(?:USD|CNY|RMB|HKD|EUR|GBP|JPY|TWD|KRW|SGD|AUD|CAD|CHF|INR)"
SIGN = rf"(?:(?:US|HK|NT|AU|CA|[ACS])?\$|[¥￥€£₩₹]|{CODE}(?=\s?\d))"
MULTIPLIER = rf"(?:thousand|million|billion|trillion|[mbt]n|[kKmMbBtT])(?![{LATIN}\d])"
MONEY_WORD = r"(?:美元|美金|美刀|刀|人民币|欧元|英镑|日元|港元|港币|元|块钱|块)"


def read_money(match: Match) -> str | None:
    """A sum after its sign: the figures first, the currency after the scale.

    A currency word that follows the figures anyway is said once.
    """
    scale = match["scale"] or ""
    if match["high"]:
        low = _sum_text(match["low"], match["low_scale"] or "")
        said = f"{low}到{_sum_text(match['high'], scale)}"
    else:
        said = _sum_text(match["low"], match["low_scale"] or "")
    minus = "负" if match["minus"] else ""
    return minus + said + (match["word"] or CURRENCIES[match["sign"].strip()])


def _sum_text(written: str, scale: str) -> str:
    power = MULTIPLIERS.get(scale.strip().lower())
    if power is not None:
        return amount_text(Decimal(written.replace(",", "")) * 10**power)
    return counted_text(written) + scale.strip()


def read_currency(match: Match) -> str:
    """A sum before a currency code: 20 USD."""
    return counted_text(match["number"]) + (match["scale"] or "") + CURRENCIES[match["code"]]


# Parts and measures ------------------------------------------------------------------------

PARTS = {"%": "百分之", "％": "百分之", "‰": "千分之"}


def read_percent(match: Match) -> str:
    """百分之 before the figure, its sign first."""
    sign = {"-": "负", "+": "正", "±": "正负"}.get(match["plus"] or "", "")
    return sign + _part_text(PARTS[match["sign"]], match["number"])


def read_percent_range(match: Match) -> str:
    """Said once where it is written once: 10-20% is 百分之十到二十."""
    part = PARTS[match["sign"]]
    high = _part_text(part if match["low_sign"] else "", match["high"])
    return f"{_part_text(part, match['low'])}到{high}"


def _part_text(name: str, written: str) -> str:
    return name + ("百" if written == "100" and name == "百分之" else number_text(written))


def read_fraction(match: Match) -> str | None:
    """Over and under; 24/7, and months or days in a row, are no fraction."""
    over, under = match["over"], match["under"]
    if (over, under) == ("24", "7"):
        return "二十四七"
    if (over, under) == ("9", "11"):
        return "九一一"
    if match.string[match.end() : match.end() + 1] in tuple("月日号號"):
        return f"{number_text(over)}、{number_text(under)}"
    if int(under) == 0:
        return None
    if re.fullmatch(r"(?:19|20)\d\d", over) and len(under) in (2, 4):
        return f"{digits_text(over)}到{digits_text(under)}"
    before, after = match.string[: match.start()][-4:], match.string[match.end() :][:1]
    if re.search(r"[在于從从到至]\s?$", before) and _is_day(over, under) and after != "的":
        return f"{cardinal_text(over)}月{cardinal_text(under)}日"
    if re.search(r"血[压壓]\D?$", before):
        return f"{number_text(over)}，{number_text(under)}"
    parts = cardinal_text(under, "二")
    if under in ("100", "1000", "10000"):
        parts = parts.removeprefix("一")
    return f"{parts}分之{cardinal_text(over, '二')}"


def _is_day(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def read_shop(match: Match) -> str:
    """7-11, which is no range."""
    return "七 十一"


def read_item(match: Match) -> str:
    """The dot after the number of a paragraph: a pause."""
    return "，"


def read_power(match: Match) -> str:
    """2^10."""
    minus = "负" if match["minus"] else ""
    return f"{number_text(match['number'], '二')}的{minus}{number_text(match['power'], '二')}次方"


def read_scientific(match: Match) -> str:
    """1e-5."""
    minus = "负" if match["minus"] else ""
    power = number_text(match["power"], "二")
    return f"{number_text(match['number'], '二')}乘以十的{minus}{power}次方"


def read_square(match: Match) -> str:
    """c²."""
    return {"²": "的平方", "³": "的立方"}[match[0]]


OPERATORS = {
    "+": "加", "-": "减", "−": "减", "×": "乘", "*": "乘", "x": "乘", "X": "乘", "÷": "除以",
    "/": "除以", "=": "等于", "<": "小于", ">": "大于", "≤": "小于等于", "≥": "大于等于",
    "<=": "小于等于", ">=": "大于等于", "≈": "约等于", "≠": "不等于", "^": "的",
}  # fmt: skip
OPERATOR = r"\s?(?:<=|>=|[+\-−×*÷/=<>≤≥≈≠xX])\s?"


def read_sum(match: Match) -> str | None:
    """An equation, a product or a comparison of figures; 3-5 and 1/2 alone are not."""
    parts = re.split(rf"({OPERATOR})", match["sum"])
    signs = {part.strip() for part in parts[1::2]}
    if signs <= {"-", "/", "−"}:
        return None
    read = code_text if signs <= set("xX×*") else number_text
    said = [read(p) if i % 2 == 0 else OPERATORS[p.strip()] for i, p in enumerate(parts)]
    minus = "负" if match["minus"] else ""
    return minus + "".join(said)


def read_greater(match: Match) -> str:
    """a > b."""
    return OPERATORS[match[0].strip()]


def read_comparison(match: Match) -> str:
    """≥100: the sign before a figure, which is then read by itself."""
    return OPERATORS[match[0].strip()]


UNITS = {
    "kWh": "千瓦时", "MWh": "兆瓦时", "GWh": "吉瓦时", "TWh": "太瓦时", "kW": "千瓦", "KW": "千瓦",
    "MW": "兆瓦", "GW": "吉瓦", "TW": "太瓦", "Hz": "赫兹", "kHz": "千赫兹", "MHz": "兆赫兹",
    "GHz": "吉赫兹", "THz": "太赫兹", "dB": "分贝", "mAh": "毫安时", "Ah": "安时", "Wh": "瓦时",
    "μs": "微秒", "µs": "微秒", "us": "微秒", "ns": "纳秒", "g": "克", "V": "伏", "W": "瓦",
    "μg": "微克", "fps": "帧每秒", "rpm": "转每分", "°F": "华氏度", "°": "度", "mph": "英里每小时",
    "hr": "小时", "hrs": "小时", "mins": "分钟", "sec": "秒", "lb": "磅", "lbs": "磅",
    "inch": "英寸", "mmHg": "毫米汞柱", "kcal": "千卡", "kW·h": "千瓦时", "N·m": "牛米",
    "Ω": "欧", "kΩ": "千欧",
    "kPa": "千帕", "MPa": "兆帕",
}  # fmt: skip
# Where WeTextProcessing's rules were checked.
KNOWN_UNITS = (
    "kg", "km", "cm", "mm", "nm", "μm", "µm", "km/h", "m/s", "m²", "km²", "m³", "mg", "ml", "mL",
    "L", "ms", "min", "°C", "℃", "h", "s", "m", "ft", "㎡",
)  # fmt: skip
UNIT_NAMES = sorted([*UNITS, *KNOWN_UNITS], key=len, reverse=True)
UNIT_NAME = "(?:" + "|".join(map(re.escape, UNIT_NAMES)) + ")"
UNIT = rf"{UNIT_NAME}(?![{LATIN}\d²³]|/(?!\d))"


def read_measure(match: Match) -> str | None:
    """A figure and a unit in Latin letters."""
    if re.search(rf"[{LATIN}]-?$", match.string[max(0, match.start() - 2) : match.start()]):
        return None  # H264 h
    zero = (
        "零下"
        if match["minus"] in ("-", "−") and "°" in match["unit"] + ("°" * (match["unit"] == "℃"))
        else ""
    )
    minus = zero or {"": "", "±": "正负"}.get(match["minus"] or "", "负")
    low = f"{counted_text(match['low'])}到" if match["low"] else ""
    said = minus + low + measured_text(match["number"], match["unit"])
    return re.sub(r"^(.+)(每(?:小时|秒))", r"\2\1", said)  # 0-100km/h


def measured_text(number: str, unit: str) -> str:
    """So many of a unit in Latin letters."""
    if unit in UNITS:
        return counted_text(number) + UNITS[unit]
    return _known(
        number.replace(",", "") + unit.replace("㎡", "m²").replace("mL", "ml").replace("µ", "μ")
    ) or (f"{number_text(number)} {unit}")


# What stands above and below the stroke of a rate, besides the units themselves.
RATED = {
    "mmol": "毫摩尔", "mol": "摩尔", "ng": "纳克", "N": "牛", "J": "焦", "kJ": "千焦", "t": "吨",
    "KB": "KB", "kB": "KB", "MB": "MB", "GB": "GB", "TB": "TB", "Mb": "Mb", "Gb": "Gb",
}  # fmt: skip
PER = {
    "m³": "立方米", "m3": "立方米", "m²": "平方米", "m2": "平方米", "m": "米", "cm": "厘米",
    "cm²": "平方厘米", "cm³": "立方厘米", "km": "公里", "L": "升", "l": "升", "dL": "分升",
    "dl": "分升", "mL": "毫升", "ml": "毫升", "kg": "千克", "g": "克", "mol": "摩尔",
    "s²": "二次方秒", "s": "秒", "min": "分钟", "h": "小时", "d": "天", "day": "天",
}  # fmt: skip
_ABOVE = "|".join(re.escape(name) for name in sorted([*UNIT_NAMES, *RATED], key=len, reverse=True))
_BELOW = "|".join(sorted(PER, key=len, reverse=True))
RATE = rf"(?P<unit>{_ABOVE})/(?P<per>{_BELOW})(?![{LATIN}\d²³/])"


def read_rate(match: Match) -> str | None:
    """20μg/m³; km/h and m/s, which people say the other way round, are left to `read_measure`."""
    number, unit, per = match["number"], match["unit"], match["per"]
    if f"{unit}/{per}" in KNOWN_UNITS:
        return None
    low = f"{counted_text(match['low'])}到" if match["low"] else ""
    said = number_text(number) + RATED[unit] if unit in RATED else measured_text(number, unit)
    return f"{low}{said}每{PER[per]}"


def read_consumption(match: Match) -> str:
    """8.5L/100km."""
    return f"百公里{counted_text(match['number'])}升"


# Plain figures -----------------------------------------------------------------------------

# Names made of figures alone, and graphics cards.
CODES = r"996|985|211|007|921|228|318|520|1314|404|315|618|911|7[3478]7|1024|1688|[1-5]0[5-9]0"
CALLED_CODES = ("211", "911", "315")
HOURS = ("月", "日", "号", "號", "时", "時", "分", "点", "點")
SERVICE = (
    r"(?:电话|手机|热线|客服|短信|拨打|致电|号码|编号|单号|尾号|末尾|卡号|验证码|密码|房间号|报警|群号|QQ|ID|分机|短号|内线|座机"
    r"|传真|工号|学号|座位号|账号|帐号|户号|证号|编码|代码|邮编|取件码|提取码|邀请码|序列号|条码|口令|航班|房号|门牌|车次|微信"
    r"|警号|单元|[A-Z0-9]\s?座|\d[栋幢])"
    r"(?:号|号码)?[是为:：打\s]*$|(?:拨|打给|打|给)$"
)
CALLED = r"\s?(?:打.{0,2}电话|热线|专线|報警|报警|电话|号码|急救|火警)"


def code_text(digits: str) -> str:
    """A model or type number: two figures and round hundreds as a quantity, else one by one.

    >>> code_text("4"), code_text("20"), code_text("200"), code_text("4090"), code_text("4.5")
    ('四', '二十', '二百', '四零九零', '四点五')
    """
    plain = digits.replace(",", "")
    if "." in plain:
        return number_text(plain, "二")
    round_number = len(plain) <= 2 or (len(plain) == 3 and plain.endswith("00"))
    if plain[0] != "0" and (round_number or (len(plain) == 4 and plain.endswith("000"))):
        return cardinal_text(plain, "二")
    return digits_text(plain)


def read_short_scale(match: Match) -> str | None:
    """300w and 5k: 万 and 千; 4k is a picture."""
    if match["letter"] == "w":
        return counted_text(match["number"]) + "万"
    around = match.string[max(0, match.start() - 6) : match.end() + 4]
    if re.match(COUNTED, match.string[match.end() :][:4]):
        around += "块"
    if not re.search(r"薪|工资|月入|年入|奖金|块|元|粉|人|美金|美元", around):
        return f"{cardinal_text(match['number'])}K" if "." not in match["number"] else None
    return amount_text(Decimal(match["number"].replace(",", "")) * 1000)


def read_figures(match: Match) -> str:
    """A figure that no other rule knew: a code, a count or a bare number, by its neighbours."""
    text, start, end, written = match.string, match.start(), match.end(), match["number"]
    before, after = text[max(0, start - 10) : start], text[end : end + 16]
    sign = _sign_text(match["sign"] or "", before, after)
    if match["over"]:
        return sign + number_text(written) + ("多" if re.match(COUNTED, after) else "加")
    if "." not in written and "," not in written:
        code = _code(written, before, after, text)
        if code is not None:
            return sign + code
    return sign + _quantity_text(written, before, after)


def _code(digits: str, before: str, after: str, text: str) -> str | None:
    """Figures that are a number to dial, a year, a decade or a label; None for a quantity."""
    counted = bool(re.match(COUNTED, after))
    if len(digits) >= 3 and not counted and (re.search(SERVICE, before) or re.match(CALLED, after)):
        return digits_text(digits, one="幺")
    if text.strip() in ("110", "119", "120", "122"):
        return digits_text(digits, one="幺")
    if digits == "360" and re.match("安全|软件|浏览器|杀毒|搜索|集团|公司|卫士", after):
        return digits_text(digits)
    if re.fullmatch(CODES, digits) and not re.match(
        r"\s?[个個块塊元人年天次万萬亿億千百多点點条條家只件米公斤台度位]", after
    ):
        return digits_text(digits, one="幺" if digits in CALLED_CODES else "一")
    year = _year_code(digits, before, after)
    if year or counted or before.rstrip().endswith("第"):
        return year
    if re.match(r"[零一二三四五六七八九〇]", after):
        return digits_text(digits)
    if len(digits) > 8 or (digits[0] == "0" and len(digits) > 1 and after[:1] not in HOURS):
        return digits_text(digits)
    if re.search(rf"[{LATIN}][- ]?$|波音|空客", before) or re.match(rf"[{LATIN}]", after):
        return label_text(digits, before, after)
    return None


def _year_code(digits: str, before: str, after: str) -> str | None:
    """Figures that are a year, a short year or a decade."""
    if len(digits) == 4:
        said = year_text(digits, after)
        if said:
            return said
        bare = 1900 < int(digits) < 2100 and digits != "2000"
        return digits_text(digits) if bare and not re.match(COUNTED, after) else None
    if re.search(r"公元前?$", before) and after.startswith("年"):
        return digits_text(digits)
    if len(digits) == 2:
        if (
            re.match(r"后(?!的?[年天])|[、/和]\d[05]后", after)
            and digits[1] in "05"
            and digits > "40"
        ):
            return digits_text(digits)
        short = re.match(r"\s?年(?:[初底末中春夏秋冬]|[上下]半年|第|\s?\d{1,2}月)", after)
        if short or (
            re.match("年|财年|财季|赛季|学年", after) and re.search(r"\d{4}[-–—~～、]$", before)
        ):
            return digits_text(digits)
        if digits[0] == "0" and re.match("[后年]", after):
            return digits_text(digits)
        if digits > "70" and digits[1] != "0" and re.match("年(?![来前后间以之多的左])", after):
            return None if re.search(r"[了过有约近用经的第整共]$", before) else digits_text(digits)
    return None


def label_text(digits: str, before: str, after: str) -> str:
    """Figures that touch a Latin name: its model number, or so many of a letter unit."""
    if re.search(r"(?i)\btop[- ]?$", before):
        return cardinal_text(digits)
    if re.match(rf"(?:[BMKTGbmkt]|[KMGTP]B)(?![{LATIN}\d])", after) and len(digits) < 4:
        return cardinal_text(digits)
    return code_text(digits)


def _quantity_text(written: str, before: str, after: str) -> str:
    """A count, where 2 is 两 before what it counts, except after 第 and in a date."""
    if before.rstrip().endswith("第"):
        return number_text(written, "二")
    if before.endswith("点") and after.startswith("分"):
        return number_text(written, "二")
    if re.match(r"\s?(?:两|兩|月|日|号|號|楼|樓|[时時分秒](?!钟|鐘))", after) and not (
        len(written) == 1 and after[:1] in "分秒"
    ):
        return number_text(written.lstrip("0") or "0", "二")
    return counted_text(written) if re.match(COUNTED, after) else number_text(written)


def _sign_text(sign: str, before: str, after: str) -> str:
    """A minus as 负, or 零下 for a temperature; a dash after a word is only a dash."""
    if sign in ("-", "−") and re.match(r"\s?(?:度|摄氏度|℃)", after):
        return "零下"
    if (
        sign in ("-", "−")
        and re.search(r"[\u4e00-\u9fff]$", before)
        and before[-1] not in "是为到于从在约至比即乘加减得和与或达算成等过"
    ):
        return ""
    return {"-": "负", "−": "负", "+": "加", "±": "正负", "~": "约", "≈": "约", "～": "约"}.get(
        sign, ""
    )
