"""Transcript -> Transcript without the words that a careful editor would take out.

    characters   width, invisible characters, marks, spaces
    simplify     Traditional -> Simplified
    glossary     one spelling for each name        (podcast/text/glossary.py)
    fillers      对, 好吧, 嗯… where they have no meaning
    stutters     从从关税, and restarts from one line to the next
    hesitations  的这个, and nouns that are repeated
    repeats      lines that a recogniser printed several times

`mark_quotes` recognises quoted passages by their script, so it must run before this stage.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from podcast.model import Transcript
from podcast.text.clean.characters import fold_characters, join_marks, space_scripts, widen_marks
from podcast.text.clean.fillers import drop_fillers
from podcast.text.clean.hesitations import drop_echoes, drop_hesitations
from podcast.text.clean.hiding import HIDDEN, Hiding
from podcast.text.clean.repeats import drop_doubled_lines
from podcast.text.clean.simplify import simplify
from podcast.text.clean.stutters import join_restarts, join_stutters
from podcast.text.english import drop_english_fillers
from podcast.text.glossary import NO_GLOSSARY, Glossary, correct_names

__all__ = ["RULES", "clean"]

Rule = Callable[[Transcript], Transcript]
_PASSES = 12  # a bound for a glossary whose entries undo each other; transcripts need fewer


def each_line(rule: Callable[[str], str]) -> Rule:
    """A rule for a transcript that applies `rule` to each line; a line left empty is dropped."""

    def apply(transcript: Transcript) -> Transcript:
        lines = []
        for line in transcript.lines:
            text = rule(line.text)
            if text:
                lines.append(line if text == line.text else replace(line, text=text))
        return Transcript(tuple(lines))

    return apply


RULES: tuple[Rule, ...] = (
    drop_fillers,
    each_line(drop_english_fillers),
    each_line(join_stutters),
    join_restarts,
    drop_hesitations,
    drop_echoes,
    drop_doubled_lines,
    each_line(join_marks),
)


def clean(transcript: Transcript, glossary: Glossary = NO_GLOSSARY) -> Transcript:
    """Apply every rule in order, until none changes anything: cleaning twice is the same as once.

    Lines keep their number, times and voice; a line without words is dropped. No letter, digit or
    hanzi is added, except in the spellings of the glossary.
    """
    for _ in range(_PASSES):
        cleaned = _once(transcript, glossary)
        if cleaned == transcript:
            break
        transcript = cleaned
    return transcript


def _once(transcript: Transcript, glossary: Glossary) -> Transcript:
    hiding = Hiding()
    transcript = each_line(fold_characters)(transcript)
    transcript = each_line(hiding.without_addresses)(transcript)
    transcript = each_line(_as_written)(transcript)
    transcript = each_line(lambda text: hiding.without(text, glossary.keep))(transcript)
    transcript = correct_names(each_line(simplify)(transcript), glossary)
    for rule in RULES:
        transcript = rule(transcript)
    return each_line(lambda text: space_scripts(hiding.restored(text)))(transcript)


def _as_written(text: str) -> str:
    """The text in the marks and spaces of Chinese print; empty if it has no word."""
    text = space_scripts(join_marks(widen_marks(text)))
    return text if re.search(rf"[\w{HIDDEN}]", text) else ""
