"""Talks -> a count of the subtitle rules that their subtitles break.

    python bench/subtitles.py TALKS.jsonl [COUNT]

Each talk is laid out at a natural pace, cut and written as SRT, VTT and ASS in every style, and
read again by the rules of `podcast check`.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from pathlib import Path
from tempfile import TemporaryDirectory

from records import read_records

from podcast.files.names import REPORT, SCRIPT
from podcast.formats.subtitles.files import subtitle_files
from podcast.formats.subtitles.lines import style_of, subtitle_turns, width
from podcast.model import STYLES, Chapter, Episode, Paragraph, Recipe, Script, Span, Track
from podcast.published.check import subtitles
from podcast.published.check.opened import Folder
from podcast.published.report import Report, report_text
from podcast.text.script import script_text

RATE = 44_100
PACE = 4.5  # hanzi a second, the median of Mandarin talks
RULES = ("subtitle width", "subtitle times", "subtitle crumbs", "subtitle marks", "word times")


def words_of(text: str, start: int) -> tuple[Span, ...]:
    """The words of a text with times as an engine gives them, and the recipe's pauses."""
    words: list[Span] = []
    for token in re.findall(r"[“‘「『《（(]*(?:[A-Za-z0-9.%-]+|\s+|\S)", text):
        if words and not any(map(str.isalnum, token)):
            last = words.pop()
            words.append(replace(last, text=last.text + token))
            start += round(RATE * (0.35 if set(token) & set("。！？!?…") else 0.2))
            continue
        end = start + max(1, round(width(token) / PACE * RATE))
        words.append(Span(start, end, token))
        start = end
    return tuple(words)


def laid_out(paragraphs: list[str], recipe: Recipe) -> Episode:
    """The episode of a talk, with only the fields that subtitles need."""
    said, at = [], 0
    for paragraph in paragraphs:
        words = words_of(paragraph, at)
        said.append(words)
        at = words[-1].end + round(0.8 * RATE)
    flat = tuple(word for words in said for word in words)
    track = Track("话", at + 2 * RATE, subtitle_turns(said, RATE, style_of(recipe)), flat)
    return Episode("话", RATE, (track,))


def faults(paragraphs: list[str], recipe: Recipe) -> Iterator[tuple[str, int]]:
    """The number of faults that each rule finds."""
    episode = laid_out(paragraphs, recipe)
    script = Script("话", (Chapter("话", tuple(map(Paragraph, paragraphs))),))
    told = Report(seconds=episode.length / RATE, recipe=recipe)
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "chapters").mkdir()
        (folder / SCRIPT).write_text(script_text(script), "utf-8")
        (folder / REPORT).write_text(report_text(told), "utf-8")
        for file, text in subtitle_files(episode, ["01"], style_of(recipe), karaoke=True):
            (folder / file).write_bytes(text.encode())
        opened = Folder(folder)
        yield "cues", len(opened.subtitles)
        for rule, find in subtitles.RULES:
            if rule in RULES:
                yield rule, sum(1 for _ in find(opened))
        yield "fast", int(opened_pace(opened))


def opened_pace(folder: Folder) -> int:
    """The number of cues that are faster than the style's reading speed."""
    list(subtitles.pace(folder))
    return int(folder.measurements["subtitle pace"].split()[0])


def main(path: Path, count: int) -> None:
    """Print a row of counts for each style and each number of lines."""
    talks = list(islice(read_records(path), count))
    for style, rows in product(STYLES, (1, 2)):
        recipe = Recipe(subtitle_style=style, subtitle_lines=rows, karaoke=True)
        total: Counter[str] = Counter()
        for talk in talks:
            texts = (" ".join(turn["text"].split()) for turn in talk["turns"])
            total.update(dict(faults([text for text in texts if re.search(r"\w", text)], recipe)))
        print(style, rows, dict(total), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20)
