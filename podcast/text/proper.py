"""Words of a talk -> the names of people and companies among them.

A dictionary of words calls 文明 and 黑洞 names, too. So a Chinese word is taken for a name only if
`proper.tsv` lists it, or if it has the form of a person's full name and, in a list of names for
readers, the talk also treats it as a person: 高嘉良先生, 主持人高嘉良, 高嘉良说. Many names are
missed that way; a word that is no name is hardly ever taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from podcast.text.words import Word, words

LONGEST_NAME_WORDS = 3  # words of a dictionary that one listed name can be cut into
FULL_NAME_HANZI = (2, 3)  # hanzi of a Chinese full name

_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜"
    "戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙段雷钱汤尹黎易武乔贺赖龚庞樊殷施陶洪翟颜倪"
    "严温季俞章鲁葛韦申毕聂焦柳邢岳齐梅莫庄辛祝涂祁舒耿牟詹凌纪靳盛童欧甄项游裴霍翁甘柏柯阮桂柴饶瞿戚褚娄穆窦"
)
_NO_NAME = re.compile(  # a measure word, a form of address, and words that belong to the sentence
    r"[张段].|.*(?:老师|[总兄姐哥嫂董])|.*[的了是有在说讲和跟与就也都不没会要能来去上当做到给对从这那个们吗呢吧啊].*"
)
_TITLE = re.compile(  # words after a person's name, and before one
    r"老师|先生|女士|小姐|教授|博士|院士|院长|校长|部长|局长|处长|市长|县长|省长|总统|主席|总理|首相|书记|委员|政委|议员|立委"
    r"|律师|医师|医生|法官|记者|导演|总监|经理|总经理|董事长|创始人|创办人|执行长|主任|理事长|秘书长|会长|同学|学长|学姐"
    r"|主持人|嘉宾|作者|作家|诗人|歌手|演员|教练|诺贝尔奖"
)
_SAYS = re.compile(r"说|讲|认为|表示|提到|指出|写道|觉得|告诉|问|回答|提出|写|主张|强调")
_CALLED = re.compile(r"叫|叫做|叫作|名叫|采访|专访|访问|邀请|欢迎")


class Name(NamedTuple):
    """A name in a sentence, and whether the words around it show that it is one.

    `place` counts characters from the start of the sentence.
    """

    text: str
    place: int
    is_shown: bool


@lru_cache(maxsize=1)
def known_names() -> Mapping[str, str]:
    """The kind of each name in `proper.tsv`: person, company or place."""
    table = files(__package__).joinpath("proper.tsv").read_text(encoding="utf-8")
    rows = (row.split("\t") for row in table.splitlines() if not row.startswith("#"))
    return {name: kind for kind, names in rows for name in names.split(" ")}


@lru_cache(maxsize=20_000)
def is_hanzi_name(word: Word) -> bool:
    """Whether a Chinese word is surely a name: of a person, a company, an office, a place, a work.

    >>> [is_hanzi_name(Word(*word)) for word in (("黄仁勋", "nr"), ("文明", "nr"), ("黑洞", "ns"))]
    [True, False, False]
    """
    text = word.text
    is_office = word.tag == "nt" and len(text) > 2
    return text in known_names() or text.startswith("《") or is_office or is_full_name(word)


def is_full_name(word: Word) -> bool:
    """Whether a Chinese word has the form of a full name, and no dictionary has it as a word.

    >>> [is_full_name(Word(text, "nr")) for text in ("高嘉良", "高中生", "唐凤", "谢谢", "高智商")]
    [True, False, True, False, False]
    """
    import rjieba  # here, as in `podcast.text.words`

    text = word.text
    is_of_people = word.tag == "nr" and text[0] in _SURNAMES and len(text) in FULL_NAME_HANZI
    if not is_of_people or _NO_NAME.fullmatch(text) or rjieba.has_word(text):
        return False
    return len(text) == 2 or not (_is_common(text[:2]) or _is_common(text[1:]))


def _is_common(text: str) -> bool:
    """Whether a text is one word that is no name: 高中, 智商."""
    first = words(text)[0]
    return first.text == text and not first.tag.startswith("nr")


def hanzi_names(tokens: Sequence[Word]) -> Iterator[Name]:
    """Each mention of a person or a company in the words of a sentence.

    A listed name may be several words of the dictionary, such as 字节跳动. Such a name is always
    shown to be one; a full name is shown where a title or a verb of speaking stands beside it.

    >>> from podcast.text.words import words
    >>> list(hanzi_names(words("高嘉良先生说字节跳动和文明")))
    [Name(text='高嘉良', place=0, is_shown=True), Name(text='字节跳动', place=6, is_shown=True)]
    """
    first, place = 0, 0
    while first < len(tokens):
        last = _listed(tokens, first)
        if last > first:
            yield Name(_joined(tokens[first:last]), place, True)
        elif is_full_name(tokens[first]):
            yield Name(tokens[first].text, place, _is_of_a_person(tokens, first))
        last = max(last, first + 1)
        place += len(_joined(tokens[first:last]))
        first = last


def is_role(text: str) -> bool:
    """Whether a word says what a person is, and not who: 校长.

    >>> is_role("校长"), is_role("学校")
    (True, False)
    """
    return _TITLE.fullmatch(text) is not None


def _joined(tokens: Sequence[Word]) -> str:
    return "".join(word.text for word in tokens)


def _listed(tokens: Sequence[Word], first: int) -> int:
    """The end of the longest listed name of a person or company that begins at `first`.

    It is `first` if there is none.
    """
    for last in range(min(first + LONGEST_NAME_WORDS, len(tokens)), first, -1):
        kind = known_names().get(_joined(tokens[first:last]), "place")
        if kind != "place":
            return last
    return first


def _is_of_a_person(tokens: Sequence[Word], at: int) -> bool:
    """Whether the words beside a name treat it as a person's."""
    before = tokens[at - 1].text if at else ""
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    is_titled = is_role(before) or is_role(after)
    return bool(is_titled or _SAYS.fullmatch(after) or _CALLED.fullmatch(before))
