"""How many planted faults `podcast check --listen` finds, and how often it is wrong.

    RECOGNISER=FOLDER python bench/listen.py [EPISODE ...]

FOLDER is what `podcast voices add whisper-base` brings; `pip install faster-whisper` first. Each
EPISODE is the folder of a built episode; without one, Kokoro builds the talks of bench/talks/.
Where the recogniser or Kokoro's network is missing, the exit status is 3.

Each chapter is heard twice: as it was built, where every paragraph that is told is a false alarm,
and with a fault in one sentence of every paragraph that has a sentence of at least HANZI hanzi. The
kinds of faults take turns. A fault counts as found if its paragraph is told. Where sound is taken
out, what is behind it moves up, and the subtitles of the paragraph are spread over what is left of
it, as they are when an engine leaves something out.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from material import CANNOT_RUN, TALKS

from podcast.engines import kokoro
from podcast.errors import ModelError
from podcast.files.names import SCRIPT
from podcast.outside.models import installed
from podcast.outside.recogniser import RATE, Samples, Whisper
from podcast.published.check.compare import toneless
from podcast.published.check.listen import faults, said_sentences, samples_of, whole_sentences
from podcast.published.check.opened import Caption, read_srt
from podcast.text.script import read_script

HANZI = 10  # the fewest of a sentence in which a fault is planted
MOST_FALSE, LEAST_FOUND = 0.02, 0.95

Parts = list[Samples]
"""The sound of a paragraph, sentence by sentence."""


class Chapter(NamedTuple):
    """A chapter to hear: its title, its paragraphs, its sound and its subtitles."""

    title: str
    texts: tuple[str, ...]
    samples: Samples
    cues: tuple[Caption, ...]


# Faults --------------------------------------------------------------------------------------


def cut_out(parts: Parts, at: int, _: Samples) -> Parts:
    """The sentence is not said."""
    return [*parts[:at], *parts[at + 1 :]]


def cut_short(parts: Parts, at: int, _: Samples) -> Parts:
    """The second half of the sentence is not said."""
    return [*parts[:at], parts[at][: len(parts[at]) // 2], *parts[at + 1 :]]


def swapped(parts: Parts, at: int, other: Samples) -> Parts:
    """The sentence has changed places with a neighbour; if it has none, a foreign one is said."""
    if len(parts) == 1:
        return foreign(parts, at, other)
    at = min(at, len(parts) - 2)
    return [*parts[:at], parts[at + 1], parts[at], *parts[at + 2 :]]


def foreign(parts: Parts, at: int, other: Samples) -> Parts:
    """In its place another paragraph's sentence is said."""
    return [*parts[:at], other, *parts[at + 1 :]]


def half_silent(parts: Parts, at: int, _: Samples) -> Parts:
    """The second half of the sentence is silent."""
    middle = len(parts[at]) // 2
    hushed = np.concatenate([parts[at][:middle], np.zeros(len(parts[at]) - middle, np.float32)])
    return [*parts[:at], hushed, *parts[at + 1 :]]


def twice(parts: Parts, at: int, _: Samples) -> Parts:
    """The sentence is said twice."""
    return [*parts[: at + 1], parts[at], *parts[at + 1 :]]


KINDS: tuple[Callable[[Parts, int, Samples], Parts], ...] = (
    *(cut_out, cut_short, swapped, foreign, half_silent, twice),
)


def planted(chapter: Chapter, number: int) -> tuple[Chapter, dict[int, str]]:
    """The chapter with its faults, and the kind of each by its paragraph, which counts from 1.

    `number` is how many faults were planted before, so that the kinds take turns.
    """
    said = [said_sentences(text) for text in chapter.texts]
    stretches = list(whole_sentences(chapter.cues, tuple(one for some in said for one in some)))
    firsts = list(accumulate((len(each.sentences) for each in stretches), initial=0))
    kinds: dict[int, str] = {}
    whole = chapter.samples
    bounds = list(pairwise(accumulate(map(len, said), initial=0)))
    for paragraph, (first, last) in reversed(list(enumerate(bounds, 1))):
        if first not in firsts or last not in firsts:
            continue  # a subtitle joins it to the next
        begun, ended = firsts.index(first), firsts.index(last)
        own = stretches[begun:ended]
        long = [at for at, each in enumerate(own) if len(toneless(each.text)) >= HANZI]
        if not long:
            continue
        kind = KINDS[(number + len(kinds)) % len(KINDS)]
        edges = [round(each.start * RATE) for each in own] + [round(own[-1].end * RATE)]
        parts = [whole[start:end] for start, end in pairwise(edges)]
        away = stretches[(begun + len(stretches) // 2) % len(stretches)]
        other = whole[round(away.start * RATE) : round(away.end * RATE)]
        chapter = _replaced(
            chapter, edges[0], edges[-1], kind(parts, long[len(kinds) % len(long)], other)
        )
        kinds[paragraph] = kind.__name__
    return chapter, kinds


def _replaced(chapter: Chapter, start: int, end: int, parts: Parts) -> Chapter:
    """The chapter with other sound from sample `start` to `end`, and its subtitles to fit."""
    sound = np.concatenate([chapter.samples[:start], *parts, chapter.samples[end:]])
    length = sum(map(len, parts))

    def moved(ms: int) -> int:
        at = ms * RATE / 1000
        if at >= end:
            return round((at - end + start + length) / RATE * 1000)
        return (
            ms
            if at <= start
            else round((start + (at - start) * length / (end - start)) / RATE * 1000)
        )

    cues = tuple(Caption(moved(one.start_ms), moved(one.end_ms), one.text) for one in chapter.cues)
    return chapter._replace(samples=sound.astype(np.float32), cues=cues)


# The table -----------------------------------------------------------------------------------


def chapters(episode: Path) -> Iterator[Chapter]:
    """The chapters of a built episode."""
    songs = sorted((episode / "chapters").glob("*.mp3"))
    for chapter, song in zip(read_script(episode / SCRIPT).chapters, songs, strict=True):
        cues = read_srt(song.with_suffix(".srt").read_text("utf-8"))
        texts = tuple(paragraph.text for paragraph in chapter.paragraphs)
        yield Chapter(chapter.title, texts, samples_of(song), tuple(cues))


def built(folder: Path) -> list[Path]:
    """The episodes of the talks, which Kokoro speaks."""
    for talk in TALKS:
        command = [sys.executable, "-m", "podcast", "make", str(talk.absolute()), "--offline", "-q"]
        subprocess.run(
            [*command, "--engine", "kokoro"],
            cwd=folder, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    return [folder / "out" / talk.stem for talk in TALKS]


def told(chapter: Chapter, ear: Whisper, why: str) -> set[int]:
    """The paragraphs of a chapter that are told; each is printed to standard error."""
    found = list(faults(*chapter, ear))
    for fault in found:
        print(f"{why}: {fault.what} {fault.text!r}, heard {fault.heard!r}", file=sys.stderr)
    return {fault.paragraph for fault in found}


def report(episodes: Sequence[Path], ear: Whisper) -> int:
    """Print the table; 1 if a limit is not met."""
    paragraphs = wrong = 0
    seconds = 0.0
    sown, found = Counter[str](), Counter[str]()
    for chapter in (each for episode in episodes for each in chapters(episode)):
        paragraphs += sum(bool(said_sentences(text)) for text in chapter.texts)
        seconds += len(chapter.samples) / RATE
        wrong += len(told(chapter, ear, "false alarm"))
        spoilt, kinds = planted(chapter, sown.total())
        heard = told(spoilt, ear, "found")
        sown.update(kinds.values())
        found.update(kinds[paragraph] for paragraph in kinds.keys() & heard)
        for paragraph in kinds.keys() - heard:
            print(f"missed: {kinds[paragraph]}: {chapter.texts[paragraph - 1]}", file=sys.stderr)
    print(f"{paragraphs} paragraphs, {seconds:.0f} s: {wrong} false alarms")
    for kind in KINDS:
        print(f"{kind.__name__:12} {found[kind.__name__]:3} of {sown[kind.__name__]:3} found")
    print(f"{'all':12} {found.total():3} of {sown.total():3} found")
    return int(wrong > MOST_FALSE * paragraphs or found.total() < LEAST_FOUND * sown.total())


def main(episodes: Sequence[Path]) -> int:
    """Print the table; 1 if a limit is not met, 3 if something to measure with is missing."""
    try:
        ear = Whisper(Path(os.environ.get("RECOGNISER", "recogniser")))
        if not episodes:
            installed(kokoro.MODEL)
    except ModelError as error:
        print(f"bench/listen.py hears nothing: {error}", file=sys.stderr)
        return CANNOT_RUN
    with TemporaryDirectory() as folder:
        return report(episodes or built(Path(folder)), ear)


if __name__ == "__main__":
    sys.exit(main(tuple(map(Path, sys.argv[1:]))))
