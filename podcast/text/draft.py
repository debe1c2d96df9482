"""Transcript file -> Script: runs the text stages in order.

The file is read only once, so the account of how it was read is returned with the script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from podcast.errors import ReadError
from podcast.files.settings import Settings, glossary_path, read_settings, settings_path
from podcast.model import Opening, Recipe, Script, Sentence, Transcript
from podcast.text.clean import cleaned
from podcast.text.deletions import Edited, counts
from podcast.text.divide import divide
from podcast.text.entitle import entitle
from podcast.text.glossary import (
    NO_GLOSSARY,
    Glossary,
    parse_glossary,
    read_glossary,
    shipped_glossary,
)
from podcast.text.hanzi import forget_converters
from podcast.text.punctuate import punctuate
from podcast.text.punctuate.by_name import scorer
from podcast.text.quote import mark_quotes
from podcast.text.read import Reading, reading
from podcast.text.read.account import Account, account
from podcast.text.trim import trim


def draft(seed: Path, recipe: Recipe, settings: Settings | None = None) -> Script:
    """The script that the program writes for a transcript, with the settings beside the seed.

    The settings are read from the disk unless the caller has read them already.

    Raises ReadError if the seed or the TOML beside it cannot be understood, or if the transcript
    has only fillers; ModelError or EngineError if the recipe's punctuator does not work.
    """
    return drafted(seed, recipe, settings)[0]


def drafted(seed: Path, recipe: Recipe, settings: Settings | None = None) -> tuple[Script, Account]:
    """The script as from `draft`, and the account of how the transcript was read."""
    settings = read_settings(seed) if settings is None else settings
    found = reading(seed, dict(settings.cast))
    heard = found.transcript
    edit = edited(heard, settings, seed, recipe.edit)
    forget_converters()  # the tagger can have their memory
    tagger = scorer(recipe.punctuation)
    sentences = punctuate(edit.transcript, tagger, heard=heard, marks=recipe.marks)
    if not sentences:
        raise ReadError(f"{seed} has only fillers; give a transcript with more words")
    openings = settings.chapters or own_openings(found, sentences, recipe)
    script = chaptered(sentences, heard, openings, settings, recipe)
    named = titled(with_speakers(script, found), seed, settings, found.title)
    return named, replace(account(found), edit=recipe.edit, deleted=counts(edit.deletions))


def with_speakers(script: Script, found: Reading) -> Script:
    """The script with the further people who speak in it.

    The names of host and guest are told by the account of the reading instead, so that the page
    holds only what is said, its headings and roles. A person may write them into its first lines.
    """
    voices = {one.voice for chapter in script.chapters for one in chapter.paragraphs}
    return replace(script, speakers=tuple(role for role in found.speakers if role in voices))


def edited(
    transcript: Transcript, settings: Settings, seed: Path, level: str = Recipe().edit
) -> Edited:
    """The transcript without hesitations, and what was deleted.

    Quoted passages have the guest's voice. `level` is one of `model.EDITS`. Raises ReadError if a
    glossary cannot be understood.
    """
    own = parse_glossary(settings.glossary, str(settings_path(seed)))
    glossary = shipped_glossary() | shared_glossary(seed) | own
    first = cleaned(mark_quotes(transcript), glossary, level)
    trimmed = trim(first.transcript, level, glossary.names)
    if not trimmed.deletions:
        return first
    last = cleaned(trimmed.transcript, glossary, level)  # words that now stand side by side
    return Edited(last.transcript, first.deletions + trimmed.deletions + last.deletions)


def shared_glossary(seed: Path) -> Glossary:
    """The glossary.toml in a seed's folder, which all seeds there share; empty if there is none.

    Raises ReadError if it cannot be understood.
    """
    path = glossary_path(seed)
    return read_glossary(path) if path else NO_GLOSSARY


def titled(script: Script, seed: Path, settings: Settings, told: str = "") -> Script:
    """The script with the title in the settings, or with a generated one if there is none.

    `told` is what the file calls the talk above its words.
    """
    if settings.title:
        return replace(script, title=settings.title)
    return entitle(script, seed.stem, told)


def own_openings(
    found: Reading, sentences: Sequence[Sentence], recipe: Recipe
) -> tuple[Opening, ...]:
    """The chapters of the file's headings; none if the recipe asks for a number of chapters.

    A chapter begins with the first sentence below its heading. A heading with no sentence before
    the next one is left out.
    """
    lines = [sentence.line for sentence in sentences]
    begun: dict[int, Opening] = {}
    for opening in () if recipe.chapters else found.openings:
        line = next((line for line in lines if line >= int(opening.begins)), None)
        if line is not None:
            begun[line] = replace(opening, begins=line)
    return tuple(begun.values())


def chaptered(
    sentences: tuple[Sentence, ...],
    heard: Transcript,
    openings: Sequence[Opening],
    settings: Settings,
    recipe: Recipe,
) -> Script:
    """The script, with the chapters `openings`, or else with those that the program finds.

    `heard` is the transcript before cleaning: words that mark a change of topic, such as 好吧 and
    OK, are still in it. Raises ReadError if a chapter of the settings has no place in the talk.
    """
    return divide(
        sentences,
        settings.title,
        count=recipe.chapters or None,
        minutes=recipe.chapter_minutes,
        openings=openings,
        heard=heard,
        author=settings.author,
        date=settings.date,
    )
