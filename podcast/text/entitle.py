"""Script -> Script with a title for the episode, if no person gave one.

There are four sources, the most reliable first. The first that has a title is used:

1. The name of the transcript file, if a person wrote it as a title (关于大模型的思考.txt), and else
   the title above the words in the file. Only these were written by a person and not by a
   recogniser.
2. The subject that the speaker announces: 今天的主题是……, 今天我们来聊一聊……
3. What recurs all through the talk and stands in its opening or its titles (`subject`).
4. The title of the first part, then that of the first chapter: dull, but words of the talk.

A wrong title is worse than a dull one. So a file name is used only if a program would not have
given it, and an announced subject only if it reads as a complete phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from podcast.model import Script, Sentence
from podcast.text.divide.listed import FEWEST, counted_up
from podcast.text.divide.titles import CLOSING, OPENING
from podcast.text.sentences import sentences
from podcast.text.subject import subject
from podcast.text.words import CONTENT, Word, is_term, words

NAMELESS = "一期节目"  # the title of a talk for which no source has one
LONGEST_CHARS = 30  # characters of a title, so that a cover and a list of episodes show all of it
SHORTEST_NAME = 4  # hanzi of a file name that is a title: 演讲, 采访 only name a kind of talk
OPENING_LENGTH = 2000  # characters, some seven minutes, in which a talk announces its subject

# File names ---------------------------------------------------------------------------------

_HANZI = re.compile(r"[\u3400-\u9fff]")
_NAME = re.compile(rf"(?:{_HANZI.pattern}|[A-Za-z ，、：！？“”《》（）·—])+")
_OF_ANY_FILE = re.compile(  # names that programs and hurried people give to files of any content
    r"录[音像屏]|语音|备忘录?|音频|视频|字幕|文[稿本字件档]|逐字|速记|转[写录文换]|识别|听[写悟]|妙记|纪要"
    r"|会议|腾讯|飞书|通义|讯飞|钉钉|剪映|采访|访谈|演讲|原[始文稿]|未?命名|无标题|[新复]建|副本|[最终定初]稿?"
    r"|版本?|修[改订]|整理|结果|导出|下载|测试|样[本例]|示例|临时|[新的在和记稿轨]"
)

_OF_A_ROOM = re.compile(  # what programs call a meeting that nobody has named
    r".{0,12}?(?:的(?:视频|语音|快速|个人|网络|线上)*会议室?|(?:快速|视频|语音|个人|预[定约])的?会议室?)"
)

# Sentences that announce the subject --------------------------------------------------------

_MARK = "，。！？；：…—\n"  # marks that end a clause
_CLAUSE = rf"[^{_MARK}]"
_REST = rf"(?P<subject>{_CLAUSE}{{1,60}})(?!{_CLAUSE})"  # the rest of a clause of up to 60 hanzi
_TODAY = (
    r"(?:今[天日晚儿次]|[这本]一?(?:次|期|集|场|讲|回|堂课|节课|个视频|支视频|个演讲)"
    r"|本(?:论坛|节目|讲座|视频))"
)
_SUBJECT = r"(?:主题|题目|标题|讲题|演题|议题|话题|课题)"
_TALK = r"(?:演讲|讲座|报告|分享|节目|视频|论坛|圆桌|沙龙|直播|访谈|对谈|课程|发言)"
_PARTICLE = r"[呢啊呀嘛吧哦哈啦]"
_IS = (
    rf"{_PARTICLE}?，?(?:其实|也|就|主要|大概)*"
    r"(?:(?:就是|是|叫[做作]?|名为|[定订]为)+|为(?!什么|何|了))，?"
)
_TALK_OF = r"(?:分享|聊|谈|讲|说|讨论|探讨|介绍|解读|汇报|报告)"
_TALK_A_BIT_OF = (
    r"(?:聊聊|聊一聊|谈谈|谈一谈|讲讲|讲一讲|说说|说一说"
    r"|(?:分享|聊|谈|讲|讨论|探讨|介绍|解读)一下|(?:一起|来)(?:聊|谈|讨论|探讨|介绍|解读))"
)
_US_AND_YOU = (  # words between "today" and "talk of": those for the speakers and the listeners
    rf"(?:{_PARTICLE}|[我咱]们?|就|来|会|是|想|要|主要|重点|继续|再|先|一起|给|跟|和|与|为|同|向|大家|各位"
    r"|你们?|听众|观众|朋友们?|同学们?|的|时间|上午|下午|晚上|这里|在|能够?|很高兴|可以|里|中|节目|视频|，){0,12}"
)
_NAMED = (  # sentences that name the subject with a word such as 主题: 今天的主题是……
    re.compile(
        rf"(?:{_TODAY}{_CLAUSE}{{0,16}}?|我们?(?:的|要讲的)?{_TALK}?的?|{_TALK}的){_SUBJECT}(?:{_IS}|：)"
        rf"{_REST}"
    ),
    re.compile(
        rf"{_TODAY}{_CLAUSE}{{0,16}}?(?:以|围绕着?)"
        rf"(?P<subject>{_CLAUSE}{{1,30}}?)(?:为{_SUBJECT}|为题|[这的]一?个?{_SUBJECT})"
    ),
)
_ANNOUNCED = (  # sentences in which the speaker begins to talk of it: 今天我们来聊一聊……
    re.compile(
        rf"{_TODAY}{_US_AND_YOU}{_TALK_OF}(?:一下)?的(?:内容|东西|重点|故事)?{_IS}"
        rf"{_REST}"
    ),
    re.compile(rf"{_TODAY}{_US_AND_YOU}{_TALK_A_BIT_OF}，?{_REST}"),
    re.compile(rf"{_TODAY}{_US_AND_YOU}聊(?![天到完过了得起的着不聊一]){_REST}"),
)
_OF_ANOTHER = re.compile(  # words before a subject that may be that of another talk or event
    r"上一?[次期集个周]|下一?[次期集个周]|[明昨前后去]天|[去明]年|原[来本]|本来|刚才|刚刚|你们?的|[每各另某他她]"
    r"|黑客松|大赛|比赛|竞赛|博览会|展览|峰会|大会|年会|活动|很多|有些|[不没]|如果|之后"
    r"|第[一二三四五六七八九十\d]+(?![期次届集讲场回一二三四五六七八九十\d])"
)

# From the subject to the title --------------------------------------------------------------

_QUOTES = (("《", "》"), ("“", "”"), ("「", "」"), ("『", "』"), ("‘", "’"))
_QUOTED = re.compile("|".join(f"{left}[^{right}]+{right}" for left, right in _QUOTES))
_LEAD = re.compile(r"(?:[，、 ]|就是说?|(?:一些|一个|几个)?(?:有关于?|关于)|一些|一下)+")
_LEADING_WORD = re.compile(r"呃|嗯|额|针对|谈谈?|聊聊?|讲讲?|探讨|讨论|围绕着?")
_TAIL = re.compile(
    rf"(?:{_PARTICLE}|对吧|是吧|对不对|好不好|[ 、，]|的?(?:{_SUBJECT}|相关内容)"
    rf"|的?(?:这么|这样)?的?[这那]?一?[个件](?:{_SUBJECT}|事情?儿?))+$"
)
_GOES_ON = re.compile(rf"，(?:让|使|一起|共同|共创){_CLAUSE}+")
_LISTS = re.compile(r"，(?!也?就是|[那我这]|所以|然后|为什么|大家|希望)")
_DEIXIS = re.compile(  # words that only those who listen to the talk understand
    r"那(?!些[事年人])|[这某咱您他她它]|大家|各位|自己|刚才|刚刚|[上下]次|今[天日晚]|[昨明]天|现在|目前|等等|之类"
    r"|[怎什]么样|是不是|有没有|主题|题目|议题"
)
_PERSON = re.compile(r"[我你]")
_ASKS = re.compile(r"如何|怎[么样]|为什么|为何|什么是|是什么|能不能|该不该|要不要|会不会|谁|吗？$")
_CUT_SHORT = re.compile(
    r"(?:如何|怎[么样])?[在当从对把被跟向].*(?:[里上下中]面?|之[前后中间]|时候?|以[前后])"
)
_BEGINS_NONE = frozenset({"c", "y", "u", "uj", "ul", "uz", "ug", "r", "q", "k", "z", "o", "e"})
_ENDS_NONE = _BEGINS_NONE | {"p", "ud", "uv", "x"}  # tags, as `words` gives them
_MAY_BEGIN = re.compile(r"如何|怎[么样]|为什么|为何|谁|什么")
_NEVER_FIRST = re.compile(
    r"想要?|要|可以|会|能够?|希望|有|也|就|都|还有?|很|太|像|来|去|做|说|包括|比如|例如|由|按照|根据|大概|应该|可能|请"
)
_NEVER_INSIDE = re.compile(
    r"[是了吧呢也就都还有]|先[说讲聊]?|首先|没有|那么|但是|因为|所以|如果|觉得|认为|希望|然后|有人|一直"
)
_NEVER_LAST = re.compile(
    r"[有是在要会能想来去说讲像做让给等很太最更不没再又才]|可以|已经|正在|时候|方面|部分|一下|一些"
)
_OF_ANY_TALK = re.compile(  # words that fit any talk and so do not name its subject
    r"主题|题目|标题|话题|议题|内容|经验|心得|体会|演讲|讲座|节目|分享|报告|活动|会议|时间|故事|大家|朋友|老师"
    r"|方向|重点|部分|环节|方面|看法|想法|意见|问题|事情|东西|观点|感受|情况|讨论|同学|嘉宾|主持人|委员|年度|成果"
)


def entitle(script: Script, name: str, told: str = "") -> Script:
    """The script with a new title of at most `LONGEST_CHARS` characters.

    `name` is the name of the transcript file without its suffix, and `told` the title in the file.
    """
    return replace(script, title=next(_titles(script, (name, told))))


def _titles(script: Script, given: Iterable[str]) -> Iterator[str]:
    """The titles from all sources, the most reliable first; NAMELESS is always the last."""
    yield from filter(None, map(title_of_file, given))
    opening = _opening(script)
    yield from filter(None, (title_said(opening), title_counted(opening)))
    yield from filter(None, (_title_of_heading(subject(script, opening)),))
    headings = [chapter.part for chapter in script.chapters]
    headings += [chapter.title for chapter in script.chapters]
    yield from filter(None, map(_title_of_heading, headings))
    yield NAMELESS


def _opening(script: Script) -> str:
    """The first clauses of the talk, each paragraph on a line; the last clause is complete."""
    texts = (paragraph.text for chapter in script.chapters for paragraph in chapter.paragraphs)
    text = "\n".join(texts) + "\n"
    end = max(text.rfind(mark, 0, OPENING_LENGTH) for mark in _MARK) + 1
    return text[:end]


def _title_of_heading(heading: str) -> str:
    """The title of a part or chapter as a title of the episode; empty for 开场 or a number.

    >>> _title_of_heading("开场：数字文明"), _title_of_heading("开场"), _title_of_heading("第 1 节")
    ('数字文明', '', '')
    """
    text = heading.removeprefix(f"{OPENING}：").removeprefix(f"{CLOSING}：")
    is_of_any = text in (OPENING, CLOSING) or re.fullmatch(r"第 ?\d+ ?节", text)
    return "" if is_of_any or len(text) > LONGEST_CHARS else text


def title_of_file(name: str) -> str:
    """A file name as a title; empty unless it is Chinese words that name a certain subject.

    >>> title_of_file("关于大模型的思考"), title_of_file("一期节目")
    ('关于大模型的思考', '一期节目')
    >>> [title_of_file(name) for name in ("2025-02-indigo", "talk", "录音001", "会议录音文稿")]
    ['', '', '', '']
    >>> title_of_file("李丽预定的会议"), title_of_file("快速会议"), title_of_file("阳台种菜会议")
    ('', '', '阳台种菜会议')
    """
    text = name.strip()
    hanzi = _HANZI.findall(text)
    telling = _HANZI.findall(_OF_ANY_FILE.sub("", text))
    if _OF_A_ROOM.fullmatch(text):
        return ""
    is_one = len(hanzi) >= SHORTEST_NAME and len(telling) > 1 and len(text) <= LONGEST_CHARS
    return text if is_one and _NAME.fullmatch(text) else ""


def title_said(opening: str) -> str:
    """The subject that the opening of a talk announces, as a title; empty if it announces none.

    >>> title_said("大家好，今天的主题是数据的利与弊，就是它的好处。")
    '数据的利与弊'
    >>> title_said("他上次的题目是区块链。今天的主题是什么呢？")
    ''
    """
    return next(filter(None, map(_phrase, _places(opening))), "")


def title_counted(opening: str) -> str:
    """The things that a talk counts up in its opening, as a title; else nothing.

    >>> title_counted("今天聊两件事。第一件事是阳台种菜，第二件事是大理的旅行。")
    '阳台种菜、大理的旅行'
    >>> title_counted("第一年全烂了，第二年好一点。"), title_counted("这是第一个问题的第二个子题。")
    ('', '')
    """
    said = [Sentence(text, number) for number, text in enumerate(sentences(opening), 1)]
    things = [thing.text for thing in counted_up(said)]
    title = "、".join(things)
    return title if len(things) >= FEWEST and len(title) <= LONGEST_CHARS else ""


def _places(opening: str) -> Iterator[re.Match[str]]:
    """The places that may announce the subject, in order; first those of _NAMED."""
    for patterns in (_NAMED, _ANNOUNCED):
        places = [place for pattern in patterns for place in pattern.finditer(opening)]
        yield from sorted(places, key=re.Match.start)


def _phrase(place: re.Match[str]) -> str:
    """The title at a place that may announce the subject; empty if there is none."""
    opened = max(place.string.rfind(mark, 0, place.start()) for mark in _MARK) + 1
    if _OF_ANOTHER.search(place.string[opened : place.start("subject")]):
        return ""
    text = _without_lead(place["subject"])
    quoted = _QUOTED.match(place.string, place.end("subject") - len(text))
    if quoted and _closes(place.string[quoted.end() :]):
        return _title_in_quotes(quoted[0], place.re in _NAMED)
    text = _as_it_closes(_TAIL.sub("", text), place.string[place.end("subject") :])
    is_a_word = place.re in _ANNOUNCED and text.isascii()  # 今天要讲的是 Share: no title yet
    return text if is_title(text) and not is_a_word else ""


def _title_in_quotes(quoted: str, is_named: bool) -> str:
    """The words in quotes as a title. 《》 stay if the talk is about a work of that title.

    >>> _title_in_quotes("《数字文明》", True), _title_in_quotes("《三体》", False)
    ('数字文明', '《三体》')
    """
    inside = quoted[1:-1]
    text = inside if is_named or not quoted.startswith("《") else quoted
    return text if re.search(r"\w{2}", text) and len(text) <= LONGEST_CHARS else ""


def _closes(after: str) -> bool:
    """Whether a text has no words that matter before its first mark."""
    clause = re.split(f"[{_MARK}]", after)[0]
    return not _TAIL.sub("", clause)


def _as_it_closes(text: str, after: str) -> str:
    """A phrase with the part of the text `after` it that completes it; empty if it is a fragment.

    >>> _as_it_closes("后疫情时代", "，让未来教育尽早发生。")
    '后疫情时代，让未来教育尽早发生'
    >>> _as_it_closes("机器会取代我们吗", "？大家想一想。")
    '机器会取代我们吗？'
    >>> _as_it_closes("医师", "，心理师，律师。")
    ''
    """
    more = _GOES_ON.match(after)
    if more:
        return text + more[0]
    if len(words(text)) == 1 and _LISTS.match(after):
        return ""  # the first item of several
    return text + "？" * text.endswith("吗")


def _without_lead(text: str) -> str:
    """A subject without the words that lead up to it.

    >>> _without_lead("一些关于谈判的技巧"), _without_lead("就是谈谈恋爱")
    ('谈判的技巧', '谈恋爱')
    """
    while text:
        lead = _LEAD.match(text)
        word = words(text)[0].text
        if not lead and not _LEADING_WORD.fullmatch(word):
            break
        text = text[lead.end() if lead else len(word) :]
    return text


def is_title(text: str) -> bool:
    """Whether a phrase can be a title by itself.

    >>> is_title("普通人怎么理财"), is_title("这个是我们"), is_title("一些经验和心得")
    (True, False, False)
    """
    if any(text.count(left) != text.count(right) for left, right in _QUOTES):
        return False
    if not 2 <= len(text) <= LONGEST_CHARS or _DEIXIS.search(text) or _CUT_SHORT.fullmatch(text):
        return False
    if _PERSON.search(text) and not _ASKS.search(text):
        return False
    tagged = words(re.sub("[《》？]", "", text))
    return bool(tagged) and _is_whole(tagged) and _says_something(tagged)


def _is_whole(tagged: tuple[Word, ...]) -> bool:
    """Whether a phrase has no word that cannot begin or end one, and no clause inside."""
    first, last = tagged[0], tagged[-1]
    begins = _MAY_BEGIN.fullmatch(first.text) or not (
        first.tag in _BEGINS_NONE or _NEVER_FIRST.fullmatch(first.text)
    )
    ends = last.text == "吗" or not (last.tag in _ENDS_NONE or _NEVER_LAST.fullmatch(last.text))
    return bool(begins) and ends and not any(_NEVER_INSIDE.fullmatch(word.text) for word in tagged)


def _says_something(tagged: tuple[Word, ...]) -> bool:
    """Whether a phrase has a word that few talks have, or two words that can be a subject."""
    subjects = [
        word
        for word in tagged
        if len(word.text) > 1 and CONTENT.match(word.tag) and not _OF_ANY_TALK.fullmatch(word.text)
    ]
    return len(subjects) > 1 or any(map(is_term, subjects))
