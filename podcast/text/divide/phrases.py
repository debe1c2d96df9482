"""Text -> the noun phrases in it that could be a title."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import rjieba

from podcast.files.english import FUNCTION_WORDS
from podcast.text.sentences import sentences
from podcast.text.words import Word, is_term, rarity, words

WIDEST = 16  # characters of a title
LONGEST_PHRASE_WORDS = 8  # words of a phrase
COMMON = 1.3  # rarity below which a word is no part of a title
TWICE = 2  # times that a word which no dictionary has is said, at least
TELLING = 3.0  # rarity above which a verb, or a noun of one hanzi, may be part of a title

# Each word is one letter: Noun, foreign namE, Verb, Adjective, Time, nuMber; D is 的, C is 和, X
# is a word that no title has.
_PHRASE = re.compile(r"M?[ATNE]*V?[ATNE]*(?:C[ATNE]+)?(?:DM?[ATVNE]*)?[NEV]")
_NUMBER = re.compile(r"[二三四五六七八九十两几][个大种项位条点家款层]")
_CLINGS = re.compile(r"^[和与在对把被从向给跟让叫问会能之]|[是有的了就也都不]")
_SPACE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[A-Za-z0-9])|(?<=[A-Za-z0-9]) (?=[\u4e00-\u9fff])")
# Tags of a single hanzi that can end or begin a longer noun.
_LASTS = frozenset(("n", "nr", "nz", "ng", "k", "g", "j"))
_FIRSTS = frozenset(("n", "nr", "nz", "j", "a", "b"))
_STEPS = ("一步", "一个", "一代", "一次", "一轮", "一站", "一阶段", "半场", "半年")
_ENGLISH = FUNCTION_WORDS | {"ok", "us"}
_EMPTY = re.compile(
    r"^(.)一?\1$|^(?:好|不|有点)?像(?!素)|像是|[这那哪每某]|^[我你他她它]|^[就也都还又只不没](?!业|学|市|会$|动产|断)|我们|你们|他们|大家|自己"
    r"|什么|怎么|多少|时候|东西|事情|情况|意思|感觉|样子|地方|今天|明天|昨天|刚才|[上下里前后]面"
    r"|有所|本来|原本|后来|从来|平时|好不好|是不是|对不对|有没有|可以|能够|所有|一下|一点|一样|有点|开始|比如|譬如|例如|好比|算是|记得|觉得|以为|认为|希望|谢谢|感谢|可言|所谓|再见|拜拜|多谢"
    r"|事实上|实际上|以往|当时|当初|目前|很[大多难好]|^最.?$|小时|分钟|公里|公分|公斤|时速|容易|办法|掌声|[下上出进过起回][去来]$|^[去前]往$|之前|之后|以上|以下|以来|之间|之中|当中"
    r"|(?:问题|部分|方面|老师|先生|小姐|同学|朋友|主席|对话|视频|例子|方式|观众|主持人|网友|画面|段落|话题)$"
)
_LIGHT = re.compile(  # verbs without a meaning of their own, in any word class
    r"产生|进行|成为|造成|形成|得到|获得|具有|拥有|做出|作出|给出|提出|发生|使用|完成|继续|保持|访问|打开|看到"
    r"|包括|充满|出于|属于|基于|等于|位于|来自|在于|处于|由于|含有|存在"
)
_LED = re.compile(r".+[去来掉多少完到]")  # verbs that need an object after them
_PAUSE = re.compile(  # clauses about a break in the room, which is no subject of the talk
    r"(?<![^。！？，])[^。！？，]*(?:休息(?:一下|一会|[\d一二三五十几两]+分钟)|喝[口点杯]?(?:水|茶|咖啡)|[上去](?:个|一下)?(?:厕所|洗手间))[^。！？，]*"
)
_CODE = re.compile(r"[\d-]{5,}")  # a telephone number, an order
_NOISE = re.compile(r"(.)\1+", re.IGNORECASE)
_CUE = re.compile(
    r"(?:[看讲说聊谈到入叫做是]|关于|推荐|介绍|分享|讨论|题目|主题|一个|一下|这个|就是|，|。|？|！|：|^)$"
)


class Phrase(NamedTuple):
    """Words of a text that could be its title.

    `place` counts characters from the start of the text. `worth` is 1 if the phrase is complete,
    and less if it is a part of a longer one. `cued` says whether the word before it announces it.
    """

    words: tuple[Word, ...]
    place: int
    worth: float
    cued: bool

    @property
    def text(self) -> str:
        """The words, joined."""
        return "".join(word.text for word in self.words)

    @property
    def key(self) -> str:
        """A key that is the same for spellings which differ in case and spaces."""
        return self.text.casefold().replace(" ", "")

    @property
    def is_work(self) -> bool:
        """Whether the phrase is the title of a work."""
        return self.words[0].text.startswith("《")

    @property
    def counts_parts(self) -> bool:
        """Whether the phrase has a number of things, as headings do: 三个特点."""
        return any(_NUMBER.fullmatch(word.text) for word in self.words)

    @property
    def terms(self) -> frozenset[str]:
        """The keys of the words that can be a subject."""
        return frozenset(word.key for word in self.words if is_term(word))


def words_of(text: str) -> list[Word]:
    """The words of a text; a foreign name and the title of a work are one word each.

    Spaces beside hanzi, 一个 after 的, and clauses about a break in the room are left out.

    >>> "".join(word.text for word in words_of("我休息一下，喝口水。看模型"))
    '，。看模型'
    >>> "".join(word.text for word in words_of("水的循环，工人的休息权"))
    '水的循环，工人的休息权'
    """
    joined = _SPACE.sub("", _PAUSE.sub("", text)).replace("的一个", "的")
    return with_single_hanzi(merged(w for sentence in sentences(joined) for w in words(sentence)))


def with_single_hanzi(tokens: Sequence[Word]) -> list[Word]:
    """`tokens` with a rare noun of one hanzi joined to the word beside it, if both recur as one.

    A dictionary that lacks 区块链 and 泽连斯基 cuts them; the longer half alone would be no title.

    >>> [word.text for word in with_single_hanzi(words("区块链很新，所以区块链很难"))]
    ['区块链', '很', '新', '，', '所以', '区块链', '很', '难']
    >>> [word.text for word in with_single_hanzi(words("区块链很新"))]
    ['区块', '链', '很', '新']
    >>> [word.text for word in with_single_hanzi(words("我看见蛇，看见蛇就跑"))]
    ['我', '看见', '蛇', '，', '看见', '蛇', '就', '跑']
    """
    singles = Counter(word.text for word in tokens if len(word.text) == 1)
    pairs = Counter(pair for pair in pairwise(tokens) if _is_cut(*pair))
    for before, one, two in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if one.tag == "v" and before.tag in ("r", "d"):  # what somebody does, and to what
            pairs[one, two] = 0
    done: list[Word] = []
    before = Word("", "")
    for word in tokens:
        times = pairs[before, word]
        single = word.text if len(word.text) == 1 else before.text
        if times >= TWICE and 2 * times > singles[single]:
            done[-1] = Word(done[-1].text + word.text, "nr" if before.tag == "nr" else "n")
        else:
            done.append(word)
        before = word
    return done


def _is_cut(one: Word, two: Word) -> bool:
    """Whether a longer word and a rare single hanzi can be one that no dictionary has."""
    if two.tag in _LASTS and len(two.text) == 1 < len(one.text):
        single, is_word = two.text, one.tag[0] in "nvabj"
    elif one.tag in _FIRSTS and len(one.text) == 1 < len(two.text):
        single, is_word = one.text, two.tag[0] in "nabj"
    else:
        return False
    is_hanzi = not one.text.isascii() and not two.text.isascii()
    return is_word and is_hanzi and rarity(single) > TELLING


def merged(tokens: Iterable[Word]) -> list[Word]:
    """`tokens` with a foreign name, or the title of a work, as one word.

    >>> [word.text for word in merged(words("我们看Scaling Law，再看《技术共和国》"))]
    ['我们', '看', 'Scaling Law', '，', '再', '看', '《技术共和国》']
    >>> [word.text for word in merged(words("这款模型"))]
    ['这', '款', '模型']
    """
    done: list[Word] = []
    quoted: list[Word] = []
    for word in tokens:
        if quoted or word.text == "《":
            quoted.append(word)
            if word.text == "》":
                done.append(Word("".join(w.text for w in quoted), "nz"))
                quoted = []
            elif len(quoted) > LONGEST_PHRASE_WORDS:
                done += quoted
                quoted = []
        elif done and done[-1].text in ("上", "下") and word.text in _STEPS:
            done[-1] = Word(done[-1].text + word.text, "t")
        elif len(done) > 1 and done[-1].text == " " and _is_one_name(done[-2], word):
            done.pop()
            done[-1] = Word(f"{done[-1].text} {word.text}", "eng")
        else:
            done.append(word)
    return done + quoted


def _is_one_name(before: Word, word: Word) -> bool:
    """Whether two words with a space between are one foreign name."""
    if word.text.casefold() in _ENGLISH or before.text.casefold() in _ENGLISH:
        return False
    number = re.fullmatch(r"\d+(\.\d+)?", word.text) is not None
    return before.tag == "eng" and (word.tag == "eng" or number) and len(before.text) < WIDEST - 2


def letter(word: Word) -> str:
    """The letter for the part that a word can have in a title.

    >>> "".join(letter(word) for word in words("机器人的三个特点"))
    'NDMN'
    """
    text, tag = word
    if text == "的":
        return "D"
    if text in ("和", "与", "及"):
        return "C"
    if _NUMBER.fullmatch(text) and not text.isdigit():
        return "M"
    if tag == "eng":
        return (
            "X"
            if _CODE.fullmatch(text) or text.casefold() in _ENGLISH or _NOISE.fullmatch(text)
            else "E"
        )
    if tag[0] == "x" or len(text) < 2 or rarity(text) < COMMON or _EMPTY.search(text):
        return "X"
    return _han(word)


def _han(word: Word) -> str:
    """`letter` of a Chinese word of more than one character."""
    tag = word.tag
    if _LIGHT.fullmatch(word.text):
        return "X"
    if word.text[0] == "一" and tag in ("m", "mq"):
        return "X"
    if is_misread(word.text):
        return "X"
    if tag == "v":
        return "V" if rarity(word.text) > TELLING and not _LED.fullmatch(word.text) else "X"
    if tag[0] == "n" or tag in ("vn", "an", "j", "l", "i", "s", "g", "m"):
        return "N"
    if tag[0] in "ab":
        return "A"
    return "T" if tag in ("t", "f") else "X"


def is_misread(text: str) -> bool:
    """Whether a word with a particle in it is in no dictionary: rjieba guessed it, and wrongly.

    >>> is_misread("之墙"), is_misread("之间"), is_misread("萌典")
    (True, False, False)
    """
    return _CLINGS.search(text) is not None and not rjieba.has_word(text)


def phrases(text: str) -> Iterator[Phrase]:
    """Every run of words in `text` that could be a title.

    >>> [phrase.text for phrase in phrases("我们来看机器人的进展。")]
    ['机器人', '机器人的进展', '进展']
    >>> [phrase.text for phrase in phrases("对吧，就是这样的。")]
    []
    """
    tokens = words_of(text)
    letters = "".join(letter(word) for word in tokens)
    place = 0
    for first, word in enumerate(tokens):
        if letters[first] in "NEAVTM":
            for last in range(first + 1, min(first + LONGEST_PHRASE_WORDS, len(tokens)) + 1):
                if letters[last - 1] == "X":
                    break
                if _is_title(tokens, letters, first, last):
                    yield _phrase(tokens, letters, first, last, place)
        place += len(word.text)


def _is_title(tokens: Sequence[Word], letters: str, first: int, last: int) -> bool:
    """Whether the words from `first` up to `last` are a complete phrase."""
    if not _PHRASE.fullmatch(letters, first, last):
        return False
    width = sum(len(word.text) for word in tokens[first:last])
    run = tokens[first:last]
    if not 2 <= width <= WIDEST or not any(is_term(word) for word in run):
        return False
    if len({word.key for word in run if word.text != "的"}) + letters.count("D", first, last) < len(
        run
    ):
        return False
    if last < len(tokens) and tokens[last].text in ("了", "过", "着", "到", "得"):
        return False
    if _is_cut_from_its_unit(tokens, last) or (first and tokens[first - 1].text.isdigit()):
        return False
    if letters.count("V", first, last) > 1:
        return False
    return letters[last - 1] != "V" or _is_deed(tokens, letters, first, last)


def _is_deed(tokens: Sequence[Word], letters: str, first: int, last: int) -> bool:
    """Whether the verb at the end of a phrase can be a noun: 系统的涌现, but not 专业的五楼出现.

    It is none if it has an object, or if what stands before it is its subject.
    """
    after = tokens[last].tag[0] if last < len(tokens) else "x"
    is_clause = letters[last - 2] == "M" or (
        letters[last - 2] in "NE" and "D" in letters[first:last]
    )
    return last - first > 1 and after == "x" and not is_clause


def _is_cut_from_its_unit(tokens: Sequence[Word], last: int) -> bool:
    """Whether the words before `last` end in a figure that counts what comes next: 人均2300元."""
    figure = tokens[last - 1].text
    following = tokens[last].text if last < len(tokens) else "，"
    return figure.isdigit() and "\u4e00" <= following[0] <= "\u9fff" and following != "的"


def _phrase(tokens: Sequence[Word], letters: str, first: int, last: int, place: int) -> Phrase:
    before = letters[first - 1] if first else "X"
    after = letters[last] if last < len(tokens) else "X"
    worth = 1.0
    if after in "NEV":
        worth *= 0.5
    elif after == "D":
        worth *= 0.8
    if before in "NEMA":
        worth *= 0.5
    elif before in "DV":
        worth *= 0.8
    if letters[first] == "V":
        worth *= 0.45
    if letters[last - 1] == "V":
        worth *= 0.7
    lead = tokens[first - 1].text if first else ""
    return Phrase(tuple(tokens[first:last]), place, worth, _CUE.search(lead) is not None)
