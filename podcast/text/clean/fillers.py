"""Transcript -> Transcript without fillers: words that can have no meaning, where they have none.

A clause is a line, or the text between two marks in a line; the rules are the same for both. A
clause of nothing but fillers is dropped, unless it answers a question. A filler at the start of a
clause is dropped if the word after it shows that it is one (对所以…, 好我们…, 那我们…; but not
对美国…, 好消息…, 那是…). A tag at the end of a clause is dropped if it asks nothing
(…可以治理的是吧). 嗯 and 呃 are dropped everywhere.
"""

from __future__ import annotations

import re
from dataclasses import replace

import rjieba

from podcast.model import Line, Transcript
from podcast.text.clean.characters import MARKS
from podcast.text.clean.words import AFTER_GOOD, AFTER_YES, ASSERTING, SUBJECT_VERBS, TIMES
from podcast.text.spacing import HANZI


def _any(*words: str) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(sorted(" ".join(words).split(), key=len, reverse=True))


_YES = "对 对对 对对对 对啊 对呀 对的 好 好的 好啊 好嘞 OK Okay OKOK"
_HUM = "嗯 嗯嗯 呃 啊 额 哦 噢 喔 诶 欸 um uh er hmm mhm"
_TAG = "对吧 是吧 对不对 对不 好吧 行吧 你知道吗 你知道吧"
_TALK = "那个 这个 就是说 然后 然后呢 那么 怎么说呢 怎么说 好了 对这个"
_FILLER = re.compile(f"(?:(?:{_any(_YES, _HUM, _TAG, _TALK)})[ 、]*)+", re.IGNORECASE)
_ANSWER = re.compile(f"(?:(?:{_any(_YES, '嗯 嗯嗯 嗯嗯嗯')})[ 、]*)+", re.IGNORECASE)
_REPLY = re.compile(r"对|是的?|没错|嗯|好|不|没|OK|当然|可以|有", re.IGNORECASE)

_CLAUSE = re.compile(r"([^，；：。！？…]*)([，；：。！？…]*)")
_ASKS = re.compile(
    r"(?<![什怎那这多要])[吗么]？?$|(?:没有|不)？$|(?:好不好|行不行|对不对)？?$"
    r"|是不是|有没有|能不能|会不会|可不可以|要不要"
)
_EMBEDS = re.compile(
    r"知道|看看?|判断|取决|不管|无论|考虑|问题|决定|确认|验证|检查|关心|讨论|不论|说"
)

_CONCEDES = re.compile(r"我承认|我认|算了|我错|你赢|随|吧")
_OPENS_WITH = re.compile(
    r"(?:[对是]吧|好吧|对{1,3}(?:啊|呀|的)?|好的?|OK|Okay|[嗯呃]+|诶|欸|啊|哦)(?=[ 、]*\S)",
    re.IGNORECASE,
)


_THEN = re.compile(  # 那 that only leads on, and neither points at something nor draws a conclusion
    r"那(?=(?:我们?|咱们|大家)(?!们?就)|在?[这那]|今天|如果|因为|所以|首先|接下来|最后|另外"
    r"|第[一二三四五六](?:个|点|部分|件|方面)|比如|感谢|谢谢|对于?.{1,10}(?:来说|来讲|而言))"
)
_SUPPOSES = re.compile(r"如果|要是|假如|假设|既然|的话|只要|万一|除非|一旦|否则|不然|当.*时")
_ASKING = re.compile(
    r"[吗呢吧啊？]$|什么|怎|谁|哪|多少|几[个点次]|为何|如何|是不是|有没有|能不能|会不会|要不要"
)
_OBJECT_FRAME = re.compile(
    r"来说|来讲|而言|来看|说来|影响|帮助|打击|挑战|好处|坏处|启发|考验|冲击|重要|[有不]利|公平|友好|兴趣"
    r"|满意|了解|认识|意义|态度|看法|想法|信心|期待|要求|支持|进行|造成|产生|构成|形成|提出|给予|表示|保持"
    r"|(?<!不)一样|感情|好$|帮|困扰|压力|意见|印象|熟悉|陌生|特别好|很好|伤害|贡献|价值|负责|机会|作用|用处|来得"
    r"|信任|信赖|依赖|崇拜|敬佩|佩服|尊[重敬]|耐心|失望|绝望|感激|怀疑|害怕|恐惧|担心|厌恶|反感|不满|好奇|热情|冷淡|客气"
    r"|礼貌|宽容|严[格厉]|苛刻|忠诚|着迷|无视|过敏|用心|上心|放心|小心|警惕|重视|看重|在[乎意]|热[爱衷]"
    r"|^[我你他她]们?(?:[我你他她]|是一[种场])|(?:喜欢|讨厌|恨|狠|防|凶)的?$"
)
_TAG_END = re.compile(r"(?<![ ，、])[ ，、]*(对吧|是吧|对不对|好吧|你知道吗|你知道吧)$")
_NO_TAG_AFTER = {
    "对吧": "不都才就也很挺还得没更",
    "是吧": "不就也都还才真总算该能只但而像正便更又倒或可要凡于",
    "对不对": "得",
    "好吧": "还挺不就最很更都太也美你多讨友爱良看刚正恰要只",
    "你知道吗": "",
    "你知道吧": "",
}


def drop_hums(text: str) -> str:
    """Drop every 嗯 and 呃, unless the text has no other word.

    >>> drop_hums("我嗯觉得呃这个可以")
    '我觉得这个可以'
    >>> drop_hums("嗯")
    '嗯'
    """
    without = re.sub(r"[嗯呃]+(?!逆)", "", text)
    return without if re.search(r"\w", without) else text


def drop_fillers(transcript: Transcript) -> Transcript:
    """Drop fillers that have no meaning, and lines of nothing else.

    >>> def texts(*said: str) -> list[str]:
    ...     lines = tuple(Line(text, number) for number, text in enumerate(said, 1))
    ...     return [line.text for line in drop_fillers(Transcript(lines)).lines]
    >>> texts("对所以没问题是吧", "好吧", "OK我们开始", "对吧，很清楚，对不对？")
    ['所以没问题', '我们开始', '很清楚。']
    >>> texts("对川普首先是保守的", "对川普来说首先要赢", "对川普首先要有耐心")
    ['川普首先是保守的', '对川普来说首先要赢', '对川普首先要有耐心']
    >>> texts("芯片很小", "那我们来看芯片", "如果下雨", "那我们不去", "那我们怎么去")
    ['芯片很小', '我们来看芯片', '如果下雨', '那我们不去', '那我们怎么去']
    >>> texts("你不去，那我们走")
    ['你不去，那我们走']
    >>> texts("你是北京人吗", "对", "对美国来说这是好消息", "有点不对劲", "说得对不对")
    ['你是北京人吗', '对', '对美国来说这是好消息', '有点不对劲', '说得对不对']
    """
    kept: list[Line] = []
    before, voice = "", ""  # the last clause that is kept, and its voice
    lines = transcript.lines
    for place, line in enumerate(lines):
        following = lines[place + 1].text if place + 1 < len(lines) else ""
        if voice != line.voice:
            before, voice = "", line.voice
        text, before = _without_fillers(line.text, before, following)
        if not text and _is_turn(lines, place):
            text = line.text
        if text:
            kept.append(line if text == line.text else replace(line, text=text))
    return Transcript(tuple(kept))


def _is_turn(lines: tuple[Line, ...], place: int) -> bool:
    """Whether a line is all that one speaker says between two lines of others.

    It is no such turn if it only interrupts a sentence of another speaker, as 嗯 does: the line
    before it neither ends nor asks, and the same speaker goes on after it.
    """
    before = lines[place - 1] if place else None
    after = lines[place + 1] if place + 1 < len(lines) else None
    voice = lines[place].voice
    if before is None or before.voice == voice or (after is not None and after.voice == voice):
        return False
    is_within = after is not None and after.voice == before.voice
    return not is_within or before.text.rstrip()[-1:] in (*"。？！?!",) or asks(before.text)


def _without_fillers(text: str, before: str, following: str) -> tuple[str, str]:
    """A line without its fillers, and its last clause that is kept, or `before` if none is."""
    clauses = [match.groups() for match in _CLAUSE.finditer(text) if match[0]]
    kept: list[list[str]] = []
    for place, (clause, mark) in enumerate(clauses):
        after = clauses[place + 1][0] if place + 1 < len(clauses) else following
        rest = _clause_without_fillers(clause.strip(), before, after)
        if rest:
            is_whole = rest.endswith(clause.strip()[-2:])
            kept.append([rest, mark if is_whole else _statement_mark(mark)])
            before = rest + mark
        elif kept:
            kept[-1][1] = _stronger(kept[-1][1], _statement_mark(mark))
    return "".join(part for pair in kept for part in pair), before


def _clause_without_fillers(clause: str, before: str, after: str) -> str:
    """A clause without its fillers; empty if it has nothing else and is not needed."""
    answers = asks(before)
    if _FILLER.fullmatch(clause):
        is_concession = clause == "好吧" and _CONCEDES.match(after)
        is_answer = answers and _ANSWER.fullmatch(clause)
        is_needed = is_concession or is_answer or _completes(clause, before)
        return clause if is_needed else ""
    clause = re.sub(r"^然后呢(?=然后)", "", drop_hums(clause))
    if not answers:
        clause = _drop_opening(clause, before)
    return _drop_tag(clause, after)


def _completes(filler: str, before: str) -> bool:
    """Whether a word that can be a filler completes the clause before it: 说得|对, 我要|这个."""
    if not before or before[-1] in MARKS:
        return False
    word, tag = rjieba.tag(before[-12:])[-1]
    if filler in ("对", "好", "对的", "好的", "好了"):
        return word in ("得", "不", "很", "更", "最", "太", "真", "挺", "非常", "完全")
    return filler in ("这个", "那个") and tag in ("v", "p")


def asks(clause: str) -> bool:
    """Whether a clause is a question that is answered by yes or no.

    >>> asks("你觉得可以吗"), asks("你是北京人对吧")
    (True, True)
    >>> asks("看他是不是会来"), asks("这是为什么")
    (False, False)
    """
    clause = clause.rstrip("，。；：…！")
    if re.search(r"[你您].*(?:对吧|是吧|对不对)？?$", clause):
        return True
    found = _ASKS.search(clause)
    if not found or len(clause) > 40:
        return False
    return not _EMBEDS.search(clause[: found.start()])


def _drop_opening(clause: str, before: str) -> str:
    """A clause without the fillers at its start."""
    if clause[0] == "对" and len(clause) > 3 and before.rstrip("，。").endswith(clause[1:]):
        return clause[1:]  # …是一个保守主义, 对保守主义
    if _THEN.match(clause) and _only_leads_on(clause, before):
        clause = clause[1:]
    while (found := _OPENS_WITH.match(clause)) and _opens_as_filler(found[0], clause):
        clause = clause[found.end() :].lstrip(" 、")
    return clause


def _only_leads_on(clause: str, before: str) -> bool:
    """Whether 那 at the start of a clause follows from nothing, asks nothing and answers nobody.

    After a comma it may follow from what is before: 你不给钱，那我们走.
    """
    if not before or before.endswith("，") or _SUPPOSES.search(before) or _ASKING.search(clause):
        return False
    return rjieba.tag(clause[:20])[0][0] == "那"


def _opens_as_filler(filler: str, clause: str) -> bool:
    rest = clause[len(filler) :].lstrip(" 、")
    words = rjieba.tag(clause[:40])
    after = [pair for pair in rjieba.tag(rest[:40]) if pair[0].strip()]
    if filler[-1] == " " or filler[0] in "嗯呃":
        return not rest.startswith("逆")
    if "".join(word for word, _ in words[: len(words)])[: len(filler)] != filler:
        return False
    is_guessed = filler == "对" and not rjieba.has_word(words[0][0])  # 对川普, taken for one name
    if not is_guessed and not _is_word_edge(words, len(filler)):
        return False
    first, tag = after[0]
    if filler[-1] == "吧":
        return filler != "好吧" or not _CONCEDES.match(rest)
    if filler.upper() in ("OK", "OKAY"):
        opens = re.match(rf"[{HANZI}]|(?:so|now|well|let)\b", rest, re.IGNORECASE)
        return bool(opens) and first not in "的了吗吧啊啦不呢就嘛绷"
    if filler[0] in "好":
        return first in AFTER_GOOD
    if filler[0] == "对":
        return _is_agreement(after) if filler == "对" else first not in "，的"
    return tag in ("r", "c", "d") or first in AFTER_YES


def _is_word_edge(words: list[tuple[str, str]], place: int) -> bool:
    at = 0
    for word, _ in words:
        at += len(word)
        if at >= place:
            break
    return at == place


def _is_agreement(after: list[tuple[str, str]]) -> bool:
    """Whether 对 before these words means yes (对，我们…) and is no preposition (对我们来说…)."""
    first, tag = after[0]
    rest = "".join(word for word, _ in after)
    if first in AFTER_YES:
        return not (first in ("有", "没有", "没") and re.match(r"没?有?.{0,6}的人", rest))
    if re.match(r"全部都|所有都", rest):
        return True
    if tag in ("c", "d") and first not in ("和", "与", "及", "不"):
        return "的" not in rest and not _OBJECT_FRAME.search(rest)
    if first in TIMES:
        return not re.match(rf"{first}(?:的|这)", rest) and not _OBJECT_FRAME.search(rest)
    if tag.startswith("n") and len(after) > 2 and after[1][0] in ASSERTING:
        return not _OBJECT_FRAME.search(rest)
    if tag != "r" or _OBJECT_FRAME.search(rest) or len(after) < 3:
        return False
    second, second_tag = after[1]
    if second_tag == "r" and second != "自己":
        second, second_tag = after[2]
    follows = after[2][0]
    is_predicate = second_tag in ("d", "c") or second in SUBJECT_VERBS
    is_cleft = second_tag == "v" and follows == "的" and rest.find("的是") > 0
    return is_cleft or (is_predicate and follows not in ("的", "一些", "这"))


def _drop_tag(clause: str, after: str) -> str:
    """A clause without the tag at its end, if the tag asks nothing."""
    clause = re.sub(rf"(?<=[{HANZI}][了嘛啊呢])[ ]*(?:对|OK)$", "", clause)
    found = _TAG_END.search(clause)
    if not found or not _is_mere_tag(clause[: found.start()], found[1]):
        return clause
    is_asked = re.search(r"[你您]", clause) and _REPLY.match(after)
    return clause if is_asked else clause[: found.start()]


def _is_mere_tag(stem: str, tag: str) -> bool:
    if len(re.findall(r"\w", stem)) < 2 or stem[-1] in _NO_TAG_AFTER[tag]:
        return False
    if tag == "对不对" and _EMBEDS.search(stem[-10:]):
        return False
    return _is_word_edge(rjieba.tag((stem + tag)[-40:]), len(stem[-(40 - len(tag)) :]))


def _statement_mark(mark: str) -> str:
    """The mark for a clause that is no question any more."""
    return mark.replace("？", "。").replace("！", "。")


def _stronger(mark: str, other: str) -> str:
    return max(mark, other, key=lambda m: "，：；…。！？".find(m[-1:]) if m else -1)
