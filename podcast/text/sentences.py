"""Text -> its sentences: the one rule of where a sentence ends.

Joined, the pieces are always the text. Speech, subtitles, the page, the summaries, the proof of an
edit and the check of an episode all cut here, so that they mean the same by a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

STOPS = "。！？…⋯!?"
OPENERS = "“‘「『《〈（【〔［｛([{"
CLOSERS = "”’」』》〉）】〕］｝)]}"
LONGEST_BREATH = 160  # characters that are said in one breath

_TITLES = "《〈"
_BRACKETS = "（【〔［｛([{"
_CLOSER_OF = dict(zip(OPENERS, CLOSERS, strict=True))
_LATIN_STOP = (  # works. Then; but not 3.5, L.A., GPT-4.5, podcast.py
    rf"(?<=[a-z]{{2}})\.(?=[\"'{re.escape(CLOSERS)}]*(?:\s+[\"'{re.escape(OPENERS)}]*[A-Z一-鿿]|\s*\Z))"
)
_SIGN = re.compile(
    rf"(?:[{STOPS}]|\.{{3,}}|{_LATIN_STOP})(?:\s*[{STOPS}{re.escape(CLOSERS)}])*"
    rf"|[{re.escape(OPENERS + CLOSERS)}\"]"
)
_HAS_STOP = re.compile(rf"[{STOPS}.]")
_WORD_BEFORE = re.compile(r"[A-Za-z]+\Z")
_ABBREVIATIONS = frozenset(
    [
        *("mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "gen", "dept"),
        *("inc", "ltd", "co", "corp", "vs", "etc", "fig", "vol", "approx", "al"),
    ]
)
_LONGEST_WORD = 12  # letters that are looked at before a dot; no abbreviation has more
_GOES_ON = re.compile("[，、；：,;:—]|的(?![确士])")  # no sentence begins with these
_SPACES = re.compile(r"\s*")
_LEAD = re.compile(r"[\s“‘「『]*")  # what may stand before the first bracket of a sentence


def sentences(text: str) -> tuple[str, ...]:
    """`text` cut after its sentences; joined, the pieces are `text`.

    A run of stops ends a sentence, with the quotes and brackets that close after it.

    >>> sentences("真的吗?!“好。”他说……【注。】再说。")
    ('真的吗?!', '“好。”', '他说……', '【注。】', '再说。')
    >>> sentences("It works. Then we left.")
    ('It works. ', 'Then we left.')

    A stop in a title, or in a bracket that stands inside a sentence, ends none. Nor does one that
    a comma, a dash or 的 follows, nor a dot or a question mark in a number, a name or an address.

    >>> sentences("看《去哪儿？》的人（多吗？）来了，“好！”，他说，L.A.的GPT-4.5见a.cn/?q=1。")
    ('看《去哪儿？》的人（多吗？）来了，“好！”，他说，L.A.的GPT-4.5见a.cn/?q=1。',)

    What holds no letter, digit or hanzi is no sentence of its own.

    >>> sentences("……我不知道。——。"), sentences("？！"), sentences("")
    (('……我不知道。——。',), ('？！',), ())
    """
    return tuple(_with_words(_pieces(text)))


def breaths(text: str) -> tuple[str, ...]:
    """The sentences of `text`, one longer than 160 characters in several pieces.

    >>> [len(piece) for piece in breaths("好" * 100 + "，" + "好" * 100 + "。好。")]
    [101, 101, 2]
    >>> breaths("你好！GPT-4.5 很好")
    ('你好！', 'GPT-4.5 很好')
    """
    return tuple(piece for sentence in sentences(text) for piece in _breaths(sentence))


def ends_sentence(text: str) -> bool:
    """Whether a sentence ends where `text` ends.

    >>> ends_sentence("他问：“真的吗？”"), ends_sentence("works.")
    (True, True)
    >>> ends_sentence("他问，"), ends_sentence("《去哪儿？》"), ends_sentence("L.A.")
    (False, False, False)
    """
    *_, last = (0, *_ends(text))
    return 0 < last == len(text)


def final_mark(text: str) -> str:
    """The last sign of `text`, closing quotes, brackets and spaces aside.

    >>> final_mark("他问：“真的吗？”"), final_mark("好"), final_mark("”")
    ('？', '好', '')
    """
    return text.rstrip(CLOSERS + " \n\t")[-1:]


def _ends(text: str) -> Iterator[int]:
    """The places in `text` right after each sentence that ends, the spaces after it included."""
    begun = 0  # where the sentence begins
    closer = ""  # what closes the title or bracket that is open, whose stops end nothing
    quotes = 0  # how many straight quotation marks were passed
    for sign in _SIGN.finditer(text):
        run = sign[0]
        quotes += run == '"'
        if closer:
            place = run.find(closer)
            if place < 0:
                continue
            closer, run = "", run[place + 1 :]
        elif run in OPENERS:
            closer = _aside_closer(text, begun, sign.start())
            continue
        if not _HAS_STOP.search(run) or _is_abbreviation(text, sign) or _is_in_address(text, sign):
            continue
        end = sign.end()
        if quotes % 2 and text.startswith('"', end):
            end += 1
        spaces = _SPACES.match(text, end)
        end = spaces.end() if spaces else end
        if not _GOES_ON.match(text, end):
            begun = end
            yield end


def _aside_closer(text: str, begun: int, place: int) -> str:
    """What closes the title, or the bracket inside a sentence, that opens at `place`, if any does.

    A bracket that opens a sentence holds sentences of its own.
    """
    opener = text[place]
    lead = _LEAD.match(text, begun)
    is_first = lead is not None and lead.end() >= place
    if opener in _TITLES or (opener in _BRACKETS and not is_first):
        closer = _CLOSER_OF[opener]
        return closer if text.find(closer, place, place + LONGEST_BREATH) >= 0 else ""
    return ""


def _is_abbreviation(text: str, sign: re.Match[str]) -> bool:
    """Whether the dot found is that of Mr. or etc., which ends no sentence."""
    if sign[0][0] != "." or sign[0].startswith(".."):
        return False
    word = _WORD_BEFORE.search(text[max(0, sign.start() - _LONGEST_WORD) : sign.start()])
    return word is not None and word[0].lower() in _ABBREVIATIONS


def _is_in_address(text: str, sign: re.Match[str]) -> bool:
    """Whether the marks found stand inside Latin letters or signs, as in a.cn/?q=1."""
    before, after = text[max(0, sign.start() - 1) : sign.start()], text[sign.end() : sign.end() + 1]
    is_latin = f"{before}{sign[0]}{after}".isascii()
    return bool(before and after) and is_latin and (after.isalnum() or after in "=&/_-")


def _pieces(text: str) -> Iterator[str]:
    begun = 0
    for end in _ends(text):
        yield text[begun:end]
        begun = end
    if begun < len(text):
        yield text[begun:]


def _with_words(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces, one without a word joined to the one before it, or else to the next."""
    held = ""
    for piece in pieces:
        if any(map(str.isalnum, piece)) and any(map(str.isalnum, held)):
            yield held
            held = ""
        held += piece
    if held:
        yield held


def _breaths(sentence: str) -> Iterator[str]:
    """A sentence too long for one breath, cut after a mark, at a space, or between hanzi."""
    while len(sentence) > LONGEST_BREATH:
        window = sentence[:LONGEST_BREATH]
        places = [found.end() for found in re.finditer(r"[，、；：,;:]\s*", window)]
        places = [place for place in places if place > LONGEST_BREATH // 3] or [
            found.end() for found in re.finditer(r"\s+|(?<=[^\x00-\x7f])(?=.)", window)
        ]
        cut = places[-1] if places and places[-1] > 0 else LONGEST_BREATH
        yield sentence[:cut]
        sentence = sentence[cut:]
    if sentence:
        yield sentence
