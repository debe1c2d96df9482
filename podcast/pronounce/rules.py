"""The order in which a place in the text is tried: whole names first, single signs last."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from podcast.files.addresses import ADDRESS
from podcast.pronounce import figures, labels, latin, places, roman
from podcast.pronounce.figures import (
    DASH,
    LATIN,
    MEASURE,
    MONEY_WORD,
    MULTIPLIER,
    NUMBER,
    OPERATOR,
    RATE,
    SCALE,
    SIGN,
    UNIT,
    UNIT_NAME,
)

Match = re.Match[str]


@dataclass(frozen=True)
class Rule:
    """A pattern over folded text, and how what it finds is read; None where it should not be.

    Every letter and figure that matters is ASCII there.
    """

    pattern: str
    read: Callable[[Match], str | None]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The pattern, made when first wanted."""
        return re.compile(self.pattern, re.ASCII)


CLOCK = (
    r"(?:[01]?\d|2[0-4])[:：][0-5]\d(?:[:：][0-5]\d)?"
    r"(?:\s?[aApP]\.?[mM]\.?(?![A-Za-z]))?(?![\d:：])"
)
MONTH, DAY, YEAR = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])", r"(?:19|20)\d\d"
MONTH2, DAY2 = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
ALONE = r"(?<![\d.])"  # no figure before
DONE = r"(?!\d|[./-]\d|\s?[%％年])"  # and none after
BEGIN = rf"(?<![{LATIN}\d_.-])"  # a name begins
END = rf"(?![{LATIN}\d_])"  # a name ends
FRESH = r"(?<!\d)(?<!\d\.)"  # a figure begins
NAME = rf"[{LATIN}\d][{LATIN}\d_-]{{0,62}}"

# Addresses come first, and go to every engine: none reads one as a person would.
ADDRESS_RULES = (Rule(ADDRESS.pattern, places.read_place),)
WRITTEN_ADDRESS_RULES = (Rule(ADDRESS.pattern, places.write_place),)

LATIN_RULES = (
    Rule(
        rf"{BEGIN}(?=[{LATIN}\d_.-]*[{LATIN}])(?:{NAME}\.)+(?i:{latin.FILES}){END}", latin.read_file
    ),
    Rule(
        rf"(?:(?<=[{labels.PROVINCE}])|(?<=[{labels.PROVINCE}] )){labels.PLATE}(?![{LATIN}\d])",
        labels.read_plate,
    ),
    Rule(rf"{BEGIN}{labels.STANDARD}{labels.STANDARD_YEAR}", labels.read_standard),
    Rule(
        rf"(?<![{LATIN}\d])(?P<letters>[GDCZTKYLS]|[A-Z]{{2}}|[A-Z]\d|\d[A-Z])(?P<number>\d{{2,4}})(?=\s?(?:次(?![元方])|航班|列车|高铁|动车))",
        labels.read_train,
    ),
    Rule(
        r"(?:(?<=航班)|(?<=航班 ))(?P<letters>[A-Z]{2}|[A-Z]\d|\d[A-Z])(?P<number>\d{3,4})(?!\d)",
        labels.read_train,
    ),
    Rule(
        rf"(?<![{LATIN}\d])(?P<roman>{roman.ROMAN})(?![{LATIN}\d])"
        rf"(?=(?:\s?[/、~～和或至到-]\s?{roman.ROMAN})*\s?{roman.COUNTED})",
        roman.read_roman,
    ),
    Rule(rf"(?<=第)\s?(?P<roman>{roman.ROMAN})(?![{LATIN}\d])", roman.read_roman),
    Rule(
        rf"(?<![{LATIN}])(?P<series>{roman.SERIES})\s(?P<roman>{roman.ROMAN})(?![{LATIN}\d])",
        roman.read_series,
    ),
    Rule(rf"(?<![{LATIN}\d])(?:[Cc]\+\+|[CcFf]#|\.NET){END}", latin.read_language),
    Rule(rf"(?<=[{LATIN}])\s?&\s?(?=[{LATIN}])", latin.read_and),
    Rule(rf"{BEGIN}(?:[{LATIN}]\.){{2,}}(?:[{LATIN}]{END})?", latin.read_initials),
    Rule(
        rf"{BEGIN}(?:[A-Z](?:2[A-Z])+|[a-z](?:2[a-z])+|2[CB](?!铅笔|鉛筆)|2[A-Z][a-z]{{2,}}){END}",
        latin.read_to,
    ),
    Rule(r"&(?:nbsp|amp|lt|gt|quot|#\d{1,6});|\$(?=[A-Za-z_{])", latin.read_silent),
    Rule(rf"{BEGIN}(?P<name>Ph)\.(?=D)", latin.read_abbreviation),
    Rule(r"</?[A-Za-z][^<>]{0,80}>", latin.read_silent),
    Rule(r"(?<![-=])[-=]{1,4}>|<[-=]{2,4}|<-", latin.read_arrow),
    Rule(
        rf"{BEGIN}(?P<name>[Vv]ol|pp?|[Ff]ig|[Ee]q|[Cc]h|vs|VS|etc|Mrs?|Ms|Dr|St|Jr|Sr|Inc|Ltd|Corp|Prof)\.(?![{LATIN}])",
        latin.read_abbreviation,
    ),
    Rule(rf"{BEGIN}(?P<name>[nNkxy])-(?P<number>\d){END}", latin.read_minus),
)

FIGURE_RULES = (
    # Names made of figures
    Rule(rf"{FRESH}(?P<number>\d{{1,6}})\s?(?P<part>[{labels.FRACTIONS}])", labels.read_mixed),
    Rule(rf"{ALONE}(?P<number>\d{{1,3}}) (?P<part>[1-9]/[2-9])(?![\d/])", labels.read_mixed),
    Rule(
        rf"{FRESH}(?<![{LATIN}])(?P<number>{NUMBER})(?P<power>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,4}})",
        labels.read_raised,
    ),
    Rule(
        rf"{ALONE}(?P<month>1[0-2]|[1-9])\.(?P<day>[12]\d|3[01]|[1-9])(?=\s?{labels.DAY_NAMED})",
        labels.read_named_day,
    ),
    Rule(rf"{ALONE}{labels.EMERGENCY}(?![\d{LATIN}])", labels.read_emergency),
    Rule(rf"{ALONE}(?<![{LATIN}#$¥-]){labels.SERVICE}(?![\d{LATIN}])", labels.read_service),
    Rule(r"(?<!\d)[48]00[- ]?\d{3}[- ]?\d{4}(?![\d.])", labels.read_called),
    Rule(
        r"(?<!\d)[(（]0\d{2,3}[)）]\s?\d{3,4}[- ]?\d{4}(?!\d)|(?<!\d)0\d{2,3} \d{7,8}(?!\d)",
        labels.read_called,
    ),
    Rule(
        r"(?<![\d:：.])(?P<left>\d{1,4})[:：](?P<right>\d{1,4}\.\d{1,2})(?![\d.:：])"
        r"|(?<![\d:：.])(?P<whole>\d{1,4}\.\d{1,2})[:：](?P<part>\d{1,4}(?:\.\d{1,2})?)(?![\d.:：])",
        labels.read_ratio,
    ),
    Rule(
        rf"(?<=[Ⅰ-Ⅻ])[-–—~～](?=[Ⅰ-Ⅻ])|(?<=[IVX])[-–—~～](?={roman.ROMAN}\s?{roman.COUNTED})",
        figures.read_to,
    ),
    Rule(r"(?<=\d)\s?转\s?(?P<number>\d{2,6})(?!\d)", labels.read_extension),
    Rule(rf"{ALONE}(?P<number>\d{{3,4}})(?=\s?{labels.ROOM})", labels.read_room),
    Rule(
        r"(?P<word>(?:用时|耗时|历时|时长|成绩|总长|片长|全长|计时|倒计时|跑了|花了|用了|持续)[是为:：]?\s?)(?P<time>\d{1,3}[:：][0-5]\d(?:[:：][0-5]\d)?)(?![\d:：])",
        labels.read_lasting,
    ),
    Rule(
        rf"{FRESH}(?<![{LATIN}])\d{{1,5}}(?:\.\d{{1,3}})?\s?{UNIT_NAME}?(?:\s?[×xX*]\s?\d{{1,5}}(?:\.\d{{1,3}})?\s?{UNIT_NAME}?)*"
        rf"\s?[×xX*]\s?\d{{1,5}}(?:\.\d{{1,3}})?\s?{UNIT}",
        labels.read_size,
    ),
    Rule(
        rf"{FRESH}(?<![{LATIN}])(?P<number>{NUMBER})\s?(?:[×xX*](?=\s?[长長宽寬高厚深])|×(?=[\u4e00-\u9fff]{{1,3}}{NUMBER}))",
        labels.read_by,
    ),
    # Dates, hours, codes
    Rule(rf"{ALONE}{YEAR}(?P<s>[-/.]){MONTH}(?P=s){DAY}{DONE}", figures.read_known),
    Rule(rf"{ALONE}{DAY}(?P<s>[-/.]){MONTH}(?P=s){YEAR}{DONE}", figures.read_known),
    Rule(rf"{ALONE}(?:{YEAR}[-/.]{MONTH2}|{MONTH2}[-/.]{YEAR}){DONE}", figures.read_known),
    Rule(rf"{ALONE}(?<![-/])0[1-9](?:-{DAY2}|/{DAY2}|\.{DAY2}){DONE}", figures.read_known),
    Rule(rf"{ALONE}(?P<left>{CLOCK}){DASH}(?P<right>{CLOCK})", figures.read_clock_range),
    Rule(rf"{ALONE}7-11(?!\d|\s?(?:{MEASURE}|[月日号點]))", figures.read_shop),
    Rule(
        rf"{ALONE}(?<!\d[-:：/])(?P<left>\d{{1,3}})(?P<mark>[-:：/])(?P<right>\d{{1,3}})(?![\d:：/]|-\d|\.\d)",
        figures.read_score,
    ),
    Rule(rf"{ALONE}(?<!\d[:：]){CLOCK}", figures.read_clock),
    Rule(
        r"(?<![\d+])(?:\+?86[- ]?)?1[3-9]\d(?:\d{8}|(?P<s>[- ])\d{4}(?P=s)\d{4})(?!\d)",
        figures.read_phone,
    ),
    Rule(r"(?<!\d)\+\d{1,3}[- ]\d[\d -]{5,14}\d(?!\d)", figures.read_phone),
    Rule(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)", figures.read_digits),
    Rule(r"(?<!\d)[48]00[- ]\d{3,4}[- ]?\d{3,4}(?!\d)", figures.read_phone),
    Rule(r"(?<![\d.])\d+(?:\.\d+){2,}", figures.read_version),
    Rule(r"(?<![\d.-])\d{1,9}(?:-\d{1,9}){2,}(?![\d-])", figures.read_chain),
    # Money, parts, sums, measures
    Rule(
        rf"(?P<minus>(?<!\d)-)?(?<![{LATIN}])(?P<sign>{SIGN})\s?(?P<low>{NUMBER})"
        rf"(?:\s?(?P<low_scale>{SCALE}|{MULTIPLIER}))?"
        rf"(?:{DASH}(?:{SIGN})?(?P<high>{NUMBER})(?:\s?(?P<scale>{SCALE}|{MULTIPLIER}))?)?"
        rf"(?:\s?(?P<word>{MONEY_WORD}))?",
        figures.read_money,
    ),
    Rule(
        rf"{FRESH}(?<![{LATIN}])(?P<number>{NUMBER})\s?(?P<scale>{SCALE})?\s?(?P<code>USD|CNY|RMB|HKD|EUR|GBP|JPY|TWD){END}",
        figures.read_currency,
    ),
    Rule(
        rf"{FRESH}(?P<low>{NUMBER})\s?(?P<low_sign>[%％‰])?{DASH}(?P<high>{NUMBER})\s?(?P<sign>[%％‰])",
        figures.read_percent_range,
    ),
    Rule(
        rf"{FRESH}(?:(?<![{LATIN}])(?P<plus>[-+±]))?(?P<number>{NUMBER})\s?(?P<sign>[%％‰])",
        figures.read_percent,
    ),
    Rule(
        rf"(?<![{LATIN}\d.+\-−×*÷/=<>])(?P<minus>-)?(?P<sum>{NUMBER}(?:{OPERATOR}{NUMBER})+)(?![{LATIN}\d⁰¹²³⁴⁵⁶⁷⁸⁹⁻])",
        figures.read_sum,
    ),
    Rule(
        rf"(?<![\d/.{LATIN}])(?P<over>\d{{1,8}})\s?/\s?(?P<under>\d{{1,8}})(?![\d/.{LATIN}])",
        figures.read_fraction,
    ),
    Rule(rf"{FRESH}(?P<number>\d{{1,9}})\^(?P<minus>-)?(?P<power>\d{{1,9}})", figures.read_power),
    Rule(
        rf"{FRESH}(?<![{LATIN}])(?P<number>{NUMBER})(?:e|E(?=[-+]))(?P<minus>-)?\+?(?P<power>\d{{1,3}}){END}",
        figures.read_scientific,
    ),
    Rule(rf"(?<=[{LATIN}\d])[²³]", figures.read_square),
    Rule(r"(?<![\d.])\d{1,2}[·•]\d{1,2}(?!\d)", figures.read_event),
    Rule(rf"(?<=[{LATIN}\d])\s?[<>]\s?(?=[{LATIN}])", figures.read_greater),
    Rule(r"(?:<=|>=|[<>≤≥])\s?(?=\d)", figures.read_comparison),
    Rule(r"(?<!\d)(?:19|20)\d0s(?![A-Za-z\d])", figures.read_decade),
    Rule(rf"{FRESH}(?:(?P<low>{NUMBER}){DASH})?(?P<number>{NUMBER})\s?{RATE}", figures.read_rate),
    Rule(rf"{FRESH}(?P<number>{NUMBER})\s?L/100\s?km{END}", figures.read_consumption),
    Rule(
        rf"{FRESH}(?:(?<![{LATIN}])(?P<minus>[-−±]))?(?:(?P<low>{NUMBER}){DASH})?(?P<number>{NUMBER})\s?(?P<unit>{UNIT})",
        figures.read_measure,
    ),
    Rule(
        rf"{FRESH}(?<![{LATIN}-])(?P<number>{NUMBER})(?P<letter>[wk]){END}",
        figures.read_short_scale,
    ),
    Rule(
        rf"{FRESH}(?<![{LATIN}-])(?P<number>{NUMBER})[xX×](?![{LATIN}\d]|\s?[-+*/=^²])",
        latin.read_times,
    ),
    Rule(
        rf"{FRESH}(?<![{LATIN}])(?P<number>\d{{3,4}})(?P<letter>[pPiI]){END}", latin.read_resolution
    ),
    Rule(
        rf"(?<=\d(?:[gmLVWhs]|℃|°)){DASH}(?=\d)|(?<=\d(?:kg|km|cm|mm|nm|ms|ml|GB|MB|TB|Hz|°C)){DASH}(?=\d)",
        figures.read_to,
    ),
    # Names with numbers
    Rule(
        rf"(?<![{LATIN}])(?:[{LATIN}]+-?|[{LATIN}]\.)\d+(?:\.\d+)?(?:[{LATIN}\d]|[-_](?=[{LATIN}\d])|\.(?=\d))*",
        latin.read_model,
    ),
    Rule(rf"(?<=[{LATIN}])-(?=\d)|(?<=\d)-(?=[{LATIN}])", figures.read_gap),
    Rule(r"(?<=\d)\.(?=\s?[\u4e00-\u9fff])", figures.read_item),
    # Ranges and plain figures
    Rule(
        r"(?<=[\d年月日号號点點分秒个%％万萬亿億千百元块天周岁米一二三四五六])"
        + DASH
        + r"(?=[$¥€£]?\d|周[一二三四五六日]|星期)",
        figures.read_to,
    ),
    Rule(r"\d{41,}", figures.read_digits),
    Rule(
        r"(?<=[\d元块金刀币个次万亿千百%％])\s?/\s?(?=个?(?:月|年|天|日|人|次|小时|分钟|秒|周|股|平|斤|吨|晚))",
        figures.read_per,
    ),
    Rule(rf"(?<![{LATIN}])[Nn][Oo]\.\s?(?=\d)", figures.read_ordinal),
    Rule(
        rf"(?:(?<![{LATIN}\d)）])(?P<sign>[-−+±~～≈]))?(?P<number>{NUMBER})(?P<over>\+(?![\d=+]))?",
        figures.read_figures,
    ),
)
