"""Lists of words for the rules of cleaning. A comment says what is true of the words of a list."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a list written with spaces between."""
    return frozenset(text.split())


# Words before which 对 means yes and is never a preposition: 对，因为…
AFTER_YES = words("""
    因为 所以 但是 但 而且 如果 可是 不过 不然 或者 那 那么 就 就是 是 像 其实 也 没错 没有
    然后 很 在 还有 都 还 可以 应该 可能 当然 完全 会 要 好比 比较 只是 非常 刚刚 不会 大概
    不是 等于 让 至少 还是 真的 假设 特别是 特别 这是 那是 确实 因此 首先 最后 另外 当 除了
    虽然 只要 只有 而 反正 基本上 总之 甚至 比如 比如说 例如 譬如 我觉得 我想 就像 也就是说
    所以说 有 没 已经 肯定 一定 必须 只能 全部都 对 OK 好 好吧 嗯 本来 毕竟 后来 接着 接下来
    结果 其次 同时 终于 根本 尤其 尤其是 就算 即使 无论 不管 谢谢 我是 我们是 他是 不一定
    不用 不要 不能 差不多 总结 包括 正好 刚好 忘了 顺便
""")

# Words before which 好 opens a new thought: 好，我们…
AFTER_GOOD = words("""
    那 那么 我 我们 咱们 这个 这 这是 那个 所以 然后 没有 没 如果 还有 你们 今天 现在 其实
    但 但是 就 就是 大家 各位 感谢 谢谢 欢迎 请 因为 不过 第一 第二 第三 第一个 第二个
    第三个 接下来 最后 首先 下面 接着 关于 没关系 反正 先 刚刚 刚才 再 OK 另外 那我 那我们
    下一个 我先 非常感谢 回到 来 其次
""")

# Adverbs after a noun that show that the noun is a subject: 对，川普首先是…
ASSERTING = words("""
    首先 其实 确实 肯定 已经 本来 现在 后来 当时 早就
""")

# Words for a time that begin a sentence, unless 的 follows: 对，现在…
TIMES = words("""
    现在 目前 当时 刚才 今天 之前 以前 昨天 当初
""")

# Words after a pronoun that show that the pronoun is a subject: 对，我觉得…
SUBJECT_VERBS = words("""
    是 有 会 能 可以 要 想 觉得 说 写 就是 没有 没 应该 可能 认为 知道 记得 看到 打 发 讲
    需要 不是 不会 不能 必须 开始 相信 希望 建议 肯定 已经 天生 首先 一定 确实 真的 其实
    当然 本来 当时
""")

# Words that rjieba tags as verbs but that are never doubled on purpose.
STATIVE = words("""
    应该 觉得 需要 能够 属于 就是 认为 所谓 使得 作为 像是
""")

# Words that are doubled on purpose: 非常非常, 什么什么.
DELIBERATE = words("""
    非常 特别 真的 十分 超级 很多 好多 许多 永远 一样 可以 不要 没有 不是 是的 好的 对的
    绝对 完全 马上 赶快 赶紧 不用 不行 不会 一定 必须 从来 越来越 什么 怎么 怎样 多少 如何
    哪里 哪些 这样 那样 如此 怎么样 一直 不断 反复 慢慢 偷偷 等一下 本身
""")

# Words for persons: the first of two can be an object, and the second a subject.
PERSONS = words("""
    我 你 您 他 她 它 我们 你们 他们 她们 它们 咱们 大家 自己 人家
""")
