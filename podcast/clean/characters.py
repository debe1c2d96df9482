"""Characters: one width, one kind of white space, one mark at a time, nothing invisible.

Marks that stand in a line are kept: they are evidence of where its clauses end.
"""

from __future__ import annotations

import re
import unicodedata

HANZI = r"㐀-䶿一-鿿豈-﫿〇々\U00020000-\U000323AF"
MARKS = "，、；：。！？…"
_STRENGTH = "、，：；…。！？"
_FULL = str.maketrans(",;:?!", "，；：？！")
_UNITS = (
    "年月日号点时分秒个万亿千百块元美倍名位家篇次本款岁周天种代层期届步条件度级集部张台辆颗套项%"
)
_AFTER_HANZI = re.compile(rf"(?<=[{HANZI}{MARKS}”’）》」』])\s*[,;:?!](?:\s*[,;:?!])*")
_BEFORE_HANZI = re.compile(rf"[,;:?!]+(?=\s*[{HANZI}“‘（《「『])")
_AT_END = re.compile(r"(?<=[A-Za-z0-9%]) *[,;:?!]$")
_ELLIPSIS = re.compile(r"\.{2,}|…+|。{3,}|⋯+|·{3,}")
_STOP_AFTER_HANZI = re.compile(rf"(?<=[{HANZI}])\s*\.(?![A-Za-z0-9])")
_STOP_AFTER_WORD = re.compile(rf"(?<=[A-Za-z]{{4}})\.\s*(?=[{HANZI}])")
_STOP_AFTER_NUMBER = re.compile(rf"(?<=[0-9])\.\s*(?=[{HANZI}])")
_IS_MARKED = re.compile(r"[,;:?!.…⋯·。\"(]")
_IS_HANZI = re.compile(rf"[{HANZI}]")
_PAIR = re.compile(rf"\(([^()]*[{HANZI}][^()]*)\)")
_RUN = re.compile(rf"\s*([{MARKS}])[\s{MARKS}]*")
_IS_LATIN = re.compile(r"[A-Za-z0-9%+#$ ]")
_PAUSE = re.compile(rf"(?<=[{HANZI}]) +(?=[{HANZI}])")
_SEAM = re.compile(rf"(?<=[{HANZI}]) *(?=[A-Za-z0-9$])|(?<=[A-Za-z0-9%+#]) *(?=[{HANZI}])")


class _Folding(dict[int, str | None]):
    """Code point -> its plain form, worked out once for each."""

    def __missing__(self, code: int) -> str | None:
        self[code] = folded = _plain(chr(code))
        return folded


def _plain(character: str) -> str | None:
    """The plain form of a character; None for one that is not to be seen."""
    code = ord(character)
    category = unicodedata.category(character)
    if character.isspace() or category in ("Zs", "Zl", "Zp"):
        return " "
    if category in ("Cc", "Cf", "Cs", "Co") or code & 0xFFFE == 0xFFFE or code == 0xFFFD:
        return None
    is_letter = 0xFF10 <= code <= 0xFF5A and unicodedata.normalize("NFKC", character).isalnum()
    is_sign = character in "＃＄％＆＊＋－／＜＝＞＠＿．＾｜～"
    is_radical = 0x2E80 <= code <= 0x2FDF or 0xFB00 <= code <= 0xFB06 or 0xFF61 <= code <= 0xFF65
    if is_letter or is_sign or is_radical:
        return unicodedata.normalize("NFKC", character)
    return character


_FOLDING = _Folding()


def fold_characters(text: str) -> str:
    """Full-width letters and digits become half-width; invisible characters go; spaces are one.

    Full-width Chinese marks stay.

    >>> fold_characters("ＧＰＴ４\\u200b 发布\\t了，")
    'GPT4 发布 了，'
    >>> fold_characters("它涨了3.5%，《三体》。")
    '它涨了3.5%，《三体》。'
    """
    text = unicodedata.normalize("NFC", text.translate(_FOLDING))
    return " ".join(text.split())


def widen_marks(text: str) -> str:
    """ASCII marks beside hanzi become Chinese ones; those inside numbers and names stay.

    >>> widen_marks('代理,刚刚进入代理,叫做"代理"(agent)吗?')
    '代理，刚刚进入代理，叫做“代理”(agent)吗？'
    >>> widen_marks("L.A.大火, 3:30, 1,000, GPT-4.5, operator.chatgpt.com")
    'L.A.大火， 3:30, 1,000, GPT-4.5, operator.chatgpt.com'
    """
    if text.isascii() or not _IS_MARKED.search(text):
        return text
    text = _AFTER_HANZI.sub(_widened, text)
    text = _BEFORE_HANZI.sub(_widened, text)
    if _IS_HANZI.search(text):
        text = _AT_END.sub(_widened, text)
    text = _ELLIPSIS.sub("…", text)
    text = _STOP_AFTER_HANZI.sub("。", text)
    text = _STOP_AFTER_WORD.sub("。", text)
    text = _STOP_AFTER_NUMBER.sub("、", text)
    return _widen_pairs(text)


def _widened(found: re.Match[str]) -> str:
    return "".join(found[0].split()).translate(_FULL)


def _widen_pairs(text: str) -> str:
    if text.count('"') % 2 == 0:
        text = re.sub(r'"([^"]*)"', _quoted, text)
    return _PAIR.sub(r"（\1）", text)


def _quoted(found: re.Match[str]) -> str:
    around = found.string[max(0, found.start() - 2) : found.end() + 2]
    return f"“{found[1]}”" if _IS_HANZI.search(around) else found[0]


def join_marks(text: str) -> str:
    """One mark at a time, the strongest; none at the start, no space around.

    >>> join_marks("，真的吗？？！ 好。。")
    '真的吗？好。'
    >>> join_marks("真的，好吗？")
    '真的，好吗？'
    """
    return _RUN.sub(_strongest, text).lstrip(MARKS + " ")


def _strongest(found: re.Match[str]) -> str:
    return max((c for c in found[0] if c in _STRENGTH), key=_STRENGTH.index)


def space_scripts(text: str) -> str:
    """One space between hanzi and a word with Latin letters; none between hanzi and a number.

    The house style: Latin words are set off (用 GPT-4.5 写), digits are not (2025年, 3500亿美金).
    A space between two hanzi is a pause that the recogniser heard, and becomes a comma; where the
    text is printed with a space after every word, the spaces go.

    >>> space_scripts("用GPT-4.5写 2025 年的Grok 3报告")
    '用 GPT-4.5 写2025年的 Grok 3 报告'
    >>> space_scripts("用 GPT-4.5 写")
    '用 GPT-4.5 写'
    """
    if text.isascii() or not _IS_LATIN.search(text):
        return text
    return _SEAM.sub(_space, _PAUSE.sub(_pause(text), text))


def _pause(text: str) -> str:
    runs = _PAUSE.split(text)
    return "，" if sum(map(len, runs)) / len(runs) >= 3.5 else ""


def _space(found: re.Match[str]) -> str:
    text, place = found.string, found.end()
    if re.match(r"[A-Za-z0-9$]", text[place : place + 1]):
        word = re.match(r"\S*", text[place : place + 40])
        return " " if word and re.match(r"[^\W\d_]", _latin_head(word[0])) else ""
    before = text[max(0, found.start() - 40) : found.start()]
    number = re.search(r"(?:^|[^A-Za-z0-9.+#%$/-])(\$?[0-9][0-9.,:/-]*[%+]?)$", before)
    if not number:
        return " "
    named = re.search(r"[A-Za-z] $", before[: number.start(1)])
    return " " if named and text[place : place + 1] not in _UNITS else ""


def _latin_head(word: str) -> str:
    """A letter if the Latin word holds one, else its first sign."""
    head = re.match(r"[A-Za-z0-9$.+#%/-]*", word)
    letter = re.search(r"[A-Za-z]", head[0]) if head else None
    return letter[0] if letter else "0"
