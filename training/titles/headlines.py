"""Titles that people gave -> the weights of `podcast/text/divide/titles.tsv`.

    PYTHONPATH=. python training/titles/headlines.py DATA [-o podcast/text/divide/titles.tsv]

DATA is a folder with `meetings_zh/dev.jsonl` (topics of meetings with their headlines),
`spoken_zh/more.jsonl.gz` (talks, some of which have headings) and `spoken_zh2/tech_*.jsonl.gz`
(pages with their titles). The ranker learns the weights that make the expected likeness (ROUGE-L)
of the chosen title to the title of a person greatest, and keeps those in `SET`. The program first
prints the likeness for meetings that were kept back, a fifth at a time.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from podcast.text.divide.candidates import NAMES, candidates
from podcast.text.divide.topics import Topic

Numbers = NDArray[np.float64]

FOLDS = 5
PULL = 0.001  # how strongly the weights are pulled towards 0
STEPS, RATE = 200, 0.08  # of Adam
SHORTEST_SECTION = 100  # characters of a section that has a subject
PAGE, REST = 1500, 6000  # characters of a page: its chapter, and the end of the next one
EACH = 3  # one written page of so many is used, since pages are many and meetings few
# The weight of a title of each kind: headlines of meetings, headings of talks, titles of pages.
MEETING, SECTION, WRITTEN = 1.0, 0.3, 0.15
# Weights that are set by hand, since the titles to learn from have few names and comparisons.
SET = {
    "introduced": 8.0,
    "small letters": -4.0,
    "compared": -3.0,
    "only compared": -3.0,
}

_HEADING = re.compile(r"#{2,4} (?:[一二三四五六七八九十]+、)?(.*)")
_NO_SUBJECT = re.compile("结语|开场|快问")
_BRACKETS = re.compile(r"[【〔\[（(][^】\]）)]*[】\]）)]")
_SERIES = re.compile(r"^\d+[.、 ]+|^第.{1,3}[章讲节]")


class Titled(NamedTuple):
    """The texts of the chapters of a talk, and the title of each; an empty one is not known."""

    texts: tuple[str, ...]
    titles: tuple[str, ...]


class Choices(NamedTuple):
    """The candidates of a chapter: signs of shape (candidates, signs), likeness (candidates,)."""

    signs: Numbers
    likeness: Numbers


def meetings(path: Path) -> list[Titled]:
    """The meetings of a file, a chapter for each topic."""
    return [_meeting(json.loads(row)) for row in path.read_text(encoding="utf-8").splitlines()]


def _meeting(row: dict[str, Any]) -> Titled:
    said = ["".join(one["sentences"]) for one in row["utterances"]]
    ends = [int(last) + 1 for last in row["segment_last_utt"]]
    spans = zip([0, *ends], ends, strict=False)
    return Titled(tuple("".join(said[a:b]) for a, b in spans), tuple(map(str, row["headlines"])))


def sections(path: Path) -> Iterator[Titled]:
    """The talks in a file that have headings, a chapter for each heading that names a subject."""
    for record in _records(path):
        titles, texts = list[str](), list[str]()
        for line in "\n".join(turn["text"] for turn in record["turns"]).splitlines():
            if heading := _HEADING.match(line):
                titles.append("" if _NO_SUBJECT.search(heading[1]) else heading[1])
                texts.append("")
            elif texts:
                texts[-1] += line
        kept = [n for n, text in enumerate(texts) if len(text) > SHORTEST_SECTION]
        if kept:
            yield Titled(tuple(texts[n] for n in kept), tuple(titles[n] for n in kept))


def pages(path: Path, each: int) -> Iterator[Titled]:
    """One page of `each` in a file: its beginning has its title, the rest is another chapter."""
    for number, record in enumerate(_records(path)):
        title = re.split("[｜|]", _BRACKETS.sub("", record["title"]))[-1].strip()
        title = _SERIES.sub("", title)
        text = record["text"].replace("\n", "")
        is_fit = 4 <= len(letters(title)) <= 18 and re.search("[\u4e00-\u9fff]{2}", title)
        if number % each == 0 and is_fit and len(text) >= 600:
            yield Titled((text[:PAGE] + "。", text[PAGE:REST] or "。"), (title, ""))


def _records(path: Path) -> Iterator[dict[str, Any]]:
    for row in gzip.decompress(path.read_bytes()).decode().splitlines():
        yield json.loads(row)


def letters(text: str) -> str:
    """The letters and digits of a text, in small letters."""
    return "".join(c for c in text.casefold() if c.isalnum())


def rouge(one: str, other: str) -> float:
    """ROUGE-L: the F-measure of the longest common subsequence of two titles, in letters.

    >>> rouge("区块链的应用", "应用区块链") == 2 * 3 / 11
    True
    """
    one, other = letters(one), letters(other)
    row = [0] * (len(other) + 1)
    for a in one:
        above, row = row, [0]
        for place, b in enumerate(other):
            row.append(above[place] + 1 if a == b else max(above[place + 1], row[-1]))
    return 2 * row[-1] / max(1, len(one) + len(other))


def choices(talk: Titled) -> Iterator[Choices]:
    """The candidates of each chapter whose title is known."""
    topics = [Topic(text) for text in talk.texts]
    everywhere = sum((topic.counts for topic in topics), Counter[str]())
    for topic, title in zip(topics, talk.titles, strict=True):
        found = candidates(topic, everywhere) if title else []
        if found:
            signs = np.array([[float(one.signs[name]) for name in NAMES] for one in found])
            yield Choices(signs, np.array([rouge(one.text, title) for one in found]))


def fitted(rows: Sequence[Choices], counts: Sequence[float]) -> Numbers:
    """The weights of the signs, of shape (signs,); `counts` is how much each chapter counts."""
    table = np.concatenate([row.signs for row in rows])
    spread = table.std(0) + 1e-6
    table = (table - table.mean(0)) / spread
    likeness = np.concatenate([row.likeness for row in rows])
    sizes = [len(row.likeness) for row in rows]
    firsts = np.cumsum([0, *sizes])[:-1]
    owners = np.repeat(np.arange(len(rows)), sizes)
    count = np.asarray(counts, dtype=np.float64)
    share = (count / count.sum())[owners]
    weights = np.array([SET.get(name, 0.0) for name in NAMES]) * spread
    is_learnt = np.array([name not in SET for name in NAMES])
    mean, square = np.zeros(len(NAMES)), np.zeros(len(NAMES))
    for step in range(1, STEPS + 1):
        score = table @ weights
        chance = np.exp(score - np.maximum.reduceat(score, firsts)[owners])
        chance /= np.add.reduceat(chance, firsts)[owners]
        expected = np.add.reduceat(chance * likeness, firsts)[owners]
        slope = table.T @ (share * chance * (likeness - expected)) - PULL * weights
        slope *= is_learnt
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        scale = np.sqrt(square / (1 - 0.99**step)) + 1e-8
        weights = weights + RATE * mean / (1 - 0.9**step) / scale
    return np.asarray(weights / spread)


def chosen(rows: Sequence[Choices], weights: Numbers) -> list[float]:
    """The likeness of the best candidate of each chapter."""
    return [float(row.likeness[np.argmax(row.signs @ weights)]) for row in rows]


def kept_back(
    talks: Sequence[Sequence[Choices]], more: Sequence[Choices], count: list[float]
) -> str:
    """The figures for meetings that the weights were not fitted to."""
    likeness: list[float] = []
    for fold in range(FOLDS):
        rows = [row for n, talk in enumerate(talks) if n % FOLDS != fold for row in talk]
        weights = fitted([*rows, *more], [MEETING] * len(rows) + count)
        for talk in talks[fold::FOLDS]:
            likeness += chosen(talk, weights)
    none = np.mean([value == 0 for value in likeness])
    return (
        f"ROUGE-L {np.mean(likeness):.3f}, no letter in common {none:.3f}, {len(likeness)} topics"
    )


def table(weights: Numbers) -> str:
    """The file of the weights."""
    head = "# The weight of each sign of a title; training/titles/headlines.py wrote it.\n"
    return head + "".join(f"{n}\t{w:.2f}\n" for n, w in zip(NAMES, weights, strict=True))


def main() -> None:
    """Learn the weights, print the figures, write the file."""
    parser = argparse.ArgumentParser(description="Learn which phrases people take for titles.")
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path("podcast/text/divide/titles.tsv"))
    given = parser.parse_args()
    talks = [list(choices(talk)) for talk in meetings(given.data / "meetings_zh/dev.jsonl")]
    headed = [
        row for talk in sections(given.data / "spoken_zh/more.jsonl.gz") for row in choices(talk)
    ]
    written = [
        row
        for name, each in (("talklike", 1), ("prose", EACH))
        for page in pages(given.data / f"spoken_zh2/tech_{name}.jsonl.gz", each)
        for row in choices(page)
    ]
    count = [SECTION] * len(headed) + [WRITTEN] * len(written)
    print(f"kept back: {kept_back(talks, [*headed, *written], count)}")
    rows = [row for talk in talks for row in talk]
    weights = fitted([*rows, *headed, *written], [MEETING] * len(rows) + count)
    given.output.write_text(table(weights), encoding="utf-8")


if __name__ == "__main__":
    main()
