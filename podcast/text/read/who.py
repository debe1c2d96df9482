"""Who speaks: names before words -> the speaker of each Heard.

Source of the names that tools give: WhisperX and pyannote (SPEAKER_00), Otter, Deepgram and
Resolve (Speaker 1), 飞书妙记 (说话人 1), 通义听悟 (发言人1), and what printed interviews have.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import mean

from podcast.files.late import late
from podcast.text.read.edges import is_head
from podcast.text.read.heard import Heard

KNOWN = late(
    r"(?:speaker|spk|guest|host|participant|user|person|unknown speaker|interviewe[er]|moderator"
    r"|说话人|說話人|说话者|說話者|发言人|發言人|讲话人|讲述[人者]|講述[人者]|講者|讲者|主讲人?|主講人?|主持人?|主播|嘉宾|嘉賓|采访者|受访者|採訪者"
    r"|记者|記者|访谈者|旁白|角色|用户|人物|参会人|参会者|被采访人|提问者?|回答者?|男声?|女声?)"
    r"[\s_#:-]?(?:\d{1,3}|[A-Z]|[一二三四五六七八九十甲乙丙丁])?"
    r"|[QA问答]\d{0,3}",
    re.IGNORECASE,
)
SAME = {"Q": "问", "A": "答", "q": "问", "a": "答", "提问": "问", "回答": "答"}
_NEVER = r":：，。！？、!?;；\"“”‘’《》\[\]【】<>|*#\\@="  # in no name
NAME = rf"[^\s\d,()（）&+{_NEVER}][^{_NEVER}]{{0,28}}?"
ROLE = r"[(（][^()（）:：。？！]{1,30}[)）]"  # a company, a post, after a name: 李雷（某某公司）
COUNTED = (  # speakers that a program counts, whose labels need no colon after them
    r"(?:speaker|spk|说话人|說話人|说话者|发言人|發言人|讲话人|讲述[人者])[\s_#:-]?\d{1,3}"
)
LABELS = (
    late(rf"(?P<who>(?i:{COUNTED}))\s+(?P<words>[^\s\d:：].*)$"),
    late(
        rf"[\[【(（<]{{1,2}}\s*(?P<who>{NAME}|(?i:{COUNTED}))\s*[\])）】>]{{1,2}}\s*[:：]?\s*(?P<words>\S.*)$"
    ),
    late(
        rf"(?:[-–—•]\s*)?(?P<who>{NAME})(?:\s*{ROLE})?\s*(?:[:：](?!\d)|(?<!\d)[:：])\s*(?P<words>\S.*)$"
    ),
    late(rf"[\[【(（<]?\s*(?P<who>{NAME})\s*[\])）】>]?\s*[:：]?(?P<words>)$"),  # alone, above
)
NO_NAME = late(
    r".*(?:说|問|问道|道|是|如下|例如|比如|包括|即|叫|认为|觉得|表示|指出|第.{1,3}|其[一二三四]"
    r"|首先|其次|最后|另外|注意|结论|价格|版本|页数|时间|日期|地址|电话|网址|标题|备注|来源|总结|关键词|问题|方法|原因|结果|步骤|https?)",
)
ASKED = late(r"[Q问]\d{1,3}", re.IGNORECASE)  # the number of a question, not of a person
NUMBERED = late(r"([QA问答])\d{1,3}", re.IGNORECASE)
ANNEX = late(r"\s*[(（\[【].*$")
BARE = late(rf"(?!.*\d$)[^\s{_NEVER}，。](?:[^{_NEVER}]{{0,10}}[^\s{_NEVER}])")  # no colon
# What answers a speaker, and may stand on every other line as a name does. Others are told by
# their part of speech, if a dictionary has them.
REPLY = late(
    r".*[的了吗嗎呢吧啊呀嘛哦哈嗯]|(?:谢谢|謝謝|感谢|感謝|阿[们們门門]|哈利路亚|没错|沒錯|當然).*"
)
SAID_TAGS = frozenset("vdlioerca")  # of rjieba: verbs, adverbs, idioms, sounds
FEWEST_BARE = 4  # lines that are bare names, from which they are a file's habit
TAG = late(r"</?[A-Za-z][^<>]*>")  # of HTML
FEWEST = 4  # labelled lines that make a habit where their names are not known ones
MOST_PEOPLE = 24


def is_known(name: str) -> bool:
    """Whether it is one of the names that tools and interviews give to speakers.

    >>> is_known("SPEAKER_00"), is_known("说话人 1"), is_known("问"), is_known("番茄")
    (True, True, True, False)
    """
    return bool(KNOWN.fullmatch(name.strip()))


def clean_name(name: str) -> str:
    """A name without what is annexed to it; two names of one part are one.

    >>> clean_name("李雷（某某公司 市场部）"), clean_name("Q"), clean_name("**小林**")
    ('李雷', '问', '小林')
    >>> clean_name("<b>粗</b>"), clean_name("<SPEAKER_00>"), clean_name("换\\n行")
    ('粗', 'SPEAKER_00', '换 行')
    """
    shown = TAG.sub("", name) if TAG.sub("", name).strip() else name
    bare = " ".join(shown.split()).strip(" *_[]【】<>:：")
    bare = ANNEX.sub("", bare) or bare
    return SAME.get(bare, bare)


def name_speakers(heard: Sequence[Heard]) -> list[Heard]:
    """Each Heard with its speaker; a label that told him stands no more in the words.

    Labels are believed where they come again or are known ones; else they are words.
    """
    if any(one.speaker for one in heard):
        return [one._replace(speaker=clean_name(one.speaker)) for one in heard]
    bare = bare_names([one.text for one in heard])
    found = [(one.text, "") if one.text in bare else label_of(one.text) for one in heard]
    labels = [who for who, _ in found if who]
    told = [
        who
        for one, (who, words) in zip(heard, found, strict=True)
        if who and (words or one.text[-1:] in ":：" or one.text in bare)
    ]
    above = sum(bool(who) and not words for who, words in found)
    names = believed(labels, told, above, len(heard))
    if not names:
        return list(heard)
    is_asked = any(map(ASKED.fullmatch, names))
    named, who = [], ""
    waiting: Heard | None = None  # a label with a time, above what is said
    for one, (label, words) in zip(heard, found, strict=True):
        if label not in names:
            if waiting and one.start_ms is None:
                one = one._replace(start_ms=waiting.start_ms, end_ms=waiting.end_ms)
            named.append(one._replace(speaker=who))
            waiting = None
            continue
        who = clean_name(NUMBERED.sub(r"\1", label) if is_asked else label)
        waiting = None if words else one
        named.append(one._replace(text=words, speaker=who))
    return [one for one in named if one.text]


def bare_names(texts: Sequence[str]) -> set[str]:
    """The names that stand alone above what each of several people says, in plain lines.

    Every other line, or nearly, must be one of a few that come again, and the rest be longer.

    >>> talk = ["小林", "大家好，欢迎来到今天的节目。", "老周", "谢谢，我先说一说土要怎么选。"] * 2
    >>> sorted(bare_names(talk)), bare_names(["对", "我们今天聊番茄", "好", "要晒太阳"] * 2)
    (['小林', '老周'], set())
    >>> bare_names([{"小林": "没错", "老周": "是的"}.get(line, line) for line in talk])
    set()
    """
    counts = Counter(text for text in texts if BARE.fullmatch(text))
    again = (text for text, count in counts.items() if count > 1)
    names = {text for text in again if not (NO_NAME.fullmatch(text) or REPLY.fullmatch(text))}
    places = [at for at, text in enumerate(texts) if text in names]
    rest = [text for text in texts if text not in names]
    is_habit = len(places) >= max(FEWEST_BARE, len(texts) / 4) and 1 < len(names) <= MOST_PEOPLE
    if not is_habit or places[0] > 2 or any(b - a < 2 for a, b in pairwise(places)):
        return set()
    longer = sum(map(len, rest)) / len(rest) if rest else 0
    is_name = longer >= 3 * mean(map(len, names)) and not any(map(is_saying, names))
    return names if is_name else set()


def is_saying(text: str) -> bool:
    """Whether a dictionary has a text as something to say, and not as the name of a thing.

    >>> is_saying("原来如此"), is_saying("当然"), is_saying("主持人"), is_saying("李想")
    (True, True, False, False)
    """
    import rjieba  # here, as in `podcast.text.words`

    return rjieba.has_word(text) and any(tag in SAID_TAGS for _, tag in rjieba.tag(text))


def label_of(text: str) -> tuple[str, str]:
    """The name that a text opens with and the words after it; empty where there is none.

    >>> label_of("[SPEAKER_00]: 大家好"), label_of("他说：你好"), label_of("(speaker 0) 你好")
    (('SPEAKER_00', '大家好'), ('', ''), ('speaker 0', '你好'))
    """
    opening = text[:80]
    *before, alone = LABELS
    for pattern in before:
        found = pattern.match(text) if len(opening) > 1 else None
        if found and not is_no_name(found["who"], text):
            return found["who"].strip(), found["words"]
    found = alone.match(text) if len(text) <= 30 else None
    if found and (
        is_known(found["who"]) or (text[-1:] in ":：" and not is_no_name(found["who"], text))
    ):
        return found["who"].strip(), ""
    return "", ""


def is_no_name(label: str, line: str) -> bool:
    """Whether a label opens words, and is nobody's name: 他说, 比如; or a line heads a file."""
    return bool(NO_NAME.fullmatch(label.strip())) or (not is_known(label) and is_head(line))


def believed(
    labels: Sequence[str], before_words: Sequence[str], above: int, lines: int
) -> set[str]:
    """The labels that are people's names, of which so many stand above the words."""
    counts = Counter(before_words)
    known = {who for who in labels if is_known(who)}
    again = {who for who, count in counts.items() if count > 1 and len(clean_name(who)) <= 20}
    sure = known | again
    marked = sum(counts[who] for who in sure)
    alone = sum(who in known for who in labels) - sum(counts[who] for who in known)
    if not sure or len(sure) > MOST_PEOPLE or marked + alone < 2:
        return set()
    is_habit = (
        (known and (marked + alone) * 20 >= lines)
        or (len(again) > 1 and marked >= FEWEST and marked * 6 >= lines)
        or (marked > 1 and lines > 2 and sum(counts.values()) * 10 >= lines * 9)
    )
    is_above = marked > 1 and above > 2 and above * 4 >= lines
    if not (is_habit or is_above):
        return set()
    if (
        is_above or sum(counts.values()) * 10 >= lines * 6
    ):  # nearly every line: the rare ones are people, too
        sure |= {who for who in counts if len(who) <= 8}
    return sure
