"""Lines that stand above and below the words of a talk, as programs and services write them.

Sources: the exports of 飞书妙记, 通义听悟, 讯飞听见, 腾讯会议, 钉钉闪记, Otter, Google Meet,
Microsoft Teams, Zoom, Sonix and Notta; `tests/data/cases` and `tests/data/forms` have their like.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from podcast.files.late import late
from podcast.files.tidy import tidy

LONGEST_TITLE = 60  # characters
MOST_ABOVE = 400  # lines of a summary and a list of chapters above the words
MOST_HEAD = 12  # lines that can head a file
_DAY = r"\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?"
_CLOCK = r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
KEYS = (  # each alone, or before a colon and what it tells
    *(
        "关键词",
        "關鍵詞",
        "文字记录",
        "文字記錄",
        "转写文稿",
        "轉寫文稿",
        "转写内容",
        "搜索转写内容",
        "转录",
        "转录文本",
        "内容转文字",
        "在视频中搜索",
        "search (?:in )?video",
        r"(?:新录音|新建?录音|new recording)(?:\s*\d{1,4})?",
    ),
    *(
        "会议纪要",
        "会议主题",
        "会议时间",
        "会议号",
        "会议名称",
        "参会人员?",
        "参会者",
        "参加者",
        "参与者",
        "与会人员?",
    ),
    *(
        "录制时间",
        "创建时间",
        "创建于",
        "创建人",
        "转写时间",
        "导出时间",
        "文件名称?",
        "音频名称",
        "音频时长",
        "录音名称",
        "录音时间",
        "录音时长",
        "参与人",
    ),
    *("时长", "发言人", "说话人", "智能摘要", "全文概要", "原文", "字幕", "逐字稿", "标题", "语言"),
    *(
        "(?:summary )?keywords",
        "transcript(?:ion)?",
        "(?:meeting )?(?:attendees|participants|date|title)",
    ),
    *("summary", "duration", "speakers", "recorded", "location", "language", "file ?name"),
)
HEAD = late(
    rf"(?:{'|'.join(KEYS)})\s*(?:[:：].*)?"
    r"|.*_(?:原文|文字记录|转写|transcript)"
    r"|(?:kind|language)\s*:\s*[\w-]+"
    rf"|(?:录音\s*)?{_DAY}\D{{0,8}}(?:{_CLOCK})?(?:\s*[-–~至]\s*{_CLOCK})?"
    r"(?:\s*[A-Z]{2,4}(?:[+-]\d{1,2})?)?(?:\s*\|.*)?"
    r"|(?:\d+\s*(?:小时|分钟|分|秒)\s*)+"
    r"|.*(?:由\s*AI\s*(?:转写|生成)|AI\s*转写|仅供参考).*",
    re.IGNORECASE,
)
DATED = late(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
KEYWORDS = late(r"(?:关键词|關鍵詞|(?:summary )?keywords)[:：]?", re.IGNORECASE)
SECTION = late(  # the head of a stretch that is about the talk, and is none of it
    r"(?:智能|全文|内容|AI)?(?:摘要|概要|概览|总结|小结)|(?:智能)?章节(?:速览)?|发言总结|问答回顾|要点回顾|待办(?:事项)?"
    r"|(?:meeting )?(?:summary|overview|notes|outline|action items|key takeaways)",
    re.IGNORECASE,
)
WORDS = late(  # the head of the words themselves, below such stretches
    r"(?:转写)?原文|文字记录|文字記錄|转写(?:文稿|内容|结果)|逐字稿|(?:发言|会议)记录|转录文本"
    r"|(?:full )?transcript(?:ion)?",
    re.IGNORECASE,
)
TOOL = (
    r"(?:AI|飞书妙记|通义听悟|讯飞听见|腾讯会议|钉钉闪记|网易见外|剪映"
    r"|[A-Z][A-Za-z]{1,15}(?:[ .][A-Za-z]{1,10})?)"
)
FOOT = late(
    r"(?:transcribed|transcript|captioned|generated|created|subtitles?|captions?)\s+"
    r"(?:by|with|from)\b.{0,80}"
    rf"|.{{0,20}}(?:由|使用|通过)\s*{TOOL}\S{{0,12}}\s*(?:自动)?"
    r"(?:转写|转录|识别|生成|提供|导出)\S{0,6}"
    r"|.{0,30}已经?(?:开始|停止|结束)了?(?:转录|转写|录制|录音)"
    r"|.{0,40}\b(?:started|stopped) (?:the )?(?:transcription|recording)"
    r"|(?:meeting|transcription|recording|会议|转写|录制)\s?(?:has |已)?(?:ended|结束).{0,40}"
    r"|(?:会议|转写|录制)已于.{1,20}结束.{0,6}"
    r"|(?:this|此|本).{0,40}(?:computer|machine|automatically|计算机|机器|自动).{0,6}"
    r"(?:generated|生成).{0,120}"
    r"|[A-Z][\w.]{1,15} (?:is|was) .{0,60}(?:transcription|subtitl|caption|transcrib).{0,60}"
    r"|(?:中文|普通话|粤语|英语|chinese|english).{0,16}[(（](?:自动生成|自動產生|auto-generated)[)）]"
    r"|(?:https?://)?(?:www\.)?otter\.ai\S*|-{3,}|={3,}|全文(?:完|结束)",
    re.IGNORECASE,
)


def is_head(text: str) -> bool:
    """Whether a line is known to stand above the words.

    >>> is_head("关键词：番茄、土壤"), is_head("2024年07月17日 10:50"), is_head("会议号：123 456")
    (True, True, True)
    >>> is_head("关键是土要松"), is_head("2024年我们去了大理"), is_head("大家好")
    (False, False, False)
    """
    return bool(HEAD.fullmatch(tidy(text)))


def is_dated(text: str) -> bool:
    """Whether a line is a date as programs write it, which nobody says like this.

    >>> is_dated("2024-07-17 10:50"), is_dated("2024年7月17日"), is_dated("大家好")
    (True, False, False)
    """
    return is_head(text) and bool(DATED.match(tidy(text)))


def names_keywords(text: str) -> bool:
    """Whether a line heads a list of keywords, which is the next line.

    >>> names_keywords("关键词:"), names_keywords("关键词是番茄")
    (True, False)
    """
    return bool(KEYWORDS.fullmatch(tidy(text)))


def is_section(text: str) -> bool:
    """Whether a line heads a stretch that is about the talk, such as a summary.

    >>> is_section("全文摘要"), is_section("我总结一下")
    (True, False)
    """
    return bool(SECTION.fullmatch(tidy(text)))


def heads_words(text: str) -> bool:
    """Whether a line heads the words of the talk.

    >>> heads_words("原文"), heads_words("文字记录："), heads_words("原文是英文的")
    (True, True, False)
    """
    return bool(WORDS.fullmatch(tidy(text).rstrip(":：")))


def lines_above(lines: Sequence[str]) -> int:
    """How many lines of a text stand above the words, where a summary and then a head say so.

    The head of the summary stands near the top: further below it is something that was said.

    >>> lines_above(["番茄", "全文概要", "聊了番茄。", "章节速览", "00:02 选土", "原文", "大家好"])
    6
    >>> lines_above(["大家好", "原文", "是英文的"]), lines_above(["关键词：番茄", "原文", "大家好"])
    (0, 0)
    >>> lines_above(["大家好", *["读课文"] * 20, "小结", "我们看", "原文", "学而时习之"])
    0
    """
    top = lines[:MOST_ABOVE]
    short = [at for at, line in enumerate(top, 1) if len(line) <= LONGEST_TITLE]
    heads = [at for at in short if heads_words(top[at - 1])]
    is_told = len(heads) == 1 and any(map(is_section, top[: min(MOST_HEAD, heads[0] - 1)]))
    return heads[0] if is_told else 0


def is_foot(text: str) -> bool:
    """Whether a line is known to stand below the words.

    >>> [is_foot(text) for text in ("Transcribed by https://otter.ai", "小林 已停止转录")]
    [True, True]
    >>> [is_foot(text) for text in ("会议已于 00:12 后结束", "由 Notta 转写", "中文（自动生成）")]
    [True, True, True]
    >>> [is_foot(text) for text in ("这个字幕是我自己写的", "我们明天开始录制下一期", "谢谢大家")]
    [False, False, False]
    """
    return bool(FOOT.fullmatch(tidy(text)))


def is_sentence(text: str) -> bool:
    """Whether a line reads like something that somebody says.

    >>> is_sentence("大家好。"), is_sentence("阳台种菜")
    (True, False)
    """
    return text[-1:] in "。？！" or len(text) > LONGEST_TITLE
