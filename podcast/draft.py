"""Transcript file -> Script: the text stages, in order. Nothing here makes a sound."""

from __future__ import annotations

from pathlib import Path

from podcast.clean import clean
from podcast.divide import divide
from podcast.errors import ReadError
from podcast.model import Recipe, Script
from podcast.punctuate import punctuate
from podcast.read import read
from podcast.settings import Settings, read_settings


def draft(seed: Path, recipe: Recipe) -> Script:
    """The script the program itself writes for a transcript.

    Raises ReadError where the file, or the TOML beside it, cannot be understood, and where
    nothing but fillers is said.
    """
    transcript = read(seed)
    settings = read_settings(seed)
    sentences = punctuate(clean(transcript))
    if not sentences:
        raise ReadError(
            f"{seed} says nothing but fillers; give a transcript with something to tell"
        )
    return divide(sentences, title_of(seed, settings))


def title_of(seed: Path, settings: Settings) -> str:
    """The title its TOML gives, else the file's name."""
    return settings.title or seed.stem
