"""Text -> text with one width of letters, one kind of space, single marks, nothing invisible.

Marks that a line has are kept: they are evidence of where its clauses end.
"""

from __future__ import annotations

import re
import unicodedata

from podcast.text.clean.hiding import HIDDEN
from podcast.text.spacing import HANZI, ONE_HANZI, UNITS, spaced

MARKS = "，、；：。！？…"
_STRENGTH = "、，：；…。！？"
_FULL = str.maketrans(",;:?!", "，；：？！")
_AFTER_HANZI = re.compile(
    rf"(?<=[{HANZI}{MARKS}”’）》」』])\s*[,;:?!](?:\s*[,;:?!])*"
    rf"|(?<=[{HIDDEN}])[,;:?!]+(?![A-Za-z0-9$/])"
)
_BEFORE_HANZI = re.compile(rf"(?<![,;:?!])[,;:?!]+(?=\s*[{HANZI}“‘（《「『])")
_AT_END = re.compile(rf"(?<=[A-Za-z0-9%{HIDDEN}]) *[,;:?!]$")
_ELLIPSIS = re.compile(r"\.{2,}|…+|。{3,}|⋯+|·{3,}")
_STOP_AFTER_HANZI = re.compile(rf"(?<=[{HANZI}{HIDDEN}])\s*\.(?![A-Za-z0-9])")
_STOP_AFTER_WORD = re.compile(rf"(?<=[A-Za-z]{{4}})\.\s*(?=[{HANZI}])")
_STOP_AFTER_NUMBER = re.compile(rf"(?<=[0-9])\.\s*(?=[{HANZI}])")
_IS_MARKED = re.compile(r"[,;:?!.…⋯·。\"(]")
_HIDDEN = re.compile(f"[{HIDDEN}]")
_PAIR = re.compile(rf"\(([^()]*[{HANZI}][^()]*)\)")
_RUN = re.compile(rf"\s*([{MARKS}])[\s{MARKS}]*")
_FIGURE = r"[0-9]+(?:[.,:/][0-9]+)*[%℃°]?"
_PAUSE = re.compile(rf"(?<=[{HANZI}]) +(?=[{HANZI}])")
_AFTER_FIGURE = re.compile(
    rf"(?<=[{HANZI}])({_FIGURE}) +(?=[{HANZI}])(?![{UNITS}的多余来几左上下])"
)
_LEADS_TO_FIGURE = "在于到从第约是了有要花共近过达为至每和与及或的用"
_BEFORE_FIGURE = re.compile(rf"(?<=[{HANZI}])(?<![{_LEADS_TO_FIGURE}]) +(?={_FIGURE}[{HANZI}])")


class _Folding(dict[int, str | None]):
    """Code point -> its plain form, which is computed when it is first needed."""

    def __missing__(self, code: int) -> str | None:
        self[code] = folded = _plain(chr(code))
        return folded


def _plain(character: str) -> str | None:
    """The plain form of a character; None for an invisible one."""
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
    """Make full-width letters and digits half-width, drop invisible characters, join spaces.

    Full-width Chinese marks are kept.

    >>> fold_characters("ＧＰＴ４\\u200b 发布\\t了，")
    'GPT4 发布 了，'
    >>> fold_characters("它涨了3.5%，《三体》。")
    '它涨了3.5%，《三体》。'
    """
    text = unicodedata.normalize("NFC", text.translate(_FOLDING))
    return " ".join(text.split())


def widen_marks(text: str) -> str:
    """Turn ASCII marks beside hanzi into Chinese marks; those inside numbers and names are kept.

    >>> widen_marks('代理,刚刚进入代理,叫做"代理"(agent)吗?')
    '代理，刚刚进入代理，叫做“代理”(agent)吗？'
    >>> widen_marks("L.A.大火, 3:30, 1,000, GPT-4.5, operator.chatgpt.com")
    'L.A.大火， 3:30, 1,000, GPT-4.5, operator.chatgpt.com'
    """
    if _HIDDEN.sub("", text).isascii() or not _IS_MARKED.search(text):
        return text
    text = _AFTER_HANZI.sub(_widened, text)
    text = _BEFORE_HANZI.sub(_widened, text)
    if ONE_HANZI.search(text):
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
    return f"“{found[1]}”" if ONE_HANZI.search(around) else found[0]


def join_marks(text: str) -> str:
    """Reduce each run of marks to the strongest, and drop marks at the start and spaces around.

    >>> join_marks("，真的吗？？！ 好。。")
    '真的吗？好。'
    >>> join_marks("真的，好吗？")
    '真的，好吗？'
    """
    return _RUN.sub(_strongest, text).lstrip(MARKS + " ")


def _strongest(found: re.Match[str]) -> str:
    return max((c for c in found[0] if c in _STRENGTH), key=_STRENGTH.index)


def space_scripts(text: str) -> str:
    """Set the spaces of `spacing`, and a comma for each space between two hanzi.

    A recogniser prints such a space for a pause, or a space on one side only of a figure; a person
    who separates figures by spaces writes one on both sides. If a text has a space after every
    word, these spaces are dropped instead.

    >>> space_scripts("用GPT-4.5写 2025 年的报告 我们 再看看")
    '用 GPT-4.5 写2025年的报告，我们，再看看'
    >>> space_scripts("比例是1:100 三天喷一次，他18 我20"), space_scripts("推荐喜洲粑粑 8块钱一个")
    ('比例是1:100，三天喷一次，他18，我20', '推荐喜洲粑粑，8块钱一个')
    >>> space_scripts("一共买了3 个花盆的人"), space_scripts("我们进入 2025 年以后")
    ('一共买了3个花盆的人', '我们进入2025年以后')
    >>> space_scripts("我们 今天 来 看 报告"), space_scripts("用 GPT-4.5 写")
    ('我们今天来看报告', '用 GPT-4.5 写')
    """
    if " " in text:
        pause = _pause(text)
        text = _PAUSE.sub(pause, text)
        if pause and not text.isascii():
            text = _BEFORE_FIGURE.sub(pause, _AFTER_FIGURE.sub(rf"\1{pause}", text))
    return spaced(text)


def has_pause(text: str) -> bool:
    """Whether a space in a line is a pause."""
    return " " in text and space_scripts(text).count("，") > text.count("，")


def _pause(text: str) -> str:
    """The replacement for a space between hanzi: a comma, or nothing if every word has a space."""
    runs = _PAUSE.split(text)
    return "，" if sum(map(len, runs)) / len(runs) >= 3.5 else ""
