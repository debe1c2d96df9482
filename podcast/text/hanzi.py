"""Text -> the same text in Simplified or in Traditional hanzi.

OpenCC converts all but 着, which has rules here. Each of OpenCC's converters takes a tenth of a
second to make, so this module makes each once for a process, when it is first needed. Those to
Traditional hanzi take 44 MB; `forget_converters` frees them. No other module imports OpenCC.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from podcast.files.late import late

# The words in which 著 is not the particle 着: those that 现代汉语词典 spells with 著 (zhù), each
# with the neighbours that show that it is two other words. Checked against 1 573 pages and chats
# of mainland writers, who distinguish the two (2 447 着, 418 著). With every 着 there replaced by
# 著, these rules restore all of them but five 显着, which are mistakes of the writers.
_ZHU = late(
    r"""
    (?<![彰凸突])显著                # 效果显著, but 凸显着
    | (?<!莫)名著                    # 四大名著, but 莫名着急
    | (?<!还)原著                    # 原著小说, but 还原着
    | (?<![改主])编著 | (?<!翻)译著   # but 改编着, 翻译着
    | [专卓土拙巨遗撰昭]著 | (?<=微知)著
    | (?<![配结融混符综契闭撮复集组联愈缝凑适贴聚弥迎投])合著(?!手)  # 与人合著, but 结合着
    | 共著(?=[《「“])
    | (?<![讨议谈评争辩推])论著      # 重要论著, but 讨论着
    | 所著(?![墨重想眼力迷手急陆落实])  # 他所著的书, but 有所着墨
    | 著作(?=权|财产|人|物)
    | (?<![看拿跟接随带忙放逼冒急陪赶抢闹伴照裹试抱])著作(?!业)  # 他的著作, but 看着作业
    | (?<![顶挂看拿背戴])著名 | 著名(?![校牌单字片额义利])  # 著名学者, but 拿着名单
    | (?<!跟)著称 | 著述 | (?<![跟随看])著者
    | 著录(?![音影像制])             # but 看着录像
    | (?<=[曾者])著书 | 著书(?=立说|[《「“])  # but 背着书包
    | (?<![接跟随带抱拿活伴配抢藉借凭存])著有(?=
        《|大量|专著|诗集|小说|论文|成[绩效]|绩效|功绩  # 著有绩效, but 接着有人
        | (?:多|[一二两三四五六七八九十数几\d]+[多余]?)[部本篇种])
    | (?<=[ ）)])著(?=[ 《）)]|$)     # （刘慈欣 著）
    """,
    re.VERBOSE,
)


def simplified(text: str) -> str:
    """`text` in Simplified hanzi, converted word by word, with 着 for Taiwan's 著.

    >>> simplified("這意味著頭髮")
    '这意味着头发'
    >>> simplified("著名的皇后")
    '著名的皇后'
    """
    return particles(converted(text, "t2s"))


def traditional(text: str, region: str) -> str:
    """`text` in the hanzi and the words of a region: `tw` is Taiwan, `hk` is Hong Kong.

    >>> traditional("这个软件", "tw"), traditional("這個軟體", "tw")
    ('這個軟體', '這個軟體')
    """
    return converted(text, {"tw": "s2twp", "hk": "s2hk"}[region])


def particles(text: str) -> str:
    """`text` with 着 wherever Taiwan's 著 is mainland's 着; 著 in 著名, 显著, 著作 stays.

    Taiwan writes 著 for both, and no configuration of OpenCC distinguishes them. A line that has a
    着 was written by somebody who distinguishes them, so it is not changed.

    >>> particles("接著有人看著作業，意味著著急")
    '接着有人看着作業，意味着着急'
    >>> particles("著名的原著小说，效果显著，有著作权")
    '著名的原著小说，效果显著，有著作权'
    >>> particles("他活着的时候，曹雪芹著")
    '他活着的时候，曹雪芹著'
    """
    if "著" not in text:
        return text
    return "\n".join(map(_line_particles, text.split("\n")))


def _line_particles(line: str) -> str:
    if "着" in line:
        return line
    kept = {zhu.start() + zhu[0].index("著") for zhu in _ZHU.finditer(line)}
    return "".join(
        "着" if character == "著" and place not in kept else character
        for place, character in enumerate(line)
    )


def converted(text: str, config: str) -> str:
    """`text`, converted by a configuration of OpenCC, such as `t2s`.

    Cantonese 嗰 is the same in both scripts; OpenCC replaces it by a rare hanzi that few fonts
    have, so it is restored.

    >>> converted("我第一次種嗰陣", "t2s")
    '我第一次种嗰阵'
    """
    changed = str(_converter(config).convert(text))
    return changed.replace("𠮶", "嗰") if "嗰" in text else changed


def forget_converters() -> None:
    """Free the memory of all converters. One that is needed again is made again."""
    _converter.cache_clear()


@cache
def _converter(config: str) -> Any:
    import opencc  # imported here, since a run that converts nothing need not wait for it

    return opencc.OpenCC(config)
