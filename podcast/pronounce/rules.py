"""The order in which a place in the text is tried: whole names first, single signs last."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from podcast.pronounce import figures, latin
from podcast.pronounce.figures import (
    DASH,
    LATIN,
    MONEY_WORD,
    MULTIPLIER,
    NUMBER,
    OPERATOR,
    SCALE,
    SIGN,
    UNIT,
)

Match = re.Match[str]


@dataclass(frozen=True)
class Rule:
    """A pattern, and how what it finds is read; None where it should not be."""

    regex: re.Pattern[str]
    read: Callable[[Match], str | None]


def rule(pattern: str, read: Callable[[Match], str | None]) -> Rule:
    """A rule over folded text, where every letter and figure that matters is ASCII."""
    return Rule(re.compile(pattern, re.ASCII), read)


CLOCK = r"(?:[01]?\d|2[0-4])[:：][0-5]\d(?:[:：][0-5]\d)?(?:\s?[aApP]\.?[mM]\.?(?![A-Za-z]))?(?![\d:：])"
MONTH, DAY, YEAR = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])", r"(?:19|20)\d\d"
MONTH2, DAY2 = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
ALONE = r"(?<![\d.])"  # no figure before
DONE = r"(?!\d|[./-]\d|\s?[%％年])"  # and none after
BEGIN = rf"(?<![{LATIN}\d_.-])"  # a name begins
END = rf"(?![{LATIN}\d_])"  # a name ends
FRESH = r"(?<!\d)(?<!\d\.)"  # a figure begins
NAME = rf"[{LATIN}\d][{LATIN}\d_-]{{0,62}}"

LATIN_RULES = (
    rule(
        rf"{BEGIN}(?:https?|ftp)://(?P<name>[{LATIN}\d_.~:/?#@!$&*+=%-]*[{LATIN}\d_/])",
        latin.read_address,
    ),
    rule(rf"{BEGIN}(?P<name>[{LATIN}\d_.+-]{{1,64}}@{NAME}(?:\.{NAME})+)", latin.read_address),
    rule(
        rf"{BEGIN}(?=[{LATIN}\d_.-]*[{LATIN}])(?P<name>(?:{NAME}\.)+(?i:{latin.SUFFIXES}){END}(?:/[{LATIN}\d_.~/?#=&%-]*[{LATIN}\d_/])?)",
        latin.read_address,
    ),
    rule(rf"(?<![{LATIN}\d])(?:[Cc]\+\+|[CcFf]#|\.NET){END}", latin.read_language),
    rule(rf"(?<=[{LATIN}])\s?&\s?(?=[{LATIN}])", latin.read_and),
    rule(rf"{BEGIN}(?:[{LATIN}]\.){{2,}}(?:[{LATIN}]{END})?", latin.read_initials),
    rule(rf"{BEGIN}(?P<from>[{LATIN}])2(?P<to>[{LATIN}]){END}", latin.read_to),
    rule(rf"{BEGIN}(?P<from>)2(?P<to>[CB]|[A-Z][a-z]{{2,}}){END}", latin.read_to),
)

FIGURE_RULES = (
    # Dates, hours, codes
    rule(rf"{ALONE}{YEAR}(?P<s>[-/.]){MONTH}(?P=s){DAY}{DONE}", figures.read_known),
    rule(rf"{ALONE}{DAY}(?P<s>[-/.]){MONTH}(?P=s){YEAR}{DONE}", figures.read_known),
    rule(rf"{ALONE}(?:{YEAR}[-/.]{MONTH2}|{MONTH2}[-/.]{YEAR}){DONE}", figures.read_known),
    rule(rf"{ALONE}(?<![-/])0[1-9](?:-{DAY2}|/{DAY2}|\.{DAY2}){DONE}", figures.read_known),
    rule(rf"{ALONE}(?P<left>{CLOCK}){DASH}(?P<right>{CLOCK})", figures.read_clock_range),
    rule(
        rf"{ALONE}(?<!\d[-:：/])(?P<left>\d{{1,3}})(?P<mark>[-:：/])(?P<right>\d{{1,3}})(?![\d:：/]|-\d|\.\d)",
        figures.read_score,
    ),
    rule(rf"{ALONE}(?<!\d[:：]){CLOCK}", figures.read_known),
    rule(
        r"(?<![\d+])(?:\+?86[- ]?)?1[3-9]\d(?:\d{8}|(?P<s>[- ])\d{4}(?P=s)\d{4})(?!\d)",
        figures.read_phone,
    ),
    rule(r"(?<!\d)\+\d{1,3}[- ]\d[\d -]{5,14}\d(?!\d)", figures.read_phone),
    rule(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)", figures.read_digits),
    rule(r"(?<!\d)[48]00[- ]\d{3,4}[- ]?\d{3,4}(?!\d)", figures.read_phone),
    rule(r"(?<![\d.])\d+(?:\.\d+){2,}", figures.read_digits),
    # Money, parts, sums, measures
    rule(
        rf"(?P<minus>(?<!\d)-)?(?<![{LATIN}])(?P<sign>{SIGN})\s?(?P<low>{NUMBER})"
        rf"(?:\s?(?P<low_scale>{SCALE}|{MULTIPLIER}))?"
        rf"(?:{DASH}(?:{SIGN})?(?P<high>{NUMBER})(?:\s?(?P<scale>{SCALE}|{MULTIPLIER}))?)?"
        rf"(?:\s?(?P<word>{MONEY_WORD}))?",
        figures.read_money,
    ),
    rule(
        rf"{FRESH}(?<![{LATIN}])(?P<number>{NUMBER})\s?(?P<scale>{SCALE})?\s?(?P<code>USD|CNY|RMB|HKD|EUR|GBP|JPY|TWD){END}",
        figures.read_currency,
    ),
    rule(
        rf"{FRESH}(?P<low>{NUMBER})\s?(?P<low_sign>[%％‰])?{DASH}(?P<high>{NUMBER})\s?(?P<sign>[%％‰])",
        figures.read_percent_range,
    ),
    rule(
        rf"{FRESH}(?:(?<![{LATIN}])(?P<plus>[-+±]))?(?P<number>{NUMBER})\s?(?P<sign>[%％‰])",
        figures.read_percent,
    ),
    rule(
        rf"(?<![{LATIN}\d.+\-−×*÷/=<>])(?P<minus>-)?(?P<sum>{NUMBER}(?:{OPERATOR}{NUMBER})+)(?![{LATIN}\d])",
        figures.read_sum,
    ),
    rule(
        rf"(?<![\d/.{LATIN}])(?P<over>\d{{1,4}})\s?/\s?(?P<under>\d{{1,4}})(?![\d/.{LATIN}])",
        figures.read_fraction,
    ),
    rule(r"(?:<=|>=|[<>≤≥])\s?(?=\d)", figures.read_comparison),
    rule(r"(?<!\d)(?:19|20)\d0s(?![A-Za-z\d])", figures.read_decade),
    rule(
        rf"{FRESH}(?:(?<![{LATIN}])(?P<minus>[-−]))?(?:(?P<low>{NUMBER}){DASH})?(?P<number>{NUMBER})\s?(?P<unit>{UNIT})",
        figures.read_measure,
    ),
    rule(
        rf"{FRESH}(?<![{LATIN}-])(?P<number>{NUMBER})(?P<letter>[wk]){END}",
        figures.read_short_scale,
    ),
    rule(rf"{FRESH}(?<![{LATIN}-])(?P<number>{NUMBER})[xX×](?![{LATIN}\d])", latin.read_times),
    rule(
        rf"{FRESH}(?<![{LATIN}])(?P<number>\d{{3,4}})(?P<letter>[pPiI]){END}", latin.read_resolution
    ),
    # Names with numbers
    rule(
        rf"(?<![{LATIN}])(?:[{LATIN}]+-?|[{LATIN}]\.)\d+(?:\.\d+)?(?:[{LATIN}\d]|[-_](?=[{LATIN}\d])|\.(?=\d))*",
        latin.read_model,
    ),
    rule(rf"(?<=[{LATIN}])-(?=\d)|(?<=\d)-(?=[{LATIN}])", figures.read_gap),
    # Ranges and plain figures
    rule(
        r"(?<=[\d年月日号號点點分秒个%％万萬亿億千百元块天周岁米一二三四五六])"
        + DASH
        + r"(?=[$¥€£]?\d|周[一二三四五六日]|星期)",
        figures.read_to,
    ),
    rule(r"\d{41,}", figures.read_digits),
    rule(
        r"(?<=[\d元块金刀币个次万亿千百%％])\s?/\s?(?=个?(?:月|年|天|日|人|次|小时|分钟|秒|周|股|平|斤|吨|晚))",
        figures.read_per,
    ),
    rule(rf"(?<![{LATIN}])[Nn][Oo]\.\s?(?=\d)", figures.read_ordinal),
    rule(
        rf"(?:(?<![{LATIN}\d)）])(?P<sign>[-−+±~～≈]))?(?P<number>{NUMBER})(?P<over>\+(?![\d=+]))?",
        figures.read_figures,
    ),
)
