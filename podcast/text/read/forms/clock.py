"""Times as text forms write them -> milliseconds of the recording."""

from __future__ import annotations

import re

FRAMES_A_SECOND = 25  # where a stamp counts frames, and nothing says at which rate
SMPTE = r"\d{1,3}:\d{1,2}:\d{1,2}[:;]\d{1,3}"
CLOCK = r"(?:\d{1,3}[:：])?\d{1,3}[:：][0-5]?\d(?:[.,．，]\d{1,6})?"
SECONDS = r"\d{1,6}(?:\.\d{1,6})?\s?s(?:ec)?"
SPELT = r"(?:\d{1,3}\s?小?时)?\s?\d{1,3}\s?分钟?\s?\d{1,2}(?:\.\d{1,3})?\s?秒"
TIME = rf"(?:{SMPTE}|{CLOCK}|{SECONDS}|{SPELT})"
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def clock_ms(clock: str | None) -> int | None:
    """Milliseconds of a time in any of these forms; None where there is none.

    >>> clock_ms("1:02:03.5"), clock_ms("0:0.020"), clock_ms("3.20s"), clock_ms("1分12秒")
    (3723500, 20, 3200, 72000)
    >>> clock_ms("00:00:04:12"), clock_ms(None), clock_ms("soon")
    (4480, None, None)
    """
    text = (clock or "").strip().replace("，", ",").replace("：", ":").replace("．", ".")
    if not re.fullmatch(TIME, text):
        return None
    if re.fullmatch(SMPTE, text):
        *whole, frames = re.split("[:;]", text)
        return _sum_ms(whole) + int(frames) * 1000 // FRAMES_A_SECOND
    if re.fullmatch(CLOCK, text):
        return _sum_ms(text.replace(",", ".").split(":"))
    return _sum_ms(NUMBER.findall(text))


def _sum_ms(parts: list[str]) -> int:
    """Milliseconds of hours, minutes and seconds, of which the first may be missing."""
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + float(part)
    return round(seconds * 1000)
