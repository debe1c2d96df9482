"""Sentences and the transcript before cleaning -> the words in which turns are announced.

Cleaning leaves out words that say nothing (好吧, OK, 对), and it is these that mark a turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from opencc import OpenCC

from podcast.divide.signposts import is_marker
from podcast.model import Sentence, Transcript

KNOWN = 4  # characters by which a sentence's beginning is found in its line


def heard_in(sentences: Sequence[Sentence], transcript: Transcript) -> tuple[Sentence, ...]:
    """The sentences with the words of `transcript` in place of their own, Simplified.

    A line that cleaning left out is heard at the end of the sentence before it. Where two
    sentences share a line, the first keeps its own words.
    """
    simplified = OpenCC("t2s").convert
    lines = {line.number: simplified(line.text) for line in transcript.lines}
    ends = [*(sentence.line for sentence in sentences[1:]), max(lines, default=0) + 1]
    return tuple(
        replace(sentence, text=_heard(sentence, end, lines))
        for sentence, end in zip(sentences, ends, strict=True)
    )


def _heard(sentence: Sentence, end: int, lines: Mapping[int, str]) -> str:
    """What was heard from the beginning of `sentence` to line `end`, a comma after each line."""
    said = [lines[number] for number in range(sentence.line, end) if number in lines]
    text = "，".join(said)
    at = text.find(sentence.text[:KNOWN])
    if at > 0 and not is_marker(text[:at]):
        text = text[at:]
    return f"{text}。" if text else sentence.text
