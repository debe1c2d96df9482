"""Transcript -> Transcript without stutters and restarts: words begun twice are kept once.

A general test decides what is a stutter, not a list of examples. Both copies must begin and end at
word boundaries; then the class of the repeated word decides. Function words, pronouns, numerals
with their measure word and phrases of several words are stutters. Doubled verbs, adjectives, kin
terms and single numerals (看看, 讨论讨论, 慢慢, 妈妈, 一个一个, 九九) are correct Chinese, and so
are words doubled for emphasis (非常非常).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

import rjieba

from podcast.model import Line, Transcript
from podcast.text.clean.words import DELIBERATE, PERSONS, STATIVE
from podcast.text.spacing import HANZI

LONGEST_CHARS = 12  # characters of a phrase that can be a stutter
_SINGLE = frozenset(
    "我你他她它您这那在从将由和跟与及或而但若如因于以是有不就也都又还才再很更已会能要应该的得着"
    "吗呢向往为被第对"
)
# Tags of rjieba.
_FUNCTION = ("r", "c", "p", "u", "d", "f", "t")  # classes whose words are not doubled on purpose
_NOUNS = ("n", "s", "j", "l", "i", "eng")
_FRAGMENTS = ("ns", "j", "x", "zg", "g", "ng")  # classes of a first character that is no word
_GOVERNING = ("v", "p", "eng", "x", "vn", "a")  # classes that can stand before an object
_UNFINISHED = ("r", "c", "p", "u", "uj", "d", "m", "q", "f")  # classes that end no phrase
_OPENING = ("c", "u", "uj", "ul", "t", "f", "y", "m")  # classes after which a subject can begin


_AGAIN = frozenset("又再越连")
_NUMERALS = frozenset("零一二三四五六七八九十百千万亿两〇○")
_LOOP = re.compile(rf"([{HANZI}]{{1,20}}?)\1{{3,}}")
_LAUGHTER = frozenset("哈呵嘿嘻呜啦咚嘟噜哒")
_REPEAT = re.compile(rf"([{HANZI}0-9][{HANZI}A-Za-z0-9. ]{{0,{LONGEST_CHARS - 1}}}?) ?\1")
_STRETCH = re.compile(rf"[{HANZI}A-Za-z0-9 .'-]+")
_ENGLISH = re.compile(
    r"\b(a|an|the|i|we|you|he|she|it|they|is|are|was|were|to|of|in|on|at|and|or|but|so|this|these|my"
    r"|your|our|their|for|with|if)(?: \1)+\b",
    re.IGNORECASE,
)


class _Word(NamedTuple):
    text: str
    tag: str


def join_stutters(text: str) -> str:
    """Keep one of each word or phrase that was said twice by mistake.

    >>> join_stutters("从从关税到这个这个海关，2月2月10号恨这个恨这个DEI")
    '从关税到这个海关，2月10号恨这个DEI'
    >>> join_stutters("我们慢慢讨论讨论，妈妈天天一个一个看看1992年和九九年")
    '我们慢慢讨论讨论，妈妈天天一个一个看看1992年和九九年'
    """
    text = _LOOP.sub(_unlooped, text)
    if not text.isascii() and _REPEAT.search(text):
        text = _STRETCH.sub(_joined, text)
    return _ENGLISH.sub(r"\1", text)


def join_restarts(transcript: Transcript) -> Transcript:
    """Drop the end of a line, or the whole line, that the next line begins with again.

    >>> said = ("我特意截了两个", "两个图", "为了抵制", "为了抵制政府", "靠技术", "技术最重要")
    >>> lines = tuple(Line(text, number) for number, text in enumerate(said, 1))
    >>> [line.text for line in join_restarts(Transcript(lines)).lines]
    ['我特意截了', '两个图', '为了抵制政府', '靠技术', '技术最重要']
    """
    lines: list[Line] = []
    for line in reversed(transcript.lines):
        text = line.text
        if lines and lines[-1].voice == line.voice:
            text = text[: len(text) - _begun_again(text, lines[-1].text)].rstrip()
        if text:
            lines.append(line if text == line.text else replace(line, text=text))
    return Transcript(tuple(reversed(lines)))


def _unlooped(found: re.Match[str]) -> str:
    """One of the repeated units of a recogniser's loop; numbers and laughter are not changed."""
    unit = found[1]
    is_speech = set(unit) <= _NUMERALS or set(unit) & _LAUGHTER or rjieba.has_word(unit * 2)
    return found[0] if is_speech else unit


def _joined(stretch: re.Match[str]) -> str:
    """A stretch of text without marks, without its stutters."""
    if not _REPEAT.search(stretch[0]):
        return stretch[0]
    words = [_Word(text, tag) for text, tag in rjieba.tag(stretch[0])]
    kept: list[_Word] = []
    place = 0
    while place < len(words):
        length = _said_twice(words, place, kept[-1] if kept else None)
        if length:
            place += length
        else:
            kept.append(words[place])
            place += 1
    return "".join(word.text for word in kept)


def _said_twice(words: list[_Word], place: int, before: _Word | None) -> int:
    """How many words from `place` on are a false start of what follows them."""
    for length in range(1, 7):
        second = place + length
        if second + length > len(words):
            break
        if words[place].text[0] != words[second].text[0]:
            continue
        first, again = words[place:second], words[second : second + length]
        after = words[second + length] if second + length < len(words) else None
        if [word.text for word in first] == [word.text for word in again]:
            if is_stutter(first, before, after):
                return length
        elif length == 1 and _is_fragment(first[0], again[0], before):
            return 1
    return 0


def is_stutter(words: list[_Word], before: _Word | None, after: _Word | None) -> bool:
    """Whether words said twice in a row are a stutter and not correct Chinese."""
    text = "".join(word.text for word in words)
    if not 0 < len(text.strip()) <= LONGEST_CHARS or text in DELIBERATE or set(text) <= _NUMERALS:
        return False
    if not re.search(rf"[{HANZI}]", text) or len(set(text)) == 1 < len(text):
        return False
    if len(words) > 1:
        is_chinese = set(text) & _AGAIN or (text[0] == "一" and len(text) <= 3)
        return not is_chinese and _is_unfinished(words[-1])
    return _is_said_once(words[0], before, after)


def _is_said_once(word: _Word, before: _Word | None, after: _Word | None) -> bool:
    """Whether a single word is never doubled on purpose."""
    text, tag = word
    if (text in PERSONS or tag == "t") and before and after and before.tag in _GOVERNING:
        return before.text == "是"  # 告诉我我可以走了: an object, then a subject
    if len(text) == 1:
        return text in _SINGLE
    if text[0] == text[1] or text[0] == "一":
        return False
    if tag == "m":
        return after is None or after.text[0] not in "地来的后前内之以"
    if tag.startswith(_NOUNS):
        return before is None
    return tag in _FUNCTION or text in STATIVE


def _is_fragment(first: _Word, whole: _Word, before: _Word | None) -> bool:
    """Whether `first` is the broken-off beginning of `whole`, the word after it: 美美国, 我我们."""
    if len(whole.text) <= len(first.text) or not whole.text.startswith(first.text):
        return False
    if first.text[0] in _NUMERALS or whole.text.endswith("长"):
        return False
    if not re.match(rf"[{HANZI}]", first.text) or whole.text in DELIBERATE:
        return False
    if len(first.text) == 1 and first.tag in _FRAGMENTS:
        return whole.tag.startswith("n")
    if first.text in PERSONS and before and before.tag in _GOVERNING:
        return False
    if len(first.text) == 1:
        return whole.tag in _FUNCTION and first.text in _SINGLE - {"和", "与", "对"}
    return whole.tag in _FUNCTION and first.tag in _FUNCTION


def _begun_again(text: str, following: str) -> int:
    """How many characters at the end of a line are the start of the next line, said twice."""
    longest = 0
    for length in range(1, min(len(text), len(following), LONGEST_CHARS) + 1):
        if text.endswith(following[:length]):
            longest = length
    if not longest or not re.match(rf"[{HANZI}A-Za-z0-9]", text[-1]):
        return 0
    if longest == len(text) < len(following):
        return longest if _is_false_start(text, following) else 0
    return _tail_begun_again(text, following)


def _is_false_start(text: str, following: str) -> bool:
    """Whether a whole line is a false start of the next line."""
    is_number = set(text) <= _NUMERALS or text.isdecimal()
    if text in DELIBERATE or is_number or len(set(text)) == 1 < len(text):
        return False
    if len(text) == 1:
        return text in _SINGLE and _ends_word(following, 1)
    last = _Word(*rjieba.tag(text)[-1])
    return (len(text) <= 4 or _is_unfinished(last)) and _ends_word(following, len(text))


def _tail_begun_again(text: str, following: str) -> int:
    ends = [_Word(*pair) for pair in rjieba.tag(text[-3 * LONGEST_CHARS :])]
    heads = [_Word(*pair) for pair in rjieba.tag(following[: 3 * LONGEST_CHARS])]
    for count in range(min(6, len(ends) - 1, len(heads)), 0, -1):
        first, again = ends[-count:], heads[:count]
        if [word.text for word in first] != [word.text for word in again]:
            continue
        before = ends[-count - 1]
        after = heads[count] if count < len(heads) else None
        if _crosses(first, before, after):
            return sum(len(word.text) for word in first)
    return 0


def _crosses(words: list[_Word], before: _Word, after: _Word | None) -> bool:
    """Whether words at the end of a line and at the start of the next are a restart.

    They are none if the next line begins a new thought with the same words.
    """
    word = words[0]
    if len(words) == 1 and word.tag == "r":
        return before.tag in _OPENING and after is not None
    if len(words) == 1 and word.tag == "m":
        return len(word.text) == 2 and not word.text.isdecimal() and after is not None
    if len(words) == 1 and word.tag.startswith((*_NOUNS, "v", "t")):
        return len(word.text) == 1 and word.text in _SINGLE
    must_go_on = words[-1].tag in ("r", "p", "c", "d") and words[-1].text not in PERSONS
    is_said_once = len(words) == 1 and word.text in _SINGLE - PERSONS
    return (must_go_on or is_said_once) and after is not None and is_stutter(words, before, after)


def _is_unfinished(word: _Word) -> bool:
    """Whether a phrase that ends in this word is incomplete, so that repeating it is a restart."""
    return word.tag in _UNFINISHED or word.text in _SINGLE or word.text in STATIVE


def _ends_word(text: str, place: int) -> bool:
    reached = 0
    for word in rjieba.cut(text[: place + LONGEST_CHARS]):
        reached += len(word)
        if reached >= place:
            break
    return reached == place
