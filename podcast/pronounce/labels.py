"""Figures that name something -> hanzi: a telephone, a plate, a room, a standard, a shopping day.

Such figures count nothing, so they are said one by one; 1 is 幺 wherever people say it so.
"""

from __future__ import annotations

import re

from podcast.files.late import late
from podcast.pronounce.figures import COUNTED, LATIN, measured_text
from podcast.pronounce.numbers import cardinal_text, digits_text, number_text
from podcast.pronounce.symbols import symbol_text

Match = re.Match[str]

# Who is called -----------------------------------------------------------------------------

EMERGENCY = r"(?:11[0249]|12[02]|999)"
# Numbers of services all over China: operators, hotlines of the state, banks and couriers.
SERVICE = (
    r"(?:100(?:00|10|50|86|99)|12(?:110|12[0-9]|3\d\d|5\d\d)|9(?:5[0135]\d{2,3}|6\d{3,4})"
    r"|1010\d{4}|116114|11185|11183)"
)
_ASKS_TO_CALL = late(
    r"打|拨|撥|呼叫|电话|電話|热线|熱線|专线|客服|报警|報警|火警|急救|求救|求助|求援|投诉|举报|举報|咨询|订票|查号"
    r"|转人工|短信|号码|號碼|记住|记牢|牢记|接警|救护车|消防|匪警|接线|来电|短号"
)
_IS_AMOUNT = late(
    r"(?:[共约有了达至从近超过多少重高长降增涨跌卖买花赚付为比减加乘等于第]|大概|大约|左右|得分|体重|心率|血压|价格)\s?$"
)
_COUNTS = late(rf"{COUNTED}|\s?(?:这个数|个|[比分度页頁号號楼毫kKmM%％+*/×=.-]|以[上下]|左右)")
_NEAR = 14  # characters around a number in which somebody asks to call it


def read_emergency(match: Match) -> str | None:
    """110, 119: a number to call where somebody says so, or where two of them are named."""
    if _is_counted(match):
        return None
    before, after = _around(match, _NEAR)
    named = re.search(rf"(?<!\d){EMERGENCY}\s?[和、或跟与及/，]\s?$", before) or re.match(
        rf"\s?[和、或跟与及/，]\s?{EMERGENCY}(?!\d|{COUNTED})", after
    )
    if named or _ASKS_TO_CALL.search(before) or _ASKS_TO_CALL.search(after):
        return digits_text(match[0], one="幺")
    return None


def read_service(match: Match) -> str | None:
    """10086, 12345, 95588: a service, unless the figure counts something."""
    if _is_counted(match):
        return None
    before, after = _around(match, _NEAR)
    is_called = _ASKS_TO_CALL.search(before) or _ASKS_TO_CALL.search(after)
    if match[0].endswith("000") and not is_called and not re.search(rf"{SERVICE}", before + after):
        return None
    return None if _IS_AMOUNT.search(before) else digits_text(match[0], one="幺")


def read_called(match: Match) -> str:
    """A number to dial, whatever stands between its figures."""
    return digits_text(match[0], one="幺")


def read_extension(match: Match) -> str:
    """转801 after a telephone number."""
    return "转" + digits_text(match["number"], one="幺")


def _is_counted(match: Match) -> bool:
    return _COUNTS.match(match.string, match.end()) is not None


def _around(match: Match, width: int) -> tuple[str, str]:
    text = match.string
    return text[max(0, match.start() - width) : match.start()], text[match.end() :][:width]


# Plates, rooms, trains ---------------------------------------------------------------------

PROVINCE = (
    "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领滬遼魯蘇贛陝閩貴粵寧瓊雲"
)
PLATE = r"(?P<city>[A-Z])\s?[·•.・-]?\s?(?P<plate>(?=[A-Z]{0,5}\d)[A-Z0-9]{4,6})"
ROOM = (
    r"(?:室(?!内|外|温|友)|号房(?!间?号)|號房|房间|房間|号房间|号病房|病房|教室|会议室|會議室|包间|包厢|办公室|辦公室|宿舍"
    r"|房(?![子产產贷价源企东屋租客型车间間]))"
)


def read_plate(match: Match) -> str:
    """A, and the rest sign by sign."""
    said = _signs_text(match["plate"])
    return f"{match['city']} {said}"


def _signs_text(signs: str) -> str:
    """Letters and figures one by one, each run of figures together.

    >>> _signs_text("D12345"), _signs_text("8A123")
    ('D 幺二三四五', '八 A 幺二三')
    """
    runs = re.findall(rf"[{LATIN}]|[0-9]+", signs)
    return " ".join(digits_text(run, one="幺") if run.isdigit() else run for run in runs)


def read_room(match: Match) -> str | None:
    """301室; 有300室 is a number of rooms."""
    before = match.string[max(0, match.start() - 1) : match.start()]
    return None if before in tuple("有共约近了达") else digits_text(match["number"], one="幺")


def read_train(match: Match) -> str:
    """G1234次, MU5101航班."""
    return _signs_text(match["letters"] + match["number"])


# Standards and their like ------------------------------------------------------------------

BODIES = (
    r"(?:GB/?[TZ]?|GBJ|GJB|ISO|IEC|IEEE|DIN|ANSI|ASTM|JIS|RFC|BS|EN|JGJ|JJG|JTG|CJJ|HJ|QB|YY|YD|DL|NB|SL|TB|WS|GA"
    r"|LY|NY|SY|HG|FZ|MT|T/[A-Z]{2,8}|DB\d{2}|Q/[A-Z]{2,8})(?:/[A-Z]{1,4}(?:\s[A-Z]{1,3})?)?"
)
STANDARD = (
    rf"(?P<body>{BODIES})\s?-?\s?(?P<number>\d{{3,6}}(?:\.\d{{1,3}})*"
    r"|\d{1,6}(?:\.\d{1,3})*(?=\s?[-—–:：]\s?(?:19|20)\d\d))"
)
STANDARD_YEAR = (
    r"(?P<parts>(?:-\d{1,2}(?!\d))*)(?:\s?(?P<mark>[-—–:：])\s?(?P<year>(?:19|20)\d\d)(?!\d))?"
)


def read_standard(match: Match) -> str | None:
    """GB/T 7714—2015: the body's letters, the number figure by figure, 杠, the year.

    GB200 is a chip: without a space, a slash or a year it takes four figures to be a standard.
    """
    body, number, year = match["body"], match["number"], match["year"]
    is_joined = match.string[match.start("body") + len(body)] not in " -"
    if not year and "/" not in body and (is_joined or body == "GB") and len(number) < 4:
        return None
    said = digits_text(number) + "".join(
        f"杠{digits_text(part)}" for part in match["parts"].split("-")[1:]
    )
    if year:
        said += ("杠" if match["mark"] not in ":：" else " ") + digits_text(year)
    letters = re.sub(r"\d+", lambda run: f" {digits_text(run[0])}", body.replace("/", " "))
    return f"{letters} {said}"


# Days that have a name ---------------------------------------------------------------------

DAY_NAMED = (
    r"(?:大促|购物|促销|狂欢|活动|电商|抢购|红包|年货|秒杀|晚会|假期|长假|小长假|黄金周|阅兵|预售|当天|节日|打折|特卖|优惠"
    r"|战报|爆发|凌晨|期间|那天|[劳妇儿青程购狂中国元春端清光双教母父情圣][一-鿿]{0,3}节|节(?=[前后当日假期])|劳动节|妇女节|儿童节|青年节|建党|建军|国庆|抗战|运动|事变|惨案|地震)"
)


def read_named_day(match: Match) -> str:
    """12.12大促 is 双十二, 6.18大促 六一八, 10.1黄金周 十一."""
    month, day = match["month"], match["day"]
    if month == day and int(month) > 9:
        return "双" + cardinal_text(month)
    if day == "1" or month == day:
        return cardinal_text(month) + cardinal_text(day)
    return digits_text(month) + digits_text(day)


# Sizes and fractions -----------------------------------------------------------------------

FRACTIONS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅐⅑⅒"


def read_mixed(match: Match) -> str:
    """1½, and 1 1/2: so many 又, and the part."""
    part = match["part"]
    if part in FRACTIONS:
        said = symbol_text(part)
    else:
        over, under = part.split("/")
        said = f"{number_text(under, '二')}分之{number_text(over, '二')}"
    return f"{number_text(match['number'], '二')}又{said}"


POWERS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))


def read_raised(match: Match) -> str | None:
    """10⁶; a lone ² or ³ is said otherwise."""
    power = match["power"]
    if power in ("²", "³"):
        return None
    minus = "负" if power.startswith("⁻") else ""
    figures = "".join(POWERS[one] for one in power.lstrip("⁻⁺"))
    return f"{number_text(match['number'], '二')}的{minus}{cardinal_text(figures, '二')}次方"


def read_ratio(match: Match) -> str:
    """1:1.5, which is no time."""
    left, right = match["left"] or match["whole"], match["right"] or match["part"]
    return f"{number_text(left)}比{number_text(right)}"


def read_by(match: Match) -> str:
    """3×宽4: × between measures that are named."""
    return number_text(match["number"]) + "乘"


def read_size(match: Match) -> str:
    """210×297mm: each figure, its unit where it has one, 乘 between."""
    said = []
    for piece in re.split(r"\s?[×xX*]\s?", match[0]):
        figure = re.match(r"[\d.]+", piece)
        assert figure is not None
        unit = piece[figure.end() :].strip()
        said.append(measured_text(figure[0], unit) if unit else number_text(figure[0]))
    return "乘".join(said)


# How long ----------------------------------------------------------------------------------


def read_lasting(match: Match) -> str:
    """用时2:15:30, a time that something took."""
    parts = [part.lstrip("0") or "0" for part in re.split("[:：]", match["time"])]
    units = ["小时", "分", "秒"][-len(parts) :] if len(parts) == 3 else ["分", "秒"]
    said = [
        ("两" if part == "2" and unit == "小时" else number_text(part, "二")) + unit
        for part, unit in zip(parts, units, strict=True)
        if part != "0"
    ]
    return match["word"] + "".join(said or ["零秒"])
