"""Transcript -> Transcript: the words a careful editor would leave in.

    characters   width, invisible characters, marks, spaces
    simplify     Traditional -> Simplified
    glossary     one name, one spelling            (podcast/text/glossary.py)
    fillers      对, 好吧, 嗯… where they carry nothing
    stutters     从从关税, and restarts from one line to the next
    hesitations  的这个, and nouns named again
    repeats      lines printed again and again

Quoted passages are told from their script, so `mark_quotes` belongs before this stage.
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
_PASSES = 12  # more than any transcript needs; a bound where a glossary chases its own tail


def each_line(rule: Callable[[str], str]) -> Rule:
    """The rule for a transcript that applies `rule` to each line; an emptied line is absent."""

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
    """Apply every rule in order, until none has more to do: cleaning twice changes nothing more.

    Lines keep their number, times and voice; a line that says nothing is absent. No letter, digit
    or hanzi is invented, the glossary's own spellings aside.
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
    """The marks and spaces as a Chinese printer would set them; empty where there is no word."""
    text = space_scripts(join_marks(widen_marks(text)))
    return text if re.search(rf"[\w{HIDDEN}]", text) else ""
