"""Evidence that the tagger does not use -> nats that are added to its log chances.

It is pauses, fillers that were dropped, words with which no sentence ends, 吗, and lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from statistics import median

import numpy as np

from podcast.model import Line, Transcript
from podcast.text.clean.characters import has_pause
from podcast.text.punctuate.decode import LISTING, QUESTION, STRONG, WEAK, Floats
from podcast.text.punctuate.features import CLASSES, cut_words
from podcast.text.punctuate.tokens import Token, pause_between
from podcast.text.spacing import ONE_HANZI
from podcast.text.words import words

# Fillers on a line of their own, which cleaning drops: signs that the sentence before them ends.
_CLOSES = re.compile(r"(?:OK[，, ]*)?好吧?(?:[，, ]*OK)?|好了|好的", re.IGNORECASE)
_AGREES = re.compile(r"对{1,3}|[对是]吧|对不对|OK", re.IGNORECASE)
CLOSED, AGREED = 3.0, 1.0  # nats: the sentence has ended; it has probably ended
ASKED = 3.0  # nats: of 4532 marks after 吗 in the training talks, 4500 are question marks

# In the training texts, fewer than 3 in 10 000 of the words in _OPEN stand before a stop, of all
# words 450; those in _LEAN stand there less than a third as often as most words.
_OPEN = (
    "也 这 都 跟 所以 不 因为 如果 很 或者 但是 把 让 并 再 那 非常 但 因此 及 然后 更 还 从 才"
    " 另外 而 以 被 与 对于 最 每 关于 而是 不管 所有 而且 第 只有 为 只要 必须 当 任何 每个 所谓"
    " 甚至 虽然 除了 比如 为了 各 可是 将 太 以及 即使 尤其 往 至于 于是 毕竟 某 该 并且 既然 且"
    " 若 除非 基于 一旦 随着 因 由于 无论 是因为 也就是说 正在 是否"
    " 和 还有 已经 其实 刚刚 能够 应该 想要 还要 一直 仍然 曾经 从而 互相 几乎"
    " 至少 也许 或许 按照 依照 各个 某些 某个 变成 成为 造成 变得 使得 使 只能"
    " 属于 来自 源自 位于 处于 在于 用于 等于 源于 回到 来到 放到 超过 具有 具备"
    " 面临 分成 分为 称为 视为 列为 改成 意味着 告诉 交给 给予 好比 透过 扮演"
    " 试图 加以 相当于"
)
# In 6.5 million characters none of these stands before a stop; of those in _WAITS, 1 to 6 in 1000.
_OPEN += " 仅仅 以为 包括 化为 叫做 围绕 当作 拥有 某一个 经过 这三 这两 采取 针对 防止 根据"
_WAITS = "包含 希望 认为 觉得 这样的 意味 达到 多种 导致 允许 带来 涉及 遇到 前面的 受到 这些 具备"
_LEAN = "这个 那个 一个 在 就是 是 我 我们 他"
_COSTS = dict.fromkeys(_OPEN.split(), -6.0) | dict.fromkeys(_LEAN.split(), -1.0)  # nats
_COSTS |= dict.fromkeys(_WAITS.split(), -2.0)


# Two numbers with the same unit side by side, or two words with the same ending, are a list.
_COUNTED = re.compile(r"((?<![\d.])(\d+)([月号年集期章届岁]份?|%))(?=(?!\2\3)\d+\3)")
_MADE = "化性"
LISTED = 5.0  # nats
_PERSONS = frozenset(
    "我你您他她咱"
)  # of 69 of these after a figure in punctuated talks, 66 after a mark
JOINT = 3.0  # nats
RESTS = 3.0  # nats: the end of a line is a long pause
FEWEST_PAUSES, HABIT = 3, 0.03  # lines with a pause in them, and their share: a recogniser's habit


def usual_pause(lines: Sequence[Line]) -> float:
    """The median silence between lines in milliseconds; 0 if no times are known."""
    pauses = (pause_between(a, b) for a, b in pairwise(lines))
    return median([pause for pause in pauses if pause >= 0] or [0])


def pause_bias(pauses: Floats, usual: float) -> Floats:
    """The nats that silences in milliseconds add to each class: shape (tokens, classes).

    Only the time over the `usual` pause counts, since a pause after every line means nothing.
    `pauses` is of shape (tokens,), -1 where a silence is not known.
    """
    bias = np.zeros((len(pauses), len(CLASSES)), np.float32)
    excess = np.maximum(0, pauses - usual) * (pauses >= 0)
    bias[:, WEAK] = 2.0 * np.minimum(1, excess / 400)[:, None]
    bias[:, STRONG] = bias[:, WEAK.start, None] + 3.0 * np.minimum(1, excess / 1200)[:, None]
    return bias


def closings(transcript: Transcript, heard: Transcript) -> dict[int, float]:
    """The nats for a sentence end at the end of a line, by line number, from dropped fillers.

    >>> heard = Transcript(tuple(Line(t, n) for n, t in enumerate(["我来了", "好吧", "走"], 1)))
    >>> closings(Transcript((heard.lines[0], heard.lines[2])), heard)
    {1: 3.0}
    >>> closings(heard, heard)
    {}
    """
    kept = {line.number for line in transcript.lines}
    closed: dict[int, float] = {}
    last = 0
    for line in heard.lines:
        if line.number in kept:
            last = line.number
        elif last and (nats := _closing(line.text.strip(" ，。,."))):
            closed[last] = max(nats, closed.get(last, 0.0))
    return closed


def _closing(text: str) -> float:
    if _CLOSES.fullmatch(text):
        return CLOSED
    return AGREED if _AGREES.fullmatch(text) else 0.0


def rest(heard: Transcript) -> float:
    """The nats that the end of a line adds to a stop: 0, unless spaces within lines are pauses.

    A recogniser that prints a short pause as a space prints a longer one as the end of a line.

    >>> said = ["番茄要晒 六个小时", "我今年18 他20", "一共买了花盆 还剩三个", "后来我去请教了大爷"]
    >>> rest(Transcript(tuple(Line(text, at) for at, text in enumerate(said))))
    3.0
    >>> rest(Transcript(tuple(Line(text.replace(" ", ""), at) for at, text in enumerate(said))))
    0.0
    """
    paused = sum(has_pause(line.text) for line in heard.lines)
    return RESTS if paused >= max(FEWEST_PAUSES, HABIT * len(heard.lines)) else 0.0


def evidence(
    tokens: Sequence[Token], usual: float, closed: Mapping[int, float], rests: float = 0.0
) -> Floats:
    """The nats to add to the log chance of each class after each token: (tokens, classes).

    `rests` are added to a stop at the end of a line.
    """
    bias = pause_bias(np.array([token.pause_ms for token in tokens], np.float32), usual)
    ends = [closed.get(token.line, 0.0) if token.ends else 0.0 for token in tokens]
    total = np.array(ends, np.float32) + opening_bias(token.text for token in tokens)
    bias[:, STRONG] += total[:, None]
    bias[[token.ends for token in tokens], WEAK.start :] += rests
    bias[[token.text == "吗" for token in tokens], QUESTION] += ASKED
    ends_clause = joints(tokens)
    bias[ends_clause, WEAK] += JOINT
    bias[ends_clause, STRONG] += JOINT
    bias[parallels([token.text for token in tokens]), LISTING] += LISTED
    return bias


def parallels(texts: Sequence[str]) -> list[int]:
    """The indices of tokens at the joints of lists: 1月份|2月份, 模块化|系统化.

    >>> parallels(["1", *"月份", "2", *"月份", *"涨了"]), parallels([*"模块化系统化"])
    ([2], [2])
    >>> parallels(["2", "月", "2", "月"]), parallels([*"数字化转型"])
    ([], [])
    """
    ends: dict[int, int] = {}
    place = 0
    for text in texts:
        place += len(text)
        ends[place] = len(ends)
    joined = "".join(texts)
    joints = [ends.get(like.end(1)) for like in _COUNTED.finditer(joined)]
    words, place = cut_words(texts), 0
    for word, following in pairwise(words):
        place += len(word)
        if len(word) > 2 and word[-1] in _MADE and word[-1] == following[-1] and word != following:
            joints += [place - 1] if len(following) > 2 else []
    return sorted({token for token in joints if token is not None})


def joints(tokens: Sequence[Token]) -> list[int]:
    """The indices of tokens after which a clause ends, as what stands beside them tells.

    A figure does not go with a person: 欢迎来到2025|我截了两个图. A line that begins with the hanzi
    that ends the line before begins a clause, unless both are one word: 去买鱼|鱼要看鳃. So
    does one that begins with a longer noun that ends the line before: 去了丽江|丽江古城很大.

    >>> from podcast.text.punctuate.tokens import flatten
    >>> def places(*lines: str) -> list[int]:
    ...     return joints(list(flatten([Line(text, at) for at, text in enumerate(lines)])))
    >>> places("来到2025我截了图"), places("去买鱼", "鱼要看鳃")
    ([2], [2])
    >>> places("去了丽江", "丽江古城很大"), places("我们需要", "需要时间")
    ([3], [])
    >>> places("来到2025年我截了图"), places("去买鱼鱼要看鳃"), places("你看", "看这里")
    ([], [], [])
    """
    texts = [token.text for token in tokens]
    counted = (
        at
        for at, (token, text) in enumerate(zip(tokens, texts[1:], strict=False))
        if not token.gap and token.text.isdecimal() and text in _PERSONS
    )
    doubled = [
        at
        for at, (token, text) in enumerate(zip(tokens, texts[1:], strict=False))
        if token.ends and token.text == text and ONE_HANZI.fullmatch(text)
    ]
    apart = set(accumulate(map(len, cut_words(texts)))) if doubled else set[int]()
    named = (at for at, token in enumerate(tokens) if token.ends and _is_named_again(texts, at))
    return sorted({*counted, *(at for at in doubled if at + 1 in apart), *named})


def _is_named_again(texts: Sequence[str], at: int) -> bool:
    """Whether the noun of two to four hanzi that ends at a token is the next word as well."""
    for size in range(4, 1, -1):
        noun = texts[max(0, at + 1 - size) : at + 1]
        if len(noun) == size and noun == texts[at + 1 : at + 1 + size] and len(set(noun)) > 1:
            tagged = words("".join(noun))
            return len(tagged) == 1 and tagged[0].tag.startswith("n")
    return False


def opening_bias(texts: Iterable[str]) -> Floats:
    """The nats to add to a stop after each token: negative if a word such as 因为 ends there.

    The array is of shape (tokens,).
    """
    words = cut_words(list(texts))
    bias = np.zeros(sum(map(len, words)), np.float32)
    place = -1
    for word in words:
        place += len(word)
        bias[place] = _COSTS.get(word, 0.0)
    return bias
