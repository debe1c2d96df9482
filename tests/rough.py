"""The seed's lines as sentences without a model, and where its chapters begin by hand."""

from __future__ import annotations

from collections.abc import Iterable

from places import DATA

from podcast.model import Sentence

GOLD = DATA / "seed_chapters.tsv"
OPENERS = (
    *("好", "OK", "那么", "然后", "所以", "第", "最后", "另外", "我们再", "我们来", "接下来"),
    *("下面", "但是", "这个是", "这是", "进入", "按照", "这里", "后面", "今天", "再"),
)
ALONE = ("对", "好吧", "OK", "是吧", "对吧", "好")


def roughly_punctuated(lines: Iterable[str]) -> tuple[Sentence, ...]:
    """A clause a line; a stop before words that open, and after four lines."""
    found: list[Sentence] = []
    clauses: list[str] = []
    start = 1

    def stop() -> None:
        if clauses:
            found.append(Sentence("，".join(clauses) + "。", start))
            clauses.clear()

    for number, line in enumerate(lines, 1):
        for clause in filter(None, (part.strip() for part in line.split("。"))):
            if len(clauses) >= 4 or clause.startswith(OPENERS):
                stop()
            if not clauses:
                start = number
            clauses.append(clause)
            if clause in ALONE:
                stop()
    stop()
    return tuple(found)
