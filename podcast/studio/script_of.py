"""What a page shows -> the Script that it is, even where a person has not finished it yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from podcast.model import HOST, Chapter, Paragraph, Script
from podcast.studio.blocks import CHAPTER, PARAGRAPH, PART, Blocks
from podcast.studio.document import Shown
from podcast.text.script import LineError, with_names


def script_of(shown: Shown) -> Script:
    """The script; a chapter without text is left out, and names that clash are."""
    script = Script(shown.title, tuple(_chapters(shown.blocks, shown.title)))
    try:
        return with_names(script, shown.credits)
    except LineError:
        return script


def _chapters(blocks: Blocks, title: str) -> Iterator[Chapter]:
    chapter, voice, part = Chapter(title, ()), HOST, ""
    for block in blocks:
        if block.kind == PARAGRAPH:
            paragraph = Paragraph(block.text, block.role or voice)
            chapter = replace(chapter, paragraphs=(*chapter.paragraphs, paragraph))
        elif block.kind == CHAPTER:
            if chapter.paragraphs:
                yield chapter
            chapter, voice, part = Chapter(block.text, (), part), block.voice or HOST, ""
        elif block.kind == PART:
            part = block.text
    if chapter.paragraphs:
        yield chapter
