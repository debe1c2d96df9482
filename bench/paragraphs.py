"""Talks whose editors set paragraphs -> how well the program finds where these begin.

    python bench/paragraphs.py TALKS.jsonl [PAGES.jsonl.gz]

Each line of TALKS is a talk: a `title` and `turns` (`speaker`, `text`). What one speaker says on
end is one turn here, and its parts are the editor's paragraphs. The program gets the turn without
its breaks, and says after which sentences it sets them. A turn is measured if it has
`LEAST_HANZI` and a break. Talks are measured whose number has a remainder in `MEASURED` after
division by `EIGHTH`; none of their speakers is in the talks to learn from, if
`training/paragraphs/editors.py` made the weights. PAGES are written texts (`source`, `text`) with a
paragraph on each line; those of every fourth are measured.

The first table has precision, recall and F1 of the breaks, and how many there are for each of the
editor's. For the second, stops were put into sentences: it tells which share of the breaks a way
sets there, where a paragraph would begin inside a sentence.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from records import read_records

from podcast.model import Sentence
from podcast.text.divide.breaks import breaks
from podcast.text.divide.evidence import evidence
from podcast.text.divide.numbers import Numbers
from podcast.text.sentences import ends_sentence, sentences
from podcast.text.words import length, words

EIGHTH = 8
MEASURED, TUNING = (2, 3, 6), (0, 1)  # the remainders of the numbers of talks
FOURTH = 4  # every page of this number is measured
LEAST_HANZI = 300.0  # of a turn that is measured
GREEDY_HANZI = (60.0, 110.0)  # lengths after which the way by length breaks: the best, the mean
COMMAS, ANYWHERE = 0.2, 0.015  # the shares of commas and of other places that become stops
STAGE_DIRECTION = re.compile(
    r"[（(][^（）()]{0,8}(?:笑|掌声|鼓掌|听不清|音乐|沉默)[^（）()]{0,8}[）)]"
)
Cut = Callable[[str], list[str]]


class Turn(NamedTuple):
    """What one speaker says on end: the sentences, and which of them begin a paragraph, without 0.

    `false` are the sentences that begin after a stop which was put into a sentence. `gain` is the
    evidence of a new topic at each sentence, of shape (sentences,).
    """

    sentences: tuple[Sentence, ...]
    starts: tuple[int, ...]
    false: tuple[int, ...]
    gain: Numbers

    @property
    def speaker(self) -> str:
        return self.sentences[0].voice

    @property
    def size(self) -> float:
        """The length in hanzi."""
        return sum(length(sentence.text) for sentence in self.sentences)

    @property
    def is_measured(self) -> bool:
        """Whether a turn is long enough, and has a break."""
        return bool(self.starts) and self.size >= LEAST_HANZI


Way = Callable[[Turn], Sequence[int]]


def said_in(record: dict[str, Any]) -> list[tuple[str, str]]:
    """The paragraphs of a record without headings and stage directions, each with its speaker."""
    if "turns" in record:
        every = [(turn["speaker"], turn["text"].replace("\n", " ")) for turn in record["turns"]]
    else:
        every = [("", text) for text in record["text"].split("\n")]
    texts = [(speaker, STAGE_DIRECTION.sub("", text).strip()) for speaker, text in every]
    return [(who, text) for who, text in texts if text[:1] != "#" and any(map(str.isalnum, text))]


def whole(text: str) -> list[str]:
    return [text]


def turns(paragraphs: Sequence[tuple[str, str]], cut: Cut = whole) -> list[Turn]:
    """The turns of a talk; `cut` gives the parts into which false stops divide a sentence."""
    groups = groupby(paragraphs, key=itemgetter(0))
    parts = [_turn(speaker, [text for _, text in group], cut) for speaker, group in groups]
    gain = evidence([sentence for said, _, _ in parts for sentence in said])
    found, at = [], 0
    for said, starts, false in parts:
        found.append(Turn(tuple(said), tuple(starts), tuple(false), gain[at : at + len(said)]))
        at += len(said)
    return found


def _turn(
    speaker: str, texts: Sequence[str], cut: Cut
) -> tuple[list[Sentence], list[int], list[int]]:
    """The sentences, those that begin paragraphs, and those that begin after a false stop.

    A paragraph that ends inside a sentence, as with a colon, goes on in the next one.
    """
    said, starts, false, rest = list[Sentence](), list[int](), list[int](), ""
    for number, text in enumerate(texts):
        if said and not rest:
            starts.append(len(said))
        pieces = sentences(rest + text)
        rest = "" if ends_sentence(pieces[-1]) or number == len(texts) - 1 else pieces[-1]
        for piece in pieces[: -1 if rest else None]:
            for at, part in enumerate(cut(piece.strip())):
                false += [len(said)] if at else []
                said.append(Sentence(part, 0, None, speaker))
    return said, starts, false


def cutter(seed: int, commas: float, anywhere: float) -> Cut:
    """A function that puts stops in the place of this share of commas, and of other places."""
    draw = random.Random(seed)

    def cut(text: str) -> list[str]:
        parts = [""]
        for word in words(text):
            is_spoken = any(map(str.isalnum, word.text))
            if word.text == "，" and draw.random() < commas:
                parts += [""]
            elif is_spoken and parts[-1] and draw.random() < anywhere:
                parts += [word.text]
            else:
                parts[-1] += word.text
        *firsts, last = [part for part in parts if any(map(str.isalnum, part))] or [text]
        return [*(f"{part.rstrip('，、；：')}。" for part in firsts), last]

    return cut


def every_sentence(turn: Turn) -> Sequence[int]:
    return range(1, len(turn.sentences))


def by_length(hanzi: float) -> Way:
    """The way that breaks after the sentence with which a paragraph is nearly so long."""

    def way(turn: Turn) -> Sequence[int]:
        starts, size = [], 0.0
        for at, sentence in enumerate(turn.sentences[:-1], 1):
            size += length(sentence.text)
            if size >= 0.75 * hanzi:
                starts.append(at)
                size = 0.0
        return starts

    return way


def by_length_and_topic(turn: Turn) -> Sequence[int]:
    """The way of the program before it learnt: about 150 hanzi, preferably where a topic begins."""
    wanted, longest, shortest = 150.0, 280.0, 60.0
    places = np.concatenate(([0.0], np.cumsum([length(s.text) for s in turn.sentences])))
    count = len(turn.sentences)
    best, back = np.zeros(count + 1), np.zeros(count + 1, dtype=np.int64)
    for end in range(1, count + 1):
        low = min(end - 1, int(np.searchsorted(places, places[end] - longest)))
        span = places[end] - places[low:end]
        cost = ((span - wanted) / wanted) ** 2 * 2 + np.maximum(shortest - span, 0.0) / 20 + 0.5
        value = best[low:end] + 0.5 * turn.gain[low:end] - cost
        best[end], back[end] = value.max(), low + int(value.argmax())
    starts, end = list[int](), count
    while back[end]:
        end = int(back[end])
        starts.append(end)
    return starts


def learnt(turn: Turn) -> Sequence[int]:
    """The way of the program."""
    return breaks(turn.sentences, turn.gain)[1:]


WAYS: dict[str, Way] = {
    "after every sentence": every_sentence,
    **{f"by length, {hanzi:.0f} hanzi": by_length(hanzi) for hanzi in GREEDY_HANZI},
    "by length and topic": by_length_and_topic,
    "learnt": learnt,
}


def scored(measured: Sequence[Turn], way: Way) -> tuple[float, float, float, float]:
    """Precision, recall and F1 of the breaks, and their number for each of the editor's."""
    hits = found = gold = 0
    for turn in measured:
        starts = set(way(turn))
        hits += len(starts & set(turn.starts))
        found += len(starts)
        gold += len(turn.starts)
    return hits / max(1, found), hits / gold, 2 * hits / (found + gold), found / gold


def false_share(measured: Sequence[Turn], way: Way) -> float:
    """The share of the breaks that are inside sentences."""
    starts = [(set(way(turn)), set(turn.false)) for turn in measured]
    return sum(len(one & false) for one, false in starts) / max(1, sum(len(o) for o, _ in starts))


def talks(path: Path, remainders: Sequence[int], cut: Cut = whole) -> Iterator[list[Turn]]:
    """The turns of each talk of a file whose number has one of these remainders."""
    for number, record in enumerate(read_records(path)):
        if number % EIGHTH in remainders:
            yield turns(said_in(record), cut)


def pages(path: Path, is_measured: bool) -> Iterator[list[Turn]]:
    """The turns of the pages of a file that are measured, or of the others."""
    for number, record in enumerate(read_records(path)):
        if (number % FOURTH == 0) == is_measured:
            yield turns(said_in(record))


def report(name: str, every: Sequence[Sequence[Turn]]) -> Iterator[str]:
    """The rows of the table for these talks."""
    held = [[turn for turn in talk if turn.is_measured] for talk in every]
    measured = [turn for talk in held for turn in talk]
    count, gold = sum(map(bool, held)), sum(len(turn.starts) for turn in measured)
    places = sum(len(turn.sentences) - 1 for turn in measured)
    title = f"{count} {name}: {gold} breaks, {places} places"
    yield f"{title:44}{'precision':>10}{'recall':>8}{'F1':>8}{'number':>8}"
    for label, way in WAYS.items():
        precision, recall, f1, ratio = scored(measured, way)
        yield f"{label:44}{precision:10.3f}{recall:8.3f}{f1:8.3f}{ratio:8.2f}"


def main(path: Path, written: Path | None = None) -> None:
    print("\n".join(report("talks", list(talks(path, MEASURED)))))
    if written:
        print("\n".join(report("pages", list(pages(written, is_measured=True)))))
    cut = cutter(1, COMMAS, ANYWHERE)
    measured = [turn for talk in talks(path, MEASURED, cut) for turn in talk if turn.is_measured]
    stops = sum(len(turn.false) for turn in measured)
    print(f"breaks at {stops} false stops")
    for label, way in WAYS.items():
        print(f"{label:44}{100 * false_share(measured, way):9.1f}%")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
