"""Transcripts -> podcast/text/words.tsv: the number of passages of Chinese talk with each word.

    PYTHONPATH=.:bench python training/words.py TALKS.jsonl MORE.jsonl.gz

Each input line is a JSON object with `turns`, each with `text`. The table has each word that is in
at least `LEAST` passages, and the number of these passages. The transcripts are from Taiwan and
were converted by OpenCC, which leaves 著 where the mainland writes 着; here it becomes 着.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import rjieba
from records import read_records

from podcast.text.hanzi import particles

PASSAGE = 400  # characters, about a minute and a half of talk
LEAST = 4  # least number of passages for a word of the table
TABLE = Path(__file__).parent.parent / "podcast" / "text" / "words.tsv"


def texts(path: Path) -> Iterator[str]:
    """The whole text of each record."""
    for record in read_records(path):
        yield particles("\n".join(turn["text"] for turn in record["turns"]))


def passages(text: str) -> Iterator[str]:
    """`text` in passages of PASSAGE characters."""
    for start in range(0, len(text), PASSAGE):
        yield text[start : start + PASSAGE]


def main(paths: list[str]) -> None:
    """Count the words of all transcripts and write the table."""
    total, counts = 0, Counter[str]()
    for path in paths:
        for text in texts(Path(path)):
            for passage in passages(text):
                total += 1
                counts.update({word.casefold() for word in rjieba.cut(passage)})
    kept = {word: n for word, n in counts.items() if n >= LEAST and word.strip() and word.isalnum()}
    rows = sorted(kept.items(), key=lambda row: (-row[1], row[0]))
    head = f"# passages\t{total}\n"
    TABLE.write_text(head + "".join(f"{w}\t{n}\n" for w, n in rows), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
