"""Script, cast, recipe -> Jobs: what is to be made of each chapter, and how large a share it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from podcast.files.store import Store
from podcast.model import NOTICE, RATE, Chapter, Paragraph, Recipe, Script
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
) -> list[Job]:
    """A job for each chapter, in order."""
    heard = sounds(recipe, RATE, work)
    said, last = _said(script, recipe), len(script.chapters)
    return [
        Job(
            chapter,
            cast,
            recipe,
            store,
            work,
            program_of(chapter, cast),
            touching("\n".join(each.text for each in chapter.paragraphs), respellings),
            heard.opening(number),
            heard.closing(number, last),
            heard,
        )
        for number, chapter in enumerate(said, 1)
    ]


def _said(script: Script, recipe: Recipe) -> tuple[Chapter, ...]:
    """The chapters as they are said: with the notice, where it is to be and is not yet."""
    first, *rest = script.chapters
    if not recipe.spoken_notice or first.paragraphs[0].text.startswith(NOTICE):
        return script.chapters
    return (replace(first, paragraphs=(Paragraph(NOTICE), *first.paragraphs)), *rest)


def different(jobs: Sequence[Job]) -> list[Job]:
    """One job of each key, the longest first: so that no process ends long after the rest."""
    by_key = {job.key: job for job in jobs}
    return sorted(by_key.values(), key=lambda job: -size(job.chapter))


def size(chapter: Chapter) -> int:
    """How many characters a chapter has."""
    return sum(len(paragraph.text) for paragraph in chapter.paragraphs)


def share(job: Job, script: Script) -> float:
    """The share of a script, from 0 to 1, that a job's chapter is."""
    return size(job.chapter) / sum(map(size, script.chapters))
