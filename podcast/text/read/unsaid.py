"""Heard -> Heard without what nobody said: tags, marks of sounds, heads and feet, inventions.

It stands in one place, after every form: whatever wrote a transcript, the same marks get into it.
Each list names its source, and each rule shows a line that it takes out and one that it leaves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from podcast.files.late import late
from podcast.files.tidy import tidy
from podcast.text.read.edges import (
    MOST_HEAD,
    is_dated,
    is_foot,
    is_head,
    is_section,
    is_sentence,
    names_keywords,
)
from podcast.text.read.forms.clock import CLOCK
from podcast.text.read.forms.cues import strip_markup
from podcast.text.read.heard import Heard

HABIT = 2  # lines with markup from which it is the file's, not somebody's words about markup
MOST_TITLES = 3  # lines: a title, who speaks, and the date
HEAD = "the head of the file"  # why a line above the words is left out
SILENT = 0.6  # Whisper's own threshold of no_speech_prob (openai/whisper, transcribe.py)
LONG_CUE_MS = 8000  # a cue of few words that lasts longer was shown over silence
FEW = 24  # characters

# Tags of SenseVoice (QwenAudio/SenseVoice, README): <|zh|><|NEUTRAL|><|Speech|><|withitn|>.
SENSE_TAG = late(r"<\|[^|<>]{0,40}\|>")
SENSE_SIGN = late(r"[🎼👏😀😭🤧😷❓😊😔😡😰🤢😮]")  # its signs of sounds and moods

# Sounds, as those who write subtitles mark them. Sources: YouTube's automatic captions ([Music],
# [Applause]); whisper.cpp ([BLANK_AUDIO]); subtitles for the hard of hearing, which recognisers
# have learnt from ((音乐), 【笑声】, *coughs*). Shown by `cleared_text`.
SOUND = (
    r"(?:[^\[\]()（）【】*♪]{0,8}?(?:音乐|音樂|乐曲|配乐|片头曲|片尾曲|歌声|歌聲|笑声|笑聲|掌声|掌聲|鼓掌|欢呼|歡呼|咳嗽|叹气|嘆氣"
    r"|沉默|静音|靜音|无声|無聲|噪音|杂音|雜音|铃声|鈴聲|鼓声|鼓聲|哭声|哭聲|尖叫|口哨|脚步声|敲门声)[^\[\]()（）【】*♪]{0,6}"
    r"|大?笑|哭|众人笑|眾人笑|听不清|聽不清|听不清楚|无法识别|無法識別|无法辨识|听不见|语音不清|不清楚|空白|停顿|无语音|無語音|间奏|前奏"
    r"|(?:[\w' -]{0,20}[ _])?(?:music|applause|laugh(?:s|ter|ing)?|blank_?audio|blank|silence"
    r"|silent|pause|inaudible|unintelligible|noise|cough(?:s|ing)?|sigh(?:s|ing)?|cheer(?:s|ing)?"
    r"|crosstalk|clapping|singing|no speech|no audio|bgm|foreign(?: language)?|indistinct|beep"
    r"|sound effects?|static|ringing|whistling|background noise)(?:[ _][\w: -]{0,20})?)"
)
MARK = late(
    rf"\s*(?:\[\s*{SOUND}\s*\]|\(\s*{SOUND}\s*\)|（\s*{SOUND}\s*）|【\s*{SOUND}\s*】|〔\s*{SOUND}\s*〕|\*{{1,3}}\s*{SOUND}\s*\*{{1,3}})\s*",
    re.IGNORECASE,
)
SONG = late(r"[♪♫♬🎵🎶]+[^♪♫♬🎵🎶]{0,80}[♪♫♬🎵🎶]+|[♪♫♬🎵🎶]+")
TURN_MARK = late(r"^\s*(?:>>+|＞＞+|»)\s*")  # of American captions: another speaks

# Lines that Whisper writes over silence: openai/whisper discussions 928 and 1873, Vexa-ai/vexa 617,
# meizhong986/WhisperJAV 265. Nobody says these.
INVENTED = late(
    r".{0,12}(?:amara\.?\s?org|明镜(?:与|與|需要|栏目)|明鏡(?:與|需要|欄目)|点点栏目|點點欄目|打赏支持明镜|打賞支持明鏡"
    r"|独播剧场|獨播劇場|yoyo\s*television|字幕志愿者|字幕志願者|志愿者\s*(?:李宗盛|杨茜茜|楊茜茜|索兰娅)|字幕by|字幕提供[:：]"
    r"|zither\s?harp|ming\s?pao\s?(?:canada|toronto)|索兰娅|索蘭婭|以下是普通话的句子|以下是普通話的句子"
    r"|transcription by|subtitles by the amara).{0,40}"
    r"|(?:本?字幕|中文字幕)由?.{1,20}(?:提供|制作|製作|翻译|翻譯|校对|听译|上传)"
    r"|(?:字幕|翻译|翻譯|校对|校對|听译|时间轴|時間軸|后期|监制)\s*[:：].{1,30}",
    re.IGNORECASE,
)
# What it writes over silence, and hosts say: these go only where nobody can have spoken.
DOUBTFUL = late(
    r"(?:请不吝|請不吝|请|請|欢迎|歡迎|记得|記得|喜欢的?话?|別忘了|别忘了)?.{0,6}"
    r"(?:点赞|點贊|點讚|订阅|訂閱|转发|轉發|打赏|打賞|关注|關注).{0,24}"
    r"|(?:谢谢|謝謝|感谢|感謝|多谢)(?:大家|您|你们?)?的?(?:观看|觀看|收看|收听|收聽|聆听)?"
    r"|(?:我们)?下(?:期|次|集)(?:再见|再見|见|見)|thanks? (?:you )?for watching.{0,20}|thank you"
    r"|bye(?:[ -]bye)?|you|the end",
    re.IGNORECASE,
)


class Dropped(NamedTuple):
    """A line, or what of it was taken out, its number in the file, and why."""

    why: str
    text: str
    number: int


def take_out(heard: Sequence[Heard], is_plain: bool) -> tuple[list[Heard], list[Dropped]]:
    """What was said, and what nobody said.

    In plain text, tags and entities are words until they are a habit of the file.
    """
    dropped: list[Dropped] = []
    kept = list(heard)
    for step in (headed, footed, without_clocks, invented):
        left, out = step(kept)
        kept, dropped = left, dropped + out
    has_markup = not is_plain or sum(has_tags(one.text) for one in kept) >= HABIT
    cleared = []
    for one in kept:
        text = cleared_text(one.text, has_markup)
        if text:
            cleared.append(one._replace(text=text))
        if text != tidy(one.text):
            dropped.append(Dropped("a mark or a tag", one.text, one.number))
    return cleared, dropped


def has_tags(text: str) -> bool:
    """Whether it holds a tag, an entity or a subtitle's code."""
    return strip_markup(text) != text.replace("\\h", " ")


def cleared_text(text: str, has_markup: bool) -> str:
    """A line without tags, entities and marks of sounds.

    >>> cleared_text("（掌声）今天我们聊番茄 [笑声]", False), cleared_text(">> 你好 ♪", False)
    ('今天我们聊番茄', '你好')
    >>> cleared_text("这本书（2019年版）写得[真]好", False)
    '这本书（2019年版）写得[真]好'
    >>> cleared_text("<|zh|><|NEUTRAL|>大家好", False), cleared_text("<b>你</b>&amp;我", True)
    ('大家好', '你&我')
    """
    text = tidy(text)  # so that no pattern below meets a long run of spaces
    if "<|" in text:
        text = SENSE_SIGN.sub("", SENSE_TAG.sub("", text))
    text = text.lstrip("🎼")
    text = strip_markup(text) if has_markup else text
    text = MARK.sub(" ", TURN_MARK.sub("", SONG.sub(" ", text)))
    return tidy(text)


def headed(heard: Sequence[Heard]) -> tuple[list[Heard], list[Dropped]]:
    """Without the lines above the words: a title, the date, keywords, who took part, a summary.

    Where speakers are named, or lines have times, nothing that stands before the first of them was
    said, unless it is a sentence and heads no section that is about the talk; nor was what stands
    above a date. Elsewhere only lines that heads are known for go, and only from the top.
    """
    dated = (at for at, one in enumerate(heard[:MOST_TITLES]) if is_dated(one.text))
    begins = max(first_said(heard), next(dated, 0))
    out: list[int] = []
    title = ""
    for at, one in enumerate(heard[:MOST_HEAD]):
        text = tidy(one.text)
        is_below = bool(title) and (at < begins or "、" in text)
        if is_head(text) or is_section(text):
            title = text if names_keywords(text) or is_section(text) else ""
        elif at >= begins and not is_below:
            break
        elif not is_below and is_sentence(text):
            continue
        elif not is_section(title):
            title = ""  # keywords are one line, a summary is any number
        out.append(at)
    if len(out) == len(heard):
        return list(heard), []
    gone = [Dropped(HEAD, heard[at].text, heard[at].number) for at in out]
    return [one for at, one in enumerate(heard) if at not in out], gone


def first_said(heard: Sequence[Heard]) -> int:
    """How many lines stand before the first with a speaker or a time, if that tells; else 0."""
    named = next((at for at, one in enumerate(heard) if one.speaker), 0)
    timed = next((at for at, one in enumerate(heard) if one.start_ms is not None), 0)
    below = heard[timed:]
    is_timed = sum(one.start_ms is not None for one in below) * 5 >= len(below) * 4
    first = named or (timed if is_timed else 0)
    return first if first <= MOST_HEAD else 0


def without_clocks(heard: Sequence[Heard]) -> tuple[list[Heard], list[Dropped]]:
    """Without the times that stand alone between turns, as Google Meet writes them."""
    kept, gone = [], []
    has_speakers = any(one.speaker for one in heard)
    for one in heard:
        if has_speakers and re.fullmatch(rf"[\[(（]?{CLOCK}[\])）]?", tidy(one.text)):
            gone.append(Dropped("a time", one.text, one.number))
        else:
            kept.append(one)
    return kept, gone


def footed(heard: Sequence[Heard]) -> tuple[list[Heard], list[Dropped]]:
    """Without the lines below the words: who transcribed it, and with what."""
    end = len(heard)
    while end > 1 and len(heard) - end < 3 and is_foot(heard[end - 1].text):
        end -= 1
    return list(heard[:end]), [
        Dropped("the foot of the file", one.text, one.number) for one in heard[end:]
    ]


def invented(heard: Sequence[Heard]) -> tuple[list[Heard], list[Dropped]]:
    """Without the lines that a recogniser wrote over silence.

    >>> said = ["大家好", "字幕由Amara.org社区提供", "谢谢观看", "我是字幕志愿者"]
    >>> kept, gone = invented([Heard(text, at) for at, text in enumerate(said, 1)])
    >>> [one.text for one in kept]
    ['大家好', '谢谢观看', '我是字幕志愿者']
    >>> silent = Heard("谢谢观看", 1, 0, 30_000)
    >>> invented([silent, Heard("大家好", 2, 30_000, 32_000)])[0][0].text
    '大家好'
    """
    times = Counter(tidy(one.text) for one in heard)
    kept, gone = [], []
    for one in heard:
        text = tidy(one.text)
        if is_invented(one, text, times[text]):
            gone.append(Dropped("written over silence", one.text, one.number))
        else:
            kept.append(one)
    return (kept, gone) if kept else (list(heard), [])


def is_invented(one: Heard, text: str, times: int) -> bool:
    """Whether a line was surely never said."""
    bare = text.rstrip("。！!.，,")
    if INVENTED.fullmatch(bare) and not re.match(r"[我你他她]", bare):
        return True
    lasts = (one.end_ms or 0) - (one.start_ms or 0) if one.end_ms is not None else 0
    is_silent = one.silence >= SILENT or (lasts >= LONG_CUE_MS and len(text) <= FEW)
    return bool(DOUBTFUL.fullmatch(bare)) and (is_silent or (times > 2 and one.end_ms is not None))
