"""Score the shipped tagger: `python training/evaluate.py DATA SCORER [--seed-text FILE ...]`.

SCORER is the folder of textscore.py, which makes recogniser-like lines of a talk and scores marks.
Lines that consist of a filler are left out, as the cleaning of the program does.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from types import ModuleType

import data

from podcast.model import Line, Transcript
from podcast.text.punctuate import Tagger, Taste, punctuate

FILLERS = frozenset(
    [
        "对",
        "对对",
        "好吧",
        "OK",
        "是吧",
        "对吧",
        "对不对",
        "嗯",
        "好",
        "啊",
        "呃",
        "然后呢",
        "那个",
        "就是说",
        "好吧OK",
        "所以说",
    ]
)


def read_lines(text: str) -> Transcript:
    """The lines of a recogniser as transcript lines, numbered from 1."""
    numbered = enumerate(text.splitlines(), 1)
    return Transcript(tuple(Line(t.strip(), n) for n, t in numbered if t.strip()))


def without_fillers(heard: Transcript) -> Transcript:
    """The lines that do not consist of a filler."""
    return Transcript(tuple(line for line in heard.lines if line.text not in FILLERS))


def score_text(
    reference: str, lines: str, scorer: ModuleType, tagger: Tagger | None, taste: Taste | None
) -> dict[str, float]:
    """The scorer's figures for these lines against the reference."""
    heard = read_lines(lines)
    sentences = punctuate(without_fillers(heard), tagger, taste, heard)
    scores: dict[str, float] = scorer.punctuation(reference, "\n".join(s.text for s in sentences))
    return scores


def test_texts(folder: Path, remainder: int = data.TEST) -> list[str]:
    """The held-out talks."""
    records = data.read_records(folder / "talks.jsonl")
    return [data.record_text(r) for i, r in enumerate(records) if i % 8 == remainder]


def main() -> None:
    """Read the arguments and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("scorer", type=Path)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--dev", action="store_true")
    parser.add_argument("--seed", type=Path, nargs=2, metavar=("REFERENCE", "LINES"))
    args = parser.parse_args()
    sys.path.append(str(args.scorer))
    import textscore

    tagger = Tagger(args.model) if args.model else None
    reference = "\n".join(test_texts(args.data, data.DEV if args.dev else data.TEST))
    lines = textscore.asr(reference, 1)
    baseline = textscore.punctuation(reference, "，".join(lines.splitlines()))
    print("talks, a comma after every line", rounded(baseline))
    began = time.process_time()
    print("talks", rounded(score_text(reference, lines, textscore, tagger, None)))
    print(f"{len(reference)} characters, {time.process_time() - began:.1f} s with scoring")
    if args.seed:
        reference, lines = (path.read_text() for path in args.seed)
        print("seed", rounded(score_text(reference, lines, textscore, tagger, None)))


def rounded(scores: dict[str, float]) -> dict[str, float]:
    """The figures, rounded to four decimal places."""
    return {name: round(value, 4) for name, value in scores.items()}


if __name__ == "__main__":
    main()
