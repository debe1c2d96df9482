"""Text -> its sentences: the only rule in the program for where a sentence ends.

The pieces, joined, are always the text. Speech, subtitles, the page, the summaries, the proof of an
edit and the check of an episode all use this module, so that they have the same sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from podcast.files.late import late

STOPS = "。！？…⋯!?"
OPENERS = "“‘「『《〈（【〔［｛([{"
CLOSERS = "”’」』》〉）】〕］｝)]}"
LONGEST_BREATH = 160  # characters that an engine gets at once; a longer sentence is cut

_TITLES = "《〈"
_BRACKETS = "（【〔［｛([{"
_CLOSER_OF = dict(zip(OPENERS, CLOSERS, strict=True))
_LATIN_STOP = (  # works. Then; but not 3.5, L.A., GPT-4.5, podcast.py
    rf"(?<=[a-z]{{2}})\.(?=[\"'{re.escape(CLOSERS)}]*(?:\s+[\"'{re.escape(OPENERS)}]*[A-Z一-鿿]|\s*\Z))"
)
_SIGN = late(
    rf"(?:[{STOPS}]|\.{{3,}}|{_LATIN_STOP})(?:\s*[{STOPS}{re.escape(CLOSERS)}])*"
    rf"|[{re.escape(OPENERS + CLOSERS)}\"]"
)
_HAS_STOP = late(rf"[{STOPS}.]")
_WORD_BEFORE = late(r"[A-Za-z]+\Z")
_ABBREVIATIONS = frozenset(
    [
        *("mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "gen", "dept"),
        *("inc", "ltd", "co", "corp", "vs", "etc", "fig", "vol", "approx", "al"),
    ]
)
_LONGEST_WORD = 12  # letters before a dot that are looked at; no abbreviation has more
_GOES_ON = late("[，、；：,;:—]|的(?![确士])")  # no sentence begins with these
_SPACES = late(r"\s*")
_LEAD = late(r"[\s“‘「『]*")  # signs that may be before the first bracket of a sentence


def sentences(text: str) -> tuple[str, ...]:
    """`text` cut after its sentences; joined, the pieces are `text`.

    A run of stops ends a sentence, with the quotes and brackets that close after it.

    >>> sentences("真的吗?!“好。”他说……【注。】再说。")
    ('真的吗?!', '“好。”', '他说……', '【注。】', '再说。')
    >>> sentences("It works. Then we left.")
    ('It works. ', 'Then we left.')

    A stop in a title, or in a bracket inside a sentence, does not end a sentence. Nor does a stop
    before a comma, a dash or 的, nor a dot or a question mark in a number, a name or an address.

    >>> sentences("看《去哪儿？》的人（多吗？）来了，“好！”，他说，L.A.的GPT-4.5见a.cn/?q=1。")
    ('看《去哪儿？》的人（多吗？）来了，“好！”，他说，L.A.的GPT-4.5见a.cn/?q=1。',)

    A piece without a letter, digit or hanzi is no sentence of its own.

    >>> sentences("……我不知道。——。"), sentences("？！"), sentences("")
    (('……我不知道。——。',), ('？！',), ())
    """
    return tuple(_with_words(_pieces(text)))


def breaths(text: str) -> tuple[str, ...]:
    """The sentences of `text`; a sentence longer than LONGEST_BREATH is cut into several pieces.

    >>> [len(piece) for piece in breaths("好" * 100 + "，" + "好" * 100 + "。好。")]
    [101, 101, 2]
    >>> breaths("你好！GPT-4.5 很好")
    ('你好！', 'GPT-4.5 很好')
    """
    return tuple(piece for sentence in sentences(text) for piece in _breaths(sentence))


def ends_sentence(text: str) -> bool:
    """Whether a sentence ends at the end of `text`.

    >>> ends_sentence("他问：“真的吗？”"), ends_sentence("works.")
    (True, True)
    >>> ends_sentence("他问，"), ends_sentence("《去哪儿？》"), ends_sentence("L.A.")
    (False, False, False)
    """
    *_, last = (0, *_ends(text))
    return 0 < last == len(text)


def final_mark(text: str) -> str:
    """The last character of `text` before closing quotes, brackets and spaces.

    >>> final_mark("他问：“真的吗？”"), final_mark("好"), final_mark("”")
    ('？', '好', '')
    """
    return text.rstrip(CLOSERS + " \n\t")[-1:]


def _ends(text: str) -> Iterator[int]:
    """The place in `text` after each sentence that ends, and after the spaces that follow it."""
    begun = 0  # the beginning of the sentence
    closer = ""  # the sign that closes the open title or bracket, in which stops end nothing
    led, lead = -1, 0  # where the sentence begins of which `lead` is the end of its first signs
    quotes = 0  # how many straight quotation marks came before
    for sign in _SIGN.finditer(text):
        run = sign[0]
        quotes += run == '"'
        if closer:
            place = run.find(closer)
            if place < 0:
                continue
            closer, run = "", run[place + 1 :]
        elif run in OPENERS:
            if led != begun:
                led, lead = begun, _lead_end(text, begun)
            closer = _aside_closer(text, sign.start(), is_first=lead >= sign.start())
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


def _lead_end(text: str, begun: int) -> int:
    """The end of the signs with which a sentence opens that begins at `begun`."""
    lead = _LEAD.match(text, begun)
    assert lead  # as it may be of no signs
    return lead.end()


def _aside_closer(text: str, place: int, *, is_first: bool) -> str:
    """The closing sign of a title, or of a bracket inside a sentence, that opens at `place`.

    It is empty for a bracket that `is_first` in a sentence, which has sentences of its own, and if
    the closing sign is missing.
    """
    opener = text[place]
    if opener in _TITLES or (opener in _BRACKETS and not is_first):
        closer = _CLOSER_OF[opener]
        return closer if text.find(closer, place, place + LONGEST_BREATH) >= 0 else ""
    return ""


def _is_abbreviation(text: str, sign: re.Match[str]) -> bool:
    """Whether the sign is the dot of an abbreviation such as Mr. or etc., so ends no sentence."""
    if sign[0][0] != "." or sign[0].startswith(".."):
        return False
    word = _WORD_BEFORE.search(text[max(0, sign.start() - _LONGEST_WORD) : sign.start()])
    return word is not None and word[0].lower() in _ABBREVIATIONS


def _is_in_address(text: str, sign: re.Match[str]) -> bool:
    """Whether the marks are between Latin letters or signs, as in a.cn/?q=1."""
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
    """The pieces; one without a word is joined to the one before it, or to the next."""
    joined = ""
    for piece in pieces:
        if any(map(str.isalnum, piece)) and any(map(str.isalnum, joined)):
            yield joined
            joined = ""
        joined += piece
    if joined:
        yield joined


def _breaths(sentence: str) -> Iterator[str]:
    """A sentence, cut into pieces of at most LONGEST_BREATH characters.

    It is cut after a mark if possible, else at a space or between hanzi.
    """
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
