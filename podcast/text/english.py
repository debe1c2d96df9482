"""English lines -> sentences, by simple rules; English text -> a title for its chapter.

The tagger has learnt only Chinese, so it does not get English lines.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from podcast.files.addresses import ADDRESS
from podcast.files.english import FUNCTION_WORDS, english_words, is_english, words
from podcast.model import Line, Sentence
from podcast.text.sentences import final_mark, sentences
from podcast.text.spacing import ONE_HANZI

FEWEST_WORDS = 8  # words of neighbouring lines that are taken for English, at least
WORDS_A_STOP = 60  # words for each written stop, at most, in a text that is punctuated
LONGEST_TITLE = 30  # characters of a title, which can then be that of the episode, too
LONGEST_SENTENCE_WORDS = 40  # words of lines that are joined to one sentence

_FILLER = re.compile(r"\b(?:u+h+m*|u+m+|e+r+m+|h+m+)\b[,.]?\s*", re.IGNORECASE)
_VERB = r"(?:is|are|was|were|do|does|did|can|could|would|will|should|have|has|'s|'re)"
_ASKS = re.compile(
    r"(?:(?:so|and|but|well|now|then|okay|ok),? )?"
    rf"(?:(?:what|why|who|whose|where|when|which|how)\b(?! (?:to|i|we|it|this) ).*\b{_VERB}\b"
    r"|(?:what|why|who|where|how)\b(?! (?:to|i|we|it|this|you|they|he|she|a|the)\b)(?: \S+){1,7}$"
    rf"|{_VERB} (?:you|we|they|he|she|it|i|there|this|that)\b).*",
    re.IGNORECASE,
)
_OPEN_END = re.compile(  # words with which no sentence ends
    r"(?:.* )?(?:a|an|the|of|to|in|on|at|by|for|from|with|as|is|are|was|were|be|and|or|but|so|if"
    r"|my|your|his|its|our|their|this|that|these|those|because|which|who|into|about|than|very"
    r"|will|would|can|could|should|not)",
    re.IGNORECASE,
)
# Words with which no sentence begins.
_GOES_ON = re.compile(r"(?:of|to|than|or|which|because)\b", re.IGNORECASE)
_ANNOUNCES = re.compile(
    r"\b(?:(?:talk|speak|chat|discuss)(?:ing)?|episode|topic|story|today)(?: is| will be)?"
    r"(?: a (?:bit|little))?(?: more)?(?: about| of| on)? "
    r"(?P<subject>(?:how to|why|what)\b[^.?!,;]{4,80}|(?:(?<=about )|(?<=discussing )"
    r"|(?<=discuss ))[^.?!,;]{4,80})",
    re.IGNORECASE,
)
# Words that are frequent in any talk.
_COMMON = words("""
    hello everyone welcome back show today going talk thank thanks listening see next time first
    second third well really actually okay yeah yes know think like want need get got make made
    said say says tell told thing things lot kind sort way something anything everything people
    person one two three now once again even still let's lets come came goes went take took look
    looks right good great bit maybe because while much many every other another same own let
    put use used try tried ever never always only day year week episode podcast guys folks
    everybody
""")
_CLAUSE_ENDS = re.compile(
    r" (?:and|but|so|because|which|who|when|while|if|then)\b.*", re.IGNORECASE
)


def is_all_english(lines: Sequence[Line]) -> bool:
    """Whether a whole transcript is in English, so that even a lone OK in it is."""
    text = " ".join(line.text for line in lines)
    if len(english_words(text)) < FEWEST_WORDS:
        return False
    return len(ONE_HANZI.findall(text)) * FEWEST_WORDS < len(text) and is_english(
        ONE_HANZI.sub("", text)
    )


def stretches(lines: Sequence[Line], whole: bool) -> Iterator[tuple[bool, list[Line]]]:
    """The runs of lines, each with whether it is English; a phrase among Chinese lines is not.

    In a transcript that is English as a `whole`, each line without hanzi is.
    """
    runs: list[tuple[bool, list[Line]]] = []
    for line in lines:
        is_latin = not ONE_HANZI.search(line.text)
        if not runs or runs[-1][0] != is_latin:
            runs.append((is_latin, []))
        runs[-1][1].append(line)
    joined: list[tuple[bool, list[Line]]] = []
    for is_latin, run in runs:
        text = " ".join(line.text for line in run)
        is_prose = is_english(text) and len(english_words(text)) >= FEWEST_WORDS
        in_english = is_latin and (whole or is_prose)
        if joined and joined[-1][0] == in_english:
            joined[-1][1].extend(run)
        else:
            joined.append((in_english, run))
    yield from joined


def drop_english_fillers(text: str) -> str:
    """An English line without uh and um.

    >>> drop_english_fillers("uh the first time I tried, um, it rotted")
    'the first time I tried, it rotted'
    >>> drop_english_fillers("um die Ecke"), drop_english_fillers("他说uh")
    ('um die Ecke', '他说uh')
    """
    return _FILLER.sub("", text).strip() if is_english(text) else text


def english_sentences(lines: Sequence[Line], voice: str) -> Iterator[Sentence]:
    """The sentences of English lines, said by `voice`.

    Marks that the lines have are kept. Lines without marks get them by their first and last words.
    """
    texts = [line.text.strip() for line in lines]
    joined = " ".join(texts)
    if is_punctuated(joined):
        pieces = sentences(joined)
    else:
        texts = marked(texts)
        pieces = by_marks_at_ends(texts)
    begins = list(accumulate((len(text) + 1 for text in texts[:-1]), initial=0))
    place = 0
    previous: Line | None = None
    for sentence in pieces:
        line = lines[bisect_right(begins, place) - 1]
        is_first_of_line = place in begins
        yield Sentence(
            closed(capitalised(sentence.strip())),
            line.number,
            _pause(previous, line) if is_first_of_line else None,
            voice,
        )
        previous = line
        place += len(sentence)


def by_marks_at_ends(texts: Sequence[str]) -> tuple[str, ...]:
    """Lines put together up to each that ends in a stop, with the space after it.

    >>> by_marks_at_ends(["It is", "in 2009.", "Yes."])
    ('It is in 2009. ', 'Yes. ')
    """
    pieces = [""]
    for text in texts:
        pieces[-1] += text + " "
        if text[-1:] in ".?!":
            pieces.append("")
    return tuple(filter(None, pieces))


def _pause(previous: Line | None, line: Line) -> int | None:
    """The silence before a line in milliseconds; None if it is not known."""
    if previous is None or previous.end_ms is None or line.start_ms is None:
        return None
    return max(0, line.start_ms - previous.end_ms)


def is_punctuated(text: str) -> bool:
    """Whether a text has enough stops to be punctuated already."""
    stops = sum(final_mark(sentence) in tuple(".?!…") for sentence in sentences(text))
    return stops * WORDS_A_STOP >= len(english_words(text))


def marked(texts: Sequence[str]) -> list[str]:
    """Lines without marks, each with the mark that ends a sentence there, if one does.

    >>> marked(["what got you into sleep research", "what I need is time"])
    ['What got you into sleep research?', 'What I need is time.']
    >>> marked(["what do you need", "first of all the soil", "of the balcony", "that is all"])
    ['What do you need?', 'First of all the soil', 'of the balcony.', 'That is all.']
    """
    done = []
    size = 0
    for text, following in pairwise([*texts, ""]):
        size += len(text.split())
        goes_on = _OPEN_END.fullmatch(text) or _GOES_ON.match(following)
        if text[-1:] in ",.?!;:" or (following and goes_on and size < LONGEST_SENTENCE_WORDS):
            done.append(text)
            continue
        done.append(text + ("?" if _ASKS.fullmatch(text) else "."))
        size = 0
    return [
        capitalised(one) if number == 0 or done[number - 1][-1:] in ".?!" else one
        for number, one in enumerate(done)
    ]


def capitalised(text: str) -> str:
    """A sentence with a capital at its beginning, and for the word I."""
    if ADDRESS.match(text):
        return text
    text = re.sub(r"\bi\b(?=$|[\s,.?!'’])", "I", text)
    return re.sub(r"^([\"'“‘(]*)([a-z])", lambda found: found[1] + found[2].upper(), text)


def closed(text: str) -> str:
    """A sentence with a stop at its end."""
    if re.search(r"[.?!…][\"'”’)]*$", text):
        return text
    return text.rstrip(",;:-– ") + "."


def english_title(text: str) -> str:
    """A title for an English text: the subject that it announces, or its most frequent words.

    It is empty if no word of the text can be a subject.

    >>> english_title("Today we are going to talk about how to grow tomatoes on a balcony.")
    'How to grow tomatoes'
    >>> english_title("The soil must drain. Loose soil is good soil. Water it.")
    'Soil'
    """
    for found in _ANNOUNCES.finditer(text):
        title = shortened(_CLAUSE_ENDS.sub("", found["subject"]))
        if len(telling(title)) > 1:
            return capitalised(title)
    said = [word.casefold() for word in english_words(text)]
    pairs = Counter(f"{one} {two}" for one, two in pairwise(said) if telling(one) and telling(two))
    singles = Counter(word for word in said if telling(word))
    pair, times = next(iter(pairs.most_common(1)), ("", 0))
    if times > 1:
        return shortened(capitalised(pair))
    return shortened(capitalised(next(iter(singles.most_common(1)), ("", 0))[0]))


def telling(text: str) -> list[str]:
    """The words of a text that can be its subject."""
    return [
        word
        for word in english_words(text)
        if len(word) > 2 and word.casefold() not in FUNCTION_WORDS | _COMMON and "'" not in word
    ]


def shortened(text: str) -> str:
    """The first words of a text, at most LONGEST_TITLE characters; the last can be a subject."""
    kept = text.split()
    while kept and (len(" ".join(kept)) > LONGEST_TITLE or not telling(kept[-1])):
        kept.pop()
    return " ".join(kept)
