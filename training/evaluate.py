"""Score the shipped tagger: `python training/evaluate.py DATA SCORER [--seed REFERENCE LINES]`.

SCORER is the folder of textscore.py, which makes recogniser-like lines of a talk and scores marks.
Lines that consist of a filler are left out, as the cleaning of the program does.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from types import ModuleType

import sources

from podcast.model import Line, Transcript
from podcast.text.punctuate import Tagger, punctuate
from podcast.text.punctuate.tagger import MODEL
from podcast.text.punctuate.whose import style_of

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
    reference: str, lines: str, scorer: ModuleType, tagger: Tagger, style: int
) -> dict[str, float]:
    """The scorer's figures for these lines against the reference."""
    heard = read_lines(lines)
    tagger = tagger.in_style(style if style >= 0 else style_of(heard.lines))
    sentences = punctuate(without_fillers(heard), tagger, None, heard)
    scores: dict[str, float] = scorer.punctuation(reference, "\n".join(s.text for s in sentences))
    return scores


KINDS = {  # what a reader can compare: the files of each kind of text
    "Taiwan, talks": ("spoken_zh/talks.jsonl",),
    "Taiwan, other talk": ("spoken_zh2/audreyt_rest.jsonl.gz",),
    "Taiwan, legislature": ("spoken_zh2/ly_committee.jsonl.gz", "spoken_zh2/ly_plenary.jsonl.gz"),
    "mainland, talk": ("spoken_zh2/tech_talklike.jsonl.gz",),
    "mainland, prose": ("spoken_zh2/tech_prose.jsonl.gz",),
    "mainland, typed chat": ("spoken_zh2/dialogue_typed.jsonl.gz",),
}
MOST = 45_000  # characters of a kind that are measured


def held_texts(folder: Path, kind: str, role: str, most: int = MOST) -> list[str]:
    """The held-out documents of a kind, `most` characters of them."""
    texts: list[str] = []
    for source in sources.SOURCES:
        if source.file in KINDS[kind]:
            room = most // len(KINDS[kind])
            for document in sources.documents(folder, source):
                if document.role == role and room > 0:
                    texts.append(cut(document.text, room))
                    room -= len(texts[-1])
    return texts


def cut(text: str, room: int) -> str:
    """The first lines of a text, until they have `room` characters."""
    lines, size = [], 0
    for line in text.split("\n"):
        if size >= room:
            break
        lines.append(line)
        size += len(line)
    return "\n".join(lines)


def main() -> None:
    """Read the arguments and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("scorer", type=Path)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--dev", action="store_true")
    parser.add_argument("--kind", choices=list(KINDS), action="append")
    parser.add_argument("--seed", type=Path, nargs=2, metavar=("REFERENCE", "LINES"))
    parser.add_argument("--style", type=int, default=-1, help="whose marks: 1 mainland, 2 Taiwan")
    args = parser.parse_args()
    sys.path.append(str(args.scorer))
    import textscore

    tagger = Tagger(args.model or MODEL)
    for kind in args.kind or KINDS:
        texts = held_texts(args.data, kind, sources.DEV if args.dev else sources.TEST)
        reference = "\n".join(texts)
        lines = textscore.asr(reference, 1)
        began = time.process_time()
        print(
            kind, len(texts), rounded(score_text(reference, lines, textscore, tagger, args.style))
        )
        print(f"{time.process_time() - began:.1f} s with scoring", flush=True)
    if args.seed:
        reference, lines = (path.read_text() for path in args.seed)
        print("seed", rounded(score_text(reference, lines, textscore, tagger, args.style)))


def rounded(scores: dict[str, float]) -> dict[str, float]:
    """The figures, rounded to four decimal places."""
    return {name: round(value, 4) for name, value in scores.items()}


if __name__ == "__main__":
    main()
