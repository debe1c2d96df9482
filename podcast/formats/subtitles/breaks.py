"""Text -> the cost of ending a line after each of its characters.

A break inside a word, a name or a number is very costly. The cheapest break is after a mark, the
next cheapest before a conjunction or preposition. A break between a word and a neighbour that it
belongs to (的, 了, a preposition, a measure word) is costly. rjieba finds the words and their
classes; Traditional text is converted to Simplified for it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from podcast.files.late import late
from podcast.text.hanzi import simplified
from podcast.text.sentences import CLOSERS, OPENERS, STOPS

# Costs of a break have no unit: they are only compared and added.
NEVER = math.inf  # before a mark, after an opening quote
WHOLE = 10_000.0  # inside a word or number
BOUND = 1000.0  # inside a name or title, before a particle
PLAIN = 6.0  # between two words of no special class

MARKS = STOPS + "，、；：,;:.·—～~％%‰°" + CLOSERS

_AFTER_MARK = {"，": 1.0, ",": 1.0, "；": 0.5, ";": 0.5, "：": 1.5, ":": 4.0, "、": 4.0, "—": 2.0}
_MARK_RUN = late(rf"[{re.escape(MARKS)}\s\"]+\Z")
_LATIN = r"[A-Za-zÀ-ɏ0-9]"
_WHOLE = (
    late(rf"{_LATIN}+(?:[.'’&+#@/_:~–-]+{_LATIN}+)*[+#%％‰]*"),  # GPT-4.5, C++, 12:30
    late(r"[$¥￥€£#@第]\s?\d"),
    late(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?"),
    late(r"\d[%％]?[十百千万萬亿億兆]+"),
    late(r"—+|[…⋯]+|[!?！？]+|-+>?"),
)
_TITLE = late(r"《[^《》]{1,14}》")
_DATE = late(r"\d{1,4}年\d{1,2}月(?:\d{1,2}[日号])?|\d{1,2}月\d{1,2}[日号]")
_SOLID = late("[^ 一-鿿，。、；：？！]+")
_FIRST_LATIN = late(_LATIN)
_OPENS_LATIN = late(rf"[(\"'“‘]*{_LATIN}")
_LONGEST_NAME = 20  # characters; a longer run of Latin words is taken for a sentence
_CURRENCIES = frozenset(
    ["美元", "美金", "人民币", "日元", "欧元", "英镑", "港币", "港元", "台币", "块钱", "元", "块"]
)
_LEANING_ENGLISH = late(
    r"(?i:an?|the|of|to|in|on|at|by|for|from|with|and|or|is|are|my|your|our|this|that)"
)

# By rjieba's word classes: those that may not begin a line, the cost of a line that ends with a
# word of a class, and what is added if the next line begins with a word of a class.
_CLINGS = ("u", "y", "k")  # particles, 吗呢吧, 们
_AFTER = {
    "p": 16.0,  # 在|公司
    "c": 12.0,  # 因为|他
    "d": 10.0,  # 都|知道
    "h": 40.0,  # 老|王
    "m": 14.0,
    "q": 9.0,
    "r": 7.5,
    "a": 8.5,
    "uj": 9.0,  # 我的|书
    "ul": 4.5,
    "uz": 9.0,
    "y": 3.0,
    "v": 7.5,
}
_BEFORE = {
    "c": -3.0,
    "p": -1.5,
    "d": -1.0,
    "r": -1.0,
    "t": -1.0,
    "v": -0.5,
    "f": 8.0,  # 房间|里
    "q": 6.0,
    "n": 1.0,
}
# Words of one hanzi that belong to the word after them.
_LEADERS = "很太最更不没别就还也都只再又会能要想把被对给跟和与或及是有在"


def break_costs(text: str) -> tuple[float, ...]:
    """The cost of ending a line after each character of a text.

    A break that costs `BOUND` or more is taken only inside a run that is too long for one line.

    >>> costs = break_costs("他用Claude Code写代码，因为快。")
    >>> costs[14], costs[16], costs[17]  # after 代, the comma, 因
    (10000.0, 1.0, 10000.0)
    """
    if not text:
        return ()
    costs = _word_costs(text)
    _bind_marks(text, costs)
    _bind_names(text, costs)
    _bind_whole(text, costs)
    return tuple(costs)


def _tagged(text: str) -> list[tuple[str, str]]:
    """The words of a text and their classes; the words together are as long as the text."""
    import rjieba  # here, as in `podcast.text.words`

    legible = text.encode("utf-8", "replace").decode()
    plain = simplified(legible)
    tokens = rjieba.tag(plain if len(plain) == len(text) else legible, True)
    return [(str(word), str(kind)) for word, kind in tokens]


def _word_costs(text: str) -> list[float]:
    """The costs of breaks between words.

    A break at a space costs what the words around it say; between two hanzi it is cheaper.
    """
    costs = [WHOLE] * len(text)
    start, before = 0, ("", "x")
    for word, kind in _tagged(text):
        if word.isspace():
            start += len(word)
            continue
        if start:
            costs[start - 1] = _joint_cost(before, (word, kind))
            if text[start - 1].isspace() and _is_hanzi(before[0][-1:]) and _is_hanzi(word[:1]):
                costs[start - 1] = min(costs[start - 1], 3.0)
        start, before = start + len(word), (word, kind)
    costs[-1] = 0.0
    return costs


def _is_hanzi(text: str) -> bool:
    return "㐀" <= text <= "鿿"


def _joint_cost(here: tuple[str, str], following: tuple[str, str]) -> float:
    """The cost of a break between two words, each given with its class.

    >>> _joint_cost(("公司", "n"), ("因为", "c")) < _joint_cost(("在", "p"), ("公司", "n"))
    True
    >>> _joint_cost(("我", "r"), ("的", "uj")) >= BOUND
    True
    """
    (word, kind), (next_word, next_kind) = here, following
    if next_kind.startswith(_CLINGS):
        return BOUND
    if kind.startswith("m") and next_kind.startswith(("m", "q")):
        return BOUND
    if word[-1:] in "万亿十百千" and kind == "m" and next_word in _CURRENCIES:
        return BOUND
    if word[-1:].isdigit() and _is_hanzi(next_word[:1]):
        return BOUND
    if kind.startswith("nr") and next_kind.startswith("nr"):
        return BOUND / 2
    cost = _AFTER.get(kind, _AFTER.get(kind[:1], PLAIN))
    cost += _BEFORE.get(next_kind, _BEFORE.get(next_kind[:1], 0.0))
    if len(word) == 1 and word in _LEADERS:
        cost = max(cost, 12.0)
    if kind[:1] == next_kind[:1] == "n":
        cost += 2.0
    return cost + (1.5 if len(word) == 1 and word not in "了着过" else 0.0)


def _bind_names(text: str, costs: list[float]) -> None:
    for pattern in (_TITLE, _DATE):
        for found in pattern.finditer(text):
            _raise(costs, found.start(), found.end() - 1, BOUND)
    for start, end in _latin_runs(text):
        _bind_latin(text[start:end], start, costs)


def _latin_runs(text: str) -> Iterator[tuple[int, int]]:
    """The places of runs of two and more Latin words, each a space from the next.

    >>> [text[a:b] for text in ("用 (GPT four “mini” 写 a", "a b") for a, b in _latin_runs(text)]
    ['GPT four “mini”', 'a b']
    """
    start = end = -1
    words = 0
    for found in _SOLID.finditer(text):
        is_next = words and found.start() == end + 1 and text[end] == " "
        if is_next and _OPENS_LATIN.match(found.group()):
            end, words = found.end(), words + 1
            continue
        if words > 1:
            yield start, end
        first = _FIRST_LATIN.search(text, *found.span())
        start, end, words = (first.start(), found.end(), 1) if first else (-1, -1, 0)
    if words > 1:
        yield start, end


def _bind_latin(run: str, start: int, costs: list[float]) -> None:
    """Make breaks in a short run of Latin words costly, as in a name; a long one is English."""
    for space in re.finditer(" ", run):
        before = run[run.rfind(" ", 0, space.start()) + 1 : space.start()]
        after = run[space.end() : space.end() + 1]
        at = start + space.start()
        if before[-1:] in ",;:.!?" or costs[at] == NEVER:
            continue
        named = after.isdigit() or (before[:1].isupper() and after.isupper())
        if named or len(run) <= _LONGEST_NAME:
            costs[at] = BOUND
        else:
            costs[at] = 14.0 if _LEANING_ENGLISH.fullmatch(before) else PLAIN


def _bind_whole(text: str, costs: list[float]) -> None:
    for pattern in _WHOLE:
        for found in pattern.finditer(text):
            _raise(costs, found.start(), found.end() - 1, WHOLE)


def _bind_marks(text: str, costs: list[float]) -> None:
    """Set the costs of breaks beside marks: a mark stays with the text before it.

    An opening quote stays with the text after it. Breaks after other marks become cheap.
    """
    opened = False
    for at, mark in enumerate(text[:-1]):
        following = text[at + 1]
        if mark == '"':
            opened = not opened
        opens = mark in OPENERS or (mark == '"' and opened)
        if opens or following in MARKS or following.isspace() or (following == '"' and opened):
            costs[at] = NEVER
        elif mark in "·•":
            costs[at] = BOUND  # 史蒂夫·乔布斯
        elif mark in MARKS or mark.isspace():
            costs[at] = _mark_cost(text, at, costs[at])


def _mark_cost(text: str, at: int, plain: float) -> float:
    """The cost of a break after the mark at `at`: that of the best mark in its run of marks.

    `plain` is the cost that the words around it give.
    """
    run = _MARK_RUN.search(text, max(0, at - 7), at + 1)
    marks = run.group() if run else ""
    if set(marks) & set(STOPS) or ". " in marks:
        return 0.0
    known = [_AFTER_MARK[mark] for mark in marks if mark in _AFTER_MARK]
    return min([*known, plain if plain < BOUND else 4.0])


def _raise(costs: list[float], start: int, end: int, cost: float) -> None:
    for at in range(start, end):
        costs[at] = max(costs[at], cost)
