"""Text -> text with spaces: the only rule in the program for where a space is written.

There is one space between hanzi and a word with Latin letters (用 GPT-4.5 写), and none between
hanzi and a number (2025年, 3500亿美金), unless the number ends a name (Grok 3 报告). There is no
space beside a full-width mark. `spaced` sets these spaces in a text; `joined` and `join_lines` set
them between texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from podcast.files.late import late

HANZI = r"㐀-䶿一-鿿豈-﫿〇々\U00020000-\U000323AF"
ONE_HANZI = late(f"[{HANZI}]")
LETTER = "A-Za-zÀ-ÖØ-öø-ɏЀ-ӿ"  # the letters that are separated from hanzi by a space
LONGEST_WORD = 40  # characters of a Latin word that are looked at
UNITS = (
    "年月日号点时分秒个万亿千百块元美倍名位家篇次本款岁周天种代层期届步条件度级集部张台辆颗套项%"
)
_HAS_LATIN = late(f"[{LETTER}0-9%+#$]")
_HAS_LETTER = late(f"[{LETTER}]")
_HEAD = late(rf"[{LETTER}0-9$][{LETTER}0-9$.+#%/-]*")
_TAIL = late(rf"[{LETTER}0-9$.+#%/-]*[{LETTER}0-9%+#]\Z")
_SEAM = late(
    rf"(?<=[{HANZI}]) *(?=[{LETTER}0-9$])|(?<=[{LETTER}0-9%+#]) *(?=[{HANZI}])",
)
_NAMES_A_NUMBER = late(rf"[{LETTER}] \Z")
_LATIN_STOP = late(r"[a-z]{2}\.\Z")  # of an English sentence; not of L.A.
_CLOSES_LATIN = late(rf"[,;:!?)\]}}%]|\.(?![{LETTER}0-9])")


def spaced(text: str) -> str:
    """`text` with one space between hanzi and a Latin word, and none between hanzi and a number.

    A space between two hanzi, or between two Latin words, stays.

    >>> spaced("用GPT-4.5写 2025 年的Grok 3报告，涨了 3.5% 的")
    '用 GPT-4.5 写2025年的 Grok 3 报告，涨了3.5%的'
    >>> spaced("2025年展望"), spaced("用 GPT-4.5 写"), spaced("好 的")
    ('2025年展望', '用 GPT-4.5 写', '好 的')
    """
    if text.isascii() or not _HAS_LATIN.search(text):
        return text
    return _SEAM.sub(_seam_space, text)


def _seam_space(seam: re.Match[str]) -> str:
    text, start, end = seam.string, seam.start(), seam.end()
    left, right = text[max(0, start - LONGEST_WORD) : start], text[end : end + LONGEST_WORD]
    return " " if _is_set_off(left, right) else ""


def joined(left: str, right: str) -> str:
    """Two texts as one, with a space between them if the rule asks for one.

    >>> joined("我们用", "GPT-4.5写"), joined("Open", "AI"), joined("OK,", "next")
    ('我们用 GPT-4.5写', 'Open AI', 'OK, next')
    >>> joined("进入", "2025年"), joined("你们", "好"), joined("OpenAI，", "GPT")
    ('进入2025年', '你们好', 'OpenAI，GPT')
    """
    return left + space_between(left, right) + right


def join_lines(lines: Iterable[str]) -> str:
    """The lines of a text as one line; white space around each line is dropped.

    >>> join_lines(["我们今天", "聊一聊", "Claude", "Code"])
    '我们今天聊一聊 Claude Code'
    >>> join_lines(["说到这里，", "GPT 就来了", "进入", "2025", "年"])
    '说到这里，GPT 就来了进入2025年'
    """
    parts: list[str] = []
    end = ""
    for line in filter(None, (line.strip() for line in lines)):
        parts += [space_between(end, line), line]
        end = (end + "".join(parts[-2:]))[-LONGEST_WORD:]
    return "".join(parts)


def space_between(left: str, right: str) -> str:
    """The space to write between two texts that are joined: one space, or nothing."""
    if not left or not right or left[-1].isspace() or right[0].isspace():
        return ""
    last, first = left[-1], right[0]
    if not is_wide(last) and not is_wide(first):
        return "" if _CLOSES_LATIN.match(right) or last in "([{$" else " "
    if ONE_HANZI.match(first) and (last in ",;:!?" or _LATIN_STOP.search(left[-3:])):
        return " "  # unlike a full-width mark, a half-width mark has no empty half
    if ONE_HANZI.match(last) and _HEAD.match(right):
        return " " if _is_set_off(left, right[:LONGEST_WORD]) else ""
    if ONE_HANZI.match(first) and _TAIL.search(left[-LONGEST_WORD:]):
        return " " if _is_set_off(left[-LONGEST_WORD:], right) else ""
    return ""


def is_wide(character: str) -> bool:
    """Whether a character is a hanzi, a kana or a full-width mark, which have no space beside."""
    return unicodedata.east_asian_width(character) in "WF" or character in "“”‘’…—·"


def _is_set_off(left: str, right: str) -> bool:
    """Whether there is a space between hanzi and the Latin word or number on the other side.

    There is one beside a number only if the number ends a name (Grok 3) and counts nothing (3年).
    """
    head = _HEAD.match(right)
    if head:
        return bool(_HAS_LETTER.search(head[0]))
    tail = _TAIL.search(left)
    if not tail:
        return False
    if _HAS_LETTER.search(tail[0]):
        return True
    ends_a_name = _NAMES_A_NUMBER.search(left[: tail.start()]) is not None
    return ends_a_name and right[:1] not in UNITS
