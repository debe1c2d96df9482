"""Stretches of words -> whether what is left without them is a sentence that a person could say.

The judge knows how likely a word is a hesitation. These rules know what a sentence lacks without
it: 这个 before 是 is the subject, 就是 between two nouns is the verb, 呢 after 什么 asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile

from podcast.text.clean.words import DELIBERATE, words
from podcast.text.trim.stretches import RESTART, Stretch
from podcast.text.trim.words import NONE, STOP, Word

_ASKING = words("""
    什么 怎么 怎么样 怎样 谁 哪 哪里 哪儿 哪个 哪些 为什么 为何 多少 几 多久 多大 如何
    是不是 有没有 能不能 会不会 要不要 可不可以 吗 难道 何 啥 咋
""")
# Classes of words that can begin a noun with its attributes, as rjieba tags them.
_NOMINAL = ("n", "eng", "b", "a", "j", "l", "i", "s", "t", "x", "z", "vn", "q", "h")
# Words that rjieba tags as nouns, but before which 这个 is a noun itself: 在这个里面.
_NO_HEAD = words("""
    里面 里 上面 上 下面 下 中 中间 之后 之前 以后 以前 后面 前面 外面 旁边 样子 时候 地方
    方面 份上 呢 吗 吧 啊 嘛 了 的 得 着 过 之 而 也好 一样 而已 来说 来讲 话 词 字 多 大
    好 对 错 难 快 高 低 早 晚 重要 清楚 明显 简单 厉害 有趣 有意思 好玩 特别 非常 容易
    困难 真 新 行
""")
# Nouns that only name again what was told before, so that 这个 before them points at it.
_POINTED_AT = words("""
    问题 东西 事情 事 意思 意义 概念 情况 原因 理由 缘故 目的 道理 方法 方式 办法 点 逻辑
    结果 结论 例子 现象 观点 说法 看法 想法 决定 版本 阶段 数字 比例 人 书 任务 话题 套路
    规律 原则 机会 角度 时代 做法 名字
""")
_COPULAS = words("是 就是 还是 也是 都是 不是 只是 而是 叫 叫做 算 像 当 等于 成为 成 为 指")
_SUBJECTS = words("""
    我 你 您 他 她 它 我们 你们 他们 她们 它们 咱们 大家 现在 当时 今天 今年 以前 之前
    后来 如果 因为 虽然 所以 但是 当 我觉得 昨天 明天 去年 明年 目前 刚才 刚刚 最近
""")
_FIRST_STEPS = words("先 首先 先是 一开始 起先")
_OPEN_ENDS = words("这个 那个 一个 在 把 被 跟 用 从")
_ANSWERS = words("好 对 是 行 来 谁 可以 没事 真的 哪里 天")
_WHEN = words("之前 之后 以前 以后 前 后 时 之时 期间 的时候 之际 以来")
_TELLING = "nejliv"  # first letters of the classes of words that have a meaning of their own
_ENDLESS = 40  # words without a boundary from which a sentence may end anywhere among them
_NEAR = 9  # words before 呢 and 然后 that are looked at


def fits(talk: Sequence[Word], stretch: Stretch) -> bool:
    """Whether the words around a stretch are a sentence, or a part of one, without it."""
    test = _TESTS[stretch.kind]
    return test(_Place(talk, stretch))


class _Place:
    """A stretch, and the words before and after it."""

    def __init__(self, talk: Sequence[Word], stretch: Stretch) -> None:
        self.talk, self.first, self.last = talk, stretch.first, stretch.last

    @property
    def opens(self) -> bool:
        """Whether a boundary stands before the stretch."""
        return self.talk[self.first].before != NONE

    @property
    def closes(self) -> bool:
        """Whether a boundary stands after the stretch."""
        return self.last >= len(self.talk) or self.talk[self.last].before != NONE

    @property
    def ends(self) -> bool:
        """Whether a stop, or the end of the talk, stands after the stretch."""
        return self.last >= len(self.talk) or self.talk[self.last].before == STOP

    @property
    def left(self) -> Word | None:
        """The word before the stretch, in its clause or the one before."""
        return self.talk[self.first - 1] if self.first else None

    @property
    def is_endless(self) -> bool:
        """Whether the words around the stretch go on for so long that boundaries are unknown."""
        before = self.talk[max(0, self.first - _ENDLESS) : self.first + 1]
        after = self.talk[self.last : self.last + _ENDLESS]
        goes_on = (takewhile(lambda w: w.before == NONE, run) for run in (before[::-1], after))
        return sum(1 for run in goes_on for _ in run) >= _ENDLESS

    def right(self, on: int = 0) -> Word | None:
        """The word after the stretch, or the one `on` words further."""
        at = self.last + on
        return self.talk[at] if at < len(self.talk) else None

    def nearby(self) -> list[str]:
        """The words before the stretch in the same clause."""
        found: list[str] = []
        at = self.first
        while at > 0 and len(found) < _NEAR and self.talk[at].before == NONE:
            at -= 1
            found.append(self.talk[at].text)
        return found


def _before_noun(place: _Place) -> bool:
    """Whether 这个 stands before a noun that needs no 这个, or before another subject."""
    left, right = place.left, place.right()
    if right is None or place.ends or right.text in _NO_HEAD | _POINTED_AT:
        return False
    if not place.opens and left and left.text in _COPULAS:
        return False
    if right.text in _SUBJECTS:
        return place.opens or bool(left and left.text in _SUBJECTS)
    if left and left.text == "的" and not place.opens and right.tag == "v":
        return len(right.text) > 1
    return right.tag.startswith(_NOMINAL) and right.tag != "zg" and _goes_on(place, right)


def _goes_on(place: _Place, right: Word) -> bool:
    """Whether an adjective after 这个 belongs to a noun: 这个新的模型, but not 这个大."""
    following = place.right(1)
    if not right.tag.startswith(("a", "z", "i", "l")) or len(right.text) > 2:
        return True
    return bool(following and following.before == NONE and following.tag[:1] in "nuve")


def _opens_clause(place: _Place) -> bool:
    """Whether 那么 or 然后 begins a clause, and says not what comes after a first step."""
    right = place.right()
    if right is None or place.ends or right.tag.startswith(("a", "y")) or right.text in "多呢":
        return False
    earlier = (word.text for word in place.talk[max(0, place.first - _NEAR) : place.first])
    return place.opens and _FIRST_STEPS.isdisjoint(earlier)


def _explains(place: _Place) -> bool:
    """Whether 就是 only opens a clause that has a subject of its own, and joins no two nouns."""
    left, right = place.left, place.right()
    if not place.opens or place.closes or right is None or right.text not in _SUBJECTS:
        return False
    return left is None or not (
        left.tag.startswith(("n", "r", "eng", "m", "q")) or left.text == "的"
    )


def _counts_nothing(place: _Place) -> bool:
    """Whether 一个 stands between 的 and the noun of the 的."""
    left, right = place.left, place.right()
    if place.opens or place.ends or left is None or right is None or left.text != "的":
        return False
    before = place.talk[place.first - 2] if place.first > 1 else left
    is_noun = right.tag.startswith(("n", "eng", "b", "a", "vn", "j", "l", "i"))
    is_noun = is_noun or (right.tag == "v" and len(right.text) > 1)
    return is_noun and right.text not in _NO_HEAD and before.text not in ("唯一", "其中", "另外")


def _asks_nothing(place: _Place) -> bool:
    """Whether 呢 or 啊 at the end of words that go on asks nothing and answers nobody."""
    left = place.left
    if place.opens or place.ends or left is None:
        return False
    nearby = place.nearby()
    if left.text in _ANSWERS or (len(nearby) < 3 and left.tag == "r"):
        return False
    return _ASKING.isdisjoint(nearby)


def _is_given_up(place: _Place) -> bool:
    """Whether a beginning is said again as it was, or was left without its end."""
    said = place.talk[place.first : place.last]
    again = place.talk[place.last : 2 * place.last - place.first]
    after = place.right(len(said))
    if "".join(w.text for w in said) in DELIBERATE or after is None:
        return False
    if any(word.before == STOP for word in (*said[1:], *again)):
        return False
    if [word.text for word in said] == [word.text for word in again]:
        is_topic = again[0].before != NONE == after.before and said[-1].tag[:1] in "nejli"
        is_emphasis = again[0].before != NONE != after.before and len(said) < 2
        is_kept = is_topic or is_emphasis or _begins_anew(place, said[-1], after)
        return not is_kept and len("".join(w.text for w in said)) > 1
    return len(said) > 1 and said[-1].text in _OPEN_ENDS and again[0].before != NONE


def _begins_anew(place: _Place, last: Word, after: Word) -> bool:
    """Whether a word said twice ends one sentence and begins the next: 需要追认。追认之前……

    A word for a time after it shows that, and where nothing shows sentences, each word may.
    """
    may_begin = after.text in _WHEN or place.is_endless
    return may_begin and after.before == NONE and last.tag[:1] in _TELLING


_TESTS: dict[str, Callable[[_Place], bool]] = {
    "这个": _before_noun,
    "那个": _before_noun,
    "然后": _opens_clause,
    "那么": _opens_clause,
    "就是": _explains,
    "就是说": _explains,
    "一个": _counts_nothing,
    "呢": _asks_nothing,
    "啊": _asks_nothing,
    RESTART: _is_given_up,
}
