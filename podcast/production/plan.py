"""Script, cast, recipe -> Jobs: one for each chapter, and the share of the work that it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from podcast.files.store import Store
from podcast.model import NOTICE, RATE, Chapter, Paragraph, Passage, Recipe, Script
from podcast.production.jobs import Job, program_of
from podcast.pronounce import touching
from podcast.sound.sounds import sounds
from podcast.speech.cast import Cast


def plan(
    script: Script,
    cast: Cast,
    recipe: Recipe,
    store: Store,
    work: Path,
    *,
    respellings: Mapping[str, str],
    passages: Sequence[Sequence[Passage | None]] = (),
) -> list[Job]:
    """A job for each chapter, in order.

    `passages` are those of each chapter, if the episode is cut out of a recording.

    Raises ReadError if a sound file cannot be used, VoiceError for a role without a voice, and
    NoSuchEngine.
    """
    recipe_sounds = sounds(recipe, RATE, work)
    chapters = _with_notice(script, recipe, is_human(passages))
    cuts = [tuple(own) for own in passages] or [()] * len(chapters)
    if passages and len(chapters[0].paragraphs) > len(cuts[0]):
        cuts[0] = (None, *cuts[0])  # the notice
    return [
        Job(
            chapter,
            cast,
            recipe,
            store,
            work,
            program_of(chapter, cast),
            touching("\n".join(each.text for each in chapter.paragraphs), respellings),
            recipe_sounds.opening(number),
            recipe_sounds.closing(number, len(chapters)),
            recipe_sounds,
            own,
        )
        for number, (chapter, own) in enumerate(zip(chapters, cuts, strict=True), 1)
    ]


def is_human(passages: Sequence[Sequence[Passage | None]]) -> bool:
    """Whether all of an episode is cut out of a recording, so that no voice in it is synthetic."""
    return bool(passages) and all(each for own in passages for each in own)


def _with_notice(script: Script, recipe: Recipe, is_human: bool) -> tuple[Chapter, ...]:
    """The chapters, beginning with the spoken notice if the recipe asks for it."""
    first, *rest = script.chapters
    if not recipe.spoken_notice or is_human or first.paragraphs[0].text.startswith(NOTICE):
        return script.chapters
    return (replace(first, paragraphs=(Paragraph(NOTICE), *first.paragraphs)), *rest)


def different(jobs: Sequence[Job]) -> list[Job]:
    """One job of each key, the longest first, so that no process ends long after the others."""
    by_key = {job.key: job for job in jobs}
    return sorted(by_key.values(), key=lambda job: -size(job.chapter))


def size(chapter: Chapter) -> int:
    """The number of characters of a chapter."""
    return sum(len(paragraph.text) for paragraph in chapter.paragraphs)


def share(job: Job, script: Script) -> float:
    """The share of the script's characters that are in a job's chapter, from 0 to 1."""
    return size(job.chapter) / sum(map(size, script.chapters))
