"""Titles that people gave -> the weights of `podcast/text/divide/titles.tsv`.

    PYTHONPATH=.:bench python training/titles/headlines.py DATA [-o podcast/text/divide/titles.tsv]

DATA is a folder with `meetings_zh/dev.jsonl` (topics of meetings with their headlines),
`spoken_zh/more.jsonl.gz` (talks, some of which have headings), `spoken_zh2/tech_*.jsonl.gz` (pages
with their titles), and the talks that `headings.tsv` beside this file names: the titles of their
chapters were written for this program by people who had read them. The ranker learns the weights
that make the expected likeness (ROUGE-L) of the chosen title to the title of a person greatest, and
keeps those in `SET`. The program first prints the likeness for meetings and talks that were kept
back, a fifth at a time.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from records import read_records

from podcast.text.divide.candidates import NAMES, candidates
from podcast.text.divide.topics import Topic

HEADINGS = Path(__file__).with_name("headings.tsv")
Numbers = NDArray[np.float64]

FOLDS = 5
PULL = 0.006  # how strongly the weights are pulled towards 0
STEPS, RATE = 150, 0.08  # of Adam
SHORTEST_SECTION = 100  # characters of a section that has a subject
PAGE, REST = 1500, 6000  # characters of a page: its chapter, and the end of the next one
EACH = 3  # one written page of so many is used, since pages are many and meetings few
TALK = 12_000  # characters of a talk in `headings.tsv`
# The weight of a title of each kind: headlines of meetings, titles of chapters in `headings.tsv`,
# headings of talks, titles of pages.
MEETING, CHAPTER, SECTION, WRITTEN = 1.0, 0.3, 0.3, 0.15
# Weights that are set by hand, since the titles to learn from have few names and comparisons.
SET = {
    "introduced": 8.0,
    "work": 4.0,
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


class Set(NamedTuple):
    """Talks of one kind, each as its chapters' candidates, and how much each counts."""

    name: str
    talks: list[list[Choices]]
    worth: float

    def without(self, fold: int) -> Set:
        """The set without the talks that are kept back in a fold."""
        kept = [talk for number, talk in enumerate(self.talks) if number % FOLDS != fold]
        return self._replace(talks=kept)


def meetings(path: Path) -> list[Titled]:
    """The meetings of a file, a chapter for each topic."""
    return [_meeting(record) for record in read_records(path)]


def _meeting(row: dict[str, Any]) -> Titled:
    said = ["".join(one["sentences"]) for one in row["utterances"]]
    ends = [int(last) + 1 for last in row["segment_last_utt"]]
    spans = zip([0, *ends], ends, strict=False)
    return Titled(tuple("".join(said[a:b]) for a, b in spans), tuple(map(str, row["headlines"])))


def sections(path: Path) -> Iterator[Titled]:
    """The talks in a file that have headings, a chapter for each heading that names a subject."""
    for record in read_records(path):
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
    for number, record in enumerate(read_records(path)):
        title = re.split("[｜|]", _BRACKETS.sub("", record["title"]))[-1].strip()
        title = _SERIES.sub("", title)
        text = record["text"].replace("\n", "")
        is_fit = 4 <= len(letters(title)) <= 18 and re.search("[\u4e00-\u9fff]{2}", title)
        if number % each == 0 and is_fit and len(text) >= 600:
            yield Titled((text[:PAGE] + "。", text[PAGE:REST] or "。"), (title, ""))


def chapters(data: Path) -> list[Titled]:
    """The talks of `headings.tsv`; a chapter ends where the next row's begins."""
    talks: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for row in HEADINGS.read_text(encoding="utf-8").splitlines()[1:]:
        name, number, begins, title = row.split("\t")
        talks.setdefault((name, int(number)), []).append((begins, title))
    records = {name: list(read_records(data / name)) for name, _ in talks}
    return [_talk(records[name][number], rows) for (name, number), rows in talks.items()]


def _talk(record: dict[str, Any], rows: Sequence[tuple[str, str]]) -> Titled:
    """A talk in chapters, each with the first letters and the title of a row."""
    turns = record.get("turns")
    text = "\n".join(turn["text"] for turn in turns) if turns else str(record["text"])
    text = re.sub("^#+ .*$", "", text, flags=re.MULTILINE)[:TALK]
    places = [place for place, letter in enumerate(text) if not letter.isspace()]
    letters_only = "".join(text[place] for place in places)
    starts, found = list[int](), 0
    for begins, _ in rows:
        found = letters_only.index(begins, found)
        starts.append(places[found])
    spans = zip(starts, [*starts[1:], len(text)], strict=True)
    texts = tuple("".join(text[a:b].split("\n")) for a, b in spans)
    return Titled(texts, tuple(title for _, title in rows))


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


def kept_back(talks: Sequence[Set], more: Sequence[Set]) -> str:
    """The figures for talks that the weights were not fitted to, for each of several sets.

    A set is its chapters by talk, and how much each chapter counts.
    """
    likeness: dict[str, list[float]] = {each.name: [] for each in talks}
    for fold in range(FOLDS):
        rest = [each.without(fold) for each in talks]
        weights = _fitted([*rest, *more])
        for each in talks:
            for talk in each.talks[fold::FOLDS]:
                likeness[each.name] += chosen(talk, weights)
    return "; ".join(_figures(name, values) for name, values in likeness.items())


def _figures(name: str, values: Sequence[float]) -> str:
    none = np.mean([value == 0 for value in values])
    return f"{name}: ROUGE-L {np.mean(values):.3f}, no letter in common {none:.3f}, {len(values)}"


def _fitted(sets: Sequence[Set]) -> Numbers:
    """The weights that are learnt from all chapters of the sets."""
    rows = [(row, each.worth) for each in sets for talk in each.talks for row in talk]
    return fitted([row for row, _ in rows], [count for _, count in rows])


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
    told = [list(choices(talk)) for talk in meetings(given.data / "meetings_zh/dev.jsonl")]
    read = [list(choices(talk)) for talk in chapters(given.data)]
    headed = [list(choices(talk)) for talk in sections(given.data / "spoken_zh/more.jsonl.gz")]
    written = [
        list(choices(page))
        for name, each in (("talklike", 1), ("prose", EACH))
        for page in pages(given.data / f"spoken_zh2/tech_{name}.jsonl.gz", each)
    ]
    kept = [Set("meetings", told, MEETING), Set("talks", read, CHAPTER)]
    rest = [Set("sections", headed, SECTION), Set("pages", written, WRITTEN)]
    print(kept_back(kept, rest))
    weights = _fitted([*kept, *rest])
    given.output.write_text(table(weights), encoding="utf-8")


if __name__ == "__main__":
    main()
