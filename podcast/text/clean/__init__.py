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
from collections.abc import Callable, Mapping
from dataclasses import replace

from podcast.model import EDITS, Recipe, Transcript
from podcast.text.clean.characters import fold_characters, join_marks, space_scripts, widen_marks
from podcast.text.clean.fillers import drop_fillers
from podcast.text.clean.hesitations import drop_echoes, drop_hesitations
from podcast.text.clean.hiding import HIDDEN, Hiding
from podcast.text.clean.repeats import drop_doubled_lines
from podcast.text.clean.simplify import simplify
from podcast.text.clean.stutters import join_restarts, join_stutters
from podcast.text.deletions import Deletion, Edited, deleted
from podcast.text.english import drop_english_fillers
from podcast.text.glossary import NO_GLOSSARY, Glossary, correct_names

__all__ = ["RULES", "clean", "cleaned"]

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


RULES: dict[str, Rule] = {  # what a rule deletes, as the account of the deletions names it
    "fillers": drop_fillers,
    "English fillers": each_line(drop_english_fillers),
    "stutters": each_line(join_stutters),
    "restarts": join_restarts,
    "这个 after 的": drop_hesitations,
    "echoes": drop_echoes,
    "doubled lines": drop_doubled_lines,
}


def clean(
    transcript: Transcript, glossary: Glossary = NO_GLOSSARY, level: str = Recipe().edit
) -> Transcript:
    """Apply every rule in order, until none changes anything: cleaning twice is the same as once.

    Lines keep their number, times and voice; a line without words is dropped. No letter, digit or
    hanzi is added, except in the spellings of the glossary. At the first of the levels
    `model.EDITS` no word is deleted.
    """
    return cleaned(transcript, glossary, level).transcript


def cleaned(transcript: Transcript, glossary: Glossary, level: str) -> Edited:
    """The transcript as from `clean`, and what each rule deleted."""
    rules = {} if level == EDITS[0] else RULES
    deletions: list[Deletion] = []
    for _ in range(_PASSES):
        once = _once(transcript, glossary, rules)
        deletions += once.deletions
        if once.transcript == transcript:
            break
        transcript = once.transcript
    return Edited(transcript, tuple(deletions))


def _once(transcript: Transcript, glossary: Glossary, rules: Mapping[str, Rule]) -> Edited:
    hiding = Hiding()
    transcript = each_line(fold_characters)(transcript)
    transcript = each_line(hiding.without_addresses)(transcript)
    transcript = each_line(_as_written)(transcript)
    transcript = each_line(lambda text: hiding.without(text, glossary.keep))(transcript)
    transcript = correct_names(each_line(simplify)(transcript), glossary)
    deletions: list[Deletion] = []
    for why, rule in rules.items():
        before, transcript = transcript, rule(transcript)
        found = deleted(before, transcript, why)
        deletions += [one._replace(text=hiding.restored(one.text)) for one in found]
    transcript = each_line(join_marks)(transcript)
    transcript = each_line(lambda text: space_scripts(hiding.restored(text)))(transcript)
    return Edited(transcript, tuple(deletions))


def _as_written(text: str) -> str:
    """The text in the marks and spaces of Chinese print; empty if it has no word."""
    text = space_scripts(join_marks(widen_marks(text)))
    return text if re.search(rf"[\w{HIDDEN}]", text) else ""
