"""Transcript -> sentences: marks where a careful editor would set them.

    Transcript --tokens--> tokens --features, tagger--> chances --decode--> marks
        --write--> sentences

A small network has learnt from punctuated talks where marks stand; line ends, pauses and marks
already there are evidence to it. The decoder then takes the likeliest sentences of a length that
one can listen to. No word is lost, added or moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from operator import attrgetter

import numpy as np

from podcast.model import Line, Sentence, Transcript
from podcast.punctuate.decode import Floats, Taste, decode, pause_bias
from podcast.punctuate.features import CLASSES, inside_names, sizes, written_classes
from podcast.punctuate.tagger import Scorer, Tagger, shipped
from podcast.punctuate.tokens import Token, flatten, written_mark
from podcast.punctuate.write import join_text, set_gap, split_gap

__all__ = ["Scorer", "Tagger", "Taste", "join_text", "punctuate"]


TOPIC = re.compile(
    r"(?:然后|那么|所以|但是|另外|接下来|而且|当然|其实|因为|第[一二三四五六七八九十\d]+)[^，。]{0,8}呢"
)
ASKS = re.compile("什么|怎|谁|哪|几|多少|为何|是不是|吗|如何|干嘛")


def punctuate(
    transcript: Transcript, tagger: Scorer | None = None, taste: Taste | None = None
) -> tuple[Sentence, ...]:
    """The transcript as sentences, each ending in a stop and said by one voice.

    Marks that a line already has are kept, in full width; only a comma may become a stop.
    """
    tagger, taste = tagger or shipped(), taste or Taste()
    runs = groupby(transcript.lines, key=attrgetter("voice"))
    return tuple(
        sentence for _, run in runs for sentence in _punctuate_voice(list(run), tagger, taste)
    )


def _punctuate_voice(lines: list[Line], tagger: Scorer, taste: Taste) -> Iterator[Sentence]:
    lead, tokens = flatten(lines)
    if not tokens:
        return
    pauses = _pauses(lines, tokens)
    scores = tagger.score(tokens) + pause_bias(pauses)
    marks = _choose_marks(tokens, scores, taste)
    yield from _write(lead, tokens, marks, pauses, lines)


def _pauses(lines: Sequence[Line], tokens: Sequence[Token]) -> Floats:
    """The silence after each token, ms; -1 where it is not known."""
    numbered = {line.number: line for line in lines}
    pauses = np.full(len(tokens), -1, np.float32)
    for i, (token, following) in enumerate(pairwise(tokens)):
        if token.ends:
            end, start = numbered[token.line].end_ms, numbered[following.line].start_ms
            if end is not None and start is not None:
                pauses[i] = max(0, start - end)
    return pauses


def _choose_marks(tokens: Sequence[Token], scores: Floats, taste: Taste) -> list[str]:
    """The mark after each token, in full width; empty for none."""
    written = written_classes(tokens)
    chosen = decode(scores, sizes(tokens), written, inside_names(tokens), taste)
    marks = [
        written_mark(token.gap) if number and number == kept else CLASSES[number]
        for token, number, kept in zip(tokens, chosen.tolist(), written.tolist(), strict=True)
    ]
    return settle_topics([token.text for token in tokens], marks)


def settle_topics(texts: Sequence[str], marks: Sequence[str]) -> list[str]:
    """A comma after 呢 where it only names what comes next, as in 第二个呢，我总结一下.

    That is a short clause that leads in and asks nothing. The last mark of all stays.

    >>> "".join(settle_topics("然后第二个呢", ["", "", "", "", "", "？"]))
    '？'
    >>> settle_topics("第二个呢我说", ["", "", "", "？", "", "。"])[3]
    '，'
    >>> settle_topics("那你呢我说", ["", "", "？", "", "。"])[2]
    '？'
    """
    settled, start = list(marks), 0
    for place, mark in enumerate(marks[:-1]):
        if not mark:
            continue
        clause = "".join(texts[start : place + 1])
        if mark == "？" and TOPIC.fullmatch(clause) and not ASKS.search(clause):
            settled[place] = "，"
        start = place + 1
    return settled


def _write(
    lead: str, tokens: Sequence[Token], marks: Sequence[str], pauses: Floats, lines: Sequence[Line]
) -> Iterator[Sentence]:
    """Sentences from tokens and the mark after each."""
    _, _, opening = split_gap(lead)
    parts, line, pause = [opening], tokens[0].line, None
    last = len(tokens) - 1
    for i, (token, mark) in enumerate(zip(tokens, marks, strict=True)):
        following = tokens[i + 1].text if i < last else ""
        before, after = set_gap(token, mark, following)
        parts += [token.text, before]
        if mark and mark in "。？！…":
            yield Sentence("".join(parts), line, pause, lines[0].voice)
            if i < last:
                line = tokens[i + 1].line
                pause = int(pauses[i]) if pauses[i] >= 0 else None
            parts = []
        parts.append(after)
