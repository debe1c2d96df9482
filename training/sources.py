"""The punctuated texts that the tagger learns from: which file, how often, and what is held out.

DATA is a folder with `spoken_zh` and `spoken_zh2`, and for `distil.py` also with `pages`. Every
record of these files is one document.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import data
import numpy as np
from records import read_records

from podcast.text.punctuate.features import MAINLAND, TAIWAN

TEST, DEV, LEARN = "test", "dev", "learn"
RUN = 25  # tokens: a run of this length that also stands in a held-out document counts as a repeat
REPEATED = 0.03  # share of such runs above which a document is left out
SWAPPED = 0.35  # share of Taiwan's documents in which the mainland's words replace Taiwan's
WORDS = "spoken_zh2/tw2cn_words.tsv"
ZHU = re.compile("著(?![名作称述者])(?<![显名原编专论巨土遗译昭卓合拙新]著)")


@dataclass(frozen=True)
class Source:
    """A file of documents of one kind."""

    file: str
    share: float  # of the windows that the network learns from
    style: int  # whose marks they are: `MAINLAND` or `TAIWAN`
    held: int = 64  # one document of this number is held out to test, and one to tune
    every: int = 1  # only one document of this number is used
    without: str = ""  # documents whose source begins with this are left out


SOURCES = (
    Source("spoken_zh/talks.jsonl", 0.05, TAIWAN),
    Source("spoken_zh/more.jsonl.gz", 0.16, TAIWAN),
    Source("spoken_zh2/audreyt_rest.jsonl.gz", 0.18, TAIWAN),
    Source("spoken_zh2/audreyt_translated.jsonl.gz", 0.02, TAIWAN, held=16),
    Source("spoken_zh2/ly_committee.jsonl.gz", 0.14, TAIWAN, every=4),
    Source("spoken_zh2/ly_plenary.jsonl.gz", 0.08, TAIWAN, every=4),
    Source("spoken_zh2/tech_talklike.jsonl.gz", 0.09, MAINLAND, held=8, without="d2l-ai/"),
    Source("spoken_zh2/tech_prose.jsonl.gz", 0.20, MAINLAND, without="d2l-ai/"),
    Source("spoken_zh2/dialogue_typed.jsonl.gz", 0.08, MAINLAND, held=16),
)
PAGES = (  # by `pages.py`; only `distillation/distil.py` learns from them
    Source("pages/talk.jsonl.gz", 0.08, MAINLAND),
    Source("pages/prose.jsonl.gz", 0.06, MAINLAND),
)
LESS = 0.7  # factor of the mainland's shares where the pages are added
WITH_PAGES = tuple(
    replace(source, share=LESS * source.share) if source.style == MAINLAND else source
    for source in (*SOURCES, *PAGES)
)
HELD_REPOSITORY = "alc-beijing/alc-site"  # all its documents are held out to test


@dataclass(frozen=True)
class Document:
    """One record of a source: its text, and what it is used for."""

    source: Source
    name: str
    text: str
    role: str


def documents(folder: Path, source: Source) -> Iterator[Document]:
    """The documents of a source that are used, in the mainland's spelling of 着."""
    for number, record in enumerate(read_records(folder / source.file)):
        name = record.get("source", record.get("title", ""))
        if source.without and name.startswith(source.without):
            continue
        role = role_of(source, name, number)
        if role == LEARN and zlib.crc32(name.encode()) % source.every:
            continue
        yield Document(source, name, ZHU.sub("着", text_of(record)), role)


def text_of(record: dict[str, Any]) -> str:
    """The turns or paragraphs of a record, each on a line."""
    if "text" in record:
        record = {"turns": [{"text": text} for text in record["text"].split("\n")]}
    return data.record_text(record)


def role_of(source: Source, name: str, number: int) -> str:
    """What a document is used for: talks.jsonl goes by its numbers, all others by their names."""
    if source.file.endswith("talks.jsonl"):
        return {data.TEST: TEST, data.DEV: DEV}.get(number % 8, LEARN)
    if source.file.startswith("spoken_zh/"):
        return LEARN
    if name.startswith(HELD_REPOSITORY):
        return TEST
    return {0: TEST, 1: DEV}.get(zlib.crc32(name.encode()) // 7 % source.held, LEARN)


def read_swaps(folder: Path) -> dict[str, str]:
    """The mainland's word for each of Taiwan's, the longest first."""
    rows = (line.split("\t") for line in (folder / WORDS).read_text().splitlines())
    pairs = [(row[0], row[1]) for row in rows if len(row) > 1 and not row[0].startswith("#")]
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


def swap(text: str, swaps: dict[str, str], rng: np.random.Generator) -> str:
    """The text, in `SWAPPED` of all cases with the mainland's words."""
    if rng.random() >= SWAPPED:
        return text
    pattern = re.compile("|".join(map(re.escape, swaps)))
    return pattern.sub(lambda found: swaps[found[0]], text)


def runs_of(texts: list[str], step: int) -> set[int]:
    """The hashes of runs of `RUN` tokens, one at each `step`."""
    return {hash(tuple(texts[i : i + RUN])) for i in range(0, len(texts) - RUN, step)}


def repeats(texts: list[str], held: set[int]) -> bool:
    """Whether a document repeats held-out ones."""
    mine = runs_of(texts, RUN)
    return len(mine & held) > REPEATED * max(1, len(mine))
